"""From the detector's core of a line to its ink, outline included: across by a network, along by the glyphs' edges."""

from dataclasses import dataclass
from math import hypot
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from assetkit.text.boxes import TextBox, growth
from assetkit.text.height import Edge, height
from assetkit.text.runtime import Network
from assetkit.text.strips import straightened

_REACH = 1.5  # of the detector's usual growth; ink ends this near the core, what goes on beyond it is background
_SEED = 0.5  # of the usual growth: a glyph begins within it, which leaves panels' and neighbours' edges out
_CORE_PIXELS = 24  # a core is scaled down to this height: edges are sharp in it and texture is not
_EDGE = 0.45  # of the text's own contrast: above texture and shadows, below an outline on most backgrounds
_FAINTEST = 12  # grey levels; below it there is no ink to be told from noise
_BLURRED = 0.5  # strip pixels: what an edge marks outside the ink; less than the one, for ink half covers the next
# The fit is flat round these values: each of them a fifth up or down moves the mean error by under 0.1 points.

_LEVEL, _ASLANT = 0.05, 4.0  # degrees
_RIM = 0.5  # pixels: the half-covered ones round a glyph belong to its ink
_PART_DOUBT = 0.6  # of a line's area, were the detector's score 0
_END_DOUBT = 0.07  # of a line's height: standard error of both ends together

Margins = tuple[float, float]
Element = TypeVar("Element", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text tight round its ink, and the standard error of its area in square pixels."""

    box: TextBox
    doubt: float


def fit(picture: NDArray[np.uint8], core: TextBox, network: Network) -> Line:
    """The line whose core is `core` in an RGB picture (height, width, 3); the network is that of `height`."""
    seen = [(way, *height(picture, way, network)) for way in ways(core.level())]
    way, upper, lower = min(seen, key=lambda each: hypot(each[1].doubt, each[2].doubt))
    left, right = _ends(picture, way)
    middle = way.height / 2
    box = way.part((-left, way.width + right), (middle - upper.distance - _RIM, middle + lower.distance + _RIM))
    return Line(box, _doubt(box, upper, lower))


def _doubt(box: TextBox, upper: Edge, lower: Edge) -> float:
    """What is not known of the edges and the ends; and a line that the detector is less sure of may lack a part."""
    unsure = _PART_DOUBT * (1 - box.score) * box.width * box.height
    return hypot(box.width * upper.doubt, box.width * lower.doubt, _END_DOUBT * box.height**2, unsure)


def ways(core: TextBox) -> list[TextBox]:
    """How the line of a level core may run: a descender at one end tilts the core, and its line lies level."""
    if _LEVEL < abs(core.tilt()) < _ASLANT:
        return [core, core.straight()]
    return [core]


def _ends(picture: NDArray[np.uint8], core: TextBox) -> Margins:
    """How far a line's ink goes on beyond its level core, on the left and on the right."""
    usual = growth(core.width, core.height)
    reach = _REACH * usual + 1
    outer = core.grown(reach, reach)
    strip = straightened(picture, outer, min(1.0, _CORE_PIXELS / core.height))
    rows, columns = strip.shape[:2]
    across, down = columns / outer.width, rows / outer.height
    seed = reach - _SEED * usual
    left, right = _glyphs(strip, (reach * across, reach * down), (seed * across, seed * down))
    margin = (reach - usual) * across
    return reach - _blank(left, margin) / across, reach - _blank(columns - right, margin) / across


def _glyphs(strip: NDArray[np.uint8], core: Margins, seed: Margins) -> NDArray[np.int32]:
    """Where every connected set of edges in a strip that reaches inside the seed begins and ends (2 x n)."""
    import cv2

    _, found, boxes, _ = cv2.connectedComponentsWithStats(_edges(strip, core), connectivity=8)
    labels = np.unique(_inside(np.asarray(found, np.int32), seed))
    glyphs = np.asarray(boxes, np.int32)[labels[labels > 0]]
    return np.stack([glyphs[:, cv2.CC_STAT_LEFT], glyphs[:, cv2.CC_STAT_LEFT] + glyphs[:, cv2.CC_STAT_WIDTH]])


def _strongest(steps: Any) -> NDArray[np.uint8]:
    """The largest of the three channels; three times as fast as numpy's own maximum along so short an axis."""
    return np.asarray(np.maximum(np.maximum(steps[..., 0], steps[..., 1]), steps[..., 2]), np.uint8)


def _edges(strip: NDArray[np.uint8], core: Margins) -> NDArray[np.uint8]:
    """1 where a strip steps by a good part of the contrast inside its core, else 0."""
    import cv2

    beside = _strongest(cv2.absdiff(strip[:, 1:], strip[:, :-1]))
    below = _strongest(cv2.absdiff(strip[1:], strip[:-1]))
    inner = _inside(beside, core)
    contrast = float(np.percentile(inner, 95)) if inner.size else 0.0
    edges = np.zeros(strip.shape[:2], np.uint8)
    if contrast < _FAINTEST:
        return edges
    # a step between two pixels marks both: which of them is ink is not known
    edges[:, 1:] |= beside > _EDGE * contrast
    edges[:, :-1] |= beside > _EDGE * contrast
    edges[1:] |= below > _EDGE * contrast
    edges[:-1] |= below > _EDGE * contrast
    return edges


def _inside(array: NDArray[Element], margins: Margins) -> NDArray[Element]:
    """An array without its margins (x, y)."""
    x, y = round(margins[0]), round(margins[1])
    return array[y : array.shape[0] - y, x : array.shape[1] - x]


def _blank(distances: NDArray[np.int32], usual: float) -> float:
    """How much of a strip's side is blank, from the glyphs' distances to that side, all in strip pixels.

    A little more than to the nearest glyph, since an edge marks a blank pixel too. Where an edge runs out of the
    strip (a busy background) it says nothing: then the line ends as `usual`, or where a glyph that does end shows.
    """
    ending = distances[distances > 0]
    nearest = float(ending.min()) + _BLURRED if ending.size else usual
    return nearest if ending.size == distances.size else min(nearest, usual)
