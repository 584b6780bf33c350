"""How well a frame would do as a cover: sharp, well exposed, not black, not flat."""

import cv2
import numpy as np

from assetkit.media.pixels import Pixels

_SIDE = 320
_DARK, _BRIGHT = 32.0, 224.0  # mean luma beyond these is a fade or a blown shot
_FLAT = 8.0  # a smaller spread of luma is a black, white or plain frame
_SHARP = 400.0  # variance of the Laplacian of a crisp frame at this size; more is not better


def cover_score(picture: Pixels) -> float:
    """0 (black, blank or faded) to 1 (crisp and well lit) for an RGB picture."""
    height, width = picture.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    luma = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    mean, spread = float(luma.mean()), float(luma.std())
    if spread < _FLAT:
        return 0.0
    sharpness = min(1.0, float(cv2.Laplacian(luma, cv2.CV_64F).var()) / _SHARP) ** 0.5
    exposure: float = min(1.0, max(0.0, mean / _DARK), max(0.0, (255 - mean) / (255 - _BRIGHT)))
    contrast = min(1.0, spread / 50)
    colour = min(1.0, float(np.ptp(picture[::4, ::4].astype(np.int16), axis=2).mean()) / 40)
    return round(float(exposure * (0.55 * sharpness + 0.3 * contrast + 0.15 * colour)), 4)
