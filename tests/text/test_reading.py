import numpy as np
import pytest

from assetkit.text.boxes import TextBox
from assetkit.text.reading import Reading, read
from assetkit.text.strips import Levels

PICTURE = np.zeros((100, 400, 3), np.uint8)
PICTURE[:, :200, 0] = 255  # the left half is red
PICTURES = Levels(PICTURE)
BOX = TextBox(200, 50, 240, 48, 0, 0.6)
BLANK = 0


def scores(*steps, classes=5):
    """The recogniser's output for (class, probability) per step: the rest is spread over the other classes."""
    rows = np.zeros((1, len(steps), classes), np.float32)
    for row, (best, probability) in zip(rows[0], steps, strict=True):
        row[:] = (1 - probability) / (classes - 1)
        row[best] = probability
    return rows


class FakeNetwork:
    """Answers with the given matrices in turn and keeps what it was shown."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.shown = []

    def __call__(self, batch):
        self.shown.append(batch)
        return self.answers.pop(0)


@pytest.mark.parametrize(
    ("steps", "glyphs", "confidence"),
    [
        ([(1, 0.9), (2, 1.0)], (1, 2), 0.95),
        ([(1, 0.92), (1, 0.96), (1, 0.97)], (1,), 0.92),  # a repeat is the same glyph: its first step counts
        ([(1, 0.9), (BLANK, 1.0), (1, 0.98)], (1, 1), 0.94),  # a blank between makes two of them
        ([(BLANK, 1.0), (3, 0.92), (BLANK, 1.0)], (3,), 0.92),
        ([(BLANK, 0.6), (1, 0.9), (2, 0.9), (2, 0.3), (BLANK, 0.9), (2, 0.96)], (1, 2, 2), 0.92),
    ],
)
def test_decoding(steps, glyphs, confidence):
    network = FakeNetwork(scores(*steps))
    assert read(PICTURES, BOX, network) == Reading(pytest.approx(confidence), glyphs)
    assert len(network.shown) == 1  # read with confidence: need not be turned


def test_nothing_but_blanks():
    nothing = scores((BLANK, 0.99), (BLANK, 0.99))
    assert read(PICTURES, BOX, FakeNetwork(nothing, nothing)) == Reading(0.0, ())


def test_a_doubtful_line_is_turned_and_the_better_reading_counts():
    for answers in ([(1, 0.4)], [(2, 0.9), (3, 0.96)]), ([(2, 0.45), (3, 0.4)], [(1, 0.1)]):
        network = FakeNetwork(*(scores(*steps) for steps in answers))
        best = max(answers, key=lambda steps: steps[0][1])
        mean = sum(sure for _, sure in best) / len(best)
        assert read(PICTURES, BOX, network) == Reading(pytest.approx(mean), (2, 3))
        upright, turned = (batch[0, ..., 0] for batch in network.shown)  # red
        assert (upright[24, 40] > 240, upright[24, 200] < 15) == (True, True)
        assert (turned[24, 40] < 15, turned[24, 200] > 240) == (True, True)


FIRST = [(1, 0.8), (2, 0.8)]
TURNED = [(4, 0.1)]


@pytest.mark.parametrize(
    ("second", "reading"),
    [
        ([(1, 0.7), (2, 0.7)], Reading(0.7, (1, 2))),  # the same: the less sure look counts
        ([(1, 0.95), (2, 0.95)], Reading(0.8, (1, 2))),
        ([(1, 0.6), (3, 0.6)], Reading(0.6, (1, 3))),  # half of it is the same
        ([(3, 0.95), (4, 0.95)], Reading(0.0, ())),  # whatever one sees in a cloud
        ([(BLANK, 0.95)], Reading(0.0, ())),
    ],
)
def test_what_is_not_plain_must_be_read_alike_in_a_larger_box(second, reading):
    network = FakeNetwork(scores(*FIRST), scores(*TURNED), scores(*second), scores(*TURNED))
    read_twice = read(PICTURES, BOX, network)
    assert (read_twice.confidence, read_twice.glyphs) == (pytest.approx(reading.confidence), reading.glyphs)
    first, second_look = network.shown[0], network.shown[2]
    assert second_look.shape[2] < first.shape[2]  # room on all sides: relatively more above and below


def test_a_huge_blob_is_read_in_all_of_its_pixels():
    stripes = np.zeros((960, 960, 3), np.uint8)
    stripes[:, np.arange(960) // 4 % 2 == 0] = 255
    network = FakeNetwork(scores((1, 0.95)))
    read(Levels(stripes), TextBox(480, 480, 900, 900, 0, 0.6), network)
    assert np.ptp(network.shown[0].astype(int)) <= 4  # sampled here and there it would be black and white


@pytest.mark.parametrize(
    ("box", "width"),
    [
        (BOX, 240),
        (TextBox(200, 50, 40, 48, 0, 0.6), 160),  # short lines are padded
        (TextBox(200, 50, 380, 6, 0, 0.6), 960),  # long ones are pressed
        (TextBox(200, 50, 24, 120, 0, 0.6), 240),  # a column is laid level
        (TextBox(200, 50, 120, 24, 30, 0.6), 240),
        (TextBox(0, 0, 0, 0, 0, 0.6), 160),
    ],
)
def test_lines_are_shown_level_and_48_high(box, width):
    network = FakeNetwork(scores((1, 0.95)))
    read(PICTURES, box, network)
    assert network.shown[0].shape == (1, 48, width, 3)
    assert network.shown[0].dtype == np.uint8
