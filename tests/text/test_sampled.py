from fractions import Fraction

import pytest

from assetkit.facts import FrameMeasurements, Measurements
from assetkit.geometry import Box
from assetkit.text.sampled import telling_times, with_coverage
from tests.factories import region

WINDOW = Box(0, 0, 100, 100)
SUB, OTHER_SUB, TITLE = region(0, 80, 50, 90), region(20, 80, 100, 90), region(0, 0, 100, 20)


def clip(*frames, exempt=()):
    sampled = (FrameMeasurements(Fraction(n), None if text is None else tuple(text)) for n, text in enumerate(frames))
    return Measurements(tuple(sampled), exempt=exempt)


def test_the_worst_frame_and_its_subtitles():
    measured = with_coverage(clip([SUB], [TITLE, OTHER_SUB], [SUB], [TITLE]), WINDOW, is_timed=True)
    assert measured.text_coverage.share == pytest.approx(0.28)
    assert measured.text_coverage_time == 1
    assert measured.subtitle_coverage == pytest.approx(0.08)


@pytest.mark.parametrize(
    ("frames", "subtitle"),
    [
        ([[SUB]], None),
        ([[SUB], [SUB]], None),
        ([[SUB]] * 3, 0.05),
        ([[SUB], [], []], 0.0),
        ([[SUB], None, [SUB]], None),
    ],
)
def test_too_few_frames_tell_nothing_of_subtitles(frames, subtitle):
    assert with_coverage(clip(*frames), WINDOW, is_timed=True).subtitle_coverage == pytest.approx(subtitle)


def test_a_still_has_no_time_and_no_subtitles():
    measured = with_coverage(clip([SUB]), WINDOW, is_timed=False)
    assert (measured.text_coverage_time, measured.subtitle_coverage) == (None, None)
    assert measured.text_coverage.share == pytest.approx(0.05)


def test_frames_after_the_end_do_not_count():
    measured = with_coverage(clip([SUB], [SUB], [TITLE]), WINDOW, is_timed=True, within=(Fraction(0), Fraction(1)))
    assert (measured.text_coverage.share, measured.text_coverage_time) == (pytest.approx(0.05), 0)


def test_what_is_exempt_counts_neither_as_text_nor_as_subtitles():
    frames = clip([SUB], [SUB], [SUB], exempt=(Box(0, 75, 25, 95),))
    measured = with_coverage(frames, WINDOW, is_timed=True)
    assert (measured.text_coverage.share, measured.subtitle_coverage) == (pytest.approx(0.025), pytest.approx(0.025))


@pytest.mark.parametrize("frames", [[], [None], [None, None]])
def test_nothing_looked_at_is_not_nothing_there(frames):
    assert with_coverage(clip(*frames), WINDOW, is_timed=True).text_coverage is None


@pytest.mark.parametrize(
    ("frames", "span", "times"),
    [
        ([[], [SUB], [TITLE, SUB], [], [TITLE], []], (0, None), (1, 2, 4)),  # those with most of it
        ([[], [], [], [], [], [], [SUB], []], (0, None), (1, 5, 6)),  # the others spread over the rest
        ([[TITLE], [SUB], [], []], (1, 3), (1, 2)),  # inside the trim only
        ([[SUB], [], [], [TITLE], [TITLE], [TITLE]], (0, None), (0, 3, 4, 5)),  # and what opens it
        ([[]], (0, None), (0,)),
        ([], (0, None), ()),
    ],
)
def test_where_an_output_is_looked_at_for_text(frames, span, times):
    assert telling_times(clip(*frames), lambda _: (WINDOW, WINDOW), span) == times
