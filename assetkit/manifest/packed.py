"""Entries of a record kept small: of ten thousand assets, open ones would take more memory than the work itself."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from assetkit.manifest.contract import (
    AssetEntry,
    Manifest,
    PreCheckEntry,
    PresetEntry,
    SetEntry,
    SkippedEntry,
    SummaryEntry,
    ToolEntry,
)


@dataclass(frozen=True, slots=True)
class Packed:
    """One entry: what is asked of it often, and the rest as compressed JSON."""

    path: str
    status: str
    data: bytes

    @property
    def text(self) -> str:
        """The entry as JSON without line breaks."""
        return zlib.decompress(self.data).decode()

    @property
    def entry(self) -> AssetEntry:
        """The entry, made anew."""
        return AssetEntry.model_validate_json(zlib.decompress(self.data))


def packed(entry: AssetEntry) -> Packed:
    """An entry is some kilobytes of much the same words."""
    return Packed(entry.source.path, entry.status, zlib.compress(entry.model_dump_json().encode(), 1))


class Entries(Sequence[AssetEntry]):
    """Packed entries to be read one after another; each is made anew every time, so read them once."""

    def __init__(self, kept: Iterable[Packed]) -> None:
        self._kept = tuple(kept)

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, place: int) -> AssetEntry: ...

    @overload
    def __getitem__(self, place: slice) -> "Entries": ...

    def __getitem__(self, place: int | slice) -> "AssetEntry | Entries":
        return Entries(self._kept[place]) if isinstance(place, slice) else self._kept[place].entry

    def __iter__(self) -> Iterator[AssetEntry]:
        return (each.entry for each in self._kept)

    def having(self, status: str) -> int:
        """How many have this verdict."""
        return sum(each.status == status for each in self._kept)


def streamed(
    tool: ToolEntry,
    preset: PresetEntry,
    entries: Entries,
    skipped: Iterable[SkippedEntry],
    *,
    sets: Iterable[SetEntry] = (),
    interrupted: bool = False,
    pre_check: PreCheckEntry | None = None,
) -> Manifest:
    """A record whose entries stay packed: to be written, asset by asset, and not to be dumped or compared."""
    return Manifest.model_construct(
        tool=tool,
        preset=preset,
        summary=SummaryEntry(
            ready=entries.having("ready"),
            review=entries.having("review"),
            rejected=entries.having("rejected"),
            interrupted=interrupted,
        ),
        assets=entries,
        skipped=list(skipped),
        sets=list(sets),
        pre_check=pre_check,
    )
