"""How long assetkit takes for clips beside the tools that do a part of it, in one table, each pair in turn.

    python benchmarks/video.py CLIP [--seconds 45] [--runs 3]

CLIP is looped and scaled to a landscape master of 1920 x 1080 first, so that any clip will do. The rows: `process`
against the bare ffmpeg command that it issues (assetkit also probes, finds shots, measures text and faces, makes a
cover, screens the whole output and writes a manifest); an upright master in the wrong container, remuxed, against the
same encoded; the choice of a cover against ffmpeg's thumbnail filter; `inspect` against one full decode.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import video_cover
import video_screening

from assetkit import preset_file
from assetkit.facts import CoverFact
from assetkit.geometry import Box
from assetkit.judgement import Status
from assetkit.looking import look_at
from assetkit.media import ffmpeg
from assetkit.media.encode_clips import encode_command
from assetkit.media.medium import open_medium
from assetkit.media.sniff import sniff
from assetkit.model import Method, Plan
from assetkit.plan import make_plan
from assetkit.run import Run


def master(clip: Path, seconds: float, target: Path) -> None:
    """A landscape master of the given length."""
    size = "scale=1920:1080:force_original_aspect_ratio=increase,crop=1920:1080,setsar=1,format=yuv420p"
    command = [ffmpeg.binary(), "-v", "error", "-y", "-stream_loop", "-1", "-i", str(clip), "-t", str(seconds)]
    command += ["-vf", size, "-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-c:a", "aac", str(target)]
    subprocess.run(command, check=True)


def bare_command(source: Path, target: Path) -> list[str]:
    """The ffmpeg command that assetkit issues for this file."""
    preset = preset_file.load("xhs-ad")
    sniffed = sniff(source)
    medium = open_medium(source, sniffed)
    facts = replace(look_at(medium, preset.video, Run()), cover=CoverFact(Status.READY))
    plan, judgement = make_plan(facts, preset.video, preset)
    if plan.method is not Method.ENCODE or judgement.status is Status.REJECTED:
        raise SystemExit(f"nothing to encode: {plan.method}, {[f.message for f in judgement.findings]}")
    arguments = encode_command(source, sniffed.reader, medium.info, plan, target)
    return [ffmpeg.binary(), "-hide_banner", "-nostdin", "-loglevel", "error", *arguments]


def wall(command: list[str]) -> float:
    start = time.perf_counter()
    code = subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode
    if code not in (0, 1):
        raise SystemExit(f"{command[0]} ended with {code}")
    return time.perf_counter() - start


def process(source: Path, folder: Path) -> list[str]:
    """The command for one clip."""
    command = [
        sys.executable,
        "-m",
        "assetkit",
        "process",
        "--no-cache",
        str(source),
        "--preset",
        "xhs-ad",
        "--overwrite",
    ]
    return [*command, "--output", str(folder)]


def against_bare(source: Path, root: Path, runs: int) -> tuple[str, float, float]:
    """`process` over the command that it issues."""
    bare = bare_command(source, root / "bare.mp4")
    print(" ".join(bare))
    pairs = [(wall(process(source, root / "out")), wall(bare)) for _ in range(runs)]
    sizes = [p.stat().st_size for p in (*(root / "out" / "ready").glob("*.mp4"), root / "bare.mp4")]
    print(f"  output {sizes[0]:,} bytes, bare {sizes[-1]:,} bytes")
    for label, times in zip(("assetkit process", "bare ffmpeg"), zip(*pairs, strict=True), strict=True):
        print(f"  {label}: median {statistics.median(times):.2f} s, {min(times):.2f} to {max(times):.2f}")
    return "process against the bare ffmpeg command", statistics.median(a / b for a, b in pairs), 1.10


def remux_against_encode(clip: Path, root: Path, seconds: float, runs: int) -> tuple[str, float, float]:
    """How much less a clip in the wrong container takes than the same encoded: what the hands do, start-up apart."""
    from assetkit.media.encode_clips import write_clip

    upright = root / "upright.mkv"
    size = "scale=1080:1920:force_original_aspect_ratio=increase,crop=1080:1920,setsar=1,format=yuv420p"
    command = [ffmpeg.binary(), "-v", "error", "-y", "-stream_loop", "-1", "-i", str(clip), "-t", str(seconds)]
    subprocess.run([*command, "-vf", size, "-preset", "veryfast", "-c:a", "aac", str(upright)], check=True)
    sniffed = sniff(upright)
    info = open_medium(upright, sniffed).info
    whole = Plan(Method.REMUX, "mp4", Box.of(info.display_size), info.display_size, info.display_size, quality_max=20,
                 audio_bitrate=128_000)  # fmt: skip

    def taken(plan: Plan) -> float:
        start = time.perf_counter()
        write_clip(upright, sniffed.reader, info, plan, root / "made.mp4", deadline_seconds=3600)
        return time.perf_counter() - start

    pairs = [(taken(replace(whole, method=Method.ENCODE)), taken(whole)) for _ in range(runs)]
    print(
        f"  encode {statistics.median(a for a, _ in pairs):.2f} s, remux {statistics.median(b for _, b in pairs):.3f} s"
    )
    return "re-encode against remux", statistics.median(a / b for a, b in pairs), 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--seconds", type=float, default=45)
    parser.add_argument("--runs", type=int, default=3)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        source = root / "master.mp4"
        master(wanted.clip, wanted.seconds, source)
        found = [(*against_bare(source, root, wanted.runs), "at most")]
        found.append((*remux_against_encode(wanted.clip, root, wanted.seconds, 1), "at least"))
        found += [(*row, "at least") for row in video_cover.rows(source, wanted.runs)]
        found += [(*row, "at most") for row in video_screening.rows(source, wanted.runs)]
    for label, ratio, bound, way in found:
        print(f"{label:56} {ratio:7.2f}" + (f"   ({way} {bound:g})" if bound else ""))


if __name__ == "__main__":
    main()
