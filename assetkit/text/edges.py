"""Where a line's ink begins and ends, outline included: two small networks fitted for just that.

Steps in brightness alone mistake panels, shadows and the background for ink, and miss an outline on a background of
its colour. `training/ink_edges.py` says how the networks were fitted, and on what.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetkit.text.boxes import TextBox
from assetkit.text.runtime import Intake, Network, Pixels
from assetkit.text.strips import Levels, strip

HEIGHT_MODEL = Path(__file__).with_name("ink_height.onnx")
ENDS_MODEL = Path(__file__).with_name("ink_ends.onnx")
INTAKE = Intake(64, is_bgr=False, is_single=False)  # as both were fitted
CORE_ROWS = 16  # what a core's height becomes where its upper and lower edge are looked for
ROWS = 3 * CORE_ROWS  # as much of the picture is shown above it and below
END_ROWS = 12  # what a core's height becomes where its ends are looked for; half as much is shown above it and below
INSIDE, OUTSIDE = 2 * END_ROWS, 4 * END_ROWS  # columns shown on either side of an end of the core: two glyphs beyond it
SMEAR = 0.8  # steps: edges were smeared so far in training (a Laplace distribution), which is no doubt of the networks'
_LEAST = 0.1  # square steps: no edge is known better
_BESIDE = 0.3  # of the core's height, shown before a line and behind it
_WIDTH_STEP, _MOST_WIDTH = 32, 160  # columns; longer lines are squeezed
_TOGETHER = 4  # strips a call

Each = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""What `map` does, or a crew's: a function of everything, in order."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Where the ink ends on one side, in pixels, and its standard error.

    Above and below, the distance is that from the core's middle line; along the line, that from the core's end.
    """

    distance: float
    doubt: float


def height_strip(pictures: Levels, core: TextBox) -> Pixels:
    """What shows the height of a level core: ROWS x a multiple of 32 x 3."""
    box, scale = core.grown(_BESIDE * core.height, core.height), CORE_ROWS / core.height
    steps = round(box.width * scale / _WIDTH_STEP)
    return strip(pictures, box, min(_MOST_WIDTH, max(1, steps) * _WIDTH_STEP), ROWS)


def end_strips(pictures: Levels, core: TextBox) -> Pixels:
    """What shows the left and the right end of a level core, each as if it were the right one, turned by a quarter.

    2 x (INSIDE + OUTSIDE) x 2 END_ROWS x 3: places along the line are rows, as edges are in `height_strip`.
    """
    step = core.height / END_ROWS
    inside, outside = INSIDE * step, OUTSIDE * step
    across = (-core.height / 2, 1.5 * core.height)
    parts = core.part((-outside, inside), across), core.part((core.width - inside, core.width + outside), across)
    left, right = (strip(pictures, end, INSIDE + OUTSIDE, 2 * END_ROWS).transpose(1, 0, 2) for end in parts)
    return np.stack([left[::-1], right])


def heights(pictures: Levels, cores: Sequence[TextBox], network: Network, each: Each) -> list[tuple[Edge, Edge]]:
    """The ink's upper and lower edge for every level core."""
    found = _through(network, list(each(partial(height_strip, pictures), cores)), each)
    steps = [core.height / CORE_ROWS for core in cores]
    return _pairs(found[:, 0, ::-1], found[:, 1], ROWS / 2, steps)


def ends(pictures: Levels, cores: Sequence[TextBox], network: Network, each: Each) -> list[tuple[Edge, Edge]]:
    """The ink's left and right end for every level core."""
    pairs = each(partial(end_strips, pictures), cores)
    found = _through(network, [end for pair in pairs for end in pair], each)[:, 0]
    steps = [core.height / END_ROWS for core in cores]
    return _pairs(found[::2], found[1::2], INSIDE, steps)


def _through(network: Network, strips: Sequence[Pixels], each: Each) -> NDArray[np.float32]:
    """What a network says of every strip, as a row each.

    Few of one shape together: runtimes prepare anew for every number of them, which costs more than many save.
    """
    alike: dict[tuple[int, ...], list[int]] = {}
    for number, pixels in enumerate(strips):
        alike.setdefault(pixels.shape, []).append(number)
    batches = [same[at : at + _TOGETHER] for same in alike.values() for at in range(0, len(same), _TOGETHER)]
    answers = each(lambda some: network(np.stack([strips[number] for number in some])), batches)
    rows = {
        number: row
        for some, answer in zip(batches, answers, strict=True)
        for number, row in zip(some, answer, strict=True)
    }
    return np.stack([rows[number] for number in range(len(strips))])


def _pairs(
    one: NDArray[np.float32], other: NDArray[np.float32], origin: float, steps: Sequence[float]
) -> list[tuple[Edge, Edge]]:
    """Two edges per core from probabilities, and how many pixels a step is."""
    both = zip(_places(one, origin), _places(other, origin), steps, strict=True)
    return [(Edge(near[0] * step, near[1] * step), Edge(far[0] * step, far[1] * step)) for near, far, step in both]


def _places(probabilities: NDArray[np.float32], origin: float) -> list[tuple[float, float]]:
    """Where edges lie, and their doubt, in steps: rows hold the probability, step by step outward, that it is there.

    An edge lies at the median; its doubt is the spread round that.
    """
    known = probabilities.astype(np.float64)
    total, rows = np.cumsum(known, axis=1), np.arange(len(known))
    half = total[:, -1] / 2
    step = (total < half[:, None]).sum(axis=1)
    place = step + 1 - (total[rows, step] - half) / known[rows, step]
    away = np.arange(known.shape[1]) + 0.5 - place[:, None]
    variance = (away * away * known).sum(axis=1) / total[:, -1] - 2 * SMEAR**2
    doubt = np.sqrt(np.maximum(_LEAST, variance))
    return [(float(at), float(by)) for at, by in zip(place - origin, doubt, strict=True)]
