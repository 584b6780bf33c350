"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from assetkit.api import DEADLINE_SECONDS
from assetkit.text import ENGINES

Command = TypeVar("Command", bound=Callable[..., Any])

inputs = click.argument(
    "inputs", nargs=-1, required=True, metavar="INPUT...", type=click.Path(exists=True, path_type=Path)
)
preset = click.option(
    "--preset", required=True, metavar="ID", help="A shipped preset (see `presets list`) or a TOML file."
)
output_help = "Folder for the results; made if need be, outside the input."
overwrite = click.option(
    "--overwrite", is_flag=True, help="Replace the results of an earlier run in the output folder."
)
no_cache = click.option(
    "--no-cache", is_flag=True, help="Do everything anew, also what an earlier run did with the same files and options."
)
trim = click.option(
    "--trim",
    metavar="start|best|A-B",
    help="Cut clips that are too long: from the start, to the part that looks best, or all clips to two times.",
)
min_vmaf = click.option(
    "--min-vmaf",
    type=click.FloatRange(0, 100, min_open=True),
    metavar="N",
    help="Compare every clip that is encoded with its source, and refuse one below this VMAF.",
)
jobs = click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes [one per core].")
deadline = click.option(
    "--deadline",
    type=click.FloatRange(min=0, min_open=True),
    default=DEADLINE_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="Time one asset may take before it is given up.",
)
_engine: dict[str, Any] = {
    "type": click.Choice(list(ENGINES)),
    "default": "paddle",
    "show_default": True,
    "help": "What finds text; easyocr needs the extra assetkit[easyocr].",
}
engine = click.option("--text-engine", **_engine)
engine_alone = click.option("--engine", "--text-engine", "engine", **_engine)
as_json = click.option("--json", "as_json", is_flag=True, help="Print the manifest to standard output.")
