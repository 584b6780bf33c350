"""A picture's text probability map: scaling, tiling and running the detection network."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assetkit.text.runtime import Network

LONG_SIDE = 960  # pixels; 1280 costs twice the time and measures no better
SHORT_SIDE = 480  # pixels; a strip keeps this much, is cut along its length and its maps are joined
MAX_ENLARGEMENT = 2.0  # tiny pictures gain from this much and lose beyond it
OVERLAP = 192  # pixels that neighbouring tiles share, so that none sees a line only by its end
STRIDE = 32  # the network halves five times


def probability_map(picture: NDArray[np.uint8], network: Network) -> tuple[NDArray[np.float32], float]:
    """Probability 0..1 that a pixel is the core of a line of text, and the map's scale (map over picture).

    `picture` is RGB, height x width x 3; the map is the picture scaled, height x width.
    """
    import cv2

    height, width = picture.shape[:2]
    long, short = max(height, width), min(height, width)
    scale = min(MAX_ENLARGEMENT, max(LONG_SIDE / long, SHORT_SIDE / short))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    scaled = np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)
    if size[1] > size[0]:
        return _along_rows(scaled, network), scale
    return _along_columns(scaled, network), scale


def _along_columns(picture: NDArray[np.uint8], network: Network) -> NDArray[np.float32]:
    """The map of a wide picture."""
    joined = np.zeros(picture.shape[:2], np.float32)
    for start, stop, first, last in _tiles(picture.shape[1]):
        joined[:, first:last] = _run(picture[:, start:stop], network)[:, first - start : last - start]
    return joined


def _along_rows(picture: NDArray[np.uint8], network: Network) -> NDArray[np.float32]:
    """The map of a tall picture."""
    joined = np.zeros(picture.shape[:2], np.float32)
    for start, stop, first, last in _tiles(picture.shape[0]):
        joined[first:last] = _run(picture[start:stop], network)[first - start : last - start]
    return joined


def _tiles(length: int) -> list[tuple[int, int, int, int]]:
    """Per tile: where it starts and stops, and the part of it that counts (cut mid-overlap)."""
    if length <= LONG_SIDE:
        return [(0, length, 0, length)]
    count = -(-(length - OVERLAP) // (LONG_SIDE - OVERLAP))
    starts = [round(i * (length - LONG_SIDE) / (count - 1)) for i in range(count)]
    cuts = [0, *((a + LONG_SIDE + b) // 2 for a, b in pairwise(starts)), length]
    return [(s, s + LONG_SIDE, a, b) for s, a, b in zip(starts, cuts, cuts[1:], strict=False)]


def _run(tile: NDArray[np.uint8], network: Network) -> NDArray[np.float32]:
    """The map of one tile, padded to whole strides."""
    import cv2

    height, width = tile.shape[:2]
    padded = cv2.copyMakeBorder(tile, 0, -height % STRIDE, 0, -width % STRIDE, cv2.BORDER_REPLICATE)
    return network(np.asarray(padded, np.uint8)[None])[0, 0, :height, :width]
