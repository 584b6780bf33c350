"""Whether a finished clip shows what its source does, at up to five moments: an encoder may blur, but not paint."""

from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from statistics import median

from assetkit.errors import AssetError
from assetkit.geometry import centred
from assetkit.judgement import Finding, Severity
from assetkit.media.likeness import off_by
from assetkit.media.medium import GLANCE_SIDE, ClipMedium, Medium
from assetkit.model import Plan
from assetkit.placement import window_of
from assetkit.wording import say

_TIMES = 5
_NEXT_KEY = 2  # seconds between two key frames of what is encoded here: soon after one, little must be decoded
_AFTER_CUT = Fraction(11, 100)  # seconds; no usual rate has a frame begin there
_MOST = 12.0  # of 255; encoders, scalers and tone curves differ by under 4


def unlike(source: Medium, made: Medium, plan: Plan) -> tuple[Finding, ...]:
    """What to tell of a clip whose colours are not its source's: a mistake in decoding, cropping or encoding."""
    if not plan.is_drawn or not isinstance(source, ClipMedium) or not isinstance(made, ClipMedium):
        return ()
    found: list[float] = []
    with suppress(AssetError):  # whether both decode is not asked here
        found = _differences(source, made, plan)
    off = median(found) if found else 0.0
    if off <= _MOST:
        return ()
    message = say("the finished picture is off its source by {off:.0f} of 255, in the mean of its colours", off=off)
    fix = say("compare the two before it is used, and report it with the source file")
    return (
        Finding("picture-differs", Severity.NOTE, message, measured=round(off, 1), limit=_MOST, fix=fix,
                needs_person=True),
    )  # fmt: skip


def _differences(source: ClipMedium, made: ClipMedium, plan: Plan) -> list[float]:
    """Of what either shows at the same moment; none of them is where one frame follows another."""
    size, inner = source.info.display_size, centred(plan.picture, plan.canvas)
    start, end = _span(source, plan)
    times = _times(source.key_times(), start, end)
    seen = source.frames_at(times, GLANCE_SIDE)
    shown = [(time, frame) for time in times for frame in [each for each in seen if each[0] <= time][-1:]]
    return [
        off_by(
            (picture, window_of(plan, at), size),
            (made.frames_at([time - start], GLANCE_SIDE)[0][1], inner, plan.canvas),
        )
        for time, (at, picture) in shown
    ]


def _span(source: ClipMedium, plan: Plan) -> tuple[Fraction, Fraction]:
    """What is delivered (seconds of the source): of an even clip it starts with a whole frame."""
    if plan.trim is None:
        return Fraction(0), source.info.duration or Fraction(0)
    start, end = plan.trim
    if source.info.is_variable_frame_rate:
        return start, end
    begin = source.frames_at([start], GLANCE_SIDE)[0][0]
    return begin, end - (start - begin)


def _times(keys: Sequence[Fraction], start: Fraction, end: Fraction) -> list[Fraction]:
    """Just after some of the source's key frames, spread over what is delivered, each soon after a key frame of that.

    Not at them: there are cuts, and what is shown at a cut depends on the frame rate. Where no key frame is delivered,
    just after the start.
    """
    part = (end - start) / _TIMES
    parts = [[key for key in keys if start + part * n <= key < start + part * (n + 1)] for n in range(_TIMES)]
    chosen = [min(found, key=lambda key: (key - start) % _NEXT_KEY) for found in parts if found] or [start]
    return [key + min(_AFTER_CUT, (end - key) / 2) for key in chosen]
