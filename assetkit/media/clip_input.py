"""How ffmpeg reads a clip: all of it, or a part, cut on a frame whatever its container and however even its frames."""

from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import ffmpeg

from assetkit.facts import MediaInfo
from assetkit.media.containers import JOINED, LONGEST_GROUP, Tracks, locator
from assetkit.model import Plan


def source_streams(source: Path, demuxer: str, info: MediaInfo, plan: Plan, tracks: Tracks) -> tuple[Any, Any]:
    """Picture and sound (None where there is none) as ffmpeg reads them, from the frame that the trim starts with on.

    What is made of them must be `timed` alike.
    """
    given = {"format": demuxer, "protocol_whitelist": "file,pipe"}
    cut = {} if plan.trim is None else _sought(info, plan, tracks)
    read = ffmpeg.input(locator(source), **given, **cut)
    picture = read[str(tracks.video)]
    sound = _heard(read, tracks)
    if plan.trim is None:
        return picture, sound
    if not info.is_sought:  # read from well before the start on, and cut by the container's own clock
        begin, start, length = tracks.zero + tracks.begin, tracks.zero + output_start(info, plan, tracks), _length(plan)
        picture = picture.filter("trim", start=_seconds(_no_later(begin)), end=_seconds(_no_later(start) + length))
        picture = picture.filter("setpts", _from(_no_later(start)))
        part = {"start": _seconds(_no_later(start)), "end": _seconds(_no_later(start) + length)}
        return picture, sound and sound.filter("atrim", **part).filter("asetpts", f"PTS-{part['start']}/TB")
    late = _late(info, plan, tracks)
    if not late:
        return picture, sound
    # sound that may be copied is cut by reading it on its own
    heard = {"ss": _seconds(tracks.delay + plan.starts), "t": _seconds(_length(plan))}
    again = ffmpeg.input(locator(source), **given, **heard)
    return picture.filter("setpts", _from(late)), _heard(again, tracks)


def _heard(read: Any, tracks: Tracks) -> Any:
    """The sound of what is read, None where there is none; the two sides of stereo as one."""
    if tracks.audio is None or tracks.right is None:
        return None if tracks.audio is None else read[str(tracks.audio)]
    sides = [read[str(tracks.audio)], read[str(tracks.right)]]
    return ffmpeg.filter(sides, "join", inputs=2, channel_layout="stereo", map=JOINED)


def _sought(info: MediaInfo, plan: Plan, tracks: Tracks) -> dict[str, str]:
    """What of the source is read: from the first frame on where its container can be sought."""
    begin = tracks.delay + tracks.begin
    if info.is_sought:
        late = _late(info, plan, tracks)
        return {**({"ss": _seconds(_no_later(begin))} if begin else {}), "t": _seconds(late + _length(plan))}
    is_far = begin > LONGEST_GROUP and not info.needs_first_frame
    return {"ss": _seconds(begin - LONGEST_GROUP)} if is_far else {}


def output_start(info: MediaInfo, plan: Plan, tracks: Tracks) -> Fraction:
    """Where the output starts, in seconds since the source's first frame.

    With the frame that is seen then, and less than a frame early: of an uneven clip, whose frame may have been seen for
    long by then, in the middle of it.
    """
    return plan.starts if info.is_variable_frame_rate else tracks.begin


def _late(info: MediaInfo, plan: Plan, tracks: Tracks) -> Fraction:
    """How long before the output starts its first frame was shown (seconds)."""
    return output_start(info, plan, tracks) - tracks.begin


def _length(plan: Plan) -> Fraction:
    return plan.trim[1] - plan.trim[0] if plan.trim else Fraction(0)


def _from(start: Fraction) -> str:
    """Times counted from the start; a frame that was there before it is shown at once."""
    return f"max(PTS-{_seconds(start)}/TB,0)"


def timed(made: Any, info: MediaInfo, plan: Plan) -> Any:
    """An output, on the container's own clock if its streams are cut by that: else ffmpeg's begins anywhere."""
    return made.global_args("-copyts") if plan.trim and not info.is_sought else made


def _no_later(time: Fraction) -> Fraction:
    """The time in whole microseconds, rounded down: a frame must not be found to begin before the cut."""
    return Fraction(floor(time * 10**6), 10**6)


def _seconds(value: Fraction) -> str:
    return f"{float(value):.6f}"
