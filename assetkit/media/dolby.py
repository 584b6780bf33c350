"""Dolby Vision in MP4 and QuickTime: whether the picture under it can be read without a licensed decoder."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from assetkit.media.boxes import boxes

_INTO = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
_STATED_IN = {b"dvcC", b"dvvC", b"dvwC"}
_PICTURES = {b"hvc1", b"hev1", b"dvh1", b"dvhe", b"dav1", b"av01", b"avc1", b"avc3", b"dva1", b"dvav"}
_DEEPEST = 8  # moov, trak, mdia, minf, stbl, stsd, the entry, its box
_TABLE_HEAD = 8  # of the sample descriptions: version, flags, number
_PICTURE_HEAD = 78  # of a visual sample entry, ISO/IEC 14496-12, 12.1.3
# whose base layer is in IPT, which shown as anything else is green and purple; what other players need a cross
# compatibility id for (Dolby Vision Streams Within the ISO Base Media File Format 2.4, table 2)
_ALONE = {5, 10, 20}


@dataclass(frozen=True, slots=True)
class DolbyVision:
    """What a file states of it. `compatibility` 0: no other kind of picture lies under it."""

    profile: int
    compatibility: int

    @property
    def is_alone(self) -> bool:
        """True if the base layer is no picture that other players can show."""
        return self.profile in _ALONE and self.compatibility == 0


def read_dolby_vision(path: Path) -> DolbyVision | None:
    """The first statement of it in the file's index; None if there is none. Raises OSError."""
    with path.open("rb") as file:
        return _search(file, 0, path.stat().st_size)


def _search(file: BinaryIO, start: int, end: int, depth: int = 0) -> DolbyVision | None:
    if depth > _DEEPEST:  # a hostile file nests without end
        return None
    for name, at, until in boxes(file, end, start):
        found = None
        if name in _STATED_IN and until - at >= 5:
            file.seek(at)
            head = file.read(5)
            return DolbyVision(head[2] >> 1, head[4] >> 4)
        if name in _INTO:
            found = _search(file, at, until, depth + 1)
        elif name == b"stsd":
            found = _search(file, at + _TABLE_HEAD, until, depth + 1)
        elif name in _PICTURES:
            found = _search(file, at + _PICTURE_HEAD, until, depth + 1)
        if found:
            return found
    return None
