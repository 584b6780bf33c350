"""`assetkit coverage`."""

from collections.abc import Iterator
from pathlib import Path

import click

from assetkit import api
from assetkit.cli import language, options
from assetkit.cli.rows import on_one_line
from assetkit.errors import ExitCode
from assetkit.manifest.contract import CoverageEntry, CoverageReport
from assetkit.wording import in_language, say

_ROW = "{:>8}  {:<15}  {:>5}  {:>5}  {}"


@click.command("coverage")
@click.argument("images", nargs=-1, required=True, metavar="IMAGE...", type=click.Path(exists=True, path_type=Path))
@options.engine_alone
@click.option("--json", "as_json", is_flag=True, help="Print numbers and lines of text as JSON.")
@click.option(
    "--overlay",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for copies with what was counted drawn over them; outside the input.",
)
@options.jobs
@options.deadline
@language.option
def command(
    images: tuple[Path, ...], engine: str, as_json: bool, overlay: Path | None, jobs: int | None, deadline: float
) -> int:
    """Measure how much of each IMAGE (files or folders) text covers, and how sure that is."""
    measured = api.coverage(images, engine=engine, overlay=overlay, jobs=jobs, deadline_seconds=deadline)
    entries = list(measured if as_json else _shown(measured))
    if as_json:
        click.echo(CoverageReport(images=entries).model_dump_json(indent=2))
    return ExitCode.NOT_ALL_READY if any(entry.error for entry in entries) else ExitCode.ALL_READY


def _shown(entries: Iterator[CoverageEntry]) -> Iterator[CoverageEntry]:
    """Pass the entries on, each as a row on standard output as soon as it is there."""
    heads = (say("coverage"), say("low to high"), say("cells"), say("lines"), say("path"))
    click.echo(_ROW.format(*map(_told, heads)))
    for entry in entries:
        click.echo(_row(entry))
        yield entry


def _row(entry: CoverageEntry) -> str:
    name = on_one_line(entry.path)
    if entry.error or entry.coverage is None or entry.low is None or entry.high is None:
        return _ROW.format("-", "-", "-", "-", f"{name}: {_error(entry)}")
    span = _told(say("{low:.1%} to {high:.1%}", low=entry.low, high=entry.high))
    return _ROW.format(f"{entry.coverage:.1%}", span, entry.grid_cells, len(entry.regions or ()), name)


def _error(entry: CoverageEntry) -> str:
    return (language.language() == "zh" and entry.error_zh) or entry.error or ""


def _told(text: str) -> str:
    return in_language(text, language.language())
