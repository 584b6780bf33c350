"""What can go wrong, and the exit code each kind ends in.

A broken limit is data (`model.Finding`). These are for what could not be judged at all.
"""

import errno
from enum import IntEnum

from assetkit.wording import UNSAID, Said


class ExitCode(IntEnum):
    """Exit codes of the command line."""

    ALL_READY = 0
    NOT_ALL_READY = 1
    USAGE = 2
    ENVIRONMENT = 3
    INTERNAL = 4
    INTERRUPTED = 130


class AssetkitError(Exception):
    """Base of the errors that assetkit raises on purpose; its text is for people."""

    exit_code = ExitCode.INTERNAL


class UserInputError(AssetkitError):
    """The request is wrong: a bad preset, output inside input. Raised before any asset is touched."""

    exit_code = ExitCode.USAGE


class SetupError(AssetkitError):
    """The machine is wrong: no encoder, folder not writable. Names the thing, what needs it, what to do."""

    exit_code = ExitCode.ENVIRONMENT


def cannot_write(place: object, error: OSError) -> SetupError:
    """What to say, and what to do, where something could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        to_do = "make room there and run it again, what is done stays done"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        to_do = "make it writable, or name another folder"
    else:
        to_do = "see that it is there, or name another folder"
    return SetupError(f"cannot write to {place}: {error.strerror or error}: {to_do}")


class AssetError(AssetkitError):
    """One asset could not be read, measured, changed or delivered. Costs that asset and no other.

    `code` is a finding code (`unreadable`, `tool-failed`, ...), `stage` the stage of the pipeline,
    `fix` what the person can do.
    """

    exit_code = ExitCode.NOT_ALL_READY

    def __init__(self, code: str, stage: str, detail: Said, fix: Said = UNSAID) -> None:
        super().__init__(code, stage, detail, fix)  # all of them, so that it survives pickling
        self.code = code
        self.stage = stage
        self.detail = detail
        self.fix = fix

    def __str__(self) -> str:
        return self.detail
