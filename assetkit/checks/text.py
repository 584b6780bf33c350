"""Checks of the text on the picture."""

from assetkit.checks.verdict import Breach, Unknown
from assetkit.model import Facts, Need

Verdict = Breach | Unknown | None


def text_coverage_max(facts: Facts, most: float) -> Verdict:
    """At most this share of what is delivered lies under lines of text; a clip's worst sampled frame counts."""
    measured = facts.measurements
    if measured.text_coverage is None:
        return Unknown(measured.failed.get(Need.TEXT, "text was not measured"))
    share = measured.text_coverage
    if share <= most:
        return None
    at = f" at {float(measured.text_coverage_time):.1f} s" if measured.text_coverage_time is not None else ""
    return Breach(
        round(share, 4),
        most,
        f"text covers {share:.1%} of the picture{at}, the limit is {most:.0%}",
        f"remove or shrink text by at least {share - most:.1%} of the picture",
    )
