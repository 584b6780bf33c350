"""Stills of more than 8 bits, read in full: Pillow keeps the top 8 of each colour."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assetkit.geometry import Size
from assetkit.media.colour import Colours, deep_in_srgb

_ALIKE = 3.0  # levels of 255 that two readers of one file may differ on average
_PNG = b"\x89PNG\r\n\x1a\n"
_ANIMATION = (b"acTL", b"fcTL", b"fdAT")
_LOOK = 64  # points across and down, for comparing them


@dataclass(frozen=True, slots=True)
class Glance:
    """What Pillow saw of a picture: format, bits, size, and some of its points (rows of RGB or RGBA, 0..255)."""

    format: str | None
    depth: int
    size: Size
    points: NDArray[np.uint8]

    @classmethod
    def at(cls, image: Image.Image, depth: int) -> "Glance":
        """Remember a decoded picture."""
        points = np.asarray(image.resize((_LOOK, _LOOK), Image.Resampling.NEAREST))
        return cls(image.format, depth, Size(*image.size), points)

    def is_of(self, pixels: NDArray[np.uint16]) -> bool:
        """True if these pixels (BGR or BGRA, 0..65535) are of the same picture."""
        height, width = pixels.shape[:2]
        if (width, height) != (self.size.width, self.size.height) or pixels.shape[2:] != self.points.shape[2:]:
            return False
        middles = (np.arange(_LOOK) + 0.5) / _LOOK
        rows, columns = (middles * height).astype(int), (middles * width).astype(int)
        apart = _rgb(pixels[np.ix_(rows, columns)]) / 257.0 - self.points
        return float(np.abs(apart).mean()) <= _ALIKE


def reduced(image: Image.Image, least: Size) -> Image.Image:
    """The picture averaged over squares of whole pixels, like a JPEG that is decoded small, but never below `least`."""
    factor = _factor(Size(*image.size), least)
    return image.reduce(factor) if factor > 1 else image


def in_eight_bits(path: Path, image: Image.Image, glance: Glance, colours: Colours, least: Size) -> Image.Image | None:
    """The picture in sRGB from all of its bits, reduced alike; None where that cannot be.

    `image` is what Pillow read in 8 bits, and so proved whole, and then reduced: another reader that sees anything
    else is not believed. HDR is tone mapped from those 8 bits if there is nothing better.
    """
    pixels = _read(path, glance, least)
    if pixels is None and colours.transfer:
        pixels = np.asarray(image).astype(np.uint16) * 257
    converted = None if pixels is None else deep_in_srgb(pixels[..., :3], colours)
    if converted is None or pixels is None:
        return None
    picture = Image.fromarray(converted)
    if pixels.shape[2] == 4:
        picture.putalpha(Image.fromarray((pixels[..., 3] / 257 + 0.5).astype(np.uint8)))
    return picture


def _read(path: Path, glance: Glance, least: Size) -> NDArray[np.uint16] | None:
    """RGB or RGBA of 0..65535, reduced, by the library that reads the format's 16 bits."""
    if glance.depth <= 8:
        return None
    try:
        is_avif = glance.format == "AVIF"
        pixels = _heif(path) if glance.format == "HEIF" else _by_opencv(path, glance.depth if is_avif else 16)
    except Exception:  # the picture is whole, and 8 bits of it are at hand
        return None
    if pixels is None or pixels.dtype != np.uint16 or pixels.ndim != 3 or not glance.is_of(pixels):
        return None
    return _rgb(_small(pixels, least))


def _heif(path: Path) -> NDArray[np.uint16]:
    import pillow_heif

    return _rgb(np.asarray(pillow_heif.open_heif(path, convert_hdr_to_8bit=False)))


def _by_opencv(path: Path, depth: int) -> NDArray[np.uint16] | None:
    import cv2

    # by content: imread() cannot open every name that Windows allows
    data = np.frombuffer(_first_picture(path.read_bytes()), np.uint8)
    pixels = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    if pixels is None or depth == 16:
        return pixels  # type: ignore[return-value]  # 16 bits are asserted by the caller
    return np.asarray(pixels.astype(np.uint32) * 65535 // (2**depth - 1), np.uint16)


def _first_picture(data: bytes) -> bytes:
    """A PNG without its animation: OpenCV's reader of APNG crashes the process on a damaged one (4.14)."""
    if not data.startswith(_PNG):
        return data
    kept, at = [_PNG], len(_PNG)
    while at + 8 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] not in _ANIMATION:
            kept.append(data[at:end])
        at = end
    return b"".join(kept)


def _rgb(pixels: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """From OpenCV's order to everybody else's, and back."""
    return pixels[..., [2, 1, 0, 3][: pixels.shape[2]]]


def _small(pixels: NDArray[np.uint16], least: Size) -> NDArray[np.uint16]:
    import cv2

    height, width = pixels.shape[:2]
    factor = _factor(Size(width, height), least)
    if factor == 1:
        return pixels
    size = (-(-width // factor), -(-height // factor))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint16)


def _factor(size: Size, least: Size) -> int:
    return max(1, min(size.width // max(1, least.width), size.height // max(1, least.height)))
