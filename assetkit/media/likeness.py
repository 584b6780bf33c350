"""Whether pictures look alike: slides that repeat each other, and an output and its source."""

import cv2
import numpy as np

from assetkit.geometry import Box, Size
from assetkit.media.pixels import Pixels

View = tuple[Pixels, Box, Size]
"""A picture and the part of it that is meant, in display pixels of this display size."""

_CELLS = 16
_SIDE, _KEPT = 64, 16  # of the small grey picture, and of its lowest frequencies, in each direction


def likeness_of(pixels: Pixels, window: Box, size: Size) -> int:
    """How part of a picture looks, in 256 bits: those that people take for the same differ in few of them.

    The perceptual hash (pHash: signs of the lowest DCT coefficients about their median).
    Own code: ready ones need SciPy, or have 64 bits, which take slides of one template for the same.

    `window` is in display pixels of a picture whose display size is `size`.
    """
    grey = cv2.cvtColor(_part(pixels, window, size), cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    waves = cv2.dct(small)[:_KEPT, :_KEPT].ravel()
    bits = waves > np.median(waves[1:])  # the first is the brightness of all, and no part of what it shows
    return int("".join("1" if bit else "0" for bit in bits), 2)


def off_by(one: View, other: View) -> float:
    """How far the colours of two views are apart, 0 to 255 in the mean: so small that sharpness does not count."""
    small = [cv2.resize(_part(*view), (_CELLS, _CELLS), interpolation=cv2.INTER_AREA) for view in (one, other)]
    return float(np.abs(small[0].astype(np.float32) - small[1]).mean())


def _part(pixels: Pixels, window: Box, size: Size) -> Pixels:
    down, across = pixels.shape[0] / size.height, pixels.shape[1] / size.width
    top, left = round(window.top * down), round(window.left * across)
    bottom, right = max(top + 1, round(window.bottom * down)), max(left + 1, round(window.right * across))
    return np.ascontiguousarray(pixels[top:bottom, left:right])
