"""Stills of more than 8 bits, read in full: Pillow keeps the top 8 of each colour."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assetkit.geometry import Size
from assetkit.media.colour import SRGB, Colours, deep_in_srgb

_ALIKE = 3.0  # levels of 255 that two readers of one file may differ on average
_LOOK = 64  # pixels across, for comparing them


def in_eight_bits(path: Path, image: Image.Image, depth: int, colours: Colours, least: Size) -> Image.Image | None:
    """The picture in sRGB from all of its bits, no smaller than `least` if it is not; None where that cannot be.

    `image` is the same picture in 8 bits, as Pillow read it and so proved whole: a reader that sees anything else is
    not believed. HDR is tone mapped from its 8 bits if there is nothing better.
    """
    pixels = None
    if image.mode in ("RGB", "RGBA"):
        pixels = _read(path, image, depth)
        if pixels is not None and not _is_alike(pixels, image):
            pixels = None
    if pixels is None and colours.transfer and image.mode in ("RGB", "RGBA"):
        pixels = np.asarray(image).astype(np.uint16) * 257
    if pixels is None:
        return None
    small = _reduced(pixels, least)
    converted = deep_in_srgb(small[..., :3], colours)
    if converted is None:
        return None
    picture = Image.fromarray(converted)
    if small.shape[2] == 4:
        plain = deep_in_srgb(small[..., 3:], SRGB)
        assert plain is not None  # noqa: S101 - what is sRGB already always converts
        picture.putalpha(Image.fromarray(plain[..., 0]))
    return picture


def _read(path: Path, image: Image.Image, depth: int) -> NDArray[np.uint16] | None:
    """RGB or RGBA of 0..65535, by the library that reads the format's 16 bits."""
    if depth <= 8:
        return None
    try:
        pixels = _heif(path) if image.format == "HEIF" else _by_opencv(path, depth if image.format == "AVIF" else 16)
    except Exception:  # the picture is whole, and 8 bits of it are at hand
        return None
    is_fit = pixels.dtype == np.uint16 and pixels.ndim == 3 and pixels.shape[:2] == (image.height, image.width)
    return pixels if is_fit and pixels.shape[2] in (3, 4) else None


def _heif(path: Path) -> NDArray[np.uint16]:
    import pillow_heif

    return np.asarray(pillow_heif.open_heif(path, convert_hdr_to_8bit=False))


def _by_opencv(path: Path, depth: int) -> NDArray[np.uint16]:
    import cv2

    # by content: imread() cannot open every name that Windows allows
    pixels = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.ndim != 3:
        return np.empty((0, 0), np.uint16)
    pixels = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB if pixels.shape[2] == 3 else cv2.COLOR_BGRA2RGBA)
    return np.asarray(pixels if depth == 16 else pixels.astype(np.uint32) * 65535 // (2**depth - 1), np.uint16)


def _is_alike(pixels: NDArray[np.uint16], image: Image.Image) -> bool:
    across, down = max(1, image.width // _LOOK), max(1, image.height // _LOOK)
    ours, theirs = pixels[::down, ::across] / 257.0, np.asarray(image)[::down, ::across]
    return ours.shape == theirs.shape and float(np.abs(ours - theirs).mean()) <= _ALIKE


def _reduced(pixels: NDArray[np.uint16], least: Size) -> NDArray[np.uint16]:
    """Averaged over squares of whole pixels, like a JPEG that is decoded small, but never below `least`."""
    import cv2

    height, width = pixels.shape[:2]
    factor = max(1, min(width // max(1, least.width), height // max(1, least.height)))
    if factor == 1:
        return pixels
    size = (-(-width // factor), -(-height // factor))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
