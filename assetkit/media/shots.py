"""Where a clip is cut, to the frame, without decoding all of it.

Only groups of pictures that may hold a cut are decoded to the last frame. What says that one may: the key frames at
its two ends look different, or one of them cannot be looked at, as in the last group; the next key frame stands off
the regular grid, as encoders put it where a scene changes; or one of its packets is far larger than its neighbours, as
a cut without a key frame makes it. A cut is where the picture changes far more than just before and after, and does
not come back: so neither a flash (and no insert under a third of a second) nor a fade or a dissolve ends a shot.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from av.video.stream import VideoStream
from numpy.typing import NDArray

from assetkit.abreast import abreast
from assetkit.media.containers import best_video, open_clip
from assetkit.media.decoding import decode_alone, decode_every, nothing_decodes, show_preamble
from assetkit.media.spare import Spare
from assetkit.media.timeline import Timeline, read_timeline, usual_gap
from assetkit.shots import Shot, between

_SIZE = (64, 36)  # pixels that frames are compared at
_ANCHOR_SECONDS = Fraction(1, 2)  # key frames nearer to one another than this are not all looked at
_FLASH_SECONDS = Fraction(1, 3)  # a picture that comes back within it was not cut away
_FLASH_MIN, _FLASH_MAX = 4, 20  # frames of it, whatever the frame rate
# Least change between two frames that is a cut, after the best shift of one over the other: a jerk of the camera in
# real clips reaches 0.12, the faintest of 17 real cuts 0.16.
_CUT = 0.13
_OVER_MOTION = 2.0  # times the usual change round it; fast dances reach 1.9, cuts between them 2.2
_STAYS = 0.55  # of the change, between everything shortly before and everything shortly after
_SHIFT = (8, 5)  # of the pixels that are compared
_ANCHORS_DIFFER = 0.07  # key frames that differ less after the best shift show one scene
_SPIKE = 2.0  # times what nine in ten of the packets about it take
_SPIKE_OF_KEY = 0.2  # and at least this share of a key frame: a cut is coded anew
_SPIKE_SECONDS = 2
_GRID = 0.3  # of all gaps between key frames, that are alike, make a grid

Look = NDArray[np.uint8]
"""A frame reduced to what is compared: brightness and two colours, (36, 64, 3)."""


def find_shots(path: Path, demuxer: str, spare: Spare | None = None) -> tuple[Shot, ...]:
    """The shots of a clip, end to end: at least one. `spare` is offered the frames that are decoded in a row.

    `demuxer` is FFmpeg's name for the format. Raises AssetError `unreadable` if the clip cannot be read.
    """
    with open_clip(path, demuxer, "measure") as container:
        video = best_video(container, "measure")
        video.thread_type = "AUTO"
        # only smooths what has been decoded: it changes no scene, and takes a sixth of the time
        video.codec_context.options = {"skip_loop_filter": "all"}
        timeline = read_timeline(container, video)
        if timeline is None:
            raise nothing_decodes("measure")
        show_preamble(container, video)
        film = _Film(container, video, timeline, spare)
        cuts = [cut for span in _suspects(container, video, timeline) for cut in _cuts(film, span)]
        return between([timeline.seconds(at) for at in sorted(set(cuts))], timeline.duration)


def _suspects(container: InputContainer, video: VideoStream, timeline: Timeline) -> list[tuple[int, int]]:
    """Stretches (ticks) from a key frame to the last frame that may be cut to; joined where they touch."""
    anchors = _anchors(timeline)
    # what lies before an edit list's start is decoded and never shown
    looks = dict(_looks(decode_alone(container, video, [at for at in anchors if at >= timeline.times[0]])))
    spans: list[tuple[int, int]] = []
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
        if spans and spans[-1][1] >= start:
            spans[-1] = spans[-1][0], last
        else:
            spans.append((start, last))
    return spans


def _anchors(timeline: Timeline) -> list[int]:
    """The first frame, and key frames at least half a second apart: all of them but where every frame is one."""
    chosen = [timeline.entry]
    for key in timeline.keys:
        if (key - chosen[-1]) * timeline.time_base >= _ANCHOR_SECONDS:
            chosen.append(key)
    return chosen


def _may_differ(one: Look | None, other: Look | None) -> bool:
    """True if one of them was not seen, or they show different scenes."""
    return one is None or other is None or _change_of_scene(one, other) > _ANCHORS_DIFFER


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


@dataclass(frozen=True, slots=True)
class _Film:
    """An opened clip, and who may have its frames."""

    container: InputContainer
    video: VideoStream
    timeline: Timeline
    spare: Spare | None


def _cuts(film: _Film, span: tuple[int, int]) -> list[int]:
    """Ticks of the first frames after each cut inside a stretch.

    Frames that no other needs are passed over first: most of the work is theirs. Where one of them may be the first
    after a cut, the group of pictures is decoded once more with all of them.
    """
    times, found = film.timeline.times, []
    last = _beyond(film.timeline, span[1])
    for before, after in _steps_in(film, (span[0], last), whole_from=last + 1):
        is_sure = times[bisect_left(times, after) - 1] == before
        found += [after] if is_sure else _exactly(film, before, after)
    return found


def _exactly(film: _Film, before: int, after: int) -> list[int]:
    """The cut between two frames, when all that lie between them and about them are looked at too."""
    times, key = film.timeline.times, film.timeline.key_for(before)
    near = times[max(0, bisect_left(times, before) - _flash_frames(film.timeline) - 2)]
    steps = _steps_in(replace(film, spare=None), (key, _beyond(film.timeline, after)), whole_from=near)
    return [cut for _, cut in steps if before < cut <= after]


def _beyond(timeline: Timeline, at: int) -> int:
    """The last frame that must be seen to tell a cut at or before `at` from a flash."""
    return timeline.times[min(len(timeline.times) - 1, bisect_right(timeline.times, at) + _flash_frames(timeline))]


def _steps_in(film: _Film, span: tuple[int, int], *, whole_from: int) -> list[tuple[int, int]]:
    """Neighbours (ticks) among the decoded frames of a stretch that a cut lies between."""

    def looked_at(frame: VideoFrame) -> tuple[int, Look] | None:
        if frame.pts is None or frame.pts > span[1]:
            return None
        if film.spare is not None:
            film.spare.offer(film.timeline.seconds(frame.pts), frame)
        return frame.pts, _look(frame)

    frames = decode_every(film.container, film.video, *span, whole_from=whole_from)
    seen = [look for look in abreast(looked_at, frames) if look]
    film.video.codec_context.skip_frame = "DEFAULT"
    looks = [look for _, look in seen]
    steps = np.array([_change(a, b) for a, b in pairwise(looks)])
    ahead = _flash_frames(film.timeline)
    if whole_from > span[1]:  # only the frames that others need were decoded
        count = bisect_right(film.timeline.times, span[1]) - bisect_left(film.timeline.times, span[0])
        ahead = max(_FLASH_MIN, round(ahead * len(seen) / max(1, count)))
    return [(seen[n][0], seen[n + 1][0]) for n in range(len(steps)) if _is_cut(looks, steps, n, ahead)]


def _is_cut(looks: Sequence[Look], steps: NDArray[np.float64], n: int, ahead: int) -> bool:
    """True if the picture changes for good between frames n and n + 1."""
    step = float(steps[n])
    if step < _CUT or step < steps[max(0, n - 2) : n + 3].max():
        return False
    about = np.concatenate([steps[max(0, n - ahead) : n], steps[n + 1 : n + 1 + ahead]])
    if about.size and step < _OVER_MOTION * np.median(about):
        return False
    before, after = looks[max(0, n + 1 - ahead) : n + 1], looks[n + 1 : n + 1 + ahead]
    if min(_change(one, other) for one in before for other in after) <= _STAYS * step:
        return False
    return _change_of_scene(looks[n], looks[n + 1]) >= _CUT


def _flash_frames(timeline: Timeline) -> int:
    frames = int(_FLASH_SECONDS / (usual_gap(timeline.times) * timeline.time_base))
    return min(_FLASH_MAX, max(_FLASH_MIN, frames))


def _looks(frames: Iterator[VideoFrame]) -> Iterator[tuple[int, Look]]:
    for frame in frames:
        if frame.pts is not None:
            yield frame.pts, _look(frame)


def _look(frame: VideoFrame) -> Look:
    if frame.format.name in ("yuv420p", "yuvj420p"):  # nearly all there is, and half the time of a general scaler
        planes = [_plane(frame, number) for number in range(3)]
    else:
        planes = list(frame.reformat(*_SIZE, format="yuv444p", interpolation=Interpolation.AREA).to_ndarray())
    return np.asarray(cv2.merge(planes), np.uint8)


def _plane(frame: VideoFrame, number: int) -> NDArray[np.uint8]:
    plane = frame.planes[number]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
    step = max(1, plane.height // (3 * _SIZE[1])), max(1, plane.width // (3 * _SIZE[0]))
    few = np.ascontiguousarray(rows[:: step[0], :: step[1]])
    return np.asarray(cv2.resize(few, _SIZE, interpolation=cv2.INTER_AREA), np.uint8)


def _change(one: Look, other: Look) -> float:
    """How much two frames differ: the mean over all places of brightness and of both colours, as shares of 255."""
    return float(cv2.norm(one, other, cv2.NORM_L1) / (255 * one.shape[0] * one.shape[1]))


def _change_of_scene(one: Look, other: Look) -> float:
    """The least change for any shift of one frame over the other, in what both then show."""
    return min(_change(*_overlap(one, other, x, y)) for x in _upto(_SHIFT[0]) for y in _upto(_SHIFT[1]))


def _upto(most: int) -> range:
    return range(-most, most + 1)


def _overlap(one: Look, other: Look, x: int, y: int) -> tuple[Look, Look]:
    width, height = _SIZE
    return (
        one[max(0, y) : height + min(0, y), max(0, x) : width + min(0, x)],
        other[max(0, -y) : height + min(0, -y), max(0, -x) : width + min(0, -x)],
    )
