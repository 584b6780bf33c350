"""Where the pixels of an output come from: the plan's window and canvas, read from either side."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

from assetkit.facts import FrameMeasurements
from assetkit.geometry import Box, Size, centred
from assetkit.model import Plan
from assetkit.windows import window_at

_READABLE = 0.25  # of a line that must be shown for some of its words to be read


def window_of(plan: Plan, time: Fraction) -> Box:
    """What the plan keeps of the frame shown at `time` (seconds since the clip's first frame)."""
    return window_at(plan.windows, time) if plan.windows else plan.window


def canvas_in_source(plan: Plan, window: Box | None = None) -> Box:
    """The output's canvas round a window (by default the plan's own), in the source's display pixels.

    It reaches beyond the picture where padded.
    """
    window = window or plan.window
    inner = centred(plan.picture, plan.canvas)
    across, down = _scales(plan.picture, plan.window.size)
    return Box(
        window.left - round(inner.left * across),
        window.top - round(inner.top * down),
        window.right + round((plan.canvas.width - inner.right) * across),
        window.bottom + round((plan.canvas.height - inner.bottom) * down),
    )


def view_of(plan: Plan, time: Fraction) -> tuple[Box, Box]:
    """The window and the canvas of the frame shown at `time`, in display pixels of the source."""
    window = window_of(plan, time)
    return window, canvas_in_source(plan, window)


def in_output(boxes: Iterable[Box], plan: Plan) -> tuple[Box, ...]:
    """Boxes of the source, in display pixels, where they lie in the output; what the crop cuts off is left out.

    Under a window that does not stay, wherever each of them lies at some time.
    """
    windows, boxes = [frame.box for frame in plan.windows] or [plan.window], tuple(boxes)
    inner = centred(plan.picture, plan.canvas)
    across, down = _scales(plan.window.size, plan.picture)
    inside = (box.intersect(w).moved(-w.left, -w.top) for w in dict.fromkeys(windows) for box in boxes)
    placed = (
        Box(round(b.left * across), round(b.top * down), round(b.right * across), round(b.bottom * down))
        for b in inside
        if b.area
    )
    return tuple(dict.fromkeys(box.moved(inner.left, inner.top) for box in placed if box.area))


def frame_in_output(frame: FrameMeasurements, plan: Plan) -> FrameMeasurements:
    """What a frame of the source shows of text and codes, where it lies in the output; what the crop cuts off goes."""
    window, inner = window_of(plan, frame.time), centred(plan.picture, plan.canvas)
    across, down = _scales(window.size, plan.picture)

    def placed(x: float, y: float) -> tuple[float, float]:
        return (
            round((x - window.left) * float(across) + inner.left, 2),
            round((y - window.top) * float(down) + inner.top, 2),
        )

    text = frame.text and tuple(
        replace(region, polygon=tuple(placed(x, y) for x, y in region.polygon))
        for region in frame.text
        if region.box.kept_by(window) >= _READABLE
    )
    codes = frame.codes and tuple(
        replace(code, box=_rounded(*placed(code.box.left, code.box.top), *placed(code.box.right, code.box.bottom)))
        for code in frame.codes
        if code.box.kept_by(window) == 1
    )
    return FrameMeasurements(frame.time - plan.starts, text, quality=frame.quality, codes=codes)


def _rounded(left: float, top: float, right: float, bottom: float) -> Box:
    return Box(floor(left), floor(top), ceil(right), ceil(bottom))


def _scales(old: Size, new: Size) -> tuple[Fraction, Fraction]:
    return Fraction(new.width, old.width), Fraction(new.height, old.height)
