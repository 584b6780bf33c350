"""Accounts for every file of a folder, and confirms every delivered file without assetkit's own code.

    python benchmarks/account.py DIR [--preset xhs-ad --preset xhs-note] [--keep OUT]

Runs `assetkit process` once per preset. Then, with Pillow, PyAV and the preset's TOML alone: is every file under DIR
an asset, a cover or skipped with a reason; has every rejected one its reasons; is every published file listed with
its true hash; and does every ready output keep the required limits of the preset.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
from PIL import Image

PRESETS = Path(__file__).parent.parent / "presets"
SOUND_GAP_SECONDS = 0.5  # sources' own tracks seldom end together
FORMATS = {"JPEG": "jpeg", "PNG": "png", "WEBP": "webp"}


def required(preset: dict[str, Any], section: str) -> dict[str, Any]:
    """Required limits of a section as they stand in the file; a cover inherits what the image section states."""
    limits: dict[str, Any] = {}
    for name in ("image", "cover") if section == "cover" else (section,):
        for key, levels in preset.get(name, {}).get("limits", {}).items():
            limits[key] = levels.get("required", {}).get("value", limits.get(key))
    return {key: value for key, value in limits.items() if value is not None}


def ratio_problem(width: int, height: int, wanted: str) -> str | None:
    across, down = map(int, wanted.split(":"))
    off = abs(width - Fraction(height * across, down))
    return f"{width} x {height} is {float(off):.1f} px off {wanted}" if off >= 1 else None


def still_problems(path: Path, limits: dict[str, Any]) -> list[str]:
    with Image.open(path) as picture:
        picture.load()
        name, size, exif = FORMATS.get(picture.format or "", str(picture.format)), picture.size, picture.getexif()
        frames, mode = getattr(picture, "n_frames", 1), picture.mode
    problems = [ratio_problem(*size, limits["aspect_ratio"])] if "aspect_ratio" in limits else []
    if name not in limits.get("format", [name]):
        problems.append(f"format {name}")
    if path.stat().st_size > limits.get("file_size_max", 1 << 60):
        problems.append(f"{path.stat().st_size} bytes")
    if exif.get(0x0112, 1) != 1 or frames != 1 or mode not in ("RGB", "L", "P"):
        problems.append(f"orientation {exif.get(0x0112)}, {frames} frames, mode {mode}")
    return [p for p in problems if p]


def player_problems(clip: Any, name: str, *, is_encoded: bool) -> list[str | None]:
    """What any player needs: one track each, square pixels, and of what assetkit drew a profile and tags it knows."""
    video, problems = clip.streams.video[0], []
    if len(clip.streams.video) > 1 or len(clip.streams.audio) > 1:
        problems.append(f"{name}: {len(clip.streams.video)} pictures, {len(clip.streams.audio)} sounds")
    if (video.sample_aspect_ratio or 1) != 1:
        problems.append(f"pixel aspect {video.sample_aspect_ratio}")
    if is_encoded:
        context = video.codec_context
        tags = [int(t) for t in (context.colorspace, context.color_primaries, context.color_trc, context.color_range)]
        if tags != [1, 1, 1, 1]:  # ITU-T H.273: BT.709 three times, limited range
            problems.append(f"colour tags {tags}")
        if context.profile not in ("High", "Main", "Constrained Baseline"):
            problems.append(f"profile {context.profile}")
        if context.width % 2 or context.height % 2:
            problems.append(f"odd size {context.width} x {context.height}")
        for sound in clip.streams.audio:
            heard, seen = span(sound), span(video)
            gap = max(abs(one - other) for one, other in zip(heard, seen, strict=True))
            if gap > SOUND_GAP_SECONDS:
                problems.append(f"sound and picture start or end {gap:.2f} s apart")
    return problems


def span(stream: Any) -> tuple[float, float]:
    """When a track starts and ends, in seconds."""
    start = float((stream.start_time or 0) * stream.time_base)
    return start, start + float(stream.duration * stream.time_base)


def clip_problems(path: Path, limits: dict[str, Any], planned: dict[str, Any]) -> list[str]:
    is_encoded = planned["method"] == "encode" and not planned["keeps_picture"]
    problems: list[str | None]
    with av.open(str(path)) as clip:
        video = clip.streams.video[0]
        width, height = video.codec_context.width, video.codec_context.height
        frames, problems = 0, player_problems(clip, path.name, is_encoded=is_encoded)
        times = []
        for frame in clip.decode(video):
            frames += 1
            times.append(frame.pts)
        if any(a is None or b is None or a >= b for a, b in pairwise(times)):
            problems.append("frames out of order")
        seconds = float((video.duration or 0) * (video.time_base or 0)) or float((clip.duration or 0) / av.time_base)
        facts = {
            "video_codec": video.codec_context.name,
            "pixel_format": video.codec_context.pix_fmt,
            "audio_codec": clip.streams.audio[0].codec_context.name if clip.streams.audio else None,
        }
    if planned["seconds"] is not None and abs(seconds - planned["seconds"]) > 0.1:
        problems.append(f"{seconds:.2f} s instead of {planned['seconds']:.2f} s")
    problems += [f"{key} {value}" for key, value in facts.items() if value and value not in limits.get(key, [value])]
    if "aspect_ratio" in limits:
        problems.append(ratio_problem(width, height, limits["aspect_ratio"]))
    least = limits.get("resolution_min", [0, 0])
    if width < least[0] or height < least[1]:
        problems.append(f"{width} x {height} is below {least}")
    if not limits.get("duration_min", 0) - 0.1 <= seconds <= limits.get("duration_max", 1e9) + 0.1:
        problems.append(f"{seconds:.2f} s")
    if path.stat().st_size > limits.get("file_size_max", 1 << 60) or not frames:
        problems.append(f"{path.stat().st_size} bytes, {frames} frames")
    if limits.get("faststart") and path.read_bytes().find(b"moov") > path.read_bytes().find(b"mdat"):
        problems.append("moov after mdat")
    return [p for p in problems if p]


def stated(preset_id: str) -> dict[str, Any]:
    """A preset's tables, over those of the preset that it extends."""
    preset = tomllib.loads((PRESETS / f"{preset_id}.toml").read_text("utf-8"))
    base = stated(preset["extends"]) if "extends" in preset else {}
    for section in ("image", "video", "cover"):
        limits = base.get(section, {}).get("limits", {}) | preset.get(section, {}).get("limits", {})
        preset.setdefault(section, {})["limits"] = limits
    return preset


def planned(asset: dict[str, Any]) -> dict[str, Any]:
    """How the output came about, and how long it must be, by the source's duration and the trim."""
    trim, whole = asset["plan"]["trim_seconds"], asset["media"]["duration_seconds"]
    return {
        "method": asset["plan"]["method"],
        "keeps_picture": any(action.startswith("picture copied") for action in asset["actions"]),
        "seconds": trim[1] - trim[0] if trim else whole,
    }


def confirm(folder: Path, out: Path, preset_id: str) -> list[str]:
    """Every problem found, in words."""
    preset = stated(preset_id)
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    named = {a["source"]["path"] for a in manifest["assets"]} | {s["path"] for s in manifest["skipped"]}
    named |= {a["cover"]["source"] for a in manifest["assets"] if a["cover"]}
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and not p.is_symlink()}
    problems = [f"not accounted for: {name}" for name in sorted(files - named)]
    listed = set()
    for asset in manifest["assets"]:
        name = asset["source"]["path"]
        if asset["status"] == "rejected":
            if asset["outputs"] or not (out / "rejected" / f"{name}.reasons.txt").read_text("utf-8"):
                problems.append(f"{name}: rejected, but published or without reasons")
            continue
        for made in asset["outputs"]:
            path = out / made["path"]
            listed.add(path)
            if hashlib.sha256(path.read_bytes()).hexdigest() != made["sha256"]:
                problems.append(f"{made['path']}: not the file that the manifest names")
            section = "cover" if made["role"] == "cover" else asset["source"]["kind"]
            limits = required(preset, section)
            found = clip_problems(path, limits, planned(asset)) if section == "video" else still_problems(path, limits)
            problems += [f"{made['path']}: {p}" for p in found]
    published = {p for part in ("ready", "review") for p in (out / part).rglob("*") if p.is_file()}
    return problems + [f"published, but not in the manifest: {p}" for p in sorted(published ^ listed)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--preset", action="append")
    parser.add_argument("--keep", type=Path, help="keep the outputs here")
    wanted = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as name:
        for preset in wanted.preset or ["xhs-ad", "xhs-note"]:
            out = (wanted.keep or Path(name)) / preset
            command = [sys.executable, "-m", "assetkit", "process", str(wanted.folder), "--preset", preset]
            start = time.perf_counter()
            code = subprocess.run(
                [*command, "--output", str(out), "--overwrite", "--no-cache", "--deadline", "600"],
                stdout=subprocess.DEVNULL,
                check=False,
            ).returncode
            spent = time.perf_counter() - start
            manifest = json.loads((out / "manifest.json").read_text("utf-8"))
            problems = confirm(wanted.folder, out, preset)
            codes = Counter(f["code"] for a in manifest["assets"] for f in a["findings"] if f["severity"] == "required")
            print(f"{preset}: exit {code}, {len(manifest['assets'])} assets in {spent:.0f} s, {manifest['summary']}")
            print("  rejected for:", ", ".join(f"{code} {count}" for code, count in codes.most_common()))
            print(f"  {len(problems)} problems" + os.linesep.join(["", *("    " + p for p in problems)]))
            failed |= bool(problems) or code not in (0, 1) or "internal-error" in codes
    sys.exit(failed)


if __name__ == "__main__":
    main()
