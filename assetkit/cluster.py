"""A Dask cluster as seen from here: the connection to its scheduler, and whether its workers may take part."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assetkit.cluster_orders import Posted, differences, parts
from assetkit.errors import SetupError, UserInputError

if TYPE_CHECKING:
    from distributed import Client

_ANSWER_SECONDS = 30.0  # for a scheduler to answer, also one that is started again in the middle of a run
_WORKERS_SECONDS = 10.0  # for a first worker to be there
GOODBYE_SECONDS = 15.0
_NAMED = 3  # of the workers that may not take part


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """One worker: where it is, what it may take, and what it holds otherwise than this machine."""

    name: str
    threads: int
    memory_bytes: int
    resources: Mapping[str, float]
    trouble: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A cluster: its scheduler, its dashboard (a web address) and its workers."""

    scheduler: str
    dashboard: str
    workers: tuple[WorkerSeen, ...]


@contextmanager
def connected(scheduler: str) -> "Iterator[Client]":
    """A client of the scheduler at an address (`tcp://host:8786`) or in a scheduler file.

    Raises SetupError if there is none, or Dask is not installed; UserInputError if the file is not there.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise SetupError("a cluster needs Dask: pip install 'assetkit[cluster]'") from error
    try:
        client = Client(**_place(scheduler), timeout=_ANSWER_SECONDS, set_as_default=False, name="assetkit")
    except (OSError, TimeoutError, ValueError) as error:
        raise SetupError(
            f"no Dask scheduler answers at {scheduler} ({str(error) or type(error).__name__}): "
            "start one with `dask scheduler`, or look at the address"
        ) from error
    with client:
        yield client


def workers_of(client: "Client") -> dict[str, Any]:
    """Address -> what the scheduler knows of each worker that is there now."""
    found: dict[str, Any] = client.scheduler_info()["workers"]
    return found


def examine(client: "Client", posted: Posted) -> None:
    """Let each worker see whether it may take part. Raises SetupError that names those that may not, and why."""
    from assetkit import cluster_worker

    told = _asked_all(client, cluster_worker.examine, posted)
    unfit = [f"worker {name}: {why}" for name, why in told.items() if why is not None]
    if unfit:
        more = f"\nand {len(unfit) - _NAMED} more workers" if len(unfit) > _NAMED else ""
        raise SetupError("the cluster cannot do it\n" + "\n".join(unfit[:_NAMED]) + more)


def end(client: "Client", posted: Posted, *, is_through: bool) -> None:
    """End the processes of a run; where they may still write, wait for it, but not for a worker that hangs."""
    from assetkit import cluster_worker

    def tell() -> None:
        with suppress(Exception):  # a worker that is gone has left
            client.run(cluster_worker.leave, posted.sha256, on_error="ignore", wait=not is_through)

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    teller.join(GOODBYE_SECONDS)


def seen(scheduler: str, engine: str = "paddle") -> Seen:
    """What a cluster is made of, each worker compared with this machine."""
    from assetkit import cluster_worker

    with connected(scheduler) as client:
        told = _asked_all(client, cluster_worker.told_parts, engine)
        known, here = workers_of(client), parts(engine)
        names = {_name(address, info): info for address, info in known.items()}
        workers = [
            WorkerSeen(
                name,
                info["nthreads"],
                info["memory_limit"] or 0,
                info["resources"],
                tuple(differences(here, told[name]) if isinstance(told[name], dict) else [str(told[name])]),
            )
            for name, info in names.items()
            if name in told
        ]
        return Seen(client.scheduler_info()["address"], client.dashboard_link, tuple(workers))


def dashboard(scheduler: str) -> str:
    """The web address at which people watch the cluster."""
    with connected(scheduler) as client:
        return str(client.dashboard_link)


def _asked_all(client: "Client", function: Any, argument: object) -> dict[str, Any]:
    """What each worker says, by its name; one that cannot run it says why."""
    try:
        client.wait_for_workers(1, timeout=_WORKERS_SECONDS)
    except TimeoutError as error:
        where = client.scheduler_info()["address"]
        raise SetupError(f"the scheduler at {where} has no workers: start some with `dask worker {where}`") from error
    known = workers_of(client)
    told = client.run(function, argument, on_error="return")
    return {
        _name(address, known.get(address, {})): _without_assetkit(said) if isinstance(said, Exception) else said
        for address, said in told.items()
    }


def _without_assetkit(error: Exception) -> str:
    if isinstance(error, ImportError):
        return f"{error}: install the same assetkit there"
    return f"{type(error).__name__}: {error}"


def _name(address: str, info: Mapping[str, Any]) -> str:
    name = str(info.get("name", address))
    return address if name == address else f"{name} ({address})"


def _place(scheduler: str) -> dict[str, str]:
    path = Path(scheduler)
    if path.is_file():
        return {"scheduler_file": scheduler}
    if path.suffix == ".json":
        raise UserInputError(
            f"there is no scheduler file {scheduler}: name it as `dask scheduler --scheduler-file` did"
        )
    return {"address": scheduler}
