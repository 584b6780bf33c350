"""Many assets: worker processes that may hang, crash or be killed, at the cost of one asset each."""

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, TimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pebble import ProcessExpired

from assetkit.errors import AssetError, SetupError, cannot_write
from assetkit.facts import Source
from assetkit.judgement import Finding, Judgement, Severity, Status
from assetkit.local_pool import Report, progress_pipe, worker_pool
from assetkit.model import Outcome
from assetkit.pictures import Pictures, Sitting
from assetkit.preset import Preset
from assetkit.publish import withdraw
from assetkit.run import Run
from assetkit.standing import WORK_PREFIX
from assetkit.wording import Said, say
from assetkit.worker import Lost, Task, prepare_quietly, work, work_coverage, work_covers, work_pictures

if TYPE_CHECKING:
    from assetkit.covers import CoverRequest, CoversTaken
    from assetkit.gauge import Gauged

S = TypeVar("S")
T = TypeVar("T")
Done = Callable[[Outcome], None]
_AHEAD, _AHEAD_EACH = 1000, 250  # sources handed out before their turn; what is finished early waits in memory
_PICTURES_AHEAD = 100  # the same of pictures, which are larger
_PICTURE_SECONDS = 60.0  # one asset's pictures for the report may take; it was decoded before, so far less is usual
_WITNESSES = 8  # of the sources, spread over all of them
GRACE_SECONDS = 5.0  # over the deadline, for a worker to stop its own encoder before it is killed
# a worker is made for a preset; where nothing is judged it is this one
_NO_LIMITS = Preset(id="none", title="No limits", version="1", sources={})


class Crew:
    """Worker processes at work on one preset; what they are given is taken up in order."""

    def __init__(self, pool: Any, run: Run) -> None:
        self._pool, self._run = pool, run

    @property
    def ahead(self) -> int:
        """How many sources may be submitted before the first of them is waited for."""
        return ahead_of(threads_of(self._pool))

    @property
    def work(self) -> Path | None:
        """The private folder of the workers."""
        return self._run.work

    def submit(self, source: Source, done: Done | None = None) -> Future[Outcome]:
        """Queue a source. `done` gets its outcome in another thread, as soon as there is one; it must not raise.

        Where the worker did not live to tell, only `result` does.
        """
        future: Future[Outcome] = self._pool.schedule(
            work, (source,), timeout=self._run.deadline_seconds + GRACE_SECONDS
        )
        if done is not None:
            future.add_done_callback(partial(_pass_on, source, done))
        return future

    def result(self, source: Source, future: Future[Outcome]) -> Outcome:
        """Wait for what became of a source. Raises SetupError if the machine is at fault."""
        return replace(result_of(future, self._run, partial(lost_with, source)), source=source)


@contextmanager
def crew(
    preset: Preset, run: Run, jobs: int, report: Report | None = None, inputs: Sequence[Path] = ()
) -> Iterator[Crew]:
    """A crew of `jobs` workers, each with its share of the cores; left with an error, what it does is abandoned.

    Where the run names a cluster, its workers are the crew, and each must see the `inputs`.

    `report` is called, in another thread, with a source's relative path and the share (0..1) of it that is encoded.
    """
    _, run = shared(run, jobs, jobs)
    with (
        work_folder(run) as placed,
        hands(((preset.model_dump_json(), placed),), jobs, report=report, inputs=inputs) as pool,
    ):
        yield Crew(pool, placed)


@contextmanager
def hands(
    tasks: tuple[Task, ...], jobs: int, *, report: Report | None = None, inputs: Sequence[Path] = ()
) -> Iterator[Any]:
    """Processes at work on these tasks: `jobs` of them here, or those of the cluster that the run names.

    Both take calls by `schedule` and give futures of what became of them. Workers of a cluster must see the `inputs`.
    """
    if tasks[0][1].scheduler is None:
        with progress_pipe(report) as sender, worker_pool(jobs, (tasks, sender)) as pool:
            yield pool
        return
    from assetkit.cluster_pool import cluster_pool

    with cluster_pool(tasks, report=report, inputs=inputs) as pool:
        yield pool


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
    jobs, _ = shared(run, jobs, len(sources))
    with crew(preset, run, jobs, report, witnesses(sources)) as workers:
        for source, future in in_order(sources, lambda source: workers.submit(source, done), workers.ahead):
            yield workers.result(source, future)


def witnesses(sources: Sequence[Source]) -> list[Path]:
    """Some of the inputs, from all over: whether workers of a cluster see them is soon asked."""
    return [source.path for source in sources[:: max(1, len(sources) // _WITNESSES)][:_WITNESSES]]


def ahead_of(threads: int) -> int:
    """How many sources may be handed out before their turn: one that takes long must not let others idle."""
    return max(_AHEAD, _AHEAD_EACH * threads)


def threads_of(pool: Any) -> int:
    """The threads of a cluster; a local pool is small enough to count as one."""
    return getattr(pool, "threads", 1)


def in_order(things: Iterable[S], submit: Callable[[S], T], ahead: int = _AHEAD) -> Iterator[tuple[S, T]]:
    """Yield each thing with what submitting it gave, well after that: so many are handed out before their turn."""
    coming, handed_out = iter(things), deque[tuple[S, T]]()
    while True:
        handed_out.extend((thing, submit(thing)) for thing in islice(coming, ahead - len(handed_out)))
        if not handed_out:
            return
        yield handed_out.popleft()


def _pass_on(source: Source, done: Done, future: Future[Outcome]) -> None:
    if not future.cancelled() and future.exception() is None:
        done(replace(future.result(), source=source))  # who keeps its name keeps no copy of ours


@contextmanager
def run_covers(source: Source, preset: Preset, run: Run, request: "CoverRequest") -> Iterator["CoversTaken"]:
    """Take the covers that are asked for out of one video in a worker; their files live as long as the context.

    Raises AssetError if the video cannot be read or its decoder fails, SetupError if the machine is at fault.
    """
    _, run = shared(run, 1, 1)
    with work_folder(run) as placed, worker_pool(1, (((preset.model_dump_json(), placed),), None)) as pool:
        future = pool.schedule(work_covers, (source, request), timeout=run.deadline_seconds)
        try:
            yield future.result()
        except (TimeoutError, ProcessExpired) as error:
            raise AssetError("tool-failed", "measure", say("the decoder failed on it: {error}", error=error)) from error


def run_coverage(
    pictures: Sequence[tuple[Source, Path | None]], run: Run, *, jobs: int | None = None
) -> "Iterator[Gauged]":
    """Measure the text on pictures, each drawn over a copy at its path if it has one; yield results in their order.

    Raises SetupError if the machine is at fault. Closing the generator stops the workers.
    """
    jobs, run = shared(run, jobs, len(pictures))
    with worker_pool(jobs, (((_NO_LIMITS.model_dump_json(), run),), None)) as pool:
        futures = [pool.schedule(work_coverage, pair, timeout=run.deadline_seconds) for pair in pictures]
        for (source, _), future in zip(pictures, futures, strict=True):
            yield result_of(future, run, partial(_unmeasured, source))


def run_pictures(sittings: Iterable[Sitting], run: Run, *, count: int, jobs: int | None = None) -> Iterator[Pictures]:
    """Take small pictures of `count` assets for the report; yield them in order, none of what hangs or kills a worker.

    Of the sittings only some are taken before their turn.
    """
    jobs, _ = shared(run, jobs, count)
    with worker_pool(jobs, (), prepare_quietly) as pool:
        for _, future in in_order(sittings, partial(_sent, pool), _PICTURES_AHEAD):
            try:
                yield future.result()
            except (TimeoutError, ProcessExpired, CancelledError, MemoryError):
                yield Pictures()


def _sent(pool: Any, sitting: Sitting) -> Future[Pictures]:
    """A worker is asked, and started, only where there is something to take."""
    if not sitting.is_empty:
        taken: Future[Pictures] = pool.schedule(work_pictures, (sitting,), timeout=_PICTURE_SECONDS)
        return taken
    nothing = Future[Pictures]()
    nothing.set_result(Pictures())
    return nothing


def shared(run: Run, jobs: int | None, count: int) -> tuple[int, Run]:
    """How many workers for so many files, and the run with each one's share of the cores."""
    cores = os.cpu_count() or 1
    jobs = min(jobs or cores, max(1, count))
    return jobs, replace(run, threads=max(1, cores // jobs))


def result_of(future: Any, run: Run, lost: Callable[[Said, Said], T]) -> T:
    """What the worker made of it; `lost` says so where the worker did not live to tell, and what to do."""
    try:
        result: T = future.result()
        return result
    except SetupError:
        raise
    except TimeoutError:
        return lost(
            say("took longer than {deadline_seconds:g} s and was stopped", deadline_seconds=run.deadline_seconds),
            say("raise --deadline"),
        )
    except BrokenProcessPool as error:
        raise SetupError(
            "worker processes end as soon as they start: see that there is memory for them (--jobs 1 needs the least), "
            "and what assetkit doctor says; a script that calls assetkit must do so under if __name__ == '__main__'"
        ) from error
    except (ProcessExpired, CancelledError) as error:
        code = getattr(error, "exitcode", None)
        return lost(say("the worker died on it (exit code {code})", code=code), say("report it, with the file"))
    except Lost as error:
        return lost(error.detail, error.fix)
    except MemoryError:
        return lost(say("not enough memory"), say("export it smaller, or run with --jobs 1"))


def lost_with(source: Source, detail: Said, fix: Said) -> Outcome:
    """The outcome of a source whose worker did not live to tell: it may pass another time."""
    finding = Finding("tool-failed", Severity.REQUIRED, detail, fix=fix)
    return Outcome(source, Status.REJECTED, judgement=Judgement((finding,)), may_pass=True)


def _unmeasured(source: Source, detail: Said, fix: Said) -> "Gauged":
    from assetkit.gauge import Gauged

    return Gauged(source, error=say("{detail}: {fix}", detail=detail, fix=fix))


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
        raise cannot_write(run.output, error) from error
    with folder as name:
        try:
            yield replace(run, work=Path(name))
        finally:
            withdraw(Path(name), run.output)  # published in the moment in which it was stopped
