import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetkit.geometry import Box, Size
from assetkit.text.hints import CELL, STRIDE, _apart, _grown, hinted
from assetkit.text.probability import probability_map
from assetkit.text.strips import Levels


class Bright:
    """A detector that takes what is bright for text, and remembers the sizes of what it was shown."""

    def __init__(self):
        self.shown = []

    def __call__(self, batch):
        self.shown.append(batch.shape[1:3])
        return batch[..., 2][:, None] / np.float32(255)


def bright(batch):
    """Hints: every cell that has something bright in it."""
    _, rows, columns, _ = batch.shape
    cells = batch[0, ..., 2].reshape(rows // CELL, CELL, columns // CELL, CELL)
    return (cells.max((1, 3)) > 0).astype(np.float32)[None, None]


def picture(width, height, *boxes):
    """Black, but for white boxes (left, top, right, bottom)."""
    made = np.zeros((height, width, 3), np.uint8)
    for left, top, right, bottom in boxes:
        made[top:bottom, left:right] = 255
    return made


def looked(shown, detector, hints=bright, is_legible=lambda boxes: True):
    """What is seen of a picture of 960 pixels, which is looked at as it is."""
    found, scale = hinted(Levels(shown), detector, hints, is_legible)
    assert scale == pytest.approx(1)
    return found


def nothing(batch):
    return bright(batch) * 0


def test_no_place_is_looked_at_where_nothing_hints_at_text():
    detector = Bright()
    found = looked(picture(960, 720), detector, bright)
    assert found.shape == (720, 960)
    assert not found.any()
    assert detector.shown == [(192, 256)]  # a quarter of the size, for large letters


def test_our_network_sees_half_the_size_in_whole_cells():
    seen = []
    looked(picture(960, 722), Bright(), lambda batch: seen.append(batch.shape) or bright(batch))
    assert seen == [(1, 384, 480, 3)]


@pytest.mark.parametrize("hints", [bright, nothing])
def test_either_is_enough(hints):
    shown = picture(960, 720, (300, 300, 460, 380))
    assert (looked(shown, Bright(), hints) == shown[..., 2] / 255).all()


def test_what_is_unsure_throughout_is_no_hint_and_what_is_unsure_beside_is_part_of_one():
    shown = picture(960, 720, (303, 303, 304, 304))  # too faint at a quarter of the size
    cells = np.zeros((1, 1, 48, 60), np.float32)
    cells[0, 0, 18, 10:40] = 0.6
    detector = Bright()
    looked(shown, detector, lambda batch: cells)
    assert len(detector.shown) == 1
    cells[0, 0, 18, 20] = 0.7
    looked(shown, detector, lambda batch: cells)
    assert detector.shown[-1][1] >= 30 * 2 * CELL


@pytest.mark.parametrize(
    "boxes",
    [
        [(400, 300, 560, 330)],
        [(0, 0, 40, 20)],
        [(920, 700, 960, 720)],  # corners leave no room for a margin
        [(10, 300, 950, 330)],
        [(100, 100, 200, 120), (100, 190, 200, 210)],  # near enough to share their margins
        [(100, 100, 200, 120), (700, 600, 900, 640)],
        [(100, 100, 110, 600)],
        [(20, 20, 940, 700)],
        [],
    ],
)
def test_hints_lead_to_what_a_look_at_all_of_it_finds(boxes):
    shown = picture(960, 720, *boxes)
    assert (looked(shown, Bright(), bright) == shown[..., 2] / 255).all()


def test_only_places_are_looked_at():
    detector = Bright()
    looked(picture(960, 720, (100, 100, 200, 120), (700, 600, 900, 640)), detector, bright)
    assert len(detector.shown) == 3
    assert all(rows <= 256 and columns <= 384 for rows, columns in detector.shown[1:])


def test_what_is_seen_in_the_padding_is_no_place():
    def beyond(batch):
        seen = np.zeros((1, 1, *batch.shape[1:3]), np.float32)
        seen[..., -4:, -4:] = 1
        return seen

    shown = picture(960, 520)  # a quarter of it is padded by 62 rows
    assert not looked(shown, beyond, lambda batch: beyond(batch)[..., ::CELL, ::CELL] * 0).any()


def test_where_text_fills_it_all_of_it_is_looked_at_once():
    detector = Bright()
    looked(picture(960, 720, (20, 20, 940, 700)), detector, bright)
    assert detector.shown[1:] == [(736, 960)]


SIZES = [(129, 961), (961, 129), (777, 333), (960, 540), (1440, 1080), (300, 4000), (1, 1), (3, 40)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_any_size(width, height):
    shown = picture(width, height, (5, 60, 60, 90), (width - 31, height - 9, width, height))
    detector = Bright()
    found, scale = hinted(Levels(shown), detector, bright, lambda boxes: True)
    expected, whole_scale = probability_map(shown, lambda part: part[..., 2] / np.float32(255))
    assert scale == whole_scale
    assert (found == expected).all()
    assert all(rows % STRIDE == columns % STRIDE == 0 for rows, columns in detector.shown)


@pytest.mark.parametrize(("is_legible", "looks"), [(True, 2), (False, 1)])
def test_a_large_place_is_read_before_it_is_looked_at(is_legible, looks):
    """A plate is a large letter to the detector, at any size."""
    detector, read = Bright(), []
    shown = picture(960, 720, (200, 200, 600, 500))
    looked(shown, detector, nothing, lambda boxes: read.append(boxes) or is_legible)
    assert len(detector.shown) == looks
    [[box]] = read
    assert (box.x, box.y) == pytest.approx((400, 350), abs=4)
    assert min(box.width, box.height) >= 300


def test_large_letters_are_not_looked_for_where_nobody_reads():
    detector = Bright()
    assert not looked(picture(960, 720, (200, 200, 600, 500)), detector, nothing, None).any()
    assert detector.shown == []


def test_a_large_place_in_which_there_is_nothing_to_read_is_looked_at():
    shown = picture(960, 720, (200, 200, 600, 500)) // 3  # too faint for a line, and for a box
    shown[340:360, 390:410] = 255
    detector = Bright()
    looked(shown, detector, nothing, lambda boxes: False)
    assert len(detector.shown) == 2


def test_what_our_network_hints_at_is_not_read_first():
    shown = picture(960, 720, (200, 200, 600, 500))
    assert (looked(shown, Bright(), bright, lambda boxes: False) == shown[..., 2] / 255).all()


def test_places_that_are_known_are_looked_at_without_a_hint():
    shown, detector = picture(960, 720, (300, 300, 460, 380), (100, 100, 120, 110)), Bright()
    found, _ = hinted(Levels(shown), detector, nothing, None, [Box(310, 310, 400, 350)])
    assert found[300:380, 300:460].all()
    assert not found[:200].any()
    assert len(detector.shown) == 1


@pytest.mark.parametrize("place", [Box(5000, 0, 5100, 10), Box(-500, -500, -300, -300), Box(10, 10, 10, 40)])
@pytest.mark.parametrize("size", [(960, 720), (960, 20), (1, 1)])
def test_places_outside_the_picture_are_none(place, size):
    detector = Bright()
    found, _ = hinted(Levels(picture(*size)), detector, nothing, None, [place])
    assert not found.any()
    assert detector.shown == []


def test_a_small_place_is_not_read_first():
    shown = picture(960, 720, (300, 300, 460, 380))
    assert (looked(shown, Bright(), nothing, lambda boxes: False) == shown[..., 2] / 255).all()


sides = st.integers(130, 960)
places = st.lists(st.tuples(*[st.integers(-100, 1000)] * 4), max_size=8)


@given(sides, sides, places)
def test_places_share_nothing_and_lose_nothing(width, height, boxes):
    whole = Size(width, height)
    wanted = [Box(min(a, c), min(b, d), max(a, c) + 1, max(b, d) + 1) for a, b, c, d in boxes]
    wanted = [box for box in wanted if box.intersect(Box.of(whole)).area]
    found = _apart([_grown(box, whole) for box in wanted], whole)
    for number, box in enumerate(found):
        assert box == box.intersect(Box.of(whole))
        assert not any(box.intersect(other).area for other in found[:number])
    for box in wanted:
        assert any(box.intersect(Box.of(whole)).kept_by(place) == 1 for place in found)
