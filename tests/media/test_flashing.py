from fractions import Fraction

import numpy as np
import pytest

from assetkit.media.flashing import COLUMNS, RATE, ROWS, find_flashes

SECONDS = 4


def clip(rate, *, area=1.0, low=16, high=235, seconds=SECONDS, start=0.0):
    """A clip as it is reduced: part of it bright and dark in turn, `rate` flashes a second, from `start` seconds on."""
    frames = np.full((seconds * RATE, ROWS, COLUMNS), low, np.uint8)
    bright = int(COLUMNS * area)
    for number in range(int(start * RATE), len(frames)):
        if (number - start * RATE) * 2 * rate // RATE % 2:
            frames[number, :, :bright] = high
    return frames.tobytes()


@pytest.mark.parametrize("rate", [1, 2, 3])
def test_three_flashes_a_second_are_allowed(rate):
    assert find_flashes(clip(rate)) == ()


@pytest.mark.parametrize("rate", [4, 5, 10, 15, 25])
def test_more_are_found_where_they_are(rate):
    (span,) = find_flashes(clip(rate, start=1))
    assert Fraction(1) <= span.start <= Fraction(3, 2)
    assert abs(span.end - SECONDS) < Fraction(1, 2)


@pytest.mark.parametrize(
    "harmless",
    [{"area": 0.2}, {"low": 100, "high": 115}, {"low": 225, "high": 235}],
    ids=["small", "faint", "bright on bright"],
)
def test_small_and_faint_ones_do_no_harm(harmless):
    assert find_flashes(clip(10, **harmless)) == ()


def test_a_quarter_of_the_picture_is_enough():
    assert len(find_flashes(clip(10, area=0.3))) == 1


def test_one_cut_after_another_is_no_flash():
    """Brighter and brighter: nothing turns dark again."""
    frames = np.repeat(np.linspace(16, 235, SECONDS * RATE).astype(np.uint8), ROWS * COLUMNS)
    assert find_flashes(frames.tobytes()) == ()


def test_two_stretches_are_told_apart():
    spans = find_flashes(clip(8, seconds=2) + clip(1, seconds=3) + clip(8, seconds=2))
    assert len(spans) == 2
    assert spans[0].end < spans[1].start


@pytest.mark.parametrize("data", [b"", bytes(COLUMNS * ROWS), bytes(COLUMNS * ROWS + 7)])
def test_next_to_nothing(data):
    assert find_flashes(data) == ()
