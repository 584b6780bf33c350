"""The default engine: PP-OCRv6's small text detector, and its recogniser as a judge of doubtful boxes."""

from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from assetkit.model import TextRegion
from assetkit.text.boxes import TextBox, boxes_in
from assetkit.text.probability import probability_map
from assetkit.text.reading import MODEL, read
from assetkit.text.runtime import RUNTIMES, Network, installed_runtime, model_path

DETECTION_MODEL = "PP-OCRv6_det_small.onnx"
# Fitted on 1,291 lines of overlaid text and 420 boxes where there is none. The detector is never wrong about small
# boxes it is fairly sure of, nor about larger ones it is very sure of; the rest is read. Three glyphs are never read
# with confidence where there is no text; one or two are read into any blob, so they must be nearly certain.
_SMALL, _HUGE = 0.02, 0.1  # share of the frame
_SURE, _VERY_SURE = 0.85, 0.95  # detector's score
_FEW = 2  # glyphs
_LEGIBLE, _LEGIBLE_FEW, _LEGIBLE_FEW_HUGE = 0.6, 0.9, 0.98  # recogniser's confidence


class PaddleDetector:
    """PP-OCRv6 on `runtime` (a key of `RUNTIMES`; by default the best installed one), `threads` per picture."""

    name = "paddle"

    def __init__(self, runtime: str | None = None, threads: int = 1) -> None:
        runtime = runtime or installed_runtime()
        self._runtime, self._threads = runtime, threads
        self._recogniser: Network | None = None  # loaded when the first doubtful box turns up
        self.version = f"PP-OCRv6_det_small, {runtime} {version(runtime)}, f32"
        self._network = RUNTIMES[runtime](model_path(DETECTION_MODEL), threads)

    def detect(self, picture: NDArray[np.uint8]) -> tuple[TextRegion, ...]:
        """One region per line of text, tight round its ink, top line first."""
        probabilities, scale = probability_map(picture, self._network)
        boxes = [box.scaled(1 / scale) for box in boxes_in(probabilities)]
        height, width = picture.shape[:2]
        kept = [box for box in boxes if self._is_text(picture, box, width * height)]
        return tuple(TextRegion(box.corners(), box.score) for box in kept)

    def _is_text(self, picture: NDArray[np.uint8], box: TextBox, frame_area: int) -> bool:
        """False for what cannot be read. Only doubtful boxes are read, since reading takes time."""
        share = box.width * box.height / frame_area
        if box.score >= (_SURE if share <= _SMALL else _VERY_SURE):
            return True
        if self._recogniser is None:
            self._recogniser = RUNTIMES[self._runtime](model_path(MODEL), self._threads)
        reading = read(picture, box, self._recogniser)
        if reading.glyphs > _FEW:
            return reading.confidence >= _LEGIBLE
        return reading.confidence >= (_LEGIBLE_FEW if share <= _HUGE else _LEGIBLE_FEW_HUGE)
