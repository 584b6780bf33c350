from fractions import Fraction

from assetkit.claims.claim import Line, Verdict
from assetkit.claims.over_time import find_sightings


def frame(time, *texts, confidence=1.0):
    return Fraction(time), [Line(text, confidence=confidence) for text in texts]


def test_the_same_words_of_several_frames_are_one_claim():
    frames = [frame(0, "全网第一"), frame(2, "第一次用"), frame(4, "全 网 第 一"), frame(6, "顶级面霜")]
    seen = find_sightings(frames)
    assert [(each.claim.entry.id, each.first, each.last) for each in seen] == [
        ("first-place", 0, 4),
        ("top-level", 6, 6),
    ]


def test_the_surest_reading_counts():
    frames = [frame(1, "国家级面霜", confidence=0.5), frame(2, "国家级面霜"), frame(3, "国家级面霜", confidence=0.7)]
    (seen,) = find_sightings(frames)
    assert (seen.claim.verdict, seen.claim.confidence) == (Verdict.REJECT, 1.0)
    assert (seen.first, seen.last) == (1, 3)


def test_words_never_run_from_one_frame_into_the_next():
    assert find_sightings([frame(0, "全网"), frame(1, "第一")]) == ()


def test_what_is_advertised_counts():
    assert find_sightings([frame(0, "美白精华")]) == ()
    assert [s.claim.entry.category for s in find_sightings([frame(0, "美白精华")], ["cosmetics"])] == ["efficacy"]
