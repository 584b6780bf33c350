"""The slides of sets, gathered until a set is whole; then judged, published and recorded together, or not at all."""

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from assetkit.errors import AssetError
from assetkit.judgement import Finding, Severity, Status
from assetkit.manifest.contract import SetEntry
from assetkit.manifest.entries import asset_entry
from assetkit.manifest.sets import HELD_BACK, age_days, decisive, own_status, set_entry
from assetkit.model import Outcome
from assetkit.preset import Preset
from assetkit.publish import publish_together, withdraw
from assetkit.record import Record
from assetkit.run import Run
from assetkit.sets import AssetSet
from assetkit.wording import Said, bilingual, commas, say, semicolons, term

_log = logging.getLogger(__name__)


class Gathering:
    """What is finished goes into the record; a slide, once all of its set is finished. Several threads may add."""

    def __init__(self, sets: Iterable[AssetSet], record: Record, preset: Preset, run: Run) -> None:
        self._sets = {found.id: found for found in sets}
        self._record, self._preset, self._run = record, preset, run
        self._lock = threading.RLock()
        self._waiting: dict[str, dict[str, Outcome]] = {}
        self._published: dict[str, tuple[Outcome, ...]] = {}
        self._settled: dict[str, tuple[Outcome, ...]] = {}

    def early(self, outcome: Outcome) -> None:
        """Add an outcome before its turn. What cannot be written now is tried again, and told, when its turn comes."""
        if outcome.source.slot is None:
            self._record.early(outcome)
            return
        try:
            self._gather(outcome)
        except Exception as error:
            _log.info("the set of %s is recorded later: %s", outcome.source.relative, error)

    def taken(self, outcome: Outcome) -> tuple[Outcome, ...]:
        """Add an outcome in its turn; return what is final with it, in order: all of a set with its last slide.

        Raises OSError.
        """
        slot = outcome.source.slot
        if slot is None:
            self._record.add(outcome)
            return (outcome,)
        self._gather(outcome)
        return self._settled.pop(slot.set) if slot.number == slot.count else ()

    def recalled(self, outcome: Outcome) -> tuple[Outcome, ...]:
        """Pass on an outcome that is in the record already: all of a set with its last slide."""
        slot = outcome.source.slot
        if slot is None:
            return (outcome,)
        there = self._waiting.setdefault(slot.set, {})
        there[outcome.source.relative] = outcome
        return tuple(self._waiting.pop(slot.set).values()) if slot.number == slot.count else ()

    def _gather(self, outcome: Outcome) -> None:
        slot = outcome.source.slot
        assert slot is not None  # noqa: S101 - only slides are gathered
        with self._lock:
            if slot.set in self._settled:
                return
            there = self._waiting.setdefault(slot.set, {})
            there.setdefault(outcome.source.relative, outcome)
            found = self._sets[slot.set]
            if len(there) < len(found.slides):
                return
            if slot.set not in self._published:  # what could not be recorded then was published all the same
                slides = [there[path] for path in found.slides]
                self._published[slot.set] = settle(found, slides, self._preset, self._run)
            self._record.add_together(slot.set, self._published[slot.set])
            self._settled[slot.set] = self._published.pop(slot.set)
            del self._waiting[slot.set]


def settle(found: AssetSet, slides: Sequence[Outcome], preset: Preset, run: Run) -> tuple[Outcome, ...]:
    """Judge a set all of whose slides are finished, and publish it if it may be: all of it or nothing.

    With `partial_sets` slides are what they are by themselves, and those that are not rejected are published.
    """
    ages = {slide.source.relative: age_days(slide.source.path) for slide in slides}
    entry = set_entry(found, [asset_entry(slide) for slide in slides], preset, ages)
    why = _why(entry, slides)
    judged = tuple(slides) if run.partial_sets else tuple(_judged(slide, entry, why) for slide in slides)
    if run.output is None or not any(slide.held for slide in judged):
        return judged
    try:
        return _published(found, judged, run.output, run)
    except AssetError as error:
        finding = Finding(error.code, Severity.REQUIRED, error.detail, fix=error.fix)
        return tuple(_with(slide, finding) for slide in judged)


def _published(found: AssetSet, judged: Sequence[Outcome], folder: Path, run: Run) -> tuple[Outcome, ...]:
    parts = [(each.source, each.status, [] if each.status is Status.REJECTED else each.held) for each in judged]
    try:
        made = publish_together(found.id, parts, folder, overwrite=run.overwrite, work=run.work)
    except OSError:
        if run.work is not None:
            withdraw(run.work, folder, found.id)
        raise
    return tuple(replace(each, outputs=outputs, held=()) for each, outputs in zip(judged, made, strict=True))


def _judged(slide: Outcome, entry: SetEntry, why: Said) -> Outcome:
    """A slide that is better than its set waits for it: where a slide is rejected, no other is published."""
    if entry.status == slide.status.value:
        return slide
    own = own_status(asset_entry(slide))
    if entry.status == Status.REJECTED.value:
        message = say("held back with its set {name}: {why}", name=entry.id, why=why)
        fix = say("mend that, or pass --partial-sets")
        return _with(slide, Finding(HELD_BACK, Severity.REQUIRED, message, measured=own.value, fix=fix))
    message = say("goes to review with its set {name}: {why}", name=entry.id, why=why)
    fix = say("look at the whole set")
    return _with(slide, Finding(HELD_BACK, Severity.NOTE, message, measured=own.value, fix=fix, needs_person=True))


def _why(entry: SetEntry, slides: Sequence[Outcome]) -> Said:
    """What a set's verdict comes of: its worst slide, or what is wrong with all of it."""
    if entry.worst is None:
        codes = decisive(entry)
        reasons = [bilingual(f.message, f.message_zh) for f in entry.findings if f.code in codes]
        reasons = reasons or [bilingual(n.reason, n.reason_zh) for n in entry.not_checked]
        broken = commas(codes or [n.code for n in entry.not_checked])
        return say("the set breaks {codes}: {reasons}", codes=broken, reasons=semicolons(reasons))
    number, slide = next((n, s) for n, s in enumerate(slides, 1) if s.source.relative == entry.worst)
    told = commas(decisive(asset_entry(slide)) or [n.code for n in slide.judgement.not_checked])
    name, status = slide.source.path.name, term(entry.status)
    return say("slide {number}, {name}, is {status} ({codes})", number=number, name=name, status=status, codes=told)


def _with(slide: Outcome, finding: Finding) -> Outcome:
    """The slide with one more finding, and the status that comes of it."""
    judgement = replace(slide.judgement, findings=(finding, *slide.judgement.findings))
    status = Status.REVIEW if slide.status is Status.REVIEW and judgement.status is Status.READY else judgement.status
    held = () if status is Status.REJECTED else slide.held
    return replace(slide, judgement=judgement, status=status, held=held)
