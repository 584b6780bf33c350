"""What lines of text say: PP-OCRv6's recogniser, many lines at a time."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import atan2, degrees, hypot

import numpy as np
from numpy.typing import NDArray

from assetkit.abreast import LoadedOnce
from assetkit.lettering import TextRegion
from assetkit.text.alphabet import alphabet
from assetkit.text.boxes import TextBox
from assetkit.text.reading import LINE_HEIGHT, MODEL, recogniser, spelled
from assetkit.text.runtime import Pixels, model_path
from assetkit.text.strips import Levels, strip

_LEAST, _MOST = 48, 2400  # pixels of width
_STEP = 16  # pixels that widths are rounded to: for each new one openvino prepares the network anew
# The network's time grows with the width. On 207 lines of signs and posters, pressed ones were read as well as others
# (normalised edit distance 0.023 either way); narrow Latin letters may suffer, so what is not clear is read again.
_PRESSED = 0.7  # of a line's own width
_CLEAR = 0.92  # confidence under which a line is read again at its own width
_ROOM = 0.12  # of a line's height: the network was trained on lines with some room round their ink
_COLUMN = 1.5  # height over width from which a line is a column
_DOUBTFUL = 0.85  # confidence under which a line is read another way round as well


@dataclass(frozen=True, slots=True)
class Transcript:
    """What one line says; `glyphs` holds the confidence (0..1) of each character, `confidence` their mean."""

    text: str
    confidence: float
    glyphs: tuple[float, ...] = ()


class Transcriber:
    """The recogniser on `runtime` (a key of `RUNTIMES`; by default the best installed one)."""

    def __init__(self, runtime: str | None = None, threads: int = 1) -> None:
        self._alphabet = alphabet(model_path(MODEL))
        self._network = recogniser(runtime, threads)
        self._crew = ThreadPoolExecutor(threads, "read")

    def read(self, picture: Pixels, regions: Sequence[TextRegion]) -> tuple[Transcript, ...]:
        """Read the lines of an RGB picture (height, width, 3) that a detector found in it; one result per region.

        A doubtful line is read upside down too, and a doubtful column lying on either side.
        """
        pictures = Levels(picture)
        boxes = (_box(region).grown(*_room(region)) for region in regions)
        # side by side on the threads: padding lines to one width for a single call takes longer
        return tuple(self._crew.map(lambda box: self._line(pictures, box), boxes))

    def _line(self, pictures: Levels, box: TextBox) -> Transcript:
        found = self._read(_first(pictures, box))
        if found.confidence < _CLEAR and not _is_column(box):
            found = _surer(found, self._read(_level(pictures, box, 1.0)))
        if found.confidence < _DOUBTFUL:
            found = _surer(found, *map(self._read, _other_ways(pictures, box)))
        return found

    def _read(self, line: Pixels) -> Transcript:
        return self._decoded(self._network(line[None])[0])

    def _decoded(self, scores: NDArray[np.float32]) -> Transcript:
        classes, sure = spelled(scores)
        text = "".join(self._alphabet[n] for n in classes)
        glyphs = tuple(float(each) for each in sure)
        start, end = len(text) - len(text.lstrip()), len(text.rstrip())
        return Transcript(text.strip(), sum(glyphs) / len(glyphs) if glyphs else 0.0, glyphs[start:end])


@LoadedOnce
def transcriber(threads: int = 1) -> Transcriber:
    """The recogniser, loaded once per process. Raises SetupError where its model or a runtime is missing."""
    return Transcriber(threads=threads)


def _surer(*found: Transcript) -> Transcript:
    """The one with the most confidence; of equals the first."""
    return max(found, key=lambda each: each.confidence)


def _box(region: TextRegion) -> TextBox:
    """The rotated rectangle of a region, whose corners run clockwise from the top left."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = region.polygon
    width, height = hypot(x1 - x0, y1 - y0), hypot(x3 - x0, y3 - y0)
    angle = degrees(atan2(y1 - y0, x1 - x0))
    return TextBox((x0 + x1 + x2 + x3) / 4, (y0 + y1 + y2 + y3) / 4, width, height, angle, region.score)


def _room(region: TextRegion) -> tuple[float, float]:
    box = _box(region)
    room = _ROOM * min(box.width, box.height)
    return room, room


def _is_column(box: TextBox) -> bool:
    return box.height >= _COLUMN * box.width


def _first(pictures: Levels, box: TextBox) -> Pixels:
    """The line from left to right; a column lying on its left side, as the network has seen columns."""
    return _level(pictures, _lying(box), 1.0) if _is_column(box) else _level(pictures, box, _PRESSED)


def _other_ways(pictures: Levels, box: TextBox) -> list[Pixels]:
    """Upside down; a column also with its characters upright, laid side by side."""
    import cv2

    line = _level(pictures, _lying(box) if _is_column(box) else box, 1.0)
    turned = np.asarray(cv2.rotate(line, cv2.ROTATE_180), np.uint8)
    return [turned, _laid_out(pictures, box)] if _is_column(box) else [turned]


def _lying(box: TextBox) -> TextBox:
    return TextBox(box.x, box.y, box.height, box.width, box.angle + 90, box.score)


def _level(pictures: Levels, box: TextBox, pressed: float) -> Pixels:
    steps = round(pressed * LINE_HEIGHT * box.width / max(1.0, box.height) / _STEP)
    return strip(pictures, box, min(max(_LEAST, steps * _STEP), _MOST), LINE_HEIGHT)


def _laid_out(pictures: Levels, box: TextBox) -> Pixels:
    """A column cut into squares, or as near as its height allows, from top to bottom."""
    count = min(max(1, round(box.height / max(1.0, box.width))), _MOST // LINE_HEIGHT)
    column = strip(pictures, box, LINE_HEIGHT, LINE_HEIGHT * count)
    return np.concatenate(np.split(column, count), axis=1)
