"""Checks of a carousel as a whole: how many slides, one shape, the numbering, what looks alike, how fresh it is."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Generic, TypeVar

from assetkit.checks.holding import held, joined
from assetkit.checks.verdict import Breach, Unknown, Verdict
from assetkit.facts import Kind
from assetkit.geometry import is_ratio, ratio_name
from assetkit.judgement import Finding, Judgement, Severity
from assetkit.limit import Limit
from assetkit.set_rules import SetLimits
from assetkit.sets import SET_FILE, SetFacts, Slide
from assetkit.wording import Said, commas, say

T = TypeVar("T")
_NAMED = 5  # of several; the rest is counted


@dataclass(frozen=True, slots=True)
class SetCheck(Generic[T]):
    """One rule: where the preset states its limit, and how the facts of a set are held against it."""

    code: str
    limit: Callable[[SetLimits], Limit[T] | None]
    judge: Callable[[SetFacts, T], Verdict]
    about: Said


def slides_min(facts: SetFacts, least: int) -> Verdict:
    """At least so many slides."""
    count = len(facts.slides)
    if count >= least:
        return None
    message = say("{count} slides, fewer than {least}", count=count, least=least)
    return Breach(count, least, message, say("add slides, or post it as a single picture"))


def slides_max(facts: SetFacts, most: int) -> Verdict:
    """At most so many slides."""
    count = len(facts.slides)
    if count <= most:
        return None
    message = say("{count} slides, more than {most}", count=count, most=most)
    return Breach(count, most, message, say("leave out {more}, or make two sets of it", more=count - most))


def stills_only(facts: SetFacts, _: bool) -> Verdict:
    """No clips among the slides."""
    clips = [slide.name for slide in facts.slides if slide.kind == Kind.VIDEO]
    if not clips:
        return None
    message = say("not every slide is a still: {names}", names=commas(clips))
    return Breach(len(clips), 0, message, say("take it out of the set, and deliver it as a clip"))


def one_ratio(facts: SetFacts, _: bool) -> Verdict:
    """Every slide in the ratio of the first, within one pixel."""
    sized = _sized(facts)
    others = [(slide, size) for slide, size in sized[1:] if not is_ratio(size, sized[0][1].ratio)]
    if not others:
        return None
    slide, size = others[0]
    first = ratio_name(sized[0][1].ratio)
    message = say(
        "{count} of {total} slides do not have the cover's ratio of {first}: {name} is {ratio}",
        count=len(others),
        total=len(facts.slides),
        first=first,
        name=slide.name,
        ratio=ratio_name(size.ratio),
    )
    return Breach(ratio_name(size.ratio), first, message, say("export all slides in one ratio"))


def one_size(facts: SetFacts, _: bool) -> Verdict:
    """Every slide of as many pixels as the first; slides of other ratios are told of by their ratio."""
    sized = _sized(facts)
    others = [(slide, size) for slide, size in sized[1:] if size != sized[0][1] and is_ratio(size, sized[0][1].ratio)]
    if not others:
        return None
    slide, size = others[0]
    message = say(
        "{count} of {total} slides are not {first} px as the cover is: {name} is {size} px",
        count=len(others),
        total=len(facts.slides),
        first=sized[0][1],
        name=slide.name,
        size=size,
    )
    return Breach(str(size), str(sized[0][1]), message, say("export all slides in one size"))


def no_gaps(facts: SetFacts, _: bool) -> Verdict:
    """The numbers in the names count on, from 1 or from 0; whether a slide is missing only people know."""
    numbers = facts.found.numbers
    if not numbers:
        return None
    missing = [str(n) for n in range(min(1, *numbers), max(numbers)) if n not in numbers]
    if not missing:
        return None
    return Breach(
        len(missing),
        0,
        say("the numbering has gaps: {missing} not there", missing=_some(missing)),
        say("add what is missing, or number the files anew"),
        needs_person=True,
    )


def no_doubles(facts: SetFacts, _: bool) -> Verdict:
    """No number twice; which of them is meant only people know."""
    twice = sorted(number for number, count in Counter(facts.found.numbers).items() if count > 1)
    if not twice:
        return None
    return Breach(
        len(twice),
        0,
        say("the numbering has doubles: {numbers}", numbers=_some([str(number) for number in twice])),
        say("take one of each away, or number the files anew"),
        needs_person=True,
    )


def slides_apart_min(facts: SetFacts, least: int) -> Verdict:
    """No two slides that look alike: so many bits of their 256-bit perceptual hashes differ at least."""
    if missing := _unhashed(facts):
        return missing
    hashes = [(slide, slide.likeness) for slide in facts.slides if slide.likeness is not None]
    pairs = [(_apart(a, b), one, other) for (one, a), (other, b) in combinations(hashes, 2)]
    alike = sorted((pair for pair in pairs if pair[0] < least), key=lambda pair: pair[0])
    if not alike:
        return None
    bits, one, other = alike[0]
    message = say(
        "{one} and {other} look alike ({bits} of 256 bits differ; {count} such pairs)",
        one=one.name,
        other=other.name,
        bits=bits,
        count=len(alike),
    )
    return Breach(bits, least, message, say("keep one of them: each slide should show something else"))


def covers_apart_min(facts: SetFacts, least: int) -> Verdict:
    """No cover that looks like that of another set of the campaign."""
    own = facts.slides[0].likeness
    if own is None:
        return _unhashed(facts)
    alike = sorted((_apart(own, each), name) for name, each in facts.beside if each is not None)
    if not alike or alike[0][0] >= least:
        return None
    bits, name = alike[0]
    message = say("its cover looks like that of {name} ({bits} of 256 bits differ)", name=name, bits=bits)
    return Breach(bits, least, message, say("variations should differ at first sight: open with another picture"))


def variations_min(facts: SetFacts, least: int) -> Verdict:
    """So many variations in a campaign: sets that lie beside each other."""
    count = len(facts.beside) + 1
    if count >= least:
        return None
    message = say("{count} of at least {least} variations of this campaign are here", count=count, least=least)
    return Breach(count, least, message, say("make more variations: the platform learns from what differs"))


def age_max(facts: SetFacts, most: int) -> Verdict:
    """No slide older than the period after which creative is refreshed, by the time the file was changed."""
    known = [(slide.age_days, slide) for slide in facts.slides if slide.age_days is not None]
    if not known:
        return Unknown(say("the age of its files is not known"))
    age, slide = max(known, key=lambda pair: pair[0])
    if age <= most:
        return None
    message = say("{name} is {age} days old, older than {most} days", name=slide.name, age=age, most=most)
    return Breach(age, most, message, say("refresh it, or check that it has not run before"))


SET_CHECKS: tuple[SetCheck[Any], ...] = (
    SetCheck("slides-min", lambda x: x.slides_min, slides_min, say("least number of slides")),
    SetCheck("slides-max", lambda x: x.slides_max, slides_max, say("greatest number of slides")),
    SetCheck("stills-only", lambda x: x.stills_only, stills_only, say("no clips among the slides")),
    SetCheck("one-ratio", lambda x: x.one_ratio, one_ratio, say("every slide in the ratio of the cover")),
    SetCheck("one-size", lambda x: x.one_size, one_size, say("every slide of as many pixels as the cover")),
    SetCheck("no-gaps", lambda x: x.no_gaps, no_gaps, say("no number missing in the names")),
    SetCheck("no-doubles", lambda x: x.no_doubles, no_doubles, say("no number twice in the names")),
    SetCheck("slides-apart-min", lambda x: x.slides_apart_min, slides_apart_min, say("how far any two slides differ")),
    SetCheck(
        "covers-apart-min", lambda x: x.covers_apart_min, covers_apart_min, say("how far covers of a campaign differ")
    ),
    SetCheck("variations-min", lambda x: x.variations_min, variations_min, say("least number of sets in a campaign")),
    SetCheck("age-max", lambda x: x.age_max, age_max, say("greatest age of a slide's file")),
)


def check_set(facts: SetFacts, limits: SetLimits, sources: dict[str, str]) -> Judgement:
    """Hold a set against every stated limit, and against what its own file says."""
    judged = joined(held(rule.code, rule.limit(limits), rule.judge, facts, sources) for rule in SET_CHECKS)
    return Judgement(tuple(_of_file(facts)) + judged.findings, judged.not_checked)


def _of_file(facts: SetFacts) -> list[Finding]:
    """What is wrong with the set's file, and with what it names."""
    found, findings = facts.found, []
    if found.mistake:
        fix = say('mend it, as in order = ["cover.png", "2.jpg"], title = "...", tags = ["..."], or remove it')
        findings.append(Finding("set-invalid", Severity.REQUIRED, found.mistake, fix=fix))
    if found.missing:
        names = _some(list(found.missing))
        message = say("{file} names slides that are not there: {names}", file=SET_FILE, names=names)
        fix = say("add them, or take them out of the order")
        findings.append(Finding("slide-missing", Severity.REQUIRED, message, len(found.missing), 0, fix=fix))
    if found.left_out:
        names = _some([path.rpartition("/")[2] for path in found.left_out])
        message = say("{file} leaves out stills that lie beside it: {names}", file=SET_FILE, names=names)
        fix = say("add them to the order, or move them elsewhere")
        findings.append(Finding("slide-left-out", Severity.NOTE, message, len(found.left_out), 0, fix=fix))
    return findings


def _sized(facts: SetFacts) -> list[tuple[Slide, Any]]:
    return [(slide, slide.size) for slide in facts.slides if slide.size is not None]


def _unhashed(facts: SetFacts) -> Unknown | None:
    missing = [slide.name for slide in facts.slides if slide.likeness is None]
    return Unknown(say("how it looks is not known of {names}", names=_some(missing))) if missing else None


def _apart(one: int, other: int) -> int:
    return (one ^ other).bit_count()


def _some(names: list[str]) -> str:
    shown = names[:_NAMED]
    if len(names) > _NAMED:
        return say("{names} and {more} more", names=commas(shown), more=len(names) - _NAMED)
    return commas(shown)
