"""Flashes that can harm: large parts of the picture that turn bright and dark again, more than three times a second.

WCAG 2.2, success criterion 2.3.1, after ITU-R BT.1702: a flash is a pair of opposing changes in relative luminance of
at least 0.1 where the darker one is below 0.8; over a quarter of the picture; more than three within any second.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from assetkit.screening import Span

COLUMNS, ROWS, RATE = 32, 18, 60  # what the picture is reduced to, and how often it is looked at
_STEP, _DARK = 0.1, 0.8  # relative luminance
_AREA = 0.25  # of the picture
_MOST = 6  # changes in a second: three flashes
_TOGETHER = 3  # frames: a change takes a few, and not all of the picture changes in the same one
_BLACK, _WHITE = 16, 235  # limited range


def find_flashes(pixels: bytes) -> tuple[Span, ...]:
    """Where a clip flashes, from its frames at 60 a second, each 32 x 18 grey bytes in limited range."""
    frames = np.frombuffer(pixels, np.uint8)
    frames = frames[: frames.size // (COLUMNS * ROWS) * COLUMNS * ROWS].reshape(-1, ROWS * COLUMNS)
    return _crowded(_changes(frames)) if len(frames) > 1 else ()


def _luminance() -> NDArray[np.float32]:
    """Relative luminance, 0 to 1, of each grey: BT.709's signal on an sRGB screen, whose gamma is near 2.2."""
    signal = np.clip((np.arange(256, dtype=np.float32) - _BLACK) / (_WHITE - _BLACK), 0, 1)
    return (signal**2.2).astype(np.float32)


def _changes(frames: NDArray[np.uint8]) -> list[int]:
    """Frames at which a quarter of the picture has turned brighter or darker, in turn."""
    light, cells_all = _luminance(), frames.shape[1]
    low, high = light[frames[0]], light[frames[0]]  # since the last change of each cell
    going = np.zeros(cells_all, np.int8)  # 1 brighter, -1 darker, 0 not yet
    changed = {1: np.full(cells_all, -RATE), -1: np.full(cells_all, -RATE)}
    found: list[int] = []
    last = 0
    for number, shown in enumerate(frames):
        if number and np.array_equal(shown, frames[number - 1]):  # repeated, to make 60 a second
            continue
        now = light[shown]
        np.minimum(low, now, out=low)
        np.maximum(high, now, out=high)
        up = (going != 1) & (now - low >= _STEP) & (low < _DARK)
        down = (going != -1) & (high - now >= _STEP) & (now < _DARK)
        for way, cells in ((1, up), (-1, down & ~up)):
            going[cells], low[cells], high[cells] = way, now[cells], now[cells]
            changed[way][cells] = number
            if way != last and np.count_nonzero(changed[way] > number - _TOGETHER) >= _AREA * cells_all:
                found.append(number)
                last = way
    return found


def _crowded(changes: list[int]) -> tuple[Span, ...]:
    """The stretches in which more than three flashes fall into a second."""
    spans: list[Span] = []
    for first, last in zip(changes, changes[_MOST:], strict=False):
        if last - first >= RATE:
            continue
        start, end = Fraction(first, RATE), Fraction(last + 1, RATE)
        if spans and start <= spans[-1].end:
            start = spans.pop().start
        spans.append(Span(start, end))
    return tuple(spans)
