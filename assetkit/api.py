"""The library: the same verbs as the command line, as iterables of outcomes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path

from assetkit import __version__, preset_file
from assetkit.batch import Report, run_batch, run_covers
from assetkit.delivery import Run
from assetkit.discover import Discovery, discover
from assetkit.engines import engines
from assetkit.errors import SetupError, UserInputError
from assetkit.manifest.contract import (
    AssetEntry,
    CoverSet,
    Manifest,
    PresetEntry,
    SkippedEntry,
    SummaryEntry,
    ToolEntry,
)
from assetkit.manifest.entries import asset_entry, cover_choice
from assetkit.manifest.write import write_manifest, write_reasons
from assetkit.model import Outcome, Status
from assetkit.output_folder import prepare_output
from assetkit.preset import Preset
from assetkit.publish import place_file
from assetkit.text import ENGINES

Inputs = str | PathLike[str] | Sequence[str | PathLike[str]]
DEADLINE_SECONDS = 1800.0


class Batch:
    """Assets to be judged; iterate to do it. Iterating writes what there is to write as it goes.

    `manifest()` records what has been done so far.
    """

    def __init__(
        self,
        found: Discovery,
        preset: Preset,
        run: Run,
        *,
        writes: Path | None,
        jobs: int | None = None,
        report: Report | None = None,
    ) -> None:
        self.found = found
        self._preset, self._run, self._writes = preset, run, writes
        self._jobs, self._report = jobs, report
        self._entries: list[AssetEntry] = []

    def __len__(self) -> int:
        return len(self.found.sources)

    def __iter__(self) -> Iterator[Outcome]:
        self._entries.clear()  # iterating again is doing it again
        outcomes = run_batch(self.found.sources, self._preset, self._run, jobs=self._jobs, report=self._report)
        try:
            for outcome in outcomes:
                entry = asset_entry(outcome)
                self._entries.append(entry)
                if self._writes and outcome.status is Status.REJECTED:
                    with _writing(self._writes):
                        write_reasons(entry, self._writes)
                yield outcome
        finally:
            outcomes.close()  # type: ignore[attr-defined]  # a generator; stops the workers if we were stopped
            if self._writes:
                with _writing(self._writes):
                    self._writes.mkdir(parents=True, exist_ok=True)
                    write_manifest(self.manifest(), self._writes)

    def manifest(self) -> Manifest:
        """The record of what has been iterated over; `interrupted` if that is not everything."""
        counts = {status: sum(e.status == status.value for e in self._entries) for status in Status}
        return Manifest(
            tool=ToolEntry(name="assetkit", version=__version__, engines=engines(self._run.engine)),
            preset=PresetEntry(
                id=self._preset.id, version=self._preset.version, sha256=preset_file.sha256(self._preset)
            ),
            summary=SummaryEntry(
                ready=counts[Status.READY],
                review=counts[Status.REVIEW],
                rejected=counts[Status.REJECTED],
                interrupted=len(self._entries) < len(self),
            ),
            assets=self._entries,
            skipped=[SkippedEntry(path=s.relative, reason=s.reason) for s in self.found.skipped],
        )


def process(
    inputs: Inputs,
    *,
    preset: str | Preset,
    output: str | PathLike[str],
    overwrite: bool = False,
    trim: bool = False,
    engine: str = "paddle",
    jobs: int | None = None,
    deadline_seconds: float = DEADLINE_SECONDS,
    report: Report | None = None,
) -> Batch:
    """Make upload-ready files of `inputs` (a file, a folder, or several) under `output`; iterate over the outcomes.

    Raises UserInputError before any asset is touched if the request is wrong, SetupError if the machine is.
    Worker processes import the calling script again: guard it with `if __name__ == "__main__"`.
    """
    paths, folder = _paths(inputs), Path(output)
    wanted = _wanted(preset, engine)
    prepare_output(folder, paths, overwrite=overwrite)
    run = Run(folder, engine=engine, trim=trim, overwrite=overwrite, deadline_seconds=deadline_seconds)
    return Batch(discover(paths), wanted, run, writes=folder, jobs=jobs, report=report)


def inspect(
    inputs: Inputs,
    *,
    preset: str | Preset,
    output: str | PathLike[str] | None = None,
    overwrite: bool = False,
    trim: bool = False,
    engine: str = "paddle",
    jobs: int | None = None,
    deadline_seconds: float = DEADLINE_SECONDS,
) -> Batch:
    """Judge and plan, transform nothing; iterate over the outcomes. `output` gets the manifest and the reasons."""
    paths, folder = _paths(inputs), Path(output) if output is not None else None
    wanted = _wanted(preset, engine)
    if folder is not None:
        prepare_output(folder, paths, overwrite=overwrite)
    run = Run(engine=engine, trim=trim, deadline_seconds=deadline_seconds)
    return Batch(discover(paths), wanted, run, writes=folder, jobs=jobs)


def covers(
    video: str | PathLike[str],
    *,
    preset: str | Preset,
    output: str | PathLike[str],
    count: int = 1,
    overwrite: bool = False,
    engine: str = "paddle",
    deadline_seconds: float = DEADLINE_SECONDS,
) -> CoverSet:
    """Write up to `count` covers of a video, each made and proved under the preset's cover rules, best first.

    Raises AssetError if the video cannot be read, UserInputError if a file is in the way.
    """
    wanted = _wanted(preset, engine)
    found = discover([Path(video)])
    if not found.sources:
        raise UserInputError(f"{video}: not a file to take covers from")
    folder, source = Path(output), found.sources[0]
    run = Run(folder, engine=engine, deadline_seconds=deadline_seconds)
    with run_covers(source, wanted, run, count) as taken:
        return CoverSet(
            preset=wanted.id,
            source=source.relative,
            covers=[cover_choice(t.outcome, place_file(t.file, folder, overwrite=overwrite)) for t in taken],
        )


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """A record that cannot be written is the machine's fault: the disk is full, the folder is not ours."""
    try:
        yield
    except OSError as error:
        raise SetupError(f"cannot write to {folder}: {error.strerror or error}") from error


def _wanted(preset: str | Preset, engine: str) -> Preset:
    if engine not in ENGINES:
        raise UserInputError(f"there is no text engine {engine!r}: choose one of {', '.join(ENGINES)}")
    return preset if isinstance(preset, Preset) else preset_file.load(preset)


def _paths(inputs: Inputs) -> list[Path]:
    paths = [Path(inputs)] if isinstance(inputs, str | PathLike) else [Path(each) for each in inputs]
    if not paths:
        raise UserInputError("no input: name at least one file or folder")
    return paths
