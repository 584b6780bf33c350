import errno
import io
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from assetkit.errors import SetupError
from assetkit.manifest import packed
from assetkit.manifest.contract import Manifest
from assetkit.manifest.packed import Entries, Shelf, streamed
from assetkit.manifest.write import as_json, json_parts
from tests.manifest.records import as_csv, breach, entry, manifest

ASSETS = [entry("b.jpg"), entry("\u65b0\u54c1/a.jpg", findings=[breach()], status="rejected"), entry("c.mp4")]


def test_entries_come_out_as_they_went_in():
    kept = Entries(map(Shelf().packed, ASSETS))
    assert list(kept) == ASSETS
    assert (kept[1], list(kept[1:]), len(kept)) == (ASSETS[1], ASSETS[1:], 3)
    assert Shelf().packed(ASSETS[0]).text == ASSETS[0].model_dump_json()


def test_a_streamed_record_is_written_as_an_open_one():
    whole = manifest(*ASSETS)
    record = streamed(whole.tool, whole.preset, Entries(map(Shelf().packed, ASSETS)), whole.skipped)
    assert (record.summary.rejected, record.summary.review) == (1, 0)
    written = b"".join(json_parts(record)).decode()
    assert written == as_json(whole.model_copy(update={"summary": record.summary}))
    assert Manifest.model_validate_json(written).assets == ASSETS
    assert as_csv(record) == as_csv(whole)


def test_entries_beyond_what_memory_holds_are_read_back(monkeypatch):
    monkeypatch.setattr(packed, "_IN_MEMORY", 2000)
    shelf, names = Shelf(), [f"{number:03}.jpg" for number in range(100)]
    with ThreadPoolExecutor(4) as crew:
        kept = list(crew.map(lambda name: shelf.packed(named(name)), names))
        assert list(crew.map(lambda each: each.entry.source.path, kept)) == names
    assert [each.entry for each in kept] == [named(name) for name in names]


def test_entries_may_be_read_between_others():
    shelf = Shelf()
    first, second = shelf.packed(named("a.jpg")), shelf.packed(named("b.jpg"))
    assert first.entry == named("a.jpg")
    third = shelf.packed(named("c.jpg"))
    assert [each.entry.source.path for each in (first, second, third)] == ["a.jpg", "b.jpg", "c.jpg"]


def named(name):
    entry = ASSETS[0].model_copy(deep=True)
    entry.source.path = name
    return entry


def test_no_room_for_entries_is_the_machine_s_fault_and_says_where(monkeypatch):
    monkeypatch.setattr(packed.tempfile, "tempdir", "/somewhere")
    monkeypatch.setattr(packed.tempfile, "SpooledTemporaryFile", lambda _: Full())
    with pytest.raises(SetupError, match=r"no room in /somewhere \(No space left on device\).*TMPDIR"):
        Shelf().packed(ASSETS[0])


class Full(io.BytesIO):
    def flush(self):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
