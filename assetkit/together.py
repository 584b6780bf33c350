"""One input for several presets: a batch each, all from one reading of the sources."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from assetkit.discover import Discovery
from assetkit.local_pool import Report
from assetkit.manifest.matrix import write_matrix
from assetkit.model import Outcome
from assetkit.one_reading import Part, run_together
from assetkit.recording import Batch, Begun, writing


class Together:
    """Batches over the same sources; iterate over what became of each source, by preset, to do it.

    Each writes into its own folder what it would write alone; `folder` gets a matrix of the verdicts.
    """

    def __init__(
        self, batches: Sequence[Batch], folder: Path, *, jobs: int | None = None, report: Report | None = None
    ) -> None:
        self.batches, self._folder = tuple(batches), folder
        self._jobs, self._report = jobs, report

    @property
    def found(self) -> Discovery:
        """What there is to do."""
        return self.batches[0].found

    def __len__(self) -> int:
        return len(self.found.sources)

    def __iter__(self) -> Iterator[tuple[Outcome, ...]]:
        with ExitStack() as until_done:
            begun = [until_done.enter_context(batch.begun()) for batch in self.batches]
            both = zip(self.batches, begun, strict=True)
            parts = [Part(batch.preset, at.run, at.done, at.gathering.early) for batch, at in both]
            yield from self._judged(begun, parts)
        with writing(self._folder):
            write_matrix([batch.streamed() for batch in self.batches], self._folder)

    def _judged(self, begun: Sequence[Begun], parts: Sequence[Part]) -> Iterator[tuple[Outcome, ...]]:
        done = frozenset.intersection(*(part.done for part in parts))
        todo = [source for source in self.found.sources if source.relative not in done]
        fresh: Iterator[dict[int, Outcome]] = iter(())
        if todo:
            fresh = run_together(todo, parts, jobs=self._jobs, report=self._report)
        try:
            for source in self.found.sources:
                made = {} if source.relative in done else next(fresh)
                pairs = enumerate(zip(self.batches, begun, strict=True))
                final = [batch.taken(at, source, made.get(number)) for number, (batch, at) in pairs]
                for row in zip(*final, strict=True):
                    yield tuple(batch.told(outcome) for batch, outcome in zip(self.batches, row, strict=True))
        finally:
            if hasattr(fresh, "close"):
                fresh.close()  # stops the workers if we were stopped
