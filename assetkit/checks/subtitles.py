"""Checks of a clip's subtitles: whether there are any, in which language, and where."""

from assetkit.checks.verdict import Breach, Unknown
from assetkit.facts import Facts
from assetkit.geometry import Box
from assetkit.preset import Language, SafeArea
from assetkit.wording import both, say

_NAMES = {"zh": say("Chinese"), "en": say("English")}


def subtitles(facts: Facts, wanted: list[Language]) -> Breach | Unknown | None:
    """Subtitles in these languages, where there is sound; many watch without it. Titles that stay are none."""
    if facts.info.audio_codec is None:
        return None
    seen = facts.measurements.subtitles
    if seen is None:
        return _unknown()
    missing = [language for language in wanted if language not in seen.languages]
    if not missing:
        return None
    names = both([_NAMES[language] for language in missing])
    if not seen.share:
        return Breach(0, ", ".join(wanted), say("no subtitles were seen"), say("add them: {names}", names=names))
    return Breach(
        ", ".join(seen.languages),
        ", ".join(wanted),
        say("subtitles in {share:.0%} of the sampled frames, none of them: {names}", share=seen.share, names=names),
        say("add them: {names}", names=names),
    )


def subtitle_safe_area(facts: Facts, margins: SafeArea) -> Breach | Unknown | None:
    """No subtitle under the platform's own buttons and captions, which lie along the edges."""
    seen, size = facts.measurements.subtitles, facts.info.display_size
    if seen is None:
        return _unknown()
    inside = Box(
        round(margins.left * size.width),
        round(margins.top * size.height),
        size.width - round(margins.right * size.width),
        size.height - round(margins.bottom * size.height),
    )
    outside = [box for box in seen.boxes if box.intersect(inside) != box]
    if not outside:
        return None
    return Breach(
        round(len(outside) / len(seen.boxes), 4),
        0,
        say("{count} of {total} lines of subtitles reach under the platform's own buttons and captions",
            count=len(outside), total=len(seen.boxes)),
        say("keep them between {left},{top} and {right},{bottom} px",
            left=inside.left, top=inside.top, right=inside.right, bottom=inside.bottom),
        boxes=tuple(outside[:3]),
    )  # fmt: skip


def _unknown() -> Unknown:
    return Unknown(say("too few frames were read to tell subtitles from titles"))
