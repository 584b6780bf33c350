"""Sources put away once they are done with: moved, never deleted, never over anything."""

import hashlib
import os
from contextlib import suppress
from enum import StrEnum
from pathlib import Path, PurePosixPath

from assetkit.facts import Source
from assetkit.media.clone import clone
from assetkit.publish import sha256_of
from assetkit.sets import DONE_FILE, SET_FILE
from assetkit.whole_file import write_whole


class Drawer(StrEnum):
    """Where in the archive a source goes: its outputs were published, it was rejected, or it failed too often."""

    DONE = "done"
    REJECTED = "rejected"
    FAILED = "failed"


def put_away(source: Source, archive: Path, drawer: Drawer, reasons: str = "") -> Path:
    """Move an asset's files (its sidecar and cover too) to `archive`/`drawer`, with the reasons beside it.

    The asset itself goes last: as long as it is there, the rest will be looked for. Raises OSError.
    """
    folder = archive / drawer / PurePosixPath(source.relative).parent
    folder.mkdir(parents=True, exist_ok=True)
    place = _free(folder / source.path.name, source.path)
    mark = place.stem.removeprefix(source.path.stem)
    if reasons:
        write_whole(folder / _short(f"{place.name}.reasons.txt"), reasons.encode())
    for beside in _beside(source):
        _move(beside, _free(folder / beside.name.replace(source.path.stem, source.path.stem + mark, 1), beside))
    _move(source.path, place)
    return place


def put_away_set_file(folder: Path, archive: Path, drawer: Drawer, relative: str) -> None:
    """Move what says of a folder's stills that they are a set, once they are gone. Raises OSError."""
    place = archive / drawer / PurePosixPath(relative).parent
    for name in (SET_FILE, DONE_FILE):
        file = folder / PurePosixPath(relative).parent / name
        if file.is_file() and not file.is_symlink():
            place.mkdir(parents=True, exist_ok=True)
            _move(file, _free(place / name, file))


def _beside(source: Source) -> list[Path]:
    cover = source.cover
    return [path for path in (source.sidecar, cover and cover.sidecar, cover and cover.path) if path and path.exists()]


def _free(place: Path, source: Path) -> Path:
    """A name that is not taken, or is taken by the very same bytes: a move that was cut off before its end."""
    number, wanted = 1, place
    while wanted.exists() or wanted.is_symlink():
        if _is_same(wanted, source):
            return wanted
        number += 1
        wanted = place.with_name(_short(f"{place.stem} ({number}){place.suffix}"))
    return wanted


def _is_same(there: Path, source: Path) -> bool:
    if not there.is_file() or there.stat().st_size != source.stat().st_size:
        return False
    return sha256_of(there) == sha256_of(source)


def _move(source: Path, place: Path) -> None:
    """By renaming, or between file systems by a copy that is whole before the source goes."""
    if place.exists():
        source.unlink()  # the same bytes, put there by an earlier run that was killed before this line
        return
    before = source.stat()
    try:
        source.rename(place)
    except OSError:
        if not source.exists():
            raise
        _copy(source, place)
        source.unlink()
        return
    after = place.stat()
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns) and not source.exists():
        place.rename(source)  # somebody writes to it, and wherever it lies: it must be where it is looked for
        raise OSError(f"{source.name} changed while it was moved")


def _copy(source: Path, place: Path) -> None:
    temporary = place.with_name(f".assetkit-{hashlib.sha256(place.name.encode()).hexdigest()[:16]}")
    try:
        clone(source, temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        if sha256_of(temporary) != sha256_of(source):
            raise OSError(f"{source.name} changed while it was copied")
        stat = source.stat()
        with suppress(OSError):
            os.utime(temporary, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        temporary.replace(place)
    finally:
        temporary.unlink(missing_ok=True)


def _short(name: str) -> str:
    """Within the 255 bytes that file systems allow; what is cut out is replaced by a mark of it."""
    data = os.fsencode(name)
    if len(data) <= 255:
        return name
    return os.fsdecode(data[:200]) + "..." + hashlib.sha256(data).hexdigest()[:8] + os.fsdecode(data[-30:])
