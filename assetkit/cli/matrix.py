"""Verdicts of several presets on the terminal: a row an asset, a column a preset."""

import json
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from assetkit.cli import language
from assetkit.cli.rows import COLOURS, on_one_line
from assetkit.cli.show import Form, Progressed, console_for_results
from assetkit.cli.show_sets import hint_lines, set_lines
from assetkit.cli.tally import Tally
from assetkit.errors import ExitCode
from assetkit.judgement import Status
from assetkit.manifest.matrix import PAGE_NAME
from assetkit.together import Together
from assetkit.wording import in_language, say, term

Row = tuple[str, tuple[Status, ...]]
"""An asset's relative path, and its verdict under each preset."""


def run_and_show_matrix(together: Together, progress: Progressed, *, form: Form, output: Path) -> ExitCode:
    """Run all batches, print what `form` asks for, and return the exit code: that of all of them together."""
    every, each = Tally(), [Tally() for _ in together.batches]
    rows: list[Row] = []
    with progress.over(together) as judged:
        for outcomes in judged:
            rows.append((outcomes[0].source.relative, tuple(outcome.status for outcome in outcomes)))
            for tally, outcome in zip(each, outcomes, strict=True):
                tally.add(outcome)
                every.add(outcome)
            if form is Form.JSONL:
                for batch in together.batches:
                    line = {"preset": batch.preset.id} | batch.latest.model_dump(mode="json", by_alias=True)
                    print(json.dumps(line, ensure_ascii=False), flush=True)
    if form in (Form.JSON, Form.JSONL):
        _print_json(together, form)
    elif form is Form.TABLE:
        _print_table(together, rows, each, output)
    return every.exit_code


def _print_json(together: Together, form: Form) -> None:
    left_out = {"assets"} if form is Form.JSONL else set()
    records = {
        batch.preset.id: batch.manifest().model_dump(mode="json", by_alias=True, exclude=left_out)
        for batch in together.batches
    }
    print(json.dumps({"presets": records}, ensure_ascii=False, indent=2 if form is Form.JSON else None))


def _print_table(together: Together, rows: Sequence[Row], tallies: Sequence[Tally], output: Path) -> None:
    console = console_for_results()
    if not rows:
        console.print(_told(say("Nothing to do: no files found in the input.")), highlight=False, markup=False)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(_told(say("asset")), overflow="fold")
    for batch in together.batches:
        table.add_column(batch.preset.id, overflow="fold")
    for name, statuses in rows:
        verdicts = [Text(_told(term(status.value)), style=COLOURS[status]) for status in statuses]
        table.add_row(Text(on_one_line(name)), *verdicts)
    console.print(table)
    console.print()
    for batch, tally in zip(together.batches, tallies, strict=True):
        told = f"{batch.preset.id}: {_told(tally.told)} {output / batch.preset.id}"
        for line in (told, *set_lines(batch)):
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    for line in hint_lines(together.found):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    console.print(f"{_told(say('Matrix'))}: {output / PAGE_NAME}", highlight=False, markup=False, soft_wrap=True)


def _told(text: str) -> str:
    return in_language(text, language.language())
