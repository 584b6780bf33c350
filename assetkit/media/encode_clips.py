"""Making clips: copied, remuxed or encoded, and held to the byte limit by measuring what came out."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from time import monotonic

from assetkit.errors import AssetError
from assetkit.facts import MediaInfo
from assetkit.media import ffmpeg
from assetkit.media.clip_command import Rate, command, sound_bitrate
from assetkit.media.clip_labels import as_tag, written_behind
from assetkit.media.clone import clone
from assetkit.media.containers import Tracks, find_tracks, locator
from assetkit.media.damage import is_damage, undecodable
from assetkit.media.xmp import Properties
from assetkit.model import Method, Plan
from assetkit.wording import say

_MARGIN = Fraction(3, 100)  # of the bytes, for what a rate control gives too much
_USED = Fraction(9, 10)  # of the limit: a file that must shrink to it and uses less has lost quality for nothing
_RISE_MAX = Fraction(3, 2)  # a second try's rate over the first's
_INDEX_BITS_PER_SECOND = 6_000  # what MP4's tables take for 30 frames and 47 blocks of sound a second
# under this many bits per pixel and second H.264 falls apart: 250 kbit/s at 720 x 1280
_LEAST_BITS_PER_PIXEL = Fraction(250_000, 720 * 1280)
_LEAST_BITS = 5_000  # x264 takes no less
_LEAST_SECONDS = 0.1  # of a deadline, so that an ffmpeg that is too slow is told so


@dataclass(frozen=True, slots=True)
class Encode:
    """One clip on its way: everything the command needs but the rate. `ends_at` is when patience ends (monotonic)."""

    source: Path
    demuxer: str
    info: MediaInfo
    plan: Plan
    tracks: Tracks
    target: Path
    ends_at: float = float("inf")
    on_progress: Callable[[float], None] | None = None
    on_damage: Callable[[], None] | None = None
    labels: Properties = field(default_factory=dict)

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
    on_damage: Callable[[], None] | None = None,
    labels: Properties | None = None,
) -> tuple[str, ...]:
    """Make the planned clip at `target`; return what was done, in words. `on_progress` gets 0 to 1.

    `on_damage` is called for each complaint of a decoder, in a thread of its own. AI `labels` go along. For clips
    `plan.quality_max` is the rate factor to start with. Raises AssetError `file-size-max` with the smallest size
    reached, `tool-failed` if ffmpeg fails, writes nothing, or takes longer than `deadline_seconds` in all.
    """
    if plan.method is Method.COPY:
        clone(source, target)
        return (say("copied byte for byte"),)
    tracks, ends_at = find_tracks(source, demuxer, plan.starts), monotonic() + deadline_seconds
    encode = Encode(source, demuxer, info, plan, tracks, target, ends_at, on_progress, on_damage, labels or {})
    _run(encode, _first_rate(encode))
    most = plan.max_bytes
    if not encode.plan.is_drawn or most is None or target.stat().st_size <= most * (1 - _MARGIN):
        return _in_words(encode, say("H.264 at CRF {quality_max}", quality_max=plan.quality_max))
    average = _encode_to_fit(encode, most)
    return _in_words(
        encode,
        say("H.264 in two passes at {average:.0f} kbit/s to fit {most:,} bytes", average=average / 1000, most=most),
    )


def encode_command(source: Path, demuxer: str, info: MediaInfo, plan: Plan, target: Path) -> list[str]:
    """The command of the first attempt, the program itself apart: what a benchmark can run bare."""
    encode = Encode(source, demuxer, info, plan, find_tracks(source, demuxer, plan.starts), target)
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
        raise undecodable(path, demuxer, error, deadline_seconds) from error


def _encode_to_fit(encode: Encode, most: int) -> int:
    """Two passes at the rate that fits, the second again where it missed. Returns the picture's bits per second."""
    average = _bits_for_picture(encode, most)
    floor = max(_LEAST_BITS, round(_LEAST_BITS_PER_PIXEL * encode.plan.canvas.area))
    if average < floor:
        least = int((floor + sound_bitrate(encode.plan, encode.tracks)) * encode.seconds / 8)
        why = say(
            "the smallest size that looks acceptable is about {least:,} bytes ({floor:.0f} kbit/s)",
            least=least,
            floor=floor / 1000,
        )
        raise _too_large(most, why)
    with tempfile.TemporaryDirectory(prefix="passes-", dir=encode.target.parent) as folder:
        _run(encode, Rate(average=average, two_pass=1, log=Path(folder, "log")))
        second = Rate(average=average, two_pass=2, log=Path(folder, "log"))
        _run(encode, second)
        reached = encode.target.stat().st_size
        if _USED * most <= reached <= most:
            return average
        again = replace(encode, target=Path(folder, encode.target.name))
        other = max(floor, int(average * min(_RISE_MAX, most * (1 - _MARGIN) / reached)))
        _run(again, replace(second, average=other))
        retried = again.target.stat().st_size
        if reached < retried <= most or most < reached > retried:
            again.target.replace(encode.target)
            reached, average = retried, other
    if reached > most:
        raise _too_large(most, say("the smallest size reached is {reached:,} bytes, in two passes", reached=reached))
    return average


def _too_large(most: int, why: str) -> AssetError:
    fix = say("shorten the clip or raise the limit in the preset")
    return AssetError("file-size-max", "transform", say("{why}, the limit is {most:,}", why=why, most=most), fix)


def _first_rate(encode: Encode) -> Rate:
    """The rate factor that the preset asks for; ffmpeg stops where the bytes run out."""
    return Rate(crf=encode.plan.quality_max, most_bytes=encode.plan.max_bytes) if encode.plan.is_drawn else Rate()


def _bits_for_picture(encode: Encode, most: int) -> int:
    """Bits per second that the byte limit leaves for the picture, sound counted."""
    total = most * 8 * (1 - _MARGIN) / encode.seconds
    return max(1000, int(total) - _INDEX_BITS_PER_SECOND - sound_bitrate(encode.plan, encode.tracks))


def _command(encode: Encode, rate: Rate) -> list[str]:
    tag = as_tag(encode.labels)
    return command(encode.source, encode.demuxer, encode.info, encode.plan, encode.tracks, rate, encode.target, tag)


def _run(encode: Encode, rate: Rate) -> None:
    def share(seconds: Fraction) -> None:
        if encode.on_progress is not None:
            encode.on_progress(min(1.0, float(seconds / encode.seconds)))

    def listen(line: bytes) -> None:
        if encode.on_damage is not None and rate.two_pass != 1 and is_damage(line):
            encode.on_damage()

    left = max(_LEAST_SECONDS, round(encode.ends_at - monotonic(), 1))
    ffmpeg.run(_command(encode, rate), deadline_seconds=left, on_progress=share, on_said=listen)
    if rate.two_pass != 1 and not (encode.target.is_file() and encode.target.stat().st_size):
        raise AssetError(
            "tool-failed", "transform", say("ffmpeg ended well but wrote nothing"), say("try another ffmpeg")
        )
    if rate.two_pass != 1:
        written_behind(encode.target, encode.labels)


def _in_words(encode: Encode, picture: str) -> tuple[str, ...]:
    plan = encode.plan
    if plan.method is Method.REMUX:
        return (say("remuxed into {format} without encoding", format=plan.format),)
    return (
        say(
            "{picture}, {sound}",
            picture=say("picture copied") if plan.keeps_video else picture,
            sound=_sound_in_words(encode),
        ),
    )


def _sound_in_words(encode: Encode) -> str:
    if encode.tracks.audio is None:
        return say("no sound")
    channels = encode.info.audio_channels or 0
    if encode.plan.keeps_audio:
        return say("sound copied")
    if encode.tracks.right is not None:
        return say("left and right tracks joined to stereo AAC")
    return (
        say("sound mixed from {channels} channels to stereo AAC", channels=channels)
        if channels > 2
        else say("sound to AAC")
    )
