"""Verdicts on the terminal: progress on standard error while it runs, the table on standard output."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from assetkit.checks.claims import FOR_A_PERSON, PRE_CHECK
from assetkit.cli import language
from assetkit.cli.rows import heading, on_one_line, row
from assetkit.cli.show_sets import hint_lines, set_lines
from assetkit.cli.tally import Tally
from assetkit.errors import ExitCode
from assetkit.judgement import Status
from assetkit.manifest.report import REPORT_NAME
from assetkit.manifest.write import JSON_NAME, as_json
from assetkit.model import Outcome
from assetkit.recording import Batch
from assetkit.wording import Said, in_language, say, semicolons

_PIPED_WIDTH = 160
T_co = TypeVar("T_co", bound=Outcome | tuple[Outcome, ...], covariant=True)


class Work(Protocol[T_co]):
    """What can be counted and iterated over: a batch gives an outcome an asset, several together a tuple of them."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[T_co]: ...


class Form(StrEnum):
    """What is printed to standard output."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    NOTHING = "nothing"


def form_of(as_json: bool, as_jsonl: bool, quiet: bool) -> Form:
    """What these flags ask for. Raises click.UsageError where they contradict each other."""
    asked = [f for f, is_asked in ((Form.JSON, as_json), (Form.JSONL, as_jsonl), (Form.NOTHING, quiet)) if is_asked]
    if len(asked) > 1:
        raise click.UsageError("--json, --jsonl and --quiet exclude each other")
    return asked[0] if asked else Form.TABLE


class Progressed:
    """A bar for the batch and one line per running encode, on standard error; silent when piped."""

    def __init__(self, *, is_quiet: bool = False) -> None:
        self.console = Console(stderr=True)
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
            disable=is_quiet or not self.console.is_terminal,
            redirect_stdout=False,  # it would go to standard error, and results belong elsewhere
        )
        self._encodes: dict[str, TaskID] = {}

    def report(self, name: str, share: float) -> None:
        """Draw how far one encode is."""
        if name not in self._encodes:
            self._encodes[name] = self._bars.add_task(f"{_told(say('encoding'))} {on_one_line(name)}", total=100)
        self._bars.update(self._encodes[name], completed=round(share * 100))

    @contextmanager
    def over(self, work: Work[T_co]) -> Iterator[Iterator[T_co]]:
        """Iterate over a batch, or several together, with the bar on screen."""
        with self._bars:
            task = self._bars.add_task(_told(say("assets")), total=len(work))
            yield self._advancing(work, task)

    def _advancing(self, work: Work[T_co], task: TaskID) -> Iterator[T_co]:
        for one in work:
            outcomes: tuple[Outcome, ...] = one if isinstance(one, tuple) else (one,)
            for outcome in outcomes:
                self._end(outcome)
            self._bars.advance(task)
            yield one

    def _end(self, outcome: Outcome) -> None:
        encode = self._encodes.pop(outcome.source.relative, None)
        if encode is not None:
            self._bars.remove_task(encode)
        if outcome.traceback:
            self.console.print(outcome.traceback, markup=False, highlight=False)


def run_and_show(
    batch: Batch,
    progress: Progressed,
    *,
    form: Form,
    output: Path | None = None,
    holds: Mapping[Status, Said] | None = None,
) -> ExitCode:
    """Run the batch, print what `form` asks for, and return the exit code.

    `holds` says what lies in the folder of each verdict under `output`; a folder without anything is not named.
    Raises KeyboardInterrupt with what is done and where, if it was interrupted.
    """
    done = Tally()
    try:
        with progress.over(batch) as outcomes:
            for outcome in outcomes:
                _print_one(outcome, batch, progress, form, is_first=not done)
                done.add(outcome)
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(_told(_interrupted(len(done), len(batch), output))) from stop
    _print_end(batch, done, form, [] if output is None else _places(done, output, holds or {}))
    return done.exit_code


def console_for_results() -> Console:
    """Standard output, wide enough for a table where it is not a terminal."""
    console = Console()
    return console if console.is_terminal else Console(width=_PIPED_WIDTH)


def _told(text: str) -> str:
    return in_language(text, language.language())


def _interrupted(done: int, total: int, output: Path | None) -> Said:
    if output is None:
        return say("interrupted: {done} of {total} assets are done", done=done, total=total)
    return say(
        "interrupted: {done} of {total} assets are done and listed in {manifest}",
        done=done,
        total=total,
        manifest=output / JSON_NAME,
    )


def _print_one(outcome: Outcome, batch: Batch, progress: Progressed, form: Form, *, is_first: bool) -> None:
    """Print what is known as soon as one asset is finished: a line of JSON, or its row."""
    if form is Form.JSONL:
        print(batch.latest.model_dump_json(), flush=True)
    elif form is Form.TABLE:
        shares_screen = progress.console.is_terminal and sys.stdout.isatty()  # with the bars, which make room
        console = progress.console if shares_screen else console_for_results()
        if is_first:
            console.print(heading(console.width))
        console.print(row(outcome, console.width))


def _print_end(batch: Batch, done: Tally, form: Form, where: list[str]) -> None:
    if form is Form.JSON:
        print(as_json(batch.manifest()), end="")
    elif form is Form.JSONL:
        record = batch.manifest().model_dump(mode="json", by_alias=True, exclude={"assets"})
        print(json.dumps(record, ensure_ascii=False), flush=True)
    elif form is Form.TABLE:
        _print_counts(batch, done, where)


def _places(done: Tally, output: Path, holds: Mapping[Status, Said]) -> list[str]:
    named = [f"{_told(words)}: {output / status}" for status, words in holds.items() if status in done]
    records = [(say("Manifest"), output / JSON_NAME), (say("Report"), output / REPORT_NAME)]
    return [*named, *(f"{_told(words)}: {path}" for words, path in records if path.is_file())]


def _print_counts(batch: Batch, done: Tally, where: list[str]) -> None:
    console = console_for_results()
    if not done:
        nothing = _told(say("Nothing to do: no files found in the input."))
        console.print(nothing + _skipped(batch), highlight=False, markup=False)
        return
    console.print(
        f"\n{_told(done.told)}{_remembered(batch)}{_skipped(batch)}", highlight=False, markup=False, soft_wrap=True
    )
    for line in (*set_lines(batch), *hint_lines(batch.found), *_pre_check(batch), *where):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _pre_check(batch: Batch) -> list[str]:
    """What the check of words is worth, where there was one."""
    if not batch.preset.asks_for_claims:
        return []
    what = semicolons(FOR_A_PERSON)
    told = say("Words on the pictures: {pre_check}; for a person to check: {what}.", pre_check=PRE_CHECK, what=what)
    return [_told(told)]


def _remembered(batch: Batch) -> str:
    count = batch.remembered
    return " " + _told(say("As an earlier run left them: {count}.", count=count)) if count else ""


def _skipped(batch: Batch) -> str:
    skipped = batch.found.skipped
    if not skipped:
        return ""
    if len(skipped) == 1:
        name = on_one_line(skipped[0].relative)
        return " " + _told(say("1 skipped: {name}, {reason}.", name=name, reason=skipped[0].reason))
    return " " + _told(say("{count} skipped (see the manifest, or --json).", count=len(skipped)))
