"""Verdicts on the terminal: progress on standard error while it runs, the table on standard output."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from assetkit.errors import ExitCode
from assetkit.manifest.write import JSON_NAME, as_json
from assetkit.model import Method, Outcome, Severity, Status
from assetkit.recording import Batch

COLOURS = {Status.READY: "green", Status.REVIEW: "yellow", Status.REJECTED: "red"}
_PIPED_WIDTH = 160


class Progressed:
    """A bar for the batch and one line per running encode, on standard error; silent when piped."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        self._encodes: dict[str, TaskID] = {}

    def report(self, name: str, share: float) -> None:
        """Draw how far one encode is."""
        if name not in self._encodes:
            self._encodes[name] = self._bars.add_task(f"encoding {name}", total=100)
        self._bars.update(self._encodes[name], completed=round(share * 100))

    @contextmanager
    def over(self, batch: Batch) -> Iterator[Iterator[Outcome]]:
        """Iterate over the batch with the bar on screen."""
        with self._bars:
            task = self._bars.add_task("assets", total=len(batch))
            yield self._advancing(batch, task)

    def _advancing(self, batch: Batch, task: TaskID) -> Iterator[Outcome]:
        for outcome in batch:
            encode = self._encodes.pop(outcome.source.relative, None)
            if encode is not None:
                self._bars.remove_task(encode)
            self._bars.advance(task)
            if outcome.traceback:
                self.console.print(outcome.traceback, markup=False, highlight=False)
            yield outcome


def run_and_show(
    batch: Batch,
    progress: Progressed,
    *,
    prints_json: bool,
    output: Path | None = None,
    holds: Mapping[Status, str] | None = None,
) -> ExitCode:
    """Run the batch, print the table or the manifest, and return the exit code.

    `holds` says what lies in the folder of each verdict under `output`; a folder without anything is not named.
    """
    with progress.over(batch) as outcomes:
        # of thousands only what is shown is held: the manifest has the facts
        done = [replace(outcome, facts=None, delivered=None, cover=None) for outcome in outcomes]
    if prints_json:
        print(as_json(batch.manifest()), end="")
    else:
        found = {outcome.status for outcome in done}
        where = [f"{words}: {output / status}" for status, words in (holds or {}).items() if output and status in found]
        if output:
            where.append(f"Manifest: {output / JSON_NAME}")
        _print_table(batch, done, where)
    if any(f.code == "internal-error" for o in done for f in o.judgement.findings):
        return ExitCode.INTERNAL
    return ExitCode.ALL_READY if all(o.status is Status.READY for o in done) else ExitCode.NOT_ALL_READY


def console_for_results() -> Console:
    """Standard output, wide enough for a table where it is not a terminal."""
    console = Console()
    return console if console.is_terminal else Console(width=_PIPED_WIDTH)


def _print_table(batch: Batch, done: list[Outcome], where: list[str]) -> None:
    console = console_for_results()
    if not done:
        console.print("Nothing to do: no files found in the input." + _skipped(batch), highlight=False, markup=False)
        return
    table = Table(show_lines=False, pad_edge=False, box=None, header_style="bold")
    for name, ratio in (("asset", 3), ("verdict", None), ("what and why", 6)):
        table.add_column(name, overflow="fold", ratio=ratio, no_wrap=name == "verdict")
    for outcome in done:
        status = Text(outcome.status.value, style=COLOURS[outcome.status])
        table.add_row(Text(on_one_line(outcome.source.relative)), status, Text(_summary(outcome)))
    console.print(table)
    counts = ", ".join(f"{sum(o.status is s for o in done)} {s.value}" for s in Status)
    console.print(f"\n{counts}.{_remembered(batch)}{_skipped(batch)}", highlight=False, markup=False, soft_wrap=True)
    for line in where:
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def on_one_line(name: str) -> str:
    """A file's name with its line breaks and control codes spelt out: they would break the table, or the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def _remembered(batch: Batch) -> str:
    count = batch.remembered
    return f" {count} of them as an earlier run left {'it' if count == 1 else 'them'}." if count else ""


def _skipped(batch: Batch) -> str:
    skipped = batch.found.skipped
    if len(skipped) == 1:
        return f" 1 skipped: {on_one_line(skipped[0].relative)}, {skipped[0].reason}."
    return f" {len(skipped)} skipped (see the manifest, or --json)." if skipped else ""


def _summary(outcome: Outcome) -> str:
    """Why it is not ready; or what was done, and what to know."""
    findings = outcome.judgement.findings
    if outcome.status is Status.REJECTED:
        return "; ".join(f"{f.message}: {f.fix}" for f in findings if f.severity is Severity.REQUIRED)
    said = list(outcome.actions)
    if outcome.plan and outcome.plan.method is Method.COPY and not said:
        said.append("already compliant")
    said += [f"{f.severity.value}: {f.message}" for f in findings]
    said += [f"not checked: {n.code} ({n.reason})" for n in outcome.judgement.not_checked]
    return "; ".join(said)
