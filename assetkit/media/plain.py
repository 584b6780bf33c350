"""Stills of any mode as pictures that can be measured and drawn: eight bits, no palette, and smaller."""

import numpy as np
from PIL import Image

from assetkit.geometry import Size
from assetkit.media.pixels import Pixels, at_size

_BAND_ROWS = 256
_DEEP_MODES = ("I", "I;16", "I;16B", "I;16L", "F")


def plain(image: Image.Image) -> Image.Image:
    """The picture in its own colours, in 8 bits and without a palette: L, LA, RGB, RGBA, CMYK or LAB."""
    if image.mode in _DEEP_MODES:
        grey, clear = _eight_bit(image), image.info.get("transparency")
        if isinstance(clear, int):  # the one level that a PNG calls transparent
            grey.putalpha(Image.fromarray(np.where(np.asarray(image) == clear, 0, 255).astype(np.uint8)))
        return grey
    if "transparency" in image.info or image.mode in ("PA", "RGBa"):
        return image.convert("RGBA")
    if image.mode in ("1", "La"):
        return image.convert("L" if image.mode == "1" else "LA")
    return image if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK", "LAB") else image.convert("RGB")


def scaled_down(image: Image.Image, size: Size) -> Image.Image:
    """The plain picture scaled down; what is transparent has no colour, as Pillow knows."""
    if image.mode in ("L", "RGB"):
        return Image.fromarray(at_size(np.asarray(image), size))
    return image.resize((size.width, size.height), Image.Resampling.BOX)


def rgb_pixels(image: Image.Image) -> Pixels:
    """RGB pixels (height, width, 3) of a plain opaque picture; `convert` alone would copy even what is RGB."""
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def _eight_bit(image: Image.Image) -> Image.Image:
    """16 bits to 8, rounded; Pillow's own convert clips what is above 255 to white. In bands, for floats take room."""
    top = 65535.0 if image.mode != "F" or float(np.max(image.getextrema())) > 1.0 else 1.0
    made = np.empty((image.height, image.width), np.uint8)
    for row in range(0, image.height, _BAND_ROWS):
        end = min(image.height, row + _BAND_ROWS)
        values = np.asarray(image.crop((0, row, image.width, end)), dtype=np.float64)
        made[row:end] = np.clip(values * (255.0 / top) + 0.5, 0, 255)
    return Image.fromarray(made, "L")
