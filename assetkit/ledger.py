"""What was done before, in SQLite: the hashes of files that were read, and what became of them."""

import logging
import sqlite3
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_NAME = "ledger-1.sqlite"  # another layout is another file
_KEPT_SECONDS = 400 * 86400  # what nobody has asked for since is forgotten
_BUSY_SECONDS = 20.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, signature TEXT NOT NULL, sha256 TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS outcomes (
    key TEXT NOT NULL, folder TEXT NOT NULL, stem TEXT NOT NULL, bytes INTEGER NOT NULL,
    outcome TEXT NOT NULL, outputs TEXT NOT NULL, used REAL NOT NULL,
    PRIMARY KEY (key, folder, stem)
);
CREATE INDEX IF NOT EXISTS sizes ON outcomes (bytes);
"""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One outcome that is kept: where it was published and, in words of the keeper, what. `number` finds the rest."""

    number: int
    folder: str
    stem: str
    outputs: str


class Ledger:
    """A file that several runs may use at once. Trouble with it costs the memory, never the run."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        # several threads share it, one at a time
        self._base = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=NORMAL")
        self._base.executescript(_SCHEMA)
        self._base.execute("DELETE FROM outcomes WHERE used < ?", (time.time() - _KEPT_SECONDS,))

    def file(self, path: str, signature: str) -> str | None:
        """SHA-256 of the file at `path`, if it was read when it looked like this."""
        found = self._one("SELECT sha256 FROM files WHERE path = ? AND signature = ?", path, signature)
        return None if found is None else str(found[0])

    def note_file(self, path: str, signature: str, sha256: str) -> None:
        """Keep what a file's bytes hash to."""
        self._do("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", path, signature, sha256)

    def has_size(self, size: int) -> bool:
        """False if nothing of so many bytes was ever done: there is no need to read the file to know that it is new."""
        return self._one("SELECT 1 FROM outcomes WHERE bytes = ? LIMIT 1", size) is not None

    def find(self, key: str, folder: str, stem: str) -> Line | None:
        """What became of it, if possible in the same place."""
        found: Any = self._one(
            "SELECT rowid, folder, stem, outputs FROM outcomes WHERE key = ?"
            " ORDER BY (folder = ?) + (folder = ? AND stem = ?) DESC, used DESC LIMIT 1",
            key, folder, folder, stem,
        )  # fmt: skip
        return None if found is None else Line(*found)

    def outcome(self, number: int) -> str | None:
        """The outcome of a line, as it was given."""
        found = self._one("SELECT outcome FROM outcomes WHERE rowid = ?", number)
        return None if found is None else str(found[0])

    def keep(self, key: str, size: int, outcome: str, *, folder: str, stem: str, outputs: str) -> None:
        """Keep an outcome; what was kept of the same place and key is replaced."""
        self._do(
            "INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?)",
            key, folder, stem, size, outcome, outputs, time.time(),
        )  # fmt: skip

    def __del__(self) -> None:
        with suppress(AttributeError, sqlite3.Error):  # it may not have been opened at all
            self._base.close()

    def _one(self, question: str, *values: object) -> tuple[object, ...] | None:
        try:
            with self._lock:
                found: tuple[object, ...] | None = self._base.execute(question, values).fetchone()
                return found
        except (sqlite3.Error, UnicodeEncodeError) as error:  # a name that is no UTF-8 is not remembered
            _log.warning("the memory of earlier runs cannot be read: %s", error)
            return None

    def _do(self, statement: str, *values: object) -> None:
        try:
            with self._lock:
                self._base.execute(statement, values)
        except (sqlite3.Error, UnicodeEncodeError) as error:
            _log.warning("this cannot be remembered: %s", error)


def open_ledger(folder: Path) -> Ledger | None:
    """The ledger in `folder`, made if need be; None, with a warning, if there can be none.

    One that is broken is put aside and begun anew: what is forgotten is only done again.
    """
    path = folder / _NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            return Ledger(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):  # locked, read-only, full: not broken
                raise
            _log.warning("%s is broken and put aside: %s", path, error)
            path.replace(path.with_suffix(".broken"))
            for more in ("-wal", "-shm"):
                path.with_name(path.name + more).unlink(missing_ok=True)
            return Ledger(path)
    except (OSError, sqlite3.Error) as error:
        _log.warning("nothing is remembered of this run, since %s cannot be used: %s", path, error)
        return None
