"""Many small files: what the coordinating process needs, and whether an asset takes longer among many.

    python benchmarks/scale.py --counts 500 10000

For each count: a folder of small stills, one run into a fresh output with a fresh memory, and the same run again.
Prints seconds, milliseconds an asset (of the part that grows with the count), the coordinating process's greatest
resident size as the kernel states it (VmHWM; Linux only), and the share that the second run took of the first.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
from PIL import Image

PRESET = """
id = "scale"
title = "Scale"
version = "1"
[sources]
own = "benchmarks/scale.py"
[image.limits.aspect_ratio]
required = { value = "3:4", unit = "width:height", source = "own", seen = 2026-11-23 }
[image.limits.format]
required = { value = ["jpeg"], unit = "format", source = "own", seen = 2026-11-23 }
"""


def make_folder(folder: Path, count: int) -> None:
    """Small stills, no two alike, a thousand in each sub-folder; every fourth is a PNG that becomes a JPEG."""
    small = np.random.default_rng(0).integers(0, 256, (16, 12, 3), dtype=np.uint8)
    for number in range(count):
        place = folder / f"{number // 1000:03}"
        place.mkdir(parents=True, exist_ok=True)
        small[0, 0] = number % 256, number // 256 % 256, number // 65536
        picture = Image.fromarray(small).resize((120, 160), Image.Resampling.NEAREST)
        picture.save(place / (f"{number:06}.png" if number % 4 == 0 else f"{number:06}.jpg"), quality=90)


def measured(root: Path, inputs: Path, output: Path, jobs: int) -> tuple[float, float]:
    """One run: its seconds, and the greatest resident size of the coordinating process in MB."""
    command = [sys.executable, "-m", "assetkit", "process", str(inputs), "--preset", str(root / "scale.toml")]
    started, peak = time.monotonic(), 0.0
    process = subprocess.Popen(
        [*command, "--output", str(output), "--jobs", str(jobs)],
        stdout=subprocess.DEVNULL,
        env=os.environ | {"ASSETKIT_STATE": str(root / "state")},
    )
    while process.poll() is None:
        with suppress(OSError, StopIteration):
            status = Path(f"/proc/{process.pid}/status").read_text().splitlines()
            peak = max(peak, next(int(line.split()[1]) / 1000 for line in status if line.startswith("VmHWM")))
        time.sleep(0.02)
    if process.returncode:
        raise SystemExit(f"the run ended with {process.returncode}")
    return time.monotonic() - started, peak


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="+", default=[500, 10_000])
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="scale-") as name:
        root = Path(name)
        (root / "scale.toml").write_text(PRESET)
        make_folder(root / "one", 1)
        start_up, _ = measured(root, root / "one", root / "out-one", wanted.jobs)
        print(f"{start_up:.1f} s for one file, which is mostly the start; {wanted.jobs} workers", flush=True)
        for count in wanted.counts:
            make_folder(root / str(count), count)
            first, peak = measured(root, root / str(count), root / f"out{count}", wanted.jobs)
            second, again = measured(root, root / str(count), root / f"out{count}", wanted.jobs)
            print(
                f"{count} files: {first:.1f} s, {(first - start_up) / count * 1000:.2f} ms an asset, {peak:.0f} MB; "
                f"again: {second:.1f} s ({second / first:.1%}), {again:.0f} MB",
                flush=True,
            )


if __name__ == "__main__":
    main()
