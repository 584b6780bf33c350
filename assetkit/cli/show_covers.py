"""The covers of one clip as a table."""

from pathlib import Path

from rich.table import Table
from rich.text import Text

from assetkit.cli.rows import COLOURS, on_one_line
from assetkit.cli.show import console_for_results
from assetkit.manifest.contract import CoverChoice, CoverSet
from assetkit.model import Status
from assetkit.timecode import timecode


def show_covers(taken: CoverSet, output: Path, wanted: int) -> None:
    """Print number, time, score and verdict of each cover, what speaks for and against it, and where it lies."""
    console = console_for_results()
    if not taken.covers:
        console.print("no cover: every frame that was looked at is black or blank", highlight=False)
        return
    table = Table(show_lines=False, pad_edge=False, box=None, header_style="bold")
    for name in ("#", "time", "score", "verdict"):
        table.add_column(name, no_wrap=True, justify="left" if name == "verdict" else "right")
    table.add_column("what and why", overflow="fold", ratio=3)
    table.add_column("file", overflow="fold", ratio=2)
    for number, cover in enumerate(taken.covers, 1):
        status = Text(cover.status, style=COLOURS[Status(cover.status)])
        file = on_one_line(cover.output.path) if cover.output else "not written"
        at, score = timecode(cover.time_seconds or 0), f"{cover.score or 0:.2f}"
        table.add_row(str(number), at, score, status, Text(_words(cover)), Text(file))
    console.print(table)
    usable = sum(cover.status != Status.REJECTED.value for cover in taken.covers)
    if usable < wanted:
        fewer = (
            f"{usable} of {wanted}: no more pictures were found that differ, are fit to be seen and keep the limits."
        )
        console.print(fewer, highlight=False, markup=False, soft_wrap=True)
    if taken.sheet:
        console.print(f"Contact sheet: {output / taken.sheet}", highlight=False, markup=False, soft_wrap=True)


def _words(cover: CoverChoice) -> str:
    """What the score saw, then what the limits say."""
    seen = cover.actions[0].rpartition(": ")[2] if cover.actions else ""
    said = [f"{f.message}: {f.fix}" if f.severity == "required" else f.message for f in cover.findings]
    said += [f"not checked: {n.code} ({n.reason})" for n in cover.not_checked]
    return "; ".join([*([seen] if seen else []), *said])
