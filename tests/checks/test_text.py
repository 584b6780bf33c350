from fractions import Fraction

import pytest

from assetkit.checks.text import text_coverage_max, text_grid_max
from assetkit.checks.verdict import Unknown
from assetkit.facts import Facts, Measurements, Need
from tests.factories import clip_info, covered, still_info

DOUBT = ", too near the limit of 20% to be sure"


@pytest.mark.parametrize(
    ("measured", "says", "needs_person", "is_likely"),
    [
        ((0.0, 0.0, 0.0), None, None, None),
        ((0.19, 0.18, 0.1999), None, None, None),
        ((0.19, 0.18, 0.2), None, None, None),
        ((0.19, 0.18, 0.2001), f"text covers 19.0% of the picture (18.0% to 20.0%){DOUBT}", True, False),
        ((0.196, 0.189, 0.204), f"text covers 19.6% of the picture (18.9% to 20.4%){DOUBT}", True, False),
        ((0.2, 0.19, 0.21), f"text covers 20.0% of the picture (19.0% to 21.0%){DOUBT}", True, False),
        ((0.201, 0.19, 0.21), f"text covers 20.1% of the picture (19.0% to 21.0%){DOUBT}", True, True),
        ((0.21, 0.2, 0.22), f"text covers 21.0% of the picture (20.0% to 22.0%){DOUBT}", True, True),
        ((0.21, 0.2001, 0.22), "text covers 21.0% of the picture, the limit is 20%", False, True),
        ((0.314, 0.3, 0.33), "text covers 31.4% of the picture, the limit is 20%", False, True),
        ((1.0, 0.99, 1.0), "text covers 100.0% of the picture, the limit is 20%", False, True),
    ],
)
def test_text_coverage(measured, says, needs_person, is_likely):
    facts = Facts(still_info(), Measurements(text_coverage=covered(*measured)))
    breach = text_coverage_max(facts, 0.2)
    assert (breach and breach.message) == says
    if breach is not None:
        assert (breach.measured, breach.limit) == (measured[0], 0.2)
        assert (breach.needs_person, breach.is_likely) == (needs_person, is_likely)
        assert ("assetkit coverage --overlay DIR FILE" in breach.fix) is needs_person


def test_a_clip_says_when():
    measured = Measurements(text_coverage=covered(0.5, cells=9), text_coverage_time=Fraction(25, 2))
    breach = text_coverage_max(Facts(clip_info(), measured), 0.2)
    assert breach.message == "text covers 50.0% of the picture at 12.5 s, the limit is 20%"
    assert breach.fix == "remove or shrink text by at least 30.0% of the picture"
    doubt = text_coverage_max(Facts(clip_info(), Measurements((), covered(0.2, 0.1, 0.3), Fraction(25, 2))), 0.2)
    assert doubt.message == f"text covers 20.0% of the picture at 12.5 s (10.0% to 30.0%){DOUBT}"
    grid = text_grid_max(Facts(clip_info(), measured), 5)
    assert grid.message == "text touches 9 of the 25 cells of a 5 x 5 grid at 12.5 s, the limit is 5"


@pytest.mark.parametrize(("cells", "measured"), [(0, None), (4, None), (5, None), (6, 6), (25, 25)])
def test_cells_of_the_grid(cells, measured):
    breach = text_grid_max(Facts(still_info(), Measurements(text_coverage=covered(0.5, cells=cells))), 5)
    assert (breach and breach.measured) == measured
    assert breach is None or (breach.limit, breach.needs_person) == (5, False)


@pytest.mark.parametrize(
    ("failed", "reason"),
    [({}, "text was not measured"), ({Need.TEXT: "the engine is broken"}, "the engine is broken")],
)
def test_no_measurement_is_not_no_text(failed, reason):
    assert text_coverage_max(Facts(still_info(), Measurements(failed=failed)), 0.2) == Unknown(reason)
    assert text_grid_max(Facts(still_info(), Measurements(failed=failed)), 5) == Unknown(reason)
