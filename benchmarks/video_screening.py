"""How long `assetkit inspect` takes for a clip beside one full decode of it by ffmpeg, in turn.

    python benchmarks/video_screening.py CLIP [--runs 3]
    python benchmarks/video_screening.py --agree CLIP...

Once with every editor's finding that xhs-ad asks for, once with a preset that asks for none that needs every frame;
start-up, text, faces and the cover's choice included. `--agree` holds loudness, true peak, and the stretches of black,
stillness and silence against ffmpeg's own detectors, each run alone on the whole picture.
"""

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assetkit import preset_file
from assetkit.checks import needs
from assetkit.errors import AssetError
from assetkit.facts import Kind, Need
from assetkit.media import ffmpeg
from assetkit.media.clips import probe_clip
from assetkit.media.screen import screen_clip
from assetkit.media.sniff import sniff
from assetkit.preset import Limits
from assetkit.screening import Span

EVERY, NONE = 1.3, 0.3
_NEAR = 0.05  # seconds, LU and dB
_START = re.compile(r"(black|freeze|silence)_start: ?([\d.]+)")
_END = re.compile(r"(black|freeze|silence)_end: ?([\d.]+)")


def lenient(folder: Path) -> Path:
    """xhs-ad without the limits that need every frame."""
    preset = preset_file.load("xhs-ad")
    table = preset.model_dump(mode="json", exclude_none=True)
    for name, limit in list(table["video"]["limits"].items()):
        if Need.SCREENING in needs(Limits.model_validate({name: limit}), Kind.VIDEO):
            del table["video"]["limits"][name]
    path = folder / "lenient.toml"
    path.write_text(_toml(table), encoding="utf-8")
    return path


def _toml(table: dict[str, object], name: str = "") -> str:
    plain = {k: v for k, v in table.items() if not isinstance(v, dict)}
    text = f"[{name}]\n" if name else ""
    text += "".join(f"{key} = {_value(value, key)}\n" for key, value in plain.items())
    for key, value in table.items():
        if isinstance(value, dict):
            text += _toml(value, f"{name}.{key}" if name else key)
    return text


def _value(value: object, key: str) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str() if key == "seen":
            return value
        case str():
            return f'"{value}"'
        case list():
            return f"[{', '.join(_value(each, '') for each in value)}]"
    return str(value)


def rows(master: Path, runs: int = 3) -> list[tuple[str, float, float]]:
    """(what is compared, how many times as long assetkit takes, the most that it may), medians of `runs` rounds."""
    with tempfile.TemporaryDirectory() as name:
        inspect = [sys.executable, "-m", "assetkit", "inspect", str(master), "--jobs", "1", "--preset"]
        commands = {
            "decode": [ffmpeg.binary(), "-v", "error", "-nostdin", "-i", str(master), "-f", "null", "-"],
            "every": [*inspect, "xhs-ad"],
            "none": [*inspect, str(lenient(Path(name)))],
        }
        taken = [{label: _wall(command) for label, command in commands.items()} for _ in range(runs)]
    for label in commands:
        print(f"  {label}: {statistics.median(each[label] for each in taken):.2f} s")
    every, none = (statistics.median(each[label] / each["decode"] for each in taken) for label in ("every", "none"))
    return [
        ("inspect with every finding against one full decode", every, EVERY),
        ("inspect without those that need every frame", none, NONE),
    ]


def _wall(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def disagreements(path: Path) -> list[str]:
    """Where our screening of a clip differs from ffmpeg's detectors, in words."""
    demuxer = sniff(path).reader
    info = probe_clip(path, demuxer)
    ours = screen_clip(path, demuxer, info, deadline_seconds=600, is_strict=False)
    said = _detect(path, "blackdetect=d=0.5,freezedetect=n=-60dB:d=1", "silencedetect=n=-60dB:d=0.5,ebur128=peak=true")
    sound = ours.sound
    pairs = [("black", ours.black), ("freeze", ours.frozen), ("silence", sound.silence if sound else ())]
    end = float(info.duration or 0)
    found = [f"{what}: ours {_ends(spans)}, ffmpeg {_told(said, what, end)}" for what, spans in pairs
             if not _alike(_ends(spans), _told(said, what, end))]  # fmt: skip
    for what, level, pattern in (
        ("loudness", sound and sound.loudness, r" I: +(\S+) LUFS"),
        ("true peak", sound and sound.true_peak, r"Peak: +(\S+) dBFS"),
    ):
        theirs = re.findall(pattern, said)
        if theirs and level is not None and abs(level - float(theirs[-1])) > 2 * _NEAR:
            found.append(f"{what}: ours {level}, ffmpeg {theirs[-1]}")
    return found


def _detect(path: Path, video: str, audio: str) -> str:
    command = [ffmpeg.binary(), "-hide_banner", "-nostats", "-i", str(path), "-map", "0:V:0", "-map", "0:a:0?"]
    command += ["-vf", video, "-af", audio, "-f", "null", "-"]
    return subprocess.run(command, capture_output=True, text=True, check=False, errors="replace").stderr


def _ends(spans: tuple[Span, ...]) -> list[tuple[float, float]]:
    return [(float(span.start), float(span.end)) for span in spans]


def _told(said: str, what: str, end: float) -> list[tuple[float, float]]:
    starts = [float(value) for name, value in _START.findall(said) if name == what]
    ends = [float(value) for name, value in _END.findall(said) if name == what]
    return list(zip(starts, [*ends, *[end] * (len(starts) - len(ends))], strict=False))


def _alike(one: list[tuple[float, float]], other: list[tuple[float, float]]) -> bool:
    return len(one) == len(other) and all(
        abs(a - b) <= _NEAR for pair in zip(one, other, strict=True) for a, b in zip(*pair, strict=True)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--agree", action="store_true")
    wanted = parser.parse_args()
    if not wanted.agree:
        for label, ratio, bound in rows(wanted.clips[0], wanted.runs):
            print(f"{label}: {ratio:.2f} times (at most {bound:g})")
        return
    agreed = 0
    for path in wanted.clips:
        try:
            found = disagreements(path)
        except AssetError as error:
            print(f"{path.name}: {error.detail}")
            continue
        agreed += not found
        print(f"{path.name}: {'; '.join(found) or 'agrees'}")
    print(f"{agreed} clips agree")


if __name__ == "__main__":
    main()
