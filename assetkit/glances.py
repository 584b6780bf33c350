"""What moves between the frames that are measured: faces and attention in more frames, at a size that is cheap."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise

from assetkit.facts import FrameMeasurements, Need
from assetkit.geometry import Box, hull
from assetkit.measure import Look, measure
from assetkit.media.medium import ClipMedium
from assetkit.shots import Shot

_NEAR = Fraction(1, 2)  # seconds between glances where faces move
_FAR = Fraction(5, 2)  # and at most so many where they stand
_MOST = 180  # glances at a clip; a longer one is looked at less often
_MOVED = 0.04  # of the picture's longer side in the time between two near glances is movement
_JITTER = 0.01  # of it is the detector's, however near the glances
_NEEDS = frozenset({Need.FACES, Need.SALIENCY})


def glance(
    clip: ClipMedium, known: Sequence[FrameMeasurements] = (), threads: int = 1
) -> tuple[FrameMeasurements, ...]:
    """Faces and attention in frames of every shot: about one in two seconds, and two a second where faces move.

    What is `known` of other frames counts, too: a face in one of them only is reason enough to look again.
    """
    shots = clip.shots()
    slower = max(Fraction(1), (shots[-1].end / _NEAR) / _MOST)
    seen = _seen(clip, _first_times(shots, clip.key_times(), slower), threads)
    everything = sorted((*seen, *known), key=lambda frame: frame.time)
    again = [time for shot in shots for time in _between(shot, everything, clip, slower)]
    found = {frame.time: frame for frame in (*seen, *(_seen(clip, again, threads) if again else ()))}
    return tuple(found[time] for time in sorted(found))


def _seen(clip: ClipMedium, times: Sequence[Fraction], threads: int) -> list[FrameMeasurements]:
    look = Look(_NEEDS, engine="", threads=threads)
    return list(measure(clip.glances(sorted(times)), clip.info.display_size, look, is_timed=True).frames)


def _first_times(shots: Iterable[Shot], keys: Sequence[Fraction], slower: Fraction) -> list[Fraction]:
    """Key frames, which decode alone, and frames between them where they are far apart; one in every shot."""
    times: list[Fraction] = []
    for shot in shots:
        chosen: list[Fraction] = []
        for key in keys:
            if shot.holds(key) and (not chosen or key - chosen[-1] >= _NEAR * slower):
                chosen.append(key)
        edges = [shot.start, *chosen, shot.end]
        for one, other in pairwise(edges):
            parts = -int(-(other - one) // (_FAR * slower))
            chosen += [one + (other - one) * n / parts for n in range(1, parts)]
        times += chosen or [(shot.start + shot.end) / 2]
    return times


def _between(shot: Shot, seen: Sequence[FrameMeasurements], clip: ClipMedium, slower: Fraction) -> list[Fraction]:
    """Times to look at once more: where faces come, go or move from one glance to the next, and the shot's ends."""
    here = [frame for frame in seen if shot.holds(frame.time)]
    if not any(frame.faces for frame in here):
        return []
    frame_time = 1 / (clip.info.frame_rate or Fraction(25))
    ends = [shot.start, *(frame.time for frame in here), max(shot.start, shot.end - 2 * frame_time)]
    side = max(clip.info.display_size.width, clip.info.display_size.height)
    faces = [here[0].faces, *(frame.faces for frame in here), here[-1].faces]
    steps = list(pairwise(zip(ends, faces, strict=True)))
    moved = [_have_moved(a, b, side * _least(other - one)) for (one, a), (other, b) in steps]
    is_lively = any(moved) or len(here) == 1
    times = [ends[0], ends[-1]] if is_lively else []
    for number, ((one, a), (other, b)) in enumerate(steps):
        is_end = number in (0, len(steps) - 1)
        if moved[number] or (is_end and is_lively):
            parts = -int(-(other - one) // (_NEAR * slower))
            parts = max(parts, 2) if bool(a) is not bool(b) else parts  # it came or went, or was not seen
            times += [one + (other - one) * n / parts for n in range(1, parts)]
    known = {frame.time for frame in here}
    return sorted(set(times) - known)


def _least(seconds: Fraction) -> float:
    """What is movement within so many seconds, as a share of the picture's longer side."""
    return max(_JITTER, _MOVED * min(1.0, float(seconds / _NEAR)))


def _have_moved(one: tuple[Box, ...] | None, other: tuple[Box, ...] | None, least: float) -> bool:
    if not one or not other:
        return bool(one) is not bool(other)
    a, b = hull(one), hull(other)
    return max(abs(a.left - b.left), abs(a.right - b.right), abs(a.top - b.top), abs(a.bottom - b.bottom)) > least
