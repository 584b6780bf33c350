"""Where in a picture there may be text, so that the detector looks closely there and nowhere else.

Large letters are told by the detector itself, at a quarter of the size; smaller ones by a small network of our own, in
cells of 16 x 16 pixels, from the picture at half its size. Both together take a tenth of the time that the detector
takes for all of the picture. Our network was fitted on what the detector finds (`training/text_hints.py`); it takes a
fence or a branch for text now and then, which costs time and nothing else: what is told comes from a close look.
A fruit or a plate is a large letter to the detector, at any size; so what would be a large place is read first.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assetkit.geometry import Box, Size, hull
from assetkit.text.boxes import TextBox, cores_in
from assetkit.text.probability import fitting, in_tiles, resized
from assetkit.text.runtime import Intake, Network, Pixels
from assetkit.text.strips import Levels, level

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
# Pixels. Of 14 places so large without text that the detector alone hinted at in 299 pictures 13 cannot be read, of 43
# with text 4: in all 13 of 1,856 lines are overlooked, 11 where nothing is read first. Reading takes as long as a look
# at half so many.
_READ_FIRST = 140_000

Map = NDArray[np.float32]
Legible = Callable[[list[TextBox]], bool]
"""True if any of these boxes, in pixels of the picture at its whole size, holds text as far as it can be read."""


def closely(picture: Pixels, detector: Network) -> Map:
    """What the detector sees in an RGB picture (height, width, 3): 0..1 for each pixel."""
    height, width = picture.shape[:2]
    return detector(_padded(picture, STRIDE)[None])[0, 0, :height, :width]


def hinted(
    pictures: Levels, detector: Network, hints: Network, is_legible: Legible | None, known: Sequence[Box] = ()
) -> tuple[Map, float]:
    """What `probability_map` gives, where there is a hint of text in an RGB picture; 0 elsewhere.

    Without `is_legible` large letters are not looked for. The `known` places, in pixels of the picture at its whole
    size, are looked at too.
    """
    whole, scale = fitting(pictures.whole)
    reduced, _, _ = level(pictures, 2 * pictures.whole.shape[1] / whole.width)
    half = resized(reduced, _part(whole, 2))
    found = [_with_room(place, whole) for place in known if place.intersect(Box.of(whole)).area]
    found += _small(half, whole, hints)
    if is_legible is not None:
        found += _large(half, whole, detector, is_legible)
    places = _apart(found, whole)
    joined = np.zeros((whole.height, whole.width), np.float32)
    if sum(place.area for place in places) > _MOST * whole.area:
        places = [Box.of(whole)]
    scaled = resized(pictures.whole, whole) if places else pictures.whole
    for place in places:
        part = scaled[place.top : place.bottom, place.left : place.right]
        joined[place.top : place.bottom, place.left : place.right] = in_tiles(part, partial(closely, detector=detector))
    return joined, scale


def _small(half: Pixels, whole: Size, hints: Network) -> list[Box]:
    """Places that may hold small letters, with room for a margin, in pixels of the picture at its whole size."""
    rows, columns = (-(-side // CELL) for side in half.shape[:2])
    # what is seen in the padding lies outside the picture, where there is nothing to look at
    seen = hints(_padded(half, STRIDE)[None])[0, 0, :rows, :columns]
    return [_with_room(place, whole) for place in _together(seen, _SMALL, _SMALL_SURE, 2 * CELL)]


def _large(half: Pixels, whole: Size, detector: Network, is_legible: Legible) -> list[Box]:
    """The same of large letters."""
    quarter = resized(half, _part(whole, 4))
    seen = detector(_padded(quarter, _STEP)[None])[0, 0, : quarter.shape[0], : quarter.shape[1]]
    boxes = [core.scaled(4).whole() for core in cores_in(seen)]
    places = []
    for place in _together(seen, _LARGE, _LARGE_SURE, 4):
        roomy = _with_room(place, whole)
        inside = [box for box in boxes if _is_in(place, box)]
        if roomy.area < _READ_FIRST or not inside or is_legible(inside):
            places.append(roomy)
    return places


def _is_in(place: Box, box: TextBox) -> bool:
    return place.left <= box.x < place.right and place.top <= box.y < place.bottom


def _part(whole: Size, times: int) -> Size:
    return Size(-(-whole.width // times), -(-whole.height // times))


def _together(seen: Map, least: float, sure: float, step: int) -> list[Box]:
    """What lies together in a map, where some of it is sure; in pixels of a picture `step` times as large."""
    import cv2

    _, names, places, _ = cv2.connectedComponentsWithStats((seen > least).astype(np.uint8))
    found = (step * places[np.unique(names[seen > sure]), :4]).tolist()
    return [Box(left, top, left + width, top + height) for left, top, width, height in found]


def _padded(picture: Pixels, step: int) -> Pixels:
    """The picture with its last row and column repeated until its sides are whole steps."""
    import cv2

    height, width = picture.shape[:2]
    padded = cv2.copyMakeBorder(picture, 0, -height % step, 0, -width % step, cv2.BORDER_REPLICATE)
    return np.asarray(padded, np.uint8)


def _with_room(place: Box, whole: Size) -> Box:
    """Large letters are told by more of what is round them."""
    margin = min(_MOST_MARGIN, max(_LEAST_MARGIN, min(place.width, place.height)))
    roomy = Box(place.left - margin, place.top - margin, place.right + margin, place.bottom + margin)
    return _grown(roomy, whole)


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
