"""A batch that keeps its record: outcomes as they come, the manifest and the reasons as they are written."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assetkit import __version__, preset_file
from assetkit.batch import Report, run_batch
from assetkit.discover import Discovery
from assetkit.engines import engines
from assetkit.errors import SetupError
from assetkit.manifest.contract import AssetEntry, Manifest, PresetEntry, SkippedEntry, SummaryEntry, ToolEntry
from assetkit.manifest.entries import asset_entry
from assetkit.manifest.write import location, write_manifest, write_reasons
from assetkit.model import Outcome, Status
from assetkit.preset import Preset
from assetkit.reporting import write_report
from assetkit.run import Run


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
        has_report: bool = True,
    ) -> None:
        self.found = found
        self._preset, self._run, self._writes = preset, run, writes
        self._jobs, self._report, self._has_report = jobs, report, has_report
        self._entries: list[AssetEntry] = []

    def __len__(self) -> int:
        return len(self.found.sources)

    def __iter__(self) -> Iterator[Outcome]:
        self._entries.clear()  # iterating again is doing it again
        outcomes = run_batch(self.found.sources, self._preset, self._run, jobs=self._jobs, report=self._report)
        try:
            for outcome in outcomes:
                entry = self._entry(outcome)
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
        if self._writes and self._has_report:
            with _writing(self._writes):
                write_report(self.manifest(), self._writes, self._run, jobs=self._jobs)

    @property
    def latest(self) -> AssetEntry:
        """The record of the asset that was iterated over last."""
        return self._entries[-1]

    def _entry(self, outcome: Outcome) -> AssetEntry:
        """The asset's record; one that is written says where its source lies, seen from there."""
        entry = asset_entry(outcome)
        if self._writes:
            entry.source.location = location(outcome.source.path, self._writes)
        return entry

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


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """A record that cannot be written is the machine's fault: the disk is full, the folder is not ours."""
    try:
        yield
    except OSError as error:
        raise SetupError(f"cannot write to {folder}: {error.strerror or error}") from error
