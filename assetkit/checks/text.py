"""Checks of the text on the picture."""

from assetkit.checks.verdict import Breach, Unknown
from assetkit.lettering import TextCoverage
from assetkit.model import Facts, Measurements, Need

Verdict = Breach | Unknown | None


def text_coverage_max(facts: Facts, most: float) -> Verdict:
    """At most this share of what is delivered lies under lines of text; a clip's worst sampled frame counts."""
    covered = facts.measurements.text_coverage
    if covered is None:
        return _unknown(facts)
    if covered.high <= most:
        return None
    subject = f"text covers {covered.share:.1%} of the picture"
    if covered.low <= most:
        return _doubt(subject, covered, most, _when(facts.measurements))
    return Breach(
        round(covered.share, 4),
        most,
        f"{subject}{_when(facts.measurements)}, the limit is {most:.0%}",
        f"remove or shrink text by at least {covered.share - most:.1%} of the picture",
    )


def text_grid_max(facts: Facts, most: int) -> Verdict:
    """At most so many of the 25 cells of a 5 x 5 grid hold text; a clip's worst sampled frame counts."""
    covered = facts.measurements.text_coverage
    if covered is None:
        return _unknown(facts)
    if covered.grid_cells <= most:
        return None
    return Breach(
        covered.grid_cells,
        most,
        f"text touches {covered.grid_cells} of the 25 cells of a 5 x 5 grid{_when(facts.measurements)}, "
        f"the limit is {most}",
        f"gather the text in {most} {'cell' if most == 1 else 'cells'}",
    )


def _doubt(subject: str, covered: TextCoverage, most: float, when: str) -> Breach:
    return Breach(
        round(covered.share, 4),
        most,
        f"{subject}{when} ({covered.low:.1%} to {covered.high:.1%}), too near the limit of {most:.0%} to be sure",
        "look at it; `assetkit coverage --overlay DIR FILE` draws what was counted",
        needs_person=True,
        is_likely=covered.share > most,
    )


def _unknown(facts: Facts) -> Unknown:
    return Unknown(facts.measurements.failed.get(Need.TEXT, "text was not measured"))


def _when(measured: Measurements) -> str:
    time = measured.text_coverage_time
    return "" if time is None else f" at {float(time):.1f} s"
