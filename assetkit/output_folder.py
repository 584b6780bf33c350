"""The output folder: where it may be, and what an earlier run left in it."""

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from assetkit.errors import UserInputError
from assetkit.facts import Source
from assetkit.journal import JOURNAL_NAME, read_journal
from assetkit.judgement import Status
from assetkit.manifest.in_turn import assets_in_turn
from assetkit.manifest.report import PAGE_NAMES
from assetkit.manifest.tables import ASSETS_NAME, FINDINGS_NAME
from assetkit.manifest.write import JSON_NAME, reasons_name

_OURS = tuple(status.value for status in Status)


def prepare_output(output: Path, inputs: Sequence[Path], *, overwrite: bool) -> None:
    """Refuse an output folder that inputs would be read from, and one that holds results, unless told to replace.

    Raises UserInputError. Replacing removes what the earlier manifest lists and nothing else.
    """
    check_output(output, inputs)
    if not has_results(output):
        return
    if not overwrite:
        raise UserInputError(f"{output} holds the results of an earlier run: pass --overwrite or name another folder")
    earlier = results(output)
    remove(output, [name for names in earlier.values() for name in names])
    remove(output, [reasons_name(source) for source in earlier])
    pages = [page.name for page in output.glob("report*.html") if PAGE_NAMES.fullmatch(page.name)]
    remove(output, [JSON_NAME, ASSETS_NAME, FINDINGS_NAME, JOURNAL_NAME, *pages])


def check_output(output: Path, inputs: Sequence[Path]) -> None:
    """Refuse an output folder that inputs would be read from, or that is a file. Raises UserInputError."""
    for place in inputs:
        _refuse_nesting(output, place)
    if output.exists() and not output.is_dir():
        raise UserInputError(f"{output} is a file: name a folder for the results")


def has_results(output: Path) -> bool:
    """True if a run was here, whether it came to its end or not."""
    return (output / JSON_NAME).exists() or (output / JOURNAL_NAME).exists()


def results(output: Path) -> dict[str, tuple[str, ...]]:
    """What earlier runs recorded: source -> its outputs, POSIX, both relative.

    Raises UserInputError if a manifest is none of ours.
    """
    recorded = assets_in_turn(output / JSON_NAME) if (output / JSON_NAME).exists() else ()
    found: dict[str, tuple[str, ...]] = {}
    try:
        for asset in chain(recorded, read_journal(output)):
            name, made = str(asset["source"]["path"]), tuple(str(o["path"]) for o in asset["outputs"])
            found[name] = tuple(dict.fromkeys(found.get(name, ()) + made))
    except (OSError, ValueError, KeyError, TypeError) as error:
        detail = f"{output / JSON_NAME} is not a manifest of assetkit: name another output folder"
        raise UserInputError(detail) from error
    return found


def remove(output: Path, names: Iterable[str]) -> None:
    """Remove files of ours, by their POSIX paths relative to `output`."""
    for name in names:
        file = output / name
        # the manifest may have been edited: never follow it out of the folders that are ours
        if ".." not in Path(name).parts and file.resolve().is_relative_to(output.resolve()) and file.is_file():
            file.unlink()


def overlay_place(folder: Path, source: Source, shows: str, suffix: str = ".jpg") -> Path:
    """Where the picture (or the film, `.mp4`) goes that shows a source's `text` or `plan`."""
    return folder / f"{source.stem}.{shows}{suffix}"


def overlay_places(folder: Path, inputs: Sequence[Path], sources: Sequence[Source], shows: str) -> list[Path]:
    """Where the overlay of each source goes: never among the inputs, never over anything but an earlier overlay.

    Raises UserInputError.
    """
    from assetkit.media.overlay import is_overlay
    from assetkit.media.plan_film import is_film

    if folder.exists() and not folder.is_dir():
        raise UserInputError(f"{folder} is a file: name a folder for the overlays")
    places = [overlay_place(folder, source, shows) for source in sources]
    # whether a source is a still or a clip is not known before it is opened
    films = [overlay_place(folder, source, shows, ".mp4") for source in sources] if shows == "plan" else []
    for output in (folder, *(place.parent for place in places)):  # a link in the folder may lead elsewhere
        for each in inputs:
            _refuse_inside(output, each)
    own = {source.path.resolve() for source in sources}
    for place in (*places, *films):
        if place.resolve() in own or not (_is_free(place) or (is_film if place in films else is_overlay)(place)):
            raise UserInputError(f"{place} is there and is no earlier overlay: name another folder")
    return places


def _is_free(place: Path) -> bool:
    return not place.exists() and not place.is_symlink()


def _refuse_inside(output: Path, place: Path) -> None:
    here, there = output.resolve(), place.resolve()
    if there.is_dir() and here.is_relative_to(there):
        raise UserInputError(
            f"the output folder {output} lies inside the input {place}: results would come back as input. "
            "Name a folder outside it"
        )


def _refuse_nesting(output: Path, place: Path) -> None:
    _refuse_inside(output, place)
    here, there = output.resolve(), place.resolve()
    if any(there.is_relative_to(here / name) for name in _OURS):
        raise UserInputError(f"the input {place} lies inside the results of {output}: name another output folder")
