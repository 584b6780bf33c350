"""A picture's text probability map: scaling and tiling what the detection network sees."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assetkit.geometry import Size

See = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""Gives the map of a picture that is no longer than LONG_SIDE."""

LONG_SIDE = 960  # pixels; 1280 costs twice the time and measures no better
SHORT_SIDE = 480  # pixels; a strip keeps this much, is cut along its length and its maps are joined
MAX_ENLARGEMENT = 2.0  # tiny pictures gain from this much and lose beyond it
OVERLAP = 192  # pixels that neighbouring tiles share, so that none sees a line only by its end


def probability_map(picture: NDArray[np.uint8], see: See) -> tuple[NDArray[np.float32], float]:
    """Probability 0..1 that a pixel is the core of a line of text, and the map's scale (map over picture).

    `picture` is RGB, height x width x 3; the map is the picture scaled, height x width.
    """
    size, scale = fitting(picture)
    return in_tiles(resized(picture, size), see), scale


def fitting(picture: NDArray[np.uint8]) -> tuple[Size, float]:
    """How large the RGB picture (height, width, 3) is looked at, and the scale."""
    height, width = picture.shape[:2]
    long, short = max(height, width), min(height, width)
    scale = min(MAX_ENLARGEMENT, max(LONG_SIDE / long, SHORT_SIDE / short))
    return Size(max(1, round(width * scale)), max(1, round(height * scale))), scale


def resized(picture: NDArray[np.uint8], size: Size) -> NDArray[np.uint8]:
    """The picture at another size, by area where that is smaller."""
    import cv2

    how = cv2.INTER_AREA if size.width < picture.shape[1] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (size.width, size.height), interpolation=how), np.uint8)


def in_tiles(picture: NDArray[np.uint8], see: See) -> NDArray[np.float32]:
    """The map of a picture of any length, as it is."""
    if picture.shape[0] > picture.shape[1]:
        return _along_rows(picture, see)
    return _along_columns(picture, see)


def _along_columns(picture: NDArray[np.uint8], see: See) -> NDArray[np.float32]:
    """The map of a wide picture."""
    joined = np.zeros(picture.shape[:2], np.float32)
    for start, stop, first, last in _tiles(picture.shape[1]):
        joined[:, first:last] = see(picture[:, start:stop])[:, first - start : last - start]
    return joined


def _along_rows(picture: NDArray[np.uint8], see: See) -> NDArray[np.float32]:
    """The map of a tall picture."""
    joined = np.zeros(picture.shape[:2], np.float32)
    for start, stop, first, last in _tiles(picture.shape[0]):
        joined[first:last] = see(picture[start:stop])[first - start : last - start]
    return joined


def _tiles(length: int) -> list[tuple[int, int, int, int]]:
    """Per tile: where it starts and stops, and the part of it that counts (cut mid-overlap)."""
    if length <= LONG_SIDE:
        return [(0, length, 0, length)]
    count = -(-(length - OVERLAP) // (LONG_SIDE - OVERLAP))
    starts = [round(i * (length - LONG_SIDE) / (count - 1)) for i in range(count)]
    cuts = [0, *((a + LONG_SIDE + b) // 2 for a, b in pairwise(starts)), length]
    return [(s, s + LONG_SIDE, a, b) for s, a, b in zip(starts, cuts, cuts[1:], strict=False)]
