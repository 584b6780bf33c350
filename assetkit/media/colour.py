"""What a still's numbers mean, and the same colours in sRGB.

The rendering intent is perceptual where the profile has a table for it, else relative colorimetric: paper stays
white, what sRGB cannot show is clipped. Black point compensation keeps shadows apart.
"""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from assetkit.media import icc
from assetkit.media.hdr import tone_mapped
from assetkit.media.press import coated_offset
from assetkit.wording import say

_SRGB = ImageCms.createProfile("sRGB")
# littlecms takes the relative colorimetric way by itself where a profile has no perceptual table
_INTENT = ImageCms.Intent.PERCEPTUAL
_FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION | ImageCms.Flags.HIGHRESPRECALC
_PROFILE_SPACES = {"RGB": b"RGB ", "L": b"GRAY", "CMYK": b"CMYK", "LAB": b"Lab "}
_OWN_NAMES = ("srgb", "grey")
_SAME_MEAN, _SAME_MOST = 0.75, 4  # levels of 255: what rounding and curves that follow sRGB's by points differ
_ROWS = 256  # of a picture converted at once: floating point takes much more room than bytes


@dataclass(frozen=True, slots=True)
class Colours:
    """`name` as the manifest says it. `profile` (ICC) leads to sRGB; without one the numbers are sRGB or grey.

    `transfer` is "pq" or "hlg" for HDR pictures.
    """

    name: str
    profile: bytes | None = None
    transfer: str = ""

    @property
    def in_words(self) -> str:
        """How they become sRGB; empty if they are."""
        if self.transfer:
            return say("tone mapped: paper white is 203 cd/m2, highlights are rolled off")
        if self.profile is None:
            return ""
        has_table = b"A2B0" in self.profile[128:1024] or self.name == "lab"
        intent = say("perceptual") if has_table else say("relative colorimetric")
        guess = say("no profile: taken for coated offset (SWOP); ") if self.name == UNTAGGED_CMYK else ""
        return say(
            "{guess}colours rendered with {intent} intent and black point compensation", guess=guess, intent=intent
        )


ADOBE_RGB = "adobe rgb (1998)"
UNTAGGED_CMYK = "untagged cmyk"
SRGB = Colours("srgb")


def from_profile(profile: bytes, mode: str) -> Colours:
    """The colours of 8-bit pixels of an opaque `mode` (RGB, L, CMYK, LAB) under an ICC profile."""
    own = "grey" if mode == "L" else "srgb"
    # inks mean nothing without a profile: a guess, and a person to look, as where there is none
    unusable = untagged(mode) if mode == "CMYK" else Colours("broken profile")
    space = profile[16:20]
    if mode == "L" and space == b"RGB ":  # its grey axis is what counts
        mode = "RGB"
    try:
        if space != _PROFILE_SPACES[mode]:
            return unusable
        if mode == "CMYK":
            _transform(profile, mode)
            return Colours("cmyk", profile)
        if _is_srgb(profile, mode, is_grey=own == "grey"):
            return Colours(own)
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(BytesIO(profile))).strip().lower()
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return unusable  # it cannot be used for converting either
    # a name proves nothing: exports and scanners carry profiles that only call themselves sRGB
    return Colours(f"misnamed {name}" if name in _OWN_NAMES else name or "unnamed profile", profile)


def from_code_points(primaries: int, transfer: int) -> Colours:
    """The colours that HEIF, AVIF and PNG state in numbers of ITU-T H.273."""
    if transfer in (16, 18):
        return Colours("pq" if transfer == 16 else "hlg", transfer="pq" if transfer == 16 else "hlg")
    name = {9: "bt.2020", 11: "dci p3", 12: "display p3"}.get(primaries)
    if name is None and transfer != 8:
        return SRGB  # BT.709, BT.601 and unspecified: shown as sRGB by every viewer
    if transfer == 8:
        return named(name or "srgb", is_linear=True)
    return named("display p3" if name == "dci p3" else name or "srgb")


def named(name: str, *, is_linear: bool = False) -> Colours:
    """A space that files name without a profile. Adobe RGB has a gamma of 563/256, the others sRGB's curve."""
    code = np.linspace(0, 1, 256)
    light = code if is_linear else code ** (563 / 256) if name.startswith("adobe") else icc.srgb_light(code)
    profile = icc.written(name, icc.to_xyz(*icc.PRIMARIES[name]), light)
    return Colours(f"linear {name}" if is_linear else name, profile)


def untagged(mode: str) -> Colours:
    """The colours of an opaque mode for which the file states nothing."""
    match mode:
        case "CMYK":
            return Colours(UNTAGGED_CMYK, coated_offset())
        case "LAB":
            return Colours("lab", ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes())
        case "1" | "L" | "LA":
            return Colours("grey")
    return SRGB


def in_srgb(image: Image.Image, colours: Colours, background: str) -> Image.Image:
    """RGB or grey pixels in sRGB; what is transparent then shows the background, which is stated in sRGB."""
    if not image.mode.endswith("A"):
        return _converted(image, colours)
    *bands, alpha = image.split()
    converted = _converted(bands[0] if len(bands) == 1 else Image.merge("RGB", bands), colours)
    canvas = Image.new("RGB", image.size, background)
    canvas.paste(converted.convert("RGB"), mask=alpha)
    return canvas


def _converted(image: Image.Image, colours: Colours) -> Image.Image:
    if colours.profile is None:
        return image if image.mode in ("RGB", "L") else image.convert("RGB")
    is_grey = image.mode == "L"
    if is_grey and colours.profile[16:20] == b"RGB ":
        image = image.convert("RGB")
    try:
        converted: Image.Image = _transform(colours.profile, image.mode).apply(image)
    except (ImageCms.PyCMSError, ValueError):
        return image.convert("RGB")
    return converted.getchannel(0) if is_grey else converted


@lru_cache(maxsize=8)
def _transform(profile: bytes, mode: str) -> Any:
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    return ImageCms.buildTransform(source, _SRGB, mode, "RGB", _INTENT, _FLAGS)


@lru_cache(maxsize=64)
def _is_srgb(profile: bytes, mode: str, *, is_grey: bool) -> bool:
    """True if a lattice of colours, greys among them, comes out of the conversion as it went in."""
    steps = [(v, v, v) for v in range(0, 256, 5)]
    codes = steps if is_grey else [*product((0, 64, 128, 192, 255), repeat=3), *steps]
    colours = np.array([codes], np.uint8)
    image = Image.fromarray(colours)
    found = np.asarray(_transform(profile, mode).apply(image if mode == "RGB" else image.getchannel(0)))
    apart = np.abs(found.astype(int) - colours)
    return bool(apart.mean() <= _SAME_MEAN and apart.max() <= _SAME_MOST)


def deep_in_srgb(pixels: NDArray[np.uint16], colours: Colours) -> NDArray[np.uint8] | None:
    """16-bit RGB (height, width, 3) in 8-bit sRGB without a stop at 8 bits; None where only littlecms can convert.

    In its own curve a linear file's shadows would have a handful of 8-bit steps.
    """
    if colours.profile is None and not colours.transfer:
        return np.asarray((pixels.astype(np.uint32) * 255 + 32767) // 65535, np.uint8)
    profile = icc.read(colours.profile) if colours.profile else None
    if profile is None and not colours.transfer:
        return None
    made = np.empty(pixels.shape, np.uint8)
    for top in range(0, len(pixels), _ROWS):
        rows = pixels[top : top + _ROWS]
        light = _light(rows, profile) if profile else tone_mapped(rows, colours.transfer)
        made[top : top + _ROWS] = _srgb_code()[np.rint(np.clip(light, 0, 1) * 65535).astype(np.uint16)]
    return made


def _light(rows: NDArray[np.uint16], profile: icc.MatrixProfile) -> NDArray[np.float32]:
    """Linear sRGB by the relative colorimetric intent, which for two matrices is two matrices."""
    matrix = np.linalg.solve(icc.to_xyz(*icc.PRIMARIES["srgb"]), profile.matrix).astype(np.float32)
    linear = np.stack([curve[rows[..., band]] for band, curve in enumerate(profile.curves)], axis=-1)
    return np.asarray(linear @ matrix.T, np.float32)


@lru_cache(maxsize=1)
def _srgb_code() -> NDArray[np.uint8]:
    """The nearest 8-bit sRGB code for each of 65536 equal steps of light."""
    light = np.linspace(0, 1, 65536)
    code = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(code * 255), np.uint8)
