"""The ffmpeg command for one planned clip. Pure: no process is started and no file is read here."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from assetkit.facts import MediaInfo
from assetkit.geometry import Size, centred
from assetkit.media.clip_input import output_start, source_streams, timed
from assetkit.media.containers import Tracks, locator
from assetkit.media.moving_crop import margin, offsets
from assetkit.media.pixel_format import is_cut_wrong, is_grey, is_rgb
from assetkit.model import Method, PadStyle, Plan

_PRESET = "medium"  # slower ones save under 10 % of the bytes for twice the time
_SOUND_RATE_MAX = 48_000  # the highest that every player of AAC in MP4 takes
_HD_LINES = 720  # untagged picture of fewer lines is BT.601, of more BT.709: every player's guess
_UNSPECIFIED = 2  # ITU-T H.273, matrix coefficients
_SD_MATRICES = {5: "470bg", 6: "170m"}  # zscale's names
_BT709 = {"colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709", "color_range": "tv"}
_WIDE = {"bt2020": "2020", "display-p3": "smpte432", "dci-p3": "smpte431"}  # zscale's names
_PLANES_OF_BYTES = "yuv420p|yuv422p|yuv444p|gbrp"
# zscale refuses a width that is no multiple of what shares a colour: four pixels, in DV
_HALVED_AT_MOST = "yuv420p|yuv422p|yuv444p|gray|yuv420p10|yuv422p10|yuv444p10|gray10"
_HELD = Fraction(1, 4)  # seconds that a frame is seen, from which that is noticed
_FINE_CLOCK = "1:90000"  # of MPEG transport streams; every usual rate ticks on it
_SHRINK = 8  # the backdrop is blurred at an eighth of its size, where a small kernel goes far


@dataclass(frozen=True, slots=True)
class Rate:
    """How many bits the picture gets: a rate factor until the bytes run out, or an average for the two passes."""

    crf: int | None = None
    most_bytes: int | None = None
    average: int | None = None
    two_pass: int = 0
    log: Path | None = None


def command(  # noqa: PLR0917
    source: Path,
    demuxer: str,
    info: MediaInfo,
    plan: Plan,
    tracks: Tracks,
    rate: Rate,
    target: Path,
    tag: str = "",
) -> list[str]:
    """Arguments for ffmpeg (the program itself apart) that make `target` from `source` as planned.

    `tag` (`key=value`) is what it says beside the film.
    """
    picture, sound = source_streams(source, demuxer, info, plan, tracks)
    kept_whole = plan.method is Method.REMUX or plan.keeps_video
    picture = picture if kept_whole else drawn(picture, info, plan, tracks)
    outputs = [picture] if sound is None or rate.two_pass == 1 else [picture, sound]
    options = {
        **(_copied(info) if kept_whole else _encoded(info, plan, rate)),
        **(_sound(plan, tracks) if len(outputs) > 1 else {}),
        "map_metadata": "-1",
        "map_chapters": "-1",
        # a key of any name, in the place where FFmpeg and the standard's readers look for them
        "movflags": "+faststart+use_metadata_tags" if tag else "+faststart",
        **({"metadata": tag} if tag else {}),
        "format": "null" if rate.two_pass == 1 else "mp4",
    }
    made = ffmpeg.output(*outputs, "-" if rate.two_pass == 1 else locator(target), **options)
    arguments: list[str] = ffmpeg.get_args(timed(made, info, plan).overwrite_output())
    return arguments


def sound_bitrate(plan: Plan, tracks: Tracks) -> int:
    """Bits per second of the sound in the output; a source's lower rate is never raised."""
    if tracks.audio is None:
        return 0
    if plan.keeps_audio or plan.method is Method.REMUX:
        return tracks.audio_bitrate or plan.audio_bitrate
    return min(plan.audio_bitrate, max(32_000, tracks.audio_bitrate)) if tracks.audio_bitrate else plan.audio_bitrate


def _copied(info: MediaInfo) -> dict[str, str]:
    # QuickTime plays HEVC in MP4 under this tag only
    return {"c:v": "copy", **({"tag:v": "hvc1"} if info.video_codec == "hevc" else {})}


def _encoded(info: MediaInfo, plan: Plan, rate: Rate) -> dict[str, Any]:
    options: dict[str, Any] = {"c:v": "libx264", "profile:v": "high", "preset": _PRESET, "pix_fmt": "yuv420p", **_BT709}
    if rate.crf is not None:
        options["crf"] = rate.crf
    if rate.average is not None:
        options["b:v"] = rate.average
    if rate.most_bytes is not None:  # a file that is too large already need not be finished
        options["fs"] = rate.most_bytes
    if rate.two_pass:
        options |= {"pass": rate.two_pass, "passlogfile": str(rate.log)}
    # every 2 s: where players seek, platforms cut and the proof of the finished file takes its samples
    options["force_key_frames"] = "expr:gte(t,n_forced*2)"
    # frames keep their own times: a constant rate would repeat frames of a phone's variable one, and on a clock that
    # ticks at its mean rate, which is ffmpeg's choice, those that come faster would fall together and be lost
    is_uneven = info.is_variable_frame_rate and plan.constant_frame_rate is None
    options |= {"fps_mode": "vfr", **({"enc_time_base": _FINE_CLOCK} if is_uneven else {})}
    # where frames refer to later ones, ffmpeg gives some the length of others, and MP4 a length that the film has not
    return {**options, "bf": 0} if is_uneven and info.longest_frame > _HELD else options


def _sound(plan: Plan, tracks: Tracks) -> dict[str, Any]:
    if plan.method is Method.REMUX or plan.keeps_audio:
        return {"c:a": "copy"}
    rate = min(tracks.sample_rate or _SOUND_RATE_MAX, _SOUND_RATE_MAX)
    return {"c:a": "aac", "b:a": sound_bitrate(plan, tracks), "ac": 2, "ar": rate}


def drawn(video: Any, info: MediaInfo, plan: Plan, tracks: Tracks) -> Any:
    """The filter chain. ffmpeg has turned the picture upright before the first filter."""
    display, shift = info.display_size, -output_start(info, plan, tracks) if plan.trim else tracks.delay
    if info.is_interlaced:  # at the source's own rate; in a mixed clip, whole frames stay as they are
        video = video.filter("bwdif", mode="send_frame", parity="auto", deint="interlaced")
    if not plan.windows:
        video = _slowed(video, info, plan)
    if info.sample_aspect_ratio != 1:
        video = video.filter("scale", display.width, display.height, flags="lanczos").filter("setsar", 1)
    if info.colour_space in ("pq", "hlg"):
        video = _tone_mapped(video)
    elif info.colour_space in _WIDE:
        video = _narrowed(video, info.colour_space, tracks)
    window = plan.window
    if plan.windows:  # before frames are left out: the next one takes a dropped one's time, and may show another shot
        early = margin(tracks.tick, 1 / (info.frame_rate or Fraction(25)))
        left, top = offsets(plan.windows, shift, early)
        video = _cropped(video, info, window.size, left, top)
        video = _slowed(video, info, plan)
    elif window.size != display:
        video = _cropped(video, info, window.size, window.left, window.top)
    video = _scaled(video, info, plan.picture, tracks).filter("format", "yuv420p")
    if plan.canvas != plan.picture:
        video = _padded(video, plan)
    tags = {"color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709", "range": "tv"}
    return video.filter("setsar", 1).filter("setparams", **tags)


def _cropped(video: Any, info: MediaInfo, window: Size, left: int | str, top: int | str) -> Any:
    """The window, to the pixel; where that takes one byte and plane for each colour, at the cost of deeper samples."""
    if info.pixel_format and is_cut_wrong(info.pixel_format):
        video = video.filter("format", _PLANES_OF_BYTES)
    return video.filter("crop", window.width, window.height, left, top, exact=1)


def _slowed(video: Any, info: MediaInfo, plan: Plan) -> Any:
    """Even frames where the plan asks for them, and no more a second than it allows."""
    rate = plan.constant_frame_rate or plan.max_frame_rate
    if rate is None or info.frame_rate is None or (not plan.constant_frame_rate and info.frame_rate <= rate):
        return video
    return video.filter("fps", f"{rate.numerator}/{rate.denominator}")


def _scaled(video: Any, info: MediaInfo, picture: Size, tracks: Tracks) -> Any:
    """The picture's size, and BT.709 in limited range, from whatever matrix and range the source has.

    From another matrix by zscale: swscale comes out a step too dark and tinted, or right in twice the time.
    """
    size, is_mapped = (picture.width, picture.height), info.colour_space in ("pq", "hlg", *_WIDE)
    matrix = None if is_mapped else _other_matrix(info, tracks)
    if matrix:
        sized = video.filter("scale", *size, flags="lanczos").filter("format", _HALVED_AT_MOST)
        return sized.filter("zscale", matrixin=matrix, matrix="709", range="limited", filter="lanczos")
    is_guessed = tracks.matrix == _UNSPECIFIED and not is_mapped
    given = {"in_color_matrix": "bt709"} if is_guessed else {}
    return video.filter("scale", *size, flags="lanczos", **given, out_color_matrix="bt709", out_range="tv")


def _other_matrix(info: MediaInfo, tracks: Tracks) -> str | None:
    """What zscale must convert from; None of what is BT.709, and of what swscale converts as well (RGB)."""
    if info.pixel_format and is_rgb(info.pixel_format):
        return None
    if info.pixel_format and is_grey(info.pixel_format):
        return "709"  # grey has no matrix, and swscale takes it for one that must be changed
    if tracks.matrix == _UNSPECIFIED:
        return None if info.coded_size.height >= _HD_LINES else "170m"
    return _SD_MATRICES.get(tracks.matrix)


def _tone_mapped(video: Any) -> Any:
    """PQ or HLG to BT.709: as it is up to half of paper white (203 cd/m2), skin with it; highlights are rolled off."""
    linear = video.filter("zscale", t="linear", npl=203).filter("format", "gbrpf32le").filter("zscale", p="bt709")
    mapped = linear.filter("tonemap", "mobius", param=0.5, desat=0)
    return mapped.filter("zscale", t="bt709", m="bt709", r="tv").filter("format", "yuv420p")


def _narrowed(video: Any, primaries: str, tracks: Tracks) -> Any:
    """Wider primaries than BT.709 to those, in light; what they cannot show is cut off."""
    stated = {"pin": _WIDE[primaries], "tin": "709"}  # the curves of BT.709 and SDR BT.2020 are one
    if tracks.matrix == _UNSPECIFIED:
        stated["min"] = "2020_ncl" if primaries == "bt2020" else "709"
    linear = video.filter("zscale", t="linear", **stated).filter("format", "gbrpf32le").filter("zscale", p="709")
    return linear.filter("zscale", t="709", m="709", r="tv").filter("format", "yuv420p")


def _padded(video: Any, plan: Plan) -> Any:
    canvas, box = plan.canvas, centred(plan.picture, plan.canvas)
    left, top = box.left // 2 * 2, box.top // 2 * 2  # 4:2:0 has no odd places
    if plan.pad is not PadStyle.BLUR:
        colour = plan.background.replace("#", "0x")
        return video.filter("pad", canvas.width, canvas.height, left, top, color=colour)
    parts = video.filter_multi_output("split", 2)
    small = Size(canvas.width // _SHRINK // 2 * 2, canvas.height // _SHRINK // 2 * 2)
    backdrop = (
        parts[0]
        .filter("scale", small.width, small.height, force_original_aspect_ratio="increase")
        .filter("crop", small.width, small.height)
        .filter("gblur", sigma=max(small.width, small.height) / 24)
        .filter("eq", brightness=-0.06)
        .filter("scale", canvas.width, canvas.height)
        .filter("setsar", 1)
    )
    return ffmpeg.overlay(backdrop, parts[1], x=left, y=top)
