from dataclasses import replace
from fractions import Fraction

import pytest

from assetkit.checks import check, needs
from assetkit.checks.claims import claims
from assetkit.checks.proving import speaking_times
from assetkit.checks.verdict import Unknown
from assetkit.facts import Facts, FrameMeasurements, Kind, Measurements, Need, Wishes
from assetkit.geometry import Box
from assetkit.judgement import Severity, Status
from assetkit.screening import Span
from assetkit.wording import in_language
from tests.factories import SOURCES, clip_info, limit, preset, region, still_info


def line(text, top=0, confidence=0.99):
    return region(10, top, 10 + 40 * len(text), top + 40, text=text, confidence=confidence)


def shown(info, *frames, **more):
    """Facts of what was read: a time and its lines each."""
    seen = tuple(FrameMeasurements(Fraction(time), tuple(lines)) for time, lines in frames)
    return Facts(info, Measurements(seen), **more)


def still(*lines, **more):
    return shown(still_info(), (0, lines), **more)


ASKED = preset(image={"limits": {"claims": limit([])}}).image.limits


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("国家级面霜", Status.REJECTED),
        ("全网第一", Status.REVIEW),
        ("加微信领取", Status.REVIEW),
        ("第一次用", Status.READY),
        ("", Status.READY),
    ],
)
def test_words_of_the_statute_reject_and_others_are_for_a_person(text, status):
    judgement = check(still(line(text)), ASKED, SOURCES)
    assert judgement.status is status
    assert {f.code for f in judgement.findings} == ({"claims"} if status is not Status.READY else set())


def test_a_doubtful_reading_is_for_a_person():
    assert check(still(line("国家级面霜", confidence=0.8)), ASKED, SOURCES).status is Status.REVIEW


def test_every_claim_is_a_finding_of_its_own_the_worst_first():
    findings = check(still(line("全网第一"), line("国家级面霜", 200)), ASKED, SOURCES).findings
    assert [(f.measured, f.needs_person) for f in findings] == [("国家级", False), ("全网第一", True)]
    first = findings[0]
    assert first.boxes == (Box(10, 200, 210, 240),)
    assert first.span is None
    assert (first.quote.entry, first.quote.category, first.quote.is_exact) == ("national-level", "superlative", True)
    assert first.message.startswith("it says 国家级 (in: 国家级面霜), read with 99%; Advertising Law, art. 9(3)")
    assert first.message.endswith("a pre-check, not legal advice")
    chinese = in_language(first.message, "zh")
    assert chinese.startswith("画面文字“国家级”（上下文：国家级面霜）")
    assert "《广告法》第九条" in chinese
    assert chinese.endswith("不构成法律意见")
    assert in_language(first.fix, "zh").startswith("改为可证实的具体描述")


def test_as_advice_nobody_is_asked_and_nothing_refused():
    advice = preset(image={"limits": {"claims": limit([], "recommended")}}).image.limits
    judgement = check(still(line("国家级面霜")), advice, SOURCES)
    assert [(f.severity, f.needs_person) for f in judgement.findings] == [(Severity.RECOMMENDED, False)]
    assert judgement.status is Status.READY


def test_a_clip_names_the_first_and_the_last_frame():
    facts = shown(clip_info(), (1, [line("全网第一")]), (4, [line("面霜")]), (9, [line("全网第一")]))
    (breach,) = claims(facts, [])
    assert breach.span == Span(Fraction(1), Fraction(9))
    assert " from 0:01.0 to 0:09.0, read with" in breach.message
    (once,) = claims(shown(clip_info(), (4, [line("全网第一")])), [])
    assert " at 0:04.0, read with" in once.message


def test_the_sidecar_says_what_is_advertised():
    assert claims(still(line("美白精华")), []) == ()
    told = Wishes(products=("cosmetics",))
    (breach,) = claims(still(line("美白精华"), wishes=told), [])
    assert breach.quote.category == "efficacy"
    assert len(claims(still(line("美白精华")), ["cosmetics"])) == 1


def test_what_must_be_said_and_is_not():
    (missing,) = claims(still(line("每日一粒")), ["health-food"])
    assert missing.needs_person
    assert (missing.measured, missing.limit) == ("none", "本品不能代替药物")
    assert missing.message.startswith("not found, and required: This product cannot replace medicine")
    two = shown(clip_info(), (0, [line("每日一粒")]), (5, [line("本品不能代替药物")]))
    assert claims(two, ["health-food"]) == ()


@pytest.mark.parametrize("need", [Need.TEXT, Need.WORDS])
def test_what_could_not_be_read_is_never_green(need):
    facts = still(line("面霜"))
    broken = replace(facts, measurements=replace(facts.measurements, failed={need: "it broke"}))
    assert claims(broken, []) == Unknown("it broke")
    assert check(broken, ASKED, SOURCES).status is Status.REVIEW


@pytest.mark.parametrize("frames", [[], [(0, [region(0, 0, 9, 9)])]])
def test_what_was_not_read_is_not_checked(frames):
    assert isinstance(claims(shown(still_info(), *frames), []), Unknown)


def test_to_read_is_to_find_text_first():
    assert needs(ASKED, Kind.IMAGE) == {Need.TEXT, Need.WORDS}


def test_an_output_is_looked_at_again_where_its_words_matter():
    asked = preset(video={"limits": {"claims": limit(["health-food"])}}).video.limits
    frames = [(0, []), (1, [line("面霜")]), (2, [line("顶级面霜")]), (3, [line("本品不能代替药物")])]
    assert speaking_times(shown(clip_info(), *frames), asked) == (2, 3)
    assert speaking_times(shown(clip_info(), *frames), preset().video.limits) == ()
