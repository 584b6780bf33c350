"""Fits the networks that find where a line's ink begins and ends: assetkit/text/ink_height.onnx and ink_ends.onnx.

    pip install torch onnx
    python training/ink_edges.py height DIR... --held-out DIR --minutes 14 --output assetkit/text/ink_height.onnx
    python training/ink_edges.py ends DIR... --held-out DIR --minutes 9 --output assetkit/text/ink_ends.onnx

Each DIR holds pictures and `truth.json`: {file: {"lines": [[[x, y] * 4], ...], "size": [w, h]}}, the tight rotated
rectangles round the ink of every line, outline included, as `benchmarks/coverage.py` reads. The weights that ship
were fitted on 43,300 strips for the height and 86,100 for the ends, of 1,420 pictures of rendered text (Chinese and
Latin, 37 fonts, with and without outline, shadow and panel, level and aslant) over 68 photos, each seen at two sizes.
On other photos, an edge is off by 2.9 % of the height of the line's core, and an end by 4.3 %, on average.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, hypot, radians, sin
from pathlib import Path

import numpy as np
import shapely
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from assetkit.canvas import MEASURE_SIDE
from assetkit.media.medium import open_medium
from assetkit.media.sniff import sniff
from assetkit.text import probability
from assetkit.text.boxes import TextBox, cores_in
from assetkit.text.edges import CORE_ROWS, END_ROWS, INSIDE, OUTSIDE, ROWS, SMEAR, end_strips, height_strip
from assetkit.text.hints import closely
from assetkit.text.ink import ways
from assetkit.text.lines import joined
from assetkit.text.paddle import DETECTION_MODEL
from assetkit.text.runtime import RUNTIMES, installed_runtime, model_path
from assetkit.text.strips import Levels, levels

BATCH = 48
RATE = 2e-3  # at the start; falls to nothing in a straight line
LONG_SIDES = (probability.LONG_SIDE, 832)  # at two sizes the detector's cores differ, as they do from line to line


@dataclass(frozen=True, slots=True)
class Sample:
    """A strip, the rows its edges lie at, and the share of the picture that an error there weighs."""

    pixels: NDArray[np.uint8]
    edges: tuple[float, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a line's ink lies, seen from the middle of a level core of it: pixels along it and down."""

    left: float
    right: float
    top: float
    bottom: float


class InkEdges(nn.Module):
    """Convolutions over the strip, then, the columns summed up, over its rows: a probability per row for each edge."""

    def __init__(self, rows: int, edges: int) -> None:
        super().__init__()
        self.looks = nn.Sequential(
            nn.Conv2d(3, 12, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(12, 20, 3, padding=1, stride=(1, 2)),
            nn.ReLU(),
            nn.Conv2d(20, 28, 3, padding=1, stride=(1, 2)),
            nn.ReLU(),
            nn.Conv2d(28, 28, 3, padding=1),
            nn.ReLU(),
        )
        self.rows = nn.Conv1d(84, 40, 5, padding=2)
        self.place = nn.Parameter(torch.zeros(1, 40, rows))
        self.near = nn.Conv1d(40, 40, 5, padding=2)
        self.far = nn.Conv1d(40, 40, 5, padding=4, dilation=2)
        self.further = nn.Conv1d(40, 40, 5, padding=8, dilation=4)
        self.edges = nn.Conv1d(40, edges, 1)

    def scores(self, strips: Tensor) -> Tensor:
        """Strips, n x 3 x rows x width, in, n x edges x rows scores out."""
        seen = self.looks(strips)
        rows = torch.cat([seen.amax(3), seen.mean(3), seen.pow(2).mean(3)], 1)
        rows = functional.relu(self.rows(rows) + self.place)
        for layer in (self.near, self.far, self.further):
            rows = functional.relu(layer(rows)) + rows
        return self.edges(rows)

    def forward(self, strips: Tensor) -> Tensor:
        """The same as probabilities."""
        return self.scores(strips).softmax(-1)


def samples(folder: Path, kind: str) -> Iterator[Sample]:
    """What the detector finds in a folder's pictures, where it is one line that was drawn."""
    network = RUNTIMES[installed_runtime()](model_path(DETECTION_MODEL), 1)
    for name, truth in json.loads((folder / "truth.json").read_text("utf-8")).items():
        medium = open_medium(folder / name, sniff(folder / name))
        [(_, picture)] = medium.frames(medium.info.display_size, 1, MEASURE_SIDE)
        across = picture.shape[1] / truth["size"][0]
        drawn = [shapely.Polygon([(x * across, y * across) for x, y in line]) for line in truth["lines"]]
        pictures = levels(picture)
        for side in LONG_SIDES:
            probability.LONG_SIDE = side
            size, scale = probability.fitting(picture)
            scaled = probability.resized(picture, size)
            probabilities = closely(scaled, network)
            for core in joined([core.scaled(1 / scale) for core in cores_in(probabilities)], ()):
                lines = [line for line in drawn if _overlap(line, core)]
                if len(lines) == 1:
                    for way in ways(core):  # as the core lies and, if that is a little aslant, as it would lie level
                        yield from KINDS[kind](pictures, way, _extent(way, lines[0]))


def _overlap(line: shapely.Polygon, core: TextBox) -> bool:
    whole = shapely.Polygon(core.whole().corners())
    return bool(line.intersection(whole).area > 0.12 * min(line.area, whole.area))


def _extent(way: TextBox, line: shapely.Polygon) -> Extent:
    c, s = cos(radians(way.angle)), sin(radians(way.angle))
    corners = [(x - way.x, y - way.y) for x, y in list(line.exterior.coords)[:4]]
    along, down = ([x * c + y * s for x, y in corners], [y * c - x * s for x, y in corners])
    sides = [(abs(along[n + 1] - along[n]), hypot(along[n + 1] - along[n], down[n + 1] - down[n])) for n in (0, 1)]
    high, wide = min(sides)[1] / 2, max(sides)[1] / 2  # the side that runs along the line is the wide one
    middle, centre = sum(down) / 4, sum(along) / 4
    return Extent(centre - wide, centre + wide, middle - high, middle + high)


def _height_samples(pictures: Levels, way: TextBox, ink: Extent) -> Iterator[Sample]:
    top, bottom = (ROWS / 2 + CORE_ROWS * each / way.height for each in (ink.top, ink.bottom))
    if 0 < top < ROWS / 2 < bottom < ROWS:
        yield Sample(height_strip(pictures, way), (top, bottom), way.width * way.height / pictures[0].size)


def _end_samples(pictures: Levels, way: TextBox, ink: Extent) -> Iterator[Sample]:
    beyond = (-ink.left - way.width / 2, ink.right - way.width / 2)
    for pixels, distance in zip(end_strips(pictures, way), beyond, strict=True):
        place = INSIDE + END_ROWS * distance / way.height
        if 0 < place < INSIDE + OUTSIDE:
            yield Sample(pixels, (place,), way.height**2 / pictures[0].size)


KINDS = {"height": _height_samples, "ends": _end_samples}
Bucket = tuple[Tensor, Tensor, Tensor]


def buckets(found: list[Sample]) -> list[Bucket]:
    """Strips of equal width together: pixels, edges, shares."""
    widths: dict[int, list[Sample]] = {}
    for sample in found:
        widths.setdefault(sample.pixels.shape[1], []).append(sample)
    return [
        (
            torch.from_numpy(np.stack([s.pixels for s in group]).transpose(0, 3, 1, 2).copy()),
            torch.tensor([s.edges for s in group]),
            torch.tensor([s.share for s in group]),
        )
        for group in widths.values()
    ]


def varied(strips: Tensor, edges: Tensor) -> tuple[Tensor, Tensor]:
    """The same lines mirrored, upside down, in other colours and contrasts, noisy, a little out of place."""
    strips, count, rows = strips.float(), len(strips), strips.shape[2]
    if random.random() < 0.5:
        strips = strips.flip(3)
    if edges.shape[1] == 2 and random.random() < 0.5:
        strips, edges = strips.flip(2), rows - edges.flip(1)
    strips = strips[:, torch.randperm(3)]
    mean = strips.mean((2, 3), keepdim=True)
    strips = (strips - mean) * torch.empty(count, 1, 1, 1).uniform_(0.6, 1.25) + mean
    strips = strips + torch.empty(count, 3, 1, 1).uniform_(-25, 25)
    strips = torch.where(torch.rand(count, 1, 1, 1) < 0.4, 255 - strips, strips)
    if random.random() < 0.3:
        strips = strips + torch.randn_like(strips) * random.uniform(0, 6)
    shift = random.randint(-2, 2)
    moved = (torch.arange(rows) - shift).clamp(0, rows - 1)
    return (strips.clamp(0, 255)[:, :, moved] - 127.5) / 64, edges + shift


def fit(net: InkEdges, train: list[Bucket], minutes: float) -> Iterator[float]:
    """Train for so long; yields the mean loss of every pass."""
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=1e-3)
    started, spent, step = time.monotonic(), 0.0, 0
    mean_share = torch.cat([shares for _, _, shares in train]).mean()
    places = torch.arange(train[0][0].shape[2]) + 0.5
    while spent < 1:
        parts = [
            (b, part) for b, (strips, _, _) in enumerate(train) for part in torch.randperm(len(strips)).split(BATCH)
        ]
        random.shuffle(parts)
        total = 0.0
        for number, part in parts:
            strips, edges, shares = train[number]
            seen, wanted = varied(strips[part], edges[part])
            target = torch.exp(-(places - wanted[..., None]).abs() / SMEAR)
            target = target / target.sum(-1, keepdim=True)
            weight = (shares[part] / mean_share).clamp(0.3, 3) ** 0.5
            loss = (-(target * net.scores(seen).log_softmax(-1)).sum(-1).mean(1) * weight).mean()
            spent = (time.monotonic() - started) / 60 / minutes
            step += 1
            for group in optimiser.param_groups:
                group["lr"] = RATE * min(1, step / 100) * max(0.0, 1 - spent)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 2.0)
            optimiser.step()
            total += float(loss.detach())
        yield total / len(parts)


def error(net: InkEdges, held_out: list[Bucket]) -> float:
    """Mean distance of the edges found from those drawn, in rows."""
    distances = []
    with torch.no_grad():
        for strips, edges, _ in held_out:
            total = net((strips.float() - 127.5) / 64).cumsum(-1)
            distances.append(((total < 0.5).sum(-1) + 0.5 - edges).abs())
    return float(torch.cat(distances).mean())


def main() -> None:
    """Read the folders, train, and write the network."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    parser.add_argument("--held-out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--output", type=Path, required=True)
    wanted = parser.parse_args()
    torch.manual_seed(0)
    random.seed(0)
    train = buckets([sample for folder in wanted.folders for sample in samples(folder, wanted.kind)])
    held_out = buckets(list(samples(wanted.held_out, wanted.kind)))
    print(sum(len(shares) for _, _, shares in train), "strips,", sum(len(s) for _, _, s in held_out), "held out")
    _, edges, _ = train[0]
    rows = train[0][0].shape[2]
    net = InkEdges(rows, edges.shape[1])
    for number, loss in enumerate(fit(net, train, wanted.minutes), 1):
        print(f"pass {number}: loss {loss:.3f}, off by {error(net, held_out):.3f} rows", flush=True)
    torch.onnx.export(
        net.eval(),
        (torch.zeros(1, 3, rows, 64),),
        wanted.output,
        input_names=["strip"],
        output_names=["edges"],
        dynamic_axes={"strip": {0: "lines", 3: "width"}, "edges": {0: "lines"}},
        opset_version=17,
        dynamo=False,
    )


if __name__ == "__main__":
    main()
