"""Fits the network that hints where in a picture there may be text: assetkit/text/text_hints.onnx.

    pip install torch onnx
    python training/text_hints.py DIR... --held-out DIR --fonts DIR --minutes 32 --output assetkit/text/text_hints.onnx

Each DIR holds pictures of any kind; what is to be found in them is what the detector finds when it looks closely, so
nobody need mark anything. A third of those to learn from get lines of words drawn over them first, in the fonts under
`--fonts`. The weights that ship were fitted on 7,132 pictures, three in four with text (photographs, signs, posters,
packaging, receipts, screenshots, drawings and pages of documents, in Latin and Chinese), for 32 minutes on two cores,
at two sizes. On 119 other pictures of signs, posters and screenshots, a look that follows the hints, those of the
detector at a quarter of the size included, finds the same coverage as one at everything within 0.11 points on average.
"""

import argparse
import copy
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor, nn
from torch.nn import functional

from assetkit.text.boxes import CORE, cores_in
from assetkit.text.hints import CELL, closely
from assetkit.text.paddle import PaddleDetector
from assetkit.text.probability import LONG_SIDE, fitting, resized
from assetkit.text.strips import Levels

BATCH, SIDE = 16, 256  # pictures; pixels of the part of each that is shown, at half its size
RATE = 3e-3  # at the start; falls to nothing in a straight line
DRAWN = 0.3  # share of the pictures that words are drawn over
NONE, TEXT, DOUBTFUL = 0, 1, 2  # what a cell holds; what is doubtful teaches nothing
_MAYBE = 0.15  # probability from which a pixel that is no line's is doubtful
LATIN = "new sale limited only today 50% off ¥199 $29.99 free shipping travel guide skin care vol.12 2026 hello"
HAN = "春夏新品限时特惠全场包邮点击购买今日护肤美妆旅行攻略美食探店好物分享推荐必买清单穿搭日常的一是不了在人有我他这"


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture at half its size, and what each cell of it holds."""

    pixels: NDArray[np.uint8]
    cells: NDArray[np.uint8]


class Beside(nn.Module):
    """A convolution whose outcome is added to what it saw."""

    def __init__(self, channels: int, reach: int = 1) -> None:
        super().__init__()
        self.look = nn.Conv2d(channels, channels, 3, padding=reach, dilation=reach, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, seen: Tensor) -> Tensor:
        """Of the same shape."""
        return seen + functional.relu(self.norm(self.look(seen)))


class Hints(nn.Module):
    """Three steps down to cells of 8 x 8 pixels, then what lies round them: a probability for each."""

    def __init__(self) -> None:
        super().__init__()
        steps: list[nn.Module] = []
        for taken, given in ((3, 16), (16, 32), (32, 56)):
            steps += [nn.Conv2d(taken, given, 3, 2, 1, bias=False), nn.BatchNorm2d(given), nn.ReLU()]
        self.looks = nn.Sequential(*steps, *(Beside(56, reach) for reach in (1, 1, 2, 1, 3)), nn.Conv2d(56, 1, 1))

    def scores(self, pictures: Tensor) -> Tensor:
        """Pictures, n x 3 x height x width, in; n x 1 x height / 8 x width / 8 scores out."""
        scores: Tensor = self.looks(pictures)
        return scores

    def forward(self, pictures: Tensor) -> Tensor:
        """The same as probabilities."""
        return self.scores(pictures).sigmoid()


def pictures(folders: list[Path]) -> Iterator[NDArray[np.uint8]]:
    """Every picture in the folders that is not too small to tell anything."""
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        try:
            found = np.asarray(Image.open(path).convert("RGB"))
        except (OSError, SyntaxError, ValueError):
            continue
        if min(found.shape[:2]) >= SIDE:
            yield found


def written(picture: NDArray[np.uint8], fonts: list[Path]) -> NDArray[np.uint8]:
    """The picture with some lines drawn over it, now and then on a panel or with an outline."""
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image, "RGBA")
    for _ in range(random.choice((1, 1, 2, 3, 5))):
        least = random.choice((0.012, 0.016, 0.02, 0.03, 0.04, 0.06, 0.1, 0.16)) * min(image.size)
        font = ImageFont.truetype(random.choice(fonts), max(9, round(least * random.uniform(0.8, 1.2))))
        said = "".join(random.choices(HAN, k=random.randint(2, 14)))
        if random.random() < 0.4:
            said = " ".join(random.choices(LATIN.split(), k=random.randint(1, 5)))
        left, top, right, bottom = draw.textbbox((0, 0), said, font)
        x = random.randint(-10, max(1, int(image.width - right + left)))
        y = random.randint(0, max(1, int(image.height - bottom + top)))
        colour, other = (tuple(random.choices(range(256), k=3)) for _ in range(2))
        if random.random() < 0.25:
            draw.rectangle((x - 9, y - 6, x + right - left + 9, y + bottom - top + 6), (*other, 160))
        stroke: Any = {"stroke_width": max(1, round(font.size / 14)), "stroke_fill": other}
        draw.text((x - left, y - top), said, (*colour, random.choice((255, 255, 140))), font,
                  **(stroke if random.random() < 0.3 else {}))  # fmt: skip
    return np.asarray(image)


def sample(picture: NDArray[np.uint8], detector: PaddleDetector, size: float = 1) -> Sample:
    """What the detector finds in a picture when it looks closely, cell by cell; at `size` times the usual one."""
    seen_at = resized(picture, fitting(picture)[0])[:LONG_SIDE, :LONG_SIDE]
    whole = cv2.resize(seen_at, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
    step = 2 * CELL
    whole = whole[: whole.shape[0] // step * step, : whole.shape[1] // step * step]
    seen = closely(whole, detector.network)
    cores = list(cores_in(seen))
    false = detector.false(Levels(whole), [core.whole() for core in cores])
    lines = np.zeros(seen.shape, np.uint8)
    for core in cores:
        if core.whole() not in false:
            cv2.fillPoly(lines, [np.int32(np.round(core.corners()))], 1)
    lines &= seen > CORE
    held, maybe = (_each_cell(mask, step) for mask in (lines, (seen > _MAYBE).astype(np.uint8)))
    cells = np.where(held >= step, TEXT, np.where((held > 0) | (maybe > 0), DOUBTFUL, NONE)).astype(np.uint8)
    half = cv2.resize(whole, (whole.shape[1] // 2, whole.shape[0] // 2), interpolation=cv2.INTER_AREA)
    return Sample(np.asarray(half, np.uint8), cells)


def _each_cell(mask: NDArray[np.uint8], step: int) -> NDArray[np.int64]:
    rows, columns = mask.shape[0] // step, mask.shape[1] // step
    return np.asarray(mask.reshape(rows, step, columns, step).sum((1, 3)), np.int64)


def part(of: Sample) -> Sample:
    """A square part, with text in it more often than not; turned, mirrored, in other colours and contrasts, noisy."""
    rows, columns = of.cells.shape
    count = SIDE // CELL
    top, left = random.randint(0, max(0, rows - count)), random.randint(0, max(0, columns - count))
    if random.random() < 0.5 and (of.cells == TEXT).any():
        row, column = random.choice(np.argwhere(of.cells == TEXT).tolist())
        top = min(max(0, row - random.randint(0, count - 1)), max(0, rows - count))
        left = min(max(0, column - random.randint(0, count - 1)), max(0, columns - count))
    cells = of.cells[top : top + count, left : left + count]
    pixels = of.pixels[top * CELL : (top + count) * CELL, left * CELL : (left + count) * CELL]
    down, across = count - cells.shape[0], count - cells.shape[1]
    cells = cv2.copyMakeBorder(cells, 0, down, 0, across, cv2.BORDER_CONSTANT, value=[DOUBTFUL])
    pixels = cv2.copyMakeBorder(pixels, 0, down * CELL, 0, across * CELL, cv2.BORDER_REPLICATE)
    if random.random() < 0.3:
        quarters = random.randrange(4)
        cells, pixels = np.rot90(cells, quarters), np.rot90(pixels, quarters)
    if random.random() < 0.5:
        cells, pixels = cells[:, ::-1], pixels[:, ::-1]
    return Sample(_recoloured(np.ascontiguousarray(pixels, np.float32)), np.ascontiguousarray(cells))


def _recoloured(pixels: NDArray[np.float32]) -> NDArray[np.uint8]:
    if random.random() < 0.3:
        pixels = 255 - pixels
    if random.random() < 0.5:
        pixels = pixels[:, :, np.random.permutation(3)]
    if random.random() < 0.6:
        mean = pixels.mean()
        pixels = (pixels - mean) * random.uniform(0.5, 1.3) + mean + random.uniform(-30, 30)
    if random.random() < 0.2:
        pixels = pixels + np.random.randn(*pixels.shape).astype(np.float32) * random.uniform(0, 8)
    if random.random() < 0.15:
        pixels = cv2.GaussianBlur(pixels, (0, 0), random.uniform(0.3, 1.0))
    return np.clip(pixels, 0, 255).astype(np.uint8)


def tensors(parts: list[Sample]) -> tuple[Tensor, Tensor]:
    """Pictures as the network takes them, and their cells."""
    pixels = torch.from_numpy(np.stack([each.pixels for each in parts])).permute(0, 3, 1, 2)
    return (pixels.float() - 127.5) / 127.5, torch.from_numpy(np.stack([each.cells for each in parts]).astype(np.int64))


def fit(train: list[Sample], minutes: float) -> Iterator[tuple[float, Hints]]:
    """Train for so long; yields the share of the time that is spent, and the mean of the latest weights."""
    net = Hints().to(memory_format=torch.channels_last)
    mean, optimiser = copy.deepcopy(net), torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=1e-3)
    started, spent, step = time.monotonic(), 0.0, 0
    while spent < 1:
        seen, cells = tensors([part(random.choice(train)) for _ in range(BATCH)])
        scores = net.scores(seen.contiguous(memory_format=torch.channels_last))[:, 0]
        missed = functional.binary_cross_entropy_with_logits(scores, (cells == TEXT).float(), reduction="none")
        weight = (cells != DOUBTFUL) * (1.0 + (cells == TEXT))  # a line overlooked is worse than a fence looked at
        loss = (weight * missed * (1 - torch.exp(-missed))).sum() / weight.sum()
        spent, step = (time.monotonic() - started) / 60 / minutes, step + 1
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1, step / 200) * max(0.0, 1 - spent)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimiser.step()
        keep = min(0.998, step / (step + 20))
        with torch.no_grad():
            for old, new in zip(mean.state_dict().values(), net.state_dict().values(), strict=True):
                old.copy_(keep * old + (1 - keep) * new if old.dtype.is_floating_point else new)
        if step % 500 == 0 or spent >= 1:
            yield spent, mean


def judged(net: Hints, held_out: list[Sample], least: float) -> str:
    """The share of lines whose cells, or their neighbours, are hinted at; and of cells without text that are, too."""
    lines, found, cells, false = 0, 0, 0, 0
    net.eval()
    for each in held_out:
        with torch.no_grad():
            hints = (net(tensors([each])[0])[0, 0].numpy() > least).astype(np.uint8)
        near = cv2.dilate(hints, np.ones((3, 3), np.uint8)) > 0
        count, line = cv2.connectedComponents((each.cells == TEXT).astype(np.uint8))
        lines += count - 1
        found += sum(near[line == number].mean() > 0.8 for number in range(1, count))
        cells += int((each.cells == NONE).sum())
        false += int((hints[each.cells == NONE]).sum())
    return f"{found / max(1, lines):.2%} of {lines} lines hinted at, {false / max(1, cells):.2%} of cells without any"


def main() -> None:
    """Read the folders, train, and write the network."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    parser.add_argument("--held-out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--fonts", type=Path, required=True, metavar="DIR", help="fonts that have Chinese glyphs")
    parser.add_argument("--minutes", type=float, default=32)
    parser.add_argument("--output", type=Path, required=True)
    wanted = parser.parse_args()
    torch.manual_seed(0)
    np.random.seed(0)
    random.seed(0)
    fonts = sorted(path for path in wanted.fonts.rglob("*") if path.suffix[:3] in (".tt", ".ot"))
    detector = PaddleDetector(threads=2)
    train = [
        sample(written(p, fonts) if random.random() < DRAWN else p, detector, random.choice((1, 1, 1, 0.6)))
        for p in pictures(wanted.folders)
    ]
    held_out = [sample(picture, detector) for picture in pictures([wanted.held_out])]
    print(len(train), "pictures,", len(held_out), "held out")
    for spent, net in fit(train, wanted.minutes):
        print(
            f"{spent:.0%}: " + "; ".join(f"at {least}: {judged(net, held_out, least)}" for least in (0.45, 0.65)),
            flush=True,
        )
    torch.onnx.export(
        net.eval(),
        (torch.zeros(1, 3, SIDE, SIDE),),
        wanted.output,
        input_names=["picture"],
        output_names=["hints"],
        dynamic_axes={"picture": {2: "height", 3: "width"}, "hints": {2: "rows", 3: "columns"}},
        opset_version=17,
        dynamo=False,
    )


if __name__ == "__main__":
    main()
