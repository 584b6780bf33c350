from dataclasses import replace
from fractions import Fraction

import pytest

from assetkit.checks import screening
from assetkit.checks.verdict import Breach, Unknown
from assetkit.facts import Facts, Measurements, Need
from assetkit.screening import Screening, Sound, Span
from tests.factories import clip_info

QUIET = Sound(-16.0, -2.0, 0.0)


def facts(*, info=None, sound=QUIET, **seen):
    measured = Measurements(screening=Screening(sound=sound, **seen))
    return Facts(info or clip_info(), measured)


def spans(*ends):
    return tuple(Span(Fraction(start), Fraction(end)) for start, end in ends)


STRETCHES = [
    (screening.black_max, lambda s: {"black": s}),
    (screening.freeze_max, lambda s: {"frozen": s}),
    (screening.silence_max, lambda s: {"sound": replace(QUIET, silence=s)}),
]


@pytest.mark.parametrize(("check", "made"), STRETCHES)
@pytest.mark.parametrize(("end", "is_fine"), [("5.9", True), (6, True), ("6.1", False)])
def test_the_longest_stretch_counts(check, made, end, is_fine):
    verdict = check(facts(**made(spans((1, 2), (4, end)))), 2)
    assert (verdict is None) is is_fine
    if not is_fine:
        assert verdict.measured == 2.1
        assert "for 2.1 s (0:04.0 to 0:06.1), the limit is 2 s" in verdict.message
        assert verdict.fix


def test_lengths_and_ends_add_up():
    verdict = screening.black_max(facts(black=spans((0, "3.46"))), 1)
    assert "for 3.5 s (0:00.0 to 0:03.5)" in verdict.message


def test_it_is_said_where_sound_is_cut_off():
    cut = replace(QUIET, flatness=9.0, clipped=spans((1, 2), ("7.25", "9.75")))
    verdict = screening.unclipped(facts(sound=cut), True)
    assert "at full scale at 0:01.0 to 0:02.0, 0:07.2 to 0:09.8, which" in verdict.message
    assert verdict.span == cut.clipped[1]


def test_it_is_said_where_damage_is():
    verdict = screening.undamaged(facts(damage=7, damaged=(Fraction(1), Fraction(9))), True)
    assert verdict.message == "ffmpeg met damage while decoding, at 0:01.0, 0:09.0 (7 messages)"
    assert verdict.span == Span(Fraction(1), Fraction(9))
    more = screening.undamaged(facts(damage=7, damaged=tuple(map(Fraction, range(4)))), True)
    assert "at 0:00.0, 0:01.0, 0:02.0 and later (7" in more.message


def test_only_so_many_stretches_are_named():
    verdict = screening.black_max(facts(black=spans((0, 2), (3, 5), (6, 8), (9, 11), (12, 15))), 1)
    assert "(0:00.0 to 0:02.0, 0:03.0 to 0:05.0, 0:06.0 to 0:08.0 and 2 more)" in verdict.message


@pytest.mark.parametrize(
    ("check", "limit", "level", "message"),
    [
        (screening.loudness_min, -27, -27.0, None),
        (screening.loudness_min, -27, -27.1, "loudness -27.1 LUFS is below -27 LUFS"),
        (screening.loudness_max, -10, -10.0, None),
        (screening.loudness_max, -10, -9.9, "loudness -9.9 LUFS exceeds -10 LUFS"),
        (screening.true_peak_max, 0, 0.0, None),
        (screening.true_peak_max, 0, 0.1, "true peak 0.1 dBTP exceeds 0 dBTP"),
    ],
)
def test_levels(check, limit, level, message):
    verdict = check(facts(sound=replace(QUIET, loudness=level, true_peak=level)), limit)
    assert (verdict and verdict.message) == message


@pytest.mark.parametrize(
    ("check", "broken"),
    [
        (screening.unclipped, {"sound": replace(QUIET, flatness=6.1)}),
        (screening.all_channels, {"sound": replace(QUIET, dead_channels=(2,))}),
        (screening.undamaged, {"damage": 1}),
        (screening.no_flashing, {"flashes": spans((1, 2))}),
    ],
)
def test_what_must_not_be(check, broken):
    assert check(facts(), True) is None
    assert isinstance(check(facts(**broken), True), Breach)


@pytest.mark.parametrize(
    ("check", "made"),
    [
        (screening.hook_black_max, lambda s: {"black": s}),
        (screening.hook_freeze_max, lambda s: {"frozen": s}),
        (screening.hook_silence_max, lambda s: {"sound": replace(QUIET, silence=s)}),
    ],
)
def test_only_the_first_three_seconds_are_the_hook(check, made):
    assert check(facts(**made(spans((0, 1), (4, 9)))), 1) is None
    assert check(facts(**made(spans((0, 1), ("2.9", 9)))), 1).measured == 1.1


@pytest.mark.parametrize(("share", "is_fine"), [(0.0, True), (0.2, True), (0.21, False)])
def test_a_title_card_in_the_hook(share, is_fine):
    verdict = screening.hook_text_max(Facts(clip_info(), Measurements(hook_text=share)), 0.2)
    assert (verdict is None) is is_fine


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (0, 20, None),
        (0, 19, None),
        (0, "18.9", "the sound ends 1.1 s before the picture"),
        (1, 25, None),
        ("1.2", 20, "the sound starts 1.2 s after the picture"),
    ],
)
def test_sound_as_long_as_the_picture(start, end, message):
    verdict = screening.audio_gap_max(Facts(clip_info(audible=Span(Fraction(start), Fraction(end)))), 1)
    assert (verdict and verdict.message) == message


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (0, 20, None),
        (-1, 21, None),
        (0, "21.1", "the picture ends 1.1 s before the sound"),
        ("-1.2", "21.1", "the picture starts 1.2 s after the sound"),
    ],
)
def test_picture_as_long_as_the_sound(start, end, message):
    facts = Facts(clip_info(audible=Span(Fraction(start), Fraction(end))))
    verdict = screening.picture_gap_max(facts, 1)
    assert (verdict and verdict.message) == message
    assert screening.audio_gap_max(facts, 1) is None


def test_a_clip_without_sound_has_no_gaps():
    assert screening.picture_gap_max(Facts(clip_info()), 1) is None
    assert screening.audio_gap_max(Facts(clip_info()), 1) is None


SCREENED = [*(check for check, _ in STRETCHES), screening.loudness_min, screening.unclipped, screening.no_flashing]


@pytest.mark.parametrize("check", SCREENED)
def test_what_was_not_screened_is_unknown(check):
    assert isinstance(check(Facts(clip_info()), 1), Unknown)
    failed = Facts(clip_info(), Measurements(failed={Need.SCREENING: "it hung"}))
    assert check(failed, 1) == Unknown("it hung")


@pytest.mark.parametrize(
    "check", [screening.silence_max, screening.loudness_min, screening.true_peak_max, screening.all_channels]
)
def test_a_clip_without_sound_is_not_silent(check):
    assert check(facts(sound=None), 1) is None
