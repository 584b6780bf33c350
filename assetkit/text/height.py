"""Where a line's ink begins and ends across the line, outline included: a small network fitted for just that.

Edges alone mistake panels, shadows and the background for ink, and miss an outline on a background of its colour.
`training/ink_height.py` says how the network was fitted, and on what.
"""

from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assetkit.text.boxes import TextBox
from assetkit.text.runtime import Network
from assetkit.text.strips import straightened

MODEL = Path(__file__).with_name("ink_height.onnx")
CORE_ROWS = 16  # what a core's height becomes; as much of the picture is shown above it and below
ROWS = 3 * CORE_ROWS
SMEAR = 0.8  # rows: edges were smeared so far in training (a Laplace distribution), which is no doubt of the network's
_LEAST = 0.1  # square rows: no edge is known better
_BESIDE = 0.3  # of the core's height, shown before a line and behind it
_WIDTH_STEP, _MOST_WIDTH = 32, 160  # columns; longer lines are squeezed


@dataclass(frozen=True, slots=True)
class Edge:
    """Where the ink ends on one side: how far from the core's middle line, and its standard error, in pixels."""

    distance: float
    doubt: float


def strip(picture: NDArray[np.uint8], core: TextBox) -> NDArray[np.uint8]:
    """The network's input for a level core in an RGB picture: ROWS x a multiple of 32 x 3."""
    import cv2

    box, scale = core.grown(_BESIDE * core.height, core.height), CORE_ROWS / core.height
    pixels = straightened(picture, box, min(1.0, 2 * scale))
    steps = round(box.width * scale / _WIDTH_STEP)
    size = min(_MOST_WIDTH, max(1, steps) * _WIDTH_STEP), ROWS
    how = cv2.INTER_AREA if pixels.shape[0] > ROWS else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)


def height(picture: NDArray[np.uint8], core: TextBox, network: Network) -> tuple[Edge, Edge]:
    """The ink's upper and lower edge for a level core in an RGB picture (height, width, 3).

    One strip at a time: runtimes prepare anew for every shape of batch, which costs more than a batch saves.
    """
    pixels = np.asarray(strip(picture, core).transpose(2, 0, 1), np.float32)
    upper, lower = network((pixels[None] - np.float32(127.5)) / np.float32(64))[0]
    return _edge(upper[::-1], core), _edge(lower, core)


def _edge(probabilities: NDArray[np.float32], core: TextBox) -> Edge:
    """An edge from the probability, row by row outward, that it lies there: its median, and the spread round that."""
    total = np.concatenate([[0.0], np.cumsum(probabilities, dtype=np.float64)])
    place = float(np.interp(total[-1] / 2, total, np.arange(ROWS + 1)))
    away = np.arange(ROWS) + 0.5 - place
    variance = float(np.dot(away * away, probabilities.astype(np.float64)) / total[-1]) - 2 * SMEAR**2
    pixel = core.height / CORE_ROWS
    return Edge((place - ROWS / 2) * pixel, sqrt(max(_LEAST, variance)) * pixel)
