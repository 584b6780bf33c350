import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetkit.geometry import Box, Size
from assetkit.text.hints import STRIDE, _apart, _grown, hinted


class Bright:
    """A network that takes what is bright for text, and remembers the sizes of what it was shown."""

    def __init__(self):
        self.shown = []

    def __call__(self, batch):
        self.shown.append(batch.shape[1:3])
        return batch[..., 2][:, None] / np.float32(255)

    @property
    def pixels(self):
        return sum(rows * columns for rows, columns in self.shown)


def picture(width, height, *boxes):
    """Black, but for white boxes (left, top, right, bottom)."""
    made = np.zeros((height, width, 3), np.uint8)
    for left, top, right, bottom in boxes:
        made[top:bottom, left:right] = 255
    return made


def test_a_picture_without_a_hint_is_looked_at_once_at_half_the_size():
    network = Bright()
    found = hinted(picture(960, 720), network)
    assert found.shape == (720, 960)
    assert not found.any()
    assert network.shown == [(384, 480)]


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
    assert (hinted(shown, Bright()) == shown[..., 2] / 255).all()


def test_only_places_are_looked_at_at_full_size():
    network = Bright()
    hinted(picture(960, 720, (100, 100, 200, 120), (700, 600, 900, 640)), network)
    half, *places = network.shown
    assert half == (384, 480)
    assert len(places) == 2
    assert all(rows <= 128 and columns <= 320 for rows, columns in places)


def test_where_text_fills_it_all_of_it_is_looked_at_once():
    network = Bright()
    hinted(picture(960, 720, (20, 20, 940, 700)), network)
    assert network.shown[1:] == [(736, 960)]


def test_a_small_picture_is_looked_at_without_asking_for_hints():
    network = Bright()
    hinted(picture(300, 120, (10, 10, 60, 20)), network)
    assert network.shown == [(128, 320)]


@pytest.mark.parametrize(("width", "height"), [(129, 961), (961, 129), (777, 333), (960, 540)])
def test_odd_sizes(width, height):
    shown = picture(width, height, (5, 60, 60, 90), (width - 31, height - 9, width, height))
    network = Bright()
    assert (hinted(shown, network) == shown[..., 2] / 255).all()
    assert all(rows % STRIDE == columns % STRIDE == 0 for rows, columns in network.shown)


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
