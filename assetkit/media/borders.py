"""Bars that were baked into a picture: letterboxed exports, and screenshots of other screens.

A dark sky, a white product background or a limbo wall must never be taken for a bar. So a bar has a twin of the same
colour on the opposite side, is flat to the noise of compression, and ends along its whole length in one straight
line, behind which there is picture everywhere. A frame on all four sides is left alone: it cannot be told from
a book or a screen that lies flat on a plain ground.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from assetkit.geometry import Box
from assetkit.media.pixels import Pixels, Plane, strongest

_NOISE = 10  # levels of 255 that compression adds to a flat colour, away from edges
_SPECKS = 0.005  # of a row of a bar may stray further
_PICTURE = 24  # levels from the bar's colour that are picture beyond doubt
_BEYOND = 64  # levels that no ringing beside an edge reaches
_LEAST_SHARE = 0.005  # of the side; thinner bars are hardly seen
_LEAST = 4  # rows; fewer cannot be told from a hard edge
_RINGING = 17  # rows before the edge that JPEG's blocks disturb (16 where colour is halved), and the blur of scaling
_DEPTH = 9  # rows behind the edge in which the picture has to show
_ENDS = 2  # columns at either end: the picture between two bars reaches them, a thing on plain ground does not
_SEGMENTS = 20  # a straight line has picture behind it in each of so many parts
_LEAST_OF_SEGMENT, _LEAST_OF_EDGE = 0.3, 0.75  # of their columns: pictures have dark corners too


def find_borders(picture: Pixels) -> Box | None:
    """The part of an RGB picture (height, width, 3) that lies between two baked-in bars, in its pixels.

    None where there are no bars, or where it is not beyond doubt that there are.
    """
    height, width = picture.shape[:2]
    bars = _pair(picture)
    if bars:
        return Box(0, bars[0], width, height - bars[1])
    bars = _pair(picture.transpose(1, 0, 2))
    return Box(bars[0], 0, width - bars[1], height) if bars else None


def find_extent(picture: Pixels) -> Box:
    """All of an RGB picture (height, width, 3) but what is plain to the edge, in its pixels; empty if it is one colour.

    Of a dark scene between two black bars this is what still shows, so that it need not speak against the bars.
    """
    edges = [edge.reshape(-1, 3) for edge in (picture[0], picture[-1], picture[:, 0], picture[:, -1])]
    colour = np.median(np.concatenate(edges), axis=0).astype(np.int16)
    if all((np.abs(edge - colour).max(axis=1) > _NOISE).mean() > _SPECKS for edge in edges):
        return Box(0, 0, picture.shape[1], picture.shape[0])  # nearly every frame ends here
    stray = _away(picture, colour) > _NOISE
    rows, columns = (np.flatnonzero(stray.mean(axis=axis) > _SPECKS) for axis in (1, 0))
    if not rows.size or not columns.size:
        return Box(0, 0, 0, 0)
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def _pair(picture: Pixels) -> tuple[int, int] | None:
    """Rows of the bars at the top and at the bottom; None unless both are there, alike, and leave a picture."""
    height = picture.shape[0]
    least = max(_LEAST, round(height * _LEAST_SHARE))
    if height < 4 * least:
        return None
    colour = np.median(picture[:least].reshape(-1, 3), axis=0)
    low, high = (np.clip(colour + d, 0, 255).astype(np.uint8).tolist() for d in (-_NOISE, _NOISE))
    if cv2.inRange(np.ascontiguousarray(picture[[0, -1]]), np.array(low), np.array(high)).mean() < 255 * (1 - _SPECKS):
        return None  # nearly every photo ends here, before its pixels are looked at one by one
    away = _away(np.ascontiguousarray(picture), colour)
    top, bottom = _bar(away), _bar(away[::-1])
    if min(top, bottom) < least or top + bottom >= height:
        return None
    ends = (away[top : height - bottom, :_ENDS], away[top : height - bottom, -_ENDS:])
    return (top, bottom) if all((end > _NOISE).mean() >= _LEAST_OF_SEGMENT for end in ends) else None


def _away(picture: Pixels, colour: NDArray[Any]) -> Plane:
    """How far every pixel is from a colour, in the channel in which it is furthest."""
    return strongest(cv2.absdiff(picture, np.broadcast_to(colour.astype(np.uint8), picture.shape)))


def _bar(away: Plane) -> int:
    """How many rows at the top are a bar, by every pixel's distance from its colour; 0 if it is none."""
    strays = (away > _NOISE).mean(axis=1) > _SPECKS
    filled = (away > _PICTURE).mean(axis=1) >= _LEAST_OF_EDGE
    if not strays.any() or not filled.any():
        return 0
    reaching = (away > _BEYOND).mean(axis=1) > _SPECKS
    flat, edge = int(strays.argmax()), int(filled.argmax())
    if edge - flat > _RINGING:
        return 0
    behind = (away[edge : edge + _DEPTH] > _PICTURE).any(axis=0)
    if min(part.mean() for part in np.array_split(behind, _SEGMENTS)) < _LEAST_OF_SEGMENT:
        return 0
    if reaching[:edge].any():  # something of the picture reaches into the bar
        edge = int(reaching.argmax())
    return edge + 1  # the row of the edge itself is half bar, half picture
