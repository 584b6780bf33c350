from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetkit.facts import FrameMeasurements
from assetkit.geometry import Box, Size
from assetkit.lettering import Code
from assetkit.placement import canvas_in_source, frame_in_output, in_output
from assetkit.windows import Keyframe
from tests.factories import region, still_plan

CROPPED = still_plan(Box(100, 200, 700, 1000), Size(300, 400))  # half the size
PADDED = still_plan(Box(100, 200, 700, 1000), Size(300, 400), Size(320, 500))  # 10 px beside, 50 above and below
UNEVEN = still_plan(Box(0, 0, 100, 100), Size(100, 100), Size(103, 100))


@pytest.mark.parametrize(
    ("plan", "canvas"),
    [
        (CROPPED, Box(100, 200, 700, 1000)),
        (PADDED, Box(80, 100, 720, 1100)),
        (UNEVEN, Box(-1, 0, 102, 100)),  # a canvas that is wider by an odd number has the larger part on the right
    ],
)
def test_the_canvas_as_a_window_of_the_source(plan, canvas):
    assert canvas_in_source(plan) == canvas


@pytest.mark.parametrize(
    ("box", "plan", "placed"),
    [
        (Box(100, 200, 700, 1000), CROPPED, [Box(0, 0, 300, 400)]),
        (Box(200, 400, 300, 500), CROPPED, [Box(50, 100, 100, 150)]),
        (Box(0, 0, 300, 300), CROPPED, [Box(0, 0, 100, 50)]),  # what the crop cuts off is no longer there
        (Box(0, 0, 100, 200), CROPPED, []),
        (Box(700, 200, 800, 300), CROPPED, []),
        (Box(200, 400, 300, 500), PADDED, [Box(60, 150, 110, 200)]),
        (Box(0, 0, 2000, 2000), PADDED, [Box(10, 50, 310, 450)]),
        (Box(100, 200, 101, 201), CROPPED, []),  # less than a pixel of the output
    ],
)
def test_a_box_of_the_source_in_the_output(box, plan, placed):
    assert list(in_output([box], plan)) == placed


def test_a_box_that_only_a_later_window_shows_is_in_the_output():
    windows = (Keyframe(Fraction(0), Box(0, 0, 100, 100)), Keyframe(Fraction(1), Box(100, 0, 200, 100)))
    plan = replace(still_plan(Box(0, 0, 100, 100), Size(100, 100), Size(100, 100)), windows=windows)
    assert in_output(iter([Box(120, 20, 160, 40)]), plan) == (Box(20, 20, 60, 40),)


sizes = st.builds(Size, st.integers(1, 400), st.integers(1, 400))


@given(sizes, sizes, st.integers(0, 99), st.integers(0, 99))
def test_there_and_back(size, more, left, top):
    """The whole canvas lies where the window, placed in the output, says that it does."""
    window = Box(left, top, left + 2 * size.width, top + 2 * size.height)
    plan = still_plan(window, size, Size(size.width + more.width, size.height + more.height))
    (inner,) = in_output([window], plan)
    outer = canvas_in_source(plan)
    assert inner.size == plan.picture
    assert (window.left - outer.left, window.top - outer.top) == (2 * inner.left, 2 * inner.top)
    assert outer.size == Size(2 * plan.canvas.width, 2 * plan.canvas.height)


def test_what_a_frame_shows_moves_into_the_output_and_what_is_cut_off_goes():
    plan = still_plan(Box(100, 0, 700, 800), picture=Size(300, 400), canvas=Size(320, 400))
    lines = (region(200, 100, 400, 140, text="in"), region(0, 0, 110, 40, text="out"))
    codes = tuple(
        Code("matrix", "QR Code", text, box)
        for text, box in (("in", Box(300, 300, 401, 400)), ("cut", Box(90, 0, 190, 90)))
    )
    found = frame_in_output(
        FrameMeasurements(Fraction(3), lines, codes=codes), replace(plan, trim=(Fraction(1), Fraction(9)))
    )
    assert [(line.text, line.box) for line in found.text] == [("in", Box(60, 50, 160, 70))]
    assert [(code.text, code.box) for code in found.codes] == [("in", Box(110, 150, 161, 200))]
    assert found.time == 2
    bare = frame_in_output(FrameMeasurements(Fraction(3)), plan)
    assert (bare.text, bare.codes) == (None, None)  # nobody looked
