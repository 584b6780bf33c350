"""The output folder: where it may be, and what an earlier run left in it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assetkit.errors import UserInputError
from assetkit.manifest.write import CSV_NAME, JSON_NAME, reasons_name
from assetkit.model import Status

_OURS = tuple(status.value for status in Status)


def prepare_output(output: Path, inputs: Sequence[Path], *, overwrite: bool) -> None:
    """Refuse an output folder that inputs would be read from, and one that holds results, unless told to replace.

    Raises UserInputError. Replacing removes what the earlier manifest lists and nothing else.
    """
    for place in inputs:
        _refuse_nesting(output, place)
    if output.exists() and not output.is_dir():
        raise UserInputError(f"{output} is a file: name a folder for the results")
    if not (output / JSON_NAME).exists():
        return
    if not overwrite:
        raise UserInputError(f"{output} holds the results of an earlier run: pass --overwrite or name another folder")
    _remove_earlier(output)


def _refuse_nesting(output: Path, place: Path) -> None:
    here, there = output.resolve(), place.resolve()
    if there.is_dir() and here.is_relative_to(there):
        raise UserInputError(
            f"the output folder {output} lies inside the input {place}: results would come back as input. "
            "Name a folder outside it"
        )
    if any(there.is_relative_to(here / name) for name in _OURS):
        raise UserInputError(f"the input {place} lies inside the results of {output}: name another output folder")


def _remove_earlier(output: Path) -> None:
    try:
        earlier = json.loads((output / JSON_NAME).read_text("utf-8"))
        assets: list[dict[str, Any]] = earlier["assets"]
        names = [str(made["path"]) for asset in assets for made in asset["outputs"]]
        names += [reasons_name(asset["source"]["path"]) for asset in assets]
    except (OSError, ValueError, KeyError, TypeError) as error:
        detail = f"{output / JSON_NAME} is not a manifest of assetkit: name another output folder"
        raise UserInputError(detail) from error
    for name in [*names, JSON_NAME, CSV_NAME]:
        file = output / name
        # the manifest may have been edited: never follow it out of the folders that are ours
        if ".." not in Path(name).parts and file.resolve().is_relative_to(output.resolve()) and file.is_file():
            file.unlink()
