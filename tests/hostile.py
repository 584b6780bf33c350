"""Stand-ins for what `assetkit.worker` does that misbehave; a worker process imports them by name."""

import os
import signal
import threading

from assetkit.model import Outcome, Status
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
