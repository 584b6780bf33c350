from fractions import Fraction

import pytest

from assetkit.checks import check, needs
from assetkit.checks.machine_codes import no_codes
from assetkit.checks.verdict import Unknown
from assetkit.facts import Facts, FrameMeasurements, Kind, Measurements, Need
from assetkit.geometry import Box
from assetkit.judgement import Severity, Status
from assetkit.lettering import Code
from assetkit.screening import Span
from tests.factories import SOURCES, clip_info, limit, preset, still_info

QR = Code("matrix", "QR Code", "https://example.com", Box(1, 2, 30, 40))
EAN = Code("bar", "EAN-13", "4006381333931", Box(5, 5, 60, 20))
ASKED = preset(image={"limits": {"no_codes": limit(["matrix"]) | limit(["matrix", "bar"], "recommended")}}).image.limits


def shown(info, *frames):
    seen = tuple(FrameMeasurements(Fraction(time), codes=tuple(codes)) for time, codes in frames)
    return Facts(info, Measurements(seen))


@pytest.mark.parametrize(
    ("codes", "found", "status"),
    [
        ((), [], Status.READY),
        ((QR,), [("QR Code", Severity.REQUIRED, True)], Status.REVIEW),
        ((EAN,), [("EAN-13", Severity.RECOMMENDED, False)], Status.READY),
        ((EAN, QR), [("QR Code", Severity.REQUIRED, True)], Status.REVIEW),
    ],
)
def test_a_person_says_what_a_code_is_for(codes, found, status):
    judgement = check(shown(still_info(), (0, codes)), ASKED, SOURCES)
    assert [(f.measured, f.severity, f.needs_person) for f in judgement.findings] == found
    assert judgement.status is status


def test_a_code_says_where_and_when():
    facts = shown(clip_info(), (0, [QR]), (3, [QR, EAN]), (5, []))
    (breach,) = no_codes(facts, ["matrix"])
    assert (breach.boxes, breach.span) == ((QR.box,), Span(Fraction(0), Fraction(3)))
    (finding,) = check(facts, ASKED, SOURCES).findings
    assert (finding.boxes, finding.span) == (breach.boxes, breach.span)
    assert breach.message == "a QR Code on it from 0:00.0 to 0:03.0 holds https://example.com"
    (still,) = no_codes(shown(still_info(), (0, [QR])), ["matrix"])
    assert (still.message, still.span) == ("a QR Code on it holds https://example.com", None)


def test_a_long_text_is_cut():
    (breach,) = no_codes(shown(still_info(), (0, [Code("matrix", "QR Code", "x" * 200, QR.box)])), ["matrix"])
    assert breach.message.endswith("holds " + "x" * 57 + "...")


def test_what_was_not_looked_for_is_not_checked():
    assert isinstance(no_codes(Facts(still_info()), ["matrix"]), Unknown)
    assert isinstance(no_codes(Facts(still_info(), Measurements((FrameMeasurements(),))), ["matrix"]), Unknown)


def test_the_limit_asks_for_codes_only():
    assert needs(ASKED, Kind.IMAGE) == {Need.CODES}
