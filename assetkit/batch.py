"""Many assets: worker processes that may hang, crash or be killed, at the cost of one asset each."""

import os
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, TimeoutError
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from assetkit import forking
from assetkit.covers import CoverRequest, CoversTaken
from assetkit.errors import AssetError, SetupError
from assetkit.gauge import Gauged
from assetkit.model import Finding, Judgement, Outcome, Severity, Source, Status
from assetkit.preset import Preset
from assetkit.publish import withdraw
from assetkit.run import Run
from assetkit.standing import WORK_PREFIX
from assetkit.worker import prepare, work, work_coverage, work_covers

T = TypeVar("T")
Report = Callable[[str, float], None]
Done = Callable[[Outcome], None]
_AHEAD = 1000  # sources handed out before their turn; what is finished early waits in memory
_GRACE_SECONDS = 5.0  # over the deadline, for a worker to stop its own encoder before it is killed
# a worker is made for a preset; where nothing is judged it is this one
_NO_LIMITS = Preset(id="none", title="No limits", version="1", sources={})


class Crew:
    """Worker processes at work on one preset; what they are given is taken up in order."""

    def __init__(self, pool: Any, run: Run) -> None:
        self._pool, self._run = pool, run

    @property
    def work(self) -> Path | None:
        """The private folder of the workers."""
        return self._run.work

    def submit(self, source: Source, done: Done | None = None) -> Future[Outcome]:
        """Queue a source. `done` gets its outcome in another thread, as soon as there is one; it must not raise.

        Where the worker did not live to tell, only `result` does.
        """
        future: Future[Outcome] = self._pool.schedule(
            work, (source,), timeout=self._run.deadline_seconds + _GRACE_SECONDS
        )
        if done is not None:
            future.add_done_callback(partial(_pass_on, done))
        return future

    def result(self, source: Source, future: Future[Outcome]) -> Outcome:
        """Wait for what became of a source. Raises SetupError if the machine is at fault."""
        return _result(future, self._run, partial(_lost, source))


@contextmanager
def crew(preset: Preset, run: Run, jobs: int, report: Report | None = None) -> Iterator[Crew]:
    """A crew of `jobs` workers, each with its share of the cores; left with an error, what it does is abandoned.

    `report` is called, in another thread, with a source's relative path and the share (0..1) of it that is encoded.
    """
    _, run = _shared(run, jobs, jobs)
    with (
        work_folder(run) as placed,
        _progress_pipe(report) as sender,
        _pool(jobs, (preset.model_dump_json(), placed, sender)) as pool,
    ):
        yield Crew(pool, placed)


def run_batch(
    sources: Sequence[Source],
    preset: Preset,
    run: Run,
    *,
    jobs: int | None = None,
    report: Report | None = None,
    done: Done | None = None,
) -> Iterator[Outcome]:
    """Process (or, without `run.output`, inspect) the sources; yield outcomes in their order.

    `report` and `done` are as of `crew` and `Crew.submit`: an outcome is done before its turn where a source before
    it takes longer. Raises SetupError if the machine is at fault. Closing the generator stops the workers.
    """
    jobs, _ = _shared(run, jobs, len(sources))
    with crew(preset, run, jobs, report) as workers:
        coming, ahead = iter(sources), deque[tuple[Source, Future[Outcome]]]()
        while True:
            ahead.extend((s, workers.submit(s, done)) for s in islice(coming, _AHEAD - len(ahead)))
            if not ahead:
                return
            source, future = ahead.popleft()
            yield workers.result(source, future)


def _pass_on(done: Done, future: Future[Outcome]) -> None:
    if not future.cancelled() and future.exception() is None:
        done(future.result())


@contextmanager
def run_covers(source: Source, preset: Preset, run: Run, request: CoverRequest) -> Iterator[CoversTaken]:
    """Take the covers that are asked for out of one video in a worker; their files live as long as the context.

    Raises AssetError if the video cannot be read or its decoder fails, SetupError if the machine is at fault.
    """
    _, run = _shared(run, 1, 1)
    with work_folder(run) as placed, _pool(1, (preset.model_dump_json(), placed, None)) as pool:
        future = pool.schedule(work_covers, (source, request), timeout=run.deadline_seconds)
        try:
            yield future.result()
        except (TimeoutError, ProcessExpired) as error:
            raise AssetError("tool-failed", "measure", f"the decoder failed on it: {error}") from error


def run_coverage(
    pictures: Sequence[tuple[Source, Path | None]], run: Run, *, jobs: int | None = None
) -> Iterator[Gauged]:
    """Measure the text on pictures, each drawn over a copy at its path if it has one; yield results in their order.

    Raises SetupError if the machine is at fault. Closing the generator stops the workers.
    """
    jobs, run = _shared(run, jobs, len(pictures))
    with _pool(jobs, (_NO_LIMITS.model_dump_json(), run, None)) as pool:
        futures = [pool.schedule(work_coverage, pair, timeout=run.deadline_seconds) for pair in pictures]
        for (source, _), future in zip(pictures, futures, strict=True):
            yield _result(future, run, partial(_unmeasured, source))


def _shared(run: Run, jobs: int | None, count: int) -> tuple[int, Run]:
    """How many workers for so many files, and the run with each one's share of the cores."""
    cores = os.cpu_count() or 1
    jobs = min(jobs or cores, max(1, count))
    return jobs, replace(run, threads=max(1, cores // jobs))


def _result(future: Any, run: Run, lost: Callable[[str, str], T]) -> T:
    """What the worker made of it; `lost` says so where the worker did not live to tell, and what to do."""
    try:
        result: T = future.result()
        return result
    except SetupError:
        raise
    except TimeoutError:
        return lost(f"took longer than {run.deadline_seconds:g} s and was stopped", "raise --deadline")
    except (ProcessExpired, CancelledError) as error:
        code = getattr(error, "exitcode", None)
        return lost(f"the worker died on it (exit code {code})", "report it, with the file")
    except MemoryError:
        return lost("not enough memory", "export it smaller, or run with --jobs 1")


def _lost(source: Source, detail: str, fix: str) -> Outcome:
    finding = Finding("tool-failed", Severity.REQUIRED, detail, fix=fix)
    return Outcome(source, Status.REJECTED, judgement=Judgement((finding,)), may_pass=True)


def _unmeasured(source: Source, detail: str, fix: str) -> Gauged:
    return Gauged(source, error=f"{detail}: {fix}")


@contextmanager
def _pool(jobs: int, task: tuple[Any, ...]) -> Iterator[ProcessPool]:
    watched, held = get_context().Pipe(duplex=False)
    pool: Any = ProcessPool(max_workers=jobs, initializer=prepare, initargs=(*task, watched), context=forking.context())
    try:
        yield pool
        pool.close()
    except BaseException:
        pool.stop()
        raise
    finally:
        pool.join()
        held.close()
        watched.close()


@contextmanager
def work_folder(run: Run) -> Iterator[Run]:
    """A private folder on the output's file system, so that publishing is a rename; an own one if it has none yet."""
    if run.output is None or run.work is not None:
        yield run
        return
    try:
        run.output.mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(prefix=WORK_PREFIX, dir=run.output, ignore_cleanup_errors=True)
    except OSError as error:
        raise SetupError(f"cannot write to {run.output}: {error.strerror or error}") from error
    with folder as name:
        try:
            yield replace(run, work=Path(name))
        finally:
            withdraw(Path(name), run.output)  # published in the moment in which it was stopped


@contextmanager
def _progress_pipe(report: Report | None) -> Iterator[Connection | None]:
    """A pipe for the workers' short messages.

    A write below the pipe's atomic size needs no lock that a killed worker could take with it.
    """
    if report is None:
        yield None
        return
    receiver, sender = get_context().Pipe(duplex=False)
    over = threading.Event()

    def pass_on() -> None:
        while not over.is_set():
            if receiver.poll(0.1):
                report(*receiver.recv())

    thread = threading.Thread(target=pass_on, daemon=True)
    thread.start()
    try:
        yield sender
    finally:
        over.set()
        thread.join()
        sender.close()
        receiver.close()
