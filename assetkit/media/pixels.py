"""The one form in which decoded pictures travel: RGB, 8 bits, (height, width, 3)."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetkit.geometry import Size

Pixels = NDArray[np.uint8]
Plane = NDArray[np.uint8]
"""One channel, (height, width)."""


def at_size(pixels: Pixels, size: Size) -> Pixels:
    """Opaque pixels of any number of channels at another size: halved while that leaves enough, the rest linearly.

    By area all the way takes three to six times as long. Of an odd side that is halved the last line is left out.
    """
    import cv2

    while pixels.shape[0] >= 2 * size.height and pixels.shape[1] >= 2 * size.width:
        height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
        whole = pixels[: 2 * height, : 2 * width]
        pixels = np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.resize(pixels, (size.width, size.height), interpolation=cv2.INTER_LINEAR), np.uint8)


def strongest(channels: NDArray[Any]) -> Plane:
    """The greatest of a pixel's channels (height, width, channels), a good deal faster than numpy takes it."""
    import cv2

    return _folded(channels, cv2.max)


def weakest(channels: NDArray[Any]) -> Plane:
    """The least of them."""
    import cv2

    return _folded(channels, cv2.min)


def _folded(channels: NDArray[Any], fold: Callable[[Any, Any], Any]) -> Plane:
    import cv2

    return np.asarray(reduce(fold, cv2.split(channels)), np.uint8)
