"""The record of a watched folder: what was delivered, over days and restarts, and which names are taken by what."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from assetkit.discover import NameTaken, folded, free_stem
from assetkit.journal import JOURNAL_NAME, Journal, read_journal
from assetkit.manifest.contract import (
    AssetEntry,
    Manifest,
    PreCheckEntry,
    PresetEntry,
    SetEntry,
    SkippedEntry,
    ToolEntry,
)
from assetkit.manifest.packed import Entries, Packed, Shelf, streamed
from assetkit.manifest.sets import are_beside, likeness
from assetkit.manifest.write import JSON_NAME, write_manifest
from assetkit.output_folder import remove
from assetkit.sets import AssetSet


class Book:
    """Entries in the order of their sources' names. One that has outputs is known by their stem."""

    def __init__(
        self, folder: Path, tool: ToolEntry, preset: PresetEntry, pre_check: PreCheckEntry | None = None
    ) -> None:
        self.folder, self._tool, self._preset, self._pre_check = folder, tool, preset, pre_check
        self._shelf = Shelf()
        self._entries: dict[str, Packed] = {}
        self._stems: dict[str, list[str]] = {}
        self._folded: set[str] = set()
        self._sets: dict[str, SetEntry] = {}
        self._set_of: dict[str, str] = {}
        self._journal: Journal | None = None
        self._is_fresh = not (folder / JOURNAL_NAME).exists()
        for entry, stem, whole in _earlier(folder):
            if whole is not None:
                self._replace_set(whole)
            if entry is not None:
                self._replace(entry, stem)
        if not self._is_fresh:
            self.write(())  # a new journal will begin without what the last one held

    def __len__(self) -> int:
        return len(self._entries)

    def stems(self, relative: str) -> list[str]:
        """The stems under which outputs of a source of this name were published."""
        return [stem for stem in self._stems.get(relative, ()) if stem in self._entries]

    def free_stem(self, relative: str, is_taken: NameTaken) -> str:
        """A stem for the outputs of a new source; `is_taken` says of a stem whether a file is in the way."""
        return free_stem(relative, lambda stem: folded(stem) in self._folded or is_taken(stem))

    def holds(self, stem: str, entry: AssetEntry) -> bool:
        """True if this very entry stands there already."""
        known = self._entries.get(_key(entry, stem))
        return known is not None and known.text == entry.model_dump_json()

    def is_free(self, stem: str) -> bool:
        """True if nothing was published under this stem."""
        return folded(stem) not in self._folded

    def set_named(self, name: str) -> SetEntry | None:
        """The latest record of the set of this id."""
        return self._sets.get(name)

    def covers_beside(self, found: AssetSet) -> list[tuple[str, int | None]]:
        """The other sets of a set's campaign: their ids, with the likeness of their covers."""
        others = [whole for whole in self._sets.values() if whole.id != found.id and whole.slides]
        known = (
            (whole.id, self.set_of(whole.slides[0].path))
            for whole in others
            if are_beside(whole.slides[0].path, found.slides[0])
        )
        return [(name, None if each is None else likeness(each[1])) for name, each in known]

    def set_of(self, relative: str) -> tuple[SetEntry, AssetEntry] | None:
        """The set that a slide was judged with, and the record of that slide; None if it was in none."""
        whole = self._sets.get(self._set_of.get(relative, ""))
        entries = (self._entries[key].entry for key in self._keys(relative) if key in self._entries)
        entry = next(entries, None)
        return (whole, entry) if whole is not None and entry is not None else None

    def add(self, entries: Sequence[tuple[AssetEntry, str]], whole: SetEntry | None = None) -> None:
        """Write entries down with their stems, all or none of them; `whole` is the set that they are.

        What was published under the same stems, or of the same set, before and is no more, is removed. Raises OSError.
        """
        if self._journal is None:
            head = {"tool": self._tool.model_dump(), "preset": self._preset.model_dump()}
            self._journal = Journal(self.folder, head)
        lines = [{"stem": stem, **entry.model_dump(mode="json")} for entry, stem in entries]
        if whole is not None:
            lines[-1]["set"] = whole.model_dump(mode="json")
        self._journal.add("\n".join(json.dumps(line, ensure_ascii=False) for line in lines))
        if whole is not None:
            self._replace_set(whole)
        for entry, stem in entries:
            self._replace(entry, stem)
        self._is_fresh = False

    def write(self, skipped: Iterable[SkippedEntry]) -> None:
        """Bring manifest.json and the tables up to date, if anything was added. Raises OSError."""
        if self._is_fresh and (self.folder / JSON_NAME).exists():
            return
        write_manifest(self._manifest(skipped), self.folder)
        if self._journal is not None:
            self._journal.remove()
            self._journal = None
        (self.folder / JOURNAL_NAME).unlink(missing_ok=True)
        self._is_fresh = True

    def close(self) -> None:
        """Close the journal, which stays if the manifest does not stand for it yet."""
        if self._journal is not None:
            self._journal.close()

    def _manifest(self, skipped: Iterable[SkippedEntry]) -> Manifest:
        entries = sorted(self._entries.values(), key=lambda kept: kept.path)
        sets = [self._sets[name] for name in sorted(self._sets)]
        return streamed(self._tool, self._preset, Entries(entries), skipped, sets=sets, pre_check=self._pre_check)

    def _keys(self, relative: str) -> list[str]:
        return [*reversed(self._stems.get(relative, [])), _rejected(relative)]

    def _replace_set(self, whole: SetEntry) -> None:
        """Slides that a set has no more go, with their outputs."""
        earlier, paths = self._sets.get(whole.id), {slide.path for slide in whole.slides}
        for slide in earlier.slides if earlier else ():
            if slide.path not in paths and slide.output is not None:
                remove(self.folder, [slide.output])
                self._entries.pop(
                    PurePosixPath(*PurePosixPath(slide.output).parts[1:]).with_suffix("").as_posix(), None
                )
        self._sets[whole.id] = whole
        self._set_of |= dict.fromkeys(paths, whole.id)

    def _replace(self, entry: AssetEntry, stem: str) -> None:
        now = {output.path for output in entry.outputs}
        earlier = self._entries.pop(stem, None)
        if earlier is not None:
            remove(self.folder, [o.path for o in earlier.entry.outputs if o.path not in now])
        relative = entry.source.path
        self._entries.pop(_rejected(relative), None)
        self._entries[_key(entry, stem)] = self._shelf.packed(entry)
        if now:
            self._folded.add(folded(stem))
            stems = self._stems.setdefault(relative, [])
            if stem not in stems:
                stems.append(stem)


def _earlier(folder: Path) -> Iterator[tuple[AssetEntry | None, str, SetEntry | None]]:
    """What the manifest says, then what came after it: sets, and entries each with its stem.

    Raises OSError or ValueError if that is none of ours.
    """
    if (folder / JSON_NAME).exists():
        manifest = Manifest.model_validate_json((folder / JSON_NAME).read_bytes())
        yield from ((None, "", whole) for whole in manifest.sets)
        yield from ((entry, _stem(entry), None) for entry in manifest.assets)
    for line in read_journal(folder):
        stem, whole = line.pop("stem", None), line.pop("set", None)
        entry = AssetEntry.model_validate(line)
        known = None if whole is None else SetEntry.model_validate(whole)
        yield entry, str(stem) if stem is not None else _stem(entry), known


def _stem(entry: AssetEntry) -> str:
    main = next((output.path for output in entry.outputs if output.role == "main"), None)
    if main is None:
        return _rejected(entry.source.path)
    path = PurePosixPath(main)
    return PurePosixPath(*path.parts[1:]).with_suffix("").as_posix()


def _key(entry: AssetEntry, stem: str) -> str:
    return stem if entry.outputs else _rejected(entry.source.path)


def _rejected(relative: str) -> str:
    """What has no outputs has no stem, and is known by its name."""
    return "\0" + relative
