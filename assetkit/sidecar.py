"""The file beside an asset that says what only people know of it: `photo.jpg.assetkit.json` beside `photo.jpg`."""

import json
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from assetkit.discover import printable
from assetkit.errors import AssetError
from assetkit.geometry import Box, Size
from assetkit.preset_file import sentence

_MAX_BYTES = 1_000_000
_MAX_BOXES = 1000
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


class Sidecar(BaseModel):
    """What a sidecar may state. `exempt`: [x, y, width, height] in display pixels, where text does not count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    exempt: Annotated[tuple[Annotated[Box, BeforeValidator(_box)], ...], Field(max_length=_MAX_BOXES)] = ()


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


def exempt_boxes(path: Path | None, size: Size) -> tuple[Box, ...]:
    """Where text does not count in a picture of this display size, by its sidecar (None: it has none), clipped to it.

    Raises AssetError `sidecar-invalid`, also for a box that lies outside the picture.
    """
    boxes = read_sidecar(path).exempt if path else ()
    for number, box in enumerate(boxes):
        if path and not box.intersect(Box.of(size)).area:
            raise _invalid(path, f"exempt.{number}: lies outside the picture of {size}")
    return tuple(box.intersect(Box.of(size)) for box in boxes)


def _invalid(path: Path, detail: str) -> AssetError:
    fix = 'mend the sidecar, as in {"exempt": [[x, y, width, height]]}, or remove it'
    return AssetError("sidecar-invalid", "probe", f"{printable(path.name)}: {detail}", fix)
