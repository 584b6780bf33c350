"""Frames that may become a cover: key frames, which decode alone, each with a look at what follows."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from functools import cache
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from assetkit.abreast import abreast
from assetkit.facts import MediaInfo
from assetkit.geometry import Size, fit_inside
from assetkit.media.containers import best_video, open_clip
from assetkit.media.decoding import decode_alone, decode_range
from assetkit.media.frames import Picture, open_frames, to_picture
from assetkit.media.timeline import Timeline

SIDE = 640  # pixels on the longer side; what a cover is chosen by, and faces are found on
_AFTER = Fraction(1, 5)  # seconds looked at from a candidate on
_LOOKS = 3  # pictures in that time

Span = tuple[Fraction, Fraction]
Looks = list[tuple[Fraction, Picture]]


class Glimpses:
    """A clip opened for looking at single frames, small ones, upright, in RGB; times in seconds since its first frame.

    Every method raises av.FFmpegError for what does not decode, which `open_glimpses` translates.
    """

    def __init__(self, path: Path, info: MediaInfo, demuxer: str, clips: ExitStack) -> None:
        self._info, self._size = info, fit_inside(info.display_size, Size(SIDE, SIDE))
        self._opened = cache(lambda is_rough: clips.enter_context(_open(path, demuxer, is_rough=is_rough)))
        self._timeline: Timeline = self._opened(True)[2]

    def keys(self, most: int, span: Span | None = None) -> Iterator[tuple[Fraction, Picture]]:
        """At most `most` key frames, spread over the clip or over `span`, the weightiest of each part, in any order."""
        first, end = self._ticks(span)
        sizes = dict(zip(self._timeline.times, self._timeline.sizes, strict=True))
        wanted = _weightiest([key for key in self._timeline.keys if first <= key < end], sizes, most)
        frames = decode_alone(*self._opened(True)[:2], wanted)
        return abreast(self._shown, ((frame.pts, frame) for frame in frames if frame.pts is not None))

    def after(self, times: Sequence[Fraction]) -> Iterator[Looks]:
        """For each of `times` the frame shown then and two from the fifth of a second after it or the next two.

        After a key frame they may be a frame or two later, where those are faster to decode.
        There are fewer at the clip's end; where nothing decodes there is nothing for that time.
        """
        decoded = ((time, each) for time in times for each in self._following(time))
        shown = abreast(lambda pair: (pair[0], self._shown(pair[1])), decoded)
        for _, looks in groupby(shown, key=itemgetter(0)):
            yield [look for _, look in looks]

    def _ticks(self, span: Span | None) -> tuple[Fraction, Fraction]:
        start, end = span or (Fraction(0), self._timeline.duration)
        return self._timeline.ticks(start), self._timeline.ticks(end)

    def _following(self, time: Fraction) -> Iterator[tuple[int, VideoFrame]]:
        """The frames (ticks, frame) to look at from `time` on; the clip's last one if there are none."""
        times = self._timeline.times
        first = self._timeline.named(time)
        last = max(first + _LOOKS - 1, bisect_right(times, self._timeline.ticks(time + _AFTER)) - 1)
        last = min(last, len(times) - 1)
        wanted = [times[n] for n in sorted({first + k * (last - first) // (_LOOKS - 1) for k in range(_LOOKS)})]
        key = self._timeline.key_for(wanted[0])
        # where there are frames between these, the next will do that others need: it takes less to decode
        return self._decoded(key, wanted, is_rough=key == wanted[0] and last - first >= _LOOKS)

    def _decoded(self, key: int, wanted: Sequence[int], *, is_rough: bool) -> Iterator[tuple[int, VideoFrame]]:
        """(ticks, frame) for each of `wanted`, in order, decoded from the key frame on; of a damaged one the next."""
        waiting = list(wanted)
        for frame in decode_range(*self._opened(is_rough)[:2], key, wanted):
            at = frame.pts if frame.pts is not None else waiting[0]
            if at >= waiting[0]:
                yield at, frame
                waiting = [later for later in waiting if later > at]
                if not waiting:
                    return

    def _shown(self, decoded: tuple[int, VideoFrame]) -> tuple[Fraction, Picture]:
        at, frame = decoded
        return self._timeline.seconds(at), to_picture(frame, self._info, self._size)


@contextmanager
def open_glimpses(path: Path, info: MediaInfo, demuxer: str) -> Iterator[Glimpses]:
    """Open a clip to look at single frames. Raises AssetError `unreadable`."""
    with ExitStack() as clips:
        yield Glimpses(path, info, demuxer, clips)


@contextmanager
def _open(path: Path, demuxer: str, *, is_rough: bool) -> Iterator[tuple[InputContainer, VideoStream, Timeline]]:
    """A clip whose decoder leaves out, if it is rough, what hardly shows in a key frame and some frames after one."""
    with open_clip(path, demuxer, "measure") as container:
        if is_rough:
            best_video(container, "measure").codec_context.options = {"skip_loop_filter": "all"}
        video, timeline = open_frames(container)
        video.codec_context.skip_frame = "NONREF" if is_rough else "DEFAULT"
        yield container, video, timeline


def _weightiest(keys: Sequence[int], sizes: Mapping[int, int], most: int) -> list[int]:
    """At most `most` of the keys, evenly spread over their number; of neighbours the one that takes most bytes.

    What is blurred, faded or blank takes few.
    """
    if len(keys) <= most:
        return list(keys)
    edges = [n * len(keys) // most for n in range(most + 1)]
    return [max(keys[a:b], key=lambda key: sizes.get(key, 0)) for a, b in pairwise(edges)]
