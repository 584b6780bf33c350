"""What every worker of a cluster is told, and what it must see and hold the same as the coordinating process."""

import hashlib
import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from assetkit import __version__
from assetkit.engines import engines
from assetkit.errors import SetupError
from assetkit.media import ffmpeg
from assetkit.whole_file import write_whole
from assetkit.worker import Task

_FILE_NAME = "cluster-orders"
_HEAD_BYTES = 65_536


class Unfit(Exception):  # noqa: N818 - nothing is wrong with the request
    """A worker may not take part: its text says what it does not see, or holds otherwise."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A file that a worker must see just so."""

    path: Path
    size: int
    head: str


@dataclass(frozen=True, slots=True)
class Orders:
    """What workers serve, from which folder on; `parts` are the versions of what verdicts depend on."""

    tasks: tuple[Task, ...]
    folder: Path
    probes: tuple[Probe, ...]
    parts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Posted:
    """Orders as a file on the shared drive; `sha256` is the token by which a worker knows that it is this one."""

    path: Path
    sha256: str


def orders_for(tasks: tuple[Task, ...], inputs: Sequence[Path]) -> Orders:
    """Orders to serve these tasks, for workers that see what the coordinating process sees."""
    probes = [found for path in inputs if (found := _probe(path.absolute())) is not None]
    return Orders(tasks, Path.cwd(), tuple(probes), parts(tasks[0][1].engine))


def post(orders: Orders, folder: Path) -> Posted:
    """Write the orders where every worker must be able to read them."""
    data = pickle.dumps(orders)
    path = (folder / _FILE_NAME).absolute()
    write_whole(path, data)
    return Posted(path, hashlib.sha256(data).hexdigest())


def received(posted: Posted) -> Orders:
    """The orders as a worker finds them. Raises Unfit if it does not find them, or is not as they ask."""
    try:
        data = posted.path.read_bytes()
    except OSError as error:
        # the private folder they lie in means nothing to people
        where = f"the output folder {posted.path.parent.parent}"
        raise Unfit(
            f"it cannot read {where} ({error.strerror}): mount the share there under the same path, for the same user"
        ) from error
    if hashlib.sha256(data).hexdigest() != posted.sha256:
        raise Unfit(f"{posted.path.parent.parent} is another folder there: mount the share under the same path")
    orders: Orders = pickle.loads(data)  # noqa: S301 - its hash came with the call, which is a pickle itself
    reasons = [*differences(orders.parts, parts(orders.tasks[0][1].engine)), *_unseen(orders.probes)]
    if reasons:
        raise Unfit("; ".join(reasons))
    return orders


def parts(engine: str) -> dict[str, str]:
    """Part -> version, of everything that a verdict or an output depends on."""
    try:
        encoder = ffmpeg.version()
    except SetupError as error:
        encoder = str(error)
    return {
        "assetkit": f"{__version__} ({_hash_of('assetkit')})",
        "presets": _hash_of("assetkit.presets"),
        "ffmpeg": encoder,
        **engines(engine),
    }


def differences(wanted: dict[str, str], found: dict[str, str]) -> list[str]:
    """What a worker holds otherwise, in words."""
    return [
        f"{part} is {found.get(part, 'not there')} there and {version} here: install the same"
        for part, version in wanted.items()
        if found.get(part) != version
    ]


def _unseen(probes: Iterable[Probe]) -> list[str]:
    """The first input that is not seen as it should be is enough to know."""
    for probe in probes:
        found = _probe(probe.path)
        if found is None:
            return [f"it cannot read {probe.path}: mount the share under the same path, for the same user"]
        if found != probe:
            return [f"{probe.path} is another file there: mount the share under the same path"]
    return []


def _probe(path: Path) -> Probe | None:
    try:
        with path.open("rb") as file:
            head = hashlib.sha256(file.read(_HEAD_BYTES)).hexdigest()
        return Probe(path, path.stat().st_size, head)
    except OSError:
        return None


@cache
def _hash_of(package: str) -> str:
    """A short hash of our own files of a package, those of its sub-folders included."""
    digest = hashlib.sha256()
    for name, data in sorted(_files(resources.files(package), "")):
        digest.update(name.encode() + b"\0" + data)
    return digest.hexdigest()[:12]


def _files(folder: Traversable, prefix: str) -> Iterable[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".py", ".toml", ".txt", ".onnx")):
            yield f"{prefix}{entry.name}", entry.read_bytes()
