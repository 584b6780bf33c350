"""The lexicon's data: every entry matches what it must and lets its neighbour through."""

import re
import tomllib
from collections import Counter
from importlib import resources

import pytest

from assetkit.claims.claim import PRODUCTS, Line, Verdict
from assetkit.claims.entries import CATEGORIES, entries, statements
from assetkit.claims.folding import fold, simplified
from assetkit.claims.matching import find_claims, missing_statements

PAIRS = [(entry, must, must_not) for entry in entries() for must, must_not in entry.pairs]
NAMED = [f"{entry.id}-{n}" for n, (entry, _, _) in enumerate(PAIRS)]


def found(text, entry):
    return {claim.entry.id for claim in find_claims([Line(text)], sorted(entry.products)[:1])}


@pytest.mark.parametrize(("entry", "must", "must_not"), PAIRS, ids=NAMED)
def test_minimal_pairs(entry, must, must_not):
    assert entry.id in found(must, entry)
    assert found(must_not, entry) == set()


def test_there_are_pairs_enough_in_every_category():
    counts = Counter(entry.category for entry, _, _ in PAIRS)
    assert len(PAIRS) >= 250
    assert counts.keys() == set(CATEGORIES)
    assert min(counts.values()) >= 15
    assert len({must for _, must, _ in PAIRS}) == len(PAIRS)


def test_every_entry_is_whole():
    assert len({entry.id for entry in entries()}) == len(entries())
    for entry in entries():
        assert re.search(r"[\u4e00-\u9fff]", entry.suggestion.zh + entry.basis.zh), entry.id
        assert not re.search(r"[\u4e00-\u9fff]", entry.suggestion.en), entry.id
        assert len(entry.pairs) >= 3, entry.id
        assert not entry.pattern.search(""), entry.id


def test_patterns_are_written_as_text_is_folded():
    """An upper-case letter or a full-width sign in a pattern would never match."""
    for entry in entries():
        for pattern in (entry.pattern, *entry.unless, *entry.softened):
            plain = re.sub(r"\\.", "", pattern.pattern)
            assert plain == simplified(plain).lower(), entry.id


def test_every_basis_is_used_and_known():
    folder = resources.files("assetkit.claims.lexicon")
    bases = tomllib.loads(folder.joinpath("bases.toml").read_text("utf-8"))
    used = {entry.basis.en for entry in entries()} | {each.basis.en for each in statements()}
    assert {basis["en"] for basis in bases.values()} == used


def test_spellings_keep_their_length_and_are_used():
    folder = resources.files("assetkit.claims.lexicon")
    variants = tomllib.loads(folder.joinpath("variants.toml").read_text("utf-8"))["variants"]
    for evading, plain in variants.items():
        assert len(evading) == len(plain)
        assert fold(evading).text == plain
        assert fold(evading).altered
        assert not fold(plain).altered


def test_only_statute_words_and_banned_goods_reject():
    rejecting = {entry.id for entry in entries() if entry.severity is Verdict.REJECT}
    assert rejecting == {
        *("national-level", "highest-level", "best", "jipin"),
        *("cure", "replaces-breast-milk", "well-known-trademark"),
        *("cigarettes", "e-cigarettes", "tobacco-en"),
        *("prescription-word", "weight-drugs", "skin-drugs", "antibiotics-and-mind", "potency-drugs"),
    }


@pytest.mark.parametrize(
    ("products", "text", "missing"),
    [
        (["health-food"], "每日一粒", {"not-a-drug"}),
        (["health-food"], "本品不能代替药物", set()),
        (["health-food"], "本品不能\n代替藥物", set()),
        (["cosmetics"], "每日一次", set()),
        (["finance"], "年年有余", {"risk-warning"}),
        (["finance"], "投资有风险，理财需谨慎", set()),
        (["medical-device"], "血压计", {"device-instructions"}),
        (["medical-device"], "禁忌内容或者注意事项详见说明书", set()),
        (["drug"], "请按药品说明书或者在药师指导下购买和使用", set()),
        ([], "每日一粒", set()),
    ],
)
def test_statements_an_ad_must_carry(products, text, missing):
    lines = [Line(each) for each in text.split("\n")]
    assert {each.id for each in missing_statements(lines, products)} == missing


def test_every_product_switches_something():
    switched = {name for e in entries() for name in (*e.products, *e.not_for, *e.reject_for)}
    assert switched | {name for each in statements() for name in each.products} == set(PRODUCTS)
