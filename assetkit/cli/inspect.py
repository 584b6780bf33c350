"""`assetkit inspect`."""

from pathlib import Path

import click

from assetkit import api
from assetkit.cli import language, options
from assetkit.cli.show import Progressed, form_of, run_and_show
from assetkit.judgement import Status
from assetkit.wording import say

_HOLDS = {Status.REJECTED: say("Reasons")}


@click.command("inspect")
@options.inputs
@options.preset
@click.option("--output", type=click.Path(path_type=Path), metavar="DIR", help="Folder for the manifest and reasons.")
@click.option(
    "--overlay",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for copies of the stills and small films of the clips with the plan drawn over; outside the input.",
)
@options.overwrite
@options.trim
@options.sets
@options.partial_sets
@options.jobs
@options.deadline
@options.engine
@options.no_report
@options.as_json
@options.as_jsonl
@options.quiet
@options.verbose
@language.option
def command(
    inputs: tuple[Path, ...],
    preset: str,
    output: Path | None,
    overlay: Path | None,
    overwrite: bool,
    trim: str | None,
    sets: str,
    partial_sets: bool,
    jobs: int | None,
    deadline: float,
    text_engine: str,
    has_report: bool,
    as_json: bool,
    as_jsonl: bool,
    quiet: bool,
) -> int:
    """Judge INPUT (files or folders) and show what `process` would do, without doing it."""
    form = form_of(as_json, as_jsonl, quiet)
    batch = api.inspect(
        inputs,
        preset=preset,
        output=output,
        overlay=overlay,
        overwrite=overwrite,
        trim=trim,
        engine=text_engine,
        sets=sets,
        partial_sets=partial_sets,
        jobs=jobs,
        deadline_seconds=deadline,
        has_report=has_report,
    )
    return run_and_show(batch, Progressed(is_quiet=quiet), form=form, output=output, holds=_HOLDS)
