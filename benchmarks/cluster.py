"""A cluster of two single-threaded workers on this machine beside the local pool with two jobs, in turn.

    python benchmarks/cluster.py [DIR] [--pairs 3] [--counts 1000 10000] [--preset xhs-ad]

Starts a scheduler and two workers as processes. First the files of DIR (or made stills) with the preset, both ways in
turn: wall time of whole commands and its ratio, pair by pair. Then for each count so many small stills, both ways: what
the cluster costs an asset more, and the greatest resident size of the coordinating process (VmHWM; Linux only).
`benchmarks/cluster_simulation.py` says what becomes of 100,000 assets on 100 machines.
"""

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from scale import PRESET, make_folder


@contextmanager
def cluster(root: Path) -> Iterator[str]:
    """A scheduler and two workers of one thread each; its address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    address, running = f"tcp://127.0.0.1:{port}", []

    def start(command: str, *arguments: object) -> None:
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{command}", *map(str, arguments)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )

    start("dask_scheduler", "--host", "127.0.0.1", "--port", port, "--dashboard-address", "127.0.0.1:0")
    for name in ("one", "two"):
        start("dask_worker", address, "--nthreads", 1, "--no-dashboard", "--name", name,
              "--local-directory", root / name)  # fmt: skip
    try:
        from distributed import Client

        with Client(address, timeout=60) as client:
            client.wait_for_workers(2, timeout=60)
        yield address
    finally:
        for process in running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@dataclass(frozen=True)
class Cost:
    """Of one command: its wall time, the processor time and greatest resident size of the coordinating process."""

    seconds: float
    cpu: float
    megabytes: float


def run(root: Path, inputs: Path, preset: str, how: list[str]) -> Cost:
    """One command with a fresh output."""
    with tempfile.TemporaryDirectory(dir=root) as output:
        command = [sys.executable, "-m", "assetkit", "process", str(inputs), "--preset", preset, "--no-report"]
        started, peak = time.monotonic(), 0.0
        process = subprocess.Popen(
            [*command, "--quiet", "--no-cache", "--output", f"{output}/out", *how], stdout=subprocess.DEVNULL
        )
        while True:
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            with suppress(OSError, StopIteration):
                lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
                peak = max(peak, next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM")))
            time.sleep(0.02)
        seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"the run ended with {process.returncode}")
    return Cost(seconds, used.ru_utime + used.ru_stime, peak)


def make_stills(folder: Path, count: int) -> None:
    """Stills of twelve megapixels that need a crop."""
    folder.mkdir()
    noise = np.random.default_rng(0)
    for number in range(count):
        small = Image.fromarray(noise.integers(0, 256, (30, 40, 3), dtype=np.uint8))
        small.resize((4000, 3000), Image.Resampling.BICUBIC).save(folder / f"{number:03}.jpg", quality=92)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--counts", type=int, nargs="*", default=[1000, 10_000])
    parser.add_argument("--preset", default="xhs-ad")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cluster-") as name:
        root = Path(name)
        (root / "scale.toml").write_text(PRESET)
        if wanted.folder is None:
            make_stills(root / "stills", 40)
        with cluster(root) as address:
            here, there = ["--jobs", "2"], ["--scheduler", address]
            ratios = []
            for _ in range(wanted.pairs):
                inputs = wanted.folder or root / "stills"
                local, remote = (run(root, inputs, wanted.preset, how).seconds for how in (here, there))
                ratios.append(remote / local)
                print(f"two jobs {local:.1f} s, two workers {remote:.1f} s: {ratios[-1]:.2f}", flush=True)
            if ratios:
                print(f"ratio: median {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
            for count in wanted.counts:
                make_folder(root / str(count), count)
                local, remote = (run(root, root / str(count), str(root / "scale.toml"), how) for how in (here, there))
                print(
                    f"{count} small stills: two jobs {local.seconds:.1f} s, two workers {remote.seconds:.1f} s: "
                    f"{(remote.seconds - local.seconds) / count * 1000:.2f} ms an asset more; the coordinating process "
                    f"used {local.cpu / count * 1000:.2f} and {remote.cpu / count * 1000:.2f} ms of a processor an "
                    f"asset, and {local.megabytes:.0f} and {remote.megabytes:.0f} MB",
                    flush=True,
                )


if __name__ == "__main__":
    main()
