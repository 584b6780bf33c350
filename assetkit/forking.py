"""The process that workers are forked from. Started first, it loads what they need while this one loads its own."""

from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import BaseContext

_HAS_SERVER = "forkserver" in get_all_start_methods()
_NEEDED = ["assetkit.preloaded"]


def context() -> BaseContext:
    """How workers start: heavy imports are done once, and a fork from a process with threads never happens."""
    chosen = get_context("forkserver" if _HAS_SERVER else "spawn")
    if _HAS_SERVER:
        chosen.set_forkserver_preload(_NEEDED)
    return chosen


def start_early() -> None:
    """Start the server now, before anything heavy is imported here; without it this does nothing."""
    if _HAS_SERVER:
        from multiprocessing import forkserver  # Windows has none to import

        context()
        forkserver.ensure_running()
