"""How a picture looks, in 256 bits: pictures that people take for the same differ in few of them."""

import cv2
import numpy as np

from assetkit.geometry import Box, Size
from assetkit.media.pixels import Pixels

_SIDE, _KEPT = 64, 16  # of the small grey picture, and of its lowest frequencies, in each direction


def likeness_of(pixels: Pixels, window: Box, size: Size) -> int:
    """The perceptual hash (pHash: signs of the lowest DCT coefficients about their median) of part of a picture.

    Own code: ready ones need SciPy, or have 64 bits, which take slides of one template for the same.

    `window` is in display pixels of a picture whose display size is `size`.
    """
    down, across = pixels.shape[0] / size.height, pixels.shape[1] / size.width
    top, left = round(window.top * down), round(window.left * across)
    bottom, right = max(top + 1, round(window.bottom * down)), max(left + 1, round(window.right * across))
    grey = cv2.cvtColor(np.ascontiguousarray(pixels[top:bottom, left:right]), cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    waves = cv2.dct(small)[:_KEPT, :_KEPT].ravel()
    bits = waves > np.median(waves[1:])  # the first is the brightness of all, and no part of what it shows
    return int("".join("1" if bit else "0" for bit in bits), 2)
