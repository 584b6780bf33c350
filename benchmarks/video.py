"""How long `assetkit process` takes for a clip beside the bare ffmpeg command that it issues, in turn.

    python benchmarks/video.py CLIP [--seconds 45] [--runs 3]

CLIP is looped and scaled to a landscape master of 1920 x 1080 first, so that any clip will do. assetkit also probes,
samples, measures text and faces, chooses and makes a cover, decodes the whole output again and writes a manifest.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assetkit import preset_file
from assetkit.delivery import Run, look_at
from assetkit.media import ffmpeg
from assetkit.media.encode_clips import encode_command
from assetkit.media.medium import open_medium
from assetkit.media.sniff import sniff
from assetkit.model import CoverFact, Method, Status
from assetkit.plan import make_plan


def master(clip: Path, seconds: float, target: Path) -> None:
    """A landscape master of the given length."""
    size = "scale=1920:1080:force_original_aspect_ratio=increase,crop=1920:1080,setsar=1,format=yuv420p"
    command = [ffmpeg.binary(), "-v", "error", "-y", "-stream_loop", "-1", "-i", str(clip), "-t", str(seconds)]
    command += ["-vf", size, "-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-c:a", "aac", str(target)]
    subprocess.run(command, check=True)


def bare_command(source: Path, target: Path) -> list[str]:
    """The ffmpeg command that assetkit issues for this file."""
    from dataclasses import replace

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--seconds", type=float, default=45)
    parser.add_argument("--runs", type=int, default=3)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "in").mkdir()
        source = root / "in" / "master.mp4"
        master(wanted.clip, wanted.seconds, source)
        bare = bare_command(source, root / "bare.mp4")
        print(" ".join(bare))
        ours = [sys.executable, "-m", "assetkit", "process", str(source), "--preset", "xhs-ad", "--overwrite"]
        ours += ["--output", str(root / "out")]
        pairs = [(wall(ours), wall(bare)) for _ in range(wanted.runs)]
        sizes = [p.stat().st_size for p in (*(root / "out" / "ready").glob("*.mp4"), root / "bare.mp4")]
        print(f"output {sizes[0]:,} bytes, bare {sizes[-1]:,} bytes")
    for label, times in zip(("assetkit process", "bare ffmpeg"), zip(*pairs, strict=True), strict=True):
        print(f"{label:18} median {statistics.median(times):6.2f} s   min {min(times):6.2f}   max {max(times):6.2f}")
    ratios = [a / b for a, b in pairs]
    print(f"ratio, pair by pair: median {statistics.median(ratios):.3f}, from {min(ratios):.3f} to {max(ratios):.3f}")


if __name__ == "__main__":
    main()
