"""Checks of the text on the picture."""

from assetkit.checks.verdict import Breach, Unknown
from assetkit.facts import Facts, Measurements, Need
from assetkit.lettering import TextCoverage
from assetkit.wording import say

Verdict = Breach | Unknown | None


def text_coverage_max(facts: Facts, most: float) -> Verdict:
    """At most this share of what is delivered lies under lines of text; a clip's worst sampled frame counts."""
    covered = facts.measurements.text_coverage
    if covered is None:
        return _unknown(facts)
    if covered.high <= most:
        return None
    subject = say("text covers {share:.1%} of the picture", share=covered.share)
    if covered.low <= most:
        return _doubt(subject, covered, most, _when(facts.measurements))
    return Breach(
        round(covered.share, 4),
        most,
        say("{subject}{when}, the limit is {most:.0%}", subject=subject, when=_when(facts.measurements), most=most),
        say("remove or shrink text by at least {difference:.1%} of the picture", difference=covered.share - most),
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
        say(
            "text touches {grid_cells} of the 25 cells of a 5 x 5 grid{when}, the limit is {most}",
            grid_cells=covered.grid_cells,
            when=_when(facts.measurements),
            most=most,
        ),
        say("gather the text in 1 cell") if most == 1 else say("gather the text in {most} cells", most=most),
    )


def _doubt(subject: str, covered: TextCoverage, most: float, when: str) -> Breach:
    return Breach(
        round(covered.share, 4),
        most,
        say(
            "{subject}{when} ({low:.1%} to {high:.1%}), too near the limit of {most:.0%} to be sure",
            subject=subject,
            when=when,
            low=covered.low,
            high=covered.high,
            most=most,
        ),
        say("look at it; `assetkit coverage --overlay DIR FILE` draws what was counted"),
        needs_person=True,
        is_likely=covered.share > most,
    )


def _unknown(facts: Facts) -> Unknown:
    return Unknown(facts.measurements.failed.get(Need.TEXT, say("text was not measured")))


def _when(measured: Measurements) -> str:
    time = measured.text_coverage_time
    return "" if time is None else say(" at {time:.1f} s", time=float(time))
