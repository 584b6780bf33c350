"""Where still formats state their colours: a profile, code points of ITU-T H.273, a camera's mark, or nothing."""

from pathlib import Path
from typing import Any

from PIL import Image

from assetkit.media import colour
from assetkit.media.colour import Colours

_HEAD_BYTES = 65536  # a still's header boxes and chunks come first
_INTEROP_IFD, _INTEROP_INDEX = 0xA005, 1
_MARK = "R03"  # DCF 2.0: how cameras mark Adobe RGB, for which they write no profile


def colours_of(image: Image.Image, path: Path) -> Colours:
    """What the pixels of an opened still mean; a profile goes before every other statement."""
    mode = opaque_mode(image)
    if profile := image.info.get("icc_profile"):
        return colour.from_profile(profile, mode)
    if mode == "RGB":
        stated = _code_points(image, path)
        if stated is not None:
            return colour.from_code_points(*stated)
        if _is_adobe_rgb(image):
            return colour.named(colour.ADOBE_RGB)
    return colour.untagged(image.mode)


def opaque_mode(image: Image.Image) -> str:
    """The mode of its pixels as they will be converted: 8 bits, no palette, no alpha."""
    if image.mode in ("CMYK", "LAB"):
        return image.mode
    return "L" if image.mode in ("1", "L", "LA", "La", "I", "F") or image.mode.startswith("I;16") else "RGB"


def bit_depth(image: Image.Image, path: Path) -> int:
    """Bits of each channel in the file; Pillow says so for grey only."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16") or ";16" in _raw_mode(image):
        return 16
    if image.format == "AVIF":
        head, at = _head(path), _head(path).find(b"pixi")
        return max(8, head[at + 9]) if 0 < at < len(head) - 9 else 8
    return int(image.info.get("bit_depth") or 8)


def _raw_mode(image: Image.Image) -> str:
    tile: list[Any] = getattr(image, "tile", [])
    arguments = tile[0][3] if tile else ""
    return str(arguments[0] if isinstance(arguments, tuple) and arguments else arguments)


def _code_points(image: Image.Image, path: Path) -> tuple[int, int] | None:
    """Colour primaries and transfer characteristics."""
    if nclx := image.info.get("nclx_profile"):
        return int(nclx["color_primaries"]), int(nclx["transfer_characteristics"])
    if image.format == "AVIF":
        head, at = _head(path), _head(path).find(b"colrnclx")
        if 0 <= at < len(head) - 12:
            return int.from_bytes(head[at + 8 : at + 10], "big"), int.from_bytes(head[at + 10 : at + 12], "big")
    if image.format == "PNG":
        head, at = _head(path), _head(path).find(b"\0\0\0\4cICP")
        if 0 <= at < len(head) - 12:
            return head[at + 8], head[at + 9]
    return None


def _is_adobe_rgb(image: Image.Image) -> bool:
    if image.format not in ("JPEG", "MPO", "TIFF"):
        return False
    try:
        index = image.getexif().get_ifd(_INTEROP_IFD).get(_INTEROP_INDEX, "")
    except Exception:  # a damaged EXIF block says nothing, and costs nothing
        return False
    return str(index).strip("\0 ") == _MARK


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)
