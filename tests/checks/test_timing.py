from fractions import Fraction

import pytest

from assetkit.checks import timing
from assetkit.checks.verdict import Breach, Unknown
from assetkit.facts import Facts
from tests.factories import clip_info


@pytest.mark.parametrize(
    ("duration", "says"),
    [
        ("15", None),
        ("14.95", None),  # 50 ms are nobody's reason to cut again
        ("14.94", "duration 14.9 s is below 15 s"),
        ("16", None),
        ("3.2", "duration 3.2 s is below 15 s"),
    ],
)
def test_duration_min(duration, says):
    breach = timing.duration_min(Facts(clip_info(duration=Fraction(duration))), 15)
    assert (breach and breach.message) == says


@pytest.mark.parametrize(
    ("duration", "says", "fix"),
    [
        ("60", None, None),
        ("60.05", None, None),
        ("60.06", "duration 60.1 s exceeds 60 s", "shorten by 0.1 s or pass --trim start"),
        ("59.9", None, None),
        ("74.2", "duration 74.2 s exceeds 60 s", "shorten by 14.2 s or pass --trim start"),
    ],
)
def test_duration_max(duration, says, fix):
    breach = timing.duration_max(Facts(clip_info(duration=Fraction(duration))), 60)
    assert (breach and breach.message) == says
    assert (breach and breach.fix) == fix


@pytest.mark.parametrize(
    ("rate", "is_fine"),
    [("60", True), ("60000/1001", True), ("60.05", True), ("60.07", False), ("61", False), ("24", True)],
)
def test_frame_rate_max(rate, is_fine):
    verdict = timing.frame_rate_max(Facts(clip_info(frame_rate=Fraction(rate))), 60)
    assert (verdict is None) is is_fine
    assert is_fine or isinstance(verdict, Breach)


@pytest.mark.parametrize(("rate", "is_fine"), [("23", True), ("24000/1001", True), ("22.99", True), ("22.9", False)])
def test_frame_rate_min(rate, is_fine):
    verdict = timing.frame_rate_min(Facts(clip_info(frame_rate=Fraction(rate))), 23)
    assert (verdict is None) is is_fine
    assert is_fine or isinstance(verdict, Breach)


RATES = [timing.frame_rate_min, timing.frame_rate_max]


@pytest.mark.parametrize("check", [timing.duration_min, timing.duration_max, *RATES])
def test_what_the_file_does_not_say_is_unknown(check):
    assert isinstance(check(Facts(clip_info(duration=None, frame_rate=None)), 30), Unknown)


def test_constant_frame_rate():
    assert timing.constant_frame_rate(Facts(clip_info()), True) is None
    uneven = clip_info(is_variable_frame_rate=True, frame_rate=Fraction("29.7"))
    breach = timing.constant_frame_rate(Facts(uneven), True)
    assert (breach.measured, breach.message) == ("variable, 29.70 on average", "the frame rate varies")
