"""`assetkit process`."""

from pathlib import Path

import click

from assetkit import api
from assetkit.cli import options
from assetkit.cli.show import Progressed, run_and_show
from assetkit.model import Status

_HOLDS = {Status.READY: "Ready files", Status.REVIEW: "To look at first", Status.REJECTED: "Reasons"}


@click.command("process")
@options.inputs
@options.preset
@click.option("--output", required=True, type=click.Path(path_type=Path), metavar="DIR", help=options.output_help)
@options.overwrite
@options.no_cache
@options.trim
@options.min_vmaf
@options.jobs
@options.deadline
@options.engine
@options.as_json
def command(
    inputs: tuple[Path, ...],
    preset: str,
    output: Path,
    overwrite: bool,
    no_cache: bool,
    trim: str | None,
    min_vmaf: float | None,
    jobs: int | None,
    deadline: float,
    text_engine: str,
    as_json: bool,
) -> int:
    """Make upload-ready files of INPUT (files or folders), and say why the rest is not ready.

    Writes DIR/ready, DIR/review, DIR/rejected (the reasons), DIR/manifest.json and DIR/manifest.csv. Sources are
    never changed. Exit code: 0 all ready, 1 some in review or rejected, 2 usage, 3 environment, 4 internal.
    """
    progress = Progressed()
    batch = api.process(
        inputs,
        preset=preset,
        output=output,
        overwrite=overwrite,
        trim=trim,
        min_vmaf=min_vmaf,
        engine=text_engine,
        jobs=jobs,
        deadline_seconds=deadline,
        report=progress.report,
        cache=not no_cache,
    )
    return run_and_show(batch, progress, prints_json=as_json, output=output, holds=_HOLDS)
