"""A batch that keeps its record: outcomes as they come, the manifest and the reasons as they are written."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from assetkit import __version__, preset_file
from assetkit.batch import run_batch, work_folder
from assetkit.discover import Discovery
from assetkit.engines import engines
from assetkit.errors import SetupError, UserInputError, cannot_write
from assetkit.facts import Source
from assetkit.folder_lock import Held, claim
from assetkit.gathering import Gathering
from assetkit.local_pool import Report
from assetkit.manifest.contract import AssetEntry, Manifest, PresetEntry, SetEntry, ToolEntry
from assetkit.manifest.entries import pre_check_of, skipped_entry
from assetkit.manifest.packed import Entries, streamed
from assetkit.manifest.report import REPORT_NAME
from assetkit.manifest.sets import age_days, judge_sets
from assetkit.manifest.write import write_manifest
from assetkit.memory import Memory
from assetkit.model import Outcome
from assetkit.output_folder import remove
from assetkit.preset import Preset
from assetkit.publish import withdraw
from assetkit.record import Record
from assetkit.reporting import report_pages, write_report
from assetkit.run import Run
from assetkit.standing import NOTHING, Standing, bring, clear, only_whole_sets, stand

_ALBUM = "album"


@dataclass(frozen=True, slots=True)
class Begun:
    """A batch at work: how it is run, what stood in its folder, what its record gathers, and what was done before.

    `done` are the relative paths of what need not be done again: in a first run of thousands, nothing.
    """

    run: Run
    standing: Standing
    gathering: Gathering
    done: frozenset[str]


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
        self.preset, self._run, self._writes = preset, run, writes
        self._jobs, self._report, self._has_report = jobs, report, has_report
        self._memory, self._standing = memory, standing
        self._record: Record | None = None
        self._latest: Source | None = None

    def __len__(self) -> int:
        return len(self.found.sources)

    def __iter__(self) -> Iterator[Outcome]:
        """Iterating again is doing it again."""
        with self.begun() as begun:
            fresh: Iterator[Outcome] = iter(())
            if todo := [source for source in self.found.sources if source.relative not in begun.done]:
                run, early = begun.run, begun.gathering.early
                fresh = run_batch(todo, self.preset, run, jobs=self._jobs, report=self._report, done=early)
            try:
                for source in self.found.sources:
                    for outcome in self.taken(begun, source, None if source.relative in begun.done else next(fresh)):
                        yield self.told(outcome)
            finally:
                if hasattr(fresh, "close"):
                    fresh.close()  # stops the workers if we were stopped

    @contextmanager
    def begun(self) -> Iterator["Begun"]:
        """The folder claimed and its record open, for outcomes to be `taken`; closed at the end, with the manifest."""
        if self._writes is None:
            self._record = Record(None, self._head())
            yield self._begun(self._run, NOTHING, self._record)
            return
        with writing(self._writes):
            self._writes.mkdir(parents=True, exist_ok=True)
        with _claimed(self._writes):
            standing = self._stand(self._writes)
            with writing(self._writes):
                clear(self._writes, standing)
            with work_folder(replace(self._run, output=self._writes)) as placed:
                run = placed if self._run.output else self._run
                with self._recorded(self._writes, placed, run, standing) as begun:
                    yield begun

    def _stand(self, folder: Path) -> Standing:
        """What stands at the first time was seen before anything was begun."""
        standing, self._standing = self._standing, None
        if standing is None and self._memory is not None:
            standing = stand(self.found.sources, folder, self._memory, overwrite=self._run.overwrite)
        return standing or NOTHING

    def _begun(self, run: Run, standing: Standing, record: Record) -> "Begun":
        self.remembered = len(record)
        gathering = Gathering(self.found.sets, record, self.preset, run)
        return Begun(
            run, standing, gathering, frozenset(s.relative for s in self.found.sources if s.relative in record)
        )

    @contextmanager
    def _recorded(self, folder: Path, placed: Run, run: Run, standing: Standing) -> Iterator["Begun"]:
        assert placed.work is not None  # noqa: S101 - the work folder was just made
        run = replace(run, album=placed.work / _ALBUM if self._has_report else None)
        with writing(folder):
            standing = self._brought(folder, placed.work, standing)
            self._record = record = Record(folder, self._head(), self._memory, placed.work)
            record.begin(self.found.sources, self._recalled(standing))
            remove(folder, standing.obsolete)
        try:
            yield self._begun(run, standing, record)
        finally:
            with writing(folder), record.finished():
                is_news = write_manifest(self.streamed(), folder)
        with writing(folder):
            if self._has_report and (is_news or not (folder / REPORT_NAME).is_file()):
                write_report(self.streamed(), folder, run, jobs=self._jobs)
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
        whole = only_whole_sets(self.found.sources, there)
        for name in there.keys() - whole.keys():
            withdraw(work, folder, name)  # of a set that is not all to be had
        return replace(standing, remembered=whole)

    def _recalled(self, standing: Standing) -> Iterator[Outcome]:
        """Read once for the record and once to be yielded, so that not all of them are in memory."""
        for source in self.found.sources:
            if source.relative in standing.remembered and (outcome := self._outcome(source, standing)):
                yield outcome

    def _outcome(self, source: Source, standing: Standing) -> Outcome | None:
        known = standing.remembered.get(source.relative)
        return self._memory.outcome(known, source) if known and self._memory else None

    def taken(self, begun: "Begun", source: Source, fresh: Outcome | None) -> tuple[Outcome, ...]:
        """Record what became of a source, from an earlier run where it is not `fresh`; return what is final with it.

        That is nothing for a slide until the last of its set, which gives all of them.
        """
        if fresh is None:
            outcome = self._outcome(source, begun.standing)
            if outcome is None:
                raise SetupError(f"what is remembered of {source.relative} is gone: run it again with --no-cache")
            return begun.gathering.recalled(outcome)
        with writing(self._writes or Path()):
            return begun.gathering.taken(fresh)

    def told(self, outcome: Outcome) -> Outcome:
        """The outcome, of which the record is `latest` from now on."""
        self._latest = outcome.source
        return outcome

    def manifest(self) -> Manifest:
        """The record of what has been done; `interrupted` if that is not everything."""
        record = self.streamed()
        return record.model_copy(update={"assets": list(record.assets)})

    def streamed(self) -> Manifest:
        """The same, its entries packed: to be written asset by asset."""
        entries = self._record.entries(self.found.sources) if self._record else Entries(())
        skipped = [skipped_entry(s.relative, s.reason) for s in self.found.skipped]
        return streamed(
            self._tool(),
            self._wanted(),
            entries,
            skipped,
            sets=self._sets(entries) if self.found.sets else (),
            interrupted=len(entries) < len(self),
            pre_check=pre_check_of(self.preset),
        )

    def _sets(self, entries: Iterable[AssetEntry]) -> list[SetEntry]:
        ages = {source.relative: age_days(source.path) for source in self.found.sources if source.slot}
        return judge_sets(self.found.sets, {entry.source.path: entry for entry in entries}, self.preset, ages)

    def _head(self) -> dict[str, object]:
        return {"tool": self._tool().model_dump(), "preset": self._wanted().model_dump()}

    def _tool(self) -> ToolEntry:
        return ToolEntry(name="assetkit", version=__version__, engines=engines(self._run.engine))

    def _wanted(self) -> PresetEntry:
        return PresetEntry(id=self.preset.id, version=self.preset.version, sha256=preset_file.sha256(self.preset))


@contextmanager
def _claimed(folder: Path) -> Iterator[None]:
    """Two runs at once in one folder would each take the other's outputs for what an earlier run left."""
    with ExitStack() as until_done:
        try:
            with writing(folder):
                until_done.enter_context(claim(folder))
        except Held as held:
            raise UserInputError(f"{folder} is in use by {held}: wait for it, or name another folder") from held
        yield


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """A record that cannot be written is the machine's fault: the disk is full, the folder is not ours."""
    try:
        yield
    except OSError as error:
        raise cannot_write(folder, error) from error
