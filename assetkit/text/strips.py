"""Lines cut out of a picture and laid level."""

from math import cos, radians, sin
from threading import Lock

import numpy as np

from assetkit.text.boxes import TextBox
from assetkit.text.runtime import Pixels

_SMALLEST = 64  # pixels, shorter side
_SPARE = 2.0  # a strip is cut out at no less than this many times its size, then scaled down by area


class Levels:
    """An RGB picture (height, width, 3), it at half its size, at a quarter, and so on, each made when first asked for.

    A tall title need not be cut out at full size. Threads may share one.
    """

    def __init__(self, picture: Pixels) -> None:
        self._found = [picture]
        self._one_at_a_time = Lock()

    @property
    def whole(self) -> Pixels:
        """The picture itself."""
        return self._found[0]

    def halved(self, times: int) -> Pixels:
        """The picture halved so many times, or as often as leaves it 64 pixels on its shorter side."""
        with self._one_at_a_time:
            while len(self._found) <= times and min(self._found[-1].shape[:2]) >= 2 * _SMALLEST:
                self._found.append(_half(self._found[-1]))
            return self._found[min(times, len(self._found) - 1)]


def _half(picture: Pixels) -> Pixels:
    import cv2

    height, width = picture.shape[:2]
    return np.asarray(cv2.resize(picture, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8)


def strip(pictures: Levels, box: TextBox, columns: int, rows: int) -> Pixels:
    """The pixels inside a box, laid level, in rows x columns x 3; edges are repeated past the picture's."""
    import cv2

    picture, across, down = level(pictures, box.height / (_SPARE * rows))
    width, height = max(1, round(box.width * across)), max(1, round(box.height * down))
    c, s = cos(radians(box.angle)), sin(radians(box.angle))
    turn = np.array([[c, -s], [s, c]])
    # pixel centres are whole numbers to OpenCV and halves to boxes
    centre = np.array([box.x * across - 0.5, box.y * down - 0.5])
    origin = centre - turn @ np.array([(width - 1) / 2, (height - 1) / 2])
    cut = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    matrix = np.column_stack([turn, origin])
    pixels = cv2.warpAffine(picture, matrix, (width, height), flags=cut, borderMode=cv2.BORDER_REPLICATE)
    how = cv2.INTER_AREA if height > rows else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (columns, rows), interpolation=how), np.uint8)


def level(pictures: Levels, reduction: float) -> tuple[Pixels, float, float]:
    """The smallest level reduced by no more than this, and its scale across and down (odd sides are rounded)."""
    picture, whole = pictures.halved(max(0, int(np.floor(np.log2(max(1.0, reduction)))))), pictures.whole
    return picture, picture.shape[1] / whole.shape[1], picture.shape[0] / whole.shape[0]
