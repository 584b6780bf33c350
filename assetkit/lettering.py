"""The nouns of text on a picture: a line of it, a code for machines, how much of the picture all lines cover."""

from dataclasses import dataclass
from enum import Enum

from assetkit.geometry import Box

GRID = 5  # cells across and down a picture in which text is counted


class Search(Enum):
    """Where text is looked for closely: all over a picture, or only where a quick look hints at some.

    `SMALL_HINTS` are those of one small network alone, which now and then overlooks large letters: enough for what was
    made of a picture in which none were found.
    """

    ALL = "all"
    HINTS = "hints"
    SMALL_HINTS = "small hints"


@dataclass(frozen=True, slots=True)
class TextRegion:
    """One line of text: corners in display pixels, clockwise; `score` 0..1 is the detector's confidence.

    `doubt` is the standard error of the region's area, in square display pixels. Of a line that was read, `text` is
    what it says, `confidence` (0..1) how surely, and `glyphs` that of each character.
    """

    polygon: tuple[tuple[float, float], ...]
    score: float
    text: str | None = None
    doubt: float = 0.0
    confidence: float = 0.0
    glyphs: tuple[float, ...] = ()

    @property
    def box(self) -> Box:
        """The upright box round the polygon, rounded outward."""
        xs, ys = zip(*self.polygon, strict=True)
        return Box(int(min(xs)), int(min(ys)), int(-(-max(xs) // 1)), int(-(-max(ys) // 1)))


@dataclass(frozen=True, slots=True)
class Code:
    """A code for machines on a picture, and where (display pixels): `kind` is `matrix` (QR and the like) or `bar`.

    `name` is that of its symbology (`QR Code`, `EAN-13`), `text` what it holds.
    """

    kind: str
    name: str
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Subtitles:
    """A clip's subtitles: the share (0..1) of the sampled frames that show some, and where their lines lie.

    `languages` are those (`zh`, `en`) that at least a quarter of these frames show.
    """

    share: float
    languages: tuple[str, ...]
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class TextCoverage:
    """The share of a picture under text (0..1), and the interval that the true share is almost surely in.

    `grid_cells` counts the cells of a grid (`GRID` x `GRID`) over the picture that text touches.
    """

    share: float
    low: float
    high: float
    grid_cells: int
