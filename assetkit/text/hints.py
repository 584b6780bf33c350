"""Where in a picture there may be text, so that the detector looks closely there and nowhere else.

Large letters are told by the detector itself, at a quarter of the size; smaller ones by a small network of our own, in
cells of 16 x 16 pixels, from the picture at half its size. Both together take a seventh of the time that the detector
takes for all of the picture. Our network was fitted on what the detector finds (`training/text_hints.py`); it takes a
fence or a branch for text now and then, which costs time and nothing else: what is told comes from a close look.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assetkit.geometry import Box, Size, hull
from assetkit.text.runtime import Intake, Network

HINTS_MODEL = Path(__file__).with_name("text_hints.onnx")
INTAKE = Intake(is_bgr=False)  # as it was fitted
CELL = 8  # pixels of the picture at half its size
# probability of what lies together, and of some part of it; less is texture
_SMALL, _SMALL_SURE = 0.45, 0.65
_LARGE, _LARGE_SURE = 0.3, 0.9
STRIDE = 32  # the detector halves five times
_LEAST_MARGIN, _MOST_MARGIN = 64, 96  # pixels round a place; in between as many as its shorter side has
_STEP = 64  # pixels; sides of what is looked at are whole steps, for runtimes prepare anew for every shape
_MOST = 0.6  # share of a picture that places may fill; beyond, one look at all of it costs less

Pixels = NDArray[np.uint8]
Map = NDArray[np.float32]


def closely(picture: Pixels, detector: Network) -> Map:
    """What the detector sees in an RGB picture (height, width, 3): 0..1 for each pixel."""
    height, width = picture.shape[:2]
    return detector(_padded(picture, STRIDE)[None])[0, 0, :height, :width]


def hinted(picture: Pixels, detector: Network, hints: Network) -> Map:
    """What the detector sees in an RGB picture (height, width, 3) where there is a hint of text; 0 elsewhere."""
    whole = Size(picture.shape[1], picture.shape[0])
    places = _apart([_grown(_with_margin(*place), whole) for place in _hinted(picture, detector, hints)], whole)
    if sum(place.area for place in places) > _MOST * whole.area:
        return closely(picture, detector)
    joined = np.zeros(picture.shape[:2], np.float32)
    for place in places:
        part = picture[place.top : place.bottom, place.left : place.right]
        joined[place.top : place.bottom, place.left : place.right] = closely(part, detector)
    return joined


def _hinted(picture: Pixels, detector: Network, hints: Network) -> list[tuple[int, int, int, int]]:
    """Left, top, width and height, in pixels, of the places that may hold text."""
    half, quarter = _smaller(picture, 2), _smaller(picture, 4)
    rows, columns = (-(-side // CELL) for side in half.shape[:2])
    # what is seen in the padding lies outside the picture, where there is nothing to look at
    small = hints(_padded(half, STRIDE)[None])[0, 0, :rows, :columns]
    large = detector(_padded(quarter, _STEP)[None])[0, 0, : quarter.shape[0], : quarter.shape[1]]
    return [*_together(small, _SMALL, _SMALL_SURE, 2 * CELL), *_together(large, _LARGE, _LARGE_SURE, 4)]


def _smaller(picture: Pixels, times: int) -> Pixels:
    import cv2

    size = (-(-picture.shape[1] // times), -(-picture.shape[0] // times))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _together(seen: Map, least: float, sure: float, step: int) -> list[tuple[int, int, int, int]]:
    """What lies together in a map, where some of it is sure; in pixels of a picture `step` times as large."""
    import cv2

    _, names, places, _ = cv2.connectedComponentsWithStats((seen > least).astype(np.uint8))
    found: list[tuple[int, int, int, int]] = (step * places[np.unique(names[seen > sure]), :4]).tolist()
    return found


def _padded(picture: Pixels, step: int) -> Pixels:
    """The picture with its last row and column repeated until its sides are whole steps."""
    import cv2

    height, width = picture.shape[:2]
    padded = cv2.copyMakeBorder(picture, 0, -height % step, 0, -width % step, cv2.BORDER_REPLICATE)
    return np.asarray(padded, np.uint8)


def _with_margin(left: int, top: int, width: int, height: int) -> Box:
    """Large letters are told by more of what is round them."""
    margin = min(_MOST_MARGIN, max(_LEAST_MARGIN, min(width, height)))
    return Box(left - margin, top - margin, left + width + margin, top + height + margin)


def _grown(box: Box, whole: Size) -> Box:
    """What of the box lies in a picture of this size, grown to whole steps as far as that goes."""
    box = box.intersect(Box.of(whole))
    left, right = _stepped(box.left, box.right, whole.width)
    top, bottom = _stepped(box.top, box.bottom, whole.height)
    return Box(left, top, right, bottom)


def _stepped(start: int, stop: int, most: int) -> tuple[int, int]:
    length = min(most, -(-(stop - start) // _STEP) * _STEP)
    first = max(0, min((start + stop - length) // 2, most - length))
    return first, first + length


def _apart(boxes: list[Box], whole: Size) -> list[Box]:
    """The boxes, those that overlap made one."""
    found: list[Box] = []
    while boxes:
        box = boxes.pop()
        touching = [other for other in found if box.intersect(other).area]
        if touching:
            found = [other for other in found if other not in touching]
            boxes.append(_grown(hull([box, *touching]), whole))
        else:
            found.append(box)
    return found
