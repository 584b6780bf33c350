"""PP-OCRv6's recogniser as a judge: what cannot be read is not text, whatever the detector saw."""

from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from assetkit.text.boxes import TextBox
from assetkit.text.runtime import Network, Pixels
from assetkit.text.strips import Levels, strip

MODEL = "PP-OCRv6_rec_small.onnx"
_LINE_HEIGHT = 48  # pixels; what the network was trained on
_LEAST_WIDTH, _MOST_WIDTH = 160, 960
_BLANK = 0  # CTC's class for "nothing here"
# Something is read into many a blob, but something else as soon as it is cut out a little larger; text says the same.
# Of 580 boxes without text a single look let 44 through, a tenth of their area; two let 35, half of that, and of 394
# lines lost 4.
_PLAIN, _HOPELESS = 0.9, 0.5  # confidence from which one look will do, and under which a second is no use
_LARGER = 0.06  # of the shorter side
_ALIKE = 0.5  # share of the glyphs that both looks read


@dataclass(frozen=True, slots=True)
class Reading:
    """How sure the recogniser is (0..1, mean over glyphs), and the classes of the glyphs it read."""

    confidence: float
    glyphs: tuple[int, ...]


def read(pictures: Levels, box: TextBox, network: Network) -> Reading:
    """Read the line in `box` of an RGB picture (height, width, 3), the right way up or upside down.

    What is not plain is looked at twice; both must read much the same, and the less sure one counts.
    """
    first = _either_way(pictures, box, network)
    if not _HOPELESS <= first.confidence < _PLAIN:
        return first
    more = _LARGER * min(box.width, box.height)
    second = _either_way(pictures, box.grown(more, more), network)
    is_alike = SequenceMatcher(None, first.glyphs, second.glyphs, autojunk=False).ratio() >= _ALIKE
    return min(first, second, key=lambda reading: reading.confidence) if is_alike else Reading(0.0, ())


def _either_way(pictures: Levels, box: TextBox, network: Network) -> Reading:
    line = _straightened(pictures, box.level())
    upright = _decoded(network(_batch(line)))
    if upright.confidence >= _PLAIN:
        return upright
    turned = _decoded(network(_batch(line[::-1, ::-1])))
    return max(upright, turned, key=lambda reading: reading.confidence)


def _straightened(pictures: Levels, box: TextBox) -> Pixels:
    """The line as a strip of the network's height."""
    width = round(_LINE_HEIGHT * box.width / max(1.0, box.height))
    return strip(pictures, box, min(max(_LINE_HEIGHT, width), _MOST_WIDTH), _LINE_HEIGHT)


def _batch(line: Pixels) -> Pixels:
    import cv2

    lacking = max(0, _LEAST_WIDTH - line.shape[1])
    padded = cv2.copyMakeBorder(line, 0, 0, 0, lacking, cv2.BORDER_REPLICATE)
    return np.asarray(padded, np.uint8)[None]


def _decoded(probabilities: NDArray[np.float32]) -> Reading:
    """CTC, greedily: repeats and blanks drop out."""
    best, sure = probabilities[0].argmax(axis=1), probabilities[0].max(axis=1)
    glyphs = (best != _BLANK) & np.concatenate(([True], best[1:] != best[:-1]))
    return Reading(float(sure[glyphs].mean()) if glyphs.any() else 0.0, tuple(best[glyphs].tolist()))
