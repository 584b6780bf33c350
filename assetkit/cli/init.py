"""`assetkit init`."""

import re
from pathlib import Path

import click

from assetkit import preset_file
from assetkit.cli import options
from assetkit.errors import SetupError, UserInputError
from assetkit.preset import Preset

_TEMPLATE = """\
# A preset of your own: everything that is not said here is as in {parent} ({title}).
#   assetkit presets show {parent}     lists what that asks, with its sources
#   assetkit explain CODE          says what a check means, with its limits elsewhere
#   assetkit presets validate {file}
id = "{id}"
extends = "{parent}"
title = "{id}"
version = "1"
description = "{parent}, with limits of our own"

# Where the limits below were read: a short name, and what a colleague needs to find it again.
[sources]
house = "our own brief"

# A limit is `required` (breaking it rejects) or `recommended` (breaking it is told). Take the # away to state it.
{examples}
# What finished files are like.
# [image.target]
# pad = "blur"          # "none", "blur" or "plain": what fills the frame where a crop would cut faces or text
"""
_EXAMPLES = {
    "image": (("file_size_max", "5_000_000", "bytes"), ("text_coverage_max", "0.2", "share of the picture")),
    "video": (("duration_max", "30.0", "s"), ("loudness_min", "-18.0", "LUFS")),
}


@click.command("init")
@click.argument("path", required=False, default="my-preset.toml", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--extends",
    "parent",
    default="xhs-ad",
    show_default=True,
    metavar="ID",
    shell_complete=options.complete_preset,
    help="The preset to start from.",
)
def command(path: Path, parent: str) -> None:
    """Write a starter preset to PATH [my-preset.toml] that extends a shipped one; never over a file."""
    if path.suffix != ".toml":
        raise UserInputError(f"{path}: a preset's name ends in .toml, as in {path}.toml")
    base = preset_file.load(parent)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(starter(path, base, parent))
    except FileExistsError as error:
        raise UserInputError(f"{path} is already there: name another file, or remove it") from error
    except OSError as error:
        raise SetupError(f"cannot write {path}: {error.strerror or error}") from error
    made = preset_file.load(str(path.resolve()))
    click.echo(f"{path}: a preset {made.id!r} that extends {parent}; use it as --preset {path}")


def starter(path: Path, base: Preset, parent: str) -> str:
    """The text of a preset that changes nothing yet; its comments are limits that it could state."""
    name = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "my-preset"
    lines = [
        f"# [{kind}.limits.{key}]\n"
        f'# required = {{ value = {value}, unit = "{unit}", source = "house", seen = 2026-01-31 }}\n'
        for kind, examples in _EXAMPLES.items()
        if kind in base.takes
        for key, value, unit in examples
    ]
    return _TEMPLATE.format(
        parent=parent.replace("\\", "/"), title=base.title, id=name, file=path.name, examples="\n".join(lines)
    )
