"""Several threads: work on things beside whatever makes the next of them, and what they share or load together."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, update_wrapper
from threading import Event, Lock
from typing import Generic, ParamSpec, TypeVar

T = TypeVar("T")
R = TypeVar("R")
P = ParamSpec("P")


def abreast(
    work: Callable[[T], R], things: Iterable[T], threads: int = 1, *, over: Event | None = None
) -> Generator[R, None, None]:
    """What `work` gives for each, in order; the things are made in this thread and worked on in so many others.

    With none it is `map`. Few are held at a time, for they are large. What `work` or the making raises is raised here.
    In the end what is in work is waited for: long work looks at whether it is `over`, and leaves off.
    """
    if not threads:
        yield from map(work, things)
        return
    crew, waiting = ThreadPoolExecutor(threads, "abreast"), deque[Future[R]]()
    try:
        for begun in _begun(work, things, crew):
            waiting.append(begun)
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:  # nobody waits for the rest where something failed, or the run is stopped
        if over is not None:
            over.set()
        crew.shutdown(cancel_futures=True)


def _begun(work: Callable[[T], R], things: Iterable[T], crew: ThreadPoolExecutor) -> Iterator[Future[R]]:
    """The work on each; an error of the making takes its turn, as what went wrong before it comes first."""
    try:
        for thing in things:
            yield crew.submit(work, thing)
    except Exception as error:
        lost: Future[R] = Future()
        lost.set_exception(error)
        yield lost


class OneEach(Generic[T]):
    """Things of which each serves one thread at a time: one is made where all that there are serve others.

    Not `threading.local`: what is a thread's own is destroyed in a child process before that starts its program, and
    may wait there for ever, for threads that only the parent has.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._idle = deque[T]()

    @contextmanager
    def borrowed(self) -> Iterator[T]:
        """One that nobody else uses meanwhile."""
        try:
            thing = self._idle.pop()
        except IndexError:
            thing = self._make()
        try:
            yield thing
        finally:
            self._idle.append(thing)


class LoadedOnce(Generic[P, R]):
    """`functools.cache` for what several threads ask for at once: one of them loads it, the others wait."""

    def __init__(self, load: Callable[P, R]) -> None:
        known = cache(load)
        self._ask: Callable[P, R] = known
        self.forget = known.cache_clear
        self._one_at_a_time = Lock()
        update_wrapper(self, load)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """As what it wraps."""
        with self._one_at_a_time:
            return self._ask(*args, **kwargs)
