"""A picture with what was counted as text drawn over it, for people to judge the measurement by."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from assetkit.geometry import Size
from assetkit.lettering import GRID
from assetkit.media.pixels import Pixels
from assetkit.model import Measurements
from assetkit.whole_file import write_whole

_MARK = b"assetkit coverage"  # in the JPEG's comment: what carries it is ours to replace
_TEXT, _EXEMPT = (230, 0, 120), (0, 150, 255)
_CELLS = ((255, 255, 255, 150), (0, 0, 0, 90))  # a light line beside a dark one shows on any picture
_PAPER, _INK = (32, 32, 32), (240, 240, 240)


def write_overlay(pixels: Pixels, size: Size, measured: Measurements, target: Path) -> None:
    """Draw the lines of text, the exempt boxes and the grid over a picture whose display size is `size`.

    `pixels` may be a reduced picture. The folder is made, an earlier overlay replaced. Raises OSError.
    """
    picture = Image.fromarray(pixels)
    _draw(picture, picture.width / size.width, picture.height / size.height, measured)
    data = BytesIO()
    _captioned(picture, caption(measured)).save(data, "JPEG", quality=90, comment=_MARK)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, data.getvalue())


def is_overlay(path: Path) -> bool:
    """True if this file was written by `write_overlay`."""
    try:
        with Image.open(path, formats=["JPEG"]) as image:
            return bool(image.info.get("comment") == _MARK)
    except Exception:  # whatever a plug-in stumbles over was not written by us
        return False


def caption(measured: Measurements) -> str:
    """The numbers in one line."""
    covered = measured.text_coverage
    if covered is None:
        return "text was not measured"
    lines = sum(len(frame.text or ()) for frame in measured.frames)
    span = f"{covered.low:.1%} to {covered.high:.1%}"
    noun = "line" if lines == 1 else "lines"
    return f"text covers {covered.share:.1%} ({span}), {covered.grid_cells} of {GRID**2} cells, {lines} {noun}"


def _draw(picture: Image.Image, across: float, down: float, measured: Measurements) -> None:
    draw = ImageDraw.Draw(picture, "RGBA")
    for n in range(1, GRID):
        for beside, colour in enumerate(_CELLS):
            x, y = picture.width * n // GRID + beside, picture.height * n // GRID + beside
            draw.line((x, 0, x, picture.height), colour)
            draw.line((0, y, picture.width, y), colour)
    width = min(3, max(2, round(max(picture.size) / 480)))
    for box in measured.exempt:
        edges = (box.left * across, box.top * down, box.right * across - 1, box.bottom * down - 1)
        draw.rectangle(edges, outline=_EXEMPT, width=width)
    for region in (region for frame in measured.frames for region in frame.text or ()):
        corners = [(x * across, y * down) for x, y in region.polygon]
        draw.line([*corners, corners[0]], _TEXT, width)


def _captioned(picture: Image.Image, words: str) -> Image.Image:
    """The picture on a strip that holds the words, however narrow it is."""
    size = min(32, max(14, picture.width // 40))
    font, margin = ImageFont.load_default(size), size // 2
    canvas = Image.new(
        "RGB", (max(picture.width, round(font.getlength(words)) + 2 * margin), picture.height + 2 * size), _PAPER
    )
    canvas.paste(picture, (0, 0))
    ImageDraw.Draw(canvas).text((margin, picture.height + size), words, _INK, font, anchor="lm")
    return canvas
