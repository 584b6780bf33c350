"""Checks of how good the picture looks. All of them advise: a mood can be dark, and a number cannot tell."""

from collections.abc import Callable

from assetkit.checks.verdict import Breach, Unknown
from assetkit.model import Facts, Quality

Verdict = Breach | Unknown | None
_UNMEASURED = Unknown("the picture's quality was not measured")
_PLAIN = Unknown("the picture is too plain or too small to tell")


def _judged(facts: Facts, value: Callable[[Quality], float | None], judge: Callable[[float], Verdict]) -> Verdict:
    frames = facts.measurements.frames
    if not frames or frames[0].quality is None:
        return _UNMEASURED
    measured = value(frames[0].quality)
    return _PLAIN if measured is None else judge(measured)


def sharpness_min(facts: Facts, least: float) -> Verdict:
    """Edges in the sharpest part of the picture."""

    def judge(value: float) -> Verdict:
        said = f"sharpness {value:.2f} even in the sharpest part, below {least:g}: the picture looks blurred"
        return None if value >= least else Breach(value, least, said, "use a sharper shot; sharpening does not help")

    return _judged(facts, lambda q: q.sharpness, judge)


def detail_min(facts: Facts, least: float) -> Verdict:
    """Fine detail beside medium detail: what an enlargement lacks."""

    def judge(value: float) -> Verdict:
        said = f"fine detail {value:.2f} of the medium, below {least:g}: enlarged, or softer than its pixels allow"
        return None if value >= least else Breach(value, least, said, "deliver the original before it was enlarged")

    return _judged(facts, lambda q: q.detail, judge)


def brightness_min(facts: Facts, least: float) -> Verdict:
    """How bright the lightest twentieth of the picture is."""

    def judge(value: float) -> Verdict:
        said = f"95 % of the picture is darker than {value:.0%} of white, the limit is {least:.0%}: underexposed"
        return None if value >= least else Breach(value, least, said, "brighten it in an editor, from the raw file")

    return _judged(facts, lambda q: q.brightness, judge)


def highlights_max(facts: Facts, most: float) -> Verdict:
    """Light areas in which a colour has reached its end; a white backdrop does not count."""

    def judge(value: float) -> Verdict:
        said = f"{value:.1%} of the picture is burnt out, the limit is {most:.0%}: no detail is left there"
        return None if value <= most else Breach(value, most, said, "expose or develop it darker, from the raw file")

    return _judged(facts, lambda q: q.highlights, judge)


def contrast_min(facts: Facts, least: float) -> Verdict:
    """From the darkest to the lightest tones, the outermost 2 % left out."""

    def judge(value: float) -> Verdict:
        said = f"tones span {value:.0%} of the range, the limit is {least:.0%}: flat and greyish"
        return None if value >= least else Breach(value, least, said, "raise the contrast in an editor")

    return _judged(facts, lambda q: q.contrast, judge)


def blockiness_max(facts: Facts, most: float) -> Verdict:
    """Steps on JPEG's grid of 8 pixels, beside those off it; not measurable once a picture was scaled."""

    def judge(value: float) -> Verdict:
        said = f"steps on JPEG's grid are {value:.2f} times those off it, the limit is {most:g}: blocks show"
        return None if value <= most else Breach(value, most, said, "use the original from before it was compressed")

    frames = facts.measurements.frames
    if frames and frames[0].quality is not None and frames[0].quality.blockiness is None:
        return None  # scaled down for measuring: blocks are smaller than what is delivered can show
    return _judged(facts, lambda q: q.blockiness, judge)


def jpeg_quality_min(facts: Facts, least: int) -> Verdict:
    """The quality that the quantisation tables of the source's JPEG amount to; other formats pass."""
    value = facts.info.jpeg_quality
    if value is None or value >= least:
        return None
    said = f"compressed as JPEG at quality {value}, below {least}: detail is lost for good"
    return Breach(value, least, said, "use the original, or export it again at quality 85 or more")
