"""Options that several commands share."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from assetkit.api import DEADLINE_SECONDS
from assetkit.sets import Grouping
from assetkit.text import ENGINES

Command = TypeVar("Command", bound=Callable[..., Any])


def complete_preset(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Ids of shipped presets for the shell; files of one's own are completed as files."""
    from assetkit import preset_file

    found = [CompletionItem(name) for name in preset_file.shipped() if name.startswith(typed)]
    return found or [CompletionItem(typed, type="file")]


inputs = click.argument(
    "inputs", nargs=-1, required=True, metavar="INPUT...", type=click.Path(exists=True, path_type=Path)
)
preset = click.option(
    "--preset",
    required=True,
    metavar="ID",
    shell_complete=complete_preset,
    help="A shipped preset (see `presets list`) or a TOML file.",
)
presets = click.option(
    "--preset",
    required=True,
    multiple=True,
    metavar="ID",
    shell_complete=complete_preset,
    help="A shipped preset (see `presets list`) or a TOML file; several may be given.",
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
sets = click.option(
    "--sets",
    type=click.Choice([each.value for each in Grouping]),
    default=Grouping.OFF.value,
    show_default=True,
    help="What makes stills a carousel: their folder, or names numbered alike; a set.toml beside them always does.",
)
partial_sets = click.option(
    "--partial-sets", is_flag=True, help="Publish the slides of a carousel also where others of it are rejected."
)
jobs = click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes [one per core].")


def _scheduler(about: str) -> Callable[[Command], Command]:
    return click.option(
        "--scheduler", envvar="DASK_SCHEDULER_ADDRESS", show_envvar=True, metavar="ADDRESS|FILE", help=about
    )


scheduler = _scheduler("Work on the machines of this Dask cluster (tcp://HOST:8786, or a scheduler file).")
scheduler_to_see = _scheduler("Report this Dask cluster, too (tcp://HOST:8786, or a scheduler file).")
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
no_report = click.option(
    "--no-report", "has_report", flag_value=False, default=True, help="Do not write report.html beside the manifest."
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print the manifest to standard output.")
as_jsonl = click.option(
    "--jsonl", "as_jsonl", is_flag=True, help="Print a line of JSON per asset as it is finished, then the summary."
)
quiet = click.option("-q", "--quiet", is_flag=True, help="Print errors only; the exit code says the rest.")


def _log_more(_ctx: click.Context, _param: click.Parameter, count: int) -> None:
    if count:
        logging.getLogger().setLevel(logging.INFO if count == 1 else logging.DEBUG)


verbose = click.option(
    "-v",
    "--verbose",
    count=True,
    expose_value=False,
    callback=_log_more,
    help="Log more to standard error; twice for everything.",
)
