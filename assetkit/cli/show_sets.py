"""Sets on the terminal: a line each, with what holds it back."""

from assetkit.cli import language
from assetkit.cli.rows import on_one_line
from assetkit.discover import Discovery
from assetkit.manifest.contract import SetEntry
from assetkit.manifest.sets import decisive
from assetkit.recording import Batch
from assetkit.wording import UNSAID, Said, commas, in_language, say, term

_NAMED = 3


def set_lines(batch: Batch) -> list[str]:
    """What became of each set, and its findings."""
    judged = batch.manifest().sets if batch.found.sets else []
    return [line for entry in judged for line in _of(entry)]


def hint_lines(found: Discovery) -> list[str]:
    """A hint where names look like sets that nobody asked for."""
    if not found.likely:
        return []
    names = commas([on_one_line(name) for name in found.likely[:_NAMED]])
    hint = say("Numbered like slides: {names}. --sets name judges and delivers them as carousels.", names=names)
    return [_told(hint)]


def _of(entry: SetEntry) -> list[str]:
    head = say(
        "Set {name}: {status}, {count} slides{why}",
        name=on_one_line(entry.id),
        status=term(entry.status),
        count=len(entry.slides),
        why=_why(entry),
    )
    findings = [
        f"  {_told(term(f.severity))}: {f.message_zh if language.language() == 'zh' else f.message}"
        for f in entry.findings
    ]
    return [_told(head), *findings]


def _why(entry: SetEntry) -> Said:
    """The slide that holds a set back, or the set's own findings."""
    if entry.status == "ready":
        return UNSAID
    if entry.worst is None:
        return say(", for {codes}", codes=commas(decisive(entry)))
    number = next(n for n, slide in enumerate(entry.slides, 1) if slide.path == entry.worst)
    return say(", for slide {number}, {name}", number=number, name=on_one_line(entry.worst))


def _told(text: str) -> str:
    return in_language(text, language.language())
