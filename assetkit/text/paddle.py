"""The default engine: PP-OCRv6's small text detector, and its recogniser as a judge of doubtful boxes."""

from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from assetkit.model import TextRegion
from assetkit.text.boxes import TextBox, boxes_in
from assetkit.text.probability import probability_map
from assetkit.text.runtime import RUNTIMES, installed_runtime, model_path

THREADS = 1  # per process: the batch runs one worker process per core
DETECTION_MODEL = "PP-OCRv6_det_small.onnx"


class PaddleDetector:
    """PP-OCRv6 on `runtime` (a key of `RUNTIMES`; by default the best installed one), `threads` per picture."""

    name = "paddle"

    def __init__(self, runtime: str | None = None, threads: int = THREADS) -> None:
        runtime = runtime or installed_runtime()
        self.version = f"PP-OCRv6_det_small, {runtime} {version(runtime)}, f32"
        self._network = RUNTIMES[runtime](model_path(DETECTION_MODEL), threads)

    def detect(self, picture: NDArray[np.uint8]) -> tuple[TextRegion, ...]:
        """One region per line of text, tight round its ink, top line first."""
        probabilities, scale = probability_map(picture, self._network)
        boxes = [box.scaled(1 / scale) for box in boxes_in(probabilities)]
        height, width = picture.shape[:2]
        kept = [box for box in boxes if not _is_false(box, width * height)]
        return tuple(TextRegion(box.corners(), box.score) for box in kept)


def _is_false(box: TextBox, frame_area: int) -> bool:
    """True for a big squarish box: what the detector makes of a picture without text."""
    long, short = max(box.width, box.height), min(box.width, box.height)
    return box.width * box.height > 0.12 * frame_area and long < 2.2 * short
