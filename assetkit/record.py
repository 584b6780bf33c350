"""The record of a run as it grows: on disk as outcomes come, in memory as little as can be."""

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assetkit.facts import Source
from assetkit.journal import Journal
from assetkit.judgement import Status
from assetkit.manifest.contract import AssetEntry
from assetkit.manifest.entries import asset_entry
from assetkit.manifest.packed import Entries, Packed, Shelf
from assetkit.manifest.write import location, write_reasons
from assetkit.memory import Memory
from assetkit.model import Outcome
from assetkit.publish import recorded, withdraw

_log = logging.getLogger(__name__)


class Record:
    """What has been done, by the sources' paths. Outcomes may be added from several threads, and more than once."""

    def __init__(
        self, folder: Path | None, head: dict[str, object], memory: Memory | None = None, work: Path | None = None
    ) -> None:
        self._folder, self._head, self._memory, self._work = folder, head, memory, work
        self._lock = threading.RLock()
        self._shelf = Shelf()
        self._entries: dict[str, Packed] = {}
        self._looks: dict[str, tuple[str, ...]] = {}
        self._journal: Journal | None = None

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, relative: str) -> bool:
        return relative in self._entries

    def begin(self, sources: Iterable[Source], known: Iterable[Outcome]) -> None:
        """Write down what is known already, and what the sources look like before anything is done."""
        assert self._folder is not None  # noqa: S101 - only a record on disk is begun
        for outcome in known:
            entry = self._entry(outcome)
            if outcome.status is Status.REJECTED:
                write_reasons(entry, self._folder)
            self._entries[outcome.source.relative] = self._shelf.packed(entry)
        self._journal = Journal(self._folder, self._head, (each.text for each in self._entries.values()))
        if self._work is not None:
            for relative in self._entries:
                recorded(self._work, relative)  # what was copied from elsewhere was noted, too
        if self._memory is not None:
            self._looks = {s.relative: self._memory.looks(s) for s in sources if s.relative not in self}

    def early(self, outcome: Outcome) -> None:
        """Add an outcome before its turn. What cannot be written now is tried again, and told, when its turn comes."""
        try:
            self.add(outcome)
        except Exception as error:
            _log.info("%s is recorded later: %s", outcome.source.relative, error)

    def add_together(self, name: str, outcomes: Sequence[Outcome]) -> None:
        """Add outcomes that were published under one note called `name`, which goes when all of them are recorded."""
        for outcome in outcomes:
            self.add(outcome)
        if self._work is not None:
            recorded(self._work, name)

    def add(self, outcome: Outcome) -> None:
        """Add an outcome: remembered, then in the record, and its reasons in words. Raises OSError."""
        relative = outcome.source.relative
        with self._lock:
            if relative in self._entries:
                return
            entry = self._entry(outcome)
            kept = self._shelf.packed(entry)
            if self._folder is not None and self._journal is not None:
                if outcome.status is Status.REJECTED:
                    write_reasons(entry, self._folder)
                if self._memory is not None:
                    self._memory.remember(outcome, self._looks.pop(relative, ()), self._folder)
                self._journal.add(kept.text)
                if self._work is not None:
                    _settle(self._work, self._folder, outcome)
            self._entries[relative] = kept

    def _entry(self, outcome: Outcome) -> AssetEntry:
        """The asset's record; one that is written says where its source lies, seen from there."""
        entry = asset_entry(outcome)
        if self._folder is not None:
            entry.source.location = location(outcome.source.path, self._folder)
        return entry

    def entries(self, sources: Sequence[Source]) -> Entries:
        """The entries of what has been done, in the order of the sources."""
        with self._lock:
            return Entries(self._entries[s.relative] for s in sources if s.relative in self._entries)

    @contextmanager
    def finished(self) -> Iterator[None]:
        """Once the manifest stands, what was written on the way goes; if it cannot be written, that stays."""
        assert self._journal is not None  # noqa: S101 - the record was begun
        try:
            yield
            self._journal.remove()
        finally:
            self._journal.close()


def _settle(work: Path, folder: Path, outcome: Outcome) -> None:
    """What was published is recorded now; or its worker died before it could say so, and nobody is to find it."""
    if outcome.outputs:
        recorded(work, outcome.source.relative)
    else:
        withdraw(work, folder, outcome.source.relative)
