"""The loop of `assetkit watch`: look, take what settled, collect what is done, file it, tell it."""

import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from assetkit.batch import Crew, crew
from assetkit.discover import Discovery, discover
from assetkit.errors import AssetkitError, SetupError
from assetkit.folder_lock import CLAIM_NAME, Claim
from assetkit.manifest.contract import AssetEntry, SkippedEntry
from assetkit.manifest.entries import asset_entry
from assetkit.manifest.write import reasons, write_reasons
from assetkit.memory import Memory, may_pass
from assetkit.model import Outcome, Source, Status
from assetkit.preset import Preset
from assetkit.publish import is_taken, recorded, withdraw
from assetkit.run import Run
from assetkit.standing import bring
from assetkit.watch.book import Book
from assetkit.watch.filing import Drawer, put_away
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
    """What a watcher is told. Times in seconds; `archive` is None where sources stay where they are."""

    folder: Path
    archive: Path | None = None
    jobs: int = 1
    interval: float = 2.0
    settle: float = 5.0
    retries: int = 3
    stop_within: float = 30.0
    is_once: bool = False
    metrics: Path | None = None


@dataclass(frozen=True, slots=True)
class _Working:
    source: Source
    look: Look
    future: "Future[Outcome]"


Said = Callable[[Source, Status, str], None]


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
        self._settling, self._share = Settling(orders.settle), Share()
        self._retries = Retries(0 if orders.is_once else orders.retries)
        self._working: dict[str, _Working] = {}
        self._done: dict[str, Look] = {}
        self._changed: dict[str, str] = {}
        self._unfiled: dict[str, tuple[Source, Drawer, str]] = {}
        self._found = Discovery((), ())
        self._crew: Crew | None = None
        self._workers = ExitStack()
        self._busy_at = self._written_at = time.monotonic()
        self._trouble = 0
        self.health = Health(str(orders.folder), os.getpid(), time.time())

    def run(self) -> bool:
        """Watch until told to stop; True if everything that was finished is ready."""
        is_clean = False
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
        error, found = None, Discovery((), ())
        try:
            found = discover([self._orders.folder])
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
        return believed

    def _has_mark(self) -> bool | None:
        return None if self._mark is None else self._mark.is_there()

    def _take(self) -> None:
        """Hand over what has settled."""
        now = time.monotonic()
        sources = {s.relative: s for s in self._found.sources}
        looks = {name: _look_of(self._memory.looks(source), source) for name, source in sources.items()}
        for gone in self._done.keys() - looks.keys():
            del self._done[gone]
        settled = self._settling.look({n: look for n, look in looks.items() if self._done.get(n) != look}, now)
        for name in settled:
            if self.stop.is_set():
                return
            look = looks[name]
            if name not in self._working and self._retries.is_due(name, look.signature, now):
                self._begin(sources[name], look)

    def _begin(self, source: Source, look: Look) -> None:
        source = replace(source, stem=self._stem(source))
        if not self._retries.times(source.relative, look.signature):
            outcome = self._remembered(source)
            if outcome is not None:
                self._finish(source, look, outcome)
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
            if changed:
                self._settling.forget(name)
                if not outcome.outputs:
                    continue
                self._changed[name] = working.source.stem
            elif failed and self._retries.failed(name, working.look.signature, time.monotonic()):
                continue
            self._finish(working.source, working.look, outcome, has_failed=failed, has_changed=changed)

    def _finish(
        self, source: Source, look: Look, outcome: Outcome, *, has_failed: bool = False, has_changed: bool = False
    ) -> None:
        """Write it down, then tell it and put the source away."""
        entry = asset_entry(outcome)
        is_news = not self._book.holds(source.stem, entry)
        if is_news:
            if outcome.status is Status.REJECTED:
                write_reasons(entry, self._output)
            if not has_changed:
                self._memory.remember(outcome, look.signature, self._output)
            self._book.add(entry, source.stem)
            self._tell(source, outcome, entry)
        if self._crew is not None and self._crew.work is not None and entry.outputs:
            recorded(self._crew.work, source.relative)
        if has_changed:
            return
        self._changed.pop(source.relative, None)
        self._retries.forget(source.relative)
        self._done[source.relative] = look
        self.health.set_aside += has_failed
        if self._orders.archive is not None and not (has_failed and self._orders.is_once) and source.path.is_file():
            drawer = Drawer.DONE if entry.outputs else Drawer.FAILED if has_failed else Drawer.REJECTED
            self._unfiled[source.relative] = source, drawer, "" if entry.outputs else reasons(entry)
            self._file()

    def _tell(self, source: Source, outcome: Outcome, entry: AssetEntry) -> None:
        self.health.done[outcome.status.value] += 1
        self._teller.tell(entry.model_dump_json())
        required = "; ".join(f.message for f in outcome.judgement.findings if f.severity.value == "required")
        self._said(source, outcome.status, required or "; ".join(outcome.actions))

    def _file(self) -> None:
        """Move what is done with; what cannot be moved now is tried again at the next turn."""
        for name, (source, drawer, why) in list(self._unfiled.items()):
            assert self._orders.archive is not None  # noqa: S101 - nothing is to be filed without one
            look = self._done.get(name)
            if look is not None and self._memory.looks(source) != look.signature:
                del self._unfiled[name]  # it is gone, or is another file by now
                continue
            try:
                put_away(source, self._orders.archive, drawer, why)
            except OSError as error:
                _log.warning("%s cannot be put away yet: %s", name, error)
                continue
            del self._unfiled[name]
            self._done.pop(name, None)

    def _note(self) -> None:
        """Bring the manifest up to date when there is time for it; let idle workers go."""
        now = time.monotonic()
        if not self._working or now - self._written_at > _WRITE_SECONDS:
            self._book.write(_skipped(self._found))
            self._written_at = now
        if self._crew is not None and not self._working and now - self._busy_at > _IDLE_SECONDS:
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


def _look_of(signature: tuple[str, ...], source: Source) -> Look:
    size = sum(int(part.split(":")[0]) for part in signature if part)
    return Look(signature, size if signature and signature[0] and not signature[0].startswith("0:") else 0)


def _skipped(found: Discovery) -> list[SkippedEntry]:
    return [SkippedEntry(path=s.relative, reason=s.reason) for s in found.skipped if s.relative != CLAIM_NAME]


def _is_unreadable(outcome: Outcome) -> bool:
    """True if it may only be half there."""
    return any(finding.code == "unreadable" for finding in outcome.judgement.findings)


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        stat = folder.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino
