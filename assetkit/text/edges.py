"""Where a line's ink begins and ends, outline included: two small networks fitted for just that.

Steps in brightness alone mistake panels, shadows and the background for ink, and miss an outline on a background of
its colour. `training/ink_edges.py` says how the networks were fitted, and on what.
"""

from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assetkit.text.boxes import TextBox
from assetkit.text.runtime import Network
from assetkit.text.strips import Levels, Pixels, strip

HEIGHT_MODEL = Path(__file__).with_name("ink_height.onnx")
ENDS_MODEL = Path(__file__).with_name("ink_ends.onnx")
CORE_ROWS = 16  # what a core's height becomes where its upper and lower edge are looked for
ROWS = 3 * CORE_ROWS  # as much of the picture is shown above it and below
END_ROWS = 12  # what a core's height becomes where its ends are looked for; half as much is shown above it and below
INSIDE, OUTSIDE = 2 * END_ROWS, 4 * END_ROWS  # columns shown on either side of an end of the core: two glyphs beyond it
SMEAR = 0.8  # steps: edges were smeared so far in training (a Laplace distribution), which is no doubt of the networks'
_LEAST = 0.1  # square steps: no edge is known better
_BESIDE = 0.3  # of the core's height, shown before a line and behind it
_WIDTH_STEP, _MOST_WIDTH = 32, 160  # columns; longer lines are squeezed


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


def height(pictures: Levels, core: TextBox, network: Network) -> tuple[Edge, Edge]:
    """The ink's upper and lower edge for a level core.

    One strip at a time: runtimes prepare anew for every shape of batch, which costs more than a batch saves.
    """
    step = core.height / CORE_ROWS
    upper, lower = network(_normal(height_strip(pictures, core)[None]))[0]
    return _edge(upper[::-1], ROWS / 2, step), _edge(lower, ROWS / 2, step)


def ends(pictures: Levels, core: TextBox, network: Network) -> tuple[Edge, Edge]:
    """The ink's left and right end for a level core."""
    step = core.height / END_ROWS
    left, right = network(_normal(end_strips(pictures, core)))
    return _edge(left[0], INSIDE, step), _edge(right[0], INSIDE, step)


def _normal(strips: Pixels) -> NDArray[np.float32]:
    """Strips, n x rows x columns x 3, as the networks take them."""
    return (np.asarray(strips.transpose(0, 3, 1, 2), np.float32) - np.float32(127.5)) / np.float32(64)


def _edge(probabilities: NDArray[np.float32], origin: float, step: float) -> Edge:
    """An edge from the probability, step by step outward, that it lies there: its median, and the spread round that."""
    total = np.concatenate([[0.0], np.cumsum(probabilities, dtype=np.float64)])
    place = float(np.interp(total[-1] / 2, total, np.arange(len(total))))
    away = np.arange(len(probabilities)) + 0.5 - place
    variance = float(np.dot(away * away, probabilities.astype(np.float64)) / total[-1]) - 2 * SMEAR**2
    return Edge((place - origin) * step, sqrt(max(_LEAST, variance)) * step)
