"""`assetkit report`."""

from pathlib import Path

import click

from assetkit import api
from assetkit.cli import language, options
from assetkit.errors import ExitCode
from assetkit.wording import in_language, say


@click.command("report")
@click.argument("manifest", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--sources",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where the input lies now, should it have moved since.",
)
@click.option("--open", "opens", is_flag=True, help="Open the report in the browser.")
@options.jobs
@language.option
def command(manifest: Path, sources: Path | None, opens: bool, jobs: int | None) -> int:
    """Write report.html beside MANIFEST (a manifest.json, or its folder), from it and the files it names."""
    page = api.report(manifest, sources=sources, jobs=jobs)
    click.echo(f"{in_language(say('Report'), language.language())}: {page}")
    if opens and click.launch(page.resolve().as_uri()) != 0:
        click.echo(f"assetkit: no browser opened: open {page} yourself", err=True)
    return ExitCode.ALL_READY
