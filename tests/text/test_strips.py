import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from assetkit.text import strips
from assetkit.text.boxes import TextBox
from assetkit.text.strips import Levels, strip


def ramp(width, height):
    """Red tells the column, green the row, both 0..1 of the picture's side."""
    x, y = (np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height
    red, green = np.broadcast_to(x * 255, (height, width)), np.broadcast_to(y[:, None] * 255, (height, width))
    return np.stack([red, green, np.zeros_like(red)], axis=-1).round().astype(np.uint8)


def test_every_level_is_half_the_one_before_and_none_is_tiny():
    picture = Levels(ramp(801, 300))
    assert [picture.halved(times).shape[:2] for times in range(4)] == [(300, 801), (150, 400), (75, 200), (75, 200)]
    assert Levels(ramp(4, 4)).halved(9).shape == (4, 4, 3)


def test_threads_may_share_the_levels(monkeypatch):
    half = strips._half  # slow enough for the others to ask meanwhile
    monkeypatch.setattr(strips, "_half", lambda picture: [half(picture), time.sleep(0.02)][0])
    picture = Levels(ramp(4001, 3001))
    with ThreadPoolExecutor(8) as crew:
        found = list(crew.map(picture.halved, [5, 4, 3, 2, 1, 5, 4, 3] * 4))
    assert [each.shape[1] for each in found] == [125, 250, 500, 1000, 2000, 125, 250, 500] * 4
    assert [picture.halved(times).shape[1] for times in range(6)] == [4001, 2000, 1000, 500, 250, 125]


@pytest.mark.parametrize("rows", [8, 24, 75, 300])  # cut out of every level, and enlarged
@pytest.mark.parametrize("angle", [0.0, 90.0, 180.0])
def test_a_strip_shows_the_box_from_whatever_level_it_is_cut(rows, angle):
    picture = Levels(ramp(802, 602))
    box = TextBox(401.0, 301.0, 400.0, 200.0, angle, 1.0)
    seen = strip(picture, box, rows * 2, rows).astype(float)
    size = picture.whole.shape[1], picture.whole.shape[0]
    for (row, column), corner in zip([(0, 0), (0, -1), (-1, -1), (-1, 0)], box.corners(), strict=True):
        wanted = [255 * place / side for place, side in zip(corner, size, strict=True)]
        step = 255 * 200 / rows / min(size)  # a pixel of the strip
        assert seen[row, column, :2] == pytest.approx(wanted, abs=step + 2)


def test_edges_are_repeated_past_the_pictures():
    white = np.full((40, 60, 3), 255, np.uint8)
    assert strip(Levels(white), TextBox(0, 0, 80, 60, 30.0, 1.0), 40, 30).min() == 255
