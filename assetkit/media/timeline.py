"""When the frames of a clip are shown, read from its packets without decoding any."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import median_low

from av.container import InputContainer
from av.video.stream import VideoStream


@dataclass(frozen=True, slots=True)
class Timeline:
    """Times in ticks of `time_base`, in order of display; `keys` are those that decode on their own.

    `end` is one past the last frame's display; `latest_end` is the end of picture and sound in seconds
    from the container's own zero; `corrupt` counts packets that the demuxer could not read whole; `sizes` are the
    bytes of each of `times`.
    """

    time_base: Fraction
    times: tuple[int, ...]
    keys: tuple[int, ...]
    end: int
    latest_end: Fraction
    corrupt: int
    sizes: tuple[int, ...] = ()

    @property
    def duration(self) -> Fraction:
        """Seconds from the first frame to the end of the last."""
        return (self.end - self.times[0]) * self.time_base

    @property
    def is_variable(self) -> bool:
        """True if frames are dropped, doubled or uneven beyond what rounding and a camera's jitter explain."""
        gaps = [b - a for a, b in pairwise(self.times)]
        if not gaps:
            return False
        usual = median_low(gaps)
        # Up to a quarter of a frame is jitter that no player shows; one tick of a fine clock is rounding.
        rounding = Fraction(1 if self.time_base <= Fraction(1, 1000) else 0)
        return any(abs(gap - usual) > max(Fraction(usual, 4), rounding) for gap in gaps)

    def seconds(self, ticks: int) -> Fraction:
        """Time since the first frame."""
        return (ticks - self.times[0]) * self.time_base

    def ticks(self, seconds: Fraction) -> Fraction:
        """Where `seconds` since the first frame lie on the stream's clock."""
        return seconds / self.time_base + self.times[0]


def read_timeline(container: InputContainer, video: VideoStream) -> Timeline | None:
    """Read every packet once; None if the video stream holds no frame. Raises av.FFmpegError."""
    times, keys, spans, sizes = [], [], {}, {}
    latest_end, corrupt = Fraction(0), 0
    for packet in container.demux():
        # AVI knows decoding times only
        at = packet.pts if packet.pts is not None else packet.dts
        if at is None or packet.is_discard:  # outside the edit list, kept for decoding only
            continue
        corrupt += packet.is_corrupt
        length = packet.duration or 0
        latest_end = max(latest_end, (at + length) * packet.time_base)
        if packet.stream_index == video.index:
            times.append(at)
            spans[at] = length
            sizes[at] = packet.size
            if packet.is_keyframe:
                keys.append(at)
    if not times or video.time_base is None:
        return None
    times.sort()
    end = times[-1] + (spans[times[-1]] or usual_gap(times))
    sized = tuple(sizes[at] for at in times)
    return Timeline(video.time_base, tuple(times), tuple(sorted(keys)), end, latest_end, corrupt, sized)


def usual_gap(times: Sequence[int]) -> int:
    """Ticks from one frame to the next, most often; 1 for a single frame."""
    return median_low([b - a for a, b in pairwise(times)]) if len(times) > 1 else 1
