"""A second file with the same bytes: sharing the blocks on disk where the file system can, but never the file."""

import ctypes
import shutil
import sys
from pathlib import Path

_FICLONE = 0x40049409  # linux/fs.h; Python's fcntl names it from 3.12 on


def clone(source: Path, target: Path) -> None:
    """Make `target` a file of its own with the bytes of `source`; whatever is done to it does not reach the source.

    btrfs, XFS, bcachefs, some network shares and APFS share the blocks until one of the two is written to; a hard
    link would share the file. Elsewhere the bytes are copied.
    """
    try:
        _reflinked(source, target)
    except OSError:  # another file system, or one that cannot: no reason to look at which error it was
        shutil.copyfile(source, target)


def _reflinked(source: Path, target: Path) -> None:
    if sys.platform == "linux":
        import fcntl

        with source.open("rb") as original, target.open("wb") as copy:
            fcntl.ioctl(copy, _FICLONE, original.fileno())
    elif sys.platform == "darwin":
        target.unlink(missing_ok=True)  # clonefile makes the file, and takes none that is there
        library = ctypes.CDLL(None, use_errno=True)
        if library.clonefile(bytes(source), bytes(target), 0):
            raise OSError(ctypes.get_errno(), "clonefile")
    else:
        raise OSError("no way to share blocks is known here")
