"""How many assets came to which verdict: all that need be known of thousands in the end."""

from collections import Counter

from assetkit.errors import ExitCode
from assetkit.judgement import Status
from assetkit.model import Outcome
from assetkit.wording import Said, say


class Tally:
    """Counts outcomes."""

    def __init__(self) -> None:
        self._counts = Counter[Status]()
        self._has_bug = False

    def add(self, outcome: Outcome) -> None:
        """Count one more."""
        self._counts[outcome.status] += 1
        self._has_bug |= any(f.code == "internal-error" for f in outcome.judgement.findings)

    def __len__(self) -> int:
        return self._counts.total()

    def __contains__(self, status: Status) -> bool:
        return self._counts[status] > 0

    @property
    def told(self) -> Said:
        """How many there are of each verdict."""
        ready, review, rejected = (self._counts[status] for status in Status)
        return say(
            "{ready} ready, {review} review, {rejected} rejected.", ready=ready, review=review, rejected=rejected
        )

    @property
    def exit_code(self) -> ExitCode:
        """What these outcomes end in."""
        if self._has_bug:
            return ExitCode.INTERNAL
        return ExitCode.ALL_READY if self._counts[Status.READY] == len(self) else ExitCode.NOT_ALL_READY
