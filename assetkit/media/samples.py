"""Which frames of a clip are measured: few, spread over all of it, and cheap to decode."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from assetkit.facts import MediaInfo
from assetkit.geometry import Size, fit_inside
from assetkit.media.containers import open_clip
from assetkit.media.frames import Picture, decoded_at, open_frames, pictures_of
from assetkit.media.timeline import Timeline
from assetkit.screening import HOOK_SECONDS
from assetkit.shots import Shot

_SHORT_SECONDS = 1  # in a clip this short the first frame is as good as any


def sample_frames(
    path: Path,
    info: MediaInfo,
    demuxer: str,
    *,
    count: int,
    max_side: int,
    span: tuple[Fraction, Fraction] | None = None,
) -> list[tuple[Fraction, Picture]]:
    """About `count` frames spread evenly over the clip, or over `span` = (start, end) in seconds.

    Each is (seconds since the clip's first frame, picture of shape (height, width, 3)), in order of time, with
    the longer side at most `max_side` pixels and never enlarged. Key frames stand in for their neighbours,
    since they decode alone. Raises AssetError `unreadable` if nothing decodes.
    """
    return list(samples_of_shots(path, info, demuxer, (), count=count, max_side=max_side, span=span))


def samples_of_shots(
    path: Path,
    info: MediaInfo,
    demuxer: str,
    shots: Sequence[Shot],
    *,
    count: int,
    max_side: int,
    span: tuple[Fraction, Fraction] | None = None,
) -> Iterator[tuple[Fraction, Picture]]:
    """As `sample_frames`; of the longest `shots` that would show none, at most twice as many more give one each."""
    size = fit_inside(info.display_size, Size(max_side, max_side))
    with open_clip(path, demuxer, "measure") as container:
        video, timeline = open_frames(container)
        wanted = _choose(timeline, count, span or (Fraction(0), timeline.duration))
        wanted = sorted({*wanted, *_left_out(timeline, shots, wanted)[: 2 * count]})
        yield from pictures_of(decoded_at(container, video, timeline, wanted), timeline, info, size)


def _choose(timeline: Timeline, count: int, span: tuple[Fraction, Fraction]) -> list[int]:
    """Ticks of the frames to decode: near the middle of `count` equal parts of the span, in order, once each."""
    first, end = (timeline.ticks(seconds) for seconds in span)
    keys = [key for key in timeline.keys if first <= key < end]
    if timeline.duration > _SHORT_SECONDS and keys[:1] == [timeline.times[0]]:
        del keys[0]  # often black, a slate or a fade
    part = (end - first) / count
    middles = [first + part * Fraction(2 * k + 1, 2) for k in range(count)]
    # one within the first three seconds, in which people decide whether to go on
    middles[0] = min(middles[0], first + Fraction(HOOK_SECONDS, 2) / timeline.time_base)
    reach = [part / 2 for _ in middles]
    reach[0] = min(reach[0], middles[0] - first)
    return sorted({_nearest_cheap(timeline, keys, middle, far) for middle, far in zip(middles, reach, strict=True)})


def _left_out(timeline: Timeline, shots: Sequence[Shot], chosen: Sequence[int]) -> list[int]:
    """A frame for each of the shots that none was chosen from, those of the longest first."""
    missing = [shot for shot in shots if not any(shot.holds(timeline.seconds(at)) for at in chosen)]
    missing.sort(key=lambda shot: (shot.start - shot.end, shot.start))
    return [_middle_of(timeline, shot) for shot in missing]


def _middle_of(timeline: Timeline, shot: Shot) -> int:
    keys = [key for key in timeline.keys if shot.holds(timeline.seconds(key))]
    middle = timeline.ticks((shot.start + shot.end) / 2)
    return _nearest_cheap(timeline, keys, middle, (shot.end - shot.start) / timeline.time_base)


def _nearest_cheap(timeline: Timeline, keys: Sequence[int], wanted: Fraction, reach: Fraction) -> int:
    """A key frame within `reach` of `wanted`, else the frame shown at it."""
    near = [key for key in keys if abs(key - wanted) <= reach]
    if near:
        return min(near, key=lambda key: abs(key - wanted))
    return timeline.times[max(0, bisect_right(timeline.times, wanted) - 1)]
