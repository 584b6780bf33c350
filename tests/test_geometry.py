from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetkit.geometry import (
    Box,
    Size,
    centred,
    fit_inside,
    is_ratio,
    largest_of_ratio,
    smallest_of_ratio,
)

sides = st.integers(1, 6000)
sizes = st.builds(Size, sides, sides)
ratios = st.builds(Fraction, st.integers(1, 40), st.integers(1, 40))
coordinates = st.integers(-500, 500)
boxes = st.builds(Box, coordinates, coordinates, coordinates, coordinates)


@pytest.mark.parametrize(
    ("size", "ratio", "expected"),
    [
        ((1080, 1440), "3/4", True),
        ((1081, 1440), "3/4", False),
        ((1080, 1441), "3/4", True),  # 1440.0 high would be exact: one row over is 0.75 of a column
        ((1080, 1442), "3/4", False),
        ((607, 1080), "9/16", True),  # 607.5 wide would be exact
        ((608, 1080), "9/16", True),
        ((606, 1080), "9/16", False),
        ((609, 1080), "9/16", False),
        ((1080, 1920), "9/16", True),
        ((1920, 1080), "9/16", False),
        ((1, 1), "3/4", True),
    ],
)
def test_a_ratio_holds_within_one_pixel(size, ratio, expected):
    assert is_ratio(Size(*size), Fraction(ratio)) is expected


@pytest.mark.parametrize(
    ("size", "ratio", "even", "expected"),
    [
        ((4000, 3000), "3/4", False, (2250, 3000)),
        ((3000, 4000), "3/4", False, (3000, 4000)),
        ((1000, 1000), "3/4", False, (750, 1000)),
        ((1001, 1002), "3/4", False, (750, 1000)),
        ((1920, 1080), "9/16", True, (594, 1056)),
        ((1080, 1920), "9/16", True, (1080, 1920)),
        ((1078, 1920), "9/16", True, (1062, 1888)),
        ((3, 4), "3/4", False, (3, 4)),
        ((3, 4), "3/4", True, None),
        ((2, 4), "3/4", False, None),
        ((17, 32), "9/16", True, None),
    ],
)
def test_the_largest_part_of_a_ratio(size, ratio, even, expected):
    found = largest_of_ratio(Size(*size), Fraction(ratio), even=even)
    assert found == (Size(*expected) if expected else None)


@given(sizes, ratios, st.booleans())
def test_the_largest_part_is_exact_inside_and_cannot_grow(size, ratio, even):
    part = largest_of_ratio(size, ratio, even=even)
    step = 2 if even else 1
    unit = Size(ratio.numerator * step, ratio.denominator * step)
    if part is None:
        assert not size.holds(unit)
        return
    assert part.ratio == ratio
    assert size.holds(part)
    assert not size.holds(Size(part.width + unit.width, part.height + unit.height))
    assert not even or (part.width % 2, part.height % 2) == (0, 0)


@given(sizes, ratios, st.booleans())
def test_the_smallest_canvas_has_the_ratio_holds_and_cannot_shrink(size, ratio, even):
    canvas = smallest_of_ratio(size, ratio, even=even)
    step = 2 if even else 1
    assert canvas.holds(size)
    assert is_ratio(canvas, ratio)
    assert not Size(canvas.width - ratio.numerator * step, canvas.height - ratio.denominator * step).holds(size)
    assert not even or (canvas.width % 2, canvas.height % 2) == (0, 0)


@pytest.mark.parametrize(
    ("size", "ratio", "even", "canvas"),
    [
        (
            (4000, 3000),
            "3/4",
            False,
            (4000, 5333),
        ),  # 4002 is exact, and leaves a stripe on either side
        ((3000, 4001), "3/4", False, (3001, 4001)),
        ((1920, 1080), "9/16", True, (1920, 3414)),
        ((1921, 1080), "9/16", True, (1926, 3424)),
    ],
)
def test_a_canvas_leaves_no_stripe_beside_the_picture(size, ratio, even, canvas):
    assert smallest_of_ratio(Size(*size), Fraction(ratio), even=even) == Size(*canvas)


@pytest.mark.parametrize(
    ("size", "limit", "even", "expected"),
    [
        ((3000, 4000), (1080, 1440), False, (1080, 1440)),
        ((600, 800), (1080, 1440), False, (600, 800)),
        ((4000, 3000), (1080, 1440), False, (1080, 810)),
        ((1000, 3), (100, 100), False, (100, 1)),
        ((594, 1056), (1080, 1920), True, (594, 1056)),
        ((1080, 1920), (720, 1280), True, (720, 1280)),
        ((1001, 1001), (500, 500), True, (500, 500)),
        ((7, 7), (20, 20), True, (6, 6)),
        ((100, 100), (7, 7), True, (6, 6)),
    ],
)
def test_fitting_inside(size, limit, even, expected):
    assert fit_inside(Size(*size), Size(*limit), even=even) == Size(*expected)


@given(sizes, sizes, st.booleans())
def test_fitting_inside_never_enlarges_and_keeps_the_ratio(size, limit, even):
    drawn = fit_inside(size, limit, even=even)
    least = 2 if even else 1
    assert drawn.width <= max(least, min(size.width, limit.width))
    assert drawn.height <= max(least, min(size.height, limit.height))
    assert min(drawn.width, drawn.height) >= least
    assert not even or (drawn.width % 2, drawn.height % 2) == (0, 0)
    scale = min(Fraction(1), Fraction(limit.width, size.width), Fraction(limit.height, size.height))
    slack = 2 if even else 1
    assert abs(drawn.width - size.width * scale) <= slack
    assert abs(drawn.height - size.height * scale) <= slack
    assert even or limit.holds(size) is (drawn == size)


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        ((2, 2), (4, 4), (1, 1, 3, 3)),
        ((4, 4), (4, 4), (0, 0, 4, 4)),
        ((1, 1), (4, 2), (1, 0, 2, 1)),
    ],
)
def test_centring(inner, outer, expected):
    assert centred(Size(*inner), Size(*outer)) == Box(*expected)


@given(boxes, boxes)
def test_what_two_boxes_share_is_in_both(one, other):
    shared = one.intersect(other)
    assert shared.area == other.intersect(one).area
    assert shared.area <= min(one.area, other.area)
    assert 0.0 <= one.kept_by(other) <= 1.0


@given(boxes, coordinates, coordinates)
def test_moving_keeps_the_size(box, dx, dy):
    assert box.moved(dx, dy).size == box.size
    assert box.moved(dx, dy).moved(-dx, -dy) == box


@pytest.mark.parametrize(
    ("box", "window", "share"),
    [
        ((0, 0, 10, 10), (0, 0, 10, 10), 1.0),
        ((0, 0, 10, 10), (5, 0, 20, 20), 0.5),
        ((0, 0, 10, 10), (5, 5, 20, 20), 0.25),
        ((0, 0, 10, 10), (10, 0, 20, 20), 0.0),
        ((5, 5, 5, 9), (100, 100, 200, 200), 1.0),
    ],
)
def test_the_share_of_a_box_that_a_window_keeps(box, window, share):
    assert Box(*box).kept_by(Box(*window)) == share


def test_a_box_turned_inside_out_is_empty():
    assert Box(10, 10, 5, 5).size == Size(0, 0)
    assert Box(0, 0, 4, 4).intersect(Box(4, 0, 8, 4)).area == 0


def test_scaling_rounds_each_edge():
    assert Box(1, 2, 3, 5).scaled(1.5) == Box(2, 3, 4, 8)
    assert str(Size(1080, 1440)) == "1080 x 1440"
    assert Size(3, 4).swapped == Size(4, 3)
