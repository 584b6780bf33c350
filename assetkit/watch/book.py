"""The record of a watched folder: what was delivered, over days and restarts, and which names are taken by what."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from assetkit.discover import NameTaken, folded, free_stem
from assetkit.journal import JOURNAL_NAME, Journal, read_journal
from assetkit.manifest.contract import AssetEntry, Manifest, PreCheckEntry, PresetEntry, SkippedEntry, ToolEntry
from assetkit.manifest.packed import Entries, Packed, packed, streamed
from assetkit.manifest.write import JSON_NAME, write_manifest
from assetkit.output_folder import remove


class Book:
    """Entries in the order of their sources' names. One that has outputs is known by their stem."""

    def __init__(
        self, folder: Path, tool: ToolEntry, preset: PresetEntry, pre_check: PreCheckEntry | None = None
    ) -> None:
        self.folder, self._tool, self._preset, self._pre_check = folder, tool, preset, pre_check
        self._entries: dict[str, Packed] = {}
        self._stems: dict[str, list[str]] = {}
        self._folded: set[str] = set()
        self._journal: Journal | None = None
        self._is_fresh = not (folder / JOURNAL_NAME).exists()
        for entry, stem in _earlier(folder):
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

    def add(self, entry: AssetEntry, stem: str) -> None:
        """Write an entry down; what was published under the same stem before and is no more, is removed.

        Raises OSError.
        """
        if self._journal is None:
            head = {"tool": self._tool.model_dump(), "preset": self._preset.model_dump()}
            self._journal = Journal(self.folder, head)
        self._journal.add(json.dumps({"stem": stem, **entry.model_dump(mode="json")}, ensure_ascii=False))
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
        return streamed(self._tool, self._preset, Entries(entries), skipped, pre_check=self._pre_check)

    def _replace(self, entry: AssetEntry, stem: str) -> None:
        now = {output.path for output in entry.outputs}
        earlier = self._entries.pop(stem, None)
        if earlier is not None:
            remove(self.folder, [o.path for o in earlier.entry.outputs if o.path not in now])
        relative = entry.source.path
        self._entries.pop(_rejected(relative), None)
        self._entries[_key(entry, stem)] = packed(entry)
        if now:
            self._folded.add(folded(stem))
            stems = self._stems.setdefault(relative, [])
            if stem not in stems:
                stems.append(stem)


def _earlier(folder: Path) -> Iterator[tuple[AssetEntry, str]]:
    """What the manifest says, then what came after it, each with its stem.

    Raises OSError or ValueError if that is none of ours.
    """
    if (folder / JSON_NAME).exists():
        for entry in Manifest.model_validate_json((folder / JSON_NAME).read_bytes()).assets:
            yield entry, _stem(entry)
    for line in read_journal(folder):
        stem = line.pop("stem", None)
        entry = AssetEntry.model_validate(line)
        yield entry, str(stem) if stem is not None else _stem(entry)


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
