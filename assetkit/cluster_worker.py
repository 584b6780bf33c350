"""What runs inside a Dask worker: it hands each call to a process of its own, which may hang, crash or be killed.

The worker itself decodes nothing. Its processes are those of the local pool, one for each of its threads, so that a
deadline, a crash and a file that needs too much memory cost what they cost on one machine: that asset, not the worker.
"""

import asyncio
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, wait
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from distributed import Worker, get_worker
from pebble import ProcessExpired

from assetkit import forking
from assetkit.cluster_orders import Orders, Posted, Unfit, parts, received
from assetkit.errors import SetupError
from assetkit.local_pool import Report, progress_pipe, worker_pool
from assetkit.memory_share import OVER_ITS_SHARE, prepare_with_share
from assetkit.wording import say
from assetkit.worker import Lost, Task

_LOOK_SECONDS = 0.5  # between two looks whether a call is still wanted
_IDLE_SECONDS = 60.0  # without a call, after which the processes go, with all the memory that they hold
_TELL_SECONDS = 1.0  # between two messages of how far an encode is
_EXAMINE_SECONDS = 60.0
_TRIMS = "MALLOC_TRIM_THRESHOLD_"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a call: a result, what was raised, or why the worker must not be asked again (`unfit`).

    Outputs wait in the folder `stage` of their run's work folder.
    """

    address: str
    result: Any = None
    error: BaseException | None = None
    unfit: str | None = None
    stage: str = ""


class _Session:
    """The processes that serve one run on this worker."""

    def __init__(self, orders: Orders, worker: Worker, topic: str) -> None:
        # a worker with a nanny is marked as a process without children; it is the nanny's mark, and we end ours
        multiprocessing.current_process().daemon = False
        _start_server()
        self.stage = f"stage-{uuid4().hex[:12]}"
        self.share = _share_of(worker)
        self.is_over = False
        self.used, self.calls, self._stack = time.monotonic(), 0, ExitStack()
        tasks = tuple(_staged(task, self.stage) for task in orders.tasks)
        sender = self._stack.enter_context(progress_pipe(_told_seldom(worker, topic)))
        task = (str(orders.folder), self.share, tasks, sender)
        self.pool: Any = self._stack.enter_context(worker_pool(worker.state.nthreads, task, prepare_with_share))

    def stop(self) -> None:
        """End the processes, whatever they do."""
        self.is_over = True
        with suppress(InterruptedError):
            self._stack.__exit__(InterruptedError, InterruptedError(), None)


def _start_server() -> None:
    """Start what the processes are forked from, unless it is there.

    A worker's nanny has its allocator give back whatever is freed, at once. A picture's buffers would be mapped anew
    at every step: a fifth more processor time for a photo.
    """
    told = os.environ.pop(_TRIMS, None)
    try:
        forking.start_early()
    finally:
        if told is not None:
            os.environ[_TRIMS] = told


_sessions: dict[str, _Session] = {}
_lock = threading.Lock()


def serve(posted: Posted, function: Callable[..., Any], args: tuple[Any, ...], seconds: float | None) -> Answer:
    """Run a call in a process of this worker, within so many seconds; stop it if nobody wants it any more."""
    worker = get_worker()
    try:
        with _in_session(posted, worker) as session:
            future = session.pool.schedule(function, args, timeout=seconds)
            _stop_unwanted(future, worker, session)
            return _answer(future, worker, session)
    except Unfit as unfit:
        return Answer(worker.address, unfit=str(unfit))


def _answer(future: "Future[Any]", worker: Worker, session: _Session) -> Answer:
    me = worker.address
    try:
        return Answer(me, future.result(), stage=session.stage)
    except SetupError as error:
        return Answer(me, error=SetupError(f"{error} (on worker {_named(worker)})"))
    except ProcessExpired as error:
        if error.exitcode != OVER_ITS_SHARE:
            return Answer(me, error=error)
        share = round(session.share / 1e6)
        needed = say("needed more than {megabytes} MB of memory, its share of the worker's", megabytes=share)
        return Answer(me, error=Lost(needed, say("export it smaller, or give the workers more memory")))
    except (Exception, CancelledError) as error:
        return Answer(me, error=error)


def _stop_unwanted(future: "Future[Any]", worker: Worker, session: _Session) -> None:
    """Wait for the end of a call, or end it: whoever asked was interrupted, killed, or asks another worker by now."""
    key = worker.get_current_task()
    while not wait([future], timeout=_LOOK_SECONDS).done:
        task = worker.state.tasks.get(key)
        if session.is_over or task is None or task.state == "cancelled":
            future.cancel()
            return  # a pool that is stopped tells nobody


@contextmanager
def _in_session(posted: Posted, worker: Worker) -> Iterator[_Session]:
    with _lock:
        session = _sessions.get(posted.sha256)
        if session is not None and not session.pool.active:  # somebody killed its idle process: the pool gave up
            del _sessions[posted.sha256]
            session.stop()
            session = None
        if session is None:
            session = _sessions[posted.sha256] = _Session(received(posted), worker, posted.sha256)
            threading.Thread(target=_end_when_idle, args=(posted.sha256, session), daemon=True).start()
        session.calls += 1
    try:
        yield session
    finally:
        with _lock:
            session.calls -= 1
            session.used = time.monotonic()


def _end_when_idle(name: str, session: _Session) -> None:
    while True:
        time.sleep(_IDLE_SECONDS / 10)
        with _lock:
            if _sessions.get(name) is not session:
                return
            if session.calls or time.monotonic() - session.used < _IDLE_SECONDS:
                continue
            del _sessions[name]
        session.stop()
        return


async def leave(name: str) -> None:
    """End the processes that serve a run; called on every worker when the run ends, however it does."""
    await asyncio.to_thread(_leave, name)


def _leave(name: str) -> None:
    with _lock:
        session = _sessions.pop(name, None)
    if session is not None:
        session.stop()


async def examine(posted: Posted) -> str | None:
    """Why this worker may not take part; None if it may. A share that hangs must not hang the worker."""
    try:
        await asyncio.wait_for(asyncio.to_thread(received, posted), _EXAMINE_SECONDS)
    except Unfit as unfit:
        return str(unfit)
    except TimeoutError:
        return f"it could not read {posted.path.parent.parent} within {_EXAMINE_SECONDS:g} s: does its mount hang?"
    return None


def told_parts(engine: str) -> dict[str, str]:
    """The versions of everything that a verdict of this worker depends on."""
    return parts(engine)


def _named(worker: Worker) -> str:
    return worker.address if worker.name in (None, worker.address) else f"{worker.name} ({worker.address})"


def _staged(task: Task, stage: str) -> Task:
    preset, run = task
    assert run.work is not None  # noqa: S101 - whoever posts orders has made it
    return preset, replace(run, threads=1, stage=run.work / stage)


def _share_of(worker: Worker) -> int:
    """Bytes that one process may take: the worker's limit is shared by as many as it has threads; 0 is no limit."""
    limit = worker.memory_manager.memory_limit
    return int(limit / worker.state.nthreads) if limit else 0


def _told_seldom(worker: Worker, topic: str) -> Report:
    last: dict[str, float] = {}

    def tell(name: str, share: float) -> None:
        now = time.monotonic()
        if share >= 1 or now - last.get(name, 0.0) >= _TELL_SECONDS:
            last[name] = now
            worker.log_event(topic, [name, share])
        if share >= 1:
            last.pop(name, None)

    return tell
