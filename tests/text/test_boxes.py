from itertools import pairwise
from math import hypot

import cv2
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from assetkit.text.boxes import TextBox, cores_in, growth, inside

sides = st.floats(1, 500)
boxes = st.builds(TextBox, st.floats(-500, 500), st.floats(-500, 500), sides, sides, st.floats(-180, 180), st.just(0.9))


def core_map(*cores, size=(320, 240)):
    """A probability map with (x, y, width, height, angle, probability) rectangles in it."""
    drawn = np.zeros(size[::-1], np.float32)
    for x, y, width, height, angle, probability in cores:
        # OpenCV draws through the pixels' centres, hence a pixel less
        corners = cv2.boxPoints(((x - 0.5, y - 0.5), (width - 1, height - 1), angle))
        cv2.fillConvexPoly(drawn, np.round(corners * 16).astype(np.int32), probability, shift=4)
    return drawn


def test_corners_are_clockwise_from_the_top_left():
    assert TextBox(50, 40, 20, 10, 0, 1.0).corners() == ((40, 35), (60, 35), (60, 45), (40, 45))


def test_corners_turn_clockwise():
    corners = TextBox(50, 40, 20, 10, 90, 1.0).corners()
    assert corners == tuple(pytest.approx(corner) for corner in ((55, 30), (55, 50), (45, 50), (45, 30)))


@given(boxes)
def test_corners_keep_sides_and_centre(box):
    corners = box.corners()
    lengths = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise((*corners, corners[0]))]
    assert lengths == pytest.approx([box.width, box.height] * 2)
    assert np.mean(corners, axis=0) == pytest.approx((box.x, box.y), abs=1e-6)
    assert shapely.LinearRing(corners).is_ccw  # clockwise to the eye, since y points down


def test_scaled():
    assert TextBox(50, 40, 20, 10, 30, 0.7).scaled(0.5) == TextBox(25, 20, 10, 5, 30, 0.7)


def test_grown():
    assert TextBox(50, 40, 20, 10, 30, 0.7).grown(3, 1) == TextBox(50, 40, 26, 12, 30, 0.7)


def test_whole_grows_all_sides_alike():
    box = TextBox(50, 40, 60, 20, 30, 0.7)
    offset = growth(60, 20)
    assert box.whole() == box.grown(offset, offset)
    assert offset == growth(20, 60) > 0


@given(boxes)
def test_level_and_upright_are_the_same_rectangle(box):
    assert box.level().width >= box.level().height
    assert abs(box.upright().angle) <= 45
    for other in (box.level(), box.upright()):
        assert sorted(other.corners()) == [pytest.approx(corner, abs=1e-6) for corner in sorted(box.corners())] or (
            shapely.Polygon(other.corners()).symmetric_difference(shapely.Polygon(box.corners())).area < 1e-3
        )


def test_corners_inside_a_picture_stay_and_others_move_to_its_edge():
    corners = ((-3.5, 10.25), (50, -1), (120, 20), (60, 90))
    assert inside(corners, 100, 80) == ((0, 10.25), (50, 0), (100, 20), (60, 80))


def test_cores_in_a_map_top_first():
    upper, lower = cores_in(core_map((160, 60, 100, 20, 0, 0.9), (100, 180, 60, 12, 0, 0.8)))
    for core, expected in ((upper, (160, 60, 100, 20)), (lower, (100, 180, 60, 12))):
        level = core.level()
        assert (level.x, level.y, level.width, level.height) == pytest.approx(expected, abs=0.01)
    assert upper.score == pytest.approx(0.9, abs=0.01)
    assert lower.score == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize("angle", [-40, -15, 5, 30, 60])
def test_a_turned_core(angle):
    (core,) = cores_in(core_map((160, 120, 120, 24, angle, 0.9)))
    level = core.level()
    assert (level.x, level.y) == pytest.approx((160, 120), abs=0.7)
    assert (level.width, level.height) == pytest.approx((120, 24), abs=2)
    assert (level.angle - angle + 90) % 180 - 90 == pytest.approx(0, abs=1)


@pytest.mark.parametrize(
    "core",
    [
        (160, 120, 100, 2, 0, 0.9),  # thinner than a line can be
        (160, 120, 100, 20, 0, 0.4),  # more than a core needs, less than a line needs
        (160, 120, 100, 20, 0, 0.2),
    ],
)
def test_what_is_no_line(core):
    assert list(cores_in(core_map(core))) == []


def test_an_empty_map():
    assert list(cores_in(np.zeros((64, 64), np.float32))) == []


def test_a_ring_is_one_core_and_what_it_holds_another():
    ring = core_map((160, 120, 200, 160, 0, 0.9))
    ring[90:150, 120:200] = 0
    assert len(list(cores_in(ring))) == 1
    ring[110:130, 140:180] = 0.9
    assert len(list(cores_in(ring))) == 2


@pytest.mark.parametrize("angle", [0.0, 90.0, 30.0])
def test_a_part_lies_where_it_lay_in_the_whole(angle):
    whole = TextBox(50, 40, 20, 10, angle, 0.9)
    part = whole.part((5, 20), (-2, 10))
    assert (part.width, part.height) == (15, 12)
    assert part.corners()[2] == pytest.approx(whole.corners()[2])
    assert whole.part((0, 20), (0, 10)) == whole
