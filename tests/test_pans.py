"""The slowest path through gates: through all of them, no faster than it must be, soft at its corners."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetkit.pans import Gate, path, speed


def gates(*rows):
    return [Gate(*row) for row in rows]


def at(points, time):
    for (one, a), (other, b) in pairwise(points):
        if one <= time <= other:
            return a + (b - a) * (time - one) / (other - one)
    raise AssertionError(f"{time} is not on the path")


def test_what_can_stand_still_does():
    assert path(gates((1, 0, 50), (2, 20, 90), (3, 10, 40)), 0, 4) == [(0, 30), (4, 30)]


def test_it_waits_where_it_is_until_it_must_move():
    points = path(gates((1, 0, 10), (5, 0, 10), (6, 30, 40)), 0, 8)
    assert at(points, 3) == pytest.approx(10, abs=0.1)
    assert 30 <= at(points, 6) <= 40


def test_it_takes_all_the_time_there_is():
    points = path(gates((0, 0, 0), (10, 100, 100)), 0, 10)
    assert speed(points) < 12
    assert all(b[1] >= a[1] - 0.75 for a, b in pairwise(points))


def test_corners_are_rounded():
    """The speed grows from point to point instead of being there at once."""
    points = path(gates((0, 0, 5, 9), (4, 0, 5, 9), (8, 85, 95, 9), (12, 85, 95, 9)), 0, 12)
    speeds = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(points)]
    assert len([s for s in speeds if 1 < s < 0.8 * max(speeds)]) >= 2


def test_a_string_bends_round_the_gates_between():
    points = path(gates((0, 0, 0), (5, 80, 90), (10, 0, 0)), 0, 10)
    assert 80 <= at(points, 5) <= 90
    assert at(points, 10) == pytest.approx(0, abs=1)


lows = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 100)), min_size=1, max_size=12)


@given(lows)
def test_it_passes_every_gate_from_start_to_end(rows):
    found = gates(*((1 + n, low, low + room) for n, (low, room) in enumerate(rows)))
    points = path(found, 0.5, len(rows) + 0.5)
    assert (points[0][0], points[-1][0]) == (0.5, len(rows) + 0.5)
    for gate in found:
        assert gate.low - 1 <= at(points, gate.time) <= gate.high + 1


@given(lows)
def test_no_path_is_slower_than_the_narrowest_need(rows):
    """Between two gates it must cover at least the distance that they lie apart."""
    found = gates(*((1 + n, low, low + room) for n, (low, room) in enumerate(rows)))
    need = max(
        (max(b.low - a.high, a.low - b.high, 0) / (b.time - a.time) for a in found for b in found if a.time < b.time),
        default=0,
    )
    assert need - 2 <= speed(path(found, 0.5, len(rows) + 0.5)) <= 2 * need + 2
