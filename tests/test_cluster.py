"""The same batch on a Dask cluster of processes on this machine: what one machine would have made, whatever happens."""

import os
import sys
import threading
from dataclasses import replace
from itertools import pairwise

import pytest

from assetkit import api, batch, cluster, cluster_orders, cluster_pool
from assetkit.batch import run_batch
from assetkit.cluster_orders import Unfit
from assetkit.discover import discover
from assetkit.errors import SetupError, UserInputError
from assetkit.judgement import Status
from assetkit.run import Run
from tests import hostile
from tests.clusters import delivered, eventually, untimed
from tests.factories import gradient, portrait, preset, quarters

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.cluster

WANTED = preset(image=portrait((60, 80)))
LOST = (Status.REJECTED, ["tool-failed"])
READY = (Status.READY, [])


@pytest.fixture(scope="module")
def local():
    """Two workers of one thread each, which are started again when they die; all others declare a resource."""
    import dask

    # a task that was lost with its worker is suspected at once, not after four of them: tests have no time
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            resources={"encode": 1},
            silence_logs="CRITICAL",  # what it says of workers that die is what these tests are about
        ) as made,
    ):
        yield made


@pytest.fixture
def address(local):
    local.scale(2)
    local.sync(local._correct_state)
    eventually(lambda: len(local.scheduler_info["workers"]) == 2, "two workers")
    return local.scheduler_address


@pytest.fixture
def photos(tmp_path):
    """A folder of photos by their names; some need work."""

    def of(*names):
        folder = tmp_path / "in"
        folder.mkdir()
        for number, name in enumerate(names):
            (quarters(600, 800) if number % 3 == 1 else gradient(60, 80)).save(folder / f"{name}.jpg")
        return folder

    return of


def verdicts(outcomes):
    return {o.source.path.stem: (o.status, [f.code for f in o.judgement.findings]) for o in outcomes}


def process(folder, output, **how):
    return api.process(folder, preset=WANTED, output=output, cache=False, has_report=False, **how)


def test_the_manifest_is_that_of_one_machine(photos, tmp_path, address, monkeypatch):
    """Byte for byte, but for times: good files, unreadable ones, and one that kills whatever process opens it."""
    monkeypatch.setattr(batch, "work", hostile.behaves_as_named)
    folder = photos("a", "b", "exits", "c", "killed", "memory", "d", "e")
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "sub").mkdir()
    quarters(300, 900).save(folder / "sub/tall.png")
    for place, how in (("here", {"jobs": 2}), ("there", {"scheduler": address})):
        outcomes = list(process(folder, tmp_path / place, **how))
        assert [o.source for o in outcomes] == list(discover([folder]).sources)
    assert untimed(tmp_path / "there") == untimed(tmp_path / "here")
    assert delivered(tmp_path / "there") == delivered(tmp_path / "here")
    assert verdicts(outcomes)["killed"] == LOST


def test_several_presets_in_one_reading(photos, tmp_path, address):
    presets = [WANTED, preset(image=portrait((30, 40))).model_copy(update={"id": "small"})]
    folder = photos("a", "b", "c")
    for place, how in (("here", {"jobs": 2}), ("there", {"scheduler": address})):
        list(api.process_for(folder, presets=presets, output=tmp_path / place, cache=False, has_report=False, **how))
    for name in ("test", "small"):
        assert untimed(tmp_path / "there" / name) == untimed(tmp_path / "here" / name)
        assert delivered(tmp_path / "there" / name) == delivered(tmp_path / "here" / name)


def test_a_set_is_published_whole_or_not_at_all(photos, tmp_path, address):
    folder = photos("glow_1", "glow_2", "glow_3", "dune_1", "dune_2", "alone")
    (folder / "dune_2.jpg").write_bytes(b"no picture")
    for place, how in (("here", {"jobs": 2}), ("there", {"scheduler": address})):
        list(process(folder, tmp_path / place, sets="name", **how))
    assert untimed(tmp_path / "there") == untimed(tmp_path / "here")
    assert delivered(tmp_path / "there") == delivered(tmp_path / "here")
    names = [f"ready/{name}.jpg" for name in ("alone", "glow_01", "glow_02", "glow_03")]
    assert sorted(name for name in delivered(tmp_path / "there") if name.startswith("ready")) == names


def test_relative_paths_mean_what_they_mean_here(photos, tmp_path, address, monkeypatch):
    photos("a")
    monkeypatch.chdir(tmp_path)
    (outcome,) = process("in", "out", scheduler=address)
    assert outcome.status is Status.READY
    assert list(delivered(tmp_path / "out")) == ["ready/a.jpg"]


def test_an_asset_that_hangs_costs_one_asset(photos, tmp_path, address, monkeypatch):
    monkeypatch.setattr(batch, "work", hostile.behaves_as_named)
    monkeypatch.setattr(batch, "GRACE_SECONDS", 0.5)
    found = discover([photos("a", "deaf", "hangs", "z")]).sources
    outcomes = list(run_batch(found, WANTED, Run(tmp_path / "out", scheduler=address, deadline_seconds=6)))
    assert verdicts(outcomes) == {"a": READY, "deaf": LOST, "hangs": LOST, "z": READY}
    assert outcomes[1].judgement.findings[0].message == "took longer than 6 s and was stopped"


@pytest.mark.logs_errors  # the scheduler's, of the workers that died
def test_an_asset_that_kills_workers_ends_as_one_rejection(photos, tmp_path, address, monkeypatch):
    monkeypatch.setattr(batch, "work", hostile.slays_its_worker)
    names = [f"fine{number}" for number in range(6)]
    folder = photos(*names[:3], "slays", *names[3:])
    outcomes = list(process(folder, tmp_path / "out", scheduler=address))
    assert verdicts(outcomes) == {"slays": LOST} | dict.fromkeys(names, READY)
    (finding,) = outcomes[-1].judgement.findings
    assert finding.message == "every worker that took it was lost"
    assert sorted(delivered(tmp_path / "out")) == [f"ready/{name}.jpg" for name in names]


def test_processes_do_not_give_back_every_freed_block(tmp_path, address):
    """Dask tells its workers' allocator to; photos would take a fifth more processor time."""
    trims = "MALLOC_TRIM_THRESHOLD_"
    with cluster.connected(address) as client:
        assert all(client.run(os.getenv, trims).values())  # the workers themselves have it
        run = Run(output=tmp_path / "out", scheduler=address)
        with (
            batch.work_folder(run) as placed,
            batch.hands(((WANTED.model_dump_json(), placed),), 1) as pool,
        ):
            assert [pool.schedule(os.getenv, (trims,)).result() for _ in range(4)] == [None] * 4
        assert all(client.run(os.getenv, trims).values())  # and keep it


@pytest.mark.logs_errors
def test_what_is_done_twice_appears_once(photos, tmp_path, address, monkeypatch):
    """A worker that dies when all is done, before it can tell: another does it again."""
    monkeypatch.setattr(batch, "work", hostile.slays_its_worker_once_done)
    folder = photos("a", "late", "z")
    list(process(folder, tmp_path / "there", scheduler=address))
    assert (tmp_path / "slain").exists()
    list(process(folder, tmp_path / "here", jobs=1))
    assert untimed(tmp_path / "there") == untimed(tmp_path / "here")
    assert delivered(tmp_path / "there") == delivered(tmp_path / "here")


def test_what_is_in_the_way_stays(photos, tmp_path, address):
    folder = photos("a", "b")
    (tmp_path / "out/ready").mkdir(parents=True)
    (tmp_path / "out/ready/a.jpg").write_bytes(b"somebody's")
    outcomes = list(run_batch(discover([folder]).sources, WANTED, Run(tmp_path / "out", scheduler=address)))
    assert verdicts(outcomes) == {"a": (Status.REJECTED, ["output-exists"]), "b": READY}
    assert (tmp_path / "out/ready/a.jpg").read_bytes() == b"somebody's"
    assert outcomes[0].judgement.not_checked


@pytest.mark.logs_errors  # the scheduler's, which still writes to a client that has left
def test_stopping_early_ends_what_the_workers_do(photos, tmp_path, address, monkeypatch):
    monkeypatch.setattr(batch, "work", hostile.behaves_as_named)
    found = discover([photos("a", "hangs-1", "hangs-2", "hangs-3")]).sources
    outcomes = run_batch(found, WANTED, Run(tmp_path / "out", scheduler=address))
    assert next(outcomes).status is Status.READY
    assert processes_below(address)
    outcomes.close()
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["ready"]
    eventually(lambda: not processes_below(address), "their processes to end")


def processes_below(address):
    """What the workers have running that might write."""
    with distributed.Client(address, set_as_default=False) as client:
        return sum(client.run(children_at_work).values())


def children_at_work():
    import psutil

    return sum("forkserver" in " ".join(p.cmdline()) for p in psutil.Process().children(recursive=True)[1:])


def test_progress_is_passed_on(photos, tmp_path, address, monkeypatch):
    monkeypatch.setattr(batch, "work", hostile.reports_and_waits)
    seen, all_there = [], threading.Event()

    def report(name, share):
        seen.append((name, share))
        if share == 1:
            all_there.set()
            (tmp_path / "go").touch()

    found = discover([photos("a")]).sources
    list(run_batch(found, WANTED, Run(tmp_path / "out", scheduler=address), report=report))
    assert all_there.is_set()
    assert seen[0] == ("a.jpg", 0.25)
    assert seen[-1] == ("a.jpg", 1.0)


def test_clips_leave_room_for_stills(tmp_path, local, address, monkeypatch):
    """Where workers declare how many encodes they take, two clips are never at one worker at once."""
    monkeypatch.setattr(batch, "work", hostile.notes_its_time)
    for name in ("in", "times"):
        (tmp_path / name).mkdir()
    for name in ("a.mp4", "b.mov", "c.mp4", "d.mp4"):
        (tmp_path / "in" / name).write_bytes(b"x")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=3, dashboard_address="127.0.0.1:0", resources={"encode": 1}
    ) as one:
        found = discover([tmp_path / "in"]).sources
        list(run_batch(found, WANTED, Run(tmp_path / "out", scheduler=one.scheduler_address)))
    spans = sorted(tuple(map(float, p.read_text().split())) for p in (tmp_path / "times").iterdir())
    assert len(spans) == 4
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@pytest.mark.skipif(sys.platform != "linux", reason="what a process takes is told otherwise elsewhere")
def test_memory_is_the_worker_s(photos, tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "work", hostile.takes_much_memory)
    found = discover([photos("a", "greedy", "z")]).sources
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0", memory_limit="800MB"
    ) as one:
        outcomes = list(run_batch(found, WANTED, Run(tmp_path / "out", scheduler=one.scheduler_address)))
    assert verdicts(outcomes) == {"a": READY, "greedy": LOST, "z": READY}
    (finding,) = outcomes[1].judgement.findings
    assert finding.message == "needed more than 800 MB of memory, its share of the worker's"
    assert finding.fix == "export it smaller, or give the workers more memory"


def test_a_machine_that_is_wrong_is_named(photos, tmp_path, address, monkeypatch):
    monkeypatch.setattr(batch, "work", hostile.machine_is_wrong)
    found = discover([photos("a", "b")]).sources
    with pytest.raises(SetupError, match=r"no encoder on this machine: install one \(on worker \d \(tcp://"):
        list(run_batch(found, WANTED, Run(tmp_path / "out", scheduler=address)))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"parts": {"assetkit": "9.9"}},
            r"worker \d \(tcp://.*\): assetkit is .* there and 9.9 here: install the same",
        ),
        ({"probes": (cluster_orders.Probe(cluster_orders.Path("/gone/a.jpg"), 1, ""),)}, "it cannot read /gone/a.jpg"),
    ],
)
def test_workers_that_are_not_fit_are_refused_first(photos, address, monkeypatch, change, says):
    real = cluster_pool.orders_for
    monkeypatch.setattr(cluster_pool, "orders_for", lambda *given: replace(real(*given), **change))
    folder = photos("a")
    out = folder.parent / "out"
    with pytest.raises(SetupError, match=says):
        list(run_batch(discover([folder]).sources, WANTED, Run(out, scheduler=address)))
    assert list(out.iterdir()) == []


def test_only_some_calls_are_with_the_scheduler_at_a_time(photos, tmp_path, address, monkeypatch):
    """Of many files no more than a few for each thread are sent."""
    sent, real = [], cluster_pool.ClusterPool._send_one

    def counted(self, call):
        real(self, call)
        sent.append(sum(map(len, self._sent.values())))

    monkeypatch.setattr(cluster_pool.ClusterPool, "_send_one", counted)
    found = discover([photos(*(f"p{number:02}" for number in range(30)))]).sources
    outcomes = list(run_batch(found, WANTED, Run(tmp_path / "out", scheduler=address)))
    assert len(outcomes) == len(sent) == 30
    assert max(sent) == 4


def test_orders_are_only_followed_as_they_were_sent(tmp_path):
    task = (WANTED.model_dump_json(), Run(tmp_path, tmp_path, scheduler="x"))
    file = tmp_path / "a.jpg"
    file.write_bytes(b"a")
    posted = cluster_orders.post(cluster_orders.orders_for((task,), [file]), tmp_path)
    assert cluster_orders.received(posted).tasks == (task,)
    file.write_bytes(b"b")
    with pytest.raises(Unfit, match=r"a\.jpg is another file there"):
        cluster_orders.received(posted)
    with pytest.raises(Unfit, match="is another folder there"):
        cluster_orders.received(replace(posted, sha256="0"))
    posted.path.unlink()
    with pytest.raises(Unfit, match=r"it cannot read the output folder .* mount the share there"):
        cluster_orders.received(posted)


def test_no_cluster_without_dask(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(SetupError, match=r"a cluster needs Dask: pip install 'assetkit\[cluster\]'"),
        cluster.connected("tcp://127.0.0.1:1"),
    ):
        pass


def test_a_scheduler_that_is_not_there(monkeypatch, tmp_path):
    monkeypatch.setattr(cluster, "_ANSWER_SECONDS", 0.3)
    with pytest.raises(SetupError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1 "):
        cluster.dashboard("tcp://127.0.0.1:1")
    with pytest.raises(UserInputError, match=r"there is no scheduler file .*none\.json"):
        cluster.dashboard(str(tmp_path / "none.json"))


def test_a_cluster_without_workers(monkeypatch):
    monkeypatch.setattr(cluster, "_WORKERS_SECONDS", 0.3)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as none,
        pytest.raises(SetupError, match="has no workers: start some with `dask worker tcp://"),
    ):
        cluster.seen(none.scheduler_address)
