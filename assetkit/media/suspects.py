"""Where a clip may be cut, told without decoding more of it than single key frames.

What says that a group of pictures may hold a cut: the key frames at its two ends look different, or one of them cannot
be looked at, as in the last group; the next key frame stands off the regular grid, as encoders put it where a scene
changes; or one of its packets is far larger than its neighbours, as a cut without a key frame makes it.
"""

from collections import Counter
from fractions import Fraction
from itertools import pairwise

import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream

from assetkit.media.changes import Look, change_of_scene, look_of
from assetkit.media.decoding import decode_alone
from assetkit.media.timeline import Timeline, usual_gap

_ANCHOR_SECONDS = Fraction(1, 2)  # key frames nearer to one another than this are not all looked at
_ANCHORS_DIFFER = 0.07  # key frames that differ less after the best shift show one scene
_SPIKE = 2.0  # times what nine in ten of the packets about it take
_SPIKE_OF_KEY = 0.2  # and at least this share of a key frame: a cut is coded anew
_SPIKE_SECONDS = 2
_GRID = 0.3  # of all gaps between key frames, that are alike, make a grid

Stretch = tuple[int, int]
"""From a key frame to the last frame of interest, both in ticks and included."""


def suspects(container: InputContainer, video: VideoStream, timeline: Timeline) -> list[Stretch]:
    """Stretches from a key frame to the last frame that may be cut to; joined where they touch."""
    anchors = _anchors(timeline)
    # what lies before an edit list's start is decoded and never shown
    shown = [at for at in anchors if at >= timeline.times[0]]
    looks = {frame.pts: look_of(frame) for frame in decode_alone(container, video, shown)}
    found: list[Stretch] = []
    spiked = _spikes(timeline)
    irregular = _off_grid(timeline)
    for start, end in pairwise([*anchors, timeline.times[-1]]):
        inside = [at for at in spiked if start < at <= end]
        # what was cut away from and came back to has a key frame in between
        is_odd = end in irregular and any(start < key < end for key in timeline.keys)
        is_last = end == timeline.times[-1]  # it hardly ever ends with a key frame
        may_differ = is_odd or is_last or _may_differ(looks.get(start), looks.get(end))
        last = end if may_differ else max(inside, default=start)
        if last == start:
            continue
        if found and found[-1][1] >= start:
            found[-1] = found[-1][0], last
        else:
            found.append((start, last))
    return found


def _anchors(timeline: Timeline) -> list[int]:
    """The first frame, and key frames at least half a second apart: all of them but where every frame is one."""
    chosen = [timeline.entry]
    for key in timeline.keys:
        if (key - chosen[-1]) * timeline.time_base >= _ANCHOR_SECONDS:
            chosen.append(key)
    return chosen


def _may_differ(one: Look | None, other: Look | None) -> bool:
    """True if one of them was not seen, or they show different scenes."""
    return one is None or other is None or change_of_scene(one, other) > _ANCHORS_DIFFER


def _off_grid(timeline: Timeline) -> set[int]:
    """Key frames that came sooner than the encoder had to set one."""
    places = {at: n for n, at in enumerate(timeline.times)}
    gaps = {b: places[b] - places[a] for a, b in pairwise(timeline.keys) if a in places and b in places}
    common = Counter(gaps.values()).most_common(1)
    if len(gaps) < 3 or not common or common[0][1] < _GRID * len(gaps):
        return set(gaps)
    return {at for at, gap in gaps.items() if gap < common[0][0] - 1}


def _spikes(timeline: Timeline) -> list[int]:
    """Frames that are no key frames and took far more bytes than those about them."""
    if len(timeline.times) < 2:
        return []
    sizes = np.array(timeline.sizes, np.float64)
    is_key = np.isin(timeline.times, timeline.keys)
    if is_key.all():
        return []
    around = max(8, int(_SPIKE_SECONDS / float(usual_gap(timeline.times) * timeline.time_base)))
    of_key = float(np.median(sizes[is_key])) if is_key.any() else 0.0
    likely = np.flatnonzero(~is_key & (sizes > _SPIKE_OF_KEY * of_key))
    found = []
    for n in likely:
        near = slice(max(0, n - around), n + around)
        others = sizes[near][~is_key[near]]
        if sizes[n] > _SPIKE * np.quantile(others, 0.9):
            found.append(timeline.times[n])
    return found
