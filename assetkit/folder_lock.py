"""One at a time in a folder: who works there says so in a file, and keeps saying so.

A lock of the operating system would be simpler, but over SMB and NFS nobody can rely on one.
"""

import json
import os
import secrets
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

CLAIM_NAME = ".assetkit-lock"
RENEW_SECONDS = 5.0
STALE_SECONDS = 30.0  # without a new beat, a holder that cannot be asked is taken for dead
_SETTLE_SECONDS = 0.2  # for two that take over at once: the later one stays
_held: set[str] = set()


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a folder. `process` tells this process from a later one of the same id; `beat` counts renewals."""

    host: str
    pid: int
    process: str
    since: str
    token: str
    beat: int = 0

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.since}"


class Held(Exception):  # noqa: N818 - it is a state of affairs, and the caller says what is wrong about it
    """Somebody else works there."""

    def __init__(self, holder: Holder) -> None:
        super().__init__(str(holder))
        self.holder = holder


class Claim:
    """A folder that is ours; `is_lost` once somebody has taken it over."""

    def __init__(self, path: Path, holder: Holder) -> None:
        self.path, self._holder, self.is_lost = path, holder, False

    def renew(self) -> None:
        """Say that we are still there, if our mark is: where a share is away, an empty folder must not be marked."""
        found = read_holder(self.path)
        if found is not None:
            self._put(is_ours=found.token == self._holder.token)

    def restore(self) -> None:
        """Leave the mark again in a folder that is ours: somebody removed it, or it bears that of one who is dead."""
        found = read_holder(self.path)
        is_free = found is None or is_gone(found, self._holder, process_mark, _held) is True
        self._put(is_ours=is_free or (found is not None and found.token == self._holder.token))

    def _put(self, *, is_ours: bool) -> None:
        self.is_lost = not is_ours
        self._holder = replace(self._holder, beat=self._holder.beat + 1)
        if is_ours:
            with suppress(OSError):
                _write(self.path, self._holder)

    def is_there(self) -> bool:
        """True if our own mark can be read, and so the folder is the one that was claimed."""
        found = read_holder(self.path)
        return found is not None and found.token == self._holder.token

    def release(self) -> None:
        """Give the folder up."""
        with suppress(OSError):
            if self.is_there():
                self.path.unlink()


@contextmanager
def claim(folder: Path, *, renew_seconds: float = RENEW_SECONDS) -> Iterator[Claim]:
    """Hold a folder, which must exist, for as long as the context lasts.

    Raises Held if somebody else does, OSError if it cannot be written to.
    """
    path, me = folder / CLAIM_NAME, _myself()
    if not _make(path, me):
        _take_over(path, me)
    mine, over = Claim(path, me), threading.Event()
    _held.add(me.token)

    def keep() -> None:
        while not over.wait(renew_seconds):
            mine.renew()

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield mine
    finally:
        over.set()
        keeper.join()
        mine.release()
        _held.discard(me.token)


def read_holder(path: Path) -> Holder | None:
    """Who holds the folder, or None if nobody does or what stands there says nothing."""
    try:
        return Holder(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def is_gone(holder: Holder, me: Holder, process_of: Callable[[int], str | None], held: set[str]) -> bool | None:
    """Whether a holder has died; None if only its beat can tell. `process_of` gives a process's mark, None if dead."""
    if holder.host != me.host:
        return None
    if holder.pid == me.pid:
        return holder.token not in held  # an earlier process of our id, as in a container that was started again
    now = process_of(holder.pid)
    if now is None:
        return True
    return now != holder.process if now and holder.process else None


def process_mark(pid: int) -> str | None:
    """What tells a process from a later one of the same id, "" where that is not known; None if there is none."""
    if sys.platform == "win32":
        return ""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except OSError:
        return ""
    with suppress(OSError, IndexError):
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return None if stat[0] == "Z" else f"{Path('/proc/sys/kernel/random/boot_id').read_text().strip()}:{stat[19]}"
    return ""


def _myself() -> Holder:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return Holder(socket.gethostname(), os.getpid(), process_mark(os.getpid()) or "", since, secrets.token_hex(8))


def _make(path: Path, me: Holder) -> bool:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(me), file)
    return True


def _take_over(path: Path, me: Holder) -> None:
    holder = read_holder(path)
    gone = is_gone(holder, me, process_mark, _held) if holder else None
    if holder and gone is False:
        raise Held(holder)
    if gone is None:
        _watch_beat(path)
    _write(path, me)
    time.sleep(_SETTLE_SECONDS)
    winner = read_holder(path)
    if winner is not None and winner.token != me.token:
        raise Held(winner)


def _watch_beat(path: Path) -> None:
    """Look until the beat is too late for anyone alive; our own clock counts, never the times of files."""
    first, ends_at = read_holder(path), time.monotonic() + STALE_SECONDS
    while time.monotonic() < ends_at:
        time.sleep(min(1.0, STALE_SECONDS / 10))
        now = read_holder(path)
        if now is not None and now != first:
            raise Held(now)
        if not path.exists():
            return


def _write(path: Path, holder: Holder) -> None:
    temporary = path.with_name(f"{path.name}-{holder.token}")
    temporary.write_text(json.dumps(asdict(holder)), "utf-8")
    temporary.replace(path)
