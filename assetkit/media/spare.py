"""Small pictures of frames that were decoded for another reason, kept for whoever wants to see about there."""

from bisect import bisect_left
from fractions import Fraction

from av.video.frame import VideoFrame

from assetkit.facts import MediaInfo
from assetkit.geometry import Size, fit_inside
from assetkit.media.frames import to_picture
from assetkit.media.pixels import Pixels

_EVERY = Fraction(1, 2)  # seconds between two that are kept
_MOST = 180  # of a clip: 125 MB at 640 x 360


class Spare:
    """Frames of a clip, in order of time, at most two a second; the longer side has at most `max_side` pixels."""

    def __init__(self, info: MediaInfo, max_side: int) -> None:
        self._info, self._size = info, fit_inside(info.display_size, Size(max_side, max_side))
        self._every = max(_EVERY, (info.duration or Fraction(0)) / _MOST)
        self._times: list[Fraction] = []
        self._pictures: list[Pixels] = []

    def offer(self, time: Fraction, frame: VideoFrame) -> None:
        """Keep a frame (its time in seconds) if none near it was kept; times that go back are not kept."""
        if not self._times or time - self._times[-1] >= self._every:
            self._times.append(time)
            self._pictures.append(to_picture(frame, self._info, self._size))

    def near(self, time: Fraction, start: Fraction, end: Fraction) -> tuple[Fraction, Pixels] | None:
        """The nearest to `time` of those shown from `start` to before `end`; None if none is near."""
        at = bisect_left(self._times, time)
        found = [n for n in (at - 1, at) if 0 <= n < len(self._times) and start <= self._times[n] < end]
        best = min(found, key=lambda n: abs(self._times[n] - time), default=None)
        if best is None or abs(self._times[best] - time) > self._every:
            return None
        return self._times[best], self._pictures[best]
