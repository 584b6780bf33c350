"""Paths in, sorted sources out. What is left out is named, with the reason."""

import hashlib
import os
import secrets
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from assetkit.errors import UserInputError
from assetkit.facts import Source
from assetkit.grouping import find_sets, folder_of
from assetkit.naming import portable, portable_folder, shortened
from assetkit.sets import SET_FILE, AssetSet, Grouping, Slot
from assetkit.walk import CLIP_SUFFIXES, SIDECAR_SUFFIX, STILL_SUFFIXES, walk
from assetkit.wording import Said, say

_COVER_MARK = ".cover"


NameTaken = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A path that is not an asset, and why."""

    relative: str
    reason: Said


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a request names. `likely` are the ids of what looks like sets where nobody asked for them."""

    sources: tuple[Source, ...]
    skipped: tuple[Skipped, ...]
    sets: tuple[AssetSet, ...] = ()
    likely: tuple[str, ...] = ()


def discover(inputs: Sequence[Path], grouping: Grouping = Grouping.OFF) -> Discovery:
    """Find every file under `inputs` (files or folders), sorted by its path in the manifest.

    A folder's files are named from that folder; several inputs are named from the folder they share. Stills that
    `grouping`, or a `set.toml` beside them, makes a set stand together in its order, and their stems are the set's.
    Raises UserInputError if an input does not exist.
    """
    found: dict[str, str] = {}
    skipped: list[Skipped] = []
    starts = [_start(path) for path in inputs]
    base = _base(starts)
    for start in starts:
        for file, reason in walk(start):
            name = printable(_inside(file, base))
            if reason:
                skipped.append(Skipped(name, reason))
            else:
                found[name] = file
    named = [name for name in found if PurePosixPath(name).name == SET_FILE]
    files = {folder_of(name): Path(found.pop(name)) for name in named}
    skipped += [Skipped(f"{folder}/{SET_FILE}".lstrip("/"), say("says what set the stills are")) for folder in files]
    covers = _covers(found)
    taken = {cover for cover in covers.values() if cover}
    names = [name for name in sorted(found) if name not in taken]
    stills = [name for name in names if PurePosixPath(name).suffix.lower() in STILL_SUFFIXES]
    sets = find_sets(stills, grouping, files, base.name)
    likely = find_sets(stills, Grouping.NAME, files, base.name) if grouping is Grouping.OFF else sets
    slots = _slots(sets, found, files)
    stems = _stems({name: _called(name, slots.get(name)) for name in names})
    sources = tuple(
        Source(found[name], name, stems[name], _cover_source(covers.get(name), found), _sidecar(found[name]), slot)
        for name, slot in _together(names, sets, slots)
    )
    ids = {each.id for each in sets}
    return Discovery(
        sources,
        tuple(sorted(set(skipped), key=lambda s: s.relative)),
        tuple(sets),
        tuple(each.id for each in likely if each.id not in ids),
    )


def _inside(file: str, base: Path) -> str:
    """The path from a folder on, with slashes."""
    within = file.removeprefix(str(base).rstrip(os.sep) + os.sep) if file != str(base) else "."
    return within.replace(os.sep, "/")


def _slots(sets: Iterable[AssetSet], found: dict[str, str], files: dict[str, Path]) -> dict[str, Slot]:
    """The place of each slide in its set."""
    slots = {}
    for each in sets:
        said = files.get(folder_of(each.slides[0]))
        beside = [path for name in each.slides if (path := _sidecar(found[name]))]
        parts = (*(Path(found[name]) for name in each.slides), *beside, *([said] if said else ()))
        for number, name in enumerate(each.slides, 1):
            slots[name] = Slot(each.id, number, len(each.slides), parts)
    return slots


def _together(
    names: Iterable[str], sets: Sequence[AssetSet], slots: dict[str, Slot]
) -> Iterator[tuple[str, Slot | None]]:
    """Names with their slots: the slides of a set in its order, where the first of their names would stand."""
    by_id, told = {each.id: each for each in sets}, set[str]()
    for name in names:
        slot = slots.get(name)
        if slot is None:
            yield name, None
        elif slot.set not in told:
            told.add(slot.set)
            yield from ((slide, slots[slide]) for slide in by_id[slot.set].slides)


def _called(name: str, slot: Slot | None) -> str:
    """What an asset's outputs are called after: a slide's set and its number, else its own name."""
    return name if slot is None else f"{slot.set}_{slot.number:02}{PurePosixPath(name).suffix}"


def every_file(found: Discovery) -> tuple[Source, ...]:
    """Each file as an asset of its own, a clip's cover too, sorted by path."""
    named = {each.relative: each for source in found.sources for each in (source, source.cover) if each}
    stems = output_stems(sorted(named))
    return tuple(replace(named[name], stem=stem, cover=None) for name, stem in stems.items())


def output_stems(names: Sequence[str]) -> dict[str, str]:
    """For each relative path a path without suffix that no other takes, on any file system.

    `a.jpg` gives `a`; beside `a.png` they are `a-jpg` and `a-png`; what still collides gets a short hash.
    """
    return _stems({name: name for name in names})


def _stems(called: Mapping[str, str]) -> dict[str, str]:
    """The same for assets that are called otherwise than their files."""
    plain = {name: _stem(call) for name, call in called.items()}
    counts = Counter(folded(stem) for stem in plain.values())
    marked = {name: stem if counts[folded(stem)] == 1 else f"{stem}-{_suffix(name)}" for name, stem in plain.items()}
    counts = Counter(folded(stem) for stem in marked.values())
    return {
        name: stem if counts[folded(stem)] == 1 else f"{stem}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
        for name, stem in marked.items()
    }


def free_stem(name: str, is_taken: NameTaken) -> str:
    """A path without suffix for one that comes later than others, whose names stay as they are.

    `a.jpg` gives `a`; where that is taken `a-jpg`, then `a-2`, `a-3`.
    """
    plain = _stem(name)
    marked = (f"{plain}-{_suffix(name)}", *(f"{plain}-{number}" for number in range(2, 10_000)))
    free = next((stem for stem in (plain, *marked) if not is_taken(stem)), None)
    return free or f"{plain}-{secrets.token_hex(8)}"


def printable(name: str) -> str:
    """A name that can stand in a UTF-8 file: bytes that are no UTF-8 become escapes of two hex digits."""
    data = os.fsencode(name)
    try:
        if b"\\x" not in data:
            return data.decode()
    except UnicodeDecodeError:
        pass
    # a backslash of its own is doubled, or the name that spells an escape would pass for the one that needs it
    return data.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")


def _stem(name: str) -> str:
    """The path less its suffix, each part as any file system takes it, with room for the suffixes of outputs."""
    path = PurePosixPath(name)
    folders = (shortened(portable_folder(part)) for part in path.parent.parts)
    return PurePosixPath(*folders, shortened(portable(path.stem))).as_posix()


def _suffix(name: str) -> str:
    return portable(PurePosixPath(name).suffix.lstrip(".").lower()[:8])


def folded(stem: str) -> str:
    """Equal for names that macOS (composed and decomposed) or Windows (case) would take for the same file.

    And for those of which one's output could be called like the other's cover.
    """
    name = unicodedata.normalize("NFC", stem).casefold()
    while name.endswith(_COVER_MARK):
        name = name.removesuffix(_COVER_MARK)
    return name


def _start(path: Path) -> Path:
    """An input without `..` and links on the way, so that no name leads out of the folder it is relative to."""
    if not path.exists():
        raise UserInputError(f"{path}: no such file or folder")
    return path.resolve() if path.is_dir() else path.parent.resolve() / path.name


def _base(starts: Sequence[Path]) -> Path:
    """The folder that relative paths start from."""
    return Path(os.path.commonpath([start if start.is_dir() else start.parent for start in starts]))


def _covers(found: Iterable[str]) -> dict[str, str | None]:
    """Clip -> the cover beside it: `clip.cover.jpg` belongs to every `clip.*` in its folder.

    Cameras write `CLIP.MP4`: a cover whose name is the clip's but for upper and lower case is its own too, unless
    another is spelt exactly so.
    """
    names = list(found)
    marked = {_without_suffix(n)[: -len(_COVER_MARK)]: n for n in names if _is_cover(n)}
    folded = {clip.casefold(): n for clip, n in reversed(marked.items())}
    return {
        n: marked.get(_without_suffix(n)) or folded.get(_without_suffix(n).casefold())
        for n in names
        if not _is_cover(n) and PurePosixPath(n).suffix.lower() in CLIP_SUFFIXES
    }


def _is_cover(name: str) -> bool:
    return PurePosixPath(name).stem.casefold().endswith(_COVER_MARK)


def _without_suffix(name: str) -> str:
    return str(PurePosixPath(name).with_suffix(""))


def _cover_source(name: str | None, found: dict[str, str]) -> Source | None:
    return None if name is None else Source(found[name], name, "", sidecar=_sidecar(found[name]))


def _sidecar(file: str) -> Path | None:
    """The file beside this one that speaks of it; looked for on disk, since a single file may be all the input."""
    beside = Path(file + SIDECAR_SUFFIX)
    with suppress(OSError):  # a name that leaves no room for the suffix
        return beside if beside.is_file() and not beside.is_symlink() else None
    return None
