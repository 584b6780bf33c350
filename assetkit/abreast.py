"""Work on things that come one after another, beside whatever makes the next of them."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def abreast(work: Callable[[T], R], things: Iterable[T], threads: int = 1) -> Iterator[R]:
    """What `work` gives for each, in order; the things are made in this thread and worked on in so many others.

    With none it is `map`. Few are held at a time, for they are large. What `work` or the making raises is raised here.
    """
    if not threads:
        yield from map(work, things)
        return
    with ThreadPoolExecutor(threads, "abreast") as crew:
        waiting: deque[Future[R]] = deque()
        for thing in things:
            waiting.append(crew.submit(work, thing))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
