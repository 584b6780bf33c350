"""Where a crop window stands at each moment of a clip: keyframes, held or moved evenly from one to the next."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import floor

from assetkit.geometry import Box


class Move(StrEnum):
    """How a window gets from one keyframe to the next: not at all before its time, or evenly."""

    HOLD = "hold"
    LINEAR = "linear"


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A window's place from `time` (seconds since the clip's first frame) on, in display pixels."""

    time: Fraction
    box: Box
    move: Move = Move.HOLD


def window_at(windows: Sequence[Keyframe], time: Fraction) -> Box:
    """The window at a time; before the first keyframe as at the first. `windows` ascend and are not empty."""
    number = max(0, bisect_right([frame.time for frame in windows], time) - 1)
    here = windows[number]
    if here.move is Move.HOLD or number + 1 == len(windows) or time <= here.time:
        return here.box
    there = windows[number + 1]
    share = (time - here.time) / (there.time - here.time)
    left, top = (a + (b - a) * share for a, b in zip(_corner(here), _corner(there), strict=True))
    return here.box.moved(floor(left + Fraction(1, 2)) - here.box.left, floor(top + Fraction(1, 2)) - here.box.top)


def _corner(frame: Keyframe) -> tuple[int, int]:
    return frame.box.left, frame.box.top


def shifted(windows: Iterable[Keyframe], dx: int, dy: int) -> tuple[Keyframe, ...]:
    """The same windows in a picture whose corner lies elsewhere."""
    return tuple(replace(frame, box=frame.box.moved(dx, dy)) for frame in windows)


def simplified(windows: Iterable[Keyframe]) -> tuple[Keyframe, ...]:
    """The same windows without keyframes that change nothing."""
    kept: list[Keyframe] = []
    for frame in windows:
        if not (kept and kept[-1].box == frame.box and kept[-1].move is frame.move is Move.HOLD):
            kept.append(frame)
    return tuple(kept)


def steps(windows: Sequence[Keyframe]) -> tuple[int, int]:
    """How often the window jumps to another place, and how often it starts to move."""
    pairs = list(pairwise(windows))
    jumps = sum(a.move is Move.HOLD and a.box != b.box for a, b in pairs)
    moving = [False, *(a.move is Move.LINEAR and a.box != b.box for a, b in pairs)]
    return jumps, sum(now and not before for before, now in pairwise(moving))
