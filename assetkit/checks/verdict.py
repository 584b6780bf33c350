"""What one check can say: a breach, that it does not know, or (None) that all is well."""

from dataclasses import dataclass

from assetkit.claims.claim import Quote
from assetkit.geometry import Box
from assetkit.screening import Span
from assetkit.wording import Said


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that is not kept. `message` says what was measured and the limit, `fix` what to do.

    `needs_person` where the measurement cannot tell for sure: a person decides, and `is_likely` is the better guess.
    `boxes` (display pixels), `span` and `quote` as in the finding that is made of it.
    """

    measured: str | float | int
    limit: str | float | int
    message: Said
    fix: Said
    needs_person: bool = False
    is_likely: bool = True
    boxes: tuple[Box, ...] = ()
    span: Span | None = None
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """The fact that the check needs is missing, and why."""

    reason: Said


Verdict = Breach | tuple[Breach, ...] | Unknown | None
"""What a check returns; several breaches where each has something of its own to say."""
