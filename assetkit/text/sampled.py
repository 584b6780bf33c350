"""Text coverage of a still or of a clip's sampled frames, of which the worst counts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from assetkit.facts import FrameMeasurements, Measurements
from assetkit.geometry import Box
from assetkit.lettering import TextRegion
from assetkit.screening import HOOK_SECONDS
from assetkit.text.coverage import coverage
from assetkit.text.subtitles import LEAST_FRAMES, subtitles, subtitles_of

View = tuple[Box, Box]
"""What is kept of a frame, and the canvas it is shown on, in display pixels."""
_TELLING = LEAST_FRAMES + 1  # frames that say as much of an output's text as all those that its source was judged by


def with_coverage(
    measured: Measurements,
    view: Box | Callable[[Fraction], View],
    *,
    is_timed: bool,
    within: tuple[Fraction, Fraction] | None = None,
) -> Measurements:
    """The measurements with the coverage of the worst frame, the first of equals; None where no frame was looked at.

    Only what lies inside a window counts, as a share of the canvas: `view` is both, or gives them for the time of a
    frame. Only frames `within` two times (seconds) count.
    """
    frames = [f for f in measured.frames if f.text is not None and _is_within(f.time, within)]
    views = [(view, view) if isinstance(view, Box) else view(frame.time) for frame in frames]
    each = [
        coverage(frame.text or (), window, measured.exempt, canvas)
        for frame, (window, canvas) in zip(frames, views, strict=True)
    ]
    if not each:
        return replace(measured, text_coverage=None, text_coverage_time=None, hook_text=None, subtitle_coverage=None)
    start = within[0] if within else Fraction(0)
    opening = [each[n].share for n, frame in enumerate(frames) if frame.time < start + HOOK_SECONDS]
    worst = max(range(len(each)), key=lambda n: (each[n].share, -frames[n].time))
    lines = _subtitles(frames, worst) if is_timed else None
    return replace(
        measured,
        text_coverage=each[worst],
        text_coverage_time=frames[worst].time if is_timed else None,
        hook_text=max(opening, default=None) if is_timed else None,
        subtitles=subtitles_of([frame.text or () for frame in frames]) if is_timed else None,
        subtitle_coverage=None
        if lines is None
        else coverage(lines, views[worst][0], measured.exempt, views[worst][1]).share,
    )


def _is_within(time: Fraction, ends: tuple[Fraction, Fraction] | None) -> bool:
    return ends is None or ends[0] <= time <= ends[1]


def telling_times(
    measured: Measurements, view: Callable[[Fraction], View], span: tuple[Fraction, Fraction | None]
) -> tuple[Fraction, ...]:
    """When text covers most of what is shown, within `span` (seconds): few of the sampled times, in order.

    One of the first three seconds is among them. Where few frames show any, the others are spread over the rest. Empty
    where text was not looked for.
    """
    start, end = span
    frames = [f for f in measured.frames if f.text is not None and f.time >= start and (end is None or f.time < end)]
    views = {frame.time: view(frame.time) for frame in frames}
    shares = {f.time: coverage(f.text or (), views[f.time][0], measured.exempt, views[f.time][1]).share for f in frames}
    told = sorted((time for time in shares if shares[time]), key=lambda time: (-shares[time], time))[:_TELLING]
    rest, missing = sorted(set(shares) - set(told)), _TELLING - len(told)
    spread = rest if len(rest) <= missing else [rest[(2 * n + 1) * len(rest) // (2 * missing)] for n in range(missing)]
    chosen = {*told, *spread}
    opening = [time for time in shares if time < start + HOOK_SECONDS]
    chosen |= {max(opening, key=lambda time: (shares[time], time in chosen, -time))} if opening else set()
    return tuple(sorted(chosen))


def _subtitles(frames: Sequence[FrameMeasurements], worst: int) -> Iterable[TextRegion] | None:
    """The worst frame's subtitles; None where there are too few frames to tell."""
    others = [frame.text or () for n, frame in enumerate(frames) if n != worst]
    return subtitles(frames[worst].text or (), others) if len(others) >= LEAST_FRAMES else None
