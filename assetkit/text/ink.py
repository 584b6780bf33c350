"""From the detector's core of a line to its ink, outline included."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import hypot, radians, sin

from assetkit.text.boxes import TextBox, growth
from assetkit.text.edges import Each, Edge, ends, heights
from assetkit.text.runtime import Network
from assetkit.text.strips import Levels

_ASLANT = 4.0  # degrees
_EVEN = 0.1  # of the core's height, from end to end: networks see no difference between such a tilt and none
_RIM, _END_RIM = 0.5, 0.25  # pixels: the half-covered ones round a glyph belong to its ink
_PART_DOUBT = 0.6  # of a line's area, were the detector's score 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text tight round its ink, and the standard error of its area in square pixels."""

    box: TextBox
    doubt: float


def fit(pictures: Levels, cores: Sequence[TextBox], networks: tuple[Network, Network], each: Each = map) -> list[Line]:
    """The lines whose cores these are, all of one picture; the networks are those of `edges`, height first."""
    if not cores:
        return []
    options = [ways(core.level()) for core in cores]
    across = iter(heights(pictures, [way for some in options for way in some], networks[0], each))
    chosen = [min([(way, next(across)) for way in some], key=lambda way: _unsureness(way[1])) for some in options]
    along = ends(pictures, [way for way, _ in chosen], networks[1], each)
    return [_line(way, height, length, cores) for (way, height), length in zip(chosen, along, strict=True)]


def _unsureness(edges: tuple[Edge, Edge]) -> float:
    return hypot(*(edge.doubt for edge in edges))


def _line(way: TextBox, across: tuple[Edge, Edge], along: tuple[Edge, Edge], others: Sequence[TextBox]) -> Line:
    """A core and its edges (upper and lower, left and right) as a line beside the `others`."""
    (upper, lower), (left, right) = across, along
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
    return Line(box, _doubt(box, across, (left, right)))


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
    tilt = abs(core.tilt())
    if core.width * sin(radians(tilt)) < _EVEN * core.height:
        return [core.straight()]
    return [core, core.straight()] if tilt < _ASLANT else [core]
