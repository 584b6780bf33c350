"""PP-OCRv6's recogniser as a judge: what cannot be read is not text, whatever the detector saw."""

from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from assetkit.abreast import LoadedOnce
from assetkit.text.boxes import TextBox
from assetkit.text.runtime import RUNTIMES, VARYING_SHAPES, Network, Pixels, installed_runtime, model_path
from assetkit.text.strips import Levels, strip

MODEL = "PP-OCRv6_rec_small.onnx"
LINE_HEIGHT = 48  # pixels; what the network was trained on
_LEAST_WIDTH, _MOST_WIDTH = 160, 960
_BLANK = 0  # CTC's class for "nothing here"
# Something is read into many a blob, but something else as soon as it is cut out a little larger; text says the same.
# Of 580 boxes off the known lines (some of them on lettering) one look let 44 through, of 0.39 frames in all, two let
# 35, of 0.17; of 394 lines that one look kept, two lost 4.
_PLAIN, _HOPELESS = 0.9, 0.5  # confidence from which one look will do, and under which a second is no use
_LARGER = 0.06  # of the shorter side
_ALIKE = 0.5  # share of the glyphs that both looks read


@dataclass(frozen=True, slots=True)
class Reading:
    """How sure the recogniser is (0..1, mean over glyphs), and the classes of the glyphs it read."""

    confidence: float
    glyphs: tuple[int, ...]


@LoadedOnce
def recogniser(runtime: str | None = None, threads: int = 1) -> Network:
    """The network, loaded once per process, for so many calls at a time.

    `runtime` is a key of `RUNTIMES`, by default the best installed one. Raises SetupError where it or the model is
    missing.
    """
    return RUNTIMES[runtime or installed_runtime(VARYING_SHAPES)](model_path(MODEL), 1, calls=threads)


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
    width = round(LINE_HEIGHT * box.width / max(1.0, box.height))
    return strip(pictures, box, min(max(LINE_HEIGHT, width), _MOST_WIDTH), LINE_HEIGHT)


def _batch(line: Pixels) -> Pixels:
    import cv2

    lacking = max(0, _LEAST_WIDTH - line.shape[1])
    padded = cv2.copyMakeBorder(line, 0, 0, 0, lacking, cv2.BORDER_REPLICATE)
    return np.asarray(padded, np.uint8)[None]


def _decoded(scores: NDArray[np.float32]) -> Reading:
    classes, sure = spelled(scores[0])
    return Reading(float(sure.mean()) if len(sure) else 0.0, tuple(classes.tolist()))


def spelled(scores: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The classes of the glyphs and the confidence of each, from steps x classes: CTC, greedily.

    Repeats and blanks drop out.
    """
    best = scores.argmax(axis=1)
    is_glyph = (best != _BLANK) & np.concatenate(([True], best[1:] != best[:-1]))
    return best[is_glyph], scores[is_glyph, best[is_glyph]]
