"""How long `assetkit process` takes beside vipsthumbnail's smart crop and ImageMagick, on the same photos, in turn.

    python benchmarks/stills.py DIR [--runs N] [--least-megapixels 2] [--most-megapixels 24]

vipsthumbnail (Debian: libvips-tools) and ImageMagick (`magick` or `convert`, if installed; it crops to the centre) crop
and scale; assetkit also measures text, faces and quality, plans, verifies what it wrote by the same checks, hashes and
writes a manifest. Wall and processor time of whole commands, start-up included; peak memory of the largest process.

Then the files that came out, which all comply: `process`, which delivers them as they are, beside `inspect`, which only
hashes and measures them.
"""

import argparse
import ctypes
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from memory import watched
from PIL import Image

_CHILD_SUBREAPER = 36  # linux/prctl.h


@dataclass(frozen=True)
class Cost:
    wall: float
    cpu: float


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


def cost(command: list[str]) -> Cost:
    """Run a command; the processor time of processes that it leaves behind is waited for and counted.

    Modules are compiled once, as on the machines of users, wherever the environment forbids to keep that.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    code = subprocess.run(command, **silent, env=environment, check=False).returncode
    wall = time.perf_counter() - start
    if code not in ((0, 1) if "assetkit" in command else (0,)):  # 1: some photos are not ready
        raise SystemExit(f"{command[0]} ended with {code}")
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def compare(commands: dict[str, list[str]], runs: int) -> None:
    """Print each command's times, and the first one's ratio to every other, pair by pair, after a round to warm up."""
    rounds = [{name: cost(command) for name, command in commands.items()} for _ in range(runs + 1)][1:]
    ours, *others = commands
    for name, command in commands.items():
        walls, cpus = [r[name].wall for r in rounds], [r[name].cpu for r in rounds]
        print(
            f"{name:18} wall median {statistics.median(walls):6.2f} s (min {min(walls):6.2f}, max {max(walls):6.2f})"
            f"   cpu {statistics.median(cpus):6.2f} s   peak {watched(command)[0] / 1e6:5.0f} MB"
        )
    for name in others:
        ratios = [r[ours].wall / r[name].wall for r in rounds]
        cpus = [r[ours].cpu / r[name].cpu for r in rounds]
        print(
            f"{ours} / {name}: wall median {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}), "
            f"cpu {statistics.median(cpus):.2f}"
        )


def peers(files: list[Path], root: Path) -> dict[str, list[str]]:
    """The other programs that are installed, and their command on these files."""
    found, names = {}, [str(file) for file in files]
    if shutil.which("vipsthumbnail"):
        (root / "vips").mkdir()
        shape = ["--size", "1080x1440", "--smartcrop", "attention", "-o", str(root / "vips/%s.jpg")]
        found["vipsthumbnail"] = ["vipsthumbnail", *shape, *names]
    if magick := next((path for path in map(shutil.which, ("magick", "convert")) if path and _is_magick(path)), None):
        (root / "magick").mkdir()
        reduced = ["-define", "jpeg:size=2160x2880"]  # decodes at a reduced scale, as the others do
        sizes = ["-auto-orient", "-resize", "1080x1440^", "-gravity", "center", "-extent", "1080x1440"]
        found["ImageMagick"] = [magick, *reduced, *names, *sizes, "-quality", "92", str(root / "magick/%03d.jpg")]
    return {name: command for name, command in found.items() if _works(name, command)}


def _works(name: str, command: list[str]) -> bool:
    """True if a program takes all of the photos: ImageMagick is often built without HEIC, and then compares nothing."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"without {name}, which ended with {done.returncode}: {done.stderr.strip().splitlines()[0][:120]}")
    return not done.returncode


def _is_magick(path: str) -> bool:
    """True for ImageMagick itself; other programs share its old name."""
    said = subprocess.run([path, "-version"], capture_output=True, text=True, check=False).stdout
    return "ImageMagick" in said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--least-megapixels", type=float, default=2)
    parser.add_argument("--most-megapixels", type=float, default=24)
    wanted = parser.parse_args()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        source = root / "in"
        source.mkdir()
        for number, photo in enumerate(photos(wanted.folder, wanted.least_megapixels, wanted.most_megapixels)):
            shutil.copy(photo, source / f"{number:03}-{photo.name}")
        files = sorted(source.iterdir())
        total = sum(w * h for w, h in (Image.open(f).size for f in files)) / 1e6
        print(f"{len(files)} photos, {total:.0f} megapixels, {wanted.runs} runs each, in turn")
        ours = [sys.executable, "-m", "assetkit", "process", "--no-cache", "--preset", "xhs-ad", "--overwrite"]
        process = [*ours, "--output", str(root / "out"), str(source)]
        compare({"assetkit process": process, **peers(files, root)}, wanted.runs)
        ready = root / "ready"
        shutil.copytree(root / "out" / "ready", ready)
        print(f"{sum(1 for p in ready.rglob('*') if p.is_file())} files that comply")
        again = [*ours, "--output", str(root / "again"), str(ready)]
        look = [sys.executable, "-m", "assetkit", "inspect", "--preset", "xhs-ad", str(ready)]
        compare({"assetkit process": again, "assetkit inspect": look}, wanted.runs)


if __name__ == "__main__":
    main()
