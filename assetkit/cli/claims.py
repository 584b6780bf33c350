"""`assetkit claims`."""

import sys

import click

from assetkit import api
from assetkit.claims.claim import PRODUCTS
from assetkit.cli import language, options
from assetkit.cli.rows import on_one_line
from assetkit.errors import ExitCode
from assetkit.manifest.claims import ClaimEntry, ClaimsReport, MissingStatement
from assetkit.wording import UNSAID, in_language, say

_VERDICTS = {
    "pass": say("nothing found"),
    "review": say("for a person to judge"),
    "reject": say("may not be published"),
}


@click.command("claims")
@click.argument("file", metavar="FILE|-")
@click.option(
    "--category",
    "products",
    multiple=True,
    type=click.Choice(PRODUCTS),
    metavar="PRODUCT",
    help=f"What is advertised, more than once if need be: {', '.join(PRODUCTS)}.",
)
@options.engine_alone
@click.option("--json", "as_json", is_flag=True, help="Print lines, hits, bases and suggestions as JSON.")
@options.deadline
@language.option
def command(file: str, products: tuple[str, ...], engine: str, as_json: bool, deadline: float) -> int:
    """Look in a text or on a picture for words that an ad may not carry, and say why and what instead.

    FILE is a text or a still; - reads a text from standard input. A pre-check, not legal advice.
    """
    if file == "-":
        found = api.claims_in(sys.stdin.buffer.read(), products=products)
    else:
        found = api.claims(file, products=products, engine=engine, deadline_seconds=deadline)
    click.echo(found.model_dump_json(indent=2, by_alias=True) if as_json else _shown(found))
    return ExitCode.ALL_READY if found.verdict == "pass" else ExitCode.NOT_ALL_READY


def _shown(found: ClaimsReport) -> str:
    """The report as text, worst first, in the language that was asked for."""
    hits = sorted(found.claims, key=lambda claim: claim.verdict != "reject")
    blocks = [_told(_VERDICTS[found.verdict])]
    blocks += [_hit(claim) for claim in hits] + [_missing(each) for each in found.missing]
    rest = found.not_checked_zh if language.language() == "zh" else found.not_checked
    note = found.note_zh if language.language() == "zh" else found.note
    return "\n".join([*blocks, _told(say("not checked: {what}", what=_joined(rest))), note])


def _hit(claim: ClaimEntry) -> str:
    head = say(
        "{verdict}: {matched} (in: {context}){place}",
        verdict=say("reject") if claim.verdict == "reject" else say("review"),
        matched=on_one_line(claim.matched),
        context=on_one_line(claim.context),
        place=_place(claim),
    )
    return "\n".join(
        [
            _told(head),
            f"  {_either(claim.basis, claim.basis_zh)}",
            f"  {_either(claim.suggestion, claim.suggestion_zh)}",
        ]
    )


def _place(claim: ClaimEntry) -> str:
    if not claim.boxes:
        return UNSAID
    left, top, right, bottom = claim.boxes[0]
    return say(
        " at {left},{top} to {right},{bottom} px, read with {share:.0%}",
        left=left, top=top, right=right, bottom=bottom, share=claim.confidence,
    )  # fmt: skip


def _missing(statement: MissingStatement) -> str:
    head = say("not found, and required: {words}", words=_either(statement.words, statement.words_zh))
    return f"{_told(head)}\n  {_either(statement.basis, statement.basis_zh)}"


def _joined(parts: list[str]) -> str:
    return ("；" if language.language() == "zh" else "; ").join(parts)


def _either(english: str, chinese: str) -> str:
    return chinese if language.language() == "zh" else english


def _told(text: str) -> str:
    return in_language(text, language.language())
