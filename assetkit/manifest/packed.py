"""Entries of a record kept small: of ten thousand assets, open ones would take more memory than the work itself."""

import tempfile
import threading
import weakref
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from sys import intern
from typing import overload

from assetkit.errors import SetupError
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

_IN_MEMORY = 250_000  # bytes of entries, some hundreds; beyond, a temporary file holds all


class Shelf:
    """Where packed entries lie, one behind the other, for threads to add and to read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - as long-lived as what lies there
        weakref.finalize(self, self._file.close)
        self._end = 0

    def packed(self, entry: AssetEntry) -> "Packed":
        """Put down an entry: some kilobytes of much the same words. Raises SetupError if there is no room for it."""
        data = zlib.compress(entry.model_dump_json().encode(), 1)
        with self._lock:
            place = self._end
            try:
                self._file.seek(place)
                self._file.write(data)
                self._file.flush()
            except OSError as error:
                where = tempfile.gettempdir()
                raise SetupError(
                    f"the record has no room in {where} ({error.strerror}): make some, or name another folder in TMPDIR"
                ) from error
            self._end += len(data)
        return Packed(entry.source.path, intern(entry.status), self, place, len(data))

    def read(self, place: int, size: int) -> bytes:
        """What was put down there, as JSON."""
        with self._lock:
            self._file.seek(place)
            return zlib.decompress(self._file.read(size))


@dataclass(frozen=True, slots=True)
class Packed:
    """One entry: what is asked of it often, and where the rest lies."""

    path: str
    status: str
    shelf: Shelf
    place: int
    size: int

    @property
    def text(self) -> str:
        """The entry as JSON without line breaks."""
        return self.shelf.read(self.place, self.size).decode()

    @property
    def entry(self) -> AssetEntry:
        """The entry, made anew."""
        return AssetEntry.model_validate_json(self.shelf.read(self.place, self.size))


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
