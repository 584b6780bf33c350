import pytest

from assetkit.checks import check
from assetkit.checks.subtitles import subtitle_safe_area, subtitles
from assetkit.checks.verdict import Unknown
from assetkit.facts import Facts, Measurements
from assetkit.geometry import Box
from assetkit.judgement import Severity, Status
from assetkit.lettering import Subtitles
from assetkit.preset import SafeArea
from assetkit.wording import in_language
from tests.factories import SOURCES, clip_info, limit, preset

AREA = SafeArea(top=0.1, right=0.1, bottom=0.25, left=0.05)  # of 1000 x 2000 px: 50 to 900, 200 to 1500
LOW = Box(100, 1400, 800, 1500)


def facts(seen, **more):
    return Facts(clip_info(1000, 2000, **more), Measurements(subtitles=seen))


@pytest.mark.parametrize(
    ("languages", "wanted", "says"),
    [
        (("zh",), ["zh"], None),
        (("zh", "en"), ["zh"], None),
        (("en",), ["zh"], "subtitles in 80% of the sampled frames, none of them: Chinese"),
        ((), ["zh", "en"], "subtitles in 80% of the sampled frames, none of them: Chinese and English"),
    ],
)
def test_the_languages(languages, wanted, says):
    found = subtitles(facts(Subtitles(0.8, languages, (LOW,))), wanted)
    assert (found and found.message) == says
    if found:
        assert in_language(found.message, "zh").startswith("80% 的抽样画面有字幕，但缺少：中文")


def test_none_where_there_is_sound():
    none = Subtitles(0.0, (), ())
    assert subtitles(facts(none), ["zh"]).message == "no subtitles were seen"
    assert subtitles(facts(none, audio_codec=None), ["zh"]) is None
    assert isinstance(subtitles(facts(None), ["zh"]), Unknown)


@pytest.mark.parametrize(
    ("box", "is_safe"),
    [
        (Box(50, 1400, 900, 1500), True),
        (Box(49, 1400, 900, 1500), False),
        (Box(50, 1400, 901, 1500), False),
        (Box(50, 1401, 900, 1501), False),
        (Box(50, 200, 900, 300), True),
        (Box(50, 199, 900, 299), False),
    ],
)
def test_the_platform_s_own_buttons(box, is_safe):
    found = subtitle_safe_area(facts(Subtitles(1.0, ("zh",), (LOW, box))), AREA)
    assert (found is None) is is_safe
    if found:
        assert found.message.startswith("1 of 2 lines of subtitles")
        assert found.fix == "keep them between 50,200 and 900,1500 px"
        assert found.boxes == (box,)


def test_it_is_advice_and_nothing_else():
    for name, value in (("subtitles", ["zh"]), ("subtitle_safe_area", {"bottom": 0.2})):
        with pytest.raises(ValueError, match=f"{name} can only be recommended"):
            preset(video={"limits": {name: limit(value)}})
    asked = {"subtitles": limit(["zh"], "recommended"), "subtitle_safe_area": limit({"bottom": 0.2}, "recommended")}
    wanted = preset(video={"limits": asked}).video.limits
    judgement = check(facts(Subtitles(0.0, (), ())), wanted, SOURCES)
    assert [(f.code, f.severity) for f in judgement.findings] == [("subtitles", Severity.RECOMMENDED)]
    assert judgement.status is Status.READY
