"""Pictures with rendered text and the truth of its ink, from Pillow's own font: no files."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont


@dataclass(frozen=True)
class Rendered:
    """A picture, the share of it that the lines' tight boxes cover, and the middle of each line."""

    pixels: np.ndarray
    coverage: float
    middles: tuple[tuple[float, float], ...]


def rendered(*lines, size=(640, 480), turn=0.0, ink=(20, 30, 60), paper=(236, 228, 210)):
    """Lines are (text, x, y, font size), x and y being the ink's top left before all is turned clockwise."""
    width, height = size
    draft = Image.new("L", size)
    draw = ImageDraw.Draw(draft)
    area, middles = 0, []
    for text, x, y, font_size in lines:
        font = ImageFont.load_default(size=font_size)
        left, top, _, _ = draw.textbbox((0, 0), text, font=font)
        line = Image.new("L", size)
        ImageDraw.Draw(line).text((x - left, y - top), text, font=font, fill=255)
        box = line.point(lambda value: 255 * (value > 127)).getbbox()
        area += (box[2] - box[0]) * (box[3] - box[1])
        middles.append(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2))
        draft.paste(255, mask=line)
    expand = turn % 90 == 0
    mask = draft.rotate(-turn, resample=Image.Resampling.BICUBIC, expand=expand)
    picture = Image.new("RGB", mask.size, paper)
    picture.paste(ink, mask=mask)
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    offsets = ((x - width / 2, y - height / 2) for x, y in middles)
    turned = tuple((mask.width / 2 + dx * c - dy * s, mask.height / 2 + dx * s + dy * c) for dx, dy in offsets)
    return Rendered(np.asarray(picture), area / (mask.width * mask.height), turned)


def gradient(width=640, height=480):
    """From dark green to pale, top left to bottom right."""
    ramp = np.add.outer(np.linspace(0, 90, height), np.linspace(30, 120, width))
    return np.stack([ramp, ramp + 40, ramp * 0.8], axis=-1).astype(np.uint8)


def noise(width=640, height=480):
    """Every pixel by chance, the same each time."""
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)


def disc(radius=120, size=(640, 480)):
    """A red disc on white."""
    picture = Image.new("RGB", size, "white")
    x, y = size[0] / 2, size[1] / 2
    ImageDraw.Draw(picture).ellipse((x - radius, y - radius, x + radius, y + radius), fill=(200, 30, 40))
    return np.asarray(picture)
