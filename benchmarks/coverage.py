"""How near text engines come to the share of a picture that text covers, beside exact truth and one another.

    python benchmarks/coverage.py [DIR] [--text DIR] [--limit N] [--threads 2] [--plot FILE.png] [--only NAME ...]

DIR holds pictures and truth.json, {file: {"coverage": share, ...}}. Engines run with their own defaults on the whole
picture; assetkit's run on the picture reduced as assetkit reduces it, which counts in their time. Every engine sees
every picture in turn, decoding is on nobody's clock. `--text DIR` says how many lines drawn by hand each finds.
"""

import argparse
import json
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import shapely
from PIL import Image, ImageDraw, ImageFont
from text_lines import EASYOCR, RAPIDOCR, RAPIDOCR_OPENVINO, Engine, Sight, engines, sights, text_rows

from assetkit.geometry import Box
from assetkit.text.coverage import coverage

LIMIT = 0.20  # share of the picture
CLEAR = 0.01  # a truth at least this far from the limit leaves no doubt about the decision
OURS = "assetkit paddle"
HEADER = ["engine", "images", "mean", "95 %", "worst", "textless", "right, clear ones", "right, all"]
HEADER += ["review", "truth inside", "median s", "mean s"]
TEXT_HEADER = ["pictures", "engine", "images", "lines", "regions", "recall", "precision", "F1"]


@dataclass(frozen=True, slots=True)
class Sample:
    """True and measured share of one picture (0..1), the interval if the engine states one, and seconds."""

    truth: float
    share: float
    interval: tuple[float, float] | None
    seconds: float

    @property
    def error(self) -> float:
        """Percentage points."""
        return 100 * abs(self.share - self.truth)

    @property
    def is_right(self) -> bool:
        """The measured share leads to the same decision as the true one."""
        return (self.share <= LIMIT) == (self.truth <= LIMIT)


Results = dict[str, list[Sample]]


def sample(sight: Sight, truth: float) -> Sample:
    """Assetkit's share and interval by its own arithmetic; a peer's share is the union of its boxes."""
    if sight.engine.is_ours:
        covered = coverage(sight.found.regions, Box.of(sight.found.looked_at))
        return Sample(truth, covered.share, (covered.low, covered.high), sight.seconds)
    frame = shapely.box(0, 0, sight.size.width, sight.size.height)
    area = shapely.union_all(sight.found.areas(sight.size)).intersection(frame).area
    return Sample(truth, area / sight.size.area, None, sight.seconds)


def measured(folder: Path, truths: dict[str, Any], chosen: list[Engine]) -> Results:
    """Every engine's samples, in the order of the pictures."""
    results: Results = {engine.name: [] for engine in chosen}
    for sight in sights(folder, list(truths), chosen):
        results[sight.engine.name].append(sample(sight, truths[sight.file]["coverage"]))
    return results


def row(name: str, samples: list[Sample]) -> list[str]:
    """One line of the table; errors in percentage points."""
    errors = [s.error for s in samples]
    blank = [100 * s.share for s in samples if s.truth == 0]
    clear = [s for s in samples if abs(s.truth - LIMIT) > CLEAR]
    seconds = [s.seconds for s in samples]
    figures = [statistics.mean(errors), float(np.percentile(errors, 95)), max(errors)]
    cells = [name, f"{len(samples)}", *(f"{figure:.2f}" for figure in figures)]
    cells += [f"{statistics.mean(blank):.2f}" if blank else "-", _right(clear), _right(samples), *_intervals(samples)]
    return [*cells, f"{statistics.median(seconds):.3f}", f"{statistics.mean(seconds):.3f}"]


def _right(samples: list[Sample]) -> str:
    return f"{sum(s.is_right for s in samples)} of {len(samples)}"


def _intervals(samples: list[Sample]) -> list[str]:
    """How often the limit lies inside the interval (a person has to look), and how often the truth does."""
    known = [(s.truth, *s.interval) for s in samples if s.interval]
    if not known:
        return ["-", "-"]
    review = statistics.mean(low <= LIMIT <= high for _, low, high in known)
    inside = statistics.mean(low <= truth <= high for truth, low, high in known)
    return [f"{review:.0%}", f"{inside:.0%}"]


def print_table(header: list[str], rows: list[list[str]]) -> None:
    """Columns as wide as their longest cell."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    for cells in (header, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())


def print_speed(results: Results) -> None:
    """How much faster assetkit's default is than EasyOCR's."""
    if EASYOCR in results and OURS in results:
        theirs, ours = (statistics.mean(s.seconds for s in results[name]) for name in (EASYOCR, OURS))
        print(f"{OURS} is {theirs / ours:.1f} times as fast as EasyOCR.detect (mean seconds)")


class Chart:
    """Measured over true share as a square picture, drawn at twice its size so that edges come out smooth."""

    SIDE, LEFT, TOP, EDGE = 960, 90, 130, 40  # pixels: the square, and the room round it
    MOST = 60  # per cent at the end of both axes
    COLOURS: ClassVar = {  # told apart by the colour-blind too
        OURS: "#0072b2",
        "assetkit easyocr": "#009e73",
        RAPIDOCR: "#d55e00",
        RAPIDOCR_OPENVINO: "#e69f00",
        EASYOCR: "#cc79a7",
    }
    INK, FAINT, WRONG = "#333333", "#dddddd", "#fbf1ee"

    def __init__(self) -> None:
        size = (self.LEFT + self.SIDE + self.EDGE, self.TOP + self.SIDE + 2 * self.EDGE)
        self._image = Image.new("RGB", (2 * size[0], 2 * size[1]), "white")
        self._draw = ImageDraw.Draw(self._image, "RGBA")

    def at(self, true: float, found: float) -> tuple[float, float]:
        """Where two percentages lie; what is beyond an axis is drawn at its end."""
        x, y = (min(max(0.0, value), self.MOST) / self.MOST * self.SIDE for value in (true, found))
        return 2 * (self.LEFT + x), 2 * (self.TOP + self.SIDE - y)

    def text(self, place: tuple[float, float], words: str, anchor: str, size: int = 20) -> None:
        """Words at a place in doubled pixels."""
        self._draw.text(place, words, self.INK, ImageFont.load_default(2 * size), anchor=anchor)

    def axes(self) -> None:
        """Grid, ticks, diagonal, the limit, and a tint where the decision would be wrong."""
        most, limit = self.MOST, 100 * LIMIT
        self._draw.rectangle((*self.at(0, most), *self.at(limit, limit)), self.WRONG)
        self._draw.rectangle((*self.at(limit, limit), *self.at(most, 0)), self.WRONG)
        for tick in range(0, most + 1, 10):
            self._draw.line((*self.at(tick, 0), *self.at(tick, most)), self.FAINT, 2)
            self._draw.line((*self.at(0, tick), *self.at(most, tick)), self.FAINT, 2)
            (x, low), (left, y) = self.at(tick, 0), self.at(0, tick)
            self.text((x, low + 20), f"{tick} %", "mt")
            self.text((left - 20, y), f"{tick} %", "rm")
        self._draw.line((*self.at(0, 0), *self.at(most, most)), "#999999", 3)
        for ends in ((limit, 0, limit, most), (0, limit, most, limit)):
            self._draw.line((*self.at(*ends[:2]), *self.at(*ends[2:])), "#c0392b", 3)
        self.text((self.at(most, 0)[0], self.at(0, 0)[1] + 70), "true share of the picture", "rt")
        self.text((20, 2 * self.TOP - 36), "measured share", "ls")
        self.text(self.at(1, most - 4), "stopped by mistake", "lt", 16)
        self.text(self.at(most - 1, 1), "passed by mistake", "rs", 16)

    def samples(self, number: int, name: str, samples: list[Sample]) -> None:
        """One engine's dots and intervals, and its line in the legend."""
        colour = self.COLOURS.get(name, "#777777")
        for s in samples:
            if s.interval:
                low, high = (self.at(100 * s.truth, 100 * end) for end in s.interval)
                self._draw.line((*low, *high), f"{colour}70", 4)
            dot = self.at(100 * s.truth, 100 * s.share)
            self._dot(dot, f"{colour}c0")
            if 100 * s.share > self.MOST:  # the dot cannot lie where it belongs: say where that is
                self.text((dot[0] + 24, dot[1]), f"{100 * s.share:.0f} %", "lm", 16)
        mean = statistics.mean(s.error for s in samples)
        place = 2 * (self.LEFT + 8 + number % 2 * self.SIDE / 2), 2 * (28 + number // 2 * 34)
        self._dot(place, colour)
        self.text((place[0] + 30, place[1]), f"{name}: off by {mean:.2f} points (mean)", "lm")

    def _dot(self, centre: tuple[float, float], colour: str) -> None:
        self._draw.circle(centre, 11, colour, "white", 2)

    def save(self, path: Path) -> None:
        """Write the chart at its own size."""
        self._image.reduce(2).save(path)


def plot(results: Results, path: Path) -> None:
    """A dot per picture and engine; on another runtime RapidOCR's dots would only hide its own."""
    chart = Chart()
    chart.axes()
    drawn = [name for name in results if name != RAPIDOCR_OPENVINO or RAPIDOCR not in results]
    for number, name in enumerate(drawn):
        chart.samples(number, name, results[name])
    chart.save(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="pictures and truth.json")
    parser.add_argument("--text", type=Path, help="a folder with pictures and gt.json: recall and precision of lines")
    parser.add_argument("--limit", type=int, help="only the first so many pictures of a folder")
    parser.add_argument("--threads", type=int, default=2, help="for one picture")
    parser.add_argument("--plot", type=Path, help="a PNG to draw: measured over true share")
    parser.add_argument("--only", action="append", help="engines whose name holds this; every installed one else")
    wanted = parser.parse_args()
    chosen = engines(wanted.threads, wanted.only)
    if not chosen or not (wanted.folder or wanted.text):
        parser.error("no such engine is installed" if not chosen else "name a folder, or --text and a folder")
    if wanted.folder:
        truths = json.loads((wanted.folder / "truth.json").read_text())
        results = measured(wanted.folder, dict(list(truths.items())[: wanted.limit]), chosen)
        print("coverage: error in percentage points, decisions at a limit of 20 %")
        print_table(HEADER, [row(name, samples) for name, samples in results.items()])
        print_speed(results)
        if wanted.plot:
            plot(results, wanted.plot)
    if wanted.text:
        truths = json.loads((wanted.text / "gt.json").read_text())
        drawn = [(file, truth) for file, truth in truths.items() if truth["polygons"] is not None]
        print("lines of text: one region each, intersection over union of at least 0.5")
        print_table(TEXT_HEADER, text_rows(wanted.text, dict(drawn[: wanted.limit]), chosen))


if __name__ == "__main__":
    main()
