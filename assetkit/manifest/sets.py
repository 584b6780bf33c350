"""Sets judged by the records of their slides: the same while a run goes on, after it, and in the next one."""

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from assetkit.checks.holding import joined
from assetkit.checks.sets import check_set
from assetkit.checks.words import check_words
from assetkit.geometry import Size
from assetkit.judgement import Severity, Status
from assetkit.manifest.contract import AssetEntry, SetEntry, SlideEntry
from assetkit.manifest.entries import findings_of, unchecked_of, words_entry
from assetkit.preset import Preset
from assetkit.sets import AssetSet, SetFacts, Slide

HELD_BACK = "set-held-back"
_DAY = 86400
_ORDER = (Status.READY, Status.REVIEW, Status.REJECTED)


def judge_sets(
    sets: Iterable[AssetSet], entries: Mapping[str, AssetEntry], preset: Preset, ages: Mapping[str, int | None]
) -> list[SetEntry]:
    """The records of the sets all of whose slides are in `entries` (by path); `ages` of their files in days."""
    whole = [found for found in sets if all(path in entries for path in found.slides)]
    covers = {found.id: likeness(entries[found.slides[0]]) for found in whole}
    judged = []
    for found in whole:
        others = (each for each in whole if each is not found and are_beside(each.slides[0], found.slides[0]))
        beside = [(each.id, covers[each.id]) for each in others]
        slides = [entries[path] for path in found.slides]
        judged.append(set_entry(found, slides, preset, ages, beside=beside))
    return judged


def set_entry(
    found: AssetSet,
    slides: Sequence[AssetEntry],
    preset: Preset,
    ages: Mapping[str, int | None],
    *,
    beside: Sequence[tuple[str, int | None]] = (),
) -> SetEntry:
    """The record of one set, by those of its slides, in order."""
    seen = tuple(_slide(entry, ages.get(entry.source.path)) for entry in slides)
    said = check_words(found.words, preset.words.limits, preset.sources)
    judgement = joined((said, check_set(SetFacts(found, seen, tuple(beside)), preset.sets.limits, preset.sources)))
    own = [own_status(entry) for entry in slides]
    status = max((judgement.status, *own), key=_ORDER.index)
    worst = slides[own.index(status)].source.path if status in own and status is not Status.READY else None
    outputs = [next((o.path for o in entry.outputs if o.role == "main"), None) for entry in slides]
    return SetEntry(
        id=found.id,
        status=status.value,
        worst=worst,
        is_published=all(outputs),
        slides=[
            SlideEntry(path=entry.source.path, status=mine.value, output=output)
            for entry, mine, output in zip(slides, own, outputs, strict=True)
        ],
        missing=list(found.missing),
        findings=findings_of(judgement),
        not_checked=unchecked_of(judgement.not_checked),
        words=words_entry(found.words),
    )


def own_status(entry: AssetEntry) -> Status:
    """What a slide is by itself: what its set made of it says so."""
    held = next((finding for finding in entry.findings if finding.code == HELD_BACK), None)
    return Status(entry.status if held is None else str(held.measured))


def decisive(entry: SetEntry | AssetEntry) -> list[str]:
    """The codes of the findings of a set, or of a slide, that its status comes of."""
    required = [f.code for f in entry.findings if f.severity == Severity.REQUIRED.value]
    return required or [f.code for f in entry.findings if f.needs_person]


def age_days(path: Path) -> int | None:
    """For how many whole days a file has not changed; None if that cannot be known."""
    try:
        return max(0, int((now() - path.stat().st_mtime) / _DAY))
    except OSError:
        return None


def now() -> float:
    """The time of day, in seconds."""
    return time.time()


def _slide(entry: AssetEntry, age: int | None) -> Slide:
    made = next((output for output in entry.outputs if output.role == "main"), None)
    size = made or (entry.plan.size if entry.plan else None)
    return Slide(
        path=entry.source.path,
        kind=entry.source.kind,
        size=Size(size.width, size.height) if size else None,
        likeness=likeness(entry),
        age_days=age,
    )


def likeness(entry: AssetEntry) -> int | None:
    """The perceptual hash of what was, or would be, delivered of a slide."""
    told = entry.measurements.likeness if entry.measurements else None
    return None if told is None else int(told, 16)


def are_beside(one: str, other: str) -> bool:
    """True if sets with these slides are of one campaign: in one folder, or each in a folder of its own within one."""
    here, there = (PurePosixPath(slide).parent for slide in (one, other))
    return here == there or here.parent == there.parent
