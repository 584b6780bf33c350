"""Stand-ins for what `assetkit.worker` does that misbehave; a worker process imports them by name."""

import os
import signal
import threading
import time
from contextlib import suppress

from assetkit.judgement import Status
from assetkit.model import Outcome
from assetkit.worker import work, work_coverage


def behaves_as_named(source):
    """Dies, hangs or raises if the file's name says so; else does the real work."""
    stem = source.path.stem
    if stem.startswith("exits"):
        os._exit(7)
    if stem.startswith("killed"):
        os.kill(os.getpid(), signal.SIGKILL)
    if stem.startswith("hangs"):
        threading.Event().wait()
    if stem.startswith("deaf"):  # not even a polite request to stop is heard
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        threading.Event().wait()
    if stem.startswith("memory"):
        raise MemoryError
    return work(source)


def dies_late(source):
    """Does the real work, publishes it, and dies before it can say so if the file's name says so."""
    outcome = work(source)
    if source.path.stem.startswith("late"):
        os._exit(7)
    return outcome


def reports(source):
    """Says how far it is, three times."""
    from assetkit import worker

    for share in (0.25, 0.5, 1.0):
        worker._sender.send((source.relative, share))
    return Outcome(source, Status.READY)


def machine_is_wrong(source):
    from assetkit.errors import SetupError

    raise SetupError("no encoder on this machine: install one")


def has_a_broken_text_engine(source):
    """The real work, but for the text engine, which raises."""
    import assetkit.measure
    from tests.factories import FakeText

    assetkit.measure.detector = lambda *_: FakeText(error=RuntimeError("no model"))
    return work(source)


def finds_text(source, overlay):
    """The real measurement with a text engine that finds a quarter covered; some files' names say that it dies."""
    import assetkit.measure
    from tests.factories import FakeText

    if source.path.stem.startswith("exits"):
        os._exit(7)
    if source.path.stem.startswith("hangs"):
        threading.Event().wait()
    assetkit.measure.detector = lambda *_: FakeText((0, 0, 0.5, 0.5))
    return work_coverage(source, overlay)


def slays_its_worker(source):
    """Kills the Dask worker above its process if the file's name says so, as a machine that fails would."""
    if source.path.stem.startswith("slays"):
        _slay()
    return work(source)


def slays_its_worker_once_done(source):
    """Does the real work, then kills the Dask worker, which cannot tell of it; but only the first time."""
    outcome = work(source)
    if source.path.stem.startswith("late"):
        with suppress(FileExistsError):
            (source.path.parent.parent / "slain").touch(exist_ok=False)
            _slay()
    return outcome


def _slay():
    import psutil

    psutil.Process().parents()[1].kill()  # the first is the server that processes are forked from
    threading.Event().wait()


def waits_for_a_sign(source):
    """Says that it has begun, and does the real work once the file `go` is there."""
    folder = source.path.parent.parent
    (folder / "begun" / source.path.stem).touch()
    while not (folder / "go").exists():
        time.sleep(0.02)
    return work(source)


def notes_its_time(source):
    """Takes a moment, and writes down from when to when."""
    began = time.time()
    time.sleep(0.4)
    (source.path.parent.parent / "times" / source.path.name).write_text(f"{began} {time.time()}")
    return Outcome(source, Status.READY)


def takes_much_memory(source):
    """Takes 700 MB if the file's name says so."""
    taken = b"x" * 700_000_000 if source.path.stem.startswith("greedy") else b""
    time.sleep(1.0 if taken else 0)
    return work(source)


def reports_and_waits(source):
    """Says how far it is, and ends when it has been heard."""
    outcome, ends_at = reports(source), time.monotonic() + 30
    while not (source.path.parent.parent / "go").exists() and time.monotonic() < ends_at:
        time.sleep(0.02)
    return outcome
