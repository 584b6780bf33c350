"""How much memory a worker needs for very large stills: the real command, its processes watched.

    python benchmarks/memory.py [--megapixels 100 50] [--limit 1.5]

Makes a JPEG and a 16-bit TIFF (grey and RGB) full of detail in a temporary folder, runs `assetkit process` on each,
and prints the verdict and the greatest resident size of any one of its processes, and of all together. Linux only:
reads /proc.
"""

import argparse
import json
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from assetkit.media.stills import MAX_PIXELS

STRIP = 256  # rows made at a time, so that making a file takes no more memory than reading it


def rows(width: int, height: int, channels: int) -> Iterator[np.ndarray]:
    """Strips of 16-bit samples: shading, edges and noise, so that nothing compresses away."""
    rng = np.random.default_rng(1)
    across = np.arange(width)
    for top in range(0, height, STRIP):
        down = np.arange(top, min(top + STRIP, height))[:, None]
        shade = 30000 + 14000 * np.sin(across / 331) * np.cos(down / 217) + 6000 * ((across // 97 + down // 61) % 2)
        strip = shade[..., None] + rng.normal(0, 1500, (*shade.shape, channels))
        yield np.clip(strip, 0, 65535).astype("<u2")


def write_jpeg(path: Path, width: int, height: int) -> None:
    picture = Image.new("RGB", (width, height))
    for number, strip in enumerate(rows(width, height, 3)):
        picture.paste(Image.fromarray((strip >> 8).astype(np.uint8)), (0, number * STRIP))
    picture.save(path, "JPEG", quality=92)


def write_tiff(path: Path, width: int, height: int, channels: int) -> None:
    """An uncompressed little-endian TIFF in one strip, which Pillow itself cannot write in 16-bit RGB."""
    size = width * height * channels * 2
    tags = [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, channels, 16), (259, 3, 1, 1),
        (262, 3, 1, 2 if channels == 3 else 1), (273, 4, 1, 8), (277, 3, 1, channels), (278, 4, 1, height),
        (279, 4, 1, size), (284, 3, 1, 1),
    ]  # fmt: skip
    directory = 8 + size
    depths = directory + 2 + 12 * len(tags) + 4
    with path.open("wb") as file:
        file.write(struct.pack("<2sHI", b"II", 42, directory))
        for strip in rows(width, height, channels):
            file.write(strip.tobytes())
        file.write(struct.pack("<H", len(tags)))
        for tag, kind, count, value in tags:
            file.write(struct.pack("<HHII", tag, kind, count, depths if count == 3 and tag == 258 else value))
        file.write(struct.pack("<I3H", 0, 16, 16, 16))


def family(root: int) -> set[int]:
    """A process and all that descend from it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
    found, before = {root}, 0
    while len(found) > before:
        before = len(found)
        found |= {child for child, parent in parents.items() if parent in found}
    return found


def resident(process: int, field: str) -> int:
    """Bytes of memory a process holds now (VmRSS) or has held at most (VmHWM)."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(field)), 0)


def watched(command: list[str]) -> tuple[int, int]:
    """The greatest peak of one process, and the greatest sum over all, while the command runs."""
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    one = together = 0
    while running.poll() is None:
        members = family(running.pid)
        one = max([one, *(resident(member, "VmHWM") for member in members)])
        together = max(together, sum(resident(member, "VmRSS") for member in members))
        time.sleep(0.02)
    return one, together


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megapixels", type=float, nargs=2, default=(100, 50), metavar=("JPEG", "TIFF"))
    parser.add_argument("--limit", type=float, default=1.5, help="GB (10^9 bytes) that one worker may hold")
    wanted = parser.parse_args()
    most = MAX_PIXELS / 1e6
    sizes = [
        (round((min(m, most) * 1e6 * 4 / 3) ** 0.5), round((min(m, most) * 1e6 * 3 / 4) ** 0.5))
        for m in wanted.megapixels
    ]
    cases: dict[str, Callable[[Path], None]] = {
        "large.jpg": lambda path: write_jpeg(path, *sizes[0]),
        "grey-16-bit.tif": lambda path: write_tiff(path, *sizes[1], 1),
        "rgb-16-bit.tif": lambda path: write_tiff(path, *sizes[1], 3),
    }
    failed = False
    for name, make in cases.items():
        with tempfile.TemporaryDirectory() as folder:
            source, out = Path(folder) / "in", Path(folder) / "out"
            source.mkdir()
            make(source / name)
            bytes_ = (source / name).stat().st_size
            command = [sys.executable, "-m", "assetkit", "process", "--no-cache", str(source), "--preset", "xhs-ad"]
            one, together = watched([*command, "--output", str(out)])
            (asset,) = json.loads((out / "manifest.json").read_text("utf-8"))["assets"]
            reasons = [f["code"] for f in asset["findings"] if f["severity"] == "required"]
            print(
                f"{name:16} {bytes_ / 1e6:6.0f} MB  {asset['status']:8} {', '.join(reasons):20} "
                f"one process {one / 1e9:5.2f} GB, all {together / 1e9:5.2f} GB"
            )
            failed |= one > wanted.limit * 1e9 or bool(reasons)
    sys.exit(failed)


if __name__ == "__main__":
    main()
