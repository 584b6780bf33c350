"""What the checks say of an asset: findings, and what follows from them. All frozen, all plain data."""

from dataclasses import dataclass
from enum import StrEnum

from assetkit.claims.claim import Quote
from assetkit.geometry import Box
from assetkit.screening import Span
from assetkit.wording import UNSAID, Said


class Severity(StrEnum):
    """How much a breach weighs: required rejects, the other two inform."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    NOTE = "note"


class Status(StrEnum):
    """The verdict: upload it, look at it, or mend it."""

    READY = "ready"
    REVIEW = "review"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of one limit, or one thing worth knowing.

    `boxes` (display pixels of what is judged) are where to look, `span` when in a clip; `quote` holds the words that
    an ad may not carry.
    """

    code: str
    severity: Severity
    message: Said
    measured: str | float | int | None = None
    limit: str | float | int | None = None
    unit: str = ""
    fix: Said = UNSAID
    source: str = ""
    needs_person: bool = False
    boxes: tuple[Box, ...] = ()
    span: Span | None = None
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A limit that could not be checked, and why. Never green: a required one sends the asset to review."""

    code: str
    severity: Severity
    reason: Said


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the checks say of one set of facts."""

    findings: tuple[Finding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()

    @property
    def status(self) -> Status:
        """Rejected on a required finding; review where a person must look; else ready."""
        if any(f.severity is Severity.REQUIRED and not f.needs_person for f in self.findings):
            return Status.REJECTED
        unsure = any(n.severity is Severity.REQUIRED for n in self.not_checked)
        return Status.REVIEW if unsure or any(f.needs_person for f in self.findings) else Status.READY


UNJUDGED = Judgement()
