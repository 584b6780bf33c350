import pytest

from assetkit.checks.cover import cover
from assetkit.checks.verdict import Unknown
from assetkit.facts import CoverFact, Facts
from assetkit.judgement import Status
from tests.factories import clip_info


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        (CoverFact(Status.READY), None),
        (CoverFact(Status.REVIEW), None),  # the asset's own status says so
        (CoverFact(Status.REJECTED, "all frames are black"), "no usable cover: all frames are black"),
        (CoverFact(Status.REJECTED), "no usable cover: no frame serves as one"),
    ],
)
def test_cover(fact, says):
    breach = cover(Facts(clip_info(), cover=fact), True)
    assert (breach and breach.message) == says


def test_not_looked_for_is_unknown():
    assert cover(Facts(clip_info()), True) == Unknown("no cover was looked for")
