"""The boxes of MP4 and QuickTime files, read without a media library: brand, order, completeness."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_BOXES_MAX = 100_000  # a fragmented hour has some 7,000; a hostile file could hold millions of empty ones


@dataclass(frozen=True, slots=True)
class Layout:
    """What the top level of the file tells. `missing_bytes` is how far a box reaches beyond the file's end."""

    brand: str
    is_faststart: bool
    missing_bytes: int


def read_layout(path: Path) -> Layout:
    """Walk the top-level boxes. Raises OSError if the file cannot be read."""
    order: list[bytes] = []
    brand, missing = "", 0
    size = path.stat().st_size
    with path.open("rb") as file:
        for name, start, end in boxes(file, size):
            if name == b"ftyp" and not brand:
                file.seek(start)
                brand = file.read(4).decode("latin-1")
            order.append(name)
            # Only these two hold the film; junk after the last box (cameras leave some) breaks nothing.
            if name in {b"mdat", b"moov"}:
                missing = max(missing, end - size)
    return Layout(brand, _is_before(order, b"moov", b"mdat"), missing)


def boxes(file: BinaryIO, size: int, at: int = 0) -> Iterator[tuple[bytes, int, int]]:
    """(name, start of the content, end) of each box from `at` to `size`; an end may lie beyond it."""
    for _ in range(_BOXES_MAX):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return
        length, name, content = int.from_bytes(head[:4], "big"), head[4:8], at + 8
        if length == 1:  # a 64-bit length follows
            length, content = int.from_bytes(head[8:16], "big"), at + 16
        elif length == 0:  # to the end of the file
            length = size - at
        if length < content - at:
            return
        yield name, content, at + length
        at += length
        if at >= size:
            return


def _is_before(order: list[bytes], first: bytes, second: bytes) -> bool:
    return first in order and (second not in order or order.index(first) < order.index(second))
