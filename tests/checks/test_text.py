from fractions import Fraction

import pytest

from assetkit.checks.text import text_coverage_max
from assetkit.checks.verdict import Unknown
from assetkit.model import Facts, Measurements, Need
from tests.factories import clip_info, still_info


@pytest.mark.parametrize(
    ("share", "says"),
    [
        (0.0, None),
        (0.1999, None),
        (0.2, None),
        (0.2001, "text covers 20.0% of the picture, the limit is 20%"),
        (0.314, "text covers 31.4% of the picture, the limit is 20%"),
        (1.0, "text covers 100.0% of the picture, the limit is 20%"),
    ],
)
def test_text_coverage(share, says):
    breach = text_coverage_max(Facts(still_info(), Measurements(text_coverage=share)), 0.2)
    assert (breach and breach.message) == says
    assert breach is None or breach.measured == share


def test_a_clip_says_when():
    measured = Measurements(text_coverage=0.5, text_coverage_time=Fraction(25, 2))
    breach = text_coverage_max(Facts(clip_info(), measured), 0.2)
    assert breach.message == "text covers 50.0% of the picture at 12.5 s, the limit is 20%"
    assert breach.fix == "remove or shrink text by at least 30.0% of the picture"


@pytest.mark.parametrize(
    ("failed", "reason"),
    [({}, "text was not measured"), ({Need.TEXT: "the engine is broken"}, "the engine is broken")],
)
def test_no_measurement_is_not_no_text(failed, reason):
    assert text_coverage_max(Facts(still_info(), Measurements(failed=failed)), 0.2) == Unknown(reason)
