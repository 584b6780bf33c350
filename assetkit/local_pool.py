"""Worker processes on this machine, and the pipe through which they tell how far they are."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from pebble import CONSTS, ProcessPool

from assetkit import forking
from assetkit.worker import prepare

Report = Callable[[str, float], None]
# Seconds between two looks at the workers. At pebble's tenth a short run waits a quarter of a second for workers that
# have nothing left; fifty looks a second all along take a fortieth of a core from an encoder.
_SHORT_RUN, _OFTEN, _SELDOM = 5.0, 0.02, 0.1


@contextmanager
def worker_pool(jobs: int, task: tuple[Any, ...], set_up: Callable[..., None] = prepare) -> Iterator[ProcessPool]:
    """Worker processes that are `set_up` with `task` and a lifeline, and end with the context."""
    watched, held = get_context().Pipe(duplex=False)
    pool: Any = ProcessPool(max_workers=jobs, initializer=set_up, initargs=(*task, watched), context=forking.context())
    with _looked_after():
        try:
            yield pool
            CONSTS.sleep_unit = _OFTEN
            pool.close()
        except BaseException:
            pool.stop()
            raise
        finally:
            pool.join()
            held.close()
            watched.close()


@contextmanager
def _looked_after() -> Iterator[None]:
    """Look at workers often while the run may be a short one."""
    before, CONSTS.sleep_unit = CONSTS.sleep_unit, _OFTEN
    calm = threading.Timer(_SHORT_RUN, setattr, (CONSTS, "sleep_unit", _SELDOM))
    calm.daemon = True
    calm.start()
    try:
        yield
    finally:
        calm.cancel()
        CONSTS.sleep_unit = before


@contextmanager
def progress_pipe(report: Report | None) -> Iterator[Connection | None]:
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
