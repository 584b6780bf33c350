import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetkit.geometry import Box, Size
from assetkit.placement import canvas_in_source, in_output
from tests.factories import still_plan

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
