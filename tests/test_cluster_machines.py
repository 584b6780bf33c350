"""A scheduler and workers started from the command line, each a process of its own, and what happens to them."""

import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from assetkit import api, batch, cluster_worker
from assetkit.judgement import Status
from tests import hostile
from tests.cli.conftest import PRESET
from tests.clusters import ROOT, Machines, delivered, eventually, untimed
from tests.factories import gradient, portrait, preset, quarters

pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.cluster,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on Windows"),
]

WANTED = preset(image=portrait((60, 80)))


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    with Machines(tmp_path_factory.mktemp("machines")) as started:
        for name in ("one", "two"):
            started.start_worker(name)
        yield started


@pytest.fixture
def photos(tmp_path):
    """Six photos, half of which need work, and the folders of the stand-ins."""
    for folder in ("in", "begun"):
        (tmp_path / folder).mkdir()
    for number in range(6):
        (quarters(600, 800) if number % 2 else gradient(60, 80)).save(tmp_path / f"in/p{number}.jpg")
    return tmp_path / "in"


@pytest.fixture
def waiting(monkeypatch):
    monkeypatch.setattr(batch, "work", hostile.waits_for_a_sign)


def process(folder, output, **how):
    return api.process(folder, preset=WANTED, output=output, cache=False, has_report=False, **how)


def begun(tmp_path, count):
    eventually(lambda: len(list((tmp_path / "begun").iterdir())) >= count, f"{count} assets to be at work")


def same_as_here(tmp_path):
    assert untimed(tmp_path / "there") == untimed(tmp_path / "here")
    assert delivered(tmp_path / "there") == delivered(tmp_path / "here")


class InTheBackground(threading.Thread):
    """A batch that is iterated over beside the test."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.work, self.outcomes = work, []
        self.start()

    def run(self):
        self.outcomes = list(self.work)

    def ended(self):
        self.join(timeout=120)
        assert not self.is_alive()
        return self.outcomes


def test_a_worker_that_is_killed_loses_nothing(machines, photos, tmp_path, waiting):
    """Killed with an asset in its hands, and again with one that it had just finished."""
    batch_there = InTheBackground(process(photos, tmp_path / "there", scheduler=machines.address))
    begun(tmp_path, 2)
    os.kill(machines.pids()["one"], signal.SIGKILL)
    (tmp_path / "go").touch()
    outcomes = batch_there.ended()
    assert [o.status for o in outcomes] == [Status.READY] * 6
    list(process(photos, tmp_path / "here", jobs=1))
    same_as_here(tmp_path)


def test_a_whole_machine_that_is_lost_loses_nothing(machines, photos, tmp_path, waiting):
    """The worker with its nanny: nobody starts it again."""
    lost = machines.start_worker("three")
    batch_there = InTheBackground(process(photos, tmp_path / "there", scheduler=str(machines.file)))
    begun(tmp_path, 3)
    machines.stop(lost)
    (tmp_path / "go").touch()
    assert [o.status for o in batch_there.ended()] == [Status.READY] * 6


@pytest.mark.logs_errors  # it says which worker takes no part
def test_a_worker_that_comes_later_and_is_not_fit_takes_no_part(machines, photos, tmp_path, waiting, caplog):
    batch_there = InTheBackground(process(photos, tmp_path / "there", scheduler=machines.address))
    begun(tmp_path, 2)
    unfit = machines.start_worker("other", ASSETKIT_FFMPEG="/nowhere/ffmpeg")
    try:
        eventually(lambda: "takes no part: ffmpeg is " in caplog.text, "it to be told off")
        (tmp_path / "go").touch()
        assert [o.status for o in batch_there.ended()] == [Status.READY] * 6
        command = [sys.executable, "-m", "assetkit", "process", photos, "--preset", "xhs-ad"]
        refused = subprocess.run(
            [*command, "--output", tmp_path / "no", "--scheduler", machines.address],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert refused.returncode == 3
        assert "the cluster cannot do it\nworker other (tcp://127.0.0.1:" in refused.stderr
        assert "): ffmpeg is " in refused.stderr
        assert not list((tmp_path / "no").rglob("*.jpg"))
        told = subprocess.run(
            [sys.executable, "-m", "assetkit", "doctor", "--scheduler", machines.address],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert told.returncode == 3
        assert f"ok       cluster: {machines.address}, 3 workers with 3 threads" in told.stdout
        assert "ok       worker one (tcp://127.0.0.1:" in told.stdout
        assert "FAILED   worker other (tcp://127.0.0.1:" in told.stdout
    finally:
        machines.stop(unfit)
        eventually(lambda: "other" not in machines.workers(), "it to be gone")


KILLED = """
if __name__ == "__main__":
    import sys
    from assetkit import api, batch
    from tests import hostile
    from tests.test_cluster_machines import WANTED
    batch.work = hostile.waits_for_a_sign
    list(api.process(sys.argv[1], preset=WANTED, output=sys.argv[2], scheduler=sys.argv[3]))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_what_workers_do_ends_with_the_client(machines, photos, tmp_path, number):
    """Killed or interrupted, what it asked for is no longer done, and never appears."""
    (tmp_path / "run.py").write_text(KILLED)
    command = [sys.executable, tmp_path / "run.py", photos, tmp_path / "there", machines.address]
    heed = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.default_int_handler)}
    with subprocess.Popen(
        command, stderr=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": str(ROOT)}, **heed
    ) as run:
        begun(tmp_path, 2)
        assert at_work(machines) == 2
        run.send_signal(number)
    assert run.returncode != 0
    eventually(lambda: at_work(machines) == 0, "the workers to let go")
    (tmp_path / "go").touch()
    assert not [p for place in ("ready", "review") for p in (tmp_path / "there" / place).rglob("*") if p.is_file()]
    if number == signal.SIGINT:
        assert not list((tmp_path / "there").rglob(".assetkit-*"))
    list(api.process(photos, preset=WANTED, output=tmp_path / "there", scheduler=machines.address))
    list(process(photos, tmp_path / "here", jobs=1))
    same_as_here(tmp_path)


def at_work(machines):
    """How many calls the workers have at work."""
    from distributed import Client

    with Client(machines.address, set_as_default=False) as client:
        return sum(client.run(calls_at_work).values())


def calls_at_work():
    return sum(session.calls for session in cluster_worker._sessions.values())


def test_a_scheduler_that_is_started_again(photos, tmp_path, waiting):
    """What it knew is asked for again; its workers are started again by whoever keeps services running."""
    (tmp_path / "machines").mkdir()
    with Machines(tmp_path / "machines") as machines:
        machines.start_worker("one")
        batch_there = InTheBackground(process(photos, tmp_path / "there", scheduler=machines.address))
        begun(tmp_path, 1)
        machines.stop(machines.scheduler)
        machines.start_scheduler()
        machines.start_worker("two")
        (tmp_path / "go").touch()
        assert [o.status for o in batch_there.ended()] == [Status.READY] * 6
    list(process(photos, tmp_path / "here", jobs=1))
    same_as_here(tmp_path)


def test_the_commands_take_a_cluster(machines, tmp_path):
    """`process` by the variable that Dask itself heeds, `watch` by its option."""
    (tmp_path / "small.toml").write_text(PRESET)
    (tmp_path / "in").mkdir()
    gradient(60, 80).save(tmp_path / "in/fine.jpg")
    command = [sys.executable, "-m", "assetkit"]
    done = subprocess.run(
        [*command, "process", "in", "--preset", "small.toml", "--output", "out", "--jsonl"],
        cwd=tmp_path, env=os.environ | {"DASK_SCHEDULER_ADDRESS": machines.address, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert json.loads(done.stdout.splitlines()[0])["status"] == "ready"
    assert done.stderr.startswith(f"cluster {machines.address}, dashboard http://127.0.0.1:")
    watched = subprocess.run(
        [*command, "watch", "in", "--preset", "small.toml", "--output", "watched", "--once", "--settle", "0",
         "--interval", "0.1", "--scheduler", machines.address],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert watched.returncode == 0, watched.stderr
    assert (tmp_path / "watched/ready/fine.jpg").read_bytes() == (tmp_path / "out/ready/fine.jpg").read_bytes()
