"""`assetkit process`."""

from pathlib import Path
from typing import Any

import click

from assetkit import api
from assetkit.cli import language, options
from assetkit.cli.cluster import print_dashboard
from assetkit.cli.matrix import run_and_show_matrix
from assetkit.cli.show import Progressed, form_of, run_and_show
from assetkit.judgement import Status
from assetkit.wording import say

_HOLDS = {Status.READY: say("Ready files"), Status.REVIEW: say("To look at first"), Status.REJECTED: say("Reasons")}


@click.command("process")
@options.inputs
@options.presets
@click.option("--output", required=True, type=click.Path(path_type=Path), metavar="DIR", help=options.output_help)
@options.overwrite
@options.no_cache
@options.trim
@options.min_vmaf
@options.sets
@options.partial_sets
@options.jobs
@options.scheduler
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
    preset: tuple[str, ...],
    output: Path,
    overwrite: bool,
    no_cache: bool,
    trim: str | None,
    min_vmaf: float | None,
    sets: str,
    partial_sets: bool,
    jobs: int | None,
    scheduler: str | None,
    deadline: float,
    text_engine: str,
    has_report: bool,
    as_json: bool,
    as_jsonl: bool,
    quiet: bool,
) -> int:
    """Make upload-ready files of INPUT (files or folders), and say why the rest is not ready.

    Writes DIR/ready, DIR/review, DIR/rejected (the reasons), DIR/report.html for people to look at, manifest.json,
    assets.csv and findings.csv. Sources are never changed. Exit code: 0 all ready, 1 some in review or rejected,
    2 usage, 3 environment, 4 internal.

    With several --preset each gets a folder of its own, DIR/ID, from one reading of the sources; DIR/matrix.html and
    matrix.csv show which asset is ready for which.
    """
    form = form_of(as_json, as_jsonl, quiet)
    progress = Progressed(is_quiet=quiet)
    wanted: dict[str, Any] = {
        "output": output,
        "overwrite": overwrite,
        "trim": trim,
        "min_vmaf": min_vmaf,
        "engine": text_engine,
        "sets": sets,
        "partial_sets": partial_sets,
        "jobs": jobs,
        "scheduler": scheduler,
        "deadline_seconds": deadline,
        "has_report": has_report,
        "report": progress.report,
        "cache": not no_cache,
    }
    if scheduler and not quiet:
        print_dashboard(scheduler)
    if len(preset) > 1:
        together = api.process_for(inputs, presets=preset, **wanted)
        return run_and_show_matrix(together, progress, form=form, output=output)
    return run_and_show(
        api.process(inputs, preset=preset[0], **wanted), progress, form=form, output=output, holds=_HOLDS
    )
