"""Words that an ad may not carry, found in lines of text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from assetkit.claims.claim import Claim, Entry, Line, Statement, Verdict
from assetkit.claims.entries import any_entry, entries, idioms, statements
from assetkit.claims.folding import Folded, fold
from assetkit.claims.joining import chains, in_reading_order

SURE = 0.9  # recogniser's confidence of every character of a hit; below, it may be another word
_AROUND = 12  # characters of context on either side
_BREAK = " / "


@dataclass(frozen=True, slots=True)
class _Passage:
    """Lines as one text; `starts` gives where each begins in `text`."""

    lines: tuple[Line, ...]
    text: str
    starts: tuple[int, ...]
    folded: Folded

    @classmethod
    def of(cls, lines: tuple[Line, ...]) -> "_Passage":
        text, starts = "", list[int]()
        for line in lines:
            text += _BREAK if starts else ""
            starts.append(len(text))
            text += line.text
        folded = fold(text) if len(lines) == 1 else _folded_as_one(lines, starts)
        return cls(lines, text, tuple(starts), folded)

    def touched(self, start: int, end: int) -> tuple[Line, ...]:
        """The lines that a part of the text stands in."""
        spans = zip(self.lines, self.starts, strict=True)
        return tuple(line for line, first in spans if first < end and start < first + len(line.text))

    def confidence(self, start: int, end: int) -> float:
        """That of the least certain character of a part of the text."""
        parts = (
            (line, max(0, start - first), end - first) for line, first in zip(self.lines, self.starts, strict=True)
        )
        return min(line.confidence_of(a, b) for line, a, b in parts if b > 0 and a < len(line.text))


def find_claims(lines: Sequence[Line], products: Iterable[str] = ()) -> list[Claim]:
    """Find the lexicon's words in lines of text, for an ad of these product categories; in reading order.

    Words that run over lines that stand together are found as well, for a person to judge. Pure: no file is read but
    the lexicon, once.
    """
    wanted = frozenset(products)
    ordered = in_reading_order([line for line in lines if line.text])
    found = [claim for line in ordered for claim in _claims(_Passage.of((line,)), wanted)]
    seen = {(claim.entry.id, claim.matched.replace(" ", "")) for claim in found}
    for chain in chains(ordered):
        for claim in _claims(_Passage.of(chain), wanted):
            key = (claim.entry.id, claim.matched.replace(_BREAK, "").replace(" ", ""))
            if len(claim.lines) > 1 and key not in seen:
                seen.add(key)
                found.append(claim)
    return found


def missing_statements(lines: Sequence[Line], products: Iterable[str]) -> list[Statement]:
    """What an ad for these products must say and these lines do not."""
    wanted = frozenset(products)
    said = fold("".join(line.text for line in in_reading_order(lines))).text
    return [each for each in statements() if each.products & wanted and not each.pattern.search(said)]


def _claims(passage: _Passage, products: frozenset[str]) -> list[Claim]:
    text = passage.folded.text
    if not text or not any_entry().search(text):
        return []
    hits = [hit for entry in _holding(products) for hit in _hits(entry, text)]
    kept = [hit for hit in hits if not any(_outdoes(other, hit, products) for other in hits)]
    return [_claim(passage, entry, span, products) for entry, span in sorted(kept, key=lambda hit: hit[1])]


_Hit = tuple[Entry, tuple[int, int]]


def _hits(entry: Entry, text: str) -> Iterator[_Hit]:
    for match in entry.pattern.finditer(text):
        if match.group() and not _covers((*entry.unless, *idioms()), text, match.span()):
            yield entry, match.span()


def _outdoes(other: _Hit, hit: _Hit, products: frozenset[str]) -> bool:
    """True if a hit of the same category says as much or more about the same words."""
    (one, (a, b)), (entry, (start, end)) = other, hit
    if other is hit or one.category != entry.category or not (a <= start and end <= b):
        return False
    if one.may_reject(products) != entry.may_reject(products):
        return one.may_reject(products)
    return (a, b) != (start, end) or one.id < entry.id


def _covers(patterns: Iterable[re.Pattern[str]], text: str, span: tuple[int, int]) -> bool:
    start, end = span
    found = (match.span() for pattern in patterns for match in pattern.finditer(text))
    return any(a <= start and end <= b for a, b in found)


def _claim(passage: _Passage, entry: Entry, span: tuple[int, int], products: frozenset[str]) -> Claim:
    folded = passage.folded
    start, end = folded.places[span[0]], folded.places[span[1] - 1] + 1
    lines, confidence = passage.touched(start, end), passage.confidence(start, end)
    is_exact = folded.is_exact(*span) and len(lines) == 1
    is_clear = is_exact and confidence >= SURE and not _covers(entry.softened, folded.text, span)
    return Claim(
        entry=entry,
        matched=passage.text[start:end],
        context=_around(passage.text, start, end),
        verdict=Verdict.REJECT if is_clear and entry.may_reject(products) else Verdict.REVIEW,
        is_exact=is_exact,
        confidence=confidence,
        lines=lines,
    )


def _around(text: str, start: int, end: int) -> str:
    """The words around a hit; dots where there are more."""
    left, right = max(0, start - _AROUND), min(len(text), end + _AROUND)
    return ("…" if left else "") + text[left:right].strip() + ("…" if right < len(text) else "")


def _folded_as_one(lines: tuple[Line, ...], starts: Sequence[int]) -> Folded:
    """Lines folded one after another, a space between Latin words, nothing between Chinese ones."""
    text, places, altered, gaps = "", list[int](), set[int](), set[int]()
    for line, start in zip(lines, starts, strict=True):
        each = fold(line.text)
        if text and each.text and text[-1].isascii() and each.text[0].isascii():
            text, places = f"{text} ", [*places, start]
        altered |= {len(text) + n for n in each.altered}
        gaps |= {len(text) + n for n in each.gaps}
        text += each.text
        places += [start + place for place in each.places]
    return Folded(text, tuple(places), frozenset(altered), frozenset(gaps))


@cache
def _holding(products: frozenset[str]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries() if entry.holds_for(products))
