"""How well clips are fitted to a byte limit: none may exceed it, and what binds should be used.

    python benchmarks/bytes.py CLIP... [--seconds 8] [--shares 0.9 0.7 0.5 0.35 0.2]

Each clip is encoded as `assetkit process` does it, without a limit, then at limits that are shares of that size.
"""

import argparse
import statistics
import tempfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from assetkit.errors import AssetError
from assetkit.facts import MediaInfo
from assetkit.geometry import Box
from assetkit.media.clips import probe_clip
from assetkit.media.encode_clips import write_clip
from assetkit.media.sniff import sniff
from assetkit.model import Method, Plan


def plan_for(info: MediaInfo, seconds: float) -> Plan:
    """The whole picture at CRF 20, the first seconds of it."""
    size = info.display_size
    even = replace(size, width=size.width // 2 * 2, height=size.height // 2 * 2)
    trim = (Fraction(0), Fraction(seconds)) if info.duration and info.duration > seconds else None
    return Plan(
        Method.ENCODE, "mp4", Box.of(even), even, even, quality_max=20, audio_bitrate=64_000, trim=trim
    )  # fmt: skip


def fitted(path: Path, plan: Plan, info: MediaInfo, folder: Path) -> tuple[int, str] | None:
    """Bytes of the clip made as planned, and how; None where it was refused."""
    target = folder / "made.mp4"
    try:
        (said,) = write_clip(path, sniff(path).reader, info, plan, target, deadline_seconds=600)
    except AssetError as error:
        print(f"  refused: {error.detail}")
        return None
    return target.stat().st_size, said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--shares", type=float, nargs="+", default=[0.9, 0.7, 0.5, 0.35, 0.2])
    wanted = parser.parse_args()
    used, over, refused = [], 0, 0
    with tempfile.TemporaryDirectory() as name:
        for path in wanted.clips:
            info = probe_clip(path, sniff(path).reader)
            plan = plan_for(info, wanted.seconds)
            free = fitted(path, plan, info, Path(name))
            if free is None:
                continue
            print(f"{path.name}: {free[0]:,} bytes without a limit")
            for share in wanted.shares:
                most = int(free[0] * share)
                made = fitted(path, replace(plan, max_bytes=most), info, Path(name))
                if made is None:
                    refused += 1
                    continue
                over += made[0] > most
                used.append(made[0] / most)
                print(f"  limit {most:>12,}: {made[0]:>12,} bytes, {used[-1]:6.1%} of it; {made[1]}")
    print(f"{len(used)} encodes, {over} over the limit, {refused} refused before")
    print(f"use of the limit: mean {statistics.mean(used):.1%}, least {min(used):.1%}")


if __name__ == "__main__":
    main()
