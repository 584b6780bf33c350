import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetkit.geometry import Box
from assetkit.model import TextRegion
from assetkit.text.boxes import TextBox
from assetkit.text.coverage import coverage

WINDOW = Box(10, 20, 110, 70)


def region(left, top, right, bottom):
    return TextRegion(((left, top), (right, top), (right, bottom), (left, bottom)), 1.0)


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
    assert coverage(found, WINDOW) == pytest.approx(expected)


@pytest.mark.parametrize("window", [Box(5, 5, 5, 50), Box(5, 5, 50, 5), Box(5, 5, 5, 5)])
def test_an_empty_window_is_covered_by_nothing(window):
    assert coverage([region(0, 0, 100, 100)], window) == 0.0


@given(regions)
def test_always_a_share(found):
    assert 0.0 <= coverage(found, WINDOW) <= 1.0


@given(regions, st.data())
def test_never_grows_when_a_region_is_removed(found, data):
    whole = coverage(found, WINDOW)
    if found:
        removed = data.draw(st.integers(0, len(found) - 1))
        assert coverage(found[:removed] + found[removed + 1 :], WINDOW) <= whole + 1e-9


@given(regions)
def test_at_most_the_sum_and_at_least_the_largest(found):
    each = [coverage([one], WINDOW) for one in found]
    whole = coverage(found, WINDOW)
    assert max(each, default=0.0) - 1e-9 <= whole <= sum(each) + 1e-9


@given(regions)
def test_order_does_not_matter(found):
    assert coverage(found[::-1], WINDOW) == pytest.approx(coverage(found, WINDOW), abs=1e-9)


@given(regions)
def test_scale_does_not_matter(found):
    larger = [TextRegion(tuple((3 * x, 3 * y) for x, y in one.polygon), 1.0) for one in found]
    window = Box(*(3 * side for side in (WINDOW.left, WINDOW.top, WINDOW.right, WINDOW.bottom)))
    assert coverage(larger, window) == pytest.approx(coverage(found, WINDOW), abs=1e-9)
