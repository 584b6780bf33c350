"""Where the pixels of an output come from: the plan's window and canvas, read from either side."""

from collections.abc import Iterable
from fractions import Fraction

from assetkit.geometry import Box, Size, centred
from assetkit.model import Plan


def canvas_in_source(plan: Plan) -> Box:
    """The output's canvas as a window in the source's display pixels; it reaches beyond the picture where padded."""
    inner = centred(plan.picture, plan.canvas)
    across, down = _scales(plan.picture, plan.window.size)
    return Box(
        plan.window.left - round(inner.left * across),
        plan.window.top - round(inner.top * down),
        plan.window.right + round((plan.canvas.width - inner.right) * across),
        plan.window.bottom + round((plan.canvas.height - inner.bottom) * down),
    )


def in_output(boxes: Iterable[Box], plan: Plan) -> tuple[Box, ...]:
    """Boxes of the source, in display pixels, where they lie in the output; what the crop cuts off is left out."""
    inner = centred(plan.picture, plan.canvas)
    across, down = _scales(plan.window.size, plan.picture)
    inside = (box.intersect(plan.window).moved(-plan.window.left, -plan.window.top) for box in boxes)
    placed = (
        Box(round(b.left * across), round(b.top * down), round(b.right * across), round(b.bottom * down))
        for b in inside
        if b.area
    )
    return tuple(box.moved(inner.left, inner.top) for box in placed if box.area)


def _scales(old: Size, new: Size) -> tuple[Fraction, Fraction]:
    return Fraction(new.width, old.width), Fraction(new.height, old.height)
