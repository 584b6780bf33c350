"""From the detector's core of a line to its ink, outline included."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import hypot

from assetkit.text.boxes import TextBox, growth
from assetkit.text.edges import Edge, ends, height
from assetkit.text.runtime import Network
from assetkit.text.strips import Levels

_LEVEL, _ASLANT = 0.05, 4.0  # degrees
_RIM, _END_RIM = 0.5, 0.25  # pixels: the half-covered ones round a glyph belong to its ink
_PART_DOUBT = 0.6  # of a line's area, were the detector's score 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text tight round its ink, and the standard error of its area in square pixels."""

    box: TextBox
    doubt: float


def fit(pictures: Levels, core: TextBox, others: Sequence[TextBox], heights: Network, along: Network) -> Line:
    """The line whose core is `core` in a picture beside the `others`; the networks are those of `edges`."""
    seen = [(way, *height(pictures, way, heights)) for way in ways(core.level())]
    way, upper, lower = min(seen, key=lambda each: hypot(each[1].doubt, each[2].doubt))
    left, right = ends(pictures, way, along)
    usual = growth(way.width, way.height)
    if _reaches(others, way.part((-left.distance, 0), (0, way.height))):
        left = replace(left, distance=usual)
    if _reaches(others, way.part((way.width, way.width + right.distance), (0, way.height))):
        right = replace(right, distance=usual)
    middle = way.height / 2
    box = way.part(
        (-left.distance - _END_RIM, way.width + right.distance + _END_RIM),
        (middle - upper.distance - _RIM, middle + lower.distance + _RIM),
    )
    return Line(box, _doubt(box, (upper, lower), (left, right)))


def _reaches(others: Sequence[TextBox], beyond: TextBox) -> bool:
    """True if a line would go on over another one: then it ends where lines usually do."""
    return any(beyond.holds(other) for other in others)


def _doubt(box: TextBox, across: tuple[Edge, Edge], along: tuple[Edge, Edge]) -> float:
    """What is not known of the four edges; and a line that the detector is less sure of may lack a part."""
    unsure = _PART_DOUBT * (1 - box.score) * box.width * box.height
    sides = [box.width * edge.doubt for edge in across] + [box.height * edge.doubt for edge in along]
    return hypot(*sides, unsure)


def ways(core: TextBox) -> list[TextBox]:
    """How the line of a level core may run: a descender at one end tilts the core, and its line lies level."""
    if _LEVEL < abs(core.tilt()) < _ASLANT:
        return [core, core.straight()]
    return [core]
