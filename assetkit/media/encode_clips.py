"""Making clips: copied, remuxed or encoded, and held to the byte limit by measuring what came out."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from assetkit.errors import AssetError
from assetkit.media import ffmpeg
from assetkit.media.clip_command import Rate, command, sound_bitrate
from assetkit.media.clone import clone
from assetkit.media.containers import Tracks, find_tracks, locator
from assetkit.model import MediaInfo, Method, Plan

_OVERSHOOT = Fraction(3, 100)  # of the bytes, for what a rate control gives too much
_INDEX_BITS_PER_SECOND = 6_000  # what MP4's tables take for 30 frames and 47 blocks of sound a second
# bits per second; x264 writes the level that the ceiling would need into the file, and level 5 and above is
# refused by older phones. A rate factor seldom reaches this much, and what does is measured and fitted after.
_CEILING_MAX = 30_000_000
# under this many bits per pixel and second H.264 falls apart: 250 kbit/s at 720 x 1280
_LEAST_BITS_PER_PIXEL = Fraction(250_000, 720 * 1280)
_LEAST_BITS = 5_000  # x264 takes no less


@dataclass(frozen=True, slots=True)
class Encode:
    """One clip on its way: everything the command needs but the rate."""

    source: Path
    demuxer: str
    info: MediaInfo
    plan: Plan
    tracks: Tracks
    target: Path

    @property
    def seconds(self) -> Fraction:
        """Length of the output."""
        trim = self.plan.trim
        return trim[1] - trim[0] if trim else self.info.duration or Fraction(1)


def write_clip(
    source: Path,
    demuxer: str,
    info: MediaInfo,
    plan: Plan,
    target: Path,
    *,
    deadline_seconds: float,
    on_progress: Callable[[float], None] | None = None,
) -> tuple[str, ...]:
    """Make the planned clip at `target`; return what was done, in words. `on_progress` gets 0 to 1.

    For clips `plan.quality_max` is the rate factor to start with. Raises AssetError `file-size-max` with the
    smallest size reached, `tool-failed` if ffmpeg fails, hangs, or writes nothing.
    """
    if plan.method is Method.COPY:
        clone(source, target)
        return ("copied byte for byte",)
    encode = Encode(source, demuxer, info, plan, find_tracks(source, demuxer), target)
    draws = plan.method is Method.ENCODE and not plan.keeps_video
    rate = _first_rate(encode) if draws else Rate()
    _run(encode, rate, deadline_seconds, on_progress)
    said = _in_words(encode, f"H.264 at CRF {plan.quality_max}")
    if draws and plan.max_bytes is not None and target.stat().st_size > plan.max_bytes:
        average = _encode_to_fit(encode, deadline_seconds, on_progress)
        said = _in_words(encode, f"H.264 in two passes at {average / 1000:.0f} kbit/s to fit {plan.max_bytes:,} bytes")
    return said


def encode_command(source: Path, demuxer: str, info: MediaInfo, plan: Plan, target: Path) -> list[str]:
    """The command of the first attempt, the program itself apart: what a benchmark can run bare."""
    encode = Encode(source, demuxer, info, plan, find_tracks(source, demuxer), target)
    return _command(encode, _first_rate(encode))


def prove_decodable(path: Path, demuxer: str, deadline_seconds: float = 3600) -> None:
    """Decode picture and sound to the end. Raises AssetError `unreadable` at the first damage."""
    # the loop filter only smooths what has been decoded: leaving it out saves a sixth of the time and hides no damage
    given = [
        "-v",
        "error",
        "-xerror",
        "-err_detect",
        "explode",
        "-skip_loop_filter",
        "all",
        "-f",
        demuxer,
        "-protocol_whitelist",
        "file,pipe",
    ]
    tracks = ["-map", "0:V:0", "-map", "0:a:0?", "-f", "null", "-"]  # V: cover art apart
    try:
        ffmpeg.run([*given, "-i", locator(path), *tracks], deadline_seconds=deadline_seconds)
    except AssetError as error:
        detail = f"not all of it can be decoded: {error.detail}"
        raise AssetError("unreadable", "verify", detail, "play it to the end, and export it again") from error


def _encode_to_fit(encode: Encode, deadline_seconds: float, on_progress: Callable[[float], None] | None) -> int:
    """Two passes at the rate that fits; once. Returns the picture's bits per second."""
    plan, reached = encode.plan, encode.target.stat().st_size
    average = _bits_for_picture(encode)
    floor = max(_LEAST_BITS, round(_LEAST_BITS_PER_PIXEL * plan.canvas.area))
    if average is None or average < floor:
        raise _too_large(encode, reached, f"{floor / 1000:.0f} kbit/s is the least that looks acceptable at its size")
    with tempfile.TemporaryDirectory(prefix="passes-", dir=encode.target.parent) as folder:
        for number in (1, 2):
            rate = Rate(average=average, two_pass=number, log=Path(folder, "log"))
            _run(encode, rate, deadline_seconds, on_progress)
    reached = min(reached, encode.target.stat().st_size)
    if plan.max_bytes is not None and encode.target.stat().st_size > plan.max_bytes:
        raise _too_large(encode, reached, "two passes at the computed rate did not fit either")
    return average


def _too_large(encode: Encode, reached: int, why: str) -> AssetError:
    detail = f"the smallest size reached is {reached:,} bytes, the limit is {encode.plan.max_bytes:,}; {why}"
    return AssetError("file-size-max", "transform", detail, "shorten the clip or raise the limit in the preset")


def _first_rate(encode: Encode) -> Rate:
    """The rate factor that the preset asks for, under a ceiling that the byte limit sets."""
    ceiling = _bits_for_picture(encode)
    return Rate(crf=encode.plan.quality_max, ceiling=ceiling if ceiling and ceiling < _CEILING_MAX else None)


def _bits_for_picture(encode: Encode) -> int | None:
    """Bits per second that the byte limit leaves for the picture, sound counted; None without a limit."""
    if encode.plan.max_bytes is None:
        return None
    total = encode.plan.max_bytes * 8 * (1 - _OVERSHOOT) / encode.seconds
    return max(1000, int(total) - _INDEX_BITS_PER_SECOND - sound_bitrate(encode.plan, encode.tracks))


def _command(encode: Encode, rate: Rate) -> list[str]:
    return command(encode.source, encode.demuxer, encode.info, encode.plan, encode.tracks, rate, encode.target)


def _run(encode: Encode, rate: Rate, deadline_seconds: float, on_progress: Callable[[float], None] | None) -> None:
    def share(seconds: Fraction) -> None:
        if on_progress is not None:
            on_progress(min(1.0, float(seconds / encode.seconds)))

    ffmpeg.run(_command(encode, rate), deadline_seconds=deadline_seconds, on_progress=share)
    if rate.two_pass != 1 and not (encode.target.is_file() and encode.target.stat().st_size):
        raise AssetError("tool-failed", "transform", "ffmpeg ended well but wrote nothing", "try another ffmpeg")


def _in_words(encode: Encode, picture: str) -> tuple[str, ...]:
    plan = encode.plan
    if plan.method is Method.REMUX:
        return (f"remuxed into {plan.format} without encoding",)
    sound = "no sound" if encode.tracks.audio is None else "sound copied" if plan.keeps_audio else "sound to AAC"
    return (f"{'picture copied' if plan.keeps_video else picture}, {sound}",)
