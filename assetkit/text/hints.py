"""Looking for text: at all of a picture, or closely only where a first look at half the size hints at some.

At half the size hardly a line is overlooked, but lines run together and blobs pass for lines: that look is a hint, and
what is told comes from the network at full size. On real signs, posters and screenshots as many lines are found as
without hints, on rendered overlays the same ones. A photo takes half the time or less, a picture full of text an eighth
more: so it serves where hardly any text is to be expected, or where what comes of it is looked at again.
"""

import numpy as np
from numpy.typing import NDArray

from assetkit.geometry import Box, Size, hull
from assetkit.text.runtime import Network

STRIDE = 32  # the network halves five times
_HINT = 0.5  # probability at half the size; real lines reach 0.9 and more
_LEAST_MARGIN, _MOST_MARGIN = 32, 96  # pixels round a place; in between as many as its shorter side has
_STEP = 64  # pixels; sides of places are whole steps, for runtimes prepare anew for every shape
_MOST = 0.6  # share of a picture that places may fill; beyond, one look at all of it costs less

Pixels = NDArray[np.uint8]
Map = NDArray[np.float32]


def closely(picture: Pixels, network: Network) -> Map:
    """What the network sees in an RGB picture (height, width, 3), padded to whole strides: 0..1 for each pixel."""
    import cv2

    height, width = picture.shape[:2]
    padded = cv2.copyMakeBorder(picture, 0, -height % STRIDE, 0, -width % STRIDE, cv2.BORDER_REPLICATE)
    return network(np.asarray(padded, np.uint8)[None])[0, 0, :height, :width]


def hinted(picture: Pixels, network: Network) -> Map:
    """What the network sees in an RGB picture (height, width, 3) where there is a hint of text; 0 elsewhere."""
    whole = Size(picture.shape[1], picture.shape[0])
    if min(whole.width, whole.height) <= 2 * _LEAST_MARGIN + _STEP:  # every place would be nearly all of it
        return closely(picture, network)
    places = _hinted(picture, network)
    if sum(place.area for place in places) > _MOST * whole.area:
        return closely(picture, network)
    joined = np.zeros(picture.shape[:2], np.float32)
    for place in places:
        joined[place.top : place.bottom, place.left : place.right] = closely(
            picture[place.top : place.bottom, place.left : place.right], network
        )
    return joined


def _hinted(picture: Pixels, network: Network) -> list[Box]:
    """The places that may hold text, margins included; none shares a pixel with another."""
    import cv2

    whole = Size(picture.shape[1], picture.shape[0])
    half = cv2.resize(picture, (whole.width // 2, whole.height // 2), interpolation=cv2.INTER_AREA)
    hints = (closely(np.asarray(half, np.uint8), network) > _HINT).astype(np.uint8)
    _, _, places, _ = cv2.connectedComponentsWithStats(hints)  # the first is what lies round all others
    return _apart([_grown(_with_margin(*place), whole) for place in places[1:, :4].tolist()], whole)


def _with_margin(left: int, top: int, width: int, height: int) -> Box:
    """A place at half the size, at full size: large letters are told by more of what is round them."""
    margin = min(_MOST_MARGIN, max(_LEAST_MARGIN, 2 * min(width, height)))
    return Box(2 * left - margin, 2 * top - margin, 2 * (left + width) + margin, 2 * (top + height) + margin)


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
