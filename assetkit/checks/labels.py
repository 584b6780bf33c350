"""Check of the labels that content made by AI must carry: one to see and one in the file."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from assetkit.checks.claims import lines_read
from assetkit.checks.verdict import Breach, Unknown
from assetkit.claims.claim import Line
from assetkit.claims.labels import label_lines
from assetkit.facts import Facts, Kind, Measurements
from assetkit.screening import Span
from assetkit.timecode import timecode
from assetkit.wording import Said, say

START_SECONDS = Fraction(2)
"""A clip shows its label from the first frame on, for at least so long."""

Shown = list[tuple[Fraction, list[Line]]]


def ai_label(facts: Facts, least: float) -> tuple[Breach, ...] | Unknown:
    """What was made by AI, by its sidecar or by its own metadata, says so, at least this high, and in the file.

    The height is that of the letters over the picture's shortest side. A person judges: the platform may be told
    instead when the asset is uploaded.
    """
    said, told = facts.wishes.generated, facts.info.is_generated
    shown = labels_shown(facts.measurements)
    if isinstance(shown, Unknown):
        return shown if said or told else ()
    return tuple(_breaches(facts, shown, least, said=said, told=told))


def labels_shown(measured: Measurements) -> Shown | Unknown:
    """Each frame's time (seconds) with the lines on it that say so, or why that is not known."""
    read = lines_read(measured)
    return read if isinstance(read, Unknown) else [(time, label_lines(lines)) for time, lines in read]


def _breaches(facts: Facts, shown: Shown, least: float, *, said: bool | None, told: bool) -> Iterator[Breach]:
    pixels = round(least * min(facts.info.display_size.width, facts.info.display_size.height))
    labels = [line for _, lines in shown for line in lines]
    if told and said is False:
        yield _breach(
            say("its metadata says that AI made it, and the sidecar that it did not"),
            say("find out which is right, and correct the sidecar"),
        )
    elif not labels and (said or told):
        yield _breach(
            say("AI made it, and no label on it says so"),
            say("write AI生成 on it, at least {pixels} px high, or declare it when uploading", pixels=pixels),
        )
    if said and not told:
        yield _breach(
            say("AI made it, by the sidecar, and its metadata does not say so"),
            say("use the generator's own file with its metadata, or declare it when uploading"),
        )
    if labels:
        yield from _too_small(labels, least, pixels, facts)
        yield from _too_late(shown, facts)


def _too_small(labels: Sequence[Line], least: float, pixels: int, facts: Facts) -> Iterator[Breach]:
    tallest = max(labels, key=_height)
    shortest = min(facts.info.display_size.width, facts.info.display_size.height)
    share = _height(tallest) / shortest
    if share < least:
        yield Breach(
            round(share, 4),
            least,
            say("its label {text} is {share:.1%} of the shortest side high, under {least:.0%}",
                text=tallest.text, share=share, least=least),
            say("write it at least {pixels} px high", pixels=pixels),
            needs_person=True,
            boxes=() if tallest.box is None else (tallest.box,),
        )  # fmt: skip


def _too_late(shown: Shown, facts: Facts) -> Iterator[Breach]:
    """A clip's label is seen in every frame of its start that was looked at."""
    opening = [bool(lines) for time, lines in shown if time <= START_SECONDS]
    if facts.info.kind is not Kind.VIDEO or all(opening):
        return
    first = min(time for time, lines in shown if lines)
    yield Breach(
        float(first),
        0,
        say("its label is not seen throughout the first 2 s, but at {time}", time=timecode(first)),
        say("show it from the first frame on, for at least 2 s"),
        needs_person=True,
        span=Span(first, first),
    )


def _breach(message: Said, fix: Said) -> Breach:
    return Breach("none", "label", message, fix, needs_person=True)


def _height(line: Line) -> int:
    """Of its letters: the shorter side, since a column's letters stand upright."""
    return 0 if line.box is None else min(line.box.size.width, line.box.size.height)
