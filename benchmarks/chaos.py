"""Kills `assetkit process` at random moments, lets it run to its end once more, and compares with a run left alone.

    python benchmarks/chaos.py --kills 200 --seed 1

A round: a fresh output and a fresh memory; runs that are killed (SIGKILL of the coordinating process, of everything,
or of one random worker, encoder or helper) until one ends by itself; a run to the end; the comparison. Rounds go on
until there were so many kills. After each kill every file that has its final name must be whole. Linux only.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from assetkit.media.ffmpeg import binary

_PRESET = """
id = "chaos"
title = "Chaos"
version = "1"
[sources]
own = "benchmarks/chaos.py"
[image.limits]
aspect_ratio.required = { value = "3:4", unit = "width:height", source = "own", seen = 2026-11-23 }
format.required = { value = ["jpeg"], unit = "format", source = "own", seen = 2026-11-23 }
[image.target]
size = [240, 320]
[video.limits]
aspect_ratio.required = { value = "9:16", unit = "width:height", source = "own", seen = 2026-11-23 }
[video.target]
size = [180, 320]
"""
_LONGEST_RUN = 240.0  # seconds, after which a run hangs
_GOODBYE = 15.0  # seconds in which everything that a killed run started must be gone


@dataclass
class Tally:
    """What happened in all rounds."""

    kills: Counter[str] = field(default_factory=Counter)
    rounds: int = 0
    resumed: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    survivors: int = 0
    hung: int = 0
    longest: float = 0.0
    is_under_way: bool = False

    def is_clean(self) -> bool:
        """True if nothing went wrong."""
        return not (self.lost or self.duplicated or self.partial or self.left or self.survivors or self.hung)


def make_folder(folder: Path, rng: random.Random, stills: int, clips: int) -> None:
    """Stills and clips that need work, some that are fine, and some that nobody can read."""
    (folder / "sub").mkdir(parents=True)
    noise = np.random.default_rng(rng.randrange(2**32))
    for number in range(stills):
        size = (240, 320) if number % 4 == 0 else (rng.randrange(500, 1400), rng.randrange(500, 1400))
        small = Image.fromarray(noise.integers(0, 256, (9, 9, 3), dtype=np.uint8))
        small.resize(size, Image.Resampling.BICUBIC).save(
            folder / ("sub" if number % 3 else ".") / f"still{number}.jpg"
        )
    for number in range(clips):
        source = f"testsrc2=size={rng.choice(('320x180', '180x320', '426x240'))}:rate=24:duration={rng.choice((1, 2))}"
        sound = ["-f", "lavfi", "-i", "sine=frequency=300:duration=2", "-shortest"] if number % 2 else []
        command = [binary(), "-v", "error", "-f", "lavfi", "-i", source, *sound, "-pix_fmt", "yuv420p"]
        subprocess.run([*command, str(folder / f"clip{number}.mp4")], check=True)
    shutil.copy(folder / "still0.jpg", folder / "twin.jpg")
    (folder / "cut.jpg").write_bytes((folder / "still0.jpg").read_bytes()[:-300])
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "notes.txt").write_text("no picture")


def make_sets(folder: Path, rng: random.Random, sets: int) -> None:
    """Carousels of two to six slides that need work; of every third one slide is cut off, and holds it back."""
    noise = np.random.default_rng(rng.randrange(2**32))
    for number in range(sets):
        here = folder / f"set{number}"
        here.mkdir()
        for place in range(1, rng.randrange(3, 8)):
            small = Image.fromarray(noise.integers(0, 256, (9, 9, 3), dtype=np.uint8))
            small.resize((600, 800), Image.Resampling.BICUBIC).save(here / f"{place}.jpg")
        if number % 3 == 2:
            (here / "2.jpg").write_bytes((here / "1.jpg").read_bytes()[:-300])
        (here / "set.toml").write_text(f'name = "set{number}"\n')


def start(root: Path, output: Path) -> "subprocess.Popen[bytes]":
    """One run, in a session of its own."""
    command = [sys.executable, "-m", "assetkit", "process", str(root / "in"), "--preset", str(root / "chaos.toml")]
    return subprocess.Popen(
        [*command, "--output", str(output), "--jobs", "2"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=os.environ | {"ASSETKIT_STATE": str(output.with_name(output.name + "-state"))},
    )


def to_the_end(root: Path, output: Path, tally: Tally) -> None:
    """A run that is left alone."""
    process = start(root, output)
    try:
        _, said = process.communicate(timeout=_LONGEST_RUN)
    except subprocess.TimeoutExpired:
        tally.hung += 1
        os.killpg(process.pid, signal.SIGKILL)
        _, said = process.communicate()
    if process.returncode not in (0, 1):
        raise SystemExit(f"the run to the end ended with {process.returncode}: {said.decode()}")


def disturbed(root: Path, output: Path, rng: random.Random, tally: Tally) -> bool:
    """A run that is killed at a random moment; False if it ended before that."""
    process, started = start(root, output), time.monotonic()
    try:
        process.communicate(timeout=rng.uniform(0.05, tally.longest))
        if not tally.is_under_way:  # other work may slow the machine for a while: what a whole run takes changes
            tally.longest = time.monotonic() - started
        return False
    except subprocess.TimeoutExpired:
        pass
    below = descendants(process.pid)
    kind = rng.choices(("coordinator", "everything", "one of the others"), (5, 3, 3))[0]
    if kind == "one of the others" and not below:
        kind = "coordinator"
    victims = {"coordinator": [process.pid], "everything": [process.pid, *below]}.get(kind) or [rng.choice(below)]
    for victim in victims:
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
    tally.kills[kind] += 1
    if kind == "one of the others":  # the run goes on, or notices and ends
        below = descendants(process.pid) or below
        try:
            process.communicate(timeout=_LONGEST_RUN)
        except subprocess.TimeoutExpired:
            tally.hung += 1
            os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    ends_at = time.monotonic() + _GOODBYE
    while any(is_alive(pid) for pid in below) and time.monotonic() < ends_at:
        time.sleep(0.02)
    alive = [pid for pid in below if is_alive(pid)]
    tally.survivors += len(alive)
    for pid in alive:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return True


def descendants(pid: int) -> list[int]:
    """Everything that a process started, and that those started."""
    parents = {}
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError, IndexError):
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def is_alive(pid: int) -> bool:
    """True unless it is gone or only waits to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def written_down(output: Path) -> int:
    """How many assets a run that was killed had recorded."""
    with suppress(OSError):
        return max(0, (output / "manifest.jsonl").read_bytes().count(b"\n") - 1)
    return 0


def outcomes(output: Path) -> dict[str, object]:
    """What the manifest says of each source, but for how long it took."""
    assets = json.loads((output / "manifest.json").read_text("utf-8"))["assets"]
    named = {asset["source"]["path"]: asset | {"seconds": 0} for asset in assets}
    assert len(named) == len(assets), "an asset is listed twice"
    return named


def delivered(output: Path) -> dict[str, str]:
    """Every file under a final name -> its hash."""
    found = {}
    for status in ("ready", "review"):
        for path in (output / status).rglob("*"):
            if path.is_file():
                found[path.relative_to(output).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def compare(output: Path, wanted: dict[str, object], files: dict[str, str], tally: Tally) -> None:
    """A finished round with the run that was left alone."""
    found, there = outcomes(output), delivered(output)
    tally.lost += [f"{name}: {_words(found.get(name))}" for name in wanted if found.get(name) != wanted[name]]
    tally.lost += [name for name in files if name not in there]
    tally.duplicated += [name for name in there if name not in files]
    tally.partial += [name for name, digest in there.items() if files.get(name, digest) != digest]
    hidden = [p for p in output.rglob("*") if p.name.startswith(".") or p.name == "manifest.jsonl"]
    tally.left += [str(p.relative_to(output)) for p in hidden]


def _words(entry: object) -> str:
    """What an entry says that is not as it should be."""
    if not isinstance(entry, dict):
        return "no entry"
    return f"{entry['status']}, {[f['message'] for f in entry['findings']]}"


def main() -> int:
    """Run it; 1 if anything was lost, done twice or half done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stills", type=int, default=24)
    parser.add_argument("--clips", type=int, default=5)
    parser.add_argument("--sets", type=int, default=4)
    wanted = parser.parse_args()
    rng, tally, began = random.Random(wanted.seed), Tally(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="chaos-") as name:
        root = Path(name)
        (root / "chaos.toml").write_text(_PRESET)
        make_folder(root / "in", rng, wanted.stills, wanted.clips)
        make_sets(root / "in", rng, wanted.sets)
        started = time.monotonic()
        to_the_end(root, root / "alone", tally)
        tally.longest = time.monotonic() - started
        reference, files = outcomes(root / "alone"), delivered(root / "alone")
        print(f"{len(reference)} assets, {len(files)} outputs, {tally.longest:.1f} s when left alone", flush=True)
        while tally.kills.total() < wanted.kills:
            output = root / f"round{tally.rounds}"
            survived, tally.is_under_way = 0, False
            while tally.kills.total() < wanted.kills and disturbed(root, output, rng, tally):
                tally.partial += [n for n, digest in delivered(output).items() if files.get(n) != digest]
                survived, tally.is_under_way = max(survived, written_down(output)), True
            to_the_end(root, output, tally)
            tally.resumed += survived
            compare(output, reference, files, tally)
            tally.rounds += 1
            shutil.rmtree(output)
            print(f"round {tally.rounds}: {tally.kills.total()} kills", flush=True)
    kinds = ", ".join(f"{count} of {kind}" for kind, count in tally.kills.items())
    print(f"{tally.kills.total()} kills ({kinds}) in {tally.rounds} rounds, {time.monotonic() - began:.0f} s")
    print(f"resumed {tally.resumed}, lost {len(tally.lost)}, duplicated {len(tally.duplicated)}, "
          f"partial {len(tally.partial)}, left over {len(tally.left)}, processes that outlived {tally.survivors}, "
          f"hung {tally.hung}")  # fmt: skip
    for what in ("lost", "duplicated", "partial", "left"):
        for each in getattr(tally, what)[:5]:
            print(f"  {what}: {each}")
    return 0 if tally.is_clean() else 1


if __name__ == "__main__":
    sys.exit(main())
