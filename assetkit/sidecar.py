"""The file beside an asset that says what only people know of it: `photo.jpg.assetkit.json` beside `photo.jpg`."""

import json
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from assetkit.claims.claim import Product
from assetkit.discover import printable
from assetkit.errors import AssetError
from assetkit.facts import Wishes
from assetkit.geometry import Box, Size
from assetkit.preset_file import sentence
from assetkit.set_file import StatedWords
from assetkit.timecode import parse_timecode
from assetkit.trim import Ends, parse_ends
from assetkit.windows import Keyframe, Move
from assetkit.wording import say

_MAX_BYTES = 1_000_000
_MAX_BOXES = 1000
_MAX_WINDOWS = 10_000
_MAX_SECONDS = 10**6
_MAX_SAID = 3  # problems; more do not help


def _box(value: object) -> Box:
    if isinstance(value, Box):
        return value
    # True is an int to Python
    if not (isinstance(value, list) and len(value) == 4 and all(type(number) is int for number in value)):
        raise ValueError("a box is [x, y, width, height] in whole pixels")
    x, y, width, height = value
    if width <= 0 or height <= 0:
        raise ValueError("the width and the height of a box are above 0")
    return Box(x, y, x + width, y + height)


def _point(value: object) -> tuple[int, int]:
    if not (isinstance(value, list) and len(value) == 2 and all(type(number) is int for number in value)):
        raise ValueError("a point is [x, y] in whole pixels")
    return value[0], value[1]


PixelBox = Annotated[Box, BeforeValidator(_box)]
Boxes = Annotated[tuple[PixelBox, ...], Field(max_length=_MAX_BOXES)]


def _time(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _MAX_SECONDS:
        raise ValueError("a time is in seconds since the first frame, 0 or more")
    return Fraction(value).limit_denominator(10**6)


class Window(BaseModel):
    """Where a clip's crop window stands from `time` (seconds since its first frame) on, as the manifest writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    time: Annotated[Fraction, BeforeValidator(_time)]
    box: PixelBox
    move: Move = Move.HOLD


class Sidecar(StatedWords):
    """What a sidecar may state, in display pixels: boxes as [x, y, width, height], the focal point as [x, y]."""

    exempt: Boxes = Field(default=(), description="where text does not count")
    focal: Annotated[tuple[int, int], BeforeValidator(_point)] | None = Field(
        default=None, description="what a crop centres on"
    )
    keep: Boxes = Field(default=(), description="what a crop must not cut")
    crop: PixelBox | None = Field(default=None, description="what a crop must stay inside")
    pad: bool | None = Field(
        default=None, strict=True, description="true: pad, do not crop, however much that takes; false: never pad"
    )
    cover: Annotated[Fraction, BeforeValidator(parse_timecode)] | None = Field(
        default=None, description="time of the frame that is the clip's cover: seconds, or a timecode such as 0:12.4"
    )
    trim: Annotated[Ends, BeforeValidator(parse_ends)] | None = Field(
        default=None, description="[start, end] of the part of a clip that is delivered: seconds or timecodes"
    )
    windows: tuple[Window, ...] = Field(
        default=(), max_length=_MAX_WINDOWS, description="where a clip's window stands when, as in the manifest"
    )
    generated: bool | None = Field(default=None, strict=True, description="whether AI made it, or a part of it")
    no_transform: bool | None = Field(
        default=None, strict=True, description="approved by an authority as it is: judged, never altered"
    )
    products: tuple[Product, ...] = Field(default=(), description="categories of what is advertised, for its claims")


def read_sidecar(path: Path) -> Sidecar:
    """Read and validate a sidecar.

    Raises AssetError `sidecar-invalid` that names the file and the key: an exemption that is misspelt must not
    pass for one that was never made.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise _invalid(path, f"cannot be read: {error.strerror or error}") from error
    if len(data) > _MAX_BYTES:
        raise _invalid(path, f"larger than {_MAX_BYTES / 1e6:g} MB")
    try:
        table = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _invalid(path, f"not valid JSON: {error}") from error
    try:
        return Sidecar.model_validate(table)
    except ValidationError as error:
        said = [sentence(problem, Sidecar) for problem in error.errors(include_url=False)[:_MAX_SAID]]
        more = error.error_count() - len(said)
        raise _invalid(path, "; ".join([*said, *([f"and {more} more"] if more else [])])) from error


def wishes(path: Path | None, size: Size, *, is_clip: bool = False) -> Wishes:
    """What a sidecar (None: there is none) says of a picture of this display size, its boxes clipped to it.

    Raises AssetError `sidecar-invalid`, also for a point or a box that lies outside the picture, for a crop that
    reaches out of it, and for a box to keep that the crop would cut.
    """
    if path is None:
        return Wishes()
    said, frame = read_sidecar(path), Box.of(size)
    for_clips = [key for key in ("windows", "cover", "trim") if getattr(said, key) not in (None, ())]
    if for_clips and not is_clip:
        raise _invalid(path, f"{', '.join(for_clips)}: only a clip has that; a still takes crop")
    asked = [key for key in ("crop", "focal", "pad", "trim", "windows") if getattr(said, key) not in (None, ())]
    if said.no_transform and asked:
        raise _invalid(path, f"no_transform: nothing is altered, and {', '.join(asked)} would; keep one of them")
    if said.focal:
        x, y = said.focal
        _inside(path, "focal", Box(x, y, x + 1, y + 1), frame)
    crop = said.crop
    if crop and crop.intersect(frame) != crop:
        raise _invalid(path, f"crop: reaches out of the picture of {size}")
    keep = tuple(_inside(path, f"keep.{n}", box, frame) for n, box in enumerate(said.keep))
    for number, box in enumerate(keep):
        if crop and box.intersect(crop) != box:
            raise _invalid(path, f"keep.{number}: reaches out of the crop, outside which nothing is shown")
    return Wishes(
        exempt=tuple(_inside(path, f"exempt.{n}", box, frame) for n, box in enumerate(said.exempt)),
        focal=said.focal,
        keep=keep,
        crop=crop,
        pad=said.pad,
        cover=said.cover,
        trim=said.trim,
        windows=_windows(path, said, frame),
        products=said.products,
        generated=said.generated,
        no_transform=said.no_transform,
        words=said.words,
    )


def _windows(path: Path, said: Sidecar, frame: Box) -> tuple[Keyframe, ...]:
    """The windows in order of time, of one size and inside the picture, so that they can be followed as they are."""
    for number, (one, other) in enumerate(pairwise(said.windows), 1):
        if other.time <= one.time:
            raise _invalid(path, f"windows.{number}.time: {float(other.time):g} s does not come after the last")
        if other.box.size != one.box.size:
            sizes = f"{other.box.size}, the one before it {one.box.size}"
            raise _invalid(path, f"windows.{number}.box: is {sizes}; all are of one size")
    for number, window in enumerate(said.windows):
        if window.box.intersect(frame) != window.box:
            raise _invalid(path, f"windows.{number}.box: reaches out of the picture of {frame.size}")
    if said.windows and (said.crop or said.focal):
        raise _invalid(path, "windows: say where the crop is, and so does crop or focal; keep one of them")
    return tuple(Keyframe(w.time, w.box, w.move) for w in said.windows)


def _inside(path: Path, key: str, box: Box, frame: Box) -> Box:
    if not box.intersect(frame).area:
        raise _invalid(path, f"{key}: lies outside the picture of {frame.size}")
    return box.intersect(frame)


def _invalid(path: Path, detail: str) -> AssetError:
    fix = say('mend the sidecar, as in {{"keep": [[x, y, width, height]], "focal": [x, y]}}, or remove it')
    return AssetError(
        "sidecar-invalid", "probe", say("{name}: {detail}", name=printable(path.name), detail=detail), fix
    )
