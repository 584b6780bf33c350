from dataclasses import replace
from fractions import Fraction

import pytest

from assetkit.checks import check
from assetkit.checks.labels import ai_label
from assetkit.checks.proving import speaking_times
from assetkit.checks.verdict import Unknown
from assetkit.facts import Facts, FrameMeasurements, Measurements, Need, Wishes
from assetkit.judgement import Status
from tests.factories import SOURCES, clip_info, limit, preset, region, still_info

ASKED = preset(image={"limits": {"ai_label": limit(0.05)}}).image.limits
NO_LABEL = "AI made it, and no label on it says so"
NOT_IN_FILE = "AI made it, by the sidecar, and its metadata does not say so"
CONTRADICTS = "its metadata says that AI made it, and the sidecar that it did not"


def label(height, text="AI生成"):
    return region(10, 10, 10 + 3 * height, 10 + height, text=text, confidence=0.99)


def facts(*lines, told=False, said=None, info=None):
    info = replace(info or still_info(600, 800), is_generated=told)
    return Facts(info, Measurements((FrameMeasurements(text=lines),)), wishes=Wishes(generated=said))


@pytest.mark.parametrize(
    ("lines", "told", "said", "messages"),
    [
        ((), False, None, []),
        ((), False, False, []),
        ((), True, None, [NO_LABEL]),
        ((), False, True, [NO_LABEL, NOT_IN_FILE]),
        ((), True, True, [NO_LABEL]),
        ((), True, False, [CONTRADICTS]),
        ((label(30),), True, True, []),
        ((label(30),), False, True, [NOT_IN_FILE]),
        ((label(30),), False, None, []),
    ],
)
def test_what_ai_made_says_so_on_it_and_in_the_file(lines, told, said, messages):
    judgement = check(facts(*lines, told=told, said=said), ASKED, SOURCES)
    assert [f.message for f in judgement.findings] == messages
    assert judgement.status is (Status.REVIEW if messages else Status.READY)


@pytest.mark.parametrize(("height", "is_small"), [(29, True), (30, False), (60, False)])
def test_the_letters_are_high_enough(height, is_small):
    found = ai_label(facts(label(height)), 0.05)
    assert [b.measured for b in found] == ([round(height / 600, 4)] if is_small else [])
    assert all(b.needs_person and b.fix == "write it at least 30 px high" for b in found)
    assert ai_label(facts(label(20), label(30)), 0.05) == ()  # one of them suffices


def clip(*frames):
    seen = tuple(FrameMeasurements(Fraction(time), tuple(lines)) for time, lines in frames)
    return Facts(clip_info(90, 160), Measurements(seen), wishes=Wishes())


def test_a_clip_shows_it_from_the_start():
    at_start = clip((0, [label(9)]), (2, [label(9)]), (9, []))
    late = clip((0, []), (1, [label(9)]), (9, [label(9)]))
    assert ai_label(at_start, 0.05) == ()
    (breach,) = ai_label(late, 0.05)
    assert breach.message == "its label is not seen throughout the first 2 s, but at 0:01.0"
    asked = preset(video={"limits": {"ai_label": limit(0.05)}}).video.limits
    assert speaking_times(late, asked) == (0, 1, 9)  # an output is looked at where it should be seen, too
    assert speaking_times(clip((0, []), (5, [])), asked) == ()


def test_unread_is_not_checked_only_where_there_must_be_a_label():
    unread = {Need.WORDS: "it broke"}
    for told, expected in ((True, Unknown("it broke")), (False, ())):
        broken = facts(told=told)
        broken = replace(broken, measurements=replace(broken.measurements, failed=unread))
        assert ai_label(broken, 0.05) == expected
