"""Which language the command line speaks: `--lang`, else ASSETKIT_LANG, else the locale; English in the end."""

import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
LANGUAGES = ("en", "zh")
_VARIABLES = ("ASSETKIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set decides, as POSIX has it
_KEY = "lang"
_asked: dict[str, str] = {}


def language(environment: Mapping[str, str] = os.environ) -> str:
    """`en` or `zh`."""
    said = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    return _asked.get(_KEY) or ("zh" if said.lower().startswith("zh") else "en")


def forget() -> None:
    """Nobody has asked for a language: a new command line starts."""
    _asked.clear()


def _remember(_ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value:
        _asked[_KEY] = value


def option(command: Command) -> Command:
    """Add `--lang` to a command, which need not take it."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        callback=_remember,
        expose_value=False,
        is_eager=True,
        help="Language of what is printed  [default: from the locale]",
    )(command)
