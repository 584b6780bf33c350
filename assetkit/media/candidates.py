"""Frames that may become a cover: key frames, which decode alone, each with a look at what follows."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from assetkit.geometry import Size, fit_inside
from assetkit.media.containers import open_clip
from assetkit.media.frames import Picture, decode_range, open_frames, to_picture
from assetkit.media.timeline import Timeline
from assetkit.model import MediaInfo

SIDE = 640  # pixels on the longer side; what a cover is chosen by, and faces are found on
_AFTER = Fraction(1, 4)  # seconds looked at from a candidate on
_LOOKS = 4  # pictures in that time

Span = tuple[Fraction, Fraction]
Looks = list[tuple[Fraction, Picture]]


def key_pictures(path: Path, info: MediaInfo, demuxer: str, *, most: int, span: Span | None = None) -> Looks:
    """At most `most` key frames, evenly spread over the clip or over `span` (start, end) in seconds.

    Each is (seconds since the clip's first frame, picture of at most `SIDE` pixels a side), in order of time.
    """
    size = fit_inside(info.display_size, Size(SIDE, SIDE))
    with open_clip(path, demuxer, "measure") as container:
        video, timeline = open_frames(container)
        first, end = _ticks(timeline, span)
        keys = [key for key in timeline.keys if first <= key < end]
        return [
            (timeline.seconds(at), to_picture(frame, info, size))
            for key in _spread(keys, most)
            for at, frame in _range(container, video, key, [key])
        ]


def looks_after(path: Path, info: MediaInfo, demuxer: str, times: Sequence[Fraction]) -> Iterator[Looks]:
    """For each of `times` (seconds) the picture shown then and up to three from the quarter of a second after it."""
    size = fit_inside(info.display_size, Size(SIDE, SIDE))
    with open_clip(path, demuxer, "measure") as container:
        video, timeline = open_frames(container)
        for time in times:
            shown = _shown(timeline, time)
            start = bisect_right(timeline.keys, shown[0]) - 1
            key = timeline.keys[start] if start >= 0 else timeline.times[0]
            frames = list(_range(container, video, key, shown))
            yield [(timeline.seconds(at), to_picture(frame, info, size)) for at, frame in _thinned(frames)]


def _ticks(timeline: Timeline, span: Span | None) -> tuple[Fraction, Fraction]:
    start, end = span or (Fraction(0), timeline.duration)
    return timeline.ticks(start), timeline.ticks(end)


def _spread(keys: Sequence[int], most: int) -> list[int]:
    """At most `most` of the keys, evenly spread over their number."""
    if len(keys) <= most:
        return list(keys)
    return [keys[(2 * n + 1) * len(keys) // (2 * most)] for n in range(most)]


def _shown(timeline: Timeline, time: Fraction) -> list[int]:
    """Ticks of the frames from `time` on for the time that is looked at; the clip's last frame if there are none."""
    first = min(bisect_left(timeline.times, timeline.ticks(time)), len(timeline.times) - 1)
    last = bisect_right(timeline.times, timeline.ticks(time + _AFTER))
    return list(timeline.times[first : max(last, first + 1)])


def _thinned(frames: Sequence[tuple[int, VideoFrame]]) -> list[tuple[int, VideoFrame]]:
    return [frames[n] for n in sorted({k * (len(frames) - 1) // (_LOOKS - 1) for k in range(_LOOKS)})] if frames else []


def _range(
    container: InputContainer, video: VideoStream, key: int, wanted: Sequence[int]
) -> Iterator[tuple[int, VideoFrame]]:
    """(ticks, frame) for each of `wanted`, in order, decoded from the key frame on; of a damaged one the next."""
    waiting = list(wanted)
    for frame in decode_range(container, video, key, wanted):
        at = frame.pts if frame.pts is not None else waiting[0]
        if at >= waiting[0]:
            yield at, frame
            waiting = [later for later in waiting if later > at]
            if not waiting:
                return
