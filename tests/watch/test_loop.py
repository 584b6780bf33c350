"""The whole watcher, but for processes and the clock: assets are done in this one, by the real pipeline."""

import json
import os
import socket
import tempfile
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from assetkit.errors import SetupError, UserInputError
from assetkit.folder_lock import CLAIM_NAME, claim, read_holder
from assetkit.judgement import Finding, Judgement, Severity, Status
from assetkit.model import Outcome
from assetkit.pipeline import process_asset
from assetkit.run import Run
from assetkit.watch import door, loop
from assetkit.watch.door import Told, watcher
from assetkit.watch.loop import Orders
from tests.factories import gradient, noise, portrait, preset, quarters
from tests.test_api import files, written

NOBODY = Told()
WANTED = preset(image=portrait((60, 80)))


class Here:
    """A crew of nobody: what is submitted is done at once, or when it is let go."""

    def __init__(self, run, worked):
        self.work, self._run, self._worked = run.work, run, worked
        self.waiting = []
        self.is_slow = False
        self.instead = None

    def submit(self, source, done=None):
        self._worked.append(source.relative)
        future = Future()
        self.waiting.append((source, future))
        if not self.is_slow:
            self.work_off()
        return future

    def work_off(self):
        for source, future in self.waiting:
            outcome = self.instead(source) if self.instead else process_asset(source, WANTED, self._run)
            future.set_result(outcome)
        self.waiting.clear()

    def result(self, source, future):
        return future.result()


class Stage:
    """A watched folder with a clock of its own."""

    def __init__(self, root, monkeypatch):
        self.root, self.now, self.worked, self.said = root, 1000.0, [], []
        self.folder, self.output, self.archive = root / "in", root / "out", root / "archive"
        self.folder.mkdir()
        self.crew = None
        monkeypatch.setattr(loop, "crew", self._crew)
        clock = SimpleNamespace(monotonic=lambda: self.now, time=lambda: self.now, sleep=lambda _: None)
        monkeypatch.setattr(loop, "time", clock)

    @contextmanager
    def _crew(self, preset, run, jobs, inputs):
        assert all(path.exists() for path in inputs)  # what a cluster is asked to see
        with tempfile.TemporaryDirectory(prefix=".assetkit-work-", dir=self.output) as work:
            self.crew = Here(replace(run, work=Path(work)), self.worked)
            yield self.crew

    @contextmanager
    def watching(self, wanted=WANTED, told=NOBODY, **orders):
        given = Orders(self.folder, **({"settle": 0.0, "interval": 1.0} | orders))
        run = Run(self.output)
        said = lambda outcome: self.said.append((outcome.source.relative, outcome.status.value))  # noqa: E731
        with watcher(given, self.output, wanted, run, told=told, said=said) as one:
            try:
                yield one
            finally:
                one._leave(is_clean=True)

    def turns(self, one, count=4, seconds=1.0):
        for _ in range(count):
            one._turn()
            self.now += seconds

    def hands(self, one):
        """The crew, before there is anything to do."""
        return one._hands(SimpleNamespace(path=self.folder))

    def save(self, name, picture=None, **how):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        (picture or gradient(60, 80)).save(path, **how)
        return path


@pytest.fixture
def stage(tmp_path, monkeypatch):
    return Stage(tmp_path, monkeypatch)


def ours(folder):
    return [name for name in files(folder) if name not in ("assets.csv", "findings.csv", "manifest.json", "watch.json")]


def test_what_settles_is_processed_once_and_stays_where_it_is(stage):
    stage.save("a.jpg")
    with stage.watching() as one:
        stage.turns(one, 2)
        assert stage.worked == []
        stage.turns(one, 3)
        stage.save("sub/b.png", quarters(600, 800))
        (stage.folder / "half.jpg.part").write_bytes(b"x")
        (stage.folder / "empty.jpg").write_bytes(b"")
        stage.turns(one, 8)
    assert stage.worked == ["a.jpg", "sub/b.png"]
    assert stage.said == [("a.jpg", "ready"), ("sub/b.png", "ready")]
    assert ours(stage.output) == ["ready/a.jpg", "ready/sub/b.jpg"]
    assert written(stage.output)["summary"] == {"ready": 2, "review": 0, "rejected": 0, "interrupted": False}
    assert sorted(p.name for p in stage.folder.iterdir()) == ["a.jpg", "empty.jpg", "half.jpg.part", "sub"]


def test_a_restart_does_nothing_again_and_tells_nobody_twice(stage):
    stage.save("a.jpg")
    (stage.folder / "bad.txt").write_text("no picture")
    with stage.watching() as one:
        stage.turns(one)
    record = written(stage.output)
    stage.said.clear()
    with stage.watching() as one:
        stage.turns(one, 6)
    assert stage.worked == ["a.jpg", "bad.txt"]
    assert stage.said == []
    assert written(stage.output) == record


def test_sources_go_to_the_archive_when_they_are_done(stage):
    stage.save("sub/a.jpg")
    (stage.folder / "sub/a.jpg.assetkit.json").write_text('{"pad": true}')
    (stage.folder / "bad.txt").write_text("no picture")
    with stage.watching(archive=stage.archive) as one:
        stage.turns(one, 5)
    assert files(stage.archive) == [
        "done/sub/a.jpg", "done/sub/a.jpg.assetkit.json", "rejected/bad.txt", "rejected/bad.txt.reasons.txt",
    ]  # fmt: skip
    assert not [p for p in stage.folder.rglob("*") if p.is_file()]
    assert "not a" in (stage.archive / "rejected/bad.txt.reasons.txt").read_text()


def test_another_file_of_the_same_name_is_another_asset_where_sources_go(stage):
    with stage.watching(archive=stage.archive) as one:
        for quality in (90, 50):
            stage.save("a.jpg", quality=quality)
            stage.turns(one, 5)
        stage.save("a.jpg", quality=90)  # the first one once more
        stage.turns(one, 5)
    assert ours(stage.output) == ["ready/a-jpg.jpg", "ready/a.jpg"]
    assert files(stage.archive) == ["done/a (2).jpg", "done/a.jpg"]
    assert stage.worked == ["a.jpg", "a.jpg"]
    assert len(written(stage.output)["assets"]) == 2


def test_another_version_replaces_the_earlier_one_where_sources_stay(stage):
    with stage.watching() as one:
        path = stage.save("a.jpg", quality=90)
        stage.turns(one, 5)
        path.write_bytes(stage.save("b.jpg", quality=50).read_bytes())
        (stage.folder / "b.jpg").unlink()
        stage.turns(one, 5)
        assert (stage.output / "ready/a.jpg").read_bytes() == path.read_bytes()
        path.write_text("no picture any more")
        stage.turns(one, 5)
    assert ours(stage.output) == ["rejected/a.jpg.reasons.txt"]
    assert written(stage.output)["summary"]["rejected"] == 1
    with stage.watching() as one:
        assert len(one._book) == 1


def test_a_file_of_others_is_never_overwritten(stage):
    (stage.output / "ready").mkdir(parents=True)
    (stage.output / "ready/a.JPG").write_text("somebody's own")
    (stage.output / "ready/a.jpg").write_text("somebody's own")
    stage.save("a.jpg")
    with stage.watching() as one:
        stage.turns(one)
    assert ours(stage.output) == ["ready/a-jpg.jpg", "ready/a.JPG", "ready/a.jpg"]
    assert (stage.output / "ready/a.jpg").read_text() == "somebody's own"


def test_what_may_only_be_half_there_is_tried_again_and_then_set_aside(stage):
    whole = stage.save("a.jpg", noise(60, 80, mode="RGB")).read_bytes()
    (stage.folder / "a.jpg").write_bytes(whole[: len(whole) // 2])
    with stage.watching(archive=stage.archive, retries=2) as one:
        stage.turns(one, 5)
        assert (stage.worked, stage.said, one.health.retrying) == (["a.jpg"], [], 1)
        (stage.folder / "a.jpg").write_bytes(whole)  # the rest arrives
        stage.turns(one, 5)
        assert stage.said == [("a.jpg", "ready")]
        (stage.folder / "b.jpg").write_bytes(whole[: len(whole) // 3])
        stage.turns(one, 70)
        assert stage.worked == ["a.jpg", "a.jpg", "b.jpg", "b.jpg", "b.jpg"]
    assert stage.said[1:] == [("b.jpg", "rejected")]
    assert files(stage.archive) == ["done/a.jpg", "failed/b.jpg", "failed/b.jpg.reasons.txt"]


def lost(source):
    finding = Finding("tool-failed", Severity.REQUIRED, "the worker died on it", fix="report it")
    return Outcome(source, Status.REJECTED, judgement=Judgement((finding,)), may_pass=True)


def test_a_share_that_goes_and_comes_costs_nothing(stage, caplog):
    stage.save("a.jpg")
    stage.save("b.jpg", quality=50)
    with stage.watching(archive=stage.archive, retries=0) as one:
        stage.turns(one, 2)
        stage.save("c.jpg", quality=40)
        stage.hands(one).is_slow = True
        one._turn()
        assert stage.worked == ["a.jpg", "b.jpg"]
        stage.folder.rename(stage.root / "away")
        stage.folder.mkdir()  # what a mount point looks like without its mount
        stage.crew.instead = lost
        stage.crew.work_off()
        stage.turns(one, 5)
        assert one.health.paused == "the mark that was left in it is gone"
        assert json.loads((stage.output / "watch.json").read_text())["paused"] == one.health.paused
        assert (stage.said, list(stage.folder.iterdir())) == ([], [])
        stage.folder.rmdir()
        stage.turns(one, 2)
        assert "no such file" in one.health.paused
        (stage.root / "away").rename(stage.folder)
        stage.crew.instead, stage.crew.is_slow = None, False
        stage.turns(one, 6)
        assert one.health.paused is None
    assert sorted(stage.said) == [("a.jpg", "ready"), ("b.jpg", "ready"), ("c.jpg", "ready")]
    assert files(stage.archive) == ["done/a.jpg", "done/b.jpg", "done/c.jpg"]
    assert "it is back" in caplog.text


def test_a_watcher_that_was_there_before_its_share(stage):
    """As after a reboot: the mount comes late, and bears the mark of the watcher that the reboot killed."""
    stage.save("a.jpg")
    dead = {"host": socket.gethostname(), "pid": 2**22 + 1, "process": "x", "since": "", "token": "dead", "beat": 7}
    (stage.folder / CLAIM_NAME).write_text(json.dumps(dead))
    stage.folder.rename(stage.root / "away")
    stage.folder.mkdir()
    with stage.watching() as one:
        stage.turns(one, 3)
        assert one.health.paused is None  # it cannot know
        stage.folder.rename(stage.root / "place")
        stage.turns(one, 1)
        (stage.root / "away").rename(stage.folder)
        stage.turns(one, 4)
        assert (one.health.paused, stage.said) == (None, [("a.jpg", "ready")])
        assert read_holder(stage.folder / CLAIM_NAME).pid == os.getpid()


def test_a_source_that_changes_in_work_is_done_again_and_not_filed(stage):
    path = stage.save("a.jpg", quality=90)
    with stage.watching(archive=stage.archive) as one:
        stage.turns(one, 2)
        stage.hands(one).is_slow = True
        one._turn()
        stage.crew.work_off()
        new = stage.save("b.jpg", quality=50).read_bytes()
        (stage.folder / "b.jpg").unlink()
        path.write_bytes(new)  # after it was read, before it is filed
        stage.crew.is_slow = False
        stage.turns(one, 6)
    assert stage.worked == ["a.jpg", "a.jpg"]
    assert ours(stage.output) == ["ready/a.jpg"]
    assert (stage.output / "ready/a.jpg").read_bytes() == new
    assert (stage.archive / "done/a.jpg").read_bytes() == new


def test_a_source_that_is_deleted_while_it_waits_is_forgotten(stage):
    path = stage.save("a.jpg")
    with stage.watching() as one:
        stage.turns(one, 2)
        stage.hands(one).is_slow = True
        one._turn()
        path.unlink()
        stage.crew.work_off()
        stage.turns(one, 3)
        assert one.health.retrying == 0 or not stage.said
    assert ours(stage.output) == []


def test_a_full_disk_pauses_and_what_was_in_work_is_done_later(stage, monkeypatch):
    stage.save("a.jpg")
    with stage.watching() as one:
        real = loop.Crew
        stage.turns(one, 2)
        stage.hands(one).instead = _full
        with pytest.raises(SetupError):
            stage.hands(one).submit(SimpleNamespace(relative="x"))
        stage.worked.clear()
        stage.crew.waiting.clear()
        stage.turns(one, 1)
        assert "No space left" in one.health.paused
        stage.turns(one, 6)
        assert one.health.paused is None
        assert real is loop.Crew
    assert stage.said == [("a.jpg", "ready")]
    assert not list(stage.output.glob(".assetkit-*"))


def _full(_source):
    raise SetupError("cannot write to out: No space left on device")


def test_a_clock_that_is_set_changes_nothing(stage, monkeypatch):
    stage.save("a.jpg")
    with stage.watching(archive=stage.archive) as one:
        stage.turns(one, 1)
        for year in (1970, 2100):
            monkeypatch.setattr(loop.time, "time", lambda year=year: (year - 1970) * 365.25 * 86400)
            stage.turns(one, 2)
    assert stage.said == [("a.jpg", "ready")]
    assert files(stage.archive) == ["done/a.jpg"]


def test_a_killed_watcher_is_taken_up(stage):
    """Published and written down, but the archive was not reached, and the manifest was not written."""
    stage.save("a.jpg")
    with stage.watching() as one:
        stage.turns(one, 5)
    record = (stage.output / "manifest.json").read_text()
    entry = json.loads(record)["assets"][0]
    (stage.output / "manifest.json").unlink()
    (stage.output / "manifest.jsonl").write_text(
        json.dumps({"schema": "x"}) + "\n" + json.dumps({"stem": "a", **entry}) + '\n{"cut'
    )
    stage.said.clear()
    with stage.watching(archive=stage.archive) as one:
        stage.turns(one, 5)
    assert (stage.worked, stage.said) == (["a.jpg"], [])
    assert files(stage.archive) == ["done/a.jpg"]
    assert written(stage.output) == json.loads(record)


def test_once_ends_when_nothing_is_left(stage):
    stage.save("a.jpg")
    (stage.folder / "half.jpg").write_bytes(stage.save("b.jpg").read_bytes()[:700])
    (stage.folder / "empty.jpg").write_bytes(b"")
    with stage.watching(archive=stage.archive, is_once=True, interval=0.01) as one:
        turn = one._turn

        def timed():
            stage.now += 1
            assert stage.now < 1100, "it never ends"
            return turn()

        one._turn = timed
        assert one.run() is False
    assert sorted(stage.said) == [("a.jpg", "ready"), ("b.jpg", "ready"), ("half.jpg", "rejected")]
    assert sorted(p.name for p in stage.folder.iterdir()) == ["empty.jpg", "half.jpg"]


def test_one_watcher_a_folder(stage):
    with stage.watching(), pytest.raises(UserInputError, match="is watched already by process"), stage.watching():
        pass
    with claim(_made(stage.output)), pytest.raises(UserInputError, match="is in use by process"), stage.watching():
        pass


def _made(folder):
    folder.mkdir(exist_ok=True)
    return folder


def test_a_watcher_that_was_taken_over_stops(stage):
    with stage.watching() as one:
        mark = stage.folder / ".assetkit-lock"
        mark.write_text(json.dumps(json.loads(mark.read_text()) | {"token": "another"}))
        one._mark.renew()
        with pytest.raises(SetupError, match="taken over"):
            one._turn()
        mark.unlink()


def test_a_folder_that_cannot_be_written_to_is_watched_all_the_same(stage, monkeypatch):
    monkeypatch.setattr(door.os, "access", lambda *_: False)
    stage.save("a.jpg")
    with stage.watching() as one:
        stage.turns(one)
        with pytest.raises(UserInputError, match="is watched already"), stage.watching():
            pass
    assert stage.said == [("a.jpg", "ready")]
    assert [p.name for p in stage.folder.iterdir()] == ["a.jpg"]


@pytest.mark.parametrize(
    ("orders", "told", "says"),
    [
        ({"archive": "in/archive"}, Told(), "inside the watched folder"),
        ({"archive": "."}, Told(), "inside the archive"),
        ({"metrics": "in/assetkit.prom"}, Told(), "inside the watched folder"),
        ({}, Told(webhook="ftp://example"), "no web address"),
    ],
)
def test_a_wrong_request_is_refused(stage, orders, told, says):
    placed = {name: stage.root / place for name, place in orders.items()}
    with pytest.raises(UserInputError, match=says), stage.watching(told=told, **placed):
        pass
    assert not stage.output.exists()


def test_another_preset_does_the_folder_again(stage):
    stage.save("b.png", quarters(600, 800))
    with stage.watching() as one:
        stage.turns(one)
    with stage.watching(preset(image=portrait((60, 80), 19_000))) as one:
        stage.turns(one)
    assert stage.worked == ["b.png", "b.png"]
    assert ours(stage.output) == ["ready/b.jpg"]


def test_what_a_worker_published_before_it_died_does_not_stay_twice(stage):
    def published_and_lost(source):
        process_asset(source, WANTED, stage.crew._run)
        return lost(source)

    stage.save("a.jpg")
    with stage.watching(archive=stage.archive) as one:
        stage.turns(one, 2)
        stage.hands(one).instead = published_and_lost
        stage.turns(one, 2)
        assert stage.worked == ["a.jpg"]
        assert not (stage.output / "ready/a.jpg").exists()
        stage.crew.instead = None
        stage.turns(one, 15)
    assert ours(stage.output) == ["ready/a.jpg"]
    assert stage.said == [("a.jpg", "ready")]
