"""Text coverage of a still or of a clip's sampled frames, of which the worst counts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from assetkit.geometry import Box
from assetkit.lettering import TextRegion
from assetkit.model import FrameMeasurements, Measurements
from assetkit.text.coverage import coverage
from assetkit.text.subtitles import LEAST_FRAMES, subtitles

View = tuple[Box, Box]
"""What is kept of a frame, and the canvas it is shown on, in display pixels."""


def with_coverage(
    measured: Measurements,
    view: Box | Callable[[Fraction], View],
    *,
    is_timed: bool,
    until: Fraction | None = None,
) -> Measurements:
    """The measurements with the coverage of the worst frame, the first of equals; None where no frame was looked at.

    Only what lies inside a window counts, as a share of the canvas: `view` is both, or gives them for the time of a
    frame. Frames after `until` do not count.
    """
    frames = [f for f in measured.frames if f.text is not None and (until is None or f.time <= until)]
    views = [(view, view) if isinstance(view, Box) else view(frame.time) for frame in frames]
    each = [
        coverage(frame.text or (), window, measured.exempt, canvas)
        for frame, (window, canvas) in zip(frames, views, strict=True)
    ]
    if not each:
        return replace(measured, text_coverage=None, text_coverage_time=None, subtitle_coverage=None)
    worst = max(range(len(each)), key=lambda n: (each[n].share, -frames[n].time))
    lines = _subtitles(frames, worst) if is_timed else None
    return replace(
        measured,
        text_coverage=each[worst],
        text_coverage_time=frames[worst].time if is_timed else None,
        subtitle_coverage=None
        if lines is None
        else coverage(lines, views[worst][0], measured.exempt, views[worst][1]).share,
    )


def _subtitles(frames: Sequence[FrameMeasurements], worst: int) -> Iterable[TextRegion] | None:
    """The worst frame's subtitles; None where there are too few frames to tell."""
    others = [frame.text or () for n, frame in enumerate(frames) if n != worst]
    return subtitles(frames[worst].text or (), others) if len(others) >= LEAST_FRAMES else None
