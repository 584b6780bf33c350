"""`assetkit presets`."""

import json

import click

from assetkit import preset_file
from assetkit.cli import options
from assetkit.cli.typos import Guessing
from assetkit.limit import Strict
from assetkit.preset import Preset


@click.group("presets", cls=Guessing)
def command() -> None:
    """List, show and validate presets."""


@command.command("list")
def list_presets() -> None:
    """List the presets that ship with assetkit."""
    for name in preset_file.shipped():
        preset = preset_file.load(name)
        click.echo(f"{name:18} {preset.title}: {preset.description}")


@command.command("show")
@click.argument("preset", metavar="ID", shell_complete=options.complete_preset)
@click.option("--resolved", is_flag=True, help="Print the whole preset as JSON, with what it extends filled in.")
def show(preset: str, resolved: bool) -> None:
    """Print the limits of a preset, with where each was read and when."""
    loaded = preset_file.load(preset)
    if resolved:
        click.echo(loaded.model_dump_json(indent=2, exclude_none=True))
        return
    click.echo(f"{loaded.id} {loaded.version}: {loaded.title}\n{loaded.description}")
    for section in ("image", "video", "cover", "sets", "words"):
        click.echo(f"\n[{section}]")
        for line in _limits(getattr(loaded, section).limits, loaded):
            click.echo(line)


@command.command("validate")
@click.argument("file", metavar="FILE")
def validate(file: str) -> None:
    """Check a preset of your own; exit 2 with every problem named."""
    loaded = preset_file.load(file)
    click.echo(f"{file}: valid preset {loaded.id!r}, sha256 {preset_file.sha256(loaded)}")


@command.command("schema")
def schema() -> None:
    """Print the JSON Schema of presets."""
    click.echo(json.dumps(Preset.model_json_schema(), indent=2))


def _limits(limits: Strict, preset: Preset) -> list[str]:
    stated = limits.model_dump(mode="json", exclude_none=True)
    return [
        f"  {name.replace('_', '-'):20} {severity:12} {limit_value(level['value'])} {level['unit']}"
        f"  ({preset.sources[level['source']]}, seen {level['seen']})"
        for name, levels in stated.items()
        for severity, level in levels.items()
    ]


def limit_value(value: object) -> str:
    """A limit as JSON holds it, for people."""
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return (" x " if all(isinstance(v, int) for v in value) else " or ").join(map(str, value)) or "any"
        case {"narrowest": narrowest, "widest": widest}:
            return f"{narrowest} to {widest}"
        case dict():
            return ", ".join(f"{name} {each}" for name, each in value.items())
        case int() | float():
            return f"{value:,}" if isinstance(value, int) else f"{value:g}"
    return str(value)
