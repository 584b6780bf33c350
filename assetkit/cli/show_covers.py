"""The covers of one clip as a table."""

from pathlib import Path

from rich.table import Table
from rich.text import Text

from assetkit.cli import language
from assetkit.cli.rows import COLOURS, on_one_line
from assetkit.cli.show import console_for_results
from assetkit.judgement import Status
from assetkit.manifest.contract import CoverChoice, CoverSet
from assetkit.timecode import timecode
from assetkit.wording import in_language, say, term


def show_covers(taken: CoverSet, output: Path, wanted: int) -> None:
    """Print number, time, score and verdict of each cover, what speaks for and against it, and where it lies."""
    console = console_for_results()
    if not taken.covers:
        console.print(_told(say("no cover: every frame that was looked at is black or blank")), highlight=False)
        return
    table = Table(show_lines=False, pad_edge=False, box=None, header_style="bold")
    for name in ("#", say("time"), say("score")):
        table.add_column(_told(name), no_wrap=True, justify="right")
    table.add_column(_told(say("verdict")), no_wrap=True)
    table.add_column(_told(say("what and why")), overflow="fold", ratio=3)
    table.add_column(_told(say("file")), overflow="fold", ratio=2)
    for number, cover in enumerate(taken.covers, 1):
        status = Text(_told(term(cover.status)), style=COLOURS[Status(cover.status)])
        file = on_one_line(cover.output.path) if cover.output else _told(say("not written"))
        at, score = timecode(cover.time_seconds or 0), f"{cover.score or 0:.2f}"
        table.add_row(str(number), at, score, status, Text(_words(cover)), Text(file))
    console.print(table)
    usable = sum(cover.status != Status.REJECTED.value for cover in taken.covers)
    if usable < wanted:
        fewer = say(
            "{usable} of {wanted}: no more pictures were found that differ, are fit to be seen and keep the limits.",
            usable=usable,
            wanted=wanted,
        )
        console.print(_told(fewer), highlight=False, markup=False, soft_wrap=True)
    if taken.sheet:
        console.print(
            f"{_told(say('Contact sheet'))}: {output / taken.sheet}", highlight=False, markup=False, soft_wrap=True
        )


def _words(cover: CoverChoice) -> str:
    """What the score saw, then what the limits say."""
    is_chinese = language.language() == "zh"
    actions = cover.actions_zh if is_chinese else cover.actions
    seen = [actions[0].rpartition("：" if is_chinese else ": ")[2]] if actions else []
    for f in cover.findings:
        message, fix = (f.message_zh, f.fix_zh) if is_chinese else (f.message, f.fix)
        seen.append(_told(say("{message}: {fix}", message=message, fix=fix)) if f.severity == "required" else message)
    for n in cover.not_checked:
        reason = n.reason_zh if is_chinese else n.reason
        seen.append(_told(say("not checked: {code} ({reason})", code=n.code, reason=reason)))
    return ("；" if is_chinese else "; ").join(seen)


def _told(text: str) -> str:
    return in_language(text, language.language())
