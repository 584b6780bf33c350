"""Text coverage of a still or of a clip's sampled frames, of which the worst counts."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from assetkit.geometry import Box
from assetkit.lettering import TextRegion
from assetkit.model import FrameMeasurements, Measurements
from assetkit.text.coverage import coverage
from assetkit.text.subtitles import LEAST_FRAMES, subtitles

_TELLING = LEAST_FRAMES + 1  # frames that say as much of an output's text as all those that its source was judged by


def with_coverage(
    measured: Measurements, window: Box, *, is_timed: bool, canvas: Box | None = None, until: Fraction | None = None
) -> Measurements:
    """The measurements with the coverage of the worst frame, the first of equals; None where no frame was looked at.

    Only what lies inside `window` counts, as a share of `canvas` (by default the window), in frames up to `until`.
    """
    frames = [f for f in measured.frames if f.text is not None and (until is None or f.time <= until)]
    each = [coverage(frame.text or (), window, measured.exempt, canvas) for frame in frames]
    if not each:
        return replace(measured, text_coverage=None, text_coverage_time=None, subtitle_coverage=None)
    worst = max(range(len(each)), key=lambda n: (each[n].share, -frames[n].time))
    lines = _subtitles(frames, worst) if is_timed else None
    return replace(
        measured,
        text_coverage=each[worst],
        text_coverage_time=frames[worst].time if is_timed else None,
        subtitle_coverage=None if lines is None else coverage(lines, window, measured.exempt, canvas).share,
    )


def telling_times(
    measured: Measurements, window: Box, canvas: Box, span: tuple[Fraction, Fraction | None]
) -> tuple[Fraction, ...]:
    """When text covers most of the canvas, within `span` (seconds): at most three of the sampled times, in order.

    Where fewer frames show any, the others are spread over the rest. Empty where text was not looked for.
    """
    start, end = span
    frames = [f for f in measured.frames if f.text is not None and f.time >= start and (end is None or f.time < end)]
    shares = {f.time: coverage(f.text or (), window, measured.exempt, canvas).share for f in frames}
    told = sorted((time for time in shares if shares[time]), key=lambda time: (-shares[time], time))[:_TELLING]
    rest, missing = sorted(set(shares) - set(told)), _TELLING - len(told)
    spread = rest if len(rest) <= missing else [rest[(2 * n + 1) * len(rest) // (2 * missing)] for n in range(missing)]
    return tuple(sorted([*told, *spread]))


def _subtitles(frames: Sequence[FrameMeasurements], worst: int) -> Iterable[TextRegion] | None:
    """The worst frame's subtitles; None where there are too few frames to tell."""
    others = [frame.text or () for n, frame in enumerate(frames) if n != worst]
    return subtitles(frames[worst].text or (), others) if len(others) >= LEAST_FRAMES else None
