"""`manifest.jsonl`: the record while a run goes on, an entry a line, so that whatever ends the run loses nothing."""

import json
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

from assetkit.whole_file import write_whole

JOURNAL_NAME = "manifest.jsonl"
SCHEMA = "assetkit.manifest-lines/1"


class Journal:
    """A file that grows by one line an asset; gone once the manifest stands in its place."""

    def __init__(self, folder: Path, head: dict[str, Any], entries: Iterable[str] = ()) -> None:
        self.path, self._lock = folder / JOURNAL_NAME, threading.Lock()
        lines = chain([json.dumps({"schema": SCHEMA, **head}, ensure_ascii=False)], entries)
        # what an earlier run left is replaced in one step
        write_whole(self.path, (f"{line}\n".encode() for line in lines))
        self._file = self.path.open("ab", buffering=0)

    def add(self, entry: str) -> None:
        """Write one entry, JSON without line breaks."""
        data = f"{entry}\n".encode()
        with self._lock:
            if self._file.write(data) != len(data):
                raise OSError(28, os.strerror(28))  # a disk that is full takes the beginning of a line

    def close(self) -> None:
        """Close the file; it stays, unless it was removed."""
        self._file.close()

    def remove(self) -> None:
        """Close it and take it away: the manifest says it all."""
        self.close()
        self.path.unlink(missing_ok=True)


def read_journal(folder: Path) -> Iterator[dict[str, Any]]:
    """The entries that an unfinished run left in `folder`; a line that was cut off is none."""
    with suppress(OSError), (folder / JOURNAL_NAME).open("rb") as lines:
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict) and "source" in entry:
                yield entry
