"""Check of what the picture says: words that an ad may not carry, and words that it must."""

from fractions import Fraction

from assetkit.checks.verdict import Breach, Unknown
from assetkit.claims.claim import Line, Product, Statement, Verdict
from assetkit.claims.matching import missing_statements
from assetkit.claims.over_time import Sighting, find_sightings
from assetkit.facts import Facts, Kind, Measurements, Need
from assetkit.screening import Span
from assetkit.timecode import timecode
from assetkit.wording import Said, bilingual, say

PRE_CHECK = say("a pre-check, not legal advice")
FOR_A_PERSON = (
    say("whether what is said is true and can be proved"),
    say("licences, approvals and permissions"),
    say("the platform's partnership tag"),
    say("what the picture means, and what is spoken"),
)
"""What no word on a picture tells: for a person to check, always."""


def claims(facts: Facts, products: list[Product]) -> tuple[Breach, ...] | Unknown:
    """No words that an ad may not carry, and all that ads for these product categories must show.

    Only words of the statutes and goods banned online, spelled exactly and read with confidence, are breaches; the
    rest is for a person. A sidecar may add product categories.
    """
    read = lines_read(facts.measurements)
    if isinstance(read, Unknown):
        return read
    wanted = {*products, *facts.wishes.products}
    is_clip = facts.info.kind is Kind.VIDEO
    seen = find_sightings(read, wanted)
    worst_first = sorted(seen, key=lambda each: each.claim.verdict is not Verdict.REJECT)
    every = [line for _, lines in read for line in lines]
    missing = missing_statements(every, wanted)
    return (*(_said(each, is_clip=is_clip) for each in worst_first), *(_unsaid(each) for each in missing))


def lines_read(measured: Measurements) -> list[tuple[Fraction, tuple[Line, ...]]] | Unknown:
    """The lines of each frame with its time (seconds), or why there are none to judge."""
    for need in (Need.WORDS, Need.TEXT):
        if need in measured.failed:
            return Unknown(measured.failed[need])
    frames = [(frame.time, frame.lines) for frame in measured.frames]
    read = [(time, lines) for time, lines in frames if lines is not None]
    return read if read and len(read) == len(frames) else Unknown(say("the words on it were not read"))


def when(first: Fraction, last: Fraction) -> Said:
    """The times of a clip between which something is seen, as part of a sentence."""
    if timecode(first) == timecode(last):
        return say(" at {time}", time=timecode(first))
    return say(" from {first} to {last}", first=timecode(first), last=timecode(last))


def _said(seen: Sighting, *, is_clip: bool) -> Breach:
    claim, entry = seen.claim, seen.claim.entry
    return Breach(
        claim.matched,
        "none",
        say(
            "it says {matched} (in: {context}){when}, read with {confidence:.0%}; {basis}; {pre_check}",
            matched=claim.matched,
            context=claim.context,
            when=when(seen.first, seen.last) if is_clip else "",
            confidence=claim.confidence,
            basis=bilingual(entry.basis.en, entry.basis.zh),
            pre_check=PRE_CHECK,
        ),
        bilingual(entry.suggestion.en, entry.suggestion.zh),
        needs_person=claim.verdict is not Verdict.REJECT,
        boxes=claim.boxes,
        span=Span(seen.first, seen.last) if is_clip else None,
        quote=claim.quote,
    )


def _unsaid(statement: Statement) -> Breach:
    words = bilingual(statement.words.en, statement.words.zh)
    basis = bilingual(statement.basis.en, statement.basis.zh)
    return Breach(
        "none",
        statement.words.zh,
        say("not found, and required: {words}; {basis}; {pre_check}", words=words, basis=basis, pre_check=PRE_CHECK),
        say("add it, in letters that can be read"),
        needs_person=True,
    )
