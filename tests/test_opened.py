"""A source that several presets judge: read and measured once, and each says of it what it says alone."""

from collections import Counter
from dataclasses import replace

import pytest

from assetkit import measure, preset_file
from assetkit.facts import Source
from assetkit.judgement import Status
from assetkit.manifest.entries import asset_entry
from assetkit.media import stills
from assetkit.media.medium import StillMedium
from assetkit.notes import NO_NOTES, Notes
from assetkit.opened import Opened
from assetkit.pipeline import process_asset
from assetkit.run import Run
from assetkit.text import detector
from tests.factories import gradient
from tests.real_clips import ffmpeg, moving

PRESETS = [preset_file.load(name) for name in ("xhs-ad", "instagram-feed", "instagram-story")]


@pytest.fixture
def looks(monkeypatch):
    """Count how often pixels are read and text is looked for."""
    counted = Counter()
    paddle, load = detector("paddle", 1), stills._loaded

    class Counting:
        def detect(self, pixels, **_):
            counted["text"] += 1
            return paddle.detect(pixels)

    def loaded(image):
        counted["decoded"] += 1
        return load(image)

    monkeypatch.setattr(measure, "detector", lambda engine, threads: Counting())
    monkeypatch.setattr(stills, "_loaded", loaded)
    return counted


def judged(path, opened=None):
    """What `inspect` says for each preset; each opens the file itself, or all share one."""
    source = Source(str(path), path.name, path.stem)
    outcomes = [process_asset(source, p, Run(), opened=opened and opened(source)) for p in PRESETS]
    return [asset_entry(replace(outcome, seconds=0)) for outcome in outcomes]


def sharing():
    """One opened source for all presets."""
    found = {}

    def opened(source):
        return found.setdefault(source.path, Opened(source, Notes()))

    return opened


def test_a_still_is_read_once_for_all_presets(tmp_path, looks):
    path = tmp_path / "photo.png"
    gradient(1500, 1125).save(path)
    alone = judged(path)
    spent = looks.copy()
    looks.clear()
    assert judged(path, sharing()) == alone
    assert looks == {"text": 1, "decoded": 1}
    assert spent == {"text": 2, "decoded": 3}  # nothing is cropped for the feed, so its text does not matter


def test_it_is_read_again_for_an_output_that_needs_another_scale(tmp_path, looks):
    """Of a JPEG of this size a feed needs half, a story all: each is judged by the pixels it would have alone."""
    path = tmp_path / "photo.jpg"
    gradient(3000, 2250).save(path, quality=95)
    alone = judged(path)
    looks.clear()
    assert judged(path, sharing()) == alone
    assert looks["decoded"] == 2


def test_a_clip_is_measured_once_for_all_presets(tmp_path, looks):
    path = tmp_path / "clip.mp4"
    ffmpeg(*moving("640x360", seconds=4), path)
    alone = judged(path)
    spent = looks.copy()
    looks.clear()
    assert judged(path, sharing()) == alone
    assert looks["text"] < 0.6 * spent["text"]


def test_a_damaged_one_is_told_the_same_each_time(tmp_path):
    path = tmp_path / "cut.jpg"
    gradient(3000, 2250).save(path, quality=95)
    path.write_bytes(path.read_bytes()[:20_000])
    entries = judged(path, sharing())
    assert entries == judged(path)
    assert {entry.status for entry in entries} == {Status.REJECTED.value}
    assert len({entry.findings[0].message for entry in entries}) == 1


def test_a_picture_read_at_another_scale_is_another(tmp_path):
    path = tmp_path / "photo.jpg"
    gradient(3200, 2400).save(path, quality=95)
    medium = StillMedium(path, "JPEG")
    info = medium.info.display_size
    small = replace(info, width=800, height=600)
    first = medium.frames(small, 1, 500)[0][1]
    assert medium.frames(small, 1, 500)[0][1] is first
    assert medium.frames(info, 1, 500)[0][1] is not first
    assert medium._decoded().image.size == (3200, 2400)
    assert medium.frames(small, 1, 500)[0][1] is first
    assert medium._decoded().image.size == (800, 600)


def test_a_memory_keeps_what_it_was_asked_about():
    notes, asked = Notes(), []
    for _ in range(50):  # a new one may well stand where the last one stood
        notes.recall(object(), "what", lambda: asked.append(1))
    assert len(asked) == 50


def test_what_comes_one_by_one_is_waited_for_only_where_it_is_kept():
    asked = []

    def things():
        for n in range(3):
            asked.append(n)
            yield n

    assert next(iter(NO_NOTES.replay("it", "what", things))) == 0
    assert asked == [0]
    notes = Notes()
    assert [list(notes.replay("it", "what", things)) for _ in range(2)] == [[0, 1, 2]] * 2
    assert asked == [0, 0, 1, 2]
