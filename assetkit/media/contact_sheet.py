"""The covers of a clip side by side, each with its number, time, score and verdict, for people to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from assetkit.geometry import Box
from assetkit.judgement import Status
from assetkit.media.pixels import Pixels
from assetkit.whole_file import write_whole

_CELL = (300, 400)
_COLUMNS_MOST = 6
_MARGIN, _HEAD, _SMALL = 16, 20, 15
_PAPER, _INK, _FAINT = (32, 32, 32), (240, 240, 240), (180, 180, 180)
_COLOURS = {Status.READY: (90, 200, 90), Status.REVIEW: (240, 190, 60), Status.REJECTED: (235, 90, 80)}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cover: its file or, where none was made, a picture of the frame and the part of it that `window` shows.

    `window` is in display pixels of a clip of that `width`. `head` and `words` stand under it.
    """

    picture: Path | Pixels | None
    head: str
    words: tuple[str, ...]
    status: Status
    window: Box | None = None
    width: int = 0


def write_sheet(cells: Sequence[Cell], target: Path) -> None:
    """Draw the cells in rows and write them as a JPEG. Raises OSError if it cannot be written."""
    columns = min(_COLUMNS_MOST, len(cells), max(3, round((len(cells) * 1.6) ** 0.5)))
    heads, small = ImageFont.load_default(_HEAD), ImageFont.load_default(_SMALL)
    captions = [[line for said in cell.words for line in _wrapped(said, small)] for cell in cells]
    below = _HEAD * 2 + max(len(lines) for lines in captions) * (_SMALL + 4)
    step = (_CELL[0] + _MARGIN, _CELL[1] + _MARGIN + below)
    rows = -(-len(cells) // columns)
    sheet = Image.new("RGB", (columns * step[0] + _MARGIN, rows * step[1] + _MARGIN), _PAPER)
    draw = ImageDraw.Draw(sheet)
    for number, (cell, lines) in enumerate(zip(cells, captions, strict=True)):
        left, top = (_MARGIN + (number % columns) * step[0], _MARGIN + number // columns * step[1])
        sheet.paste(_shown(cell), (left, top))
        draw.rectangle(
            (left - 2, top - 2, left + _CELL[0] + 1, top + _CELL[1] + 1), outline=_COLOURS[cell.status], width=2
        )
        draw.text((left, top + _CELL[1] + _HEAD), cell.head, _COLOURS[cell.status], heads, anchor="lm")
        for row, words in enumerate(lines):
            place = (left, top + _CELL[1] + 2 * _HEAD + row * (_SMALL + 4))
            draw.text(place, words, _FAINT if row else _INK, small, anchor="lm")
    data = BytesIO()
    sheet.save(data, "JPEG", quality=88)
    write_whole(target, data.getvalue())


def _shown(cell: Cell) -> Image.Image:
    """The picture in the middle of its cell, whole; one that was rejected is dimmed."""
    if isinstance(cell.picture, Path):
        with Image.open(cell.picture) as opened:
            picture = opened.convert("RGB")
    elif cell.picture is not None:
        picture = Image.fromarray(cell.picture)
        if cell.window is not None and cell.width:
            scale = picture.width / cell.width
            picture = picture.crop(_corners(cell.window.scaled(scale)))
    else:
        picture = Image.new("RGB", _CELL, _PAPER)
    whole = ImageOps.pad(picture, _CELL, color=_PAPER)
    return Image.blend(whole, Image.new("RGB", _CELL, _PAPER), 0.4) if cell.status is Status.REJECTED else whole


def _corners(box: Box) -> tuple[int, int, int, int]:
    return box.left, box.top, box.right, box.bottom


def _wrapped(words: str, font: ImageFont.ImageFont | ImageFont.FreeTypeFont) -> list[str]:
    """Lines no wider than a cell, broken at spaces."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= _CELL[0]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
