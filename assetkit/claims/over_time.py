"""Words found in the frames of a clip: the same words of several frames are one claim, from its first to its last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from assetkit.claims.claim import Claim, Line, Verdict
from assetkit.claims.matching import find_claims


@dataclass(frozen=True, slots=True)
class Sighting:
    """A claim as it was read most surely, and the times (seconds) of the first and the last frame that show it."""

    claim: Claim
    first: Fraction
    last: Fraction


def find_sightings(
    frames: Iterable[tuple[Fraction, Sequence[Line]]], products: Iterable[str] = ()
) -> tuple[Sighting, ...]:
    """Find the lexicon's words frame by frame (time in seconds, lines), for an ad of these product categories."""
    wanted = frozenset(products)
    found: dict[tuple[str, str], Sighting] = {}
    for time, lines in frames:
        for claim in _claims(tuple(lines), wanted):
            key = (claim.entry.id, "".join(claim.matched.split()))
            known = found.get(key)
            found[key] = Sighting(claim, time, time) if known is None else _seen_again(known, claim, time)
    return tuple(found.values())


@lru_cache(maxsize=64)
def _claims(lines: tuple[Line, ...], products: frozenset[str]) -> tuple[Claim, ...]:
    """A plan is judged several times over, and most of what it shows is the same each time."""
    return tuple(find_claims(lines, products))


def _seen_again(known: Sighting, claim: Claim, time: Fraction) -> Sighting:
    surest = max(known.claim, claim, key=lambda each: (each.verdict is Verdict.REJECT, each.confidence))
    return replace(known, claim=surest, first=min(known.first, time), last=max(known.last, time))
