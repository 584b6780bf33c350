from dataclasses import replace
from fractions import Fraction

import pytest

from assetkit.errors import AssetError
from assetkit.facts import Facts, FrameMeasurements, Measurements, Wishes
from assetkit.scoring import ScoreParts
from assetkit.screening import Span
from assetkit.trim import Trim, parse_trim, trim_span
from tests.factories import clip_info, limit, preset

RULES = preset(video={"limits": {"duration_max": limit(30) | limit(15, "recommended")}}).video


def times(*values):
    return tuple(Fraction(str(value)) for value in values)


@pytest.mark.parametrize(
    ("text", "trim"),
    [
        ("start", Trim()),
        ("best", Trim(is_best=True)),
        ("3.5-20", Trim(ends=times(3.5, 20))),
        ("0:03.5-1:20", Trim(ends=times(3.5, 80))),
    ],
)
def test_what_can_be_asked_for(text, trim):
    assert parse_trim(text) == trim


@pytest.mark.parametrize("text", ["", "end", "5", "5-", "-5", "9-3", "3-3", "a-b", "1-2-3"])
def test_what_cannot(text):
    with pytest.raises(ValueError, match=r"trim|time"):
        parse_trim(text)


def shown(seconds, *scores, **wishes):
    """A clip whose samples, evenly spread, are so sharp."""
    parts = [ScoreParts(sharpness=score, exposure=score, tones=score) for score in scores]
    step = Fraction(seconds) / max(1, len(parts))
    frames = tuple(FrameMeasurements(step * n + step / 2, cover_parts=part) for n, part in enumerate(parts))
    return Facts(clip_info(duration=Fraction(seconds)), Measurements(frames), wishes=Wishes(**wishes))


@pytest.mark.parametrize("trim", [Trim(), Trim(is_best=True)])
@pytest.mark.parametrize("seconds", ["20", "30", "30.05"])
def test_what_is_not_too_long_stays_whole(trim, seconds):
    assert trim_span(shown(seconds, 0.1, 0.9), RULES, trim) is None


def test_without_a_wish_or_a_limit_nothing_is_cut():
    assert trim_span(shown(90), RULES, None) is None
    assert trim_span(shown(90), preset(video={"limits": {}}).video, Trim()) is None


def test_the_start_is_kept():
    assert trim_span(shown(90, 0.1, 0.9), RULES, Trim()) == times(0, 30)


@pytest.mark.parametrize(
    ("scores", "start"),
    [((0.2, 0.2, 0.9), 45.5), ((0.9, 0.2, 0.2), 0), ((0.5, 0.5, 0.5), 0), ((), 0)],
)
def test_the_best_part_is_the_earliest_that_looks_best(scores, start):
    assert trim_span(shown(90, *scores), RULES, Trim(is_best=True)) == times(start, start + 30)


def test_given_times_hold_for_every_clip_and_what_a_sidecar_says_goes_first():
    assert trim_span(shown(20), RULES, Trim(ends=times(3, 12))) == times(3, 12)
    assert trim_span(shown(20, trim=times(1, 5)), RULES, Trim(ends=times(3, 12))) == times(1, 5)
    assert trim_span(shown(90, trim=times(1, 5)), RULES, None) == times(1, 5)
    assert trim_span(shown(20), RULES, Trim(ends=times(0, 20))) is None


def test_given_times_cut_sound_that_goes_on():
    facts = shown(20)
    facts = replace(facts, info=replace(facts.info, audible=Span(Fraction(0), Fraction(33))))
    assert trim_span(facts, RULES, Trim(ends=times(0, 20))) == times(0, 20)


def test_times_that_the_clip_does_not_have_are_refused():
    with pytest.raises(AssetError, match=r"0:03\.0 to 0:21\.0 reaches past the clip's end at 0:20\.0") as error:
        trim_span(shown(20), RULES, Trim(ends=times(3, 21)))
    assert (error.value.code, error.value.stage) == ("trim", "plan")
