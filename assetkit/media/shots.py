"""Where a clip is cut, to the frame, without decoding all of it.

Only groups of pictures that may hold a cut are decoded to the last frame. A cut is where the picture changes far more
than just before and after, and does not come back: so neither a flash (and no insert under a third of a second) nor a
fade or a dissolve ends a shot.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import chain, islice, pairwise
from pathlib import Path
from threading import Event

import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from assetkit.abreast import OneEach, abreast
from assetkit.media.changes import Look, change, change_of_scene, look_of
from assetkit.media.containers import best_video, open_clip
from assetkit.media.decoding import decode_every, nothing_decodes, show_preamble
from assetkit.media.spare import Spare
from assetkit.media.suspects import Stretch, suspects
from assetkit.media.timeline import Timeline, known_timeline, usual_gap
from assetkit.shots import Shot, between

_PART_SECONDS = 6  # a decoder with one thread takes two thirds of the time that one with two takes of both
_FLASH_SECONDS = Fraction(1, 3)  # a picture that comes back within it was not cut away
_FLASH_MIN, _FLASH_MAX = 4, 20  # frames of it, whatever the frame rate
# Least change between two frames that is a cut, after the best shift of one over the other: a jerk of the camera in
# real clips reaches 0.12, the faintest of 17 real cuts 0.16.
_CUT = 0.13
_OVER_MOTION = 2.0  # times the usual change round it; fast dances reach 1.9, cuts between them 2.2
_STAYS = 0.55  # of the change, between everything shortly before and everything shortly after

Seen = tuple[int, Look]
"""When a frame is shown (ticks), and its look."""
Opened = tuple[InputContainer, VideoStream]


def find_shots(path: Path, demuxer: str, spare: Spare | None = None, threads: int = 1) -> tuple[Shot, ...]:
    """The shots of a clip, end to end: at least one. `spare` is offered the frames that are decoded in a row.

    `demuxer` is FFmpeg's name for the format. Raises AssetError `unreadable` if the clip cannot be read.
    """
    with _opened(path, demuxer, threads) as (container, video):
        timeline = known_timeline(container, video)
        if timeline is None:
            raise nothing_decodes("measure")
        show_preamble(container, video)
        spans = [(first, _beyond(timeline, last)) for first, last in suspects(container, video, timeline)]
    count = sum(len(_parts(timeline, span)) for span in spans)
    each = max(1, (threads + 1) // max(1, count))  # one more than there are cores, as FFmpeg itself has it

    def opened() -> Opened:
        container, video = clips.enter_context(_opened(path, demuxer, each))
        show_preamble(container, video)
        return container, video

    with ExitStack() as clips:  # closed when nobody decodes any more
        film = _Film(timeline, OneEach(opened), threads, spare)
        with closing(_seen(film, spans)) as stretches:
            cuts = {cut for seen in stretches for cut in _cuts(film, seen)}
    return between([timeline.seconds(at) for at in sorted(cuts)], timeline.duration)


@contextmanager
def _opened(path: Path, demuxer: str, threads: int) -> Iterator[Opened]:
    """A clip, and a decoder of its picture that works with so many threads."""
    with open_clip(path, demuxer, "measure") as container:
        video = best_video(container, "measure")
        video.thread_type, video.codec_context.thread_count = "AUTO", threads
        # without it cuts are found as well, and in five sixths of the time
        video.codec_context.options = {"skip_loop_filter": "all"}
        yield container, video


@dataclass(frozen=True, slots=True)
class _Film:
    """A clip that is opened as often as it is decoded in several places, by how many threads, and for whom as well."""

    timeline: Timeline
    clips: OneEach[Opened]
    threads: int
    spare: Spare | None


def _cuts(film: _Film, seen: Sequence[Seen]) -> list[int]:
    """Ticks of the first frames after each cut inside a stretch.

    Frames that no other needs are passed over first: most of the work is theirs. Where one of them may be the first
    after a cut, the group of pictures is decoded once more with all of them.
    """
    times = film.timeline.times
    steps = _steps_in(film, seen, is_whole=False)
    unsure = [(a, b) for a, b in steps if times[bisect_left(times, b) - 1] != a]
    over = Event()
    with closing(abreast(lambda step: _exactly(film, *step, over), unsure, film.threads, over=over)) as exact:
        return [b for a, b in steps if (a, b) not in unsure] + [cut for cuts in exact for cut in cuts]


def _exactly(film: _Film, before: int, after: int, over: Event) -> list[int]:
    """The cut between two frames, when all that lie between them and about them are looked at too."""
    times, key = film.timeline.times, film.timeline.key_for(before)
    near = times[max(0, bisect_left(times, before) - _flash_frames(film.timeline) - 2)]
    span = key, _beyond(film.timeline, after)
    seen = _looked_at(replace(film, spare=None), over, span, whole_from=near)
    return [cut for _, cut in _steps_in(film, seen, is_whole=True) if before < cut <= after]


def _beyond(timeline: Timeline, at: int) -> int:
    """The last frame that must be seen to tell a cut at or before `at` from a flash."""
    return timeline.times[min(len(timeline.times) - 1, bisect_right(timeline.times, at) + _flash_frames(timeline))]


def _seen(film: _Film, spans: Sequence[Stretch]) -> Generator[list[Seen], None, None]:
    """Of each stretch the frames that others need, decoded in parts of some seconds, side by side."""
    over, whole_from = Event(), film.timeline.times[-1] + 1
    look = partial(_looked_at, film, over, whole_from=whole_from)
    parts = [_parts(film.timeline, span) for span in spans]
    with closing(abreast(look, chain.from_iterable(parts), film.threads, over=over)) as looks:
        for span, starts in zip(spans, parts, strict=True):
            found = list(islice(looks, len(starts)))
            if all(seen and seen[0][0] == first for (first, _), seen in zip(starts[1:], found[1:], strict=True)):
                yield list(chain.from_iterable(found))
            else:  # some key frame shows nothing on its own, as where pictures are refreshed a strip at a time
                yield _looked_at(film, over, span, whole_from=whole_from)


def _parts(timeline: Timeline, span: Stretch) -> list[Stretch]:
    """A stretch cut at key frames: the same parts on any machine, so that the same frames are seen."""
    starts = [span[0]]
    for key in timeline.keys:
        if key <= span[1] and (key - starts[-1]) * timeline.time_base >= _PART_SECONDS:
            starts.append(key)
    ends = [timeline.times[bisect_left(timeline.times, start) - 1] for start in starts[1:]]
    return list(zip(starts, [*ends, span[1]], strict=True))


def _looked_at(film: _Film, over: Event, span: Stretch, *, whole_from: int) -> list[Seen]:
    """The frames of a stretch, before `whole_from` only those that others need; what there is where it is `over`."""
    seen, due = [], film.timeline.seconds(span[0])
    with film.clips.borrowed() as (container, video):
        for frame in decode_every(container, video, *span, whole_from=whole_from):
            if over.is_set():
                break
            if frame.pts is not None and span[0] <= frame.pts <= span[1]:
                seen.append((frame.pts, look_of(frame)))
                time = film.timeline.seconds(frame.pts)
                if film.spare is not None and time >= due:
                    film.spare.offer(time, frame)
                    due = time + film.spare.every
    return seen


def _steps_in(film: _Film, seen: Sequence[Seen], *, is_whole: bool) -> list[tuple[int, int]]:
    """Neighbours (ticks) among the frames seen of a stretch that a cut lies between."""
    looks = [look for _, look in seen]
    steps = np.array([change(a, b) for a, b in pairwise(looks)])
    ahead = _flash_frames(film.timeline)
    if seen and not is_whole:  # only the frames that others need were decoded
        times = film.timeline.times
        count = bisect_right(times, seen[-1][0]) - bisect_left(times, seen[0][0])
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
    if min(change(one, other) for one in before for other in after) <= _STAYS * step:
        return False
    return change_of_scene(looks[n], looks[n + 1]) >= _CUT


def _flash_frames(timeline: Timeline) -> int:
    frames = int(_FLASH_SECONDS / (usual_gap(timeline.times) * timeline.time_base))
    return min(_FLASH_MAX, max(_FLASH_MIN, frames))
