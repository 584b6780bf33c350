"""Checks of what is written beside a picture or a set: lengths as the platform counts them, and claims."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from assetkit.checks.holding import held, joined
from assetkit.checks.verdict import Breach, Verdict
from assetkit.claims.claim import Claim, Line
from assetkit.claims.claim import Verdict as Weight
from assetkit.claims.matching import find_claims
from assetkit.judgement import Judgement
from assetkit.limit import Limit
from assetkit.sets import Words
from assetkit.word_rules import WordLimits
from assetkit.wording import Said, bilingual, say

T = TypeVar("T")
_ASCII = 127


@dataclass(frozen=True, slots=True)
class WordCheck(Generic[T]):
    """One rule: where the preset states its limit, and how words are held against it."""

    code: str
    limit: Callable[[WordLimits], Limit[T] | None]
    judge: Callable[[Words, T], Verdict]
    about: Said


def title_length(title: str) -> int:
    """As Xiaohongshu counts: UTF-16 units, those beyond ASCII as two and others as one, halved and rounded up."""
    data = title.encode("utf-16-le", "surrogatepass")
    units = (int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2))
    return (sum(2 if unit > _ASCII else 1 for unit in units) + 1) // 2


def title_max(words: Words, most: int) -> Verdict:
    """At most so many characters, of which ASCII counts as half and an emoji as two or more."""
    count = title_length(words.title or "")
    if count <= most:
        return None
    message = say("the title counts {count} characters, more than {most}", count=count, most=most)
    return Breach(count, most, message, say("shorten it by {more} characters", more=count - most))


def caption_max(words: Words, most: int) -> Verdict:
    """At most so many characters."""
    count = len(words.caption or "")
    if count <= most:
        return None
    message = say("the caption has {count} characters, more than {most}", count=count, most=most)
    return Breach(count, most, message, say("shorten it by {more} characters", more=count - most))


def tags_max(words: Words, most: int) -> Verdict:
    """At most so many tags."""
    count = len(words.tags)
    if count <= most:
        return None
    message = say("{count} tags, more than {most}", count=count, most=most)
    return Breach(count, most, message, say("leave out {more} of them", more=count - most))


def words_claims(words: Words, products: list[str]) -> Verdict:
    """No words that an ad for these products, and for those that are stated beside them, may not carry."""
    found = [(part, claim) for part, text in _parts(words) for claim in _claims(text, {*products, *words.products})]
    found.sort(key=lambda pair: pair[1].verdict is not Weight.REJECT)
    return tuple(_breach(part, claim) for part, claim in found) or None


WORD_CHECKS: tuple[WordCheck[Any], ...] = (
    WordCheck("title-max", lambda x: x.title_max, title_max, say("greatest length of the title")),
    WordCheck("caption-max", lambda x: x.caption_max, caption_max, say("greatest length of the caption")),
    WordCheck("tags-max", lambda x: x.tags_max, tags_max, say("greatest number of tags")),
    WordCheck(
        "words-claims",
        lambda x: x.words_claims,
        words_claims,
        say("no words in title, caption or tags that an ad may not carry"),
    ),
)


def check_words(words: Words, limits: WordLimits, sources: dict[str, str]) -> Judgement:
    """Hold title, caption and tags against every stated limit."""
    return joined(held(rule.code, rule.limit(limits), rule.judge, words, sources) for rule in WORD_CHECKS)


def _parts(words: Words) -> Iterator[tuple[Said, str]]:
    yield say("the title"), words.title or ""
    yield say("the caption"), words.caption or ""
    for tag in words.tags:
        yield say("a tag"), tag


def _claims(text: str, products: set[str]) -> list[Claim]:
    return find_claims([Line(line.strip()) for line in text.splitlines() if line.strip()], products)


def _breach(part: Said, claim: Claim) -> Breach:
    entry = claim.entry
    message = say(
        "{part} says {matched} (in: {context}); {basis}; {pre_check}",
        part=part,
        matched=claim.matched,
        context=claim.context,
        basis=bilingual(entry.basis.en, entry.basis.zh),
        pre_check=say("a pre-check, not legal advice"),
    )
    fix = bilingual(entry.suggestion.en, entry.suggestion.zh)
    return Breach(claim.matched, "none", message, fix, needs_person=claim.verdict is not Weight.REJECT)
