"""Damage, as ffmpeg's log tells of it: decoders conceal what they cannot read, and go on."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

from assetkit.errors import AssetError
from assetkit.facts import MediaInfo
from assetkit.media import ffmpeg
from assetkit.media.containers import LONGEST_GROUP, find_tracks, locator
from assetkit.model import Plan
from assetkit.timecode import places_in_words
from assetkit.wording import say

_WHO = re.compile(rb"^\[(\w+)[^\]]* @ [^\]]*\] ")
_WRITERS = {b"null", b"rawvideo", b"mp4", b"libx264", b"out"}  # what they complain of is not the source's
_SHOWN = re.compile(rb"^\[Parsed_a?showinfo.* pts_time:(\d+(?:\.\d+)?)")
_ERROR = re.compile(rb"\] \[(?:error|fatal)\] ")
_APART = 1  # seconds; damage spreads over the frames that follow
_MOST = 1000  # messages


def is_damage(line: bytes) -> bool:
    """True if a line at level `error` comes from what reads, not from what writes."""
    match = _WHO.match(line)
    return match is not None and match.group(1) not in _WRITERS


def damage_times(path: Path, demuxer: str, deadline_seconds: float) -> tuple[Fraction, ...]:
    """When a clip's picture or its sound is damaged, in seconds since its first frame, for each of the messages.

    To within the few frames that a decoder holds. All of it is decoded once more, frames told beside errors, since
    errors come without a time. Empty where that finds nothing.
    """
    times: list[Fraction] = []
    with suppress(AssetError):
        tracks = find_tracks(path, demuxer)
        picture, sound = ["-vf", "showinfo=checksum=0"], ["-af", "ashowinfo"]
        for index, show in ((tracks.video, picture), (tracks.audio, sound), (tracks.right, sound)):
            if index is None:
                continue
            found = _Found()
            # one thread: in step with what it says
            read = ["-threads", "1", "-f", demuxer, "-protocol_whitelist", "file,pipe", "-i", locator(path)]
            told = ["-loglevel", "level+info", *read, "-map", f"0:{index}", *show, "-f", "null", "-"]
            ffmpeg.run(told, deadline_seconds=deadline_seconds, on_said=found.listen)
            times += [max(Fraction(0), time - tracks.delay) for time in found.times]
    return tuple(sorted(times))


def delivered_damage(
    count: int, times: tuple[Fraction, ...], info: MediaInfo, plan: Plan, keys: Callable[[], Iterable[Fraction]]
) -> tuple[int, tuple[Fraction, ...]]:
    """Of so many messages and their times what concerns the part that is delivered: how many, and the places.

    Damage spreads to the next key frame; `keys` (seconds) are asked for only where that matters. Where a stream was
    sought, a decoder also complains of what the first frames that it meets refer to, which is no damage.
    """
    if plan.trim is None:
        return count, tuple(apart(times))
    first = max((key for key in keys() if key <= plan.starts), default=Fraction(0)) if times else Fraction(0)
    seen = tuple(apart(time for time in times if first <= time < plan.trim[1]))
    is_sought = not info.is_sought and plan.starts > LONGEST_GROUP
    return (0 if (times or is_sought) and not seen else count), seen


def undecodable(path: Path, demuxer: str, error: AssetError, deadline_seconds: float) -> AssetError:
    """What to raise where ffmpeg fails with `error` at a clip that must decode to its end: `unreadable`, and where."""
    times = damage_times(path, demuxer, deadline_seconds)
    if times:
        places = places_in_words(list(apart(times)))
        detail = say("not all of it can be decoded: damaged at {places}", places=places)
    else:
        detail = say("not all of it can be decoded: {detail}", detail=error.detail)
    return AssetError("unreadable", "verify", detail, say("play it to the end, and export it again"))


def apart(times: Iterable[Fraction]) -> Iterator[Fraction]:
    """Ascending times, those left out that follow another within a second."""
    last: Fraction | None = None
    for time in times:
        if last is None or time >= last + _APART:
            yield time
            last = time


class _Found:
    """The times at which errors were told."""

    def __init__(self) -> None:
        self.times: list[Fraction] = []
        self._now = Fraction(0)

    def listen(self, line: bytes) -> None:
        """One line of ffmpeg's log."""
        shown = _SHOWN.match(line)
        if shown:
            self._now = Fraction(shown[1].decode())
        elif _ERROR.search(line) and is_damage(line) and len(self.times) < _MOST:
            self.times.append(self._now)
