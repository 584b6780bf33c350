import pytest

from assetkit.geometry import Box
from assetkit.judgement import Finding, Judgement, NotChecked, Severity, Status
from assetkit.lettering import TextRegion
from assetkit.model import CoverOutcome


def finding(severity, *, needs_person=False):
    return Finding("code", Severity(severity), f"a {severity} breach", needs_person=needs_person)


@pytest.mark.parametrize(
    ("findings", "not_checked", "status"),
    [
        ([], [], Status.READY),
        ([finding("note")], [], Status.READY),
        ([finding("recommended")], [], Status.READY),
        ([finding("required")], [], Status.REJECTED),
        ([finding("note", needs_person=True)], [], Status.REVIEW),
        ([finding("required", needs_person=True)], [], Status.REVIEW),
        ([finding("required"), finding("note", needs_person=True)], [], Status.REJECTED),
        ([], [Severity.REQUIRED], Status.REVIEW),
        ([], [Severity.RECOMMENDED], Status.READY),
        ([finding("required")], [Severity.REQUIRED], Status.REJECTED),
    ],
)
def test_the_verdict(findings, not_checked, status):
    unchecked = tuple(NotChecked("code", severity, "why") for severity in not_checked)
    assert Judgement(tuple(findings), unchecked).status is status


def test_a_rejected_cover_says_why():
    judgement = Judgement((finding("required"), finding("recommended"), finding("required")))
    fact = CoverOutcome(Status.REJECTED, judgement=judgement).as_fact()
    assert (fact.status, fact.reason) == (Status.REJECTED, "a required breach; a required breach")


def test_the_box_round_a_polygon_is_rounded_outward():
    assert TextRegion(((1.9, 2.2), (10.1, 0.5), (11.0, 6.0), (2.5, 7.01)), 0.9).box == Box(1, 0, 11, 8)
