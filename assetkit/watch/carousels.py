"""Sets in a watched folder: waited for until they are whole, and finished together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from assetkit.discover import Discovery
from assetkit.facts import Source
from assetkit.gathering import settle
from assetkit.manifest.contract import AssetEntry, SetEntry
from assetkit.manifest.entries import asset_entry
from assetkit.manifest.sets import age_days, set_entry
from assetkit.memory import Memory
from assetkit.model import Outcome
from assetkit.preset import Preset
from assetkit.publish import is_taken, sha256_of
from assetkit.run import Run
from assetkit.sets import DONE_FILE, AssetSet, Slot
from assetkit.watch.book import Book
from assetkit.watch.settling import Look


@dataclass(frozen=True, slots=True)
class Piece:
    """What became of one asset: the look of its files when it was taken, and whether it may go well another time."""

    source: Source
    look: Look
    outcome: Outcome
    has_failed: bool = False


class Carousels:
    """Slides by their sets: what is finished of each, and what the outputs of a set are called."""

    def __init__(
        self, quiet_seconds: float, preset: Preset, run: Run, *, memory: Memory, book: Book, stays: bool
    ) -> None:
        """`stays` says that sources are not put away, so that another version of a set replaces the earlier one."""
        self._quiet_seconds, self._preset, self._run = quiet_seconds, preset, run
        self._memory, self._book, self._stays = memory, book, stays
        self._there: dict[str, dict[str, Piece]] = {}
        self._names: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._there)

    def patience(self, found: Discovery) -> dict[str, float]:
        """For how many more seconds each slide must look the same, since others of its set may still come.

        None where people say that it is whole: by a file `set.done`, or an order all of which is there.
        """
        by_id = {each.id: each for each in found.sets}
        return {
            source.relative: 0.0 if _is_said_whole(source, by_id[source.slot.set]) else self._quiet_seconds
            for source in found.sources
            if source.slot is not None
        }

    def whole(self, settled: Iterable[str], sources: Mapping[str, Source]) -> set[str]:
        """The ids of the sets all of whose slides have settled."""
        missing: dict[str, int] = {}
        for slot in (sources[name].slot for name in settled):
            if slot is not None:
                missing[slot.set] = missing.get(slot.set, slot.count) - 1
        return {name for name, number in missing.items() if not number}

    def holds(self, source: Source, look: Look) -> bool:
        """True if a slide is finished, looking like this, and waits for the others."""
        piece = self._there.get(source.slot.set, {}).get(source.relative) if source.slot else None
        return piece is not None and piece.look == look

    def gather(self, piece: Piece) -> list[Piece] | None:
        """Add what is finished of a set; all of it, in order, once that is everything."""
        slot = _slot(piece)
        there = self._there.setdefault(slot.set, {})
        there[piece.source.relative] = piece
        # what was finished before another slide came or changed is done anew
        current = [each for each in there.values() if _whole_look(each) == _whole_look(piece)]
        if len(current) < slot.count:
            return None
        self.forget(slot.set)
        return sorted(current, key=lambda each: _slot(each).number)

    def forget(self, name: str) -> None:
        """Drop what is finished of a set, and what it is called."""
        self._there.pop(name, None)
        self._names.pop(name, None)

    def clear(self) -> None:
        """Drop all that is finished: the files of it are gone."""
        self._there.clear()

    def stem(self, source: Source) -> str:
        """The stem of a slide: its set's own or, where one of its stems is not free, another for all of them."""
        slot, output = source.slot, self._book.folder
        assert slot is not None  # noqa: S101 - only slides are asked about
        again = self._memory.stem(source, output)
        if again is not None and not self._book.is_free(again):
            return again
        if slot.set not in self._names:
            tried = (slot.set if number == 1 else f"{slot.set}-{number}" for number in count(1))
            self._names[slot.set] = next(name for name in tried if self._is_free(name, slot))
        return f"{self._names[slot.set]}_{slot.number:02}"

    def _is_free(self, name: str, slot: Slot) -> bool:
        if self._stays and self._book.set_named(name) is not None:
            return True
        stems = [f"{name}_{number:02}" for number in range(1, slot.count + 1)]
        return all(self._book.is_free(stem) and not is_taken(self._book.folder, stem) for stem in stems)

    def standing(self, slides: Sequence[Source], looks: Mapping[str, Look]) -> list[Piece] | None:
        """All of a set that was done before, just so, if all that came of it is there; else None."""
        if any(self.holds(slide, looks[slide.relative]) for slide in slides):
            return None
        slides = [replace(slide, stem=self.stem(slide)) for slide in slides]
        if self._book.set_named(_set_id(slides[0])) is None:
            return None
        pieces = []
        for slide in slides:
            known = self._memory.recall(slide, self._book.folder)
            outcome = self._memory.outcome(known, slide) if known and not known.copies else None
            if outcome is None:
                return None
            pieces.append(Piece(slide, looks[slide.relative], outcome))
        return pieces

    def settled(
        self, pieces: Sequence[Piece], discovery: Discovery, work: Path | None
    ) -> tuple[list[Piece], SetEntry | None]:
        """Judge and publish a set all of whose slides are finished; no record if it has other slides by now."""
        paths = tuple(piece.source.relative for piece in pieces)
        found = next((each for each in discovery.sets if each.slides == paths), None)
        if found is None:
            return [], None
        found = replace(found, id=_set_id(pieces[0].source))
        outcomes = settle(found, [piece.outcome for piece in pieces], self._preset, replace(self._run, work=work))
        entries = [asset_entry(outcome) for outcome in outcomes]
        ages = {piece.source.relative: age_days(piece.source.path) for piece in pieces}
        whole = set_entry(found, entries, self._preset, ages, beside=self._book.covers_beside(found))
        return [replace(piece, outcome=outcome) for piece, outcome in zip(pieces, outcomes, strict=True)], whole

    def left(self, source: Source, discovery: Discovery) -> AssetEntry | None:
        """The record of a slide the rest of whose set was put away before; None for any other."""
        known = None if self._stays else self._book.set_of(source.relative)
        if known is None:
            return None
        whole, entry = known
        there = {each.relative for each in discovery.sources}
        if all(slide.path in there for slide in whole.slides):
            return None
        try:
            return entry if sha256_of(source.path) == entry.source.sha256 else None
        except OSError:  # it went meanwhile
            return None


def _set_id(slide: Source) -> str:
    return slide.stem.rpartition("_")[0]


def _slot(piece: Piece) -> Slot:
    assert piece.source.slot is not None  # noqa: S101 - only slides are gathered
    return piece.source.slot


def _whole_look(piece: Piece) -> tuple[tuple[object, ...], ...]:
    files = _slot(piece).files
    return files, piece.look.signature[-len(files) :]


def _is_said_whole(source: Source, found: AssetSet) -> bool:
    return (found.is_ordered and not found.missing) or source.path.with_name(DONE_FILE).is_file()
