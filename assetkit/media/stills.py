"""Reading stills with Pillow: what the header states, and the pixels, decoded once at the smallest useful scale."""

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

from assetkit.errors import AssetError
from assetkit.geometry import Size
from assetkit.media.jpeg_tables import jpeg_quality
from assetkit.media.pixels import Pixels
from assetkit.model import Kind, MediaInfo

# 24-megapixel cameras are common, 100 exist; beyond 200 a small file can claim more memory than a worker has
MAX_PIXELS = 200_000_000
Image.MAX_IMAGE_PIXELS = None  # our own limit above, as an error with words and never as a warning

# EXIF orientation -> (clockwise degrees to display, mirrored, Pillow's operation)
_ORIENTATIONS = {
    1: (0, False, None),
    2: (0, True, Image.Transpose.FLIP_LEFT_RIGHT),
    3: (180, False, Image.Transpose.ROTATE_180),
    4: (180, True, Image.Transpose.FLIP_TOP_BOTTOM),
    5: (90, True, Image.Transpose.TRANSPOSE),
    6: (90, False, Image.Transpose.ROTATE_270),
    7: (270, True, Image.Transpose.TRANSVERSE),
    8: (270, False, Image.Transpose.ROTATE_90),
}
_ORIENTATION_TAG = 0x0112
_TURNED_BY_PILLOW = ("TIFF",)  # its plug-in turns the pixels while reading them, and states the turned size
_DEEP_MODES = ("I", "I;16", "I;16B", "I;16L", "F")
# MPO holds a second view or a gain map, ICO sizes: not an animation
_ANIMATED = ("GIF", "PNG", "WEBP", "TIFF", "AVIF")


class Still:
    """An opened still. Its pixels are read at most once.

    `info` is what the header states. `image` (after `decode`) is upright, in the source's own mode,
    and may be smaller than the display size.
    """

    def __init__(self, image: Image.Image, info: MediaInfo, orientation: int) -> None:
        self.info = info
        self.image = image
        self._orientation = orientation
        self._turns_itself = image.format in _TURNED_BY_PILLOW

    def decode(self, least: Size) -> None:
        """Read the pixels, at a reduced scale if the format can, never below `least` display pixels.

        Raises AssetError `unreadable` if they are damaged or cut short.
        """
        with _translated("measure"):
            wanted = least.swapped if self.info.rotation in (90, 270) else least
            if self.image.format in ("JPEG", "MPO"):
                self.image.draft(None, (wanted.width, wanted.height))
            self.image = _loaded(self.image)
            operation = None if self._turns_itself else _ORIENTATIONS[self._orientation][2]
            profile = self.image.info.get("icc_profile")
            if operation is not None:
                self.image = self.image.transpose(operation)
                self.image.info["icc_profile"] = profile

    def pixels(self, max_side: int, background: str = "#ffffff") -> Pixels:
        """RGB pixels (height, width, 3) with the longer side at most `max_side`, for measuring."""
        image = self.image
        factor = max_side / max(image.size)
        if factor < 1:
            size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
            image = flattened(image, background).resize(size, Image.Resampling.BILINEAR, reducing_gap=2)
        return np.asarray(flattened(image, background).convert("RGB"))


def open_still(path: Path, reader: str) -> Still:
    """Read the header of the still at `path` with Pillow's plug-in `reader`.

    Raises AssetError `unreadable` if the header is damaged or states an unsafe number of pixels.
    """
    if reader == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    formats = ["JPEG", "MPO"] if reader == "JPEG" else [reader]
    with _translated("probe"):
        image = Image.open(path, formats=formats)
        try:
            _refuse_bomb(image)
            orientation = _orientation(image)
            return Still(image, _info(path, image, orientation, reader), orientation)
        except BaseException:
            image.close()
            raise


def still_of(pixels: Pixels) -> Still:
    """A still made of RGB pixels that are already decoded, such as one frame of a clip."""
    image = Image.fromarray(pixels)
    size = Size(*image.size)
    info = MediaInfo(kind=Kind.IMAGE, format="frame", bytes=0, coded_size=size, display_size=size)
    return Still(image, info, 1)


def _loaded(image: Image.Image) -> Image.Image:
    """The first picture with its pixels read, and the file closed."""
    stays_open = image.format in ("GIF", "MPO") or getattr(image, "is_animated", False)
    try:
        image.load()
        picture = image.copy() if stays_open else image
    except BaseException:
        image.close()
        raise
    if picture is not image:
        image.close()
    return picture


def flattened(image: Image.Image, background: str) -> Image.Image:
    """The picture without alpha, palette or more than 8 bits; its colours stay in their own space."""
    if image.mode in _DEEP_MODES:
        return _eight_bit(image)
    if image.mode in ("P", "PA", "1") or "transparency" in image.info:
        image = image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
    if image.mode in ("RGBA", "LA", "RGBa", "La"):
        picture = image.convert("RGBA")
        canvas = Image.new("RGBA", picture.size, background)
        canvas.alpha_composite(picture)
        return canvas.convert("RGB")
    return image


def _eight_bit(image: Image.Image) -> Image.Image:
    """16 bits to 8 by their top byte; Pillow's own convert clips everything above 255 to white."""
    values = np.asarray(image, dtype=np.float64)
    top = 65535.0 if image.mode != "F" or values.max(initial=0.0) > 1.0 else 1.0
    return Image.fromarray(np.clip(values * (255.0 / top) + 0.5, 0, 255).astype(np.uint8), "L")


def _info(path: Path, image: Image.Image, orientation: int, reader: str) -> MediaInfo:
    rotation, is_mirrored, _ = _ORIENTATIONS[orientation]
    coded, is_quarter = Size(*image.size), rotation in (90, 270)
    if is_quarter and image.format in _TURNED_BY_PILLOW:
        coded = coded.swapped
    return MediaInfo(
        kind=Kind.IMAGE,
        format=(image.format or reader).lower(),  # MPO calls itself JPEG but holds more than one
        bytes=path.stat().st_size,
        coded_size=coded,
        display_size=coded.swapped if is_quarter else coded,
        rotation=rotation,
        is_mirrored=is_mirrored,
        frame_count=int(getattr(image, "n_frames", 1)) if image.format in _ANIMATED else 1,
        colour_space=_colour_space(image),
        has_alpha=image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info,
        bit_depth=16 if image.mode in _DEEP_MODES else 8,
        jpeg_quality=jpeg_quality(getattr(image, "quantization", None)),
    )


def _colour_space(image: Image.Image) -> str:
    if image.mode in ("CMYK", "LAB"):
        return image.mode.lower()
    profile = image.info.get("icc_profile")
    if profile:
        try:
            name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(BytesIO(profile))).strip()
        except (ImageCms.PyCMSError, OSError, ValueError):
            return "broken profile"  # Pillow's littlecms cannot read it either when converting
        if "srgb" not in name.lower().replace(" ", ""):
            return name.lower() or "unnamed profile"
    return "grey" if image.mode in ("1", "L", "LA") else "srgb"


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation; a damaged EXIF block says nothing, and costs nothing."""
    try:
        if image.format == "PNG":  # its getexif() would read all pixels, and hide their damage from the next reader
            exif = Image.Exif()
            exif.load(image.info.get("exif", b""))
        else:
            exif = image.getexif()
        value = exif.get(_ORIENTATION_TAG, 1)
    except Exception:
        return 1
    return value if value in _ORIENTATIONS else 1


def _refuse_bomb(image: Image.Image) -> None:
    pixels = math.prod(image.size)
    if pixels > MAX_PIXELS:
        size = Size(*image.size)
        safe = f"the {MAX_PIXELS / 1e6:.0f} that are safe to decode"
        detail = f"{size} px ({pixels / 1e6:,.0f} megapixels) is more than {safe}"
        raise AssetError("unreadable", "probe", detail, "export it at a smaller size")
    if not pixels:
        raise AssetError("unreadable", "probe", "the picture has no pixels", "export it again")


@contextmanager
def _translated(stage: str) -> Iterator[None]:
    """Pillow's plug-ins raise whatever their parsing stumbles over: any exception here means damaged bytes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except AssetError:
        raise
    except MemoryError as error:
        raise AssetError("tool-failed", stage, "not enough memory to decode it", "export it smaller") from error
    except Exception as error:
        words = str(error) or type(error).__name__
        raise AssetError("unreadable", stage, f"damaged or cut short: {words}", "copy or export it again") from error
