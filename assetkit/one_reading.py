"""Several presets over the same sources in the worker processes: one reading of each source for all of them."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from assetkit.batch import (
    GRACE_SECONDS,
    Done,
    ahead_of,
    hands,
    in_order,
    lost_with,
    result_of,
    shared,
    threads_of,
    witnesses,
)
from assetkit.facts import Source
from assetkit.local_pool import Report
from assetkit.model import Outcome
from assetkit.preset import Preset
from assetkit.publish import withdraw
from assetkit.run import Run
from assetkit.wording import Said
from assetkit.worker import work_for


@dataclass(frozen=True, slots=True)
class Part:
    """What one of several presets has to do: the sources (relative) that are done already, and who gets outcomes early.

    `run` has its work folder already.
    """

    preset: Preset
    run: Run
    done: frozenset[str]
    early: Done


def run_together(
    sources: Sequence[Source], parts: Sequence[Part], *, jobs: int | None = None, report: Report | None = None
) -> Iterator[dict[int, Outcome]]:
    """Process each source for all parts it is due in, in one reading; yield the outcomes by the parts' numbers.

    Otherwise as `run_batch`. Where a worker is lost, no part pays for another: each is tried again alone.
    """
    jobs, run = shared(parts[0].run, jobs, len(sources))
    tasks = tuple((p.preset.model_dump_json(), replace(p.run, threads=run.threads)) for p in parts)
    with hands(tasks, jobs, report=report, inputs=witnesses(sources)) as pool:
        most = ahead_of(threads_of(pool))
        submitted = in_order(sources, lambda source: _submitted(pool, source, _due(source, parts), parts), most)
        for source, future in submitted:
            yield _together(pool, source, _due(source, parts), parts, future)


def _due(source: Source, parts: Sequence[Part]) -> tuple[int, ...]:
    return tuple(number for number, part in enumerate(parts) if source.relative not in part.done)


def _submitted(pool: Any, source: Source, numbers: tuple[int, ...], parts: Sequence[Part]) -> Any:
    seconds = parts[0].run.deadline_seconds * len(numbers) + GRACE_SECONDS
    future = pool.schedule(work_for, (source, numbers), timeout=seconds)

    def pass_on(future: Future[tuple[Outcome, ...]]) -> None:
        if not future.cancelled() and future.exception() is None:
            for number, outcome in zip(numbers, future.result(), strict=True):
                parts[number].early(outcome)

    future.add_done_callback(pass_on)
    return future


def _together(
    pool: Any, source: Source, numbers: tuple[int, ...], parts: Sequence[Part], future: Any
) -> dict[int, Outcome]:
    lost = partial(_all_lost, source, numbers)
    outcomes = result_of(future, parts[0].run, lost)
    if len(numbers) == 1 or not (future.cancelled() or future.exception()):
        return dict(zip(numbers, outcomes, strict=True))
    found = {}
    for number in numbers:
        run = parts[number].run
        if run.output is not None and run.work is not None:
            withdraw(run.work, run.output, source.relative)  # a lost worker's, who could not tell of it
        again = _submitted(pool, source, (number,), parts)
        found[number] = result_of(again, parts[number].run, partial(_all_lost, source, (number,)))[0]
    return found


def _all_lost(source: Source, numbers: tuple[int, ...], detail: Said, fix: Said) -> tuple[Outcome, ...]:
    return tuple(lost_with(source, detail, fix) for _ in numbers)
