import pytest

from assetkit.facts import Kind
from assetkit.manifest.contract import ScreeningEntry, SoundEntry, SpanEntry, WindowEntry
from assetkit.manifest.marks import Mark, marks_of, trim_start
from assetkit.model import Output
from tests.factories import clip_info, seen
from tests.manifest.records import breach, entry

MADE = (Output("ready/a.mp4", "main", "1" * 64, 999, 90, 160, 20.0),)


def clip(*findings, outputs=MADE, **changed):
    """The record of a clip whose measurements and plan are as told."""
    facts = seen(clip_info())
    record = entry("a.mp4", kind=Kind.VIDEO, facts=facts, delivered=facts, findings=findings, outputs=outputs)
    for part in ("measurements", "plan"):
        for key, value in changed.get(part, {}).items():
            setattr(getattr(record, part), key, value)
    return record


def screening(**spans):
    sound = SoundEntry(
        loudness_lufs=None,
        true_peak_dbtp=None,
        flatness_db=0,
        dead_channels=[],
        silence=[SpanEntry(start=a, end=b) for a, b in spans.pop("silence", [])],
    )
    named = {
        name: [SpanEntry(start=a, end=b) for a, b in spans.get(name, [])] for name in ("black", "frozen", "flashes")
    }
    return ScreeningEntry(**named, sound=sound, damage=0)


def test_spans_of_the_screening_belong_to_their_findings():
    found = screening(black=[(0, 1.2)], frozen=[(4, 9)], flashes=[(10, 11)], silence=[(2, 8)])
    record = clip(
        breach("black-max"), breach("hook-black-max"), breach("no-flashing"), measurements={"screening": found}
    )
    assert marks_of(record) == [
        Mark("hook", 0, 3, ("hook-black-max",)),
        Mark("black", 0, 1.2, ("black-max", "hook-black-max")),
        Mark("frozen", 4, 9),
        Mark("flashes", 10, 11, ("no-flashing",)),
        Mark("silence", 2, 8),
    ]


def test_what_is_cut_off_and_what_is_damaged_is_marked():
    found = screening()
    found.sound.clipped.append(SpanEntry(start=1, end=2))
    found.damaged.append(3.5)
    record = clip(breach("undamaged"), measurements={"screening": found})
    assert marks_of(record) == [Mark("clipped", 1, 2), Mark("damaged", 3.5, 3.5, ("undamaged",))]


def test_what_is_the_sources_is_told_in_the_time_of_the_output():
    windows = [WindowEntry(time=t, box=(0, 0, 9, 16), move=m) for t, m in ((0, "hold"), (5, "linear"), (9, "hold"))]
    record = clip(
        breach("text-coverage-max"),
        measurements={"text_coverage": 0.3, "text_coverage_seconds": 2.5, "shots": [(0, 5), (5, 30)]},
        plan={"trim_seconds": (3.0, 23.0), "windows": windows},
    )
    assert marks_of(record) == [
        Mark("text", 2.5, 2.5, ("text-coverage-max",)),
        Mark("shot", 2, 2),
        Mark("move", 2, 6),
    ]
    assert trim_start(record) == 3.0


def test_without_an_output_the_source_is_played():
    record = clip(outputs=(), measurements={"shots": [(0, 5), (5, 30)]}, plan={"trim_seconds": (3.0, 23.0)})
    assert marks_of(record) == [Mark("shot", 5, 5)]
    assert trim_start(record) == 0.0


@pytest.mark.parametrize("record", [entry(), entry(measurements=None, media=None, plan=None)])
def test_nothing_to_mark(record):
    assert marks_of(record) == []
