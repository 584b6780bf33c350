"""The table of checks of a set, each at its limit and beyond."""

from dataclasses import replace

import pytest

from assetkit.checks.sets import SET_CHECKS, check_set
from assetkit.geometry import Size
from assetkit.judgement import Severity, Status
from assetkit.set_rules import SET_ADVICE, SET_UNITS, SetLimits
from assetkit.sets import AssetSet, SetFacts, Slide
from assetkit.wording import say
from tests.factories import SOURCES, limit, preset

UNLIKE = (0, (1 << 256) - 1, int("0f" * 32, 16))


def facts(count=3, *, numbers=(), beside=(), found=(), **more):
    """A set of slides that differ in nothing but how they look."""
    slides = tuple(Slide(f"s/{n + 1}.jpg", "image", Size(60, 80), UNLIKE[n % 3] ^ n, 1) for n in range(count))
    made = AssetSet("s/s", tuple(slide.path for slide in slides), tuple(numbers), **dict(found))
    for name, values in more.items():
        slides = tuple(replace(slide, **{name: value}) for slide, value in zip(slides, values, strict=True))
    return SetFacts(made, slides, tuple(beside))


def judged(seen, name, value=True, severity="required"):
    stated = limit(value, severity, SET_UNITS.get(name, "unit"))
    return check_set(seen, preset(sets={"limits": {name: stated}}).sets.limits, SOURCES)


def codes(seen, name, value=True, severity="required"):
    return [finding.code for finding in judged(seen, name, value, severity).findings]


def test_every_limit_of_a_set_has_its_check_of_the_same_name():
    assert [check.code.replace("-", "_") for check in SET_CHECKS] == list(SetLimits.model_fields)
    for check in SET_CHECKS:
        marked = SetLimits.model_construct(**{check.code.replace("-", "_"): "this one"})
        assert check.limit(marked) == "this one"


@pytest.mark.parametrize(
    "count, least, most", [(2, [], []), (3, [], []), (1, ["slides-min"], []), (4, [], ["slides-max"])]
)
def test_how_many_slides(count, least, most):
    assert codes(facts(count), "slides_min", 2) == least
    assert codes(facts(count), "slides_max", 3) == most


def test_a_clip_among_slides():
    assert codes(facts(kind=("image", "image", "image")), "stills_only") == []
    assert codes(facts(kind=("image", "video", "image")), "stills_only") == ["stills-only"]


@pytest.mark.parametrize(
    ("sizes", "ratio", "size"),
    [
        ([(60, 80), (60, 80), (60, 80)], [], []),
        ([(60, 80), (60, 81), (60, 80)], [], ["one-size"]),  # the same within a pixel
        ([(60, 80), (120, 160), (60, 80)], [], ["one-size"]),
        ([(60, 80), (80, 60), (60, 80)], ["one-ratio"], []),
    ],
)
def test_one_shape(sizes, ratio, size):
    seen = facts(size=[Size(*each) for each in sizes])
    assert (codes(seen, "one_ratio"), codes(seen, "one_size")) == (ratio, size)


@pytest.mark.parametrize(
    ("numbers", "gaps", "doubles"),
    [
        ((), 0, 0),
        ((1, 2, 3), 0, 0),
        ((0, 1, 2), 0, 0),
        ((2, 3, 4), 1, 0),
        ((1, 3, 6), 3, 0),
        ((1, 2, 2), 0, 1),
    ],
)
def test_the_numbering_is_for_a_person(numbers, gaps, doubles):
    for name, measured in (("no_gaps", gaps), ("no_doubles", doubles)):
        judgement = judged(facts(numbers=numbers), name)
        assert [f.measured for f in judgement.findings] == ([measured] if measured else [])
        assert judgement.status is (Status.REVIEW if measured else Status.READY)


@pytest.mark.parametrize(("bits", "found"), [(23, ["slides-apart-min"]), (24, [])])
def test_slides_that_look_alike(bits, found):
    seen = facts(likeness=(0, (1 << 256) - 1, (1 << bits) - 1))
    assert codes(seen, "slides_apart_min", 24, "recommended") == found


def test_a_slide_that_could_not_be_looked_at_is_not_checked():
    judgement = judged(facts(likeness=(0, None, 0)), "slides_apart_min", 24)
    assert ([n.code for n in judgement.not_checked], judgement.status) == (["slides-apart-min"], Status.REVIEW)


@pytest.mark.parametrize(("bits", "found"), [(47, ["covers-apart-min"]), (48, [])])
def test_variations_that_open_alike(bits, found):
    seen = facts(likeness=(0, 1, 2), beside=[("s/other", (1 << bits) - 1), ("s/unknown", None)])
    assert codes(seen, "covers_apart_min", 48, "recommended") == found


def test_how_many_variations():
    others = [(f"s/{n}", 0) for n in range(3)]
    assert codes(facts(beside=others), "variations_min", 4, "recommended") == []
    assert codes(facts(beside=others[:2]), "variations_min", 4, "recommended") == ["variations-min"]


@pytest.mark.parametrize(("age", "found"), [(10, []), (11, ["age-max"])])
def test_old_files(age, found):
    assert codes(facts(age_days=(1, age, None)), "age_max", 10, "recommended") == found


@pytest.mark.parametrize("name", SET_ADVICE)
def test_what_depends_on_other_sets_or_the_day_refuses_nothing(name):
    with pytest.raises(ValueError, match="can only be recommended"):
        judged(facts(), name, 3)


def test_the_file_of_a_set_is_held_to_what_is_there():
    found = {
        "missing": ("9.jpg",),
        "left_out": ("s/x.jpg",),
        "mistake": say("{name}: {detail}", name="set.toml", detail="odd"),
    }
    judgement = check_set(facts(found=found), SetLimits(), SOURCES)
    assert [(f.code, f.severity) for f in judgement.findings] == [
        ("set-invalid", Severity.REQUIRED),
        ("slide-missing", Severity.REQUIRED),
        ("slide-left-out", Severity.NOTE),
    ]
