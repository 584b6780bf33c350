"""The check that a clip has a cover that is itself fit to publish."""

from assetkit.checks.verdict import Breach, Unknown
from assetkit.facts import Facts
from assetkit.judgement import Status
from assetkit.scoring import ChosenBy
from assetkit.wording import say

Verdict = Breach | Unknown | None


def cover(facts: Facts, _: bool) -> Verdict:
    """A cover that keeps the preset's cover limits."""
    if facts.cover is None:
        return Unknown(say("no cover was looked for"))
    if facts.cover.status is not Status.REJECTED:
        return None
    reason = facts.cover.reason or say("no frame serves as one")
    return Breach("none", "one", say("no usable cover: {reason}", reason=reason), facts.cover.fix or ChosenBy.SCORE.fix)
