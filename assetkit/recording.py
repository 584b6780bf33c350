"""A batch that keeps its record: outcomes as they come, the manifest and the reasons as they are written."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from assetkit import __version__, preset_file
from assetkit.batch import Report, run_batch, work_folder
from assetkit.claim import Held, claim
from assetkit.discover import Discovery
from assetkit.engines import engines
from assetkit.errors import SetupError, UserInputError
from assetkit.manifest.contract import AssetEntry, Manifest, PresetEntry, SkippedEntry, SummaryEntry, ToolEntry
from assetkit.manifest.report import REPORT_NAME
from assetkit.manifest.write import write_manifest
from assetkit.memory import Memory
from assetkit.model import Outcome, Source, Status
from assetkit.output_folder import remove
from assetkit.preset import Preset
from assetkit.record import Record
from assetkit.reporting import report_pages, write_report
from assetkit.run import Run
from assetkit.standing import NOTHING, Standing, bring, clear, stand


class Batch:
    """Assets to be judged; iterate to do it. Iterating writes what there is to write as it goes.

    `manifest()` records what has been done so far. What `memory` knows to have been done before, just so, is not done
    again; `remembered` counts it.
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
        memory: Memory | None = None,
        standing: Standing | None = None,
        has_report: bool = True,
    ) -> None:
        self.found = found
        self.remembered = 0
        self._preset, self._run, self._writes = preset, run, writes
        self._jobs, self._report, self._has_report = jobs, report, has_report
        self._memory, self._standing = memory, standing
        self._record: Record | None = None
        self._latest: Source | None = None

    def __len__(self) -> int:
        return len(self.found.sources)

    def __iter__(self) -> Iterator[Outcome]:
        """Iterating again is doing it again."""
        if self._writes is None:
            self._record = Record(None, self._head())
            yield from self._through(self._run, NOTHING, self._record)
            return
        with _writing(self._writes):
            self._writes.mkdir(parents=True, exist_ok=True)
        with _claimed(self._writes):
            standing = self._stand(self._writes)
            with _writing(self._writes):
                clear(self._writes, standing)
            with work_folder(replace(self._run, output=self._writes)) as placed:
                run = placed if self._run.output else self._run
                yield from self._recorded(self._writes, placed, run, standing)

    def _stand(self, folder: Path) -> Standing:
        """What stands at the first time was seen before anything was begun."""
        standing, self._standing = self._standing, None
        if standing is None and self._memory is not None:
            standing = stand(self.found.sources, folder, self._memory, overwrite=self._run.overwrite)
        return standing or NOTHING

    def _recorded(self, folder: Path, placed: Run, run: Run, standing: Standing) -> Iterator[Outcome]:
        assert placed.work is not None  # noqa: S101 - the work folder was just made
        with _writing(folder):
            standing = self._brought(folder, placed.work, standing)
            self._record = record = Record(folder, self._head(), self._memory, placed.work)
            record.begin(self.found.sources, self._recalled(standing))
            remove(folder, standing.obsolete)
        try:
            yield from self._through(run, standing, record)
        finally:
            with _writing(folder), record.finished():
                is_news = write_manifest(self.manifest(), folder)
        with _writing(folder):
            if self._has_report and (is_news or not (folder / REPORT_NAME).is_file()):
                write_report(self.manifest(), folder, self._run, jobs=self._jobs)
            elif is_news:
                remove(folder, [page.name for page in report_pages(folder)])  # they tell of an earlier run

    @property
    def latest(self) -> AssetEntry:
        """The record of the asset that was iterated over last."""
        assert self._record is not None and self._latest is not None  # noqa: S101 - something was iterated over
        return self._record.entries([self._latest])[0]

    def _brought(self, folder: Path, work: Path, standing: Standing) -> Standing:
        """Outputs that are to be had from elsewhere are fetched; what cannot be had is made."""
        there = {
            name: known
            for name, known in standing.remembered.items()
            if not known.copies or bring(known.copies, folder, work=work, relative=name)
        }
        return replace(standing, remembered=there)

    def _recalled(self, standing: Standing) -> Iterator[Outcome]:
        """Read once for the record and once to be yielded, so that not all of them are in memory."""
        for source in self.found.sources:
            if source.relative in standing.remembered and (outcome := self._outcome(source, standing)):
                yield outcome

    def _outcome(self, source: Source, standing: Standing) -> Outcome | None:
        known = standing.remembered.get(source.relative)
        return self._memory.outcome(known, source) if known and self._memory else None

    def _through(self, run: Run, standing: Standing, record: Record) -> Iterator[Outcome]:
        self.remembered = len(record)
        todo = [source for source in self.found.sources if source.relative not in record]
        fresh: Iterator[Outcome] = iter(())
        if todo:
            fresh = run_batch(todo, self._preset, run, jobs=self._jobs, report=self._report, done=record.early)
        due = {source.relative for source in todo}
        try:
            for source in self.found.sources:
                outcome = next(fresh) if source.relative in due else self._outcome(source, standing)
                if outcome is None:
                    raise SetupError(f"what is remembered of {source.relative} is gone: run it again with --no-cache")
                with _writing(self._writes or Path()):
                    record.add(outcome)
                self._latest = source
                yield outcome
        finally:
            if hasattr(fresh, "close"):
                fresh.close()  # stops the workers if we were stopped

    def manifest(self) -> Manifest:
        """The record of what has been done; `interrupted` if that is not everything."""
        entries = self._record.entries(self.found.sources) if self._record else []
        counts = {status: sum(e.status == status.value for e in entries) for status in Status}
        return Manifest(
            tool=self._tool(),
            preset=self._wanted(),
            summary=SummaryEntry(
                ready=counts[Status.READY],
                review=counts[Status.REVIEW],
                rejected=counts[Status.REJECTED],
                interrupted=len(entries) < len(self),
            ),
            assets=entries,
            skipped=[SkippedEntry(path=s.relative, reason=s.reason) for s in self.found.skipped],
        )

    def _head(self) -> dict[str, object]:
        return {"tool": self._tool().model_dump(), "preset": self._wanted().model_dump()}

    def _tool(self) -> ToolEntry:
        return ToolEntry(name="assetkit", version=__version__, engines=engines(self._run.engine))

    def _wanted(self) -> PresetEntry:
        return PresetEntry(id=self._preset.id, version=self._preset.version, sha256=preset_file.sha256(self._preset))


@contextmanager
def _claimed(folder: Path) -> Iterator[None]:
    """Two runs at once in one folder would each take the other's outputs for what an earlier run left."""
    with ExitStack() as until_done:
        try:
            with _writing(folder):
                until_done.enter_context(claim(folder))
        except Held as held:
            raise UserInputError(f"{folder} is in use by {held}: wait for it, or name another folder") from held
        yield


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """A record that cannot be written is the machine's fault: the disk is full, the folder is not ours."""
    try:
        yield
    except OSError as error:
        raise SetupError(f"cannot write to {folder}: {error.strerror or error}") from error
