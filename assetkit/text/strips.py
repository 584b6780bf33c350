"""Lines cut out of a picture and laid level."""

from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from assetkit.text.boxes import TextBox


def straightened(picture: NDArray[np.uint8], box: TextBox, scale: float) -> NDArray[np.uint8]:
    """The pixels inside a box as an upright strip, `scale` times as large; edges are repeated past the picture's."""
    import cv2

    width, height = max(1, round(box.width)), max(1, round(box.height))
    c, s = cos(radians(box.angle)), sin(radians(box.angle))
    turn = np.array([[c, -s], [s, c]])
    # pixel centres are whole numbers to OpenCV and halves to boxes
    origin = np.array([box.x - 0.5, box.y - 0.5]) - turn @ np.array([(width - 1) / 2, (height - 1) / 2])
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    matrix = np.column_stack([turn, origin])
    strip = cv2.warpAffine(picture, matrix, (width, height), flags=how, borderMode=cv2.BORDER_REPLICATE)
    if scale < 1:
        smaller = max(1, round(width * scale)), max(1, round(height * scale))
        strip = cv2.resize(strip, smaller, interpolation=cv2.INTER_AREA)
    return np.asarray(strip, np.uint8)
