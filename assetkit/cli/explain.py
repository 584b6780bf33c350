"""`assetkit explain`."""

import difflib
import inspect

import click
from click.shell_completion import CompletionItem

from assetkit import preset_file
from assetkit.checks import CHECKS, Check
from assetkit.checks.codes import OTHER_CODES
from assetkit.checks.sets import SET_CHECKS, SetCheck
from assetkit.checks.words import WORD_CHECKS, WordCheck
from assetkit.cli import language
from assetkit.cli.presets import limit_value
from assetkit.cli.show import console_for_results
from assetkit.errors import UserInputError
from assetkit.facts import Kind
from assetkit.preset import Preset
from assetkit.wording import Said, in_language, say, term

_Rule = Check[object] | SetCheck[object] | WordCheck[object]
_ALL: tuple[_Rule, ...] = (*CHECKS, *SET_CHECKS, *WORD_CHECKS)


def _about() -> dict[str, Said]:
    return {check.code: check.about for check in _ALL} | OTHER_CODES


def _complete(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    return [CompletionItem(code, help=str(about)) for code, about in _about().items() if code.startswith(typed)]


@click.command("explain")
@click.argument("code", required=False, metavar="[CODE]", shell_complete=_complete)
@language.option
def command(code: str | None) -> None:
    """Say what a check or another finding means, and its limits in every shipped preset; without CODE list all."""
    known = _about()
    if code is None:
        for name, about in known.items():
            click.echo(f"{name:22} {_told(about)}")
        return
    if code not in known:
        close = difflib.get_close_matches(code, known, n=1, cutoff=0.5)
        hint = f"did you mean {close[0]}?" if close else "assetkit explain lists all codes"
        raise UserInputError(f"no check or finding {code!r}: {hint}")
    click.echo(f"{code}: {_told(known[code])}")
    check = next((check for check in _ALL if check.code == code), None)
    if check is None:
        click.echo(_told(say("This is no limit of a preset: it comes from the work itself.")))
    else:
        _explain(check)


def _told(text: str) -> str:
    return in_language(text, language.language())


def _explain(check: _Rule) -> None:
    if language.language() == "en":
        click.echo(inspect.getdoc(check.judge) or "")
    kinds = "、".join if language.language() == "zh" else ", ".join
    held = _kinds(check)
    click.echo(_told(say("It holds for: {kinds}", kinds=kinds(_told(term(each)) for each in held))))
    rows = [row for name in preset_file.shipped() for row in _rows(check, preset_file.load(name))]
    if not rows:
        click.echo(_told(say("No shipped preset states it; yours may, as {key}.", key=check.code.replace("-", "_"))))
        return
    _print(rows)


def _kinds(check: _Rule) -> list[str]:
    if isinstance(check, Check):
        return [f"{kind}s" for kind in sorted(check.kinds)]
    return ["sets" if isinstance(check, SetCheck) else "words"]


def _rows(check: _Rule, preset: Preset) -> list[tuple[str, ...]]:
    """One row for each level of each kind: preset, kind, severity, limit, where it was read and when."""
    if isinstance(check, SetCheck):
        stated = [("sets", check.limit(preset.sets.limits))] if Kind.IMAGE in preset.takes else []
    elif isinstance(check, WordCheck):
        stated = [("words", check.limit(preset.words.limits))]
    else:
        kinds = [kind for kind in sorted(check.kinds) if kind in preset.takes]
        stated = [(f"{kind}s", check.limit(getattr(preset, kind.value).limits)) for kind in kinds]
    return [
        (
            preset.id,
            _told(term(name)),
            _told(term(severity.value)),
            f"{limit_value(level.model_dump(mode='json')['value'])} {level.unit}",
            f"{preset.sources[level.source]} ({level.seen})",
        )
        for name, limit in stated
        if limit is not None
        for severity, level in limit.levels()
    ]


def _print(rows: list[tuple[str, ...]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    heads = (say("preset"), say("for"), say("weight"), say("limit"), say("read in (seen)"))
    for number, head in enumerate(heads):
        table.add_column(_told(head), overflow="fold", no_wrap=number < 3)
    for row in rows:
        table.add_row(*map(Text, row))
    console = console_for_results()
    console.print()
    console.print(table)
