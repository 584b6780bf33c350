"""Leaves `assetkit watch` alone with bad neighbours for some minutes, and accounts for everything that they wrote.

    python benchmarks/soak.py --minutes 10 --seed 1

Writers copy slowly and with pauses longer than the settle time, rename into place, write over, and delete. The folder
is moved away and comes back, with and without an empty folder in its place. The watcher is stopped (SIGTERM) and
killed (SIGKILL), and started again. In the end every content that was left in the folder whole must have been
delivered and filed once. Linux and macOS.
"""

import argparse
import hashlib
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from assetkit.media.ffmpeg import binary

_PRESET = """
id = "soak"
title = "Soak"
version = "1"
[sources]
own = "benchmarks/soak.py"
[image.limits.aspect_ratio]
required = { value = "3:4", unit = "width:height", source = "own", seen = 2026-11-23 }
[image.target]
size = [90, 120]
[video.limits.aspect_ratio]
required = { value = "9:16", unit = "width:height", source = "own", seen = 2026-11-23 }
[video.target]
size = [90, 160]
"""
_SETTLE = 2.0
_DRAIN = 180.0  # seconds that the watcher has to finish after the last write


@dataclass
class Ledger:
    """What was written: content -> what became of it on the writers' side."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    kept: dict[str, str] = field(default_factory=dict)
    taken_back: set[str] = field(default_factory=set)
    did: Counter[str] = field(default_factory=Counter)

    def wrote(self, data: bytes, name: str, how: str) -> None:
        """Some content is whole under a name, and what was there under that name before is no longer promised."""
        with self.lock:
            for digest in [digest for digest, where in self.kept.items() if where == name]:
                self._take_back(digest)
            self.kept[hashlib.sha256(data).hexdigest()] = name
            self.did[how] += 1

    def takes(self, name: str) -> None:
        """What is under a name is deleted, or about to be written over."""
        with self.lock:
            for digest in [digest for digest, where in self.kept.items() if where == name]:
                self._take_back(digest)

    def _take_back(self, digest: str) -> None:
        del self.kept[digest]
        self.taken_back.add(digest)


class Neighbour(threading.Thread):
    """Somebody who writes into the folder, in some bad manner, over and over."""

    def __init__(self, folder: Path, ledger: Ledger, share: threading.RLock, seed: int, clip: bytes) -> None:
        super().__init__(daemon=True)
        self.folder, self.ledger, self.share, self.clip = folder, ledger, share, clip
        self.rng, self.over, self.count = random.Random(seed), threading.Event(), 0
        self.name = f"n{seed}"

    def run(self) -> None:
        """Write until it is over."""
        while not self.over.is_set():
            self.rng.choice((self.copy_slowly, self.move_in, self.write_over, self.delete, self.move_in))()
            self.over.wait(self.rng.uniform(0.2, 2.5))

    def content(self) -> tuple[bytes, str]:
        """Bytes that were never written before, and a new name for them."""
        self.count += 1
        stem = f"{self.name}-{self.count}"
        if self.rng.random() < 0.15:
            mark = f"{stem}-{self.rng.random()}".encode()
            return self.clip + (len(mark) + 8).to_bytes(4, "big") + b"free" + mark, f"{stem}.mp4"
        noise = np.random.default_rng(self.rng.randrange(2**32)).integers(0, 256, (160, 120, 3), dtype=np.uint8)
        file = io.BytesIO()
        Image.fromarray(noise).save(file, "JPEG", quality=self.rng.choice((60, 90)))
        return file.getvalue(), f"{self.rng.choice(('', 'sub/'))}{stem}.jpg"

    def copy_slowly(self) -> None:
        """In pieces, under the final name, sometimes with a pause longer than the settle time."""
        data, name = self.content()
        self.pieces(data, name, pause=self.rng.choice((0.1, 0.4, 0.4, _SETTLE * 2.5)))
        self.ledger.wrote(data, name, "copied slowly")

    def move_in(self) -> None:
        """Whole at once."""
        data, name = self.content()
        with self.share:
            hidden = self.folder / f".{Path(name).name}.part"
            hidden.write_bytes(data)
            (self.folder / name).parent.mkdir(exist_ok=True)
            hidden.rename(self.folder / name)
        self.ledger.wrote(data, name, "moved in")

    def write_over(self) -> None:
        """Another version in place, at once or after the first was settled."""
        data, name = self.content()
        self.pieces(data, name, pause=0.05)
        self.ledger.wrote(data, name, "copied")
        self.over.wait(self.rng.choice((0.3, _SETTLE, _SETTLE * 2)))
        other, _ = self.content()
        if name.endswith("mp4") != (other[4:8] == b"ftyp"):
            return
        self.ledger.takes(name)
        self.pieces(other, name, pause=0.05)
        self.ledger.wrote(other, name, "written over")

    def delete(self) -> None:
        """Written, and soon taken away."""
        data, name = self.content()
        self.pieces(data, name, pause=0.02)
        self.ledger.wrote(data, name, "copied")
        self.over.wait(self.rng.uniform(0, _SETTLE * 2))
        self.ledger.takes(name)
        with self.share, suppress(FileNotFoundError):
            (self.folder / name).unlink()
        with self.ledger.lock:
            self.ledger.did["deleted"] += 1

    def pieces(self, data: bytes, name: str, pause: float) -> None:
        """Write in a few pieces; nobody can write while the share is away, so each waits for it."""
        with self.share:
            (self.folder / name).parent.mkdir(exist_ok=True)
            file = (self.folder / name).open("wb")
        step = len(data) // 4 + 1
        with file:
            for start in range(0, len(data), step):
                with self.share:
                    file.write(data[start : start + step])
                    file.flush()
                if start + step < len(data):
                    time.sleep(pause)


class Watching:
    """The watcher's process."""

    def __init__(self, root: Path) -> None:
        self.root, self.ends = root, Counter[str]()
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        root = self.root
        command = [sys.executable, "-m", "assetkit", "watch", str(root / "in"), "--preset", str(root / "soak.toml")]
        options = ["--output", str(root / "out"), "--archive", str(root / "archive"), "--settle", str(_SETTLE)]
        with (root / "watch.log").open("ab") as log:
            return subprocess.Popen(
                [*command, *options, "--interval", "0.5", "--jobs", "2", "--stop-within", "10"],
                stdout=log,
                stderr=log,
                env=os.environ | {"ASSETKIT_STATE": str(root / "state")},
            )

    def end(self, number: int, how: str) -> None:
        """Stop or kill it."""
        if self.process.poll() is not None:
            self.ends[f"ended by itself ({self.process.returncode})"] += 1
            return
        self.process.send_signal(number)
        self.process.wait(60)
        self.ends[how] += 1

    def again(self) -> None:
        """Start it anew."""
        self.process = self._start()


def disturb(watching: Watching, root: Path, share: threading.RLock, rng: random.Random, did: Counter[str]) -> None:
    """One thing that happens to the share or to the watcher."""
    what = rng.choice(("share", "share", "kill", "stop"))
    if what == "share":
        with share:
            (root / "in").rename(root / "away")
            if has_place := rng.random() < 0.5:
                (root / "in").mkdir()
            time.sleep(rng.uniform(1, 8))
            if has_place:  # a watcher that starts just then leaves its mark there: the share finds it out
                did["a mark in the empty folder"] += bool(list((root / "in").iterdir()))
                shutil.rmtree(root / "in")
            (root / "away").rename(root / "in")
        did["share lost, an empty folder in its place" if has_place else "share lost"] += 1
        return
    watching.end(*((signal.SIGKILL, "killed") if what == "kill" else (signal.SIGTERM, "stopped")))
    time.sleep(rng.uniform(0, 3))
    watching.again()


def hashes(folder: Path) -> list[tuple[str, str]]:
    """(path, hash) of each file."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [(path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]


def account(root: Path, ledger: Ledger) -> dict[str, list[str]]:
    """What was lost, done twice, half done, or refused though it was whole."""
    manifest = json.loads((root / "out/manifest.json").read_text("utf-8"))
    filed = [(path, digest) for path, digest in hashes(root / "archive") if not path.endswith(".reasons.txt")]
    known = ledger.kept.keys() | ledger.taken_back
    recorded = Counter(asset["source"]["sha256"] for asset in manifest["assets"] if asset["outputs"])
    promised = {output["path"]: output["sha256"] for asset in manifest["assets"] for output in asset["outputs"]}
    there = {f"{s}/{path}": digest for s in ("ready", "review") for path, digest in hashes(root / "out" / s)}
    times = Counter(digest for path, digest in filed)
    return {
        "lost": [
            *(f"{name} is not filed" for digest, name in ledger.kept.items() if not times[digest]),
            *(f"{name} is not delivered" for digest, name in ledger.kept.items() if not recorded[digest]),
            *(f"{path} is in the record only" for path in promised if path not in there),
        ],
        "twice": [
            *(f"{digest[:12]} filed {count} times" for digest, count in times.items() if count > 1),
            *(f"{digest[:12]} delivered {count} times" for digest, count in recorded.items() if count > 1),
            *(f"{path} is not in the record" for path in there if path not in promised),
        ],
        "half": [
            *(f"{path} in the archive was never written so" for path, digest in filed if digest not in known),
            *(f"{path} is not what the record says" for path, d in there.items() if promised.get(path, d) != d),
        ],
        "refused": [path for path, digest in filed if not path.startswith("done/") and digest in ledger.kept],
    }


def main() -> int:
    """Run it; 1 if anything is amiss."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--writers", type=int, default=3)
    wanted = parser.parse_args()
    rng, ledger, share = random.Random(wanted.seed), Ledger(), threading.RLock()
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        root = Path(name)
        (root / "in").mkdir()
        (root / "soak.toml").write_text(_PRESET)
        made = [binary(), "-v", "error", "-f", "lavfi", "-i", "gradients=size=192x108:rate=12:duration=1:speed=0.05"]
        subprocess.run([*made, "-pix_fmt", "yuv420p", str(root / "clip.mp4")], check=True)
        watching = Watching(root)
        clip = (root / "clip.mp4").read_bytes()
        neighbours = [Neighbour(root / "in", ledger, share, wanted.seed * 100 + n, clip) for n in range(wanted.writers)]
        for neighbour in neighbours:
            neighbour.start()
        ends_at = time.monotonic() + wanted.minutes * 60
        while time.monotonic() < ends_at:
            time.sleep(rng.uniform(5, 25))
            disturb(watching, root, share, rng, ledger.did)
        for neighbour in neighbours:
            neighbour.over.set()
        for neighbour in neighbours:
            neighbour.join()
        ends_at = time.monotonic() + _DRAIN
        while time.monotonic() < ends_at and [p for p in (root / "in").rglob("*") if p.is_file() and p.name[0] != "."]:
            time.sleep(0.5)
        time.sleep(2 * _SETTLE)
        watching.end(signal.SIGTERM, "stopped at the end")
        found = account(root, ledger)
        left = [str(p) for p in (root / "out").rglob("*") if p.name.startswith(".") or p.name == "manifest.jsonl"]
        entries = len(json.loads((root / "out/manifest.json").read_text("utf-8"))["assets"])
        print(
            f"{wanted.minutes:g} minutes, {wanted.writers} writers: {dict(ledger.did)}; watcher {dict(watching.ends)}"
        )
        print(f"{len(ledger.kept)} contents left whole, {len(ledger.taken_back)} taken back, {entries} entries")
        print(", ".join(f"{what} {len(each)}" for what, each in found.items()) + f", left over {len(left)}")
        for what, each in (*found.items(), ("left over", left)):
            for one in each[:10]:
                print(f"  {what}: {one}")
        if any(found.values()):
            print((root / "watch.log").read_text()[-6000:])
        return 1 if any(found.values()) or left else 0


if __name__ == "__main__":
    sys.exit(main())
