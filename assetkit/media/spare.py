"""Small pictures of frames that were decoded for another reason, kept for whoever wants to see about there."""

from fractions import Fraction

from av.video.frame import VideoFrame

from assetkit.facts import MediaInfo
from assetkit.geometry import Size, fit_inside
from assetkit.media.frames import to_picture
from assetkit.media.pixels import Pixels

_EVERY = Fraction(1, 2)  # seconds between two that are kept
_MOST = 180  # of a clip: 125 MB at 640 x 360


class Spare:
    """Frames of a clip; the longer side has at most `max_side` pixels.

    Who decodes a stretch in a row offers one frame in each `every` seconds, in whatever order and thread.
    """

    def __init__(self, info: MediaInfo, max_side: int) -> None:
        self._info, self._size = info, fit_inside(info.display_size, Size(max_side, max_side))
        self.every = max(_EVERY, (info.duration or Fraction(0)) / _MOST)
        self._kept: dict[Fraction, Pixels] = {}

    def offer(self, time: Fraction, frame: VideoFrame) -> None:
        """Keep a frame (its time in seconds)."""
        self._kept[time] = to_picture(frame, self._info, self._size)

    def near(self, time: Fraction, start: Fraction, end: Fraction) -> tuple[Fraction, Pixels] | None:
        """The nearest to `time` of those shown from `start` to before `end`; None if none is near."""
        found = [at for at in self._kept if start <= at < end and abs(at - time) <= self.every]
        best = min(found, key=lambda at: (abs(at - time), at), default=None)
        return None if best is None else (best, self._kept[best])
