"""The default engine: PP-OCRv6's small text detector, and its recogniser as a judge of doubtful boxes."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from assetkit.geometry import Box
from assetkit.lettering import Search, TextRegion
from assetkit.text.boxes import TextBox, cores_in, inside
from assetkit.text.edges import ENDS_MODEL, HEIGHT_MODEL, INTAKE
from assetkit.text.hints import HINTS_MODEL, closely, hinted
from assetkit.text.hints import INTAKE as HINTS_INTAKE
from assetkit.text.ink import fit
from assetkit.text.lines import joined
from assetkit.text.probability import fitting, probability_map
from assetkit.text.reading import Reading, read, recogniser
from assetkit.text.runtime import FIXED_SHAPES, VARYING_SHAPES, Late, installed_runtime, model_path
from assetkit.text.strips import Levels

DETECTION_MODEL = "PP-OCRv6_det_small.onnx"
# Fitted on 1,291 lines of overlaid text and 420 boxes where there is none. The detector is never wrong about small
# boxes it is fairly sure of, nor about larger ones it is very sure of; the rest is read. Three glyphs are hardly ever
# read twice where there is no text; one or two are read into any blob (a ball is a perfect O), so they must be
# nearly certain, like whatever is read in a huge box; and a lone one must at least be longer than a blob is (a column
# of glyphs reads as one). Of a plain disc the detector is very sure, but hardly anything is read in it; text as square
# as that is read with at least 0.58.
_SPECK, _SMALL, _HUGE = 0.003, 0.02, 0.25  # share of the frame; a huge box is doubted however sure the detector is
_SURE, _VERY_SURE, _LIKELY = 0.85, 0.95, 0.7  # detector's score; under the last hardly a line was ever real
_READ_MOST = 12  # boxes a picture; a reading takes a sixth of the time of a detection
_FEW = 2  # glyphs
_LONG = 2.2  # longer side over shorter
_LEGIBLE, _LEGIBLE_FEW, _LEGIBLE_SURE = 0.6, 0.9, 0.5  # recogniser's confidence


class PaddleDetector:
    """PP-OCRv6 on `runtime` (a key of `RUNTIMES`; by default the best for each network), `threads` per picture."""

    name = "paddle"

    def __init__(self, runtime: str | None = None, threads: int = 1) -> None:
        self._runtime, self._threads = runtime, threads
        self._whole, self._parts = ((runtime,) if runtime else order for order in (FIXED_SHAPES, VARYING_SHAPES))
        self.network = Late(self._whole, model_path(DETECTION_MODEL), threads)
        # the same network, for what hints lead to
        self._quick = Late(self._parts, model_path(DETECTION_MODEL), threads)
        self._hints = Late(self._parts, HINTS_MODEL, threads, 1, HINTS_INTAKE)
        # networks this small gain nothing from a second thread: they are called side by side instead
        self._heights = Late(self._parts, HEIGHT_MODEL, 1, threads, INTAKE)
        self._ends = Late(self._parts, ENDS_MODEL, 1, threads, INTAKE)
        self._crew = ThreadPoolExecutor(threads, "fit")

    @property
    def version(self) -> str:
        """Model, runtimes and precision; the runtimes are imported for it."""
        used = dict.fromkeys(installed_runtime(order) for order in (self._whole, self._parts))
        return f"PP-OCRv6_det_small, {', '.join(f'{name} {version(name)}' for name in used)}, f32"

    def prepare(self, search: Search) -> None:
        """Load the networks that search so; those that fit and read lines are loaded with the first line."""
        for network in (self.network,) if search is Search.ALL else (self._quick, self._hints):
            network.loaded()

    def detect(
        self, picture: NDArray[np.uint8], *, search: Search = Search.ALL, places: Sequence[Box] = ()
    ) -> tuple[TextRegion, ...]:
        """One region per line of text, tight round its ink, top line first."""
        pictures = Levels(picture)
        probabilities, scale = self._map(pictures, search, places)
        cores = [core.scaled(1 / scale) for core in cores_in(probabilities)]
        height, width = picture.shape[:2]
        false = self.false(pictures, [core.whole() for core in cores])
        sure = [core for core in cores if core.whole() not in false]
        doubted = [core for core in cores if core.whole() in false]
        lines = fit(pictures, joined(sure, doubted), (self._heights, self._ends), self._crew.map)
        return tuple(
            TextRegion(inside(line.box.upright().corners(), width, height), line.box.score, doubt=line.doubt)
            for line in lines
        )

    def _map(self, pictures: Levels, search: Search, places: Sequence[Box]) -> tuple[NDArray[np.float32], float]:
        if search is Search.ALL:
            return probability_map(pictures.whole, partial(closely, detector=self.network))
        _, scale = fitting(pictures.whole)

        def is_legible(boxes: list[TextBox]) -> bool:
            return len(self.false(pictures, [box.scaled(1 / scale) for box in boxes])) < len(boxes)

        known = [place.scaled(scale) for place in places]
        judge = None if search is Search.SMALL_HINTS else is_legible
        return hinted(pictures, self._quick, self._hints, judge, known)

    def false(self, pictures: Levels, boxes: list[TextBox]) -> list[TextBox]:
        """Those of the boxes that hold no text."""
        frame_area = pictures.whole.shape[0] * pictures.whole.shape[1]
        false = [box for box in boxes if box.score < _LIKELY]
        doubtful = [box for box in boxes if box not in false and _is_doubtful(box, frame_area)]
        # the largest weigh most in the coverage; a screen full of code must not take half a minute
        examined = sorted(doubtful, key=lambda box: -box.width * box.height)[:_READ_MOST]
        if not examined:
            return false
        network = recogniser(self._runtime, self._threads)
        readings = self._crew.map(lambda box: read(pictures, box, network), examined)
        pairs = zip(examined, readings, strict=True)
        return false + [box for box, reading in pairs if not _is_legible(reading, box, frame_area)]


def _is_legible(reading: Reading, box: TextBox, frame_area: int) -> bool:
    if _is_sure(box, frame_area):
        return reading.confidence >= _LEGIBLE_SURE
    if len(reading.glyphs) > _FEW and not _is_huge(box, frame_area):
        return reading.confidence >= _LEGIBLE
    return reading.confidence >= _LEGIBLE_FEW and (len(reading.glyphs) > 1 or _is_long(box))


def _is_doubtful(box: TextBox, frame_area: int) -> bool:
    is_blob = box.width * box.height > _SPECK * frame_area and not _is_long(box)
    return is_blob or not _is_sure(box, frame_area)


def _is_huge(box: TextBox, frame_area: int) -> bool:
    return box.width * box.height > _HUGE * frame_area


def _is_sure(box: TextBox, frame_area: int) -> bool:
    share = box.width * box.height / frame_area
    return not _is_huge(box, frame_area) and box.score >= (_SURE if share <= _SMALL else _VERY_SURE)


def _is_long(box: TextBox) -> bool:
    return max(box.width, box.height) >= _LONG * min(box.width, box.height)
