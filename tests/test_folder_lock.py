import json
import os
import threading

import pytest

from assetkit import folder_lock
from assetkit.folder_lock import CLAIM_NAME, Claim, Held, Holder, claim, is_gone, read_holder

ME = Holder("here", 10, "boot:5", "now", "mine")


def holder(**more):
    return Holder(**({"host": "here", "pid": 20, "process": "boot:9", "since": "then", "token": "other"} | more))


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(folder_lock, "STALE_SECONDS", 0.3)
    monkeypatch.setattr(folder_lock, "_SETTLE_SECONDS", 0.01)


def left(folder, **more):
    """The mark of somebody else."""
    one = holder(**more)
    folder_lock._write(folder / CLAIM_NAME, one)
    return one


@pytest.mark.parametrize(
    ("other", "now", "gone"),
    [
        ({}, "boot:9", False),  # alive
        ({}, None, True),  # dead
        ({}, "boot:7", True),  # another process took its id
        ({}, "", None),  # alive, and nobody knows since when
        ({"process": ""}, "boot:7", None),
        ({"host": "there"}, None, None),  # another machine's processes cannot be asked
        ({"pid": 10}, "boot:5", True),  # we, before the container was started again
        ({"pid": 10, "token": "held"}, "boot:5", False),  # we, in another thread
    ],
)
def test_whether_a_holder_is_gone(other, now, gone):
    assert is_gone(holder(**other), ME, lambda _: now, {"held"}) is gone


def test_a_folder_is_held_by_one(tmp_path):
    with claim(tmp_path):
        assert read_holder(tmp_path / CLAIM_NAME).pid == os.getpid()
        with pytest.raises(Held, match=f"process {os.getpid()} on"), claim(tmp_path):
            pass
    assert not list(tmp_path.iterdir())
    with claim(tmp_path):
        pass


def test_a_dead_holder_is_taken_over_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(folder_lock, "STALE_SECONDS", 3600)
    here = folder_lock._myself()
    left(tmp_path, host=here.host, pid=2**22 + 1)
    with claim(tmp_path) as mine:
        assert mine.is_there()


def test_a_holder_elsewhere_is_taken_over_when_its_beat_stops(tmp_path, quick):
    left(tmp_path, host="elsewhere")
    with claim(tmp_path) as mine:
        assert mine.is_there()


def test_a_holder_elsewhere_that_beats_is_left_alone(tmp_path, quick):
    other, over = Claim(tmp_path / CLAIM_NAME, left(tmp_path, host="elsewhere")), threading.Event()

    def beat():
        while not over.wait(0.02):
            other.renew()

    beating = threading.Thread(target=beat)
    beating.start()
    try:
        with pytest.raises(Held, match="elsewhere"), claim(tmp_path):
            pass
    finally:
        over.set()
        beating.join()
    assert other.is_there()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"host": 1}'])
def test_what_says_nothing_is_taken_over_when_it_stays_so(tmp_path, quick, text):
    (tmp_path / CLAIM_NAME).write_text(text)
    with claim(tmp_path) as mine:
        assert mine.is_there()


def test_who_was_taken_over_knows_and_takes_nothing_away(tmp_path):
    with claim(tmp_path) as mine:
        other = left(tmp_path)
        mine.renew()
        assert mine.is_lost
    assert read_holder(tmp_path / CLAIM_NAME) == other


def test_a_share_that_is_away_costs_nothing(tmp_path):
    folder = tmp_path / "share"
    folder.mkdir()
    with claim(folder) as mine:
        folder.rename(tmp_path / "away")
        mine.renew()
        assert not mine.is_there()
        assert not folder.exists()
        folder.mkdir()  # the empty place under a mount
        mine.renew()
        assert not list(folder.iterdir())
        folder.rmdir()
        (tmp_path / "away").rename(folder)
        mine.renew()
        assert mine.is_there()
        assert not mine.is_lost
        assert json.loads((folder / CLAIM_NAME).read_text())["beat"] == 1
        (folder / CLAIM_NAME).unlink()
        mine.renew()
        assert not mine.is_there()
        mine.restore()
        assert mine.is_there()
