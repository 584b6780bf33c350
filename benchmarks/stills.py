"""How long `assetkit process` takes beside vipsthumbnail's smart crop, on the same photos, in turn.

    python benchmarks/stills.py DIR [--runs N] [--least-megapixels 2] [--most-megapixels 24]

vipsthumbnail (Debian: libvips-tools) crops and scales; assetkit also measures text and faces, plans, verifies what
it wrote by the same checks, hashes and writes a manifest. Wall time of whole commands, start-up included.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image


def photos(folder: Path, least: float, most: float) -> list[Path]:
    """The photos under `folder` whose size lies between two numbers of megapixels."""
    chosen = []
    for path in sorted(folder.rglob("*")):
        try:
            with Image.open(path) as picture:
                megapixels = picture.width * picture.height / 1e6
        except (OSError, SyntaxError, ValueError):
            continue
        if least <= megapixels <= most:
            chosen.append(path)
    return chosen


def wall(command: list[str]) -> float:
    start = time.perf_counter()
    code = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode
    if code not in (0, 1):
        raise SystemExit(f"{command[0]} ended with {code}")
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--least-megapixels", type=float, default=2)
    parser.add_argument("--most-megapixels", type=float, default=24)
    wanted = parser.parse_args()
    if shutil.which("vipsthumbnail") is None:
        raise SystemExit("vipsthumbnail is not here: install libvips-tools")
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        source = root / "in"
        source.mkdir()
        for number, photo in enumerate(photos(wanted.folder, wanted.least_megapixels, wanted.most_megapixels)):
            shutil.copy(photo, source / f"{number:03}-{photo.name}")
        files = sorted(source.iterdir())
        total = sum(w * h for w, h in (Image.open(f).size for f in files)) / 1e6
        print(f"{len(files)} photos, {total:.0f} megapixels, {wanted.runs} runs each, in turn")
        peer = ["vipsthumbnail", "--size", "1080x1440", "--smartcrop", "attention", "-o", str(root / "vips/%s.jpg")]
        (root / "vips").mkdir()
        ours = [sys.executable, "-m", "assetkit", "process", str(source), "--preset", "xhs-ad", "--overwrite"]
        ours += ["--output", str(root / "out")]
        pairs = [(wall(ours), wall([*peer, *map(str, files)])) for _ in range(wanted.runs + 1)][1:]
    for label, times in zip(("assetkit process", "vipsthumbnail"), zip(*pairs, strict=True), strict=True):
        print(f"{label:18} median {statistics.median(times):6.2f} s   min {min(times):6.2f}   max {max(times):6.2f}")
    ratios = [a / b for a, b in pairs]
    print(f"ratio, pair by pair: median {statistics.median(ratios):.2f}, from {min(ratios):.2f} to {max(ratios):.2f}")


if __name__ == "__main__":
    main()
