"""The nouns of claims: a line of text as it was read, an entry of the lexicon, and one hit of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Literal, get_args

from assetkit.geometry import Box

Product = Literal[
    "alcohol",
    "cosmetics",
    "drug",
    "education",
    "finance",
    "food",
    "health-food",
    "medical-device",
    "mother-baby",
]
PRODUCTS: tuple[Product, ...] = get_args(Product)
"""Product categories that switch entries and required statements on or off."""


class Verdict(StrEnum):
    """What a hit leads to: nothing but exact, confident statute words and banned goods reject."""

    REJECT = "reject"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; `box` in display pixels and `time` in seconds where it was read off a picture.

    `glyphs` holds the recogniser's confidence (0..1) per character of `text`, where it is known one by one.
    """

    text: str
    box: Box | None = None
    confidence: float = 1.0
    time: Fraction | None = None
    glyphs: tuple[float, ...] = ()

    def confidence_of(self, start: int, end: int) -> float:
        """That of the least certain character from `start` to before `end`; the line's where glyphs are unknown."""
        return min(self.glyphs[start:end], default=self.confidence) if self.glyphs else self.confidence


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text of the lexicon in both languages."""

    en: str
    zh: str

    def told(self, language: str) -> str:
        """In `en` or `zh`."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule of the lexicon. Patterns are regular expressions on folded text (see `folding`).

    `unless` covers a hit that is let through, `softened` one that is for a person to judge. Where `products` is not
    empty, the entry holds for these only; it never holds for those in `not_for`. `severity` reject counts for the
    products in `reject_for` where that is not empty, and else for all.
    `pairs` are examples: the first must match, its neighbour must not.
    """

    id: str
    category: str
    pattern: re.Pattern[str]
    severity: Verdict
    basis: Bilingual
    suggestion: Bilingual
    unless: tuple[re.Pattern[str], ...] = ()
    softened: tuple[re.Pattern[str], ...] = ()
    products: frozenset[str] = frozenset()
    not_for: frozenset[str] = frozenset()
    reject_for: frozenset[str] = frozenset()
    pairs: tuple[tuple[str, str], ...] = ()

    def holds_for(self, products: frozenset[str]) -> bool:
        """True if an ad for these products is judged by this entry."""
        return (not self.products or bool(self.products & products)) and not self.not_for & products

    def may_reject(self, products: frozenset[str]) -> bool:
        """True if an exact, confident hit rejects an ad for these products."""
        return self.severity is Verdict.REJECT and (not self.reject_for or bool(self.reject_for & products))


@dataclass(frozen=True, slots=True)
class Claim:
    """One hit: what was written, the words around it, and the lines it stands in (several where it runs over).

    `is_exact` says that it is spelled as in the lexicon, but for case, width, script and letter spacing.
    """

    entry: Entry
    matched: str
    context: str
    verdict: Verdict
    is_exact: bool
    confidence: float
    lines: Sequence[Line]

    @property
    def quote(self) -> "Quote":
        """What is recorded of it."""
        entry = self.entry
        return Quote(entry.id, entry.category, self.matched, self.context, self.is_exact, self.confidence, entry.basis)

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Where to look, in display pixels; empty for plain text."""
        return tuple(line.box for line in self.lines if line.box is not None)


@dataclass(frozen=True, slots=True)
class Quote:
    """A claim as it is recorded: without the patterns of its entry, whose name is `entry`."""

    entry: str
    category: str
    matched: str
    context: str
    is_exact: bool
    confidence: float
    basis: Bilingual


@dataclass(frozen=True, slots=True)
class Statement:
    """Words that an ad for some products must show; `pattern` is matched on folded text."""

    id: str
    pattern: re.Pattern[str]
    products: frozenset[str]
    basis: Bilingual
    words: Bilingual
