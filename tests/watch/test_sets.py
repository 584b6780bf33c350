"""A watched folder in which carousels arrive, slide by slide."""

from dataclasses import replace

import pytest

from assetkit.judgement import Status
from assetkit.pipeline import process_asset
from assetkit.sets import Grouping
from assetkit.watch import loop
from tests.factories import gradient, noise, quarters
from tests.test_api import written
from tests.watch import test_loop
from tests.watch.test_loop import WANTED, Stage, ours

PICTURES = (gradient, quarters, lambda w, h: noise(w, h, mode="L"))
NAMES = ("glow_1.jpg", "glow_2.jpg", "glow_3.jpg")
READY = ["ready/sub/glow_01.jpg", "ready/sub/glow_02.jpg", "ready/sub/glow_03.jpg"]
BY_NAME = {"grouping": Grouping.NAME, "set_quiet": 0.0}


@pytest.fixture
def stage(tmp_path, monkeypatch):
    return Stage(tmp_path, monkeypatch)


def save(stage, *names, seed=0):
    for number, name in enumerate(names, seed):
        stage.save(f"sub/{name}", PICTURES[number % 3](60, 80))


def archived(stage):
    return sorted(p.relative_to(stage.archive).as_posix() for p in stage.archive.rglob("*") if p.is_file())


def test_a_set_is_waited_for_until_nothing_more_comes(stage):
    with stage.watching(grouping=Grouping.NAME, set_quiet=10.0) as one:
        save(stage, *NAMES[:2])
        stage.turns(one, 8)
        assert stage.worked == []
        save(stage, NAMES[2], seed=2)  # in time
        stage.turns(one, 8)
        assert stage.worked == []
        stage.turns(one, 6)
    assert stage.worked == [f"sub/{name}" for name in NAMES]
    assert stage.said == [(f"sub/{name}", "ready") for name in NAMES]
    assert ours(stage.output) == READY
    (entry,) = written(stage.output)["sets"]
    assert (entry["id"], entry["status"], entry["is_published"]) == ("sub/glow", "ready", True)


@pytest.mark.parametrize("said", ["marker", "order"])
def test_people_may_say_that_a_set_is_whole(stage, said):
    save(stage, *NAMES)
    if said == "marker":
        (stage.folder / "sub/set.done").touch()
        (stage.folder / "sub/set.toml").write_text('name = "glow"')
    else:
        order = ", ".join(f'"{name}"' for name in NAMES)
        (stage.folder / "sub/set.toml").write_text(f'name = "glow"\norder = [{order}]')
    with stage.watching(archive=stage.archive, set_quiet=1000.0) as one:
        stage.turns(one, 6)
    assert ours(stage.output) == READY
    extra = ["done/sub/set.done"] if said == "marker" else []
    assert archived(stage) == [*(f"done/sub/{name}" for name in NAMES), *extra, "done/sub/set.toml"]
    assert [p for p in stage.folder.rglob("*") if p.is_file()] == []


def test_a_bad_slide_holds_its_set_back_and_all_of_it_is_filed_together(stage):
    save(stage, *NAMES[:2])
    (stage.folder / "sub/glow_3.jpg").write_text("no picture")
    with stage.watching(archive=stage.archive, **BY_NAME) as one:
        stage.turns(one, 6)
    assert {status for _, status in stage.said} == {"rejected"}
    assert [name for name in ours(stage.output) if name.startswith("ready")] == []
    files = [f"rejected/sub/{name}{suffix}" for name in NAMES for suffix in ("", ".reasons.txt")]
    assert archived(stage) == files
    said = (stage.archive / "rejected/sub/glow_1.jpg.reasons.txt").read_text("utf-8")
    assert "slide 3, glow_3.jpg, is rejected" in said


@pytest.mark.parametrize("is_bad", [False, True])
def test_a_restart_does_no_set_again(stage, is_bad):
    save(stage, *NAMES)
    if is_bad:
        (stage.folder / "sub/glow_3.jpg").write_text("no picture")
    with stage.watching(**BY_NAME) as one:
        stage.turns(one, 6)
    record = written(stage.output)
    assert len(stage.worked) == 3
    stage.said.clear()
    with stage.watching(**BY_NAME) as one:
        stage.turns(one, 6)
    assert len(stage.worked) == 3
    assert stage.said == []
    assert written(stage.output) == record


def test_where_sources_stay_another_version_replaces_the_set(stage, monkeypatch):
    def worked(*args):  # slides that stay are done anew, and their records are the same to the last digit
        return replace(process_asset(*args), seconds=0.0)

    monkeypatch.setattr(test_loop, "process_asset", worked)
    save(stage, *NAMES)
    with stage.watching(**BY_NAME) as one:
        hands = stage.hands(one)  # the same slides give the very same entries: only the set is another
        hands.instead = lambda source: replace(process_asset(source, WANTED, hands._run), seconds=0.0)
        stage.turns(one, 6)
        save(stage, "glow_4.jpg", seed=4)
        stage.turns(one, 6)
        assert [name for name in ours(stage.output) if name.startswith("r")] == [*READY, "ready/sub/glow_04.jpg"]
        for name in ("glow_3.jpg", "glow_4.jpg"):
            (stage.folder / "sub" / name).unlink()
        stage.turns(one, 6)
    assert ours(stage.output) == READY[:2]
    record = written(stage.output)
    assert [len(each["slides"]) for each in record["sets"]] == [2]
    assert len(record["assets"]) == 2


def test_where_sources_go_another_set_of_that_name_gets_its_own(stage):
    with stage.watching(archive=stage.archive, **BY_NAME) as one:
        save(stage, *NAMES)
        stage.turns(one, 6)
        save(stage, *NAMES, seed=1)
        stage.turns(one, 6)
    assert ours(stage.output) == sorted([*READY, *(name.replace("glow", "glow-2") for name in READY)])
    assert [each["id"] for each in written(stage.output)["sets"]] == ["sub/glow", "sub/glow-2"]


@pytest.mark.parametrize("moved", [1, 2])
def test_what_a_stopped_watcher_left_of_a_set_is_put_away_and_not_done_again(stage, monkeypatch, moved):
    save(stage, *NAMES)
    real, called = loop.put_away, []

    def stopped(*args):
        called.append(args)
        if len(called) > moved:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(loop, "put_away", stopped)
    with pytest.raises(KeyboardInterrupt), stage.watching(archive=stage.archive, **BY_NAME) as one:
        stage.turns(one, 6)
    monkeypatch.setattr(loop, "put_away", real)
    record = written(stage.output)
    with stage.watching(archive=stage.archive, **BY_NAME) as one:
        stage.turns(one, 6)
    assert len(stage.worked) == 3
    assert archived(stage) == [f"done/sub/{name}" for name in NAMES]
    assert written(stage.output) == record
    assert ours(stage.output) == READY


def test_a_slide_that_fails_is_tried_again_and_the_others_wait(stage):
    save(stage, *NAMES)
    with stage.watching(archive=stage.archive, retries=1, **BY_NAME) as one:
        stage.turns(one, 1)
        hands = stage.hands(one)
        tries = []

        def failing(source):
            outcome = process_asset(source, WANTED, hands._run)
            if source.relative.endswith("2.jpg") and not tries:
                tries.append(source)
                return replace(outcome, status=Status.REJECTED, held=(), may_pass=True)
            return outcome

        hands.instead = failing
        stage.turns(one, 5)
        assert (len(stage.worked), stage.said) == (3, [])
        stage.turns(one, 12)
    assert stage.worked == [*(f"sub/{name}" for name in NAMES), "sub/glow_2.jpg"]
    assert ours(stage.output) == READY
