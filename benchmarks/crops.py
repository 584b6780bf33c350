"""What crops keep of faces, subjects and lines of text drawn by hand: assetkit beside other smart crops.

    python benchmarks/crops.py DIR ... [--text DIR ...] [--only NAME] [--misses] [--overlay DIR]

Each DIR holds pictures and gt.json, {file: {"polygons": [[[x, y], ...], ...], "labels": ["face", ...],
"points": {...}}} in pixels of the upright picture; labels are face, person and subject. A `--text` DIR holds
gt.json with lines of text (`ignore` says which do not count) or truth.json ({file: {"lines": [...]}}).
Windows are the largest of 3:4 and of 9:16. All crop the same pixels; assetkit measures them as `process` does.

- faces whole: of the faces that fit the window alone, the share kept at 97 % of their area or more
- subject: of each subject or person, the area kept over the most that any window of that ratio could keep
- groups whole: of the pictures whose faces fit one window together, the share with every face whole
- lines whole: of the lines that fit the window, the share kept whole, as for faces
- unfit: pictures whose faces do not fit one window together, and what the preset xhs-ad makes of them
"""

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from coverage import print_table
from crop_peers import Pixels, proposers
from PIL import Image, ImageDraw

from assetkit.canvas import MEASURE_SIDE, choose_canvas, crop_size
from assetkit.facts import Facts, Need
from assetkit.framing import WHOLE, Keepsakes, keepsakes
from assetkit.geometry import Box, Size, hull, largest_of_ratio
from assetkit.measure import Look, measure
from assetkit.media.medium import open_medium
from assetkit.media.sniff import sniff
from assetkit.plan import make_plan
from assetkit.preset import Preset
from assetkit.preset_file import load

RATIOS = {"3:4": Fraction(3, 4), "9:16": Fraction(9, 16)}
OURS = "assetkit"
HEADER = ["crop", "faces whole", "subject", "groups whole", "lines whole"]


@dataclass(frozen=True, slots=True)
class Truth:
    """What was drawn on one picture, in its display pixels."""

    faces: tuple[Box, ...] = ()
    subjects: tuple[Box, ...] = ()
    lines: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Sight:
    """One picture as it is measured: `pixels` are the display size scaled down to MEASURE_SIDE, `facts` assetkit's."""

    path: Path
    truth: Truth
    facts: Facts
    pixels: Pixels

    @property
    def size(self) -> Size:
        return self.facts.info.display_size


@dataclass(slots=True)
class Score:
    """Shares kept, one number per box or picture and ratio; `misses` names what was lost."""

    faces: list[float] = field(default_factory=list)
    subjects: list[float] = field(default_factory=list)
    groups: list[float] = field(default_factory=list)
    lines: list[float] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    def add(self, sight: Sight, ratio: str, window: Box) -> None:
        """Count one window."""
        truth = sight.truth
        self.faces += (found := _whole(truth.faces, window))
        self.lines += (read := _whole(truth.lines, window))
        subjects = [box.intersect(window).area / _most(box, window.size) for box in truth.subjects]
        self.subjects += subjects
        if _fit_together(truth.faces, window.size):
            self.groups.append(float(all(found)))
        for name, shares in (("faces", found), ("lines", read), ("subject", subjects)):
            if any(share < WHOLE for share in shares):
                self.misses.append(f"{sight.path.name} {ratio} {name} {[round(share, 3) for share in shares]}")

    def row(self, name: str) -> list[str]:
        """One line of the table."""
        columns = (self.faces, self.subjects, self.groups, self.lines)
        return [name, *(f"{statistics.mean(column):.3f}" if column else "-" for column in columns)]


def _whole(boxes: tuple[Box, ...], window: Box) -> list[float]:
    """1 for each box that is kept whole and 0 for each that is not, of those that could be."""
    return [float(box.kept_by(window) >= WHOLE) for box in boxes if window.size.holds(box.size)]


def _most(box: Box, window: Size) -> int:
    return min(box.size.width, window.width) * min(box.size.height, window.height)


def _fit_together(faces: tuple[Box, ...], window: Size) -> bool:
    return bool(faces) and window.holds(hull(faces).size)


def truths(folder: Path, *, is_text: bool) -> Iterator[tuple[Path, Truth]]:
    """Every picture of a folder on which something was drawn."""
    name = "gt.json" if (folder / "gt.json").exists() else "truth.json"
    for file, entry in json.loads((folder / name).read_text(encoding="utf-8")).items():
        truth = _lines(entry) if is_text else _marked(entry)
        if truth != Truth():
            yield folder / file, truth


def _marked(entry: dict[str, Any]) -> Truth:
    boxes = [(label, _box(polygon)) for label, polygon in zip(entry["labels"], entry["polygons"], strict=False)]
    points = entry.get("points") or {}
    at = points.values() if isinstance(points, dict) else points
    noses = [Box(round(x), round(y), round(x) + 1, round(y) + 1) for x, y in at]
    return Truth(
        faces=(*(box for label, box in boxes if label == "face"), *noses),
        subjects=tuple(box for label, box in boxes if label in ("subject", "person")),
    )


def _lines(entry: dict[str, Any]) -> Truth:
    drawn = entry.get("lines") or entry.get("polygons") or []
    skipped = entry.get("ignore") or [False] * len(drawn)
    return Truth(lines=tuple(_box(line) for line, skip in zip(drawn, skipped, strict=True) if not skip))


def _box(polygon: list[list[float]]) -> Box:
    xs, ys = zip(*polygon, strict=True)
    return Box(round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys)))


def sight(path: Path, truth: Truth) -> Sight:
    """Decode and measure one picture with assetkit's own hands."""
    medium = open_medium(path, sniff(path))
    size = medium.info.display_size
    frames = medium.frames(_reduced(size), 1, MEASURE_SIDE)
    facts = Facts(medium.info, measure(frames, size, Look(frozenset(Need), "paddle", 2), is_timed=False))
    clipped = {name: tuple(b.intersect(Box.of(size)) for b in getattr(truth, name)) for name in Truth.__slots__}
    return Sight(path, Truth(**clipped), facts, np.ascontiguousarray(frames[0][1]))


def _reduced(size: Size) -> Size:
    factor = min(1.0, MEASURE_SIDE / max(size.width, size.height))
    return Size(round(size.width * factor), round(size.height * factor))


def crop_only(ratio: Fraction) -> Preset:
    """A preset that asks for the ratio and nothing else: no padding, no least size."""
    level = {"value": f"{ratio.numerator}:{ratio.denominator}", "unit": "width:height"}
    stated = {"required": {**level, "source": "here", "seen": "2026-01-01"}}
    image = {"limits": {"aspect_ratio": stated}}
    return Preset.model_validate({"id": "c", "title": "c", "version": "1", "sources": {"here": "-"}, "image": image})


def _kept(sight: Sight) -> Keepsakes:
    return keepsakes(sight.facts)


def our_window(sight: Sight, preset: Preset) -> Box:
    return choose_canvas(sight.facts.info, preset.image, _kept(sight)).window


def peer_window(propose: Callable[[Pixels, Size], Box], sight: Sight, ratio: Fraction) -> Box:
    """The peer's window, moved from the measured pixels to the display's."""
    small = Size(sight.pixels.shape[1], sight.pixels.shape[0])
    inside = propose(sight.pixels, largest_of_ratio(small, ratio) or small)
    across, down = sight.size.width / small.width, sight.size.height / small.height
    sides = (inside.left * across, inside.top * down, inside.right * across, inside.bottom * down)
    return Box(*(round(side) for side in sides))


def unfit(sight: Sight, preset: Preset) -> str | None:
    """What a preset makes of a picture whose faces cannot all be kept by a crop; None where they can."""
    faces = sight.truth.faces
    if not faces or _fit_together(faces, crop_size(sight.facts.info, preset.image)):
        return None
    plan, judgement = make_plan(sight.facts, preset.image, preset)
    if any(f.code == "crop-cuts-face" for f in judgement.findings):
        return "rejected"
    if any(face.kept_by(plan.window) < WHOLE for face in faces):
        return "CUT"
    return "padded" if plan.canvas != plan.picture else "kept"


def draw(sight: Sight, windows: dict[str, Box], folder: Path) -> None:
    """The picture with the truth (green), what assetkit found (yellow, blue) and the windows (red)."""
    image = Image.fromarray(sight.pixels)
    pen, scale = ImageDraw.Draw(image), image.width / sight.size.width
    keep, truth = _kept(sight), sight.truth
    layers = [(keep.text, "blue", 2), (keep.faces, "yellow", 3), (tuple(windows.values()), "red", 4)]
    for boxes, colour, width in [*layers, ((*truth.faces, *truth.subjects, *truth.lines), "lime", 2)]:
        for b in (box.scaled(scale) for box in boxes):
            pen.rectangle((b.left, b.top, max(b.left, b.right - 1), max(b.top, b.bottom - 1)), None, colour, width)
    folder.mkdir(parents=True, exist_ok=True)
    image.save(folder / f"{sight.path.stem}.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    parser.add_argument("--text", type=Path, nargs="+", default=[], metavar="DIR")
    parser.add_argument("--only", help="crops whose name holds this; assetkit's always")
    parser.add_argument("--misses", action="store_true", help="name what assetkit's windows cut")
    parser.add_argument("--overlay", type=Path, help="a folder to draw assetkit's windows into")
    wanted = parser.parse_args()
    peers = {name: peer for name, peer in proposers().items() if not wanted.only or wanted.only in name}
    presets = {name: crop_only(ratio) for name, ratio in RATIOS.items()}
    scores = {name: Score() for name in (*peers, OURS)}
    fates: dict[str, int] = {}
    marked = [pair for folder in wanted.folders for pair in truths(folder, is_text=False)]
    lettered = [pair for folder in wanted.text for pair in truths(folder, is_text=True)]
    for number, (path, truth) in enumerate([*marked, *lettered]):
        print(f"{number + 1} of {len(marked) + len(lettered)}", end="\r", file=sys.stderr)
        seen = sight(path, truth)
        ours = {name: our_window(seen, preset) for name, preset in presets.items()}
        for name, window in ours.items():
            scores[OURS].add(seen, name, window)
            for peer, propose in peers.items():
                scores[peer].add(seen, name, peer_window(propose, seen, RATIOS[name]))
        if fate := unfit(seen, load("xhs-ad")):
            fates[fate] = fates.get(fate, 0) + 1
        if wanted.overlay:
            draw(seen, ours, wanted.overlay)
    print_table(HEADER, [score.row(name) for name, score in scores.items()])
    counts = scores[OURS]
    print(
        f"of {len(counts.faces)} faces, {len(counts.subjects)} subjects, {len(counts.groups)} groups, "
        f"{len(counts.lines)} lines, each for every ratio that it fits"
    )
    print(f"faces that do not fit one 3:4 window together, by xhs-ad: {fates or 'none'}")
    if wanted.misses:
        print(*counts.misses, sep="\n")


if __name__ == "__main__":
    main()
