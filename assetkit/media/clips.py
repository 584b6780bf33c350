"""What a clip's container states and its first frame shows; and the proof that all of it decodes."""

import struct
from dataclasses import replace
from fractions import Fraction
from math import atan2, degrees
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from assetkit.errors import AssetError
from assetkit.facts import Kind, MediaInfo
from assetkit.geometry import Size
from assetkit.media.boxes import Layout, read_layout
from assetkit.media.clip_labels import labels_of
from assetkit.media.containers import REPLACE, best_sounds, best_video, name_tracks, open_clip, rewind
from assetkit.media.dolby import read_dolby_vision
from assetkit.media.metadata import Metadata
from assetkit.media.timeline import Timeline, read_timeline
from assetkit.screening import Span
from assetkit.wording import say

_DECLARING = {"mov", "matroska", "avi", "flv", "asf", "mxf"}  # the others state no duration; FFmpeg estimates it
_TRANSFERS = {16: "pq", 18: "hlg"}  # ITU-T H.273, table 3
_PRIMARIES = {9: "bt2020", 11: "dci-p3", 12: "display-p3"}  # wider than BT.709; ITU-T H.273, table 2
_DECODING_TIMES_ONLY = {"avi"}
_LOOSE_PACKETS_MAX = 300


def probe_clip(path: Path, demuxer: str) -> MediaInfo:
    """Everything the container states and the first frame shows; `demuxer` is FFmpeg's name for the format.

    Raises AssetError `unreadable` if there is no picture, none of it decodes, it is encrypted, or the file
    ends before the film does.
    """
    layout = _whole_layout(path) if demuxer == "mov" else None
    with open_clip(path, demuxer, "probe") as container:
        video = best_video(container, "probe")
        timeline = read_timeline(container, video)
        if timeline is None:
            raise AssetError("unreadable", "probe", say("the clip states a picture but holds no frame"), REPLACE)
        _refuse_truncated(path, demuxer, container, timeline)
        frame = _first_frame(container, video)
        labels = labels_of(path, demuxer, container)
        info = _describe(path, demuxer, container, frame, timeline=timeline, layout=layout)
        return replace(info, metadata=tuple(labels.kinds), is_generated=labels.is_generated)


def read_labels(path: Path, demuxer: str) -> Metadata:
    """The AI labels of a clip, to be passed on. Raises AssetError `unreadable`."""
    with open_clip(path, demuxer, "transform") as container:
        return labels_of(path, demuxer, container)


def _whole_layout(path: Path) -> Layout:
    """Look before FFmpeg does: of a film whose index comes last it would say `invalid data` where it is cut."""
    try:
        layout = read_layout(path)
    except OSError as error:
        raise AssetError(
            "unreadable", "probe", say("the clip cannot be read: {strerror}", strerror=error.strerror), REPLACE
        ) from error
    _refuse_missing(layout.missing_bytes)
    dolby = read_dolby_vision(path)
    if dolby is not None and dolby.is_alone:
        detail = say(
            "Dolby Vision profile {profile} has no picture that other players can show: its colours are lost",
            profile=dolby.profile,
        )
        fix = say("export it as SDR, HLG or HDR10")
        raise AssetError("colours-unreadable", "probe", detail, fix)
    return layout


def _refuse_missing(count: int) -> None:
    if count > 0:
        detail = say("the file is cut off: at least {count} bytes of it are missing", count=count)
        raise AssetError("unreadable", "probe", detail, REPLACE)


def _refuse_truncated(path: Path, demuxer: str, container: InputContainer, timeline: Timeline) -> None:
    if demuxer == "mov":
        _refuse_missing(_index_reach(container) - path.stat().st_size)
    declared = Fraction(container.duration or 0, av.time_base) if demuxer in _DECLARING else Fraction(0)
    # Sound and picture seldom end together and writers round, so only a real gap counts.
    if declared - timeline.latest_end > max(Fraction(1, 2), declared / 50):
        raise AssetError(
            "unreadable",
            "probe",
            say(
                "the file is cut off: it states {declared:.1f} s and ends after {latest_end:.1f} s",
                declared=float(declared),
                latest_end=float(timeline.latest_end),
            ),
            REPLACE,
        )
    if timeline.corrupt and demuxer in _DECLARING:  # in a transport stream lost packets are everyday
        raise AssetError(
            "unreadable", "probe", say("{corrupt} packets cannot be read whole", corrupt=timeline.corrupt), REPLACE
        )


def _index_reach(container: InputContainer) -> int:
    """The last byte that the sample tables point at."""
    streams = [*container.streams.video, *container.streams.audio]
    return max((entry.pos + entry.size for s in streams for entry in s.index_entries), default=0)


def _first_frame(container: InputContainer, video: VideoStream) -> VideoFrame:
    frame = _first_key_frame(container, video) or _first_loose_frame(container, video)
    if frame is None:
        raise AssetError("unreadable", "probe", say("no frame of the clip can be decoded"), REPLACE)
    return frame


def _first_key_frame(container: InputContainer, video: VideoStream) -> VideoFrame | None:
    """A key frame decodes on its own: flushing at once spares decoding what the decoder would wait for."""
    rewind(container, video)
    for tried, packet in enumerate(p for p in container.demux(video) if p.is_keyframe and p.size):
        # Some of these decode without an error, to noise. FFmpeg tells MP4's scheme here, not in the codec tag.
        if packet.has_sidedata("encryption_info"):
            raise AssetError(
                "unreadable", "probe", say("the clip is encrypted"), say("supply it without copy protection")
            )
        frames = [*_decode(video, packet), *_decode(video, None)]
        if frames:
            return frames[0]
        video.codec_context.flush_buffers()
        if tried >= 5:
            break
    return None


def _first_loose_frame(container: InputContainer, video: VideoStream) -> VideoFrame | None:
    """For streams that refresh step by step and flag no key frame."""
    rewind(container, video)
    for tried, packet in enumerate(container.demux(video)):
        for frame in _decode(video, packet if packet.size else None):
            return frame
        if tried >= _LOOSE_PACKETS_MAX:
            break
    return None


def _decode(video: VideoStream, packet: "av.Packet[VideoStream] | None") -> list[VideoFrame]:
    try:
        return video.codec_context.decode(packet)
    except av.FFmpegError:  # a damaged packet; the next may do
        return []


def _describe(
    path: Path,
    demuxer: str,
    container: InputContainer,
    frame: VideoFrame,
    *,
    timeline: Timeline,
    layout: Layout | None,
) -> MediaInfo:
    video = best_video(container, "probe")
    sounds = best_sounds(container, video)
    sound = sounds[0] if sounds else None
    chosen, others = name_tracks(container, [video, *sounds])
    rotation, is_mirrored = orientation(frame)
    pixel_aspect = Fraction(video.sample_aspect_ratio or 1) or Fraction(1)
    coded = Size(frame.width, frame.height)
    wide = Size(max(1, round(coded.width * pixel_aspect)), coded.height)
    components = frame.format.components
    return MediaInfo(
        kind=Kind.VIDEO,
        format=_format_name(path, demuxer, layout),
        bytes=path.stat().st_size,
        coded_size=coded,
        display_size=wide.swapped if rotation in {90, 270} else wide,
        rotation=rotation,
        is_mirrored=is_mirrored,
        sample_aspect_ratio=pixel_aspect,
        frame_count=len(timeline.times),
        colour_space=_colour_space(video),
        has_alpha=any(c.is_alpha for c in components),
        bit_depth=max((c.bits for c in components), default=8),
        duration=timeline.duration,
        frame_rate=_frame_rate(video, timeline),
        is_variable_frame_rate=timeline.is_variable,
        longest_frame=timeline.longest_frame,
        video_codec=video.codec.canonical_name,
        pixel_format=frame.format.name,
        audio_codec=sound.codec.canonical_name if sound is not None and sound.codec_context else None,
        is_faststart=layout.is_faststart if layout is not None else None,
        is_interlaced=frame.interlaced_frame,
        audible=Span(*timeline.sound) if timeline.sound is not None else None,
        audio_channels=len(sounds) if len(sounds) > 1 else _channels(sound),
        is_split_stereo=len(sounds) > 1,
        has_display_times=demuxer not in _DECODING_TIMES_ONLY or not video.codec_context.has_b_frames,
        chosen_tracks=chosen,
        other_tracks=others,
    )


def _colour_space(video: VideoStream) -> str:
    """`srgb` for what every screen shows alike, else what it must be converted from."""
    context = video.codec_context
    return _TRANSFERS.get(int(context.color_trc)) or _PRIMARIES.get(int(context.color_primaries), "srgb")


def _channels(sound: Stream | None) -> int | None:
    if not isinstance(sound, AudioStream) or sound.codec_context is None:
        return None
    return sound.codec_context.layout.nb_channels or None


def orientation(frame: VideoFrame) -> tuple[int, bool]:
    """(clockwise degrees from coded to display, whether it is mirrored left to right before that turn)."""
    try:
        data = bytes(frame.side_data["DISPLAYMATRIX"])  # type: ignore[typeddict-item]
    except KeyError:
        return 0, False
    # Where the picture's x and y axes point on the screen: (a, b) and (c, d), in 16.16 fixed point.
    a, b, _, c, d = struct.unpack_from("=5i", data)
    is_mirrored = a * d - b * c < 0
    if is_mirrored:
        a, b = -a, -b
    return round(degrees(atan2(b, a)) / 90) * 90 % 360, is_mirrored


def _format_name(path: Path, demuxer: str, layout: Layout | None) -> str:
    if layout is not None:
        if layout.brand == "qt  ":
            return "mov"
        return "3gp" if layout.brand.startswith(("3gp", "3g2")) else "mp4"
    if demuxer == "matroska":
        with path.open("rb") as file:
            return "webm" if b"webm" in file.read(64) else "matroska"  # the EBML header's document type
    return demuxer


def _frame_rate(video: VideoStream, timeline: Timeline) -> Fraction | None:
    """The exact rate of a constant clip, the mean of a variable one; None for a single frame without one."""
    if len(timeline.times) < 2 or timeline.is_variable:
        return len(timeline.times) / timeline.duration if timeline.duration else None
    gap = Fraction(timeline.times[-1] - timeline.times[0], len(timeline.times) - 1) * timeline.time_base
    stated = [rate for rate in (video.guessed_rate, video.average_rate) if rate]
    # The stated rate is exact (30000/1001) where timestamps are rounded, but some files state nonsense.
    return next((rate for rate in stated if abs(rate * gap - 1) < Fraction(1, 500)), 1 / gap)
