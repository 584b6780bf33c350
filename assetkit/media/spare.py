"""Small pictures of frames that were decoded for another reason, kept for whoever wants to see about there."""

from fractions import Fraction
from threading import Lock

from av.video.frame import VideoFrame

from assetkit.facts import MediaInfo
from assetkit.geometry import Size, fit_inside
from assetkit.media.frames import to_picture
from assetkit.media.pixels import Pixels

_EVERY = Fraction(1, 2)  # seconds between two that are kept
_MOST = 180  # of a clip: 125 MB at 640 x 360


class Spare:
    """Frames of a clip, at most two a second; the longer side has at most `max_side` pixels.

    Of each half second the first that is offered in it is kept, in whatever order and from however many threads they
    come.
    """

    def __init__(self, info: MediaInfo, max_side: int) -> None:
        self._info, self._size = info, fit_inside(info.display_size, Size(max_side, max_side))
        self._every = max(_EVERY, (info.duration or Fraction(0)) / _MOST)
        self._kept: dict[int, tuple[Fraction, Pixels]] = {}
        self._one_at_a_time = Lock()

    def offer(self, time: Fraction, frame: VideoFrame) -> None:
        """Keep a frame (its time in seconds) unless one just before it is there."""
        place = time // self._every
        with self._one_at_a_time:
            if place not in self._kept or time < self._kept[place][0]:
                self._kept[place] = time, to_picture(frame, self._info, self._size)

    def near(self, time: Fraction, start: Fraction, end: Fraction) -> tuple[Fraction, Pixels] | None:
        """The nearest to `time` of those shown from `start` to before `end`; None if none is near."""
        place = time // self._every
        found = [self._kept[n] for n in (place - 1, place, place + 1) if n in self._kept]
        near = [each for each in found if start <= each[0] < end and abs(each[0] - time) <= self._every]
        return min(near, key=lambda each: (abs(each[0] - time), each[0]), default=None)
