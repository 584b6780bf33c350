"""The cluster as a pool: the same calls as the local one takes, the same futures, published by one process only."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, InvalidStateError, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from assetkit.cluster import GOODBYE_SECONDS, connected, end, examine, workers_of
from assetkit.cluster_landing import Landing
from assetkit.cluster_orders import Posted, orders_for, post
from assetkit.errors import SetupError
from assetkit.facts import Source
from assetkit.local_pool import Report
from assetkit.wording import say
from assetkit.worker import Lost, Task

if TYPE_CHECKING:
    from distributed import Client

    from assetkit.cluster_worker import Answer

RETRIES = 3
"""How often a call is made again that was lost with the scheduler or with what its worker had kept."""
ENCODES = "encode"
"""The resource of a worker of which each clip takes one, where any worker declares it."""
SENT_AHEAD = 2
"""Calls sent for each thread: one at work, one waiting beside it."""
# fmt: off
_CLIPS = frozenset({
    ".3gp", ".avi", ".flv", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".mxf", ".ogv", ".ts",
    ".webm", ".wmv",
})
# fmt: on
_TAKERS = 4  # threads that fetch and publish what is done
_LOOK_SECONDS = 2.0
_NOBODY_SECONDS = 300.0  # without any worker, after which the cluster is given up
_GONE = "the scheduler is gone: start it again, and run this again"
_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Call:
    """A call on its way: `remote` is Dask's future of it, `future` ours, which never changes."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    seconds: float | None
    encodes: bool
    future: "Future[Any]" = field(default_factory=Future)
    remote: Any = None
    tries: int = 0
    is_suspect: bool = False
    is_moved: bool = False
    only: tuple[str, ...] = ()


@contextmanager
def cluster_pool(
    tasks: tuple[Task, ...], *, report: Report | None = None, inputs: Sequence[Path] = ()
) -> "Iterator[ClusterPool]":
    """The workers of the cluster that the first task names, all of them fit for it; left with an error, they stop.

    Raises SetupError if the cluster is not there, or naming a worker that does not see what this process sees.
    """
    run = tasks[0][1]
    assert run.scheduler is not None and run.work is not None  # noqa: S101 - the caller asks where it is to be done
    posted = post(orders_for(tasks, inputs), run.work)
    with connected(run.scheduler) as client:
        examine(client, posted)
        if report is not None:
            client.subscribe_topic(posted.sha256, lambda event: report(*event[1]))
        pool = ClusterPool(client, posted, tasks)
        is_through = False
        try:
            yield pool
            pool.finish()
            is_through = True
        finally:
            pool.close()
            end(client, posted, is_through=is_through)


class ClusterPool:
    """Calls to be made by the workers of a cluster, a few for each of their threads at a time.

    A call that was lost with its worker is made again by another, without anybody noticing. What several workers did
    not survive is tried once more by itself, and then given up. Outputs are published here, and nowhere else.
    """

    def __init__(self, client: "Client", posted: Posted, tasks: tuple[Task, ...]) -> None:
        self._client, self._posted, self._landing = client, posted, Landing(tasks)
        self._lock = threading.RLock()
        self._waiting: dict[bool, deque[_Call]] = {False: deque(), True: deque()}
        self._sent: dict[bool, set[_Call]] = {False: set(), True: set()}
        self._suspects: deque[_Call] = deque()
        self._unfit: dict[str, str] = {}
        self.threads, self._has_encoders, self._seen_at = 1, False, time.monotonic()
        self._takers = ThreadPoolExecutor(_TAKERS, thread_name_prefix="assetkit-takes")
        self._over = threading.Event()
        self._look()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def schedule(
        self, function: Callable[..., Any], args: Sequence[Any] = (), timeout: float | None = None
    ) -> "Future[Any]":
        """Call a function in a process of some worker, within so many seconds."""
        call = _Call(function, tuple(args), timeout, _is_clip(args))
        call.future.set_running_or_notify_cancel()
        with self._lock:
            self._waiting[call.encodes].append(call)
        self._send()
        return call.future

    def finish(self) -> None:
        """Wait for everything."""
        while open_ones := self._open():
            wait([call.future for call in open_ones])

    def close(self) -> None:
        """Take back what is not done."""
        self._over.set()
        with self._lock:
            left = self._open()
            for calls in (*self._waiting.values(), self._suspects):
                calls.clear()
        with suppress(Exception):  # the scheduler may be gone, and what it knew with it
            self._client.cancel([call.remote for call in left if call.remote is not None], force=True)
        for call in left:
            _end(call, error=CancelledError())
        self._takers.shutdown(cancel_futures=True)
        self._watcher.join(GOODBYE_SECONDS)

    def _open(self) -> list[_Call]:
        with self._lock:
            return [c for calls in (*self._waiting.values(), *self._sent.values(), self._suspects) for c in calls]

    def _send(self) -> None:
        """Send what there is room for; clips do not take the room of stills."""
        if self._client.status == "closed":
            return
        with self._lock:
            for kind, waiting in self._waiting.items():
                while waiting and len(self._sent[kind]) < SENT_AHEAD * self.threads:
                    self._send_one(waiting.popleft())
            if self._suspects and not any(call.is_suspect for calls in self._sent.values() for call in calls):
                self._send_one(self._suspects.popleft())

    def _send_one(self, call: _Call) -> None:
        from assetkit import cluster_worker

        self._sent[call.encodes].add(call)
        call.is_moved = False
        tagged = {ENCODES: 1} if call.encodes and self._has_encoders else None
        call.remote = self._client.submit(
            cluster_worker.serve,
            self._posted,
            call.function,
            call.args,
            call.seconds,
            key=f"assetkit-{call.function.__name__}-{uuid4().hex}",
            workers=list(call.only) or None,
            resources=tagged,
        )
        call.remote.add_done_callback(lambda remote: self._fetch(call, remote))

    def _fetch(self, call: _Call, remote: Any) -> None:
        with suppress(RuntimeError):  # closed meanwhile
            self._takers.submit(self._take, call, remote)

    def _take(self, call: _Call, remote: Any) -> None:
        """See what became of a call; runs beside everything else, several at a time."""
        from distributed import KilledWorker

        try:
            self._told(call, remote.result())
        except KilledWorker:
            self._suspect(call)
        except CancelledError:
            self._lost(call)
        except SetupError as error:
            self._settle(call, error=error)
        except Exception as error:  # nobody must wait for ever
            self._settle(call, error=SetupError(f"the cluster cannot do it: {type(error).__name__}: {error}"))
        finally:
            remote.release()
            self._send()

    def _told(self, call: _Call, answer: "Answer") -> None:
        if answer.unfit is not None:
            self._avoid(call, answer)
        elif answer.error is not None:
            self._settle(call, error=answer.error)
        else:
            self._settle(call, self._landing.landed(answer.result, call.args, answer.stage))

    def _settle(self, call: _Call, result: Any = None, error: BaseException | None = None) -> None:
        with self._lock:
            self._sent[call.encodes].discard(call)
        call.remote = None
        _end(call, result, error)

    def _again(self, call: _Call, *, at_once: bool = False) -> None:
        with self._lock:
            self._sent[call.encodes].discard(call)
            if self._over.is_set():
                _end(call, error=CancelledError())
            elif at_once:
                self._waiting[call.encodes].appendleft(call)
            else:
                self._suspects.append(call)

    def _suspect(self, call: _Call) -> None:
        """Its workers died, one after another: of this call, or of what else they did. Alone it will be seen."""
        if call.is_suspect:
            lost = say("every worker that took it was lost")
            self._settle(call, error=Lost(lost, say("report it, with the file")))
            return
        call.is_suspect = True
        self._again(call)

    def _lost(self, call: _Call) -> None:
        """Nobody knows of it any more: the scheduler was started again, or we took it back to send it elsewhere."""
        if self._client.status == "closed":
            self._settle(call, error=SetupError(_GONE))
        elif call.tries >= RETRIES:
            lost = say("it was lost {times} times with the scheduler", times=call.tries + 1)
            self._settle(call, error=Lost(lost, say("look at the log of the scheduler, then try again")))
        else:
            call.tries += not call.is_moved
            self._again(call, at_once=True)

    def _avoid(self, call: _Call, answer: "Answer") -> None:
        """A worker that came later does not see or hold what it must: the others do its share."""
        if answer.address not in self._unfit:
            self._unfit[answer.address] = answer.unfit or ""
            _log.error("worker %s takes no part: %s", answer.address, answer.unfit)
        call.only = tuple(address for address in workers_of(self._client) if address not in self._unfit)
        if call.only:
            self._again(call, at_once=True)
        else:
            self._settle(call, error=SetupError(f"no worker is left: worker {answer.address}: {answer.unfit}"))

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            with suppress(Exception):  # the scheduler is away: what it knew comes back as lost
                self._look()
                self._move()
                self._send()
            if self._client.status == "closed":
                self._give_up(_GONE)
            elif time.monotonic() - self._seen_at > _NOBODY_SECONDS:
                self._give_up(f"no worker has been there for {_NOBODY_SECONDS:g} s: start some, and run this again")

    def _give_up(self, why: str) -> None:
        with self._lock:
            left = self._open()
            for calls in (*self._waiting.values(), self._suspects):
                calls.clear()
        for call in left:
            self._settle(call, error=SetupError(why))

    def _look(self) -> None:
        """Who is there now."""
        workers = workers_of(self._client)
        if workers:
            self._seen_at = time.monotonic()
        self.threads = max(1, sum(info["nthreads"] for info in workers.values()))
        had, self._has_encoders = self._has_encoders, any(ENCODES in w["resources"] for w in workers.values())
        if had and not self._has_encoders:
            self._take_back(call for call in self._open() if call.encodes)

    def _move(self) -> None:
        """What only workers may do that are gone, others do."""
        stuck = [call for call in self._open() if call.only and not set(call.only) & set(workers_of(self._client))]
        for call in stuck:
            call.only = ()
        self._take_back(stuck)

    def _take_back(self, calls: "Iterator[_Call] | list[_Call]") -> None:
        for call in calls:
            remote = call.remote
            if remote is not None:
                call.is_moved = True
                self._client.cancel([remote], force=True)


def _end(call: _Call, result: Any = None, error: BaseException | None = None) -> None:
    """Set what became of a call, unless it is known already."""
    with suppress(InvalidStateError):
        if error is None:
            call.future.set_result(result)
        else:
            call.future.set_exception(error)


def _is_clip(args: Sequence[Any]) -> bool:
    """By its name: what it is, only its worker will know."""
    return bool(args) and isinstance(args[0], Source) and args[0].path.suffix.lower() in _CLIPS
