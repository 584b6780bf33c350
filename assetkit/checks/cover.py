"""The check that a clip has a cover that is itself fit to publish."""

from assetkit.checks.verdict import Breach, Unknown
from assetkit.model import Facts, Status
from assetkit.scoring import ChosenBy

Verdict = Breach | Unknown | None


def cover(facts: Facts, _: bool) -> Verdict:
    """A cover that keeps the preset's cover limits."""
    if facts.cover is None:
        return Unknown("no cover was looked for")
    if facts.cover.status is not Status.REJECTED:
        return None
    reason = facts.cover.reason or "no frame serves as one"
    return Breach("none", "one", f"no usable cover: {reason}", facts.cover.fix or ChosenBy.SCORE.fix)
