"""A picture with what was counted as text, or what will be cropped, drawn over it: for people to judge by."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from assetkit.errors import cannot_write
from assetkit.facts import Facts, Measurements
from assetkit.framing import keepsakes
from assetkit.geometry import Box, Size
from assetkit.judgement import Judgement, Severity
from assetkit.lettering import GRID
from assetkit.media.pixels import Pixels
from assetkit.model import Method, Plan
from assetkit.whole_file import write_whole

_MARKS = (b"assetkit coverage", b"assetkit plan")  # in the JPEG's comment: what carries it is ours to replace
_TEXT, _EXEMPT = (230, 0, 120), (0, 150, 255)
_CELLS = ((255, 255, 255, 150), (0, 0, 0, 90))  # a light line beside a dark one shows on any picture
_FACE, _WINDOW, _ALTERNATIVE = (255, 200, 0), (0, 220, 90), (255, 255, 255, 170)
_DIMMED = (0, 0, 0, 130)
_PAPER, _INK = (32, 32, 32), (240, 240, 240)

Scale = tuple[float, float]


def write_overlay(pixels: Pixels, size: Size, measured: Measurements, target: Path) -> None:
    """Draw the lines of text, the exempt boxes and the grid over a picture whose display size is `size`.

    `pixels` may be a reduced picture. The folder is made, an earlier overlay replaced. Raises SetupError if it cannot.
    """
    picture = Image.fromarray(pixels)
    _draw(picture, picture.width / size.width, picture.height / size.height, measured)
    _save(captioned(picture, (caption(measured),)), target, _MARKS[0])


def write_plan(pixels: Pixels, facts: Facts, plan: Plan, judgement: Judgement, target: Path) -> None:
    """Draw the crop window, its alternatives, and what it was to keep over a picture, as `write_overlay` does."""
    size = facts.info.display_size
    picture = Image.fromarray(pixels)
    scale = picture.width / size.width, picture.height / size.height
    _draw_plan(picture, scale, facts, plan)
    _save(captioned(picture, plan_caption(plan, facts, judgement)), target, _MARKS[1])


def _save(picture: Image.Image, target: Path, mark: bytes) -> None:
    data = BytesIO()
    picture.save(data, "JPEG", quality=90, subsampling="4:4:4", comment=mark)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, data.getvalue())
    except OSError as error:
        raise cannot_write(target.parent, error) from error


def is_overlay(path: Path) -> bool:
    """True if this file was written here."""
    try:
        with Image.open(path, formats=["JPEG"]) as image:
            return image.info.get("comment") in _MARKS
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
    width = _line_width(picture)
    for box in measured.exempt:
        draw.rectangle(_scaled(box, (across, down)), outline=_EXEMPT, width=width)
    for region in (region for frame in measured.frames for region in frame.text or ()):
        corners = [(x * across, y * down) for x, y in region.polygon]
        draw.line([*corners, corners[0]], _TEXT, width)


def draw_window(picture: Image.Image, scale: Scale, box: Box) -> None:
    """Outline a window, and dim what it cuts off."""
    draw, width = ImageDraw.Draw(picture, "RGBA"), _line_width(picture)
    window = _scaled(box, scale)
    left, top, right, bottom = window
    for part in (
        (0, 0, picture.width, top - 1),
        (0, bottom + 1, picture.width, picture.height),
        (0, top, left - 1, bottom),
        (right + 1, top, picture.width, bottom),
    ):
        if part[0] < part[2] and part[1] < part[3]:
            draw.rectangle(part, _DIMMED)
    draw.rectangle(window, outline=_WINDOW, width=2 * width)


def draw_faces(picture: Image.Image, scale: Scale, faces: Iterable[Box]) -> None:
    """Outline faces."""
    draw, width = ImageDraw.Draw(picture, "RGBA"), _line_width(picture)
    for face in faces:
        draw.rectangle(_scaled(face, scale), outline=_FACE, width=width)


def _draw_plan(picture: Image.Image, scale: Scale, facts: Facts, plan: Plan) -> None:
    """Alternatives lie over what is dimmed, and what the window keeps over both."""
    draw_window(picture, scale, plan.window)
    draw, width = ImageDraw.Draw(picture, "RGBA"), _line_width(picture)
    for alternative in plan.alternatives:
        draw.rectangle(_scaled(alternative.window, scale), outline=_ALTERNATIVE, width=1)
    keep, said = keepsakes(facts), facts.wishes
    for boxes, colour in ((keep.text, _TEXT), (keep.faces, _FACE), (keep.musts, _EXEMPT)):
        for box in boxes:
            draw.rectangle(_scaled(box, scale), outline=colour, width=width)
    if said.focal:
        x, y = said.focal[0] * scale[0], said.focal[1] * scale[1]
        draw.ellipse((x - 4 * width, y - 4 * width, x + 4 * width, y + 4 * width), outline=_EXEMPT, width=width)


def plan_caption(plan: Plan, facts: Facts, judgement: Judgement) -> tuple[str, ...]:
    """The verdict, what is done, who placed it, and what it keeps, in a few short lines."""
    codes = [f.code for f in judgement.findings if f.severity is Severity.REQUIRED or f.needs_person]
    verdict = f"{judgement.status}: {', '.join(codes)}" if codes else str(judgement.status)
    if plan.method is not Method.ENCODE:
        return (f"{verdict}; whole, as it is",)
    kept = {"faces": plan.kept.faces, "text": plan.kept.text, "attention": plan.kept.saliency}
    shares = [f"{name} {share:.0%}" for name, share in kept.items() if share is not None]
    window = plan.window
    where = f"in {len(plan.windows)} keyframes" if plan.windows else f"at ({window.left}, {window.top})"
    lines = [
        verdict,
        f"{window.size} {where} of {facts.info.display_size}, placed by {plan.proposer}",
        f"makes {plan.canvas} px" + (f", {plan.pad} padding" if plan.canvas != plan.picture else ""),
        *([f"keeps {', '.join(shares)}"] if shares else []),
        *([f"else by {', '.join(a.proposer for a in plan.alternatives)}"] if plan.alternatives else []),
    ]
    return tuple(lines)


def _line_width(picture: Image.Image) -> int:
    return min(3, max(2, round(max(picture.size) / 480)))


def _scaled(box: Box, scale: Scale) -> tuple[float, float, float, float]:
    """The outermost pixels of a box in the picture that is drawn on."""
    across, down = scale
    left, top = box.left * across, box.top * down
    return left, top, max(left, box.right * across - 1), max(top, box.bottom * down - 1)


def captioned(picture: Image.Image, lines: tuple[str, ...]) -> Image.Image:
    """The picture on a strip that holds the lines of words, as wide as the widest of them."""
    size = min(32, max(14, picture.width // 40))
    font, margin = ImageFont.load_default(size), size // 2
    widest = round(max(font.getlength(words) for words in lines)) + 2 * margin
    height = size * (3 * len(lines) + 1) // 2
    canvas = Image.new("RGB", (max(picture.width, widest), picture.height + height), _PAPER)
    canvas.paste(picture, (0, 0))
    draw = ImageDraw.Draw(canvas)
    for number, words in enumerate(lines):
        draw.text((margin, picture.height + size + number * size * 3 // 2), words, _INK, font, anchor="lm")
    return canvas
