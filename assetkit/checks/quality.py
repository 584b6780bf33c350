"""Checks of how good the picture looks. All of them advise: a mood can be dark, and a number cannot tell."""

from collections.abc import Callable
from operator import gt, lt

from assetkit.checks.verdict import Breach, Unknown
from assetkit.facts import Facts, Quality
from assetkit.wording import Said, say

Verdict = Breach | Unknown | None
_UNMEASURED = Unknown(say("the picture's quality was not measured"))
_PLAIN = Unknown(say("the picture is too plain or too small to tell"))


def _judged(
    facts: Facts,
    measured: Callable[[Quality], float | None],
    breaks: Callable[[float, float], bool],
    limit: float,
    *,
    said: Callable[[float, float], Said],
    fix: Said,
) -> Verdict:
    """Hold one number against its limit; `said` says both."""
    frames = facts.measurements.frames
    if not frames or frames[0].quality is None:
        return _UNMEASURED
    value = measured(frames[0].quality)
    if value is None:
        return _PLAIN
    return Breach(value, limit, said(value, limit), fix) if breaks(value, limit) else None


def sharpness_min(facts: Facts, least: float) -> Verdict:
    """Edges in the sharpest part of the picture."""

    def said(value: float, limit: float) -> Said:
        return say(
            "sharpness {value:.2f} even in the sharpest part, below {limit:g}: the picture looks blurred",
            value=value,
            limit=limit,
        )

    fix = say("use a sharper shot; sharpening does not help")
    return _judged(facts, lambda q: q.sharpness, lt, least, said=said, fix=fix)


def detail_min(facts: Facts, least: float) -> Verdict:
    """Fine detail beside medium detail: what an enlargement lacks."""

    def said(value: float, limit: float) -> Said:
        return say(
            "fine detail {value:.2f} of the medium, below {limit:g}: enlarged, or softer than its pixels allow",
            value=value,
            limit=limit,
        )

    fix = say("deliver the original before it was enlarged")
    return _judged(facts, lambda q: q.detail, lt, least, said=said, fix=fix)


def brightness_min(facts: Facts, least: float) -> Verdict:
    """How bright the lightest twentieth of the picture is."""

    def said(value: float, limit: float) -> Said:
        return say(
            "95 % of the picture is darker than {value:.0%} of white, the limit is {limit:.0%}: underexposed",
            value=value,
            limit=limit,
        )

    fix = say("brighten it in an editor, from the raw file")
    return _judged(facts, lambda q: q.brightness, lt, least, said=said, fix=fix)


def highlights_max(facts: Facts, most: float) -> Verdict:
    """Light areas in which a colour has reached its end; a white backdrop does not count."""

    def said(value: float, limit: float) -> Said:
        return say(
            "{value:.1%} of the picture is burnt out, the limit is {limit:.0%}: no detail is left there",
            value=value,
            limit=limit,
        )

    fix = say("expose or develop it darker, from the raw file")
    return _judged(facts, lambda q: q.highlights, gt, most, said=said, fix=fix)


def contrast_min(facts: Facts, least: float) -> Verdict:
    """From the darkest to the lightest tones, the outermost 2 % left out."""

    def said(value: float, limit: float) -> Said:
        return say(
            "tones span {value:.0%} of the range, the limit is {limit:.0%}: flat and greyish", value=value, limit=limit
        )

    return _judged(facts, lambda q: q.contrast, lt, least, said=said, fix=say("raise the contrast in an editor"))


def blockiness_max(facts: Facts, most: float) -> Verdict:
    """Steps on JPEG's grid of 8 pixels, beside those off it; not measurable once a picture was scaled."""
    frames = facts.measurements.frames
    if frames and frames[0].quality is not None and frames[0].quality.blockiness is None:
        return None  # scaled down for measuring: blocks are smaller than what is delivered can show

    def said(value: float, limit: float) -> Said:
        return say(
            "steps on JPEG's grid are {value:.2f} times those off it, the limit is {limit:g}: blocks show",
            value=value,
            limit=limit,
        )

    fix = say("use the original from before it was compressed")
    return _judged(facts, lambda q: q.blockiness, gt, most, said=said, fix=fix)


def jpeg_quality_min(facts: Facts, least: int) -> Verdict:
    """The quality that the quantisation tables of the source's JPEG amount to; other formats pass."""
    value = facts.info.jpeg_quality
    if value is None or value >= least:
        return None
    said = say(
        "compressed as JPEG at quality {value}, below {least}: detail is lost for good", value=value, least=least
    )
    return Breach(value, least, said, say("use the original, or export it again at quality 85 or more"))
