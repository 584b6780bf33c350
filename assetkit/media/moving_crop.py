"""A crop window that changes place while a clip plays, as expressions for ffmpeg's crop filter."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from assetkit.windows import Keyframe, Move

_DIGITS = 6  # of a second: finer than any clock that a clip is timed with


def margin(tick: Fraction, frame_seconds: Fraction) -> Fraction:
    """How early a window jumps, so that no rounding of a clock that ticks in such steps makes it a frame late."""
    return min(frame_seconds / 4, tick * 3 / 2 + Fraction(2, 10**_DIGITS))


def offsets(windows: Sequence[Keyframe], shift: Fraction, early: Fraction) -> tuple[str, str]:
    """Expressions in `t` for the left and the top edge.

    `shift` is added to the keyframes' times to get the filter's `t`; every jump is `early` (seconds) by a little.

    They are sums of the first value and one term for each change, in brackets like a balanced tree: ffmpeg refuses
    expressions that are nested or summed more than a hundred deep.
    """
    return _side(windows, shift, early, "left"), _side(windows, shift, early, "top")


def _side(windows: Sequence[Keyframe], shift: Fraction, early: Fraction, side: str) -> str:
    terms = [str(getattr(windows[0].box, side))]
    for here, there in pairwise(windows):
        by = getattr(there.box, side) - getattr(here.box, side)
        if not by:
            continue
        if here.move is Move.HOLD:
            terms.append(f"{by}*gte(t,{_seconds(there.time + shift - early)})")
        else:
            start, length = _seconds(here.time + shift), _seconds(there.time - here.time)
            terms.append(f"{by}*clip((t-{start})/{length},0,1)")
    return f"floor({_sum(terms)}+0.5)"


def _sum(terms: Sequence[str]) -> str:
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    return f"({_sum(terms[:half])}+{_sum(terms[half:])})"


def _seconds(value: Fraction) -> str:
    return f"({float(value):.{_DIGITS}f})" if value < 0 else f"{float(value):.{_DIGITS}f}"
