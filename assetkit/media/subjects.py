"""What a still says of its own subject: regions that people or software marked (XMP), and the camera's area (EXIF)."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from PIL import ExifTags, Image

from assetkit.geometry import Box, Size
from assetkit.media.blocks import Blocks
from assetkit.media.xmp import Region, regions

_SUBJECT_AREA, _SUBJECT_LOCATION, _WIDTH, _HEIGHT = 0x9214, 0xA214, 0xA002, 0xA003
_POINT = 0.1  # of the longer side: what a point without an extent stands for
_MIDDLE = 0.03  # of the frame: an area nearer to the middle is where the camera looks if nobody says so
_LARGEST = 0.5  # of the frame; a larger area says nothing
_MOST = 100  # regions

Centred = tuple[float, float, float, float]
"""Middle and sides of an area, as shares of the stored picture's."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Faces that were marked, and what else the picture is about; display pixels."""

    faces: tuple[Box, ...] = ()
    subject: Box | None = None


def marked(blocks: Blocks, stored: Size, orientation: int) -> Marked:
    """Read the marks of a picture that is stored in this size, to be turned by this EXIF orientation.

    The Metadata Working Group's regions (2010) and EXIF's areas both lie in the picture as it is stored.
    """
    camera: list[Centred] = []
    for block in blocks.exif:
        with suppress(Exception):  # whatever a parser of hostile bytes stumbles over
            camera += _camera_area(block, stored)
    try:
        listed = [region for packet in blocks.xmp for region in regions(packet)][:_MOST]
        found = [region for region in listed if region.unit in ("", "normalized")]
    except Exception:  # whatever a parser of hostile bytes stumbles over: nothing was marked
        return Marked()
    shown = stored.swapped if orientation >= 5 else stored
    faces = (_shown(_area(region), orientation, shown) for region in found if region.type in ("Face", "Pet"))
    focus = [_area(region) for region in found if region.type == "Focus"]
    areas = (_shown(area, orientation, shown) for area in (*focus, *camera) if _tells_something(area))
    return Marked(tuple(face for face in faces if face.area), next((area for area in areas if area.area), None))


def _area(region: Region) -> Centred:
    return region.x, region.y, region.width, region.height


def _camera_area(block: bytes | Image.Exif, stored: Size) -> Iterator[Centred]:
    """EXIF's subject area: a point, a circle or a rectangle by its middle, in pixels of the picture as it was taken."""
    exif = block if isinstance(block, Image.Exif) else Image.Exif()
    if isinstance(block, bytes):
        exif.load(block)
    details = exif.get_ifd(ExifTags.IFD.Exif)
    width = _number(details.get(_WIDTH)) or stored.width
    height = _number(details.get(_HEIGHT)) or stored.height
    for tag in (_SUBJECT_AREA, _SUBJECT_LOCATION):
        values = details.get(tag)
        if isinstance(values, tuple) and 2 <= len(values) <= 4:
            x, y, *sides = (float(value) for value in values)
            wide, high = (sides * 2)[:2] if sides else (_POINT * max(width, height),) * 2
            yield x / width, y / height, wide / width, high / height


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int) and value > 0 else 0.0


def _tells_something(area: Centred) -> bool:
    x, y, width, height = area
    is_middle = abs(x - 0.5) < _MIDDLE and abs(y - 0.5) < _MIDDLE
    return 0 <= x <= 1 and 0 <= y <= 1 and 0 < width * height <= _LARGEST and not is_middle


def _shown(area: Centred, orientation: int, shown: Size) -> Box:
    """An area of the stored picture, where it lies once that is turned upright."""
    x, y, width, height = area
    x, y = {
        1: (x, y),
        2: (1 - x, y),
        3: (1 - x, 1 - y),
        4: (x, 1 - y),
        5: (y, x),
        6: (1 - y, x),
        7: (1 - y, 1 - x),
        8: (y, 1 - x),
    }[orientation]
    if orientation >= 5:
        width, height = height, width
    return Box(
        round((x - width / 2) * shown.width),
        round((y - height / 2) * shown.height),
        round((x + width / 2) * shown.width),
        round((y + height / 2) * shown.height),
    ).intersect(Box.of(shown))
