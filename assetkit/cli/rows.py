"""Verdicts as rows of fixed columns, so that each can be printed as soon as it is known."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from assetkit.cli import language
from assetkit.facts import Kind
from assetkit.judgement import Severity, Status
from assetkit.model import Method, Outcome
from assetkit.wording import in_language, say, term

COLOURS = {Status.READY: "green", Status.REVIEW: "yellow", Status.REJECTED: "red"}
_VERDICT = 11  # cells; the longest word of either language
_FACTS, _WIDE = 34, 120  # cells of the column of facts, and the width from which there is room for one


def heading(width: int) -> Table:
    """The names of the columns, on a console so many cells wide."""
    names = [say("asset"), say("verdict"), say("facts"), say("what and why")]
    return _row([Text(_told(name), style="bold") for name in names], width, is_heading=True)


def row(outcome: Outcome, width: int) -> Table:
    """One asset: its name, verdict, facts, and why it is not ready or what was done."""
    verdict = Text(_told(term(outcome.status.value)), style=COLOURS[outcome.status])
    facts = Text(_facts(outcome), style="dim")
    return _row([Text(on_one_line(outcome.source.relative)), verdict, facts, Text(summary(outcome))], width)


def _row(cells: list[Text], width: int, *, is_heading: bool = False) -> Table:
    name, verdict, facts, why = cells
    if width < _WIDE and not is_heading and facts:
        why = Text("\n").join([facts, why])
    table = Table(box=None, pad_edge=False, show_header=False, width=width)
    table.add_column(width=max(12, width // 5), overflow="fold")
    table.add_column(width=_VERDICT, overflow="fold")
    if width >= _WIDE:
        table.add_column(width=_FACTS, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    table.add_row(*([name, verdict, facts, why] if width >= _WIDE else [name, verdict, why]))
    return table


def on_one_line(name: str) -> str:
    """A file's name with its line breaks and control codes spelt out: they would break the table, or the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def _told(text: str) -> str:
    return in_language(text, language.language())


def _facts(outcome: Outcome) -> str:
    """Of what is delivered: size in pixels, format, bytes, seconds, share under text."""
    facts = outcome.delivered or outcome.facts
    if facts is None:
        return ""
    info, covered = facts.info, facts.measurements.text_coverage
    told = [f"{info.display_size} px", info.format, _bytes(info.bytes)]
    if info.kind is Kind.VIDEO and info.duration is not None:
        told.append(f"{float(info.duration):.1f} s")
    if covered is not None:
        told.append(_told(say("text {share:.0%}", share=covered.share)))
    return ", ".join(told)


def _bytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def summary(outcome: Outcome) -> str:
    """Why it is not ready; or what was done, and what to know."""
    findings = outcome.judgement.findings
    if outcome.status is Status.REJECTED:
        broken = [f for f in findings if f.severity is Severity.REQUIRED]
        return _joined([say("{message}: {fix}", message=f.message, fix=f.fix) for f in broken])
    said: list[str] = list(outcome.actions)
    if outcome.plan and outcome.plan.method is Method.COPY and not said:
        said.append(say("already compliant"))
    said += [say("{weight}: {message}", weight=term(f.severity.value), message=f.message) for f in findings]
    said += [say("not checked: {code} ({reason})", code=n.code, reason=n.reason) for n in outcome.judgement.not_checked]
    return _joined(said)


def _joined(sentences: Sequence[str]) -> str:
    return ("；" if language.language() == "zh" else "; ").join(map(_told, sentences))
