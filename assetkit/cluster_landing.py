"""What a worker of a cluster made, published by the one process that keeps the record."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assetkit.errors import AssetError, cannot_write
from assetkit.facts import Source
from assetkit.model import Outcome
from assetkit.pipeline import failed
from assetkit.preset import Preset
from assetkit.publish import publish_staged
from assetkit.worker import Task


class Landing:
    """Where the outputs of these tasks go."""

    def __init__(self, tasks: tuple[Task, ...]) -> None:
        self._tasks = tasks
        self._presets = tuple(Preset.model_validate_json(preset) for preset, _ in tasks)

    def landed(self, made: Any, args: Sequence[Any], stage: str) -> Any:
        """Publish what a call made, whose outputs wait in `stage`, and give it back.

        An outcome is of the first task, a tuple of them of those that the call named; all else is passed on. Raises
        SetupError if the output folder cannot be written to.
        """
        if isinstance(made, Outcome):
            return self._published(0, made, args[0], stage)
        if isinstance(made, tuple):
            numbered = zip(args[1], made, strict=True)
            return tuple(self._published(number, each, args[0], stage) for number, each in numbered)
        return made

    def _published(self, number: int, outcome: Outcome, source: Source, stage: str) -> Outcome:
        run = self._tasks[number][1]
        outcome = replace(outcome, source=source)
        if run.output is None or run.work is None or not outcome.outputs:
            return outcome
        staged, work = run.work / stage, run.work
        try:
            publish_staged(source, outcome.outputs, staged, run.output, overwrite=run.overwrite, work=work)
        except AssetError as error:
            return failed(outcome, self._presets[number], error.code, error.detail, error.fix)
        except OSError as error:
            raise cannot_write(run.output, error) from error
        return outcome
