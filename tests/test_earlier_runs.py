"""What an earlier run did is not done again, and is never taken for what it is not."""

import json
import os
import shutil

import pytest

from assetkit import api, batch, publish, recording
from assetkit.errors import UserInputError
from assetkit.judgement import Status
from tests import hostile
from tests.factories import gradient, portrait, preset, quarters
from tests.test_api import files, written

WANTED = preset(image=portrait((60, 80)))


@pytest.fixture
def done(monkeypatch):
    """The sources that were really worked on, in the last run."""
    worked, real = [], recording.run_batch

    def counted(sources, *args, **kwargs):
        worked.extend(source.relative for source in sources)
        return real(sources, *args, **kwargs)

    monkeypatch.setattr(recording, "run_batch", counted)
    return worked


@pytest.fixture
def process(tmp_path, done):
    def run(output="out", inputs="in", wanted=WANTED, **more):
        done.clear()
        return list(api.process(tmp_path / inputs, preset=wanted, output=tmp_path / output, jobs=1, **more))

    return run


@pytest.fixture
def photos(tmp_path):
    (tmp_path / "in").mkdir()
    gradient(60, 80).save(tmp_path / "in/a.jpg")
    quarters(600, 800).save(tmp_path / "in/b.png")
    (tmp_path / "in/c.jpg").write_bytes(b"no picture")
    return tmp_path / "in"


def plain(folder):
    record = written(folder)
    return [{**asset, "source": asset["source"] | {"path": ""}} for asset in record["assets"]], record["summary"]


def test_what_is_unchanged_is_not_done_again_and_the_record_is_complete(photos, tmp_path, process, done):
    first = process()
    record, there = written(tmp_path / "out"), files(tmp_path / "out")
    times = {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in there if name.startswith("ready")}
    assert process() == first
    assert done == []
    assert (written(tmp_path / "out"), files(tmp_path / "out")) == (record, there)
    assert {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in times} == times
    gradient(60, 80).save(photos / "d.jpg", quality=60)
    process()
    assert done == ["d.jpg"]
    assert len(written(tmp_path / "out")["assets"]) == 4


def test_no_cache_does_everything_anew(photos, tmp_path, process, done):
    process()
    with pytest.raises(UserInputError, match="--overwrite"):
        process(cache=False)
    process(cache=False, overwrite=True)
    assert done == ["a.jpg", "b.png", "c.jpg"]


def test_what_was_rejected_may_be_mended_and_run_again(photos, tmp_path, process, done):
    process()
    gradient(60, 80).save(photos / "c.jpg", quality=50)
    process()
    assert done == ["c.jpg"]
    assert written(tmp_path / "out")["summary"]["ready"] == 3
    assert not list((tmp_path / "out/rejected").iterdir())


@pytest.mark.parametrize("change", ["source", "sidecar", "preset", "options", "gone", "edited"])
def test_what_changed_is_replaced_only_if_told(photos, tmp_path, process, done, change):
    process()
    more, redone = {}, ["b.png"]
    if change == "source":
        quarters(300, 400).save(photos / "b.png")
    elif change == "sidecar":
        (photos / "b.png.assetkit.json").write_text('{"focal": [1, 1]}')
    elif change == "preset":
        more, redone = {"wanted": preset(image=portrait((60, 80), 19_999))}, ["a.jpg", "b.png", "c.jpg"]
    elif change == "options":
        more, redone = {"trim": "start"}, ["a.jpg", "b.png", "c.jpg"]
    elif change == "gone":
        (photos / "b.png").unlink()
        redone = []
    else:
        (tmp_path / "out/ready/b.jpg").write_bytes(b"edited by hand")
    before = (tmp_path / "out/ready/b.jpg").read_bytes()
    with pytest.raises(UserInputError, match="--overwrite"):
        process(**more)
    assert (tmp_path / "out/ready/b.jpg").read_bytes() == before
    process(**more, overwrite=True)
    assert done == redone
    assert (tmp_path / "out/ready/b.jpg").exists() is (change != "gone")
    assert len(written(tmp_path / "out")["assets"]) == (2 if change == "gone" else 3)


def test_a_lost_output_is_made_again(photos, tmp_path, process, done):
    process()
    (tmp_path / "out/ready/b.jpg").unlink()
    process()
    assert done == ["b.png"]
    assert (tmp_path / "out/ready/b.jpg").exists()


def test_a_renamed_or_copied_source_is_recognised_and_so_is_another_output_folder(photos, tmp_path, process, done):
    process()
    (photos / "b.png").rename(photos / "new.png")
    shutil.copy(photos / "a.jpg", photos / "copy.jpeg")
    process("other")
    assert done == []
    assert [name for name in files(tmp_path / "other") if name.startswith("ready")] == [
        "ready/a.jpg", "ready/copy.jpeg", "ready/new.jpg",
    ]  # fmt: skip
    for asset in written(tmp_path / "other")["assets"]:
        for output in asset["outputs"]:
            assert publish.sha256_of(tmp_path / "other" / output["path"]) == output["sha256"]
    assert (tmp_path / "other/ready/new.jpg").read_bytes() == (tmp_path / "out/ready/b.jpg").read_bytes()


def test_an_output_elsewhere_that_is_not_what_it_was_is_not_copied(photos, tmp_path, process, done):
    process()
    there = tmp_path / "out/ready/b.jpg"
    there.write_bytes(bytes(there.stat().st_size))
    process("other")
    assert done == ["b.png"]


def test_trouble_of_the_machine_is_not_remembered(photos, tmp_path, process, done, monkeypatch):
    monkeypatch.setattr("assetkit.memory._PASSING", frozenset({"unreadable", "unsupported-format"}))
    process()
    process()
    assert done == ["c.jpg"]


def test_a_source_that_changes_on_the_way_is_not_remembered(photos, tmp_path, done):
    for outcome in api.process(photos, preset=WANTED, output=tmp_path / "out", jobs=1):
        if outcome.source.relative == "a.jpg":
            os.utime(photos / "c.jpg", ns=(1, 1))
    done.clear()
    list(api.process(photos, preset=WANTED, output=tmp_path / "out", jobs=1))
    assert done in ([], ["c.jpg"])  # it may have been done before its time was changed


@pytest.mark.usefixtures("photos")
def test_a_broken_ledger_is_begun_anew(tmp_path, process, done, state, caplog):
    process()
    (ledger,) = state.glob("ledger*.sqlite")
    for more in state.glob("ledger*-*"):
        more.unlink()
    ledger.write_bytes(b"nothing of the kind" * 1000)
    with pytest.raises(UserInputError, match="--overwrite"):
        process()
    assert "put aside" in caplog.text
    process(overwrite=True)
    process()
    assert done == []


@pytest.mark.usefixtures("photos")
def test_without_a_place_for_it_nothing_is_remembered(tmp_path, process, monkeypatch, caplog):
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("ASSETKIT_STATE", str(tmp_path / "file/state"))
    assert process()[0].status is Status.READY
    assert "nothing is remembered" in caplog.text


def killed(tmp_path, entries):
    """What a run leaves that was killed: lines of its record, a private folder, the lock of a dead process."""
    out = tmp_path / "out"
    lines = [json.dumps({"schema": "assetkit.manifest-lines/1"}), *map(json.dumps, entries), '{"source": {"pa']
    (out / "manifest.jsonl").write_text("\n".join(lines))
    work = out / ".assetkit-work-dead"
    (work / "tmpx").mkdir(parents=True)
    (work / "tmpx/main.mp4").write_bytes(b"half")
    lock = {"host": os.uname().nodename, "pid": 2**22 + 1, "process": "", "since": "", "token": "x", "beat": 3}
    (out / ".assetkit-lock").write_text(json.dumps(lock))
    return work


def test_a_killed_run_is_taken_up_and_leaves_nothing(photos, tmp_path, process, done):
    whole = process()
    out = tmp_path / "out"
    record = written(out)
    (out / "manifest.json").unlink()
    (out / "assets.csv").unlink()
    # b.png was published and neither recorded nor remembered
    (out / "ready/b.jpg").write_bytes(b"published, but nobody knows of what")
    work = killed(tmp_path, [record["assets"][0]])
    publish.intend(work, "b.png", ["ready/b.jpg"])
    (out / "ready/mine.txt").write_text("not of assetkit")
    again = process()
    assert done == ["b.png"]
    assert [o.outputs for o in again] == [o.outputs for o in whole]
    assert written(out)["summary"] == record["summary"]
    assert files(out) == [
        "assets.csv", "findings.csv", "manifest.json", "ready/a.jpg", "ready/b.jpg", "ready/mine.txt",
        "rejected/c.jpg.reasons.txt", "report.html",
    ]  # fmt: skip


def test_what_a_worker_published_before_it_died_is_withdrawn_and_done_again(tmp_path, process, done, monkeypatch):
    (tmp_path / "in").mkdir()
    for name in ("fine", "late"):
        gradient(60, 80).save(tmp_path / f"in/{name}.jpg", quality=90 if name == "late" else 80)
    with monkeypatch.context() as during:
        during.setattr(batch, "work", hostile.dies_late)
        assert [o.status for o in process()] == [Status.READY, Status.REJECTED]
    assert [name for name in files(tmp_path / "out") if name.startswith("ready")] == ["ready/fine.jpg"]
    assert [o.status for o in process()] == [Status.READY, Status.READY]
    assert done == ["late.jpg"]


def test_an_unfinished_record_counts_as_results(photos, tmp_path, process):
    process()
    record = written(tmp_path / "out")
    (tmp_path / "out/manifest.json").unlink()
    killed(tmp_path, record["assets"])
    with pytest.raises(UserInputError, match="--overwrite"):
        process(cache=False)
    process(cache=False, overwrite=True)
    assert written(tmp_path / "out")["summary"] == record["summary"]


def test_an_intention_never_costs_what_is_recorded(photos, tmp_path, process, done):
    process()
    work = killed(tmp_path, written(tmp_path / "out")["assets"])
    publish.intend(work, "b.png", ["ready/b.jpg", "../in/a.jpg"])
    process()
    assert done == []
    assert (photos / "a.jpg").exists()
    assert (tmp_path / "out/ready/b.jpg").exists()


def test_the_record_grows_while_the_run_goes_on(photos, tmp_path):
    batch = iter(api.process(photos, preset=WANTED, output=tmp_path / "out", jobs=1))
    next(batch)
    lines = [json.loads(line) for line in (tmp_path / "out/manifest.jsonl").read_text().splitlines()]
    assert lines[0]["preset"]["id"] == "test"
    assert lines[1]["source"]["path"] == "a.jpg"
    with pytest.raises(UserInputError, match="is in use by process"):
        list(api.process(photos, preset=WANTED, output=tmp_path / "out", jobs=1))
    batch.close()
    assert written(tmp_path / "out")["summary"]["interrupted"] in (True, False)
    assert not [name for name in files(tmp_path / "out") if name.startswith(".") or name.endswith("l")]
