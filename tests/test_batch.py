import subprocess
import sys
import time

import pytest
from pebble import CONSTS

from assetkit import batch, local_pool
from assetkit.batch import run_batch, run_coverage
from assetkit.discover import discover
from assetkit.errors import SetupError
from assetkit.judgement import Status
from assetkit.run import Run
from assetkit.worker import prepare_quietly
from tests import hostile
from tests.factories import gradient, portrait, preset

WANTED = preset(image=portrait((60, 80)))


@pytest.fixture
def sources(tmp_path):
    def of(*names):
        (tmp_path / "in").mkdir(exist_ok=True)
        for name in names:
            gradient(60, 80).save(tmp_path / "in" / f"{name}.jpg")
        return discover([tmp_path / "in"]).sources

    return of


@pytest.fixture
def run(tmp_path):
    yield Run(tmp_path / "out", deadline_seconds=60)
    assert not list((tmp_path / "out").glob(".assetkit-*")), "something was left over"


def verdicts(outcomes):
    return {o.source.path.stem: (o.status, [f.code for f in o.judgement.findings]) for o in outcomes}


READY = (Status.READY, [])
LOST = (Status.REJECTED, ["tool-failed"])


def test_outcomes_come_in_the_order_of_the_sources(sources, run):
    found = sources(*"abcdef")
    outcomes = list(run_batch(found, WANTED, run, jobs=2))
    assert [o.source for o in outcomes] == list(found)
    assert verdicts(outcomes) == dict.fromkeys("abcdef", READY)


def test_a_worker_that_dies_costs_one_asset(sources, run, monkeypatch):
    if sys.platform == "win32":
        pytest.skip("no SIGKILL on Windows")
    monkeypatch.setattr(batch, "work", hostile.behaves_as_named)
    outcomes = list(run_batch(sources("a", "exits", "fine", "killed", "memory", "z"), WANTED, run, jobs=2))
    assert verdicts(outcomes) == {
        "a": READY, "exits": LOST, "fine": READY, "killed": LOST, "memory": LOST, "z": READY,
    }  # fmt: skip
    details = {o.source.path.stem: o.judgement.findings[0].message for o in outcomes if o.judgement.findings}
    assert details == {
        "exits": "the worker died on it (exit code 7)",
        "killed": "the worker died on it (exit code -9)",
        "memory": "not enough memory",
    }


def test_a_worker_that_hangs_costs_one_asset(sources, tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "work", hostile.behaves_as_named)
    monkeypatch.setattr(batch, "GRACE_SECONDS", 0.5)
    run = Run(tmp_path / "out", deadline_seconds=1)
    outcomes = list(run_batch(sources("a", "hangs", "z"), WANTED, run, jobs=2))
    assert verdicts(outcomes) == {"a": READY, "hangs": LOST, "z": READY}
    (finding,) = next(o for o in outcomes if o.status is Status.REJECTED).judgement.findings
    assert finding.message == "took longer than 1 s and was stopped"
    assert finding.fix == "raise --deadline"


def test_a_machine_that_is_wrong_stops_the_batch(sources, run, monkeypatch):
    monkeypatch.setattr(batch, "work", hostile.machine_is_wrong)
    with pytest.raises(SetupError, match="no encoder on this machine"):
        list(run_batch(sources("a", "b"), WANTED, run, jobs=1))


def test_workers_are_looked_at_less_often_when_a_run_takes_long(monkeypatch):
    monkeypatch.setattr(local_pool, "_SHORT_RUN", 0.2)
    close, closing = local_pool.ProcessPool.close, []
    monkeypatch.setattr(local_pool.ProcessPool, "close", lambda pool: (closing.append(CONSTS.sleep_unit), close(pool)))
    before = CONSTS.sleep_unit
    with local_pool.worker_pool(1, (), prepare_quietly):
        at_first = CONSTS.sleep_unit
        time.sleep(0.5)
        later = CONSTS.sleep_unit
    assert [at_first] == closing, "whoever waits for the end is kept waiting"
    assert at_first < later == before == CONSTS.sleep_unit


def test_stopping_early_leaves_nothing_behind(sources, run, tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "work", hostile.behaves_as_named)
    outcomes = run_batch(sources("a", "hangs-1", "hangs-2"), WANTED, run, jobs=1)
    assert next(outcomes).status is Status.READY
    outcomes.close()
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["ready"]


def test_progress_is_passed_on(sources, run, monkeypatch):
    monkeypatch.setattr(batch, "work", hostile.reports)
    seen = []
    list(run_batch(sources("a"), WANTED, run, jobs=1, report=lambda name, share: seen.append((name, share))))
    assert seen == [("a.jpg", 0.25), ("a.jpg", 0.5), ("a.jpg", 1.0)]


def test_an_output_folder_that_cannot_be_made(sources, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(SetupError, match="cannot write to"):
        list(run_batch(sources("a"), WANTED, Run(tmp_path / "file/out"), jobs=1))


def test_nothing_to_do_is_done_at_once(run):
    assert list(run_batch([], WANTED, run)) == []


def test_coverage_comes_in_order_and_a_worker_that_dies_costs_one_picture(sources, monkeypatch):
    monkeypatch.setattr(batch, "work_coverage", hostile.finds_text)
    found = [(source, None) for source in sources("a", "exits", "fine", "hangs", "z")]
    gauged = list(run_coverage(found, Run(deadline_seconds=3), jobs=2))
    assert [g.source for g in gauged] == [source for source, _ in found]
    assert {g.source.path.stem: g.error for g in gauged} == {
        "a": None,
        "exits": "the worker died on it (exit code 7): report it, with the file",
        "fine": None,
        "hangs": "took longer than 3 s and was stopped: raise --deadline",
        "z": None,
    }
    assert [g.measured and g.measured.text_coverage.share for g in gauged] == [0.25, None, 0.25, None, 0.25]


def test_a_script_without_a_guard_is_told_what_to_do(sources, tmp_path):
    """Each worker imports the script again, and so begins another batch instead of working."""
    sources("a")
    script = tmp_path / "script.py"
    script.write_text(
        "import assetkit\n"
        "batch = assetkit.process('in', preset='xhs-ad', output='out', jobs=1)\n"
        "try:\n    list(batch)\nexcept assetkit.SetupError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "under if __name__ == '__main__'" in done.stdout
