import pytest

from assetkit.checks import CHECKS, check, needs, stated
from assetkit.facts import Facts, Kind, Measurements, Need
from assetkit.judgement import Severity, Status
from assetkit.preset import VIDEO_ONLY, Limits
from tests.factories import SOURCES, clip_info, covered, limit, preset, still_info


def limits(**stated_limits):
    return preset(video={"limits": stated_limits}).video.limits


def test_every_limit_of_a_preset_has_its_check_of_the_same_name():
    assert {c.code.replace("-", "_") for c in CHECKS} == set(Limits.model_fields)
    assert len(CHECKS) == len(Limits.model_fields)
    for rule in CHECKS:
        name = rule.code.replace("-", "_")
        marked = Limits.model_construct(**{name: "this one"})
        assert rule.limit(marked) == "this one"


def test_what_applies_to_video_only_is_checked_on_video_only():
    assert {c.code.replace("-", "_") for c in CHECKS if c.kinds == {Kind.VIDEO}} == set(VIDEO_ONLY)


def test_all_breaches_are_found_not_only_the_first():
    wanted = limits(format=limit(["mp4"]), duration_max=limit(10), file_size_max=limit(100))
    judgement = check(Facts(clip_info(format="mov")), wanted, SOURCES)
    assert [f.code for f in judgement.findings] == ["format", "file-size-max", "duration-max"]
    assert judgement.status is Status.REJECTED


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (20, []),
        (40, [("duration-max", Severity.RECOMMENDED, 30.0)]),
        (70, [("duration-max", Severity.REQUIRED, 60.0)]),  # said once, by its graver level
    ],
)
def test_two_levels_of_one_limit(seconds, expected):
    wanted = limits(duration_max=limit(60) | limit(30, "recommended"))
    judgement = check(Facts(clip_info(duration=seconds)), wanted, SOURCES)
    assert [(f.code, f.severity, f.limit) for f in judgement.findings] == expected
    assert judgement.status is (Status.REJECTED if seconds > 60 else Status.READY)


def test_a_finding_says_where_its_limit_comes_from():
    judgement = check(Facts(clip_info()), limits(duration_max=limit(10, unit="s")), SOURCES)
    (finding,) = judgement.findings
    assert finding.source == "the test's own sheet (seen 2026-01-02)"
    assert (finding.unit, finding.measured, finding.limit) == ("s", 20.0, 10.0)


@pytest.mark.parametrize(("severity", "status"), [("required", Status.REVIEW), ("recommended", Status.READY)])
def test_what_could_not_be_checked_is_never_green(severity, status):
    judgement = check(Facts(clip_info(duration=None)), limits(duration_max=limit(60, severity)), SOURCES)
    assert [(n.code, n.severity) for n in judgement.not_checked] == [("duration-max", Severity(severity))]
    assert judgement.findings == ()
    assert judgement.status is status


def test_a_check_that_does_not_apply_is_not_run():
    wanted = Limits.model_validate({"duration_max": limit(1), "still": limit(True)})
    assert check(Facts(still_info()), wanted, SOURCES).findings == ()
    assert [f.code for f in check(Facts(clip_info(frame_count=9)), wanted, SOURCES).findings] == ["duration-max"]


def test_only_what_a_limit_asks_for_is_measured():
    assert needs(limits(duration_max=limit(9)), Kind.VIDEO) == frozenset()
    assert needs(limits(text_coverage_max=limit(0.2)), Kind.VIDEO) == {Need.TEXT}


def test_the_stated_checks_with_their_strictest_level():
    wanted = limits(duration_max=limit(60) | limit(30, "recommended"), text_coverage_max=limit(0.2, "recommended"))
    assert stated(wanted, Kind.VIDEO) == [
        ("text-coverage-max", Severity.RECOMMENDED),
        ("duration-max", Severity.REQUIRED),
    ]
    assert stated(wanted, Kind.IMAGE) == [("text-coverage-max", Severity.RECOMMENDED)]


def test_a_full_measurement_leaves_nothing_unchecked():
    facts = Facts(still_info(), Measurements(text_coverage=covered(0.1)))
    assert check(facts, limits(text_coverage_max=limit(0.2)), SOURCES).not_checked == ()


@pytest.mark.parametrize(
    ("share", "severity", "found", "status"),
    [
        (0.199, "required", [(Severity.REQUIRED, True)], Status.REVIEW),
        (0.201, "required", [(Severity.REQUIRED, True)], Status.REVIEW),
        (0.25, "required", [(Severity.REQUIRED, False)], Status.REJECTED),
        (0.199, "recommended", [], Status.READY),
        (0.201, "recommended", [(Severity.RECOMMENDED, False)], Status.READY),
        (0.25, "recommended", [(Severity.RECOMMENDED, False)], Status.READY),
    ],
)
def test_a_person_decides_what_is_too_near_a_required_limit_and_nobody_advice(share, severity, found, status):
    facts = Facts(still_info(), Measurements(text_coverage=covered(share, share - 0.01, share + 0.01)))
    judgement = check(facts, limits(text_coverage_max=limit(0.2, severity)), SOURCES)
    assert [(f.severity, f.needs_person) for f in judgement.findings] == found
    assert judgement.status is status


def test_a_preset_may_count_cells_instead():
    facts = Facts(still_info(), Measurements(text_coverage=covered(0.01, cells=9)))
    wanted = limits(text_grid_max=limit(8) | limit(4, "recommended"))
    (finding,) = check(facts, wanted, SOURCES).findings
    assert (finding.code, finding.severity, finding.measured) == ("text-grid-max", Severity.REQUIRED, 9)
    assert (finding.unit, finding.limit) == ("cells of 25", 8)
    assert needs(wanted, Kind.IMAGE) == {Need.TEXT}
