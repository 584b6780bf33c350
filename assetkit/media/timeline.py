"""When the frames of a clip are shown, read from its packets without decoding any."""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median_low
from threading import Lock

from av.container import InputContainer
from av.video.stream import VideoStream

_SHOWN_TO = Fraction(1, 10)  # seconds
_KNOWN_MOST = 4  # timelines; that of an hour takes some 10 MB


@dataclass(frozen=True, slots=True)
class Timeline:
    """Times in ticks of `time_base`, in order of display; `keys` are those that decode on their own.

    `entry` is the key frame that the first of `times` is decoded from: one before it, which is not shown, where an
    edit list starts behind one. `end` is one past the last frame's display; `latest_end` is the end of picture and
    sound in seconds from the container's own zero; `corrupt` counts packets that the demuxer could not read whole;
    `sizes` are the bytes of each of `times`; `sound` is where the sound starts and ends, in seconds since the first
    frame.
    """

    time_base: Fraction
    times: tuple[int, ...]
    keys: tuple[int, ...]
    entry: int
    end: int
    latest_end: Fraction
    corrupt: int
    sizes: tuple[int, ...] = ()
    sound: tuple[Fraction, Fraction] | None = None

    def key_for(self, at: int) -> int:
        """The key frame (ticks) that a frame shown at `at` is decoded from."""
        number = bisect_right(self.keys, at) - 1
        return self.keys[number] if number >= 0 else self.entry

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
        return max(usual - min(gaps), max(gaps) - usual) > max(Fraction(usual, 4), rounding)

    @property
    def longest_frame(self) -> Fraction:
        """How long the frame is shown that stays longest (seconds)."""
        return max(b - a for a, b in pairwise((*self.times, self.end))) * self.time_base

    def seconds(self, ticks: int) -> Fraction:
        """Time since the first frame."""
        return (ticks - self.times[0]) * self.time_base

    def ticks(self, seconds: Fraction) -> Fraction:
        """Where `seconds` since the first frame lie on the stream's clock."""
        return seconds / self.time_base + self.times[0]

    def named(self, seconds: Fraction) -> int:
        """The number of the frame that people mean by a time, which they are shown rounded down to a tenth of a second.

        It is the first that begins from then on within that tenth, or else the one that is seen then.
        """
        wanted = self.ticks(seconds)
        number = bisect_left(self.times, wanted)
        if number < len(self.times) and (self.times[number] - wanted) * self.time_base < _SHOWN_TO:
            return number
        return max(0, number - 1)


_known: dict[Hashable, Timeline] = {}
_one_at_a_time = Lock()


def known_timeline(container: InputContainer, video: VideoStream) -> Timeline | None:
    """As `read_timeline`; a file that is as it was when it was last read is not read again."""
    with _one_at_a_time:
        timeline = _known.get(_identity(container, video))
    return timeline or read_timeline(container, video)


def read_timeline(container: InputContainer, video: VideoStream) -> Timeline | None:
    """Read every packet once; None if the video stream holds no frame. Raises av.FFmpegError."""
    identity = _identity(container, video)  # before it is read: if it is written to meanwhile it is another file
    timeline = _read(container, video)
    if timeline is not None and identity is not None:
        with _one_at_a_time:
            _known[identity] = timeline
            for stale in list(_known)[:-_KNOWN_MOST]:
                del _known[stale]
    return timeline


def _identity(container: InputContainer, video: VideoStream) -> Hashable:
    """What tells a track of a file from any other, and from itself once it has been written to."""
    try:
        file = Path(container.name.removeprefix("file:")).stat()
    except OSError:
        return None
    return container.name, container.format.name, video.index, file.st_dev, file.st_ino, file.st_size, file.st_mtime_ns


def _read(container: InputContainer, video: VideoStream) -> Timeline | None:
    times, keys, hidden, spans, sizes = [], [], [], {}, {}
    ends: dict[int, int] = {}  # in ticks, by stream: fractions are too slow to be made for every packet
    starts: dict[int, int] = {}
    corrupt = 0
    for packet in container.demux():
        # AVI knows decoding times only
        at = packet.pts if packet.pts is not None else packet.dts
        if at is None:
            continue
        if packet.is_discard:  # outside the edit list, kept for decoding only
            if packet.is_keyframe and packet.stream_index == video.index:
                hidden.append(at)
            continue
        corrupt += packet.is_corrupt
        length = packet.duration or 0
        ends[packet.stream_index] = max(ends.get(packet.stream_index, 0), at + length)
        starts[packet.stream_index] = min(starts.get(packet.stream_index, at), at)
        if packet.stream_index == video.index:
            times.append(at)
            spans[at] = length
            sizes[at] = packet.size
            if packet.is_keyframe:
                keys.append(at)
    if not times or video.time_base is None:
        return None
    times.sort()
    bases = {index: container.streams[index].time_base or Fraction(0) for index in ends}
    latest_end = max(ticks * bases[index] for index, ticks in ends.items())
    end = times[-1] + (spans[times[-1]] or usual_gap(times))
    sized = tuple(sizes[at] for at in times)
    audio = container.streams.best("audio", related=video)
    sound = None
    if audio is not None and audio.index in ends:
        first, base = times[0] * video.time_base, bases[audio.index]
        sound = starts[audio.index] * base - first, ends[audio.index] * base - first
    entry = max((at for at in (*hidden, *keys) if at <= times[0]), default=times[0])
    return Timeline(video.time_base, tuple(times), tuple(sorted(keys)), entry, end, latest_end, corrupt, sized, sound)


def usual_gap(times: Sequence[int]) -> int:
    """Ticks from one frame to the next, most often; 1 for a single frame."""
    return median_low([b - a for a, b in pairwise(times)]) if len(times) > 1 else 1
