"""The slowest way through a corridor: where a window must be at some moments, and how it gets from one to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, pi

_STEP = 0.2  # seconds between the points of an eased path
_EASE = 1.2  # seconds over which a corner is rounded
_FINE = 0.75  # pixels that a point may lie off the line between its neighbours before it is worth a keyframe


@dataclass(frozen=True, slots=True)
class Gate:
    """Where a window should start at `time` (seconds); to round a corner, a path may stray from there by `give`."""

    time: float
    low: float
    high: float
    give: float = 0.0


Point = tuple[float, float]
"""Seconds, and where the window starts."""


def path(gates: Sequence[Gate], start: float, end: float) -> list[Point]:
    """The path through all gates that is nowhere faster than it must be, rounded at its corners.

    It reaches from `start` to `end` (seconds), with all gates (at least one, ascending) between them.
    """
    corners = _taut(gates)
    corners = [(start, corners[0][1]), *corners, (end, corners[-1][1])]
    eased = _eased(corners, start, end)
    fits = all(g.low - g.give <= _at(eased, g.time) <= g.high + g.give for g in gates)
    return _thinned(eased if fits else corners)


def speed(points: Sequence[Point]) -> float:
    """The fastest part, in pixels a second."""
    return max((abs(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points) if b[0] > a[0]), default=0.0)


def _taut(gates: Sequence[Gate]) -> list[Point]:
    """A string pulled tight through the gates, held at both ends where it is: no path has a lower top speed."""
    number, place = _first_stop(gates)
    points = [(gates[number].time, place)]
    while number < len(gates) - 1:
        number, place = _next_stop(gates, number, place)
        points.append((gates[number].time, place))
    return points


def _first_stop(gates: Sequence[Gate]) -> tuple[int, float]:
    """How far it gets without moving: the last gate that it must touch, and where it stands."""
    low, high, at_low, at_high = gates[0].low, gates[0].high, 0, 0
    for number, gate in enumerate(gates):
        if gate.low > high:
            return at_high, high
        if gate.high < low:
            return at_low, low
        if gate.low > low:
            low, at_low = gate.low, number
        if gate.high < high:
            high, at_high = gate.high, number
    return len(gates) - 1, (low + high) / 2


def _next_stop(gates: Sequence[Gate], here: int, place: float) -> tuple[int, float]:
    """The gate whose edge the string bends round next, or where it ends."""
    slowest, fastest, at_slow, at_fast = float("-inf"), float("inf"), here, here
    for number in range(here + 1, len(gates)):
        gate, run = gates[number], gates[number].time - gates[here].time
        low, high = (gate.low - place) / run, (gate.high - place) / run
        if low > fastest:
            return at_fast, gates[at_fast].high
        if high < slowest:
            return at_slow, gates[at_slow].low
        if low > slowest:
            slowest, at_slow = low, number
        if high < fastest:
            fastest, at_fast = high, number
    if slowest > 0:
        return at_slow, gates[at_slow].low
    if fastest < 0:
        return at_fast, gates[at_fast].high
    return len(gates) - 1, place


def _eased(corners: Sequence[Point], start: float, end: float) -> list[Point]:
    """The path averaged over about a second, so that it starts and stops softly; its ends stay where they are."""
    count = max(1, round((end - start) / _STEP))
    times = [start + (end - start) * n / count for n in range(count + 1)]
    reach = min(_EASE, (end - start) / 2) / 2
    return [(time, _mean_about(corners, time, reach)) for time in times]


def _mean_about(corners: Sequence[Point], time: float, reach: float) -> float:
    """Weighted by a raised cosine; before and after the path it stands still."""
    shares = [n / 8 for n in range(-7, 8)]
    weights = [1 + cos(pi * share) for share in shares]
    places = [_at(corners, time + share * reach) for share in shares]
    return sum(w * p for w, p in zip(weights, places, strict=True)) / sum(weights)


def _at(points: Sequence[Point], time: float) -> float:
    if time <= points[0][0]:
        return points[0][1]
    for (one, a), (other, b) in pairwise(points):
        if time <= other:
            return a + (b - a) * (time - one) / (other - one) if other > one else b
    return points[-1][1]


def _thinned(points: Sequence[Point]) -> list[Point]:
    """Fewer points along the same path (Ramer, 1972, and Douglas and Peucker, 1973)."""
    if len(points) < 3:
        return list(points)
    ends = [points[0], points[-1]]
    off, number = max((abs(p[1] - _at(ends, p[0])), n) for n, p in enumerate(points[1:-1], 1))
    if off <= _FINE:
        return ends
    return [*_thinned(points[: number + 1])[:-1], *_thinned(points[number:])]
