"""What earlier runs did: whether a source was done before, just so, and what is left of it."""

import hashlib
import json
import logging
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

from assetkit import __version__
from assetkit.engines import engines
from assetkit.errors import SetupError
from assetkit.facts import Source
from assetkit.keeping import Unreadable, as_text, from_text
from assetkit.ledger import Ledger
from assetkit.media import ffmpeg
from assetkit.model import Outcome
from assetkit.publish import place_again, sha256_of
from assetkit.run import Run
from assetkit.sets import Slot

# it may go well the next time
_PASSING = frozenset({"tool-failed", "internal-error", "output-exists", "verify-failed"})
_YOUNG_SECONDS = 2.0  # a file may change again within one tick of its time; what was read that soon is read again
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Copied:
    """An output to be had from elsewhere instead of being made: from where, to where under the output folder."""

    origin: Path
    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """A source that was done before, just so. `outputs` (POSIX, under the folder) are there, or in `copies`."""

    number: int
    outputs: tuple[str, ...]
    copies: tuple[Copied, ...] = ()


@dataclass(frozen=True, slots=True)
class _Kept:
    path: str
    sha256: str
    bytes: int
    time: int


class Memory:
    """The ledger, as asked by runs of one preset and one set of options."""

    def __init__(self, ledger: Ledger, preset_sha256: str, run: Run) -> None:
        self._ledger, self._asked = ledger, _asked(preset_sha256, run)
        self._partial_sets = run.partial_sets
        self._sets: dict[tuple[str, ...], str] = {}

    def looks(self, source: Source) -> tuple[str, ...]:
        """What all files of an asset look like now; the same again if nobody has touched them."""
        return tuple(_signature(path) for path in _parts(source))

    def recall(self, source: Source, folder: Path) -> Remembered | None:
        """Whether this was done before, and its outputs are all in `folder`, whole, or can be had from elsewhere."""
        sha256 = self._known(source.path)
        if sha256 is None:
            return None
        place = str(folder.resolve())
        line = self._ledger.find(self._key(sha256, source), place, source.stem)
        if line is None:
            return None
        outputs, copies = [], []
        for kept in (_Kept(**each) for each in json.loads(line.outputs)):
            path = place_again(kept.path, line.stem, source)
            origin = Path(line.folder, kept.path)
            if not _is_whole(folder / path, kept):
                if (folder / path).exists() or origin == Path(place, path) or not _is_of_size(origin, kept):
                    return None
                copies.append(Copied(origin, path, kept.sha256))
            outputs.append(path)
        return Remembered(line.number, tuple(outputs), tuple(copies))

    def stem(self, source: Source, folder: Path) -> str | None:
        """The stem of the outputs in `folder` that were made of such a source before."""
        sha256 = self._known(source.path)
        line = self._ledger.find(self._key(sha256, source), str(folder.resolve()), "") if sha256 else None
        return line.stem if line is not None and line.folder == str(folder.resolve()) else None

    def outcome(self, remembered: Remembered, source: Source) -> Outcome | None:
        """The outcome as it was, in the names of today; None if it cannot be read."""
        text = self._ledger.outcome(remembered.number)
        try:
            outcome = from_text(text or "")
        except Unreadable as error:
            _log.warning("what is remembered of %s cannot be read: %s", source.relative, error)
            return None
        outputs = tuple(replace(o, path=path) for o, path in zip(outcome.outputs, remembered.outputs, strict=True))
        cover = outcome.cover
        if cover is not None and cover.source is not None and source.cover is not None:
            cover = replace(cover, source=source.cover.relative)
        return replace(outcome, source=source, outputs=outputs, cover=cover)

    def remember(self, outcome: Outcome, looked: tuple[str, ...], folder: Path) -> None:
        """Keep an outcome, unless it may pass, or a file of the asset changed since it `looked` so."""
        source = outcome.source
        if outcome.sha256 is None or may_pass(outcome) or looked != self.looks(source) or "" in looked[:1]:
            return
        self._note(source.path, looked[0], outcome.sha256)
        with suppress(OSError, ValueError):  # an output that is gone already, a name that is no UTF-8
            outputs = [
                asdict(_Kept(o.path, o.sha256, o.bytes, (folder / o.path).stat().st_mtime_ns)) for o in outcome.outputs
            ]
            self._ledger.keep(
                self._key(outcome.sha256, source),
                outcome.bytes or 0,
                as_text(replace(outcome, source=Source("", "", ""), traceback=None)),
                folder=str(folder.resolve()),
                stem=source.stem,
                outputs=json.dumps(outputs),
            )

    def _key(self, sha256: str, source: Source) -> str:
        cover = source.cover
        beside = (source.sidecar, cover and cover.path, cover and cover.sidecar)
        hashes = [path and self._hash(path) for path in beside]
        asked = [self._asked, sha256, *hashes, *([self._set(source.slot)] if source.slot else [])]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()

    def _set(self, slot: Slot) -> str:
        """All that a slide's verdict depends on beside itself: with another slide, or in another order, it is anew."""
        looks = (slot.set, *(_signature(path) for path in slot.files))
        if looks not in self._sets:
            named = [[path.name, self._hash(path)] for path in slot.files]
            self._sets[looks] = hashlib.sha256(json.dumps([slot.set, self._partial_sets, named]).encode()).hexdigest()
        return f"{slot.number}:{self._sets[looks]}"

    def _known(self, path: Path) -> str | None:
        """The file's SHA-256, but None if nothing of its size was ever done: it is not read for that."""
        try:
            size = path.stat().st_size
        except OSError:
            return None
        return self._hash(path) if path.is_file() and self._ledger.has_size(size) else None

    def _hash(self, path: Path) -> str | None:
        looks = _signature(path)
        if not looks:
            return None
        known = self._ledger.file(str(path), looks)
        if known is not None:
            return known
        try:
            sha256 = sha256_of(path)
        except OSError:
            return None
        if looks == _signature(path):
            self._note(path, looks, sha256)
        return sha256

    def _note(self, path: Path, looks: str, sha256: str) -> None:
        youngest = max(int(part) for part in looks.split(":")[1:3])
        if abs(time.time() - youngest / 1e9) > _YOUNG_SECONDS:
            self._ledger.note_file(str(path), looks, sha256)


def may_pass(outcome: Outcome) -> bool:
    """True if something else may come of it the next time."""
    findings = [*outcome.judgement.findings, *(outcome.cover.judgement.findings if outcome.cover else ())]
    seen = [facts for facts in (outcome.facts, outcome.delivered) if facts]
    return (
        outcome.may_pass
        or any(finding.code in _PASSING for finding in findings)
        or any(facts.measurements.failed for facts in seen)
    )


def _asked(preset_sha256: str, run: Run) -> str:
    """Everything a verdict depends on beside the files, as one text."""
    try:
        program = ffmpeg.binary()
        encoder = [program, _signature(Path(program))]
    except SetupError:
        encoder = []
    trim = None if run.trim is None else repr(run.trim)
    return json.dumps(
        [__version__, _code(), engines(run.engine), encoder, run.engine, trim, run.min_vmaf, preset_sha256]
    )


@cache
def _code() -> str:
    """Hash of our own code, which changes oftener than its version while it is worked on."""
    digest, root = hashlib.sha256(), Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _parts(source: Source) -> tuple[Path, ...]:
    """The files that an asset is made of, itself first; of a slide all that its set is made of."""
    cover, slot = source.cover, source.slot
    own = (source.path, source.sidecar, cover and cover.path, cover and cover.sidecar)
    return tuple(p for p in (*own, *(slot.files if slot else ())) if p)


def _signature(path: Path) -> str:
    """Size, times and identity of a file; "" if there is none."""
    try:
        stat = path.stat()
    except OSError:
        return ""
    return f"{stat.st_size}:{stat.st_mtime_ns}:{stat.st_ctime_ns}:{stat.st_ino}"


def _is_of_size(path: Path, kept: _Kept) -> bool:
    try:
        return path.stat().st_size == kept.bytes
    except OSError:
        return False


def _is_whole(path: Path, kept: _Kept) -> bool:
    """True if an output is still what was published."""
    try:
        stat = path.stat()
        if stat.st_size != kept.bytes:
            return False
        return stat.st_mtime_ns == kept.time or sha256_of(path) == kept.sha256
    except OSError:
        return False
