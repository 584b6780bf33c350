"""Which stills belong together: those that a `set.toml` names, those of a folder, or those numbered alike."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path, PurePosixPath

from assetkit.errors import AssetError
from assetkit.set_file import SetFile, read_set_file
from assetkit.sets import AssetSet, Grouping

_LEAST = 2  # one still is no carousel
_NAME_BYTES = 160
_CHINESE = "〇一二三四五六七八九"
_OLD = rf"第([{_CHINESE}十]{{1,3}})"
# a name, then a number of at most three digits: cameras count with four and more, dates end in a second number
_NUMBERED = re.compile(rf"^(.*?)[\s._\-(#]*(?:第?(?<!\d)(\d{{1,3}})|{_OLD})[张页幅屏]?\)?$")
_LEADING = re.compile(r"^第?(\d{1,3})(?!\d)")
_VERSION = re.compile(r"(^|[\s._\-])v$", re.IGNORECASE)  # glow_v2 is another glow_v1, not the slide after it
_DIGITS = re.compile(r"(\d+)")
_COVERS = ("cover", "封面", "首图")


@dataclass(frozen=True, slots=True)
class Numbered:
    """What a file's name says: what it is called without its number, and the number."""

    name: str
    number: int


def find_sets(names: Iterable[str], grouping: Grouping, files: Mapping[str, Path], base: str) -> list[AssetSet]:
    """Group the relative paths of stills into sets. `files` are `set.toml`s by their folder; `base` names the root.

    A folder with such a file holds one set, whatever the grouping; else those of at least two stills.
    """
    folders: dict[str, list[str]] = {}
    for name in names:
        folders.setdefault(folder_of(name), []).append(name)
    found = [_stated(folder, folders.get(folder, []), file, base) for folder, file in files.items()]
    for folder, here in folders.items():
        if folder in files:
            continue
        if grouping is Grouping.FOLDER and len(here) >= _LEAST:
            found.append(_offolder_of(folder, here, base))
        elif grouping is Grouping.NAME:
            found += _by_name(folder, here, base)
    return list(_distinct(sorted((each for each in found if each.slides), key=lambda each: each.id)))


def numbered(name: str) -> Numbered | None:
    """What the name of a file says of its place among others; None if it has no number, or a camera's."""
    found = _NUMBERED.match(unicodedata.normalize("NFKC", PurePosixPath(name).stem))
    if found is None or _VERSION.search(found[1]) or found[1][-1:].isdigit():
        return None
    number = int(found[2]) if found[2] else _chinese(found[3])
    return None if number is None else Numbered(found[1].strip(" ._-"), number)


def natural(name: str) -> tuple[object, ...]:
    """Sorts 2 before 10 and 第二张 before 第十张, whatever the script of the digits; a cover comes before all."""
    stem = _stem(name)
    spelt = re.sub(_OLD, lambda found: f"第{_chinese(found[1])}", stem)
    parts = [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _DIGITS.split(spelt) if part]
    return stem not in _COVERS, parts, name


def _distinct(sets: Iterable[AssetSet]) -> Iterator[AssetSet]:
    """1.jpg and 2.jpg in a folder `glow` are called after it, and glow_1.jpg beside them has its own name."""
    taken = set[str]()
    for each in sets:
        names = chain([each.id], (f"{each.id}-{number}" for number in count(2)))
        name = next(name for name in names if _plain(name) not in taken)
        taken.add(_plain(name))
        yield replace(each, id=name)


def _stated(folder: str, here: Sequence[str], file: Path, base: str) -> AssetSet:
    """The set of a folder that says what it is; with a mistake in that file, all of the folder."""
    whole = _offolder_of(folder, here, base)
    try:
        said = read_set_file(file)
    except AssetError as error:
        return replace(whole, mistake=error.detail)
    whole = replace(whole, id=_path(folder, said.name) if said.name else whole.id, words=said.words)
    return _ordered(whole, folder, said) if said.order else whole


def _ordered(whole: AssetSet, folder: str, said: SetFile) -> AssetSet:
    there = {_plain(PurePosixPath(name).name): name for name in whole.slides}
    slides = tuple(there[_plain(name)] for name in said.order if _plain(name) in there)
    return replace(
        whole,
        slides=slides,
        is_ordered=True,
        numbers=(),  # the order is said, and needs none
        missing=tuple(name for name in said.order if _plain(name) not in there),
        left_out=tuple(name for name in whole.slides if name not in slides),
    )


def _offolder_of(folder: str, here: Sequence[str], base: str) -> AssetSet:
    slides = tuple(sorted(here, key=natural))
    return AssetSet(_path(folder, PurePosixPath(folder).name or base), slides, _numbers(slides))


def _by_name(folder: str, here: Sequence[str], base: str) -> list[AssetSet]:
    groups: dict[str, list[tuple[Numbered, str]]] = {}
    for name in here:
        if said := numbered(name):
            groups.setdefault(said.name.casefold(), []).append((said, name))
    found = []
    for group in groups.values():
        if len(group) >= _LEAST:
            group.sort(key=lambda pair: (pair[0].number, natural(pair[1])))
            called = group[0][0].name or PurePosixPath(folder).name or base
            numbers = tuple(said.number for said, _ in group)
            slides = tuple(name for _, name in group)
            found.append(AssetSet(_path(folder, called), slides, numbers))
    return found


def _numbers(slides: Sequence[str]) -> tuple[int, ...]:
    """The numbers in the names, at their end or in front, a cover's left out; none if any other name has none."""
    found = []
    for name in slides:
        said, leading = numbered(name), _LEADING.match(_stem(name))
        if said is not None or leading is not None:
            found.append(said.number if said else int(leading[1]) if leading else 0)
        elif _stem(name) not in _COVERS:
            return ()
    return tuple(found)


def _chinese(text: str) -> int | None:
    """The number that 一 to 九十九 write."""
    tens, ten, ones = text.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        return None
    return (_CHINESE.index(tens) if tens else bool(ten)) * 10 + (_CHINESE.index(ones) if ones else 0)


def _stem(name: str) -> str:
    return unicodedata.normalize("NFKC", PurePosixPath(name).stem).casefold()


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def folder_of(name: str) -> str:
    """The folder of a relative path, "" at the root."""
    parent = PurePosixPath(name).parent.as_posix()
    return "" if parent == "." else parent


def _path(folder: str, name: str) -> str:
    """The path that outputs are called after, with room left in the 255 bytes of a name for all that is put behind."""
    if len(name.encode()) > _NAME_BYTES:
        mark = hashlib.sha256(name.encode()).hexdigest()[:8]
        name = name.encode()[: _NAME_BYTES - 9].decode("utf-8", "ignore") + "-" + mark
    return f"{folder}/{name}" if folder else name
