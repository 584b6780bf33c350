"""Checks of the picture's shape: ratio, pixels, orientation. Every one uses the display size."""

from fractions import Fraction

from assetkit.checks.verdict import Breach, Unknown
from assetkit.facts import Facts, Kind
from assetkit.geometry import Size, is_ratio, largest_of_ratio, ratio_name
from assetkit.preset import RatioRange
from assetkit.wording import say

Verdict = Breach | Unknown | None


def aspect_ratio(facts: Facts, wanted: Fraction) -> Verdict:
    """The ratio within one pixel, and large enough to have that ratio exactly."""
    size = facts.info.display_size
    if is_ratio(size, wanted) and largest_of_ratio(size, wanted):
        return None
    shape = say("wider") if size.ratio > wanted else say("taller")
    return Breach(
        round(float(size.ratio), 4),
        ratio_name(wanted),
        say("{size} px is {shape} than {wanted}", size=size, shape=shape, wanted=ratio_name(wanted)),
        say("crop or recompose to {wanted}", wanted=ratio_name(wanted)),
    )


def aspect_ratio_range(facts: Facts, wanted: RatioRange) -> Verdict:
    """A ratio between two, each within one pixel."""
    size = facts.info.display_size
    if wanted.holds(size):
        return None
    span = say("{narrowest} to {widest}", narrowest=ratio_name(wanted.narrowest), widest=ratio_name(wanted.widest))
    return Breach(
        round(float(size.ratio), 4),
        str(span),
        say("{size} px is outside {span}", size=size, span=span),
        say("crop or recompose to {span}", span=span),
    )


def resolution(facts: Facts, wanted: Size) -> Verdict:
    """Exactly these pixels."""
    size = facts.info.display_size
    if size == wanted:
        return None
    short = say("deliver a larger original: assetkit never enlarges") if not size.holds(wanted) else say("scale down")
    return Breach(str(size), str(wanted), say("{size} px is not {wanted} px", size=size, wanted=wanted), short)


def resolution_min(facts: Facts, least: Size) -> Verdict:
    """At least these pixels on both sides."""
    size = facts.info.display_size
    if size.holds(least):
        return None
    return Breach(
        str(size),
        str(least),
        say("{size} px is below {least} px", size=size, least=least),
        say("deliver an original that keeps {least} px after the crop: assetkit never enlarges", least=least),
    )


def resolution_max(facts: Facts, most: Size) -> Verdict:
    """At most these pixels on both sides."""
    size = facts.info.display_size
    if most.holds(size):
        return None
    return Breach(str(size), str(most), say("{size} px is above {most} px", size=size, most=most), say("scale down"))


def upright(facts: Facts, _: bool) -> Verdict:
    """Stored the way it is shown; some transcoders and review tools drop the flag."""
    info = facts.info
    if info.is_upright:
        return None
    how = say("turned by {rotation} degrees", rotation=info.rotation)
    if info.is_mirrored:
        how = say("turned by {rotation} degrees and mirrored", rotation=info.rotation)
    return Breach(info.rotation, 0, say("the picture is stored {how}", how=how), say("export it upright"))


def still(facts: Facts, _: bool) -> Verdict:
    """One frame."""
    count = facts.info.frame_count
    if count == 1:
        return None
    return Breach(
        count, 1, say("{count} frames in one file", count=count), say("deliver a single picture, or a clip as MP4")
    )


def square_pixels(facts: Facts, _: bool) -> Verdict:
    """Pixels as wide as they are high."""
    ratio = facts.info.sample_aspect_ratio
    if facts.info.kind is not Kind.VIDEO or ratio == 1:
        return None
    return Breach(
        ratio_name(ratio),
        "1:1",
        say("pixels of shape {ratio}", ratio=ratio_name(ratio)),
        say("export with square pixels"),
    )


def progressive(facts: Facts, _: bool) -> Verdict:
    """Whole frames: a screen shows the combs of interlaced ones wherever something moves."""
    if not facts.info.is_interlaced:
        return None
    return Breach(
        "interlaced", "progressive", say("the picture is interlaced"), say("export it progressive (deinterlaced)")
    )
