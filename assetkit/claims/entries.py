"""The lexicon read from its files: entries by category, ordinary words that are let through, required statements."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

from assetkit.claims.claim import PRODUCTS, Bilingual, Entry, Statement, Verdict
from assetkit.claims.folding import simplified

CATEGORIES = (
    "superlative",
    "efficacy",
    "medical",
    "comparison",
    "guarantee",
    "before-after",
    "endorsement",
    "tobacco",
    "alcohol",
    "prescription",
    "wealth",
    "contact",
    "price",
    "symbols",
)
"""What the lexicon is about: a file each."""

_KEYS = frozenset(
    {"id", "pattern", "severity", "basis", "en", "zh", "unless", "softened", "pairs"}
    | {"products", "not_for", "reject_for"}
)

_SPACE = re.compile(r"(?<!\[) (?![?*\]])")  # not one of a set, nor one that may be missing as it is


@cache
def entries() -> tuple[Entry, ...]:
    """Every entry, in the order of the files. Raises ValueError for a key that is not one, or a missing one."""
    return tuple(_entry(category, raw) for category in CATEGORIES for raw in _whole(category))


@cache
def any_entry() -> re.Pattern[str]:
    """One pattern for all entries: most lines hold none, and then no entry need be made."""
    patterns = (_simple(raw["pattern"]) for category in CATEGORIES for raw in _whole(category))
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


@cache
def idioms() -> tuple[re.Pattern[str], ...]:
    """What is let through in every category."""
    return _patterns(_table("idioms")["idioms"]["patterns"])


@cache
def statements() -> tuple[Statement, ...]:
    """What ads for some products must say."""
    return tuple(
        Statement(
            raw["id"],
            _pattern(raw["pattern"]),
            _products(raw["products"]),
            _basis(raw["basis"]),
            Bilingual(raw["en"], raw["zh"]),
        )
        for raw in _table("statements")["statement"]
    )


def _whole(category: str) -> list[dict[str, Any]]:
    """The entries of a file, each with the file's defaults for what it leaves out."""
    table = _table(category)
    return [table.get("defaults", {}) | raw for raw in table["entry"]]


def _entry(category: str, raw: dict[str, Any]) -> Entry:
    unknown = raw.keys() - _KEYS
    if unknown:
        raise ValueError(f"lexicon/{category}.toml: {raw.get('id')} has unknown keys {sorted(unknown)}")
    return Entry(
        id=raw["id"],
        category=category,
        pattern=_pattern(raw["pattern"]),
        severity=Verdict(raw["severity"]),
        basis=_basis(raw["basis"]),
        suggestion=Bilingual(raw["en"], raw["zh"]),
        unless=_patterns(raw.get("unless", ())),
        softened=_patterns(raw.get("softened", ())),
        products=_products(raw.get("products", ())),
        not_for=_products(raw.get("not_for", ())),
        reject_for=_products(raw.get("reject_for", ())),
        pairs=tuple((must, must_not) for must, must_not in raw["pairs"]),
    )


def _basis(key: str) -> Bilingual:
    return Bilingual(**_table("bases")[key])


def _products(names: Iterable[str]) -> frozenset[str]:
    unknown = set(names) - set(PRODUCTS)
    if unknown:
        raise ValueError(f"the lexicon names unknown products: {sorted(unknown)}")
    return frozenset(names)


def _patterns(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(_pattern(each) for each in patterns)


def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(_simple(pattern))


def _simple(pattern: str) -> str:
    """Patterns are written in simplified characters, but some of those are traditional forms of others (著, 着).

    A space between Latin words may be missing: recognisers lose some.
    """
    return _SPACE.sub(" ?", simplified(pattern))


@cache
def _table(name: str) -> dict[str, Any]:
    text = resources.files("assetkit.claims.lexicon").joinpath(f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)
