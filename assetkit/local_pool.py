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
CONSTS.sleep_unit = 0.02  # seconds; at pebble's tenth a run waits a quarter of one for workers that have nothing left


@contextmanager
def worker_pool(jobs: int, task: tuple[Any, ...], set_up: Callable[..., None] = prepare) -> Iterator[ProcessPool]:
    """Worker processes that are `set_up` with `task` and a lifeline, and end with the context."""
    watched, held = get_context().Pipe(duplex=False)
    pool: Any = ProcessPool(max_workers=jobs, initializer=set_up, initargs=(*task, watched), context=forking.context())
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
