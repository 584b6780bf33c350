"""Shots: the stretches of a clip between two cuts."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Shot:
    """One stretch without a cut, in seconds since the clip's first frame; `end` is exclusive."""

    start: Fraction
    end: Fraction

    def holds(self, time: Fraction) -> bool:
        """True if what is shown at `time` (seconds) belongs to it."""
        return self.start <= time < self.end


def between(cuts: Sequence[Fraction], duration: Fraction) -> tuple[Shot, ...]:
    """The shots of a clip whose first frames after a cut are shown at `cuts` (ascending, none at 0): at least one."""
    edges = [Fraction(0), *cuts, duration]
    return tuple(Shot(start, end) for start, end in pairwise(edges))


def shot_at(shots: Sequence[Shot], time: Fraction) -> int:
    """Which of the shots, which lie end to end, shows the frame at `time` (seconds); the last for what comes after."""
    return max(0, bisect_right([shot.start for shot in shots], time) - 1)


def timecode(time: Fraction) -> str:
    """Seconds as editors read them: m:ss.s, rounded down, so that it never points behind what it names."""
    tenths = int(time * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"
