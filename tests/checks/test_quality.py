from dataclasses import replace

import pytest

from assetkit.checks import check, needs
from assetkit.facts import Facts, FrameMeasurements, Kind, Measurements, Need, Quality
from assetkit.judgement import Severity, Status
from assetkit.preset import ADVICE_ONLY, UNITS, VIDEO_ONLY
from tests.factories import SOURCES, limit, preset, still_info

GOOD = Quality(sharpness=1.0, brightness=0.8, highlights=0.0, contrast=0.7, detail=0.5, blockiness=1.0)
LIMITS = {
    "sharpness_min": 0.6,
    "detail_min": 0.28,
    "brightness_min": 0.25,
    "highlights_max": 0.15,
    "contrast_min": 0.29,
    "blockiness_max": 1.4,
    "jpeg_quality_min": 45,
}


def rules(*names):
    stated = {name: limit(LIMITS[name], "recommended") for name in names or LIMITS}
    return preset(image={"limits": stated}).image.limits


def facts(quality=GOOD, **info):
    return Facts(still_info(**info), Measurements((FrameMeasurements(quality=quality),)))


def test_a_good_picture_breaks_nothing():
    judgement = check(facts(jpeg_quality=92), rules(), SOURCES)
    assert (judgement.findings, judgement.not_checked) == ((), ())


@pytest.mark.parametrize(
    ("field", "kept", "broken", "code", "words"),
    [
        ("sharpness", 0.6, 0.599, "sharpness-min", "blurred"),
        ("detail", 0.28, 0.279, "detail-min", "enlarged"),
        ("brightness", 0.25, 0.249, "brightness-min", "underexposed"),
        ("highlights", 0.15, 0.151, "highlights-max", "burnt out"),
        ("contrast", 0.29, 0.289, "contrast-min", "flat"),
        ("blockiness", 1.4, 1.401, "blockiness-max", "blocks"),
    ],
)
def test_at_the_limit_and_just_past_it(field, kept, broken, code, words):
    assert check(facts(replace(GOOD, **{field: kept})), rules(), SOURCES).findings == ()
    judgement = check(facts(replace(GOOD, **{field: broken})), rules(), SOURCES)
    (finding,) = judgement.findings
    assert (finding.code, finding.severity, finding.measured) == (code, Severity.RECOMMENDED, broken)
    assert words in finding.message
    assert finding.fix
    assert finding.unit == UNITS[code.replace("-", "_")]
    assert judgement.status is Status.READY  # advice never stands in the way


@pytest.mark.parametrize(("quality", "broken"), [(None, False), (45, False), (44, True), (1, True)])
def test_how_a_jpeg_was_compressed(quality, broken):
    judgement = check(facts(jpeg_quality=quality), rules("jpeg_quality_min"), SOURCES)
    assert [f.code for f in judgement.findings] == (["jpeg-quality-min"] if broken else [])


def test_what_is_too_plain_to_tell_is_not_checked():
    plain = replace(GOOD, sharpness=None, detail=None, blockiness=None)
    judgement = check(facts(plain), rules(), SOURCES)
    assert [n.code for n in judgement.not_checked] == ["sharpness-min", "detail-min"]
    assert judgement.status is Status.READY


def test_what_nobody_measured_is_not_checked():
    judgement = check(Facts(still_info()), rules("contrast_min"), SOURCES)
    assert [n.code for n in judgement.not_checked] == ["contrast-min"]


@pytest.mark.parametrize("name", sorted(set(LIMITS) - {"jpeg_quality_min"}))
def test_quality_is_measured_only_where_it_is_asked_for(name):
    assert needs(rules(name), Kind.IMAGE) == {Need.QUALITY}
    assert needs(rules(name), Kind.VIDEO) == frozenset()
    assert needs(rules("jpeg_quality_min"), Kind.IMAGE) == frozenset()


@pytest.mark.parametrize("name", LIMITS)
def test_a_preset_cannot_make_quality_fatal(name):
    with pytest.raises(ValueError, match=f"image.limits.{name} can only be recommended"):
        preset(image={"limits": {name: limit(LIMITS[name])}})


def test_every_advice_is_tested_here():
    assert set(ADVICE_ONLY) - set(VIDEO_ONLY) == set(LIMITS)
