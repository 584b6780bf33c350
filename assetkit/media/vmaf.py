"""How much an encode lost, as VMAF sees it: the output beside the source drawn by the same chain."""

import re
from pathlib import Path
from typing import Any

import ffmpeg as graph

from assetkit.errors import AssetError
from assetkit.facts import MediaInfo
from assetkit.media import ffmpeg
from assetkit.media.clip_command import drawn
from assetkit.media.clip_input import source_streams, timed
from assetkit.media.containers import Tracks, find_tracks, locator
from assetkit.model import Plan
from assetkit.wording import say

_SCORE = re.compile(rb"VMAF score: (\d+(?:\.\d+)?)")


def vmaf_score(
    source: Path, demuxer: str, info: MediaInfo, plan: Plan, made: Path, *, deadline_seconds: float
) -> float:
    """The mean over all frames, 0 to 100, of a clip made as planned. Raises AssetError `tool-failed`."""
    said: list[bytes] = []
    tracks = find_tracks(source, demuxer, plan.starts)
    command = ["-loglevel", "info", *_command(source, demuxer, info, plan, tracks, made)]
    ffmpeg.run(command, deadline_seconds=deadline_seconds, on_said=said.append)
    found = _SCORE.search(b"".join(said))
    if found is None:
        fix = say("use the ffmpeg that assetkit brings, or leave the quality gate out")
        raise AssetError("tool-failed", "verify", say("ffmpeg told no VMAF score: it may lack libvmaf"), fix)
    return round(float(found[1]), 2)


def _command(source: Path, demuxer: str, info: MediaInfo, plan: Plan, tracks: Tracks, made: Path) -> list[str]:  # noqa: PLR0917
    """Arguments for ffmpeg. Frames are paired by time, counted from the first."""
    wanted = drawn(source_streams(source, demuxer, info, plan, tracks)[0], info, plan, tracks)
    finished = graph.input(locator(made), format="mov", protocol_whitelist="file,pipe")["v:0"]
    pair = [_from_zero(finished), _from_zero(wanted)]
    compared = graph.filter(pair, "libvmaf", n_threads=2)
    arguments: list[str] = graph.get_args(timed(graph.output(compared, "-", format="null"), info, plan))
    return arguments


def _from_zero(video: Any) -> Any:
    return video.filter("settb", "AVTB").filter("setpts", "PTS-STARTPTS")
