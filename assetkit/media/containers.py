"""Clips opened through PyAV without trusting them, and the tracks chosen from them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from assetkit.errors import AssetError
from assetkit.wording import commas, say, term

REPLACE = say("export the clip again, or fetch a fresh copy, and check that it plays to its end")
LONGEST_GROUP = 60
"""Seconds: no group of pictures is longer, so that a seek so far ahead never lands behind what is wanted."""

JOINED = "0.0-FL|1.0-FR"
"""How FFmpeg's join filter makes stereo of a left and a right track."""

_TOGETHER = Fraction(1, 20)  # seconds
_ENCRYPTED = {"encv", "enca", "drmi"}  # sample entries of protected MP4 tracks


@dataclass(frozen=True, slots=True)
class Tracks:
    """The tracks that are used: stream indexes, the picture's H.273 matrix number, the sound's rates.

    Where each side of stereo is a track of its own, `audio` is the left and `right` the other.
    `delay` is when the first frame is shown, in seconds since the container's own start; `tick` the step (seconds) of
    the picture's clock; `begin` when the frame that a trim starts with is shown, in seconds since the first; `zero` is
    the first frame's time on the container's own clock.
    """

    video: int
    matrix: int
    audio: int | None = None
    audio_bitrate: int = 0
    sample_rate: int = 0
    delay: Fraction = Fraction(0)
    tick: Fraction = Fraction(1, 90_000)
    begin: Fraction = Fraction(0)
    zero: Fraction = Fraction(0)
    right: int | None = None


def locator(path: Path) -> str:
    """How FFmpeg is told a path so that it never reads it as an address, an option or a pattern."""
    return f"file:{path}"


@contextmanager
def open_clip(path: Path, demuxer: str, stage: str) -> Iterator[InputContainer]:
    """Open with one named demuxer and local files only, so that no playlist or script is ever followed.

    Any library error inside becomes an AssetError `unreadable` of `stage`.
    """
    options = {"protocol_whitelist": "file", "format_whitelist": _whitelist(demuxer)}
    if demuxer == "mov":
        options |= {"enable_drefs": "0", "use_absolute_path": "0"}  # QuickTime can name other files
    try:
        with av.open(locator(path), mode="r", format=demuxer, options=options) as container:
            yield container
    except (av.FFmpegError, ValueError, OverflowError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise AssetError("unreadable", stage, say("the clip cannot be read: {said}", said=said), REPLACE) from error


def _whitelist(demuxer: str) -> str:
    return av.ContainerFormat(demuxer, "r").name


def best_video(container: InputContainer, stage: str) -> VideoStream:
    """The picture to use, cover art apart. Raises AssetError if there is none or it is encrypted."""
    best = container.streams.best("video")
    moving = [s for s in container.streams.video if not _is_still(s)]
    if not moving:
        raise AssetError(
            "unreadable", stage, say("the file holds no moving picture"), say("supply a clip with a picture")
        )
    # best() may point at cover art where the film is smaller
    video = next((s for s in moving if best is not None and s.index == best.index), moving[0])
    if video.codec_context is None:
        raise AssetError("unreadable", stage, say("the picture is in a codec that FFmpeg does not know"), REPLACE)
    if video.codec_context.codec_tag in _ENCRYPTED:
        raise AssetError("unreadable", stage, say("the clip is encrypted"), say("supply it without copy protection"))
    return video


def best_sounds(container: InputContainer, video: VideoStream) -> tuple[Stream, ...]:
    """The sound to use: one track, or a left and a right one, as editing programs export masters; or none.

    Only tracks that start and end together are a pair: FFmpeg joins them sample by sample, whatever their times.
    """
    best = container.streams.best("audio", related=video)
    pairs = [pair for pair in pairwise(container.streams.audio) if best in pair and _is_stereo(*pair)]
    return pairs[0] if pairs else () if best is None else (best,)


def _is_stereo(left: AudioStream, right: AudioStream) -> bool:
    spans = [_span(sound) for sound in (left, right) if sound.duration]
    if (_side(left), _side(right)) != ("FL", "FR") or len(spans) < 2:
        return False
    return all(abs(one - other) <= _TOGETHER for one, other in zip(*spans, strict=True))


def _span(sound: AudioStream) -> tuple[Fraction, Fraction]:
    tick = sound.time_base or Fraction(0)
    return (sound.start_time or 0) * tick, ((sound.start_time or 0) + (sound.duration or 0)) * tick


def _side(sound: AudioStream) -> str | None:
    """Which channel a track of a single one says that it is."""
    channels = sound.codec_context.layout.channels if sound.codec_context is not None else ()
    return channels[0].name if len(channels) == 1 else None


def rewind(container: InputContainer, video: VideoStream) -> None:
    """Go back to the beginning: by the picture's own clock where the container as a whole refuses, as some FLV do."""
    try:
        container.seek(0)
    except PermissionError:
        container.seek(video.start_time or 0, stream=video)


def find_tracks(path: Path, demuxer: str, start: Fraction = Fraction(0)) -> Tracks:
    """Which tracks an output is made from, that begins so many seconds after the first frame. Raises AssetError."""
    with open_clip(path, demuxer, "transform") as container:
        video = best_video(container, "transform")
        matrix = int(video.codec_context.colorspace)
        delay, tick = _delay(container, video), video.time_base or Fraction(1, 90_000)
        sounds = best_sounds(container, video)
        begin = _begin(container, video, start) if start else start
        zero = (video.start_time or 0) * tick
        if not sounds or sounds[0].codec_context is None:
            return Tracks(video.index, matrix, delay=delay, tick=tick, begin=begin, zero=zero)
        rate = int(getattr(sounds[0].codec_context, "sample_rate", 0) or 0)
        bits = sum(int(sound.codec_context.bit_rate or 0) for sound in sounds)
        right = sounds[1].index if len(sounds) > 1 else None
        return Tracks(video.index, matrix, sounds[0].index, bits, rate, delay, tick, begin, zero, right)


def _delay(container: InputContainer, video: VideoStream) -> Fraction:
    """What ffmpeg's clock shows at the first frame: it starts with the earliest track."""
    if video.start_time is None or video.time_base is None or container.start_time is None:
        return Fraction(0)
    return video.start_time * video.time_base - Fraction(container.start_time, av.time_base)


def _begin(container: InputContainer, video: VideoStream, start: Fraction) -> Fraction:
    """When the frame shown at `start` begins (seconds since the first): cut in between, the film would begin blank."""
    if video.start_time is None or video.time_base is None:
        return start
    wanted = video.start_time + start / video.time_base
    ahead = int(wanted) - int(LONGEST_GROUP / video.time_base)
    for target in (int(wanted), ahead):  # a container without an index may land behind it
        if target > video.start_time:
            container.seek(target, stream=video)
        else:
            rewind(container, video)
        shown = _shown_until(container, video, wanted)
        if shown is not None:
            return (shown - video.start_time) * video.time_base
    return start


def _shown_until(container: InputContainer, video: VideoStream, wanted: Fraction) -> int | None:
    """Ticks of the last frame that is shown by `wanted`, of those from here on."""
    shown: int | None = None
    for packet in container.demux(video):
        at = packet.pts if packet.pts is not None else packet.dts
        if at is not None and at <= wanted and not packet.is_discard:
            shown = at if shown is None else max(shown, at)
        elif packet.dts is None or packet.dts > wanted:  # none that is coded from here on is shown by then
            break
    return shown


def name_tracks(container: InputContainer, used: Sequence[Stream]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """In words: the tracks of picture and sound that are used, and the others. Cover art is no track of the film."""
    each = [_tracks_in_words("picture", [s for s in container.streams.video if not _is_still(s)])]
    each.append(_tracks_in_words("sound", list(container.streams.audio)))
    each.append(_tracks_in_words("subtitle", list(container.streams.subtitles)))
    each.append(_tracks_in_words("data", list(container.streams.data)))
    named = [pair for kind in each for pair in kind]
    at = {stream.index for stream in used}
    return (
        tuple(words for index, words in named if index in at),
        tuple(words for index, words in named if index not in at),
    )


def _is_still(stream: VideoStream) -> bool:
    return bool(stream.disposition & Disposition.attached_pic)


def _tracks_in_words(kind: str, streams: Sequence[Stream]) -> list[tuple[int, str]]:
    """(index, such as `sound track 2 of 3 (eng, aac, 5.1)`) of each."""
    words: list[tuple[int, str]] = []
    for number, stream in enumerate(streams, 1):
        context = stream.codec_context
        codec = context.codec.canonical_name if context is not None else getattr(stream, "name", None)
        layout = getattr(getattr(context, "layout", None), "name", None)
        language = str(stream.language or "")[:3]
        said = [language if language.isalpha() and language != "und" else "", codec or "unknown codec", layout or ""]
        track = say(
            "{kind} track {number} of {total} ({what})",
            kind=term(kind),
            number=number,
            total=len(streams),
            what=commas([part for part in said if part]),
        )
        words.append((stream.index, track))
    return words
