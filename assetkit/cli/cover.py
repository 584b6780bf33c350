"""`assetkit cover`."""

from pathlib import Path

import click

from assetkit import api
from assetkit.cli import options
from assetkit.errors import ExitCode


@click.command("cover")
@click.argument("video", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options.preset
@click.option("--output", required=True, type=click.Path(path_type=Path), metavar="DIR", help=options.output_help)
@click.option("--count", type=click.IntRange(1, 24), default=1, show_default=True, help="Number of covers to make.")
@click.option("--overwrite", is_flag=True, help="Replace covers that are already there.")
@options.deadline
@options.engine
@click.option("--json", "as_json", is_flag=True, help="Print times, scores and verdicts as JSON.")
def command(
    video: Path,
    preset: str,
    output: Path,
    count: int,
    overwrite: bool,
    deadline: float,
    text_engine: str,
    as_json: bool,
) -> int:
    """Take the best frames of VIDEO as covers, each cropped and checked by the preset's cover rules."""
    taken = api.covers(
        video,
        preset=preset,
        output=output,
        count=count,
        overwrite=overwrite,
        engine=text_engine,
        deadline_seconds=deadline,
    )
    if as_json:
        click.echo(taken.model_dump_json(indent=2))
    elif not taken.covers:
        click.echo("no cover: every sampled frame is black or blank")
    for cover in [] if as_json else taken.covers:
        where = f"{output / cover.output.path}" if cover.output else "not written"
        why = "; ".join(f.message for f in cover.findings)
        click.echo(f"{cover.time_seconds:8.2f} s  score {cover.score:.2f}  {cover.status:9}  {where}  {why}".rstrip())
    return ExitCode.ALL_READY if any(c.status == "ready" for c in taken.covers) else ExitCode.NOT_ALL_READY
