"""Which part of a clip is delivered, where not all of it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import fmean

from assetkit.checks.timing import TOLERANCE_SECONDS
from assetkit.errors import AssetError
from assetkit.facts import Facts, FrameMeasurements, MediaInfo
from assetkit.preset import Rules
from assetkit.timecode import parse_timecode, timecode
from assetkit.wording import say

Ends = tuple[Fraction, Fraction]
WAYS = "start, best, or two times such as 0:03.5-0:20"
_STEP = Fraction(1, 2)  # seconds between the places that the best part may start at
_LEAST = Fraction(1, 10)  # seconds


@dataclass(frozen=True, slots=True)
class Trim:
    """How clips that are too long are cut: from their start, to their best part, or all clips to given `ends`."""

    is_best: bool = False
    ends: Ends | None = None


def parse_trim(text: str) -> Trim:
    """`start`, `best`, or two times with a dash between them. Raises ValueError."""
    if text in ("start", "best"):
        return Trim(is_best=text == "best")
    first, dash, last = text.partition("-")
    if not dash:
        raise ValueError(f"{text!r} is no trim: write {WAYS}")
    return Trim(ends=parse_ends([first, last]))


def parse_ends(value: object) -> Ends:
    """The start and the end of a part, as a list of two times. Raises ValueError."""
    if not (isinstance(value, list) and len(value) == 2):
        raise ValueError("a trim is [start, end]")
    start, end = (parse_timecode(time) for time in value)
    if end - start < _LEAST:
        raise ValueError(f"a trim ends after it starts, and {timecode(end)} is not after {timecode(start)}")
    return start, end


def trim_span(facts: Facts, rules: Rules, trim: Trim | None) -> Ends | None:
    """The part of a clip (seconds) that is delivered; None for all of it. What its sidecar says goes first.

    Raises AssetError `trim` if the part that was asked for is not in the clip.
    """
    asked = facts.wishes.trim or (trim and trim.ends)
    if asked:
        return _inside(asked, facts.info)
    most, duration, length = _most(rules), facts.info.duration, facts.info.length
    if trim is None or most is None or duration is None or length is None:
        return None
    most_taken = most + Fraction(TOLERANCE_SECONDS)
    if length <= most_taken:
        return None
    if duration <= most_taken:  # it is the sound that is too long
        return Fraction(0), duration
    start = _best_start(facts.measurements.frames, duration, most) if trim.is_best else Fraction(0)
    return start, start + most


def _inside(asked: Ends, info: MediaInfo) -> Ends | None:
    (start, end), duration = asked, info.duration
    if duration is None or end <= duration + Fraction(TOLERANCE_SECONDS):
        return None if duration is not None and start == 0 and end >= duration == info.length else asked
    detail = say(
        "the trim {start} to {end} reaches past the clip's end at {duration}",
        start=timecode(start),
        end=timecode(end),
        duration=timecode(duration),
    )
    raise AssetError("trim", "plan", detail, say("name times within the clip"))


def _most(rules: Rules) -> Fraction | None:
    limit = rules.limits.duration_max
    return Fraction(limit.required.value).limit_denominator(1000) if limit and limit.required else None


def _best_start(frames: Sequence[FrameMeasurements], duration: Fraction, most: Fraction) -> Fraction:
    """The earliest start from which the sampled frames look best on average."""
    scores = [(frame.time, frame.cover_parts.total) for frame in frames if frame.cover_parts]
    starts = [_STEP * n for n in range(int((duration - most) / _STEP) + 1)] or [Fraction(0)]

    def worth(start: Fraction) -> float:
        inside = [score for time, score in scores if start <= time < start + most]
        return fmean(inside) if inside else 0.0

    return max(starts, key=lambda start: (round(worth(start), 6), -start))
