"""Reading stills with Pillow: what the header states, and the pixels, decoded once at the smallest useful scale."""

import math
import warnings
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from assetkit.errors import AssetError
from assetkit.facts import UNWRITTEN, Kind, MediaInfo
from assetkit.geometry import Size
from assetkit.media.blocks import Blocks, blocks_of
from assetkit.media.colour import SRGB, Colours, in_srgb
from assetkit.media.jpeg_tables import jpeg_quality
from assetkit.media.metadata import Metadata
from assetkit.media.pixels import Pixels, at_size
from assetkit.media.plain import plain, rgb_pixels, scaled_down
from assetkit.media.reading_metadata import metadata_of
from assetkit.media.stated import bit_depth, colours_of
from assetkit.media.subjects import Marked, marked
from assetkit.wording import say

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
# MPO holds a second view or a gain map, ICO sizes: not an animation
_ANIMATED = ("GIF", "PNG", "WEBP", "TIFF", "AVIF")


class Still:
    """An opened still. Its pixels are read at most once.

    `info` is what the header states. `image` (after `decode`) is upright, in the source's own mode, and may be
    smaller than the display size; `colours` is what its numbers mean, sRGB if more than 8 bits had to become 8.
    `path` is None for a picture that is in no file.
    """

    def __init__(
        self,
        image: Image.Image,
        info: MediaInfo,
        orientation: int = 1,
        *,
        colours: Colours = SRGB,
        metadata: Metadata | None = None,
        path: Path | None = None,
    ) -> None:
        self.info = info
        self.image = image
        self.colours = self.stated_colours = colours
        self.metadata = metadata or Metadata()
        self.orientation = orientation
        self._path = path
        self._drafted: Hashable = None
        self._turns_itself = image.format in _TURNED_BY_PILLOW

    def draft(self, least: Size) -> Hashable:
        """Set the scale to read at, once; two stills of one file with equal answers give the same pixels."""
        if self._drafted is None:
            with _translated("measure"):
                if self.image.format in ("JPEG", "MPO"):
                    self.image.draft(None, self._stored(least))
            self._drafted = self.image.size, least if self._is_deep else None
        return self._drafted

    def decode(self, least: Size) -> None:
        """Read the pixels, at a reduced scale if the format can, never below `least` display pixels.

        Raises AssetError `unreadable` if they are damaged or cut short.
        """
        self.draft(least)
        with _translated("measure"):
            self.image = _loaded(self.image)
            if self._path and self._is_deep:
                self._make_shallow(self._path, Size(*self._stored(least)))
            operation = None if self._turns_itself else _ORIENTATIONS[self.orientation][2]
            if operation is not None:
                transparency = self.image.info.get("transparency")
                self.image = self.image.transpose(operation)
                if transparency is not None:
                    self.image.info["transparency"] = transparency

    @property
    def _is_deep(self) -> bool:
        return self.info.bit_depth > 8 or bool(self.colours.transfer)

    def _stored(self, size: Size) -> tuple[int, int]:
        """Width and height as the pixels lie in the file."""
        turned = size.swapped if self.info.rotation in (90, 270) else size
        return turned.width, turned.height

    def _make_shallow(self, path: Path, least: Size) -> None:
        """From all of the file's bits to 8 bits of sRGB; what cannot go that way stays as Pillow read it."""
        from assetkit.media.deep import Glance, in_eight_bits, reduced

        if self.image.mode not in ("RGB", "RGBA"):
            return
        glance = Glance.at(self.image, self.info.bit_depth)
        self.image = reduced(self.image, least)  # gives its room to the other reader
        shallow = in_eight_bits(path, self.image, glance, self.colours, least)
        if shallow is not None:
            self.image, self.colours = shallow, SRGB

    def pixels(self, max_side: int, background: str = "#ffffff") -> Pixels:
        """RGB pixels (height, width, 3) with the longer side at most `max_side`, for measuring."""
        image = plain(self.image)
        factor = min(1.0, max_side / max(image.size))
        size = Size(max(1, round(image.width * factor)), max(1, round(image.height * factor)))
        if image.mode == "RGB" and self.colours.profile is None:  # as most are: no way through Pillow and back
            return at_size(np.asarray(image), size)
        if factor < 1:
            image = scaled_down(image, size)
        return rgb_pixels(in_srgb(image, self.colours, background))


def open_still(path: Path, reader: str) -> Still:
    """Read the header of the still at `path` with Pillow's plug-in `reader`.

    Raises AssetError `unreadable` if the header is damaged or states an unsafe number of pixels.
    """
    if reader == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    with _translated("probe"):
        image = Image.open(path, formats=[reader])
        try:
            _refuse_bomb(image)
            orientation = _orientation(image)
            blocks = blocks_of(image, path)
            colours, metadata = colours_of(image, path), metadata_of(blocks)
            info = _info(path, image, orientation, reader)
            marks = _marks(blocks, image, info, orientation)
            info = replace(
                info,
                colour_space=colours.name,
                bit_depth=bit_depth(image, path),
                metadata=tuple(metadata.kinds),
                is_generated=metadata.is_generated,
                marked_faces=marks.faces,
                marked_subject=marks.subject,
            )
            return Still(image, info, orientation, colours=colours, metadata=metadata, path=path)
        except BaseException:
            image.close()
            raise


def _marks(blocks: Blocks, image: Image.Image, info: MediaInfo, orientation: int) -> Marked:
    """Marks lie in the picture as it is stored, which the plug-in for HEIF has turned already."""
    turned = image.info.get("original_orientation") or 1
    if turned == 1:
        return marked(blocks, info.coded_size, orientation)
    return marked(blocks, info.coded_size.swapped if turned >= 5 else info.coded_size, turned)


def still_of(pixels: Pixels, labels: Metadata | None = None) -> Still:
    """A still made of RGB pixels that are already decoded, such as one frame of a clip, and of that clip's labels."""
    labels = labels or Metadata()
    image = Image.fromarray(pixels)
    size = Size(*image.size)
    info = MediaInfo(
        kind=Kind.IMAGE,
        format=UNWRITTEN,
        bytes=0,
        coded_size=size,
        display_size=size,
        metadata=tuple(labels.kinds),
        is_generated=labels.is_generated,
    )
    return Still(image, info, metadata=labels)


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
        has_alpha=image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info,
        jpeg_quality=jpeg_quality(getattr(image, "quantization", None)),
    )


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
        safe = say("the {max_pixels:.0f} that are safe to decode", max_pixels=MAX_PIXELS / 1e6)
        detail = say(
            "{size} px ({pixels:,.0f} megapixels) is more than {safe}", size=size, pixels=pixels / 1e6, safe=safe
        )
        raise AssetError("unreadable", "probe", detail, say("export it at a smaller size"))
    if not pixels:
        raise AssetError("unreadable", "probe", say("the picture has no pixels"), say("export it again"))


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
        raise AssetError(
            "tool-failed", stage, say("not enough memory to decode it"), say("export it smaller")
        ) from error
    except UnidentifiedImageError as error:  # its words are a path
        raise AssetError(
            "unreadable",
            stage,
            say("damaged or cut short in its header, or of a kind that assetkit does not read"),
            say("copy or export it again, in 8 or 16 bits a channel"),
        ) from error
    except Exception as error:
        words = str(error) or type(error).__name__
        raise AssetError(
            "unreadable", stage, say("damaged or cut short: {words}", words=words), say("copy or export it again")
        ) from error
