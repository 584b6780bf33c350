import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetkit.geometry import Box
from assetkit.lettering import TextRegion
from assetkit.text.boxes import TextBox
from assetkit.text.coverage import FLOOR, SURE_TIMES, coverage

WINDOW = Box(10, 20, 110, 70)


def share(found, window):
    return coverage(found, window).share


def region(left, top, right, bottom, doubt=0.0):
    return TextRegion(((left, top), (right, top), (right, bottom), (left, bottom)), 1.0, doubt=doubt)


def turned(x, y, width, height, angle):
    return TextRegion(TextBox(x, y, width, height, angle, 1.0).corners(), 1.0)


places = st.floats(-50, 200)
lengths = st.floats(0, 150)
regions = st.lists(st.builds(turned, places, places, lengths, lengths, st.floats(-90, 90)), max_size=6)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], 0.0),
        ([region(10, 20, 110, 70)], 1.0),
        ([region(10, 20, 60, 70)], 0.5),
        ([region(10, 20, 60, 70), region(10, 20, 60, 70)], 0.5),  # overlaps count once
        ([region(10, 20, 60, 70), region(35, 20, 85, 70)], 0.75),
        ([region(10, 20, 35, 70), region(60, 20, 85, 70)], 0.5),
        ([region(-40, -30, 60, 70)], 0.5),  # what lies outside the window does not count
        ([region(-500, -500, 500, 500)], 1.0),
        ([region(110, 20, 200, 70)], 0.0),  # touches it only
        ([region(20, 30, 20, 60)], 0.0),  # no area
        ([turned(60, 45, 20, 10, 37)], 0.04),
        ([TextRegion(((10, 20), (60, 70), (60, 20), (10, 70)), 1.0)], 0.25),  # a bow tie: its two triangles
    ],
)
def test_coverage(found, expected):
    assert share(found, WINDOW) == pytest.approx(expected)


def test_what_is_next_to_nothing_covers_nothing():
    nothing = [turned(0, 0, 0, 0, 0), turned(0, 0, 0, 0, 0)]
    slivers = [turned(0, 0, 2.8659841701605842e-291, 0, 0), turned(2.3478108861183133e-301, 0, 0, 1, 0)]
    assert share([*nothing, *slivers], WINDOW) == 0.0  # and a warning fails a test


@pytest.mark.parametrize("window", [Box(5, 5, 5, 50), Box(5, 5, 50, 5), Box(5, 5, 5, 5)])
def test_an_empty_window_is_covered_by_nothing(window):
    assert share([region(0, 0, 100, 100)], window) == 0.0


@given(regions)
def test_always_a_share(found):
    assert 0.0 <= share(found, WINDOW) <= 1.0


@given(regions, st.data())
def test_never_grows_when_a_region_is_removed(found, data):
    whole = share(found, WINDOW)
    if found:
        removed = data.draw(st.integers(0, len(found) - 1))
        assert share(found[:removed] + found[removed + 1 :], WINDOW) <= whole + 1e-9


@given(regions)
def test_at_most_the_sum_and_at_least_the_largest(found):
    each = [share([one], WINDOW) for one in found]
    whole = share(found, WINDOW)
    assert max(each, default=0.0) - 1e-9 <= whole <= sum(each) + 1e-9


@given(regions)
def test_order_does_not_matter(found):
    assert share(found[::-1], WINDOW) == pytest.approx(share(found, WINDOW), abs=1e-9)


@given(regions)
def test_scale_does_not_matter(found):
    larger = [TextRegion(tuple((3 * x, 3 * y) for x, y in one.polygon), 1.0) for one in found]
    window = Box(*(3 * side for side in (WINDOW.left, WINDOW.top, WINDOW.right, WINDOW.bottom)))
    assert share(larger, window) == pytest.approx(share(found, WINDOW), abs=1e-9)


# half the window, a quarter of it in doubt by 50 square pixels
HALF, QUARTER = region(10, 20, 60, 70, doubt=100), region(60, 20, 85, 70, doubt=50)


@pytest.mark.parametrize(
    ("found", "exempt", "error"),
    [
        ([HALF], [], 100),
        ([HALF, QUARTER], [], (100**2 + 50**2) ** 0.5),
        ([HALF, region(-500, -500, -400, -400, doubt=10**6)], [], 100),  # what does not count is not doubted
        ([region(-40, 20, 60, 70, doubt=100)], [], 50),  # half of it lies outside the window
        ([HALF, QUARTER], [Box(10, 20, 60, 70)], 50),
        ([HALF], [Box(10, 20, 35, 70)], 50),
        ([region(20, 30, 40, 40)], [], 0),
    ],
)
def test_the_interval_grows_with_the_doubt_of_what_counts(found, exempt, error):
    measured = coverage(found, WINDOW, exempt)
    half = SURE_TIMES * error / WINDOW.area + FLOOR
    assert measured.high - measured.share == pytest.approx(half)
    assert measured.share - measured.low == pytest.approx(half)


@pytest.mark.parametrize("found", [[], [region(200, 200, 300, 300, doubt=99)], [region(20, 30, 20, 60, doubt=99)]])
def test_no_text_is_no_doubt(found):
    measured = coverage(found, WINDOW)
    assert (measured.share, measured.low, measured.high, measured.grid_cells) == (0.0, 0.0, 0.0, 0)


def test_the_interval_ends_at_nothing_and_at_everything():
    speck, all_of_it = region(20, 30, 21, 31, doubt=500), region(0, 0, 200, 200, doubt=500)
    assert coverage([speck], WINDOW).low == 0.0
    assert coverage([all_of_it], WINDOW).high == 1.0


@pytest.mark.parametrize(
    ("exempt", "expected"),
    [
        ([], 0.5),
        ([Box(10, 20, 60, 70)], 0.0),
        ([Box(0, 0, 500, 500)], 0.0),
        ([Box(10, 20, 35, 70)], 0.25),
        ([Box(10, 20, 35, 70), Box(20, 20, 35, 70)], 0.25),  # overlaps are taken off once
        ([Box(60, 20, 110, 70)], 0.5),  # no text there
    ],
)
def test_exempt_parts_do_not_count(exempt, expected):
    assert coverage([region(10, 20, 60, 70)], WINDOW, exempt).share == pytest.approx(expected)


def test_a_canvas_is_what_the_share_is_of_and_the_window_what_counts():
    canvas = Box(10, -30, 110, 120)  # three times as high
    over_the_edge = region(10, -30, 60, 70)
    measured = coverage([over_the_edge], WINDOW, canvas=canvas)
    assert measured.share == pytest.approx(0.5 / 3)
    assert measured.grid_cells == 9  # three columns, of which the rows 2 to 4 hold some of the window


@pytest.mark.parametrize(
    ("found", "cells"),
    [
        (region(10, 20, 110, 70), 25),
        (region(11, 21, 29, 29), 1),
        (region(11, 21, 31, 29), 2),
        (region(11, 21, 30.3, 29), 1),  # under 2 % of the second cell
        (region(11, 21, 33, 33), 4),
        (region(10, 40, 110, 50), 5),
        (region(29.7, 29.7, 30.3, 30.3), 0),  # a corner of four, a trace of each
        (region(0, 0, 30, 30), 1),
    ],
)
def test_cells_that_text_touches(found, cells):
    assert coverage([found], WINDOW).grid_cells == cells


def test_traces_of_several_lines_add_up():
    traces = [region(12 + 3 * n, 21, 13 + 3 * n, 22) for n in range(5)]  # 1 of 200 square pixels each
    assert [coverage(traces[:n], WINDOW).grid_cells for n in (4, 5)] == [0, 1]


@given(regions, st.builds(lambda x, y, w, h: Box(x, y, x + w, y + h), *[st.integers(0, 100)] * 4))
def test_an_exemption_never_adds(found, exempt):
    whole, less = coverage(found, WINDOW), coverage(found, WINDOW, [exempt])
    assert less.share <= whole.share + 1e-9
    assert less.grid_cells <= whole.grid_cells
    assert 0.0 <= less.low <= less.share <= less.high <= 1.0
