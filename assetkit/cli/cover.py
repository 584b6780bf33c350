"""`assetkit cover`."""

from pathlib import Path

import click

from assetkit import api
from assetkit.cli import language, options
from assetkit.errors import ExitCode


@click.command("cover")
@click.argument("video", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options.preset
@click.option("--output", required=True, type=click.Path(path_type=Path), metavar="DIR", help=options.output_help)
@click.option(
    "--count", type=click.IntRange(1, 24), help="Number of covers to choose  [default: 1, or none beside --at]"
)
@click.option(
    "--at",
    multiple=True,
    metavar="TIME",
    help="Take the frame at this time, in seconds or as 0:12.4, whatever its score; may be repeated.",
)
@click.option("--overwrite", is_flag=True, help="Replace covers that are already there.")
@options.deadline
@options.engine
@click.option("--json", "as_json", is_flag=True, help="Print times, scores and verdicts as JSON.")
@language.option
def command(
    video: Path,
    preset: str,
    output: Path,
    count: int | None,
    at: tuple[str, ...],
    overwrite: bool,
    deadline: float,
    text_engine: str,
    as_json: bool,
) -> int:
    """Take the best frames of VIDEO as covers, each cropped and checked by the preset's cover rules.

    They are written with their time in their name, beside a contact sheet that shows all of them, refused ones too.
    """
    taken = api.covers(
        video,
        preset=preset,
        output=output,
        count=count,
        at=at,
        overwrite=overwrite,
        engine=text_engine,
        deadline_seconds=deadline,
    )
    if as_json:
        click.echo(taken.model_dump_json(indent=2))
    else:
        from assetkit.cli.show_covers import show_covers

        show_covers(taken, output, wanted=(count if count is not None else 0 if at else 1) + len(at))
    return ExitCode.ALL_READY if any(c.status == "ready" for c in taken.covers) else ExitCode.NOT_ALL_READY
