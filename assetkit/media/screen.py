"""The one pass in which every frame and sample of a clip is decoded: ffmpeg's own detectors, all at once."""

import re
import tempfile
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from assetkit.errors import AssetError
from assetkit.facts import MediaInfo
from assetkit.media import ffmpeg
from assetkit.media.containers import JOINED, Tracks, find_tracks, locator
from assetkit.media.damage import apart, damage_times, is_damage, undecodable
from assetkit.media.flashing import COLUMNS, RATE, ROWS, find_flashes
from assetkit.screening import CUT_OFF, Screening, Sound, Span

# ffmpeg's own thresholds; shorter stretches than it reports by default, since the first three seconds count, too
_BLACK = "blackdetect=d=0.5"
_FROZEN = "freezedetect=n=-60dB:d=1"
_FULL_SCALE = -0.1  # dBFS, from which a level is one
_SILENT = "silencedetect=n=-60dB:d=0.5"
# 16 bits, as players give it to the loudspeaker: what AAC and Opus decode to above full scale is cut off there
_LEVELS = (
    "ebur128=peak=true:framelog=quiet,aformat=sample_fmts=s16,astats=measure_overall=Number_of_samples"
    ":measure_perchannel=RMS_level+Peak_level+Flat_factor+Peak_count"
)
# the same in windows, those alone being told that are at full scale and stay there
_CUT_OFF = (
    "astats@cut=metadata=1:reset=1:measure_perchannel=none:measure_overall=Flat_factor+Peak_level"
    f",ametadata=mode=select:key=lavfi.astats.Overall.Peak_level:value={_FULL_SCALE}:function=greater"
    f",ametadata@cut=mode=print:key=lavfi.astats.Overall.Flat_factor:value={CUT_OFF:g}:function=greater,anullsink"
)
_USUAL_RATE, _WINDOWS = 48_000, 4  # samples and windows a second
_REDUCED = f"scale=320:180:flags=neighbor,scale={COLUMNS}:{ROWS}:flags=area,format=gray,fps={RATE}"
_DEAD, _ALIVE = -70.0, -50.0  # dB: a channel of nothing but dither, beside one that is heard
_STEREO = 2
_HEARD_SHARE = 1e-4  # of the samples: a limiter lets single ones through, which nobody hears
_REDUCED_MOST = 250_000_000  # bytes, 2 hours: a clip whose clock leaps by a day must not fill the disk
_LEVEL_WORDS = {"dB", "factor", "count"}  # the last words of what astats says of a channel
_STRICT = ("-xerror", "-err_detect", "explode")
_LINE = re.compile(rb"^\[([A-Za-z]+)[^\]]* @ [^\]]*\] \[(\w+)\] (.*)$|^ +(I|Peak): +(\S+) ")
_CUT_AT = re.compile(rb"pts_time:(\S+)")
_PAIR = re.compile(rb"(\w+): ?(\S+)")


def screen_clip(path: Path, demuxer: str, info: MediaInfo, *, deadline_seconds: float, is_strict: bool) -> Screening:
    """Decode all of a clip and say what an editor would. Times are seconds since its beginning.

    Strict, the first damage raises AssetError `unreadable`; else damage is counted. `tool-failed` if ffmpeg fails.
    """
    tracks = find_tracks(path, demuxer)
    if info.audible is None:  # a track without a single sample has nothing to be heard, and ffmpeg would fail at it
        tracks = replace(tracks, audio=None)
    heard = _Heard()
    with tempfile.TemporaryDirectory(prefix="assetkit-") as folder:
        frames = Path(folder, "frames")
        try:
            command = _command(path, demuxer, tracks, frames, is_strict=is_strict)
            ffmpeg.run(command, deadline_seconds=deadline_seconds, on_said=heard.listen)
        except AssetError as error:
            if not is_strict:
                raise
            raise undecodable(path, demuxer, error, deadline_seconds) from error
        flashes = find_flashes(frames.read_bytes()) if frames.is_file() else ()
    seen = heard.screening(info.duration or Fraction(0), flashes, has_sound=tracks.audio is not None)
    return replace(seen, damaged=tuple(apart(damage_times(path, demuxer, deadline_seconds)))) if seen.damage else seen


def _command(path: Path, demuxer: str, tracks: Tracks, frames: Path, *, is_strict: bool) -> list[str]:
    # ffmpeg counts from where the first track starts, everything else here from the first frame
    shift = f"setpts=PTS-{float(tracks.delay):.6f}/TB"
    graph = f"[0:{tracks.video}]{shift},{_BLACK},{_FROZEN},split[seen][all];[all]{_REDUCED}[small]"
    most = ["-fs", str(_REDUCED_MOST)]
    outputs = ["-map", "[seen]", "-f", "null", "-", "-map", "[small]", *most, "-f", "rawvideo", str(frames)]
    if tracks.audio is not None:
        window = f"asetnsamples=n={(tracks.sample_rate or _USUAL_RATE) // _WINDOWS}:p=0"
        graph += f";{_sides(tracks)}a{shift},{_SILENT},{_LEVELS},asplit[heard][cut];[cut]{window},{_CUT_OFF}"
        outputs = ["-map", "[heard]", *outputs]
    given = ["-loglevel", "level+info", *(_STRICT if is_strict else ())]
    read = ["-noautorotate", "-f", demuxer, "-protocol_whitelist", "file,pipe", "-i", locator(path)]
    return [*given, *read, "-filter_complex", graph, *outputs]


def _sides(tracks: Tracks) -> str:
    """The sound as the graph reads it, up to its first filter."""
    if tracks.right is None:
        return f"[0:{tracks.audio}]"
    return f"[0:{tracks.audio}][0:{tracks.right}]join=inputs=2:channel_layout=stereo:map={JOINED},"


@dataclass
class _Heard:
    """What the detectors said so far."""

    black: list[Span] = field(default_factory=list)
    starts: dict[str, Fraction] = field(default_factory=dict)
    spans: dict[str, list[Span]] = field(default_factory=lambda: {"freeze": [], "silence": []})
    levels: dict[str, float] = field(default_factory=dict)
    channels: list[dict[str, float]] = field(default_factory=list)
    cut: list[Fraction] = field(default_factory=list)
    damage: int = 0

    def listen(self, line: bytes) -> None:
        """One line of ffmpeg's log."""
        match = _LINE.match(line.rstrip())
        if match is None:
            return
        who, level, words, name, value = match.groups()
        if name:
            self.levels[name.decode()] = _number(value)
        elif level in {b"error", b"fatal"}:
            self.damage += is_damage(line)
        elif who == b"ametadata" and (cut := _CUT_AT.search(words)):
            self.cut.append(_seconds(cut[1]))
        elif who == b"Parsed":
            self._told(words)

    def _told(self, words: bytes) -> None:
        said = {key.decode(): value for key, value in _PAIR.findall(words)}
        if "black_start" in said:
            self.black.append(Span(_seconds(said["black_start"]), _seconds(said["black_end"])))
        for what, spans in self.spans.items():
            if f"{what}_start" in said:
                self.starts[what] = _seconds(said[f"{what}_start"])
            elif f"{what}_end" in said and what in self.starts:
                spans.append(Span(self.starts.pop(what), _seconds(said[f"{what}_end"])))
        if "Channel" in said:
            self.channels.append({})
        elif "samples" in said:  # of each channel
            self.levels["samples"] = _number(said["samples"])
        elif self.channels and said.keys() & _LEVEL_WORDS:
            self.channels[-1][words.split(b":")[0].decode()] = _number(words.split()[-1])

    def screening(self, duration: Fraction, flashes: tuple[Span, ...], *, has_sound: bool) -> Screening:
        """All of it; what had not ended when the clip did ends with it."""
        for what, start in self.starts.items():
            if start < duration:
                self.spans[what].append(Span(start, duration))
        sound = self._sound() if has_sound else None
        return Screening(_lasting(self.black), _lasting(self.spans["freeze"]), flashes, sound, self.damage)

    def _sound(self) -> Sound:
        loud = max((c["RMS level dB"] for c in self.channels), default=float("-inf"))
        # of more than two, some are silent by design: nothing is low enough for the subwoofer's
        channels = self.channels if len(self.channels) == _STEREO else []
        dead = [n for n, c in enumerate(channels, 1) if c["RMS level dB"] < _DEAD and loud > _ALIVE]
        full = [c["Flat factor"] for c in self.channels if self._is_at_full_scale(c)]
        return Sound(
            _heard(self.levels.get("I")),
            _heard(self.levels.get("Peak")),
            max(full, default=0.0),
            tuple(dead),
            _lasting(self.spans["silence"]),
            _joined(self.cut),
        )

    def _is_at_full_scale(self, channel: dict[str, float]) -> bool:
        """True if so many samples of a channel are as high as can be that it is heard."""
        most = _HEARD_SHARE * self.levels.get("samples", 0)
        return channel["Peak level dB"] >= _FULL_SCALE and channel["Peak count"] > most


def _lasting(spans: list[Span]) -> tuple[Span, ...]:
    """Without what was over before the first frame was shown."""
    return tuple(span for span in spans if span.length)


def _joined(starts: list[Fraction]) -> tuple[Span, ...]:
    """Windows of sound, those that follow each other as one."""
    found: list[Span] = []
    for start in starts:
        end = start + Fraction(1, _WINDOWS)
        if found and start <= found[-1].end + Fraction(1, 100):
            found[-1] = Span(found[-1].start, end)
        else:
            found.append(Span(start, end))
    return tuple(found)


def _heard(level: float | None) -> float | None:
    """None for what is below EBU R 128's absolute gate: silence has no loudness."""
    return None if level is None or level <= -70 else level


def _number(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:  # "nan" of no samples
        return float("-inf")


def _seconds(text: bytes) -> Fraction:
    number = _number(text)
    return Fraction(number).limit_denominator(1_000_000) if 0 < number < float("inf") else Fraction(0)
