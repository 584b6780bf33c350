"""PP-OCRv6's recogniser as a judge: what cannot be read is not text, whatever the detector saw."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assetkit.text.boxes import TextBox
from assetkit.text.runtime import Network, Pixels

MODEL = "PP-OCRv6_rec_small.onnx"
_LINE_HEIGHT = 48  # pixels; what the network was trained on
_LEAST_WIDTH, _MOST_WIDTH = 160, 960
_BLANK = 0  # CTC's class for "nothing here"


@dataclass(frozen=True, slots=True)
class Reading:
    """How sure the recogniser is (0..1, mean over glyphs), and how many glyphs it read."""

    confidence: float
    glyphs: int


def read(picture: NDArray[np.uint8], box: TextBox, network: Network) -> Reading:
    """Read the line in `box` of an RGB picture (height, width, 3), the right way up or upside down."""
    import cv2

    line = _straightened(picture, box)
    upright = _decoded(network(_batch(line)))
    if upright.confidence >= 0.9:
        return upright
    turned = _decoded(network(_batch(np.asarray(cv2.rotate(line, cv2.ROTATE_180), np.uint8))))
    return max(upright, turned, key=lambda reading: reading.confidence)


def _straightened(picture: NDArray[np.uint8], box: TextBox) -> NDArray[np.uint8]:
    """The line as a strip of the network's height, its longer side level."""
    import cv2

    corners = np.array(box.corners(), np.float32)
    long, short = max(box.width, box.height), max(1.0, min(box.width, box.height))
    if box.height > box.width:
        corners = np.roll(corners, 1, axis=0)
    width = int(min(max(_LINE_HEIGHT, round(_LINE_HEIGHT * long / short)), _MOST_WIDTH))
    places = np.array([[0, 0], [width, 0], [width, _LINE_HEIGHT], [0, _LINE_HEIGHT]], np.float32)
    how = cv2.INTER_AREA if short > _LINE_HEIGHT else cv2.INTER_LINEAR
    matrix = cv2.getPerspectiveTransform(corners, places)
    return np.asarray(cv2.warpPerspective(picture, matrix, (width, _LINE_HEIGHT), flags=how), np.uint8)


def _batch(line: Pixels) -> Pixels:
    import cv2

    lacking = max(0, _LEAST_WIDTH - line.shape[1])
    padded = cv2.copyMakeBorder(line, 0, 0, 0, lacking, cv2.BORDER_REPLICATE)
    return np.asarray(padded, np.uint8)[None]


def _decoded(probabilities: NDArray[np.float32]) -> Reading:
    """CTC, greedily: repeats and blanks drop out."""
    best, sure = probabilities[0].argmax(axis=1), probabilities[0].max(axis=1)
    glyphs = (best != _BLANK) & np.concatenate(([True], best[1:] != best[:-1]))
    count = int(glyphs.sum())
    return Reading(float(sure[glyphs].mean()) if count else 0.0, count)
