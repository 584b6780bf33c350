import json
from datetime import date
from fractions import Fraction

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from assetkit.geometry import Size
from assetkit.judgement import Severity
from assetkit.preset import VIDEO_ONLY, Preset
from tests.factories import SEEN, limit, portrait, preset, upright_clip


def test_values_have_their_types():
    limits = preset(image=portrait((1080, 1440))).image.limits
    assert limits.aspect_ratio.required.value == Fraction(3, 4)
    assert limits.resolution.recommended.value == Size(1080, 1440)
    assert limits.upright.required.value is True
    assert limits.format.required.seen == date(2026, 1, 2)


def test_both_levels_come_the_graver_first():
    stated = preset(video={"limits": {"duration_max": limit(30, "recommended") | limit(60)}}).video.limits.duration_max
    assert [(s, level.value) for s, level in stated.levels()] == [(Severity.REQUIRED, 60), (Severity.RECOMMENDED, 30)]


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ({"image": {"limits": {"duration_max": limit(9)}}}, "image.limits.duration_max applies to video only"),
        ({"cover": {"limits": {"audio": limit(True)}}}, "cover.limits.audio applies to video only"),
        (
            {"video": {"limits": {"duration_min": limit(60.5), "duration_max": limit(60)}}},
            "video.limits: duration_min required 60.5 s is above duration_max required 60 s",
        ),
        (
            {"video": {"limits": {k: limit(v, "recommended") for k, v in (("duration_min", 9), ("duration_max", 8))}}},
            "video.limits: duration_min recommended 9 s is above duration_max recommended 8 s",
        ),
        (
            {"image": {"limits": {"resolution_min": limit([100, 101]), "resolution_max": limit([200, 100])}}},
            "image.limits: resolution_min 100 x 101 is above the largest size, 200 x 100",
        ),
        (
            {"image": {"limits": {"resolution_min": limit([101, 1]), "resolution": limit([100, 100])}}},
            "image.limits: resolution_min 101 x 1 is above the largest size, 100 x 100",
        ),
        ({"image": {"target": {"quality_min": 80, "quality_max": 79}}}, "quality_min 80 is above quality_max 79"),
        (
            {"image": portrait((1080, 1442))},
            "image.target.size 1080 x 1442 does not have the ratio 3:4",
        ),
        (
            {"image": {"limits": {"still": {"required": {"value": True, "unit": "", "source": "x", "seen": SEEN}}}}},
            "image.limits.still: source 'x' is not listed under [sources]",
        ),
        (
            {"image": {"limits": {"file_size_max": limit(20, unit="MB")}}},
            "image.limits.file_size_max: its unit is 'bytes', not 'MB'",
        ),
        (
            {"video": {"limits": {"duration_max": limit(1, "recommended", unit="min")}}},
            "video.limits.duration_max: its unit is 's', not 'min'",
        ),
        (
            {"image": {"limits": {"text_coverage_max": limit(1.0, unit="%")}}},
            "image.limits.text_coverage_max: its unit is 'share of the picture', not '%'",
        ),
        ({"image": {"limits": {"still": {}}}}, "states neither required nor recommended"),
    ],
)
def test_contradictions(sections, message):
    with pytest.raises(ValidationError) as error:
        preset(**sections)
    assert message in str(error.value)


@pytest.mark.parametrize(
    "sections",
    [
        {"video": {"limits": {"duration_min": limit(60), "duration_max": limit(60)}}},
        {"image": {"limits": {"resolution_min": limit([100, 100]), "resolution_max": limit([100, 100])}}},
        {"image": {"target": {"quality_min": 80, "quality_max": 80}}},
        {"video": upright_clip((90, 160))},
    ],
)
def test_what_just_fits_is_no_contradiction(sections):
    assert preset(**sections).id == "test"


@pytest.mark.parametrize(
    ("section", "value"),
    [
        ("aspect_ratio", "3/4"),
        ("aspect_ratio", "0:4"),
        ("aspect_ratio", "3:0"),
        ("aspect_ratio", "-3:4"),
        ("aspect_ratio", 0.75),
        ("aspect_ratio", "a:b"),
        ("resolution", [1080]),
        ("resolution", [0, 10]),
        ("resolution", "1080x1440"),
        ("resolution", [1080.5, 1440]),
        ("file_size_max", "ten"),
        ("file_size_max", 1.5),
        ("format", "jpeg"),
        ("upright", False),
        ("text_coverage_max", "a fifth"),
        ("aspect_ratio_range", {"narrowest": "3:4"}),
    ],
)
def test_wrong_values(section, value):
    with pytest.raises(ValidationError, match=section):
        preset(image={"limits": {section: limit(value)}})


@pytest.mark.parametrize(
    "target",
    [
        {"background": "white"},
        {"background": "#fff"},
        {"pad": "mirror"},
        {"pad_share_max": 1},
        {"pad_share_max": -0.1},
        {"quality_min": 0},
        {"quality_max": 96},
        {"size": [0, 0]},
        {"crf": 20},
    ],
)
def test_wrong_targets(target):
    with pytest.raises(ValidationError):
        preset(image={"target": target})


@pytest.mark.parametrize("name", ["", "Has-Capitals", "under_score", "-dash", "../up"])
def test_wrong_ids(name):
    with pytest.raises(ValidationError):
        preset(id=name)


def test_it_survives_the_way_to_a_worker():
    wanted = preset(image=portrait(), video=upright_clip(), cover=portrait())
    assert Preset.model_validate_json(wanted.model_dump_json()) == wanted


def test_the_json_schema_takes_what_the_model_takes():
    schema = Preset.model_json_schema()
    Draft202012Validator.check_schema(schema)
    table = json.loads(preset(image=portrait(), video=upright_clip()).model_dump_json(exclude_none=True))
    Draft202012Validator(schema).validate(table)
    table["image"]["limits"]["surprise"] = 1
    assert not Draft202012Validator(schema).is_valid(table)


def test_video_only_names_are_limits():
    limits = Preset.model_fields["image"].annotation.model_fields["limits"].annotation
    assert set(VIDEO_ONLY) <= set(limits.model_fields)
