"""What stands in the output folder when a run begins: what may be kept, what must go, and what a killed run left."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from assetkit.errors import UserInputError
from assetkit.facts import Source
from assetkit.manifest.write import REJECTED, reasons_name
from assetkit.media.clone import clone
from assetkit.memory import Copied, Memory, Remembered
from assetkit.output_folder import has_results, remove, results
from assetkit.publish import intend, intended, sha256_of

WORK_PREFIX = ".assetkit-work-"
_TEMPORARY = ".assetkit-*"
_NAMED = 3  # of the sources whose results are in the way


@dataclass(frozen=True, slots=True)
class Standing:
    """What can be kept of earlier runs, by the sources' paths, and which results are of no use any more."""

    remembered: Mapping[str, Remembered]
    obsolete: tuple[str, ...] = ()


NOTHING = Standing({})


def stand(sources: Sequence[Source], folder: Path, memory: Memory, *, overwrite: bool) -> Standing:
    """See what of `folder` holds for these sources; touch nothing.

    Raises UserInputError if something else that was delivered there would have to be replaced or removed, unless told
    to. Reasons for a rejection are nothing that was delivered.
    """
    remembered = only_whole_sets(sources, {s.relative: r for s in sources if (r := memory.recall(s, folder))})
    if not has_results(folder):
        return Standing(remembered)
    kept = {path for each in remembered.values() for path in each.outputs}
    earlier = results(folder)
    gone = {
        source: stale
        for source, paths in earlier.items()
        if (stale := [path for path in paths if path not in kept and (folder / path).is_file()])
    }
    # a run that was killed while it recorded a set delivered nothing of it
    unfinished = {path for work in folder.glob(f"{WORK_PREFIX}*") for path in intended(work)}
    if any(path not in unfinished for paths in gone.values() for path in paths) and not overwrite:
        raise UserInputError(
            f"{folder} holds the results of an earlier run that this one would replace or remove ({_some(gone)}): "
            "their sources, the preset or the options are not the same any more. "
            "Pass --overwrite or name another folder"
        )
    reasons = [reasons_name(source) for source in earlier if source not in remembered]
    return Standing(remembered, (*(path for paths in gone.values() for path in paths), *reasons))


def only_whole_sets(sources: Iterable[Source], known: Mapping[str, Remembered]) -> dict[str, Remembered]:
    """What is known of the sources, but nothing of a set unless all of it is known: it is made anew as a whole."""
    broken = {s.slot.set for s in sources if s.slot is not None and s.relative not in known}
    return {
        s.relative: known[s.relative]
        for s in sources
        if s.relative in known and (s.slot is None or s.slot.set not in broken)
    }


def clear(folder: Path, standing: Standing) -> None:
    """Remove what a run that was killed left behind. The folder must be claimed."""
    kept = {path for each in standing.remembered.values() for path in each.outputs}
    known = {path for paths in results(folder).values() for path in paths}
    for work in folder.glob(f"{WORK_PREFIX}*"):
        remove(folder, [path for path in intended(work) if path not in kept | known])
        shutil.rmtree(work, ignore_errors=True)
    for left in (*folder.glob(_TEMPORARY), *(folder / REJECTED).rglob(_TEMPORARY)):
        if left.is_file() and not left.name.startswith(".assetkit-lock"):
            left.unlink(missing_ok=True)


def bring(copies: Iterable[Copied], folder: Path, *, work: Path, relative: str) -> bool:
    """Copy outputs from elsewhere into `folder`, all or none of them; False if one is not what it was."""
    wanted = list(copies)
    fetched = [work / f"copy-{number}" for number in range(len(wanted))]
    try:
        for copy, place in zip(wanted, fetched, strict=True):
            clone(copy.origin, place)
            if sha256_of(place) != copy.sha256 or (folder / copy.path).exists():
                return False
        intend(work, relative, [copy.path for copy in wanted])
        for copy, place in zip(wanted, fetched, strict=True):
            (folder / copy.path).parent.mkdir(parents=True, exist_ok=True)
            place.replace(folder / copy.path)
    except OSError:
        return False
    finally:
        for place in fetched:
            with suppress(OSError):
                place.unlink(missing_ok=True)
    return True


def _some(gone: Mapping[str, object]) -> str:
    names = [repr(name) for name in list(gone)[:_NAMED]]
    return ", ".join(names) + (f" and {len(gone) - _NAMED} more" if len(gone) > _NAMED else "")
