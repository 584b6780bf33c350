"""Single frames of a clip as pictures: upright, square pixels, RGB."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from assetkit.abreast import OneEach, abreast
from assetkit.facts import MediaInfo
from assetkit.geometry import Size, fit_inside
from assetkit.media.containers import best_video, open_clip
from assetkit.media.decoding import decode_every, decode_range, nothing_decodes, show_preamble
from assetkit.media.hdr import WIDE, narrowed, tone_mapped
from assetkit.media.pixel_format import is_grey
from assetkit.media.timeline import Timeline, known_timeline

Picture = NDArray[np.uint8]


_UNSPECIFIED_MATRIX = 2  # ITU-T H.273, table 4
# one that knows the sizes of the last frame takes two thirds of the time of a new one
_SCALERS = OneEach(VideoReformatter)


def glances_at(
    path: Path, info: MediaInfo, demuxer: str, times: Sequence[Fraction], max_side: int
) -> Iterator[tuple[Fraction, Picture]]:
    """Frames at or just after some times (seconds, ascending), as `frames_at` gives them, but roughly decoded.

    Frames that no other frame needs are passed over, and edges are not smoothed. Nothing where nothing decodes.
    """
    size = fit_inside(info.display_size, Size(max_side, max_side))
    with open_clip(path, demuxer, "measure") as container:
        video = best_video(container, "measure")
        video.codec_context.options = {"skip_loop_filter": "all"}
        video, timeline = open_frames(container)
        last = len(timeline.times) - 1
        places = sorted({min(last, bisect_left(timeline.times, timeline.ticks(time))) for time in times})
        video.codec_context.skip_frame = "NONREF"
        for group in _groups(timeline, [timeline.times[place] for place in places]):
            for at, frame in _decode_group(container, video, *group):
                yield timeline.seconds(at), to_picture(frame, info, size)


def film_of(path: Path, info: MediaInfo, demuxer: str, size: Size, rate: int) -> Iterator[tuple[Fraction, Picture]]:
    """A clip at `rate` frames a second and a smaller size: for each step its time, and the frame shown from then on."""
    with open_clip(path, demuxer, "measure") as container:
        video = best_video(container, "measure")
        video.codec_context.options = {"skip_loop_filter": "all"}
        video, timeline = open_frames(container)
        step, due = Fraction(1, rate), Fraction(0)
        for frame in decode_every(container, video, timeline.entry, timeline.times[-1]):
            time = timeline.seconds(frame.pts) if frame.pts is not None else due
            if time >= due:
                picture = to_picture(frame, info, size)
            while time >= due:
                yield time, picture
                due += step


def key_times(path: Path, demuxer: str) -> tuple[Fraction, ...]:
    """When frames are shown that decode on their own, in seconds since the first frame."""
    with open_clip(path, demuxer, "measure") as container:
        _, timeline = open_frames(container)
        return tuple(timeline.seconds(key) for key in timeline.keys)


def frames_at(
    path: Path, info: MediaInfo, demuxer: str, times: Sequence[Fraction], max_side: int
) -> list[tuple[Fraction, Picture]]:
    """The frames shown at `times` (seconds, in order), once each: (seconds since the first frame, picture).

    Pictures are of shape (height, width, 3), the longer side at most `max_side` pixels and never enlarged. Raises
    AssetError `unreadable` if nothing decodes.
    """
    size = fit_inside(info.display_size, Size(max_side, max_side))
    with open_clip(path, demuxer, "measure") as container:
        video, timeline = open_frames(container)
        wanted = sorted({timeline.times[max(0, bisect_right(timeline.times, timeline.ticks(t)) - 1)] for t in times})
        return list(pictures_of(decoded_at(container, video, timeline, wanted), timeline, info, size))


def pictures_of(
    decoded: Iterable[tuple[int, VideoFrame]], timeline: Timeline, info: MediaInfo, size: Size
) -> Iterator[tuple[Fraction, Picture]]:
    """Frames (ticks, frame) as (seconds since the first frame, picture of shape (height, width, 3))."""

    def shown(each: tuple[int, VideoFrame]) -> tuple[Fraction, Picture]:
        at, frame = each
        return timeline.seconds(at), to_picture(frame, info, size)

    return abreast(shown, decoded)


def frame_at(path: Path, info: MediaInfo, demuxer: str, time: Fraction) -> Picture:
    """The full-size picture that people mean by `time`, in seconds; the last one if there is none later.

    Shape (height, width, 3). Raises AssetError `unreadable` if it does not decode.
    """
    with open_clip(path, demuxer, "transform") as container:
        video, timeline = open_frames(container)
        for _, frame in decoded_at(container, video, timeline, [timeline.times[timeline.named(time)]]):
            return to_picture(frame, info, info.display_size)
    raise nothing_decodes("transform")


def open_frames(container: InputContainer) -> tuple[VideoStream, Timeline]:
    """The clip's picture, its decoder ready, and its timeline. Raises AssetError `unreadable` if it has no frame."""
    video = best_video(container, "measure")
    video.thread_type = "AUTO"
    timeline = known_timeline(container, video)
    if timeline is None:
        raise nothing_decodes("measure")
    show_preamble(container, video)
    return video, timeline


def decoded_at(
    container: InputContainer, video: VideoStream, timeline: Timeline, wanted: Sequence[int]
) -> Iterator[tuple[int, VideoFrame]]:
    """(ticks, frame) for each of `wanted`, decoding each group of pictures once and no further than needed.

    Raises AssetError `unreadable` if nothing decodes.
    """
    found = False
    for key, members in _groups(timeline, wanted):
        for found_at, frame in _decode_group(container, video, key, members):
            found = True
            yield found_at, frame
    if not found:
        raise nothing_decodes("measure")


def _groups(timeline: Timeline, wanted: Sequence[int]) -> Iterable[tuple[int, list[int]]]:
    """The frames wanted of each group of pictures, by the key frame that it starts with."""
    groups: dict[int, list[int]] = {}
    for at in wanted:
        groups.setdefault(timeline.key_for(at), []).append(at)
    return groups.items()


def _decode_group(
    container: InputContainer, video: VideoStream, key: int, wanted: Sequence[int]
) -> Iterator[tuple[int, VideoFrame]]:
    waiting = list(wanted)
    last: tuple[int, VideoFrame] | None = None
    for frame in decode_range(container, video, key, wanted[-1:]):
        at = frame.pts if frame.pts is not None else waiting[0]
        last = at, frame
        if at >= waiting[0]:
            yield last
            last = None
            waiting = [later for later in waiting if later > at]
            if not waiting:
                return
    if last is not None:  # damaged where it was wanted: the nearest before it
        yield last


def to_picture(frame: VideoFrame, info: MediaInfo, size: Size) -> Picture:
    """The frame as shown: RGB, scaled to `size` (display orientation), turned and mirrored as `info` says.

    Shape (height, width, 3).
    """
    is_deep = info.colour_space in {"pq", "hlg"} | WIDE
    coded = size.swapped if info.rotation in {90, 270} else size
    # An untagged picture of 720 lines or more is BT.709 to every player; swscale would take it for BT.601.
    guess = frame.colorspace == _UNSPECIFIED_MATRIX and frame.height >= 720
    with _SCALERS.borrowed() as scaler:
        pixels = scaler.reformat(
            frame,
            width=coded.width,
            height=frame.height if info.is_interlaced else coded.height,
            format="rgb48le" if is_deep else "rgb24",
            src_colorspace=Colorspace.ITU709 if guess else None,
            interpolation=Interpolation.AREA if coded.width < frame.width else Interpolation.BICUBIC,
            threads=1,  # it would keep one for every core, idle
        ).to_ndarray()
    if frame.color_range == ColorRange.MPEG and is_grey(frame.format.name):
        pixels = _stretched(pixels)  # swscale takes grey for full range, whatever it states
    whole = _one_field(pixels, coded) if info.is_interlaced else pixels
    picture = _in_srgb(whole.astype(np.uint16, copy=False), info.colour_space) if is_deep else whole
    if info.is_mirrored:
        picture = picture[:, ::-1]
    return np.ascontiguousarray(np.rot90(picture, k=-info.rotation // 90), dtype=np.uint8)


def _stretched(pixels: NDArray[Any]) -> NDArray[Any]:
    """Full range from limited."""
    most = np.iinfo(pixels.dtype).max
    return np.asarray(((pixels - most * 16 / 255) * (255 / 219)).clip(0, most).round(), pixels.dtype)


def _one_field(pixels: NDArray[Any], size: Size) -> NDArray[Any]:
    """Every other row, spread over the height: what moves stands at two places in two interlaced fields."""
    import cv2

    field = np.ascontiguousarray(pixels[::2])
    how = cv2.INTER_AREA if size.height < field.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(field, (size.width, size.height), interpolation=how), pixels.dtype)


def _in_srgb(pixels: NDArray[np.uint16], colour_space: str) -> Picture:
    """SDR BT.709 from code values of PQ, HLG or wider primaries."""
    if colour_space in WIDE:
        return narrowed(pixels, colour_space)
    return np.asarray(tone_mapped(pixels, colour_space) ** (1 / 2.4) * 255 + 0.5, np.uint8)
