"""The loop of `assetkit watch`: look, take what settled, collect what is done, file it, tell it."""

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from assetkit.batch import Crew, crew
from assetkit.discover import Discovery, discover
from assetkit.errors import AssetkitError, SetupError
from assetkit.facts import Source
from assetkit.folder_lock import CLAIM_NAME, Claim
from assetkit.judgement import Status
from assetkit.manifest.contract import AssetEntry, SetEntry, SkippedEntry
from assetkit.manifest.entries import asset_entry, skipped_entry
from assetkit.manifest.write import reasons, write_reasons
from assetkit.memory import Memory, may_pass
from assetkit.model import Outcome
from assetkit.preset import Preset
from assetkit.publish import is_taken, recorded, withdraw
from assetkit.run import Run
from assetkit.sets import SET_FILE, Grouping
from assetkit.standing import bring
from assetkit.watch.book import Book
from assetkit.watch.carousels import Carousels, Piece
from assetkit.watch.events import Events
from assetkit.watch.filing import Drawer, put_away, put_away_set_file
from assetkit.watch.health import Health, show
from assetkit.watch.retries import Retries
from assetkit.watch.settling import Look, Settling
from assetkit.watch.share import Seen, Share
from assetkit.watch.telling import Teller

_IDLE_SECONDS = 60.0  # without work, after which the workers go, with all the memory that they hold
_WRITE_SECONDS = 60.0  # between two writings of the manifest while there is always something to do
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Orders:
    """What a watcher is told. Times in seconds; `archive` is None where sources stay where they are.

    A set is waited for until no slide of it has come or changed for `set_quiet`.
    """

    folder: Path
    archive: Path | None = None
    jobs: int = 1
    interval: float = 2.0
    settle: float = 5.0
    retries: int = 3
    stop_within: float = 30.0
    is_once: bool = False
    metrics: Path | None = None
    grouping: Grouping = Grouping.OFF
    set_quiet: float = 30.0


@dataclass(frozen=True, slots=True)
class _Working:
    source: Source
    look: Look
    future: "Future[Outcome]"


Said = Callable[[Outcome], None]


class Watcher:
    """A watched folder. `run` returns when `stop` is set, or with `is_once` when nothing is left to do."""

    def __init__(
        self,
        orders: Orders,
        preset: Preset,
        run: Run,
        *,
        memory: Memory,
        book: Book,
        mark: Claim | None,
        teller: Teller,
        said: Said,
    ) -> None:
        self._orders, self._preset, self._memory = orders, preset, memory
        self._run = replace(run, overwrite=True)  # a stem is given out only where no file of others is in the way
        self._output = book.folder
        self._book, self._mark, self._teller, self._said = book, mark, teller, said
        self.stop, self._wake, self.is_hurried = threading.Event(), threading.Event(), False
        self._settling, self._share = Settling(orders.settle, orders.interval), Share()
        self._retries = Retries(0 if orders.is_once else orders.retries)
        self._working: dict[str, _Working] = {}
        self._done: dict[str, Look] = {}
        self._changed: dict[str, str] = {}
        self._unfiled: dict[str, tuple[Source, Drawer, str]] = {}
        stays = orders.archive is None
        self._carousels = Carousels(orders.set_quiet, preset, self._run, memory=memory, book=book, stays=stays)
        self._found = Discovery((), ())
        self._events: Events | None = None
        self._crew: Crew | None = None
        self._workers = ExitStack()
        self._busy_at = self._written_at = time.monotonic()
        self._trouble = 0
        self.health = Health(str(orders.folder), os.getpid(), time.time())

    def run(self) -> bool:
        """Watch until told to stop; True if everything that was finished is ready."""
        is_clean = False
        self._events = Events(self._orders.folder, self._wake.set)
        try:
            while not self.stop.is_set():
                self._wake.clear()
                pause = self._turn()
                if self._orders.is_once and self._is_through():
                    break
                if self._wake.wait(pause):
                    time.sleep(0.05)  # several end at once
            is_clean = True
        finally:
            self._leave(is_clean=is_clean)
        return not (self.health.done["review"] or self.health.done["rejected"])

    def end(self) -> None:
        """Stop: finish what is in work if that is soon enough. Told a second time, do not wait for it."""
        self.is_hurried = self.stop.is_set()
        self.stop.set()
        self._wake.set()

    def _turn(self) -> float:
        """Everything once; seconds until the next time."""
        if self._mark is not None and self._mark.is_lost:
            raise SetupError(f"{self._orders.folder} was taken over by another watcher: this one stops")
        try:
            believed = self._look()
            self._collect()
            if believed:
                self._file()
                self._take()
            self._note()
            self._trouble = 0
        except (SetupError, OSError) as error:  # the disk is full, the output is away: what is not done, is done later
            if self._orders.is_once:
                raise
            self._pause(str(error))
        show(self._health_now(), self._output, self._orders.metrics)
        wait = self._share.back_off(self._orders.interval)
        return min(60.0, max(wait, self._orders.interval * 2.0 ** min(self._trouble, 5)))

    def _look(self) -> bool:
        error: str | None = None
        found = Discovery((), ())
        try:
            found = discover([self._orders.folder], self._orders.grouping)
            error = next((s.reason for s in found.skipped if s.relative == "."), None)
        except (OSError, AssetkitError) as failure:
            error = str(failure)
        was = self._share.reason
        believed = self._share.see(Seen(error, self._has_mark(), _identity(self._orders.folder), len(found.sources)))
        if self._share.reason != was:
            _log.warning("%s: %s", self._orders.folder, self._share.reason or "it is back")
        if believed:
            self._found = found
            self.health.looked = time.time()
            if self._mark is not None and not self._mark.is_there():
                self._mark.restore()
        if self._events is not None:
            self._events.follow(_identity(self._orders.folder) if believed else None)
        return believed

    def _has_mark(self) -> bool | None:
        return None if self._mark is None else self._mark.is_there()

    def _take(self) -> None:
        """Hand over what has settled."""
        now = time.monotonic()
        sources = {s.relative: s for s in self._found.sources}
        more = self._carousels.patience(self._found)
        looks = {name: _look_of(self._memory.looks(s), s, more.get(name, 0.0)) for name, s in sources.items()}
        for gone in self._done.keys() - looks.keys():
            del self._done[gone]
        new = {n: look for n, look in looks.items() if self._done.get(n) != look and n not in self._unfiled}
        settled = self._settling.look(new, now)
        whole = self._carousels.whole(settled, sources)
        for name in whole:
            slides = [s for s in sources.values() if s.slot is not None and s.slot.set == name]
            is_in_work = any(slide.relative in self._working for slide in slides)
            if not is_in_work and (pieces := self._carousels.standing(slides, looks)):
                self._finish(pieces)
        for name in settled:
            if self.stop.is_set():
                return
            source, look = sources[name], looks[name]
            if self._leave_off_known(source, look) or (source.slot is not None and source.slot.set not in whole):
                continue
            is_in_work = name in self._working or self._done.get(name) == look or self._carousels.holds(source, look)
            if not is_in_work and self._retries.is_due(name, look.signature, now):
                self._begin(source, look)

    def _leave_off_known(self, source: Source, look: Look) -> bool:
        """True for a slide that a watcher who was stopped left behind when it put the rest of its set away."""
        entry = None if source.relative in self._working else self._carousels.left(source, self._found)
        if entry is None:
            return False
        drawer = Drawer.DONE if entry.outputs else Drawer.REJECTED
        self._done[source.relative] = look
        self._unfiled[source.relative] = source, drawer, "" if entry.outputs else reasons(entry)
        return True

    def _begin(self, source: Source, look: Look) -> None:
        source = replace(source, stem=self._carousels.stem(source) if source.slot else self._stem(source))
        if not self._retries.times(source.relative, look.signature):
            outcome = self._remembered(source)
            if outcome is not None:
                self._finish([Piece(source, look, outcome)])
                return
        future = self._hands(source).submit(source)
        self._working[source.relative] = _Working(source, look, future)
        self._busy_at = time.monotonic()
        future.add_done_callback(lambda _: self._wake.set())

    def _stem(self, source: Source) -> str:
        """Where sources stay, another version of a file replaces the earlier one; where they go, it is another file."""
        name, own = source.relative, self._book.stems(source.relative)
        again = self._changed.get(name) or self._memory.stem(source, self._output)
        if again is not None and (again in own or name in self._changed):
            return again
        if own and self._orders.archive is None:
            return own[-1]
        queued = {each.source.stem for each in self._working.values()}
        return self._book.free_stem(name, lambda stem: stem in queued or is_taken(self._output, stem))

    def _remembered(self, source: Source) -> Outcome | None:
        if source.slot is not None:  # a set is remembered as a whole
            return None
        known = self._memory.recall(source, self._output)
        if known is None:
            return None
        if known.copies:
            work = self._hands(source).work
            if work is None or not bring(known.copies, self._output, work=work, relative=source.relative):
                return None
        return self._memory.outcome(known, source)

    def _collect(self) -> None:
        """Take in what the workers are done with."""
        for name, working in list(self._working.items()):
            if not working.future.done():
                continue
            assert self._crew is not None  # noqa: S101 - it is not let go while anything is in work
            del self._working[name]
            self._busy_at = time.monotonic()
            outcome = self._crew.result(working.source, working.future)
            if self._crew.work is not None and not outcome.outputs:
                withdraw(self._crew.work, self._output, name)  # its worker died just after it published
            changed = self._memory.looks(working.source) != working.look.signature
            failed = outcome.status is Status.REJECTED and (may_pass(outcome) or _is_unreadable(outcome))
            if failed and not self._is_share_there():
                continue  # no fault of the file; it will be there again with the share
            piece = Piece(working.source, working.look, outcome, failed)
            if changed:
                self._settling.forget(name)
                if not outcome.outputs:
                    continue
                self._changed[name] = working.source.stem
            elif failed and self._retries.failed(name, working.look.signature, time.monotonic()):
                continue
            if working.source.slot is None:
                self._finish([piece], has_changed=changed)
            elif pieces := self._carousels.gather(piece):
                judged, whole = self._carousels.settled(pieces, self._found, self._crew.work)
                if whole is not None:
                    self._finish(judged, whole)

    def _finish(self, pieces: Sequence[Piece], whole: SetEntry | None = None, *, has_changed: bool = False) -> None:
        """Write down an asset, or all slides of a set, then tell it and put the sources away."""
        entries = [asset_entry(piece.outcome) for piece in pieces]
        stems = [piece.source.stem for piece in pieces]
        is_known = whole is None or self._book.set_named(whole.id) == whole
        if not is_known or not all(map(self._book.holds, stems, entries)):
            for piece, entry in zip(pieces, entries, strict=True):
                if piece.outcome.status is Status.REJECTED:
                    write_reasons(entry, self._output)
                if not has_changed:
                    self._memory.remember(piece.outcome, piece.look.signature, self._output)
            self._book.add(list(zip(entries, stems, strict=True)), whole)
            for piece, entry in zip(pieces, entries, strict=True):
                self._tell(piece.source, piece.outcome, entry)
        if self._crew is not None and self._crew.work is not None:
            for name in [whole.id] if whole else [p.source.relative for p in pieces if p.outcome.outputs]:
                recorded(self._crew.work, name)
        if has_changed:
            return
        has_failed = any(piece.has_failed for piece in pieces)
        for piece, entry in zip(pieces, entries, strict=True):
            self._leave_off(piece, entry, has_failed=has_failed)
        self._file()

    def _leave_off(self, piece: Piece, entry: AssetEntry, *, has_failed: bool) -> None:
        """Be done with an asset as it looks now, and see to it that it is put away."""
        source = piece.source
        self._changed.pop(source.relative, None)
        self._retries.forget(source.relative)
        self._done[source.relative] = piece.look
        self.health.set_aside += piece.has_failed
        if self._orders.archive is not None and not (has_failed and self._orders.is_once) and source.path.is_file():
            drawer = Drawer.DONE if entry.outputs else Drawer.FAILED if has_failed else Drawer.REJECTED
            self._unfiled[source.relative] = source, drawer, "" if entry.outputs else reasons(entry)

    def _tell(self, source: Source, outcome: Outcome, entry: AssetEntry) -> None:
        self.health.done[outcome.status.value] += 1
        self._teller.tell(entry.model_dump_json())
        self._said(replace(outcome, source=source))

    def _file(self) -> None:
        """Move what is done with; what cannot be moved now is tried again at the next turn."""
        for name, (source, drawer, why) in list(self._unfiled.items()):
            assert self._orders.archive is not None  # noqa: S101 - nothing is to be filed without one
            look, own = self._done.get(name), self._memory.looks(replace(source, slot=None))
            if look is not None and own != look.signature[: len(own)]:
                del self._unfiled[name]  # it is gone, or is another file by now
                continue
            try:
                put_away(source, self._orders.archive, drawer, why)
            except OSError as error:
                _log.warning("%s cannot be put away yet: %s", name, error)
                continue
            del self._unfiled[name]
            self._done.pop(name, None)
            self._file_set(source, drawer)

    def _file_set(self, source: Source, drawer: Drawer) -> None:
        """With the last slide of a set goes what said that it is one."""
        slot, archive = source.slot, self._orders.archive
        if slot is None or archive is None or any(file.exists() for file in slot.files if file.name != SET_FILE):
            return
        try:
            put_away_set_file(self._orders.folder, archive, drawer, source.relative)
        except OSError as error:
            _log.warning("what says of %s that it is a set stays: %s", slot.set, error)

    def _note(self) -> None:
        """Bring the manifest up to date when there is time for it; let idle workers go."""
        now = time.monotonic()
        if not self._working or now - self._written_at > _WRITE_SECONDS:
            self._book.write(_skipped(self._found))
            self._written_at = now
        is_idle = not self._working and not self._carousels
        if self._crew is not None and is_idle and now - self._busy_at > _IDLE_SECONDS:
            self._let_go()

    def _hands(self, source: Source) -> Crew:
        """The workers; where they are those of a cluster, each must see this source."""
        if self._crew is None:
            workers = crew(self._preset, self._run, self._orders.jobs, inputs=[source.path])
            self._crew = self._workers.enter_context(workers)
        return self._crew

    def _let_go(self, error: BaseException | None = None) -> None:
        """Without an error wait for what they do; with one, stop them."""
        self._crew = None
        if error is None:
            self._workers.close()
        else:
            with suppress(type(error)):
                self._workers.__exit__(type(error), error, None)

    def _pause(self, why: str) -> None:
        self._trouble += 1
        _log.warning("paused: %s", why)
        self._working.clear()  # nothing of it is recorded; it will be found again
        self._carousels.clear()
        with suppress(OSError, AssetkitError):
            self._let_go(InterruptedError())
        self.health.paused = why

    def _is_share_there(self) -> bool:
        return self._look()

    def _is_through(self) -> bool:
        if self._share.reason is not None:
            raise SetupError(f"{self._orders.folder}: {self._share.reason}")
        open_ones = [s for s in self._found.sources if s.relative not in self._done and s.path.exists()]
        empty = {s.relative for s in open_ones if s.path.is_file() and not s.path.stat().st_size}
        return not self._working and all(s.relative in empty for s in open_ones)

    def _leave(self, *, is_clean: bool) -> None:
        """Finish what is in work if that is soon enough, else abandon it."""
        if self._events is not None:
            self._events.follow(None)
        ends_at = time.monotonic() + (self._orders.stop_within if is_clean else 0.0)
        while self._working and time.monotonic() < ends_at and not self.is_hurried:
            self._wake.wait(0.2)
            self._wake.clear()
            with suppress(SetupError, OSError):
                self._collect()
        with suppress(OSError, AssetkitError):
            self._let_go(InterruptedError() if self._working else None)
        self._working.clear()
        self._teller.close(max(1.0, ends_at - time.monotonic()) if is_clean else 1.0)
        try:
            self._book.write(_skipped(self._found))
        except OSError as error:
            _log.warning("the manifest could not be written: %s", error)
        self._book.close()
        self.health.paused = "stopped"
        show(self._health_now(keep_pause=True), self._output, self._orders.metrics)

    def _health_now(self, *, keep_pause: bool = False) -> Health:
        health = self.health
        if not keep_pause and not self._trouble:
            health.paused = self._share.reason
        names = {s.relative for s in self._found.sources}
        health.in_work, health.retrying = len(self._working), len(self._retries)
        health.settling = len(names - self._working.keys() - self._done.keys())
        health.unfiled, health.untold = len(self._unfiled), self._teller.untold
        return health


def _look_of(signature: tuple[str, ...], source: Source, more: float) -> Look:
    size = sum(int(part.split(":")[0]) for part in signature if part)
    return Look(signature, size if signature and signature[0] and not signature[0].startswith("0:") else 0, more)


def _skipped(found: Discovery) -> list[SkippedEntry]:
    return [skipped_entry(s.relative, s.reason) for s in found.skipped if s.relative != CLAIM_NAME]


def _is_unreadable(outcome: Outcome) -> bool:
    """True if it may only be half there."""
    return any(finding.code == "unreadable" for finding in outcome.judgement.findings)


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        stat = folder.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino
