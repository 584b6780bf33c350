"""What must hold before a folder is watched, and the watcher that is then made."""

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from assetkit import __version__, preset_file
from assetkit.engines import engines
from assetkit.errors import SetupError, UserInputError, cannot_write
from assetkit.folder_lock import Claim, Held, claim
from assetkit.ledger import open_ledger
from assetkit.manifest.contract import PresetEntry, ToolEntry
from assetkit.manifest.entries import pre_check_of
from assetkit.memory import Memory
from assetkit.output_folder import check_output
from assetkit.preset import Preset
from assetkit.run import Run
from assetkit.standing import NOTHING, clear
from assetkit.state_folder import state_folder
from assetkit.watch.book import Book
from assetkit.watch.loop import Orders, Said, Watcher
from assetkit.watch.telling import Teller

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told of each result: a command line that gets the entry on its standard input, a web address."""

    command: str | None = None
    webhook: str | None = None


@contextmanager
def watcher(orders: Orders, output: Path, preset: Preset, run: Run, *, told: Told, said: Said) -> Iterator[Watcher]:
    """Claim the folder and its output, see what earlier watchers did, and give the watcher that goes on from there.

    Raises UserInputError if the request is wrong or somebody else watches the folder, SetupError if the machine is.
    """
    _refuse(orders, output, told)
    with ExitStack() as claims:
        mark = _claimed(claims, orders.folder)
        _claim_output(claims, output)
        ledger = open_ledger(state_folder())
        if ledger is None:
            raise SetupError(f"a watcher needs its memory: make {state_folder()} writable, or set ASSETKIT_STATE")
        try:
            clear(output, NOTHING)
            book = Book(output, _tool(run), _wanted(preset), pre_check_of(preset))
        except ValueError as error:
            raise UserInputError(f"{output} holds a manifest that is none of assetkit: name another folder") from error
        except OSError as error:
            raise cannot_write(output, error) from error
        teller = Teller(told.command, told.webhook)
        memory = Memory(ledger, preset_file.sha256(preset), run)
        yield Watcher(orders, preset, run, memory=memory, book=book, mark=mark, teller=teller, said=said)


def _refuse(orders: Orders, output: Path, told: Told) -> None:
    if not orders.folder.is_dir():
        raise UserInputError(f"{orders.folder} is no folder that could be watched")
    check_output(output, [orders.folder])
    for place in (orders.archive, orders.metrics):
        if place is not None and place.resolve().is_relative_to(orders.folder.resolve()):
            raise UserInputError(f"{place} lies inside the watched folder {orders.folder}: name a place outside it")
    if orders.archive is not None and orders.folder.resolve().is_relative_to(orders.archive.resolve()):
        raise UserInputError(f"the watched folder lies inside the archive {orders.archive}: name another one")
    if told.webhook is not None and not told.webhook.startswith(("http://", "https://")):
        raise UserInputError(f"{told.webhook} is no web address: it must begin with https:// or http://")


def _claimed(claims: ExitStack, folder: Path) -> Claim | None:
    """The mark in the folder itself; where it cannot be written to, one that others on this machine respect."""
    try:
        try:
            if os.access(folder, os.W_OK):
                return claims.enter_context(claim(folder))
        except OSError as error:
            _log.info("no mark can be left in %s: %s", folder, error)
        place = state_folder() / "watched" / hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:24]
        place.mkdir(parents=True, exist_ok=True)
        claims.enter_context(claim(place))
    except Held as held:
        raise UserInputError(f"{folder} is watched already by {held}") from held
    except OSError as error:
        raise cannot_write(state_folder(), error) from error
    return None


def _claim_output(claims: ExitStack, output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
        claims.enter_context(claim(output))
    except Held as held:
        raise UserInputError(f"{output} is in use by {held}: wait for it, or name another folder") from held
    except OSError as error:
        raise cannot_write(output, error) from error


def _tool(run: Run) -> ToolEntry:
    return ToolEntry(name="assetkit", version=__version__, engines=engines(run.engine))


def _wanted(preset: Preset) -> PresetEntry:
    return PresetEntry(id=preset.id, version=preset.version, sha256=preset_file.sha256(preset))
