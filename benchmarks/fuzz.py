"""Mutates good files and sees that each ends in an entry: no crash, no hang, nothing touched outside.

    python benchmarks/fuzz.py --count 2000 --seed 1 [DIR ...]

Stills and clips of every format are made here, and files up to 2 MB under the given folders join them. Each mutation
flips bits, cuts, drops or repeats a part, or puts the head of one file on the body of another. Files that name others
(playlists, lists of parts, descriptions) point at a canary beside the input, and on Linux the kernel tells if anyone
opens it. Each batch runs under a deadline for each asset.
"""

import argparse
import ctypes
import hashlib
import json
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image

from assetkit.media.ffmpeg import binary

_MOST_BYTES = 2_000_000
_BATCH = 200
_DEADLINE = 30.0  # seconds an asset may take
_IN_OPEN, _IN_ISDIR, _IN_NONBLOCK = 0x20, 0x40000000, 0o4000  # linux/inotify.h
_PRESET = """
id = "fuzz"
title = "Fuzz"
version = "1"
[sources]
own = "benchmarks/fuzz.py"
[image.limits]
aspect_ratio.required = { value = "3:4", unit = "width:height", source = "own", seen = 2026-11-23 }
format.required = { value = ["jpeg"], unit = "format", source = "own", seen = 2026-11-23 }
sharpness_min.recommended = { value = 0.1, unit = "of a sharp edge", source = "own", seen = 2026-11-23 }
private_metadata.required = { value = ["position"], unit = "kinds", source = "own", seen = 2026-11-23 }
[image.target]
size = [90, 120]
[video.limits]
aspect_ratio.required = { value = "9:16", unit = "width:height", source = "own", seen = 2026-11-23 }
undamaged.recommended = { value = true, unit = "yes or no", source = "own", seen = 2026-11-23 }
cover.required = { value = true, unit = "yes or no", source = "own", seen = 2026-11-23 }
[video.target]
size = [90, 160]
[cover.limits]
aspect_ratio.required = { value = "9:16", unit = "width:height", source = "own", seen = 2026-11-23 }
[cover.target]
size = [90, 160]
"""


@dataclass
class Tally:
    """What became of the files."""

    files: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0


def make_seeds(folder: Path) -> list[Path]:
    """One small file of each format."""
    folder.mkdir()
    pillow_heif.register_heif_opener()
    noise = np.random.default_rng(0).integers(0, 256, (24, 32, 3), dtype=np.uint8)
    picture = Image.fromarray(noise).resize((320, 240), Image.Resampling.BICUBIC)
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = 6, "a camera"
    for suffix in ("jpg", "png", "webp", "avif", "heic", "tiff", "bmp", "gif"):
        picture.save(folder / f"still.{suffix}", **({"exif": exif} if suffix in ("jpg", "png", "webp") else {}))
    picture.save(folder / "progressive.jpg", progressive=True, quality=60)
    picture.convert("CMYK").save(folder / "cmyk.jpg")
    picture.save(folder / "moving.webp", save_all=True, append_images=[picture.rotate(90)])
    sources = ["-f", "lavfi", "-i", "testsrc2=size=192x108:rate=12:duration=1", "-f", "lavfi", "-i", "sine=duration=1"]
    for name, codecs in {
        "clip.mp4": "-c:v libx264 -c:a aac", "index-first.mp4": "-c:v libx264 -c:a aac -movflags +faststart",
        "clip.mov": "-c:v mpeg4 -c:a pcm_s16le", "clip.mkv": "-c:v libx264 -c:a libopus",
        "clip.webm": "-c:v libvpx -c:a libvorbis", "clip.avi": "-c:v mpeg4 -c:a mp3",
        "clip.ts": "-c:v mpeg2video -c:a mp2",
        "fragments.mp4": "-c:v libx264 -c:a aac -movflags frag_keyframe+empty_moov",
        "clip.flv": "-c:v flv1 -c:a mp3 -ar 44100",
    }.items():  # fmt: skip
        command = [binary(), "-v", "error", *sources, "-pix_fmt", "yuv420p", *codecs.split(), str(folder / name)]
        subprocess.run(command, check=True)
    return sorted(folder.iterdir())


def mutated(data: bytes, other: bytes, rng: random.Random) -> tuple[bytes, str]:
    """A file's bytes, changed in one of six ways, and which."""
    way = rng.choice(("flip", "flip head", "cut", "drop", "repeat", "splice", "fill"))
    changed = bytearray(data)
    if way.startswith("flip"):
        reach = min(len(data), 512) if way == "flip head" else len(data)
        for _ in range(rng.choice((1, 3, 16, 64))):
            changed[rng.randrange(reach)] ^= 1 << rng.randrange(8)
        return bytes(changed), way
    first, last = sorted((rng.randrange(len(data)), rng.randrange(len(data))))
    if way == "cut":
        return bytes(changed[:last]), way
    if way == "drop":
        return bytes(changed[:first] + changed[last:]), way
    if way == "repeat":
        return bytes(changed[:last] + changed[first:]), way
    if way == "fill":
        changed[first:last] = bytes([rng.choice((0, 255))]) * (last - first)
        return bytes(changed), way
    head = rng.choice((16, 64, 256, 1024, len(other) // 2))
    return other[:head] + data[rng.choice((head, 0)) :], way


def pointers(canary: Path) -> dict[str, bytes]:
    """Files that name another one, under suffixes that ask for trust."""
    there = str(canary)
    texts = {
        "list.m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{there}\n#EXT-X-ENDLIST\n",
        "list.mp4": f"#EXTM3U\n#EXTINF:1,\nfile://{there}\n",
        "parts.mp4": f"ffconcat version 1.0\nfile '{there}'\n",
        "parts.jpg": f"ffconcat version 1.0\nfile {there}\n",
        "text.mp4": f"concat:{there}|{there}",
        "dash.mp4": f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet>'
        f"<Representation><BaseURL>file://{there}</BaseURL></Representation></AdaptationSet></Period></MPD>",
        "drawing.svg": f'<svg xmlns="http://www.w3.org/2000/svg"><image href="file://{there}"/></svg>',
        "drawing.jpg": f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{there}"/></svg>',
        "session.mp4": f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns={there}\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
        "layers.mvg": f"push graphic-context\nimage over 0,0 9,9 '{there}'\npop graphic-context\n",
        "page.eps": f"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n({there}) run\n",
        "a.jpg.assetkit.json": json.dumps({"cover": there}),
    }
    return {name: text.encode() for name, text in texts.items()}


class Canary:
    """A folder that the kernel watches; `opened` says how often anything in it was opened."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.path = folder / "secret.jpg"
        Image.new("RGB", (90, 120)).save(self.path)
        self._handle = -1
        if sys.platform == "linux":
            libc = ctypes.CDLL(None, use_errno=True)
            self._handle = libc.inotify_init1(_IN_NONBLOCK)
            libc.inotify_add_watch(self._handle, os.fsencode(folder), _IN_OPEN)

    def opened(self) -> int:
        """How often since the last time; -1 where nobody can tell."""
        if self._handle < 0:
            return -1
        with suppress(BlockingIOError):
            data, count = os.read(self._handle, 1 << 20), 0
            while data:
                _, mask, _, length = struct.unpack_from("iIII", data)
                count += not mask & _IN_ISDIR
                data = data[16 + length :]
            return count
        return 0


def snapshot(root: Path, *but: Path) -> dict[str, str]:
    """Every file under `root` but those under some folders -> its hash."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file() and not any(path.is_relative_to(each) for each in but)
    }


def run(root: Path, inputs: Path, number: int, tally: Tally) -> None:
    """One batch: every file must have an entry, nothing outside the output may change."""
    output, expected = root / f"out{number}", {p.name for p in inputs.iterdir() if not p.name.endswith(".json")}
    before = snapshot(root, output, root / "canary")
    command = [sys.executable, "-m", "assetkit", "process", str(inputs), "--preset", str(root / "fuzz.toml")]
    options = ["--output", str(output), "--no-cache", "--jobs", "2", "--deadline", str(_DEADLINE)]
    process = subprocess.Popen(
        [*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        _, said = process.communicate(timeout=len(expected) * _DEADLINE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        tally.wrong.append(f"batch {number} hangs")
        return
    if process.returncode not in (0, 1):
        tally.wrong.append(f"batch {number} ended with {process.returncode}: {said.decode()[-2000:]}")
    if not (output / "manifest.json").exists():
        tally.wrong.append(f"batch {number} left no manifest")
        return
    assets = json.loads((output / "manifest.json").read_text("utf-8"))["assets"]
    if {asset["source"]["path"] for asset in assets} != expected:
        tally.wrong.append(f"batch {number}: not every file has an entry")
    for asset in assets:
        tally.statuses[asset["status"]] += 1
        codes = [f["code"] for f in asset["findings"] if f["severity"] == "required"]
        tally.codes.update(codes)
        tally.slowest = max(tally.slowest, asset["seconds"])
        if "internal-error" in codes or any("worker died" in f["message"] for f in asset["findings"]):
            tally.wrong.append(f"{inputs / asset['source']['path']}: {asset['findings'][0]['message']}")
        if any("took longer" in f["message"] for f in asset["findings"]):
            tally.wrong.append(f"{inputs / asset['source']['path']}: hit the deadline")
    if snapshot(root, output, root / "canary") != before:
        tally.wrong.append(f"batch {number}: something outside the output was touched")
    tally.files += len(assets)


def main() -> int:
    """Run it; 1 if anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="DIR")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep what was made there")
    wanted = parser.parse_args()
    rng, tally, began = random.Random(wanted.seed), Tally(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        root = wanted.keep or Path(name)
        root.mkdir(exist_ok=True)
        (root / "fuzz.toml").write_text(_PRESET)
        seeds = make_seeds(root / "seeds")
        given = [p for folder in wanted.folders for p in sorted(folder.rglob("*")) if p.is_file()]
        seeds += [p for p in given if 64 < p.stat().st_size <= _MOST_BYTES and p.suffix not in (".json", ".md", ".csv")]
        canary, ways = Canary(root / "canary"), Counter[str]()
        for number in range(-(-wanted.count // _BATCH)):
            inputs = root / f"in{number}"
            inputs.mkdir()
            for index in range(min(_BATCH, wanted.count - number * _BATCH)):
                seed, other = rng.choice(seeds), rng.choice(seeds)
                data, way = mutated(seed.read_bytes(), other.read_bytes(), rng)
                ways[way] += 1
                (inputs / f"{index:04}-{way.replace(' ', '-')}{seed.suffix}").write_bytes(data)
            if number == 0:
                for pointer, data in pointers(canary.path).items():
                    (inputs / pointer).write_bytes(data)
                (inputs / "a.jpg").write_bytes(seeds[0].read_bytes())
            canary.opened()
            run(root, inputs, number, tally)
            if (opened := canary.opened()) > 0:
                tally.wrong.append(f"batch {number}: the canary was opened {opened} times")
            print(f"{tally.files} files, {len(tally.wrong)} wrong, {time.monotonic() - began:.0f} s", flush=True)
    print(f"{tally.files} files of {len(seeds)} seeds: {dict(ways)}")
    print(f"{dict(tally.statuses)}; {dict(tally.codes.most_common())}; slowest {tally.slowest:.1f} s")
    print(f"wrong: {len(tally.wrong)}")
    for each in tally.wrong[:20]:
        print(f"  {each}")
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
