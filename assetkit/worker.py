"""What runs inside a worker process: a quiet, single-minded copy of the pipeline."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

from assetkit.facts import Source
from assetkit.lettering import Search
from assetkit.media import ffmpeg
from assetkit.model import Outcome
from assetkit.notes import Notes
from assetkit.pictures import Pictures, Sitting, take_pictures
from assetkit.preset import Preset
from assetkit.run import Run
from assetkit.wording import Said

if TYPE_CHECKING:
    from assetkit.covers import CoverRequest, CoversTaken
    from assetkit.gauge import Gauged
    from assetkit.opened import Opened

T = TypeVar("T")
Task = tuple[str, Run]
"""A preset as JSON, since pydantic's parametrised models do not pickle, and how it is run."""
_tasks: tuple[tuple[Preset, Run], ...] = ()
_sender: Connection | None = None


class Lost(Exception):  # noqa: N818 - nothing was wrong with the request
    """No worker lived to tell what became of a call: why, and what to do."""

    def __init__(self, detail: Said, fix: Said) -> None:
        super().__init__(detail, fix)
        self.detail, self.fix = detail, fix


def prepare(tasks: tuple[Task, ...], sender: Connection | None, lifeline: Connection) -> None:
    """Set up a worker: what it serves (at least one task), how it is told to stop, how many threads it may use.

    Progress goes to `sender`. `lifeline` is a pipe that nothing is sent through: it ends when the process that holds
    its other end does.
    """
    global _tasks, _sender
    _tasks, _sender = tuple((Preset.model_validate_json(preset), run) for preset, run in tasks), sender
    run = _tasks[0][1]
    threading.Thread(target=_die_with, args=(lifeline,), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    signal.signal(signal.SIGTERM, _stop)
    _silence_c_libraries()
    import cv2

    cv2.setNumThreads(run.threads)
    threading.Thread(target=_load_early, args=_tasks[0], daemon=True).start()


def _die_with(lifeline: Connection) -> None:
    """End this process as soon as the coordinating one is gone, however that ended.

    A worker that outlived it would publish an asset that nobody records, in the middle of the next run.
    """
    with suppress(EOFError, OSError):
        lifeline.recv_bytes()
    ffmpeg.kill_all()
    os._exit(1)


def _load_early(preset: Preset, run: Run) -> None:
    """The text engine loads while the first file is opened; who needs it meets its errors, and says so."""
    from assetkit.measure import Look, load

    with suppress(Exception):
        # most files are searched by hints; where there is no limit at all, coverage alone is measured
        search = Search.HINTS if preset.sources else Search.ALL
        load(Look(frozenset(), run.engine, run.threads, search=search))


def work(source: Source) -> Outcome:
    """Process one asset and report its progress."""
    from assetkit.opened import Opened

    return _ended_when_told(lambda: _work(source, 0, Opened(source)))


def work_for(source: Source, numbers: tuple[int, ...]) -> tuple[Outcome, ...]:
    """Process one asset for the tasks of these numbers, in one reading."""
    from assetkit.opened import Opened

    opened = Opened(source, Notes())
    return _ended_when_told(lambda: tuple(_work(source, number, opened) for number in numbers))


def work_covers(source: Source, request: "CoverRequest") -> "CoversTaken":
    """Take covers out of one video."""
    from assetkit.covers import take_covers

    preset, run = _tasks[0]
    return _ended_when_told(lambda: take_covers(source, preset, run, request))


def work_coverage(source: Source, overlay: Path | None) -> "Gauged":
    """Measure the text on one picture."""
    from assetkit.gauge import gauge

    _, run = _tasks[0]
    return _ended_when_told(lambda: gauge(source, run, overlay))


def work_pictures(sitting: Sitting) -> Pictures:
    """Take the pictures of one asset for the report."""
    return _ended_when_told(lambda: take_pictures(sitting))


def prepare_quietly(lifeline: Connection) -> None:
    """Set up a worker that only takes pictures: it needs no text engine and no preset."""
    threading.Thread(target=_die_with, args=(lifeline,), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    _silence_c_libraries()


def _ended_when_told(job: Callable[[], T]) -> T:
    """Run a job; if it is told to stop, let it unwind (encoder stopped, files removed), then end the process.

    The pool would take SystemExit for a result, go on, and kill the process seconds later.
    """
    try:
        return job()
    except SystemExit:
        os._exit(1)


def _work(source: Source, number: int, opened: "Opened") -> Outcome:
    from assetkit.pipeline import process_asset

    preset, run = _tasks[number]

    def progress(share: float) -> None:
        if _sender is not None:
            _sender.send((source.relative, share))

    return process_asset(source, preset, run, progress, opened)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """Unwind instead of dying, so that an encoder is stopped and temporary files go."""
    sys.exit(1)


def _silence_c_libraries() -> None:
    """libtiff, libpng and FFmpeg write to standard error on their own; findings say it better."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 2)
    os.close(quiet)
