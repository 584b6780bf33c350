"""The command itself, with its processes and signals."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.factories import gradient

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
PATIENCE = 40


@pytest.fixture
def watching(folder):
    command = [sys.executable, "-m", "assetkit", "watch", "in", "--preset", "small.toml", "--output", "out"]
    options = ["--archive", "archive", "--settle", "0.2", "--interval", "0.1", "--jobs", "1"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process, folder
        finally:
            process.kill()


def wait_for(path):
    ends_at = time.monotonic() + PATIENCE
    while not path.exists():
        assert time.monotonic() < ends_at, f"no {path}"
        time.sleep(0.05)


def test_it_watches_until_it_is_told_to_stop(watching, assetkit):
    process, folder = watching
    wait_for(folder / "archive/done/fine.jpg")
    gradient(60, 80).save(folder / "in/.next.jpg", quality=50)
    (folder / "in/.next.jpg").rename(folder / "in/next.jpg")
    wait_for(folder / "archive/done/next.jpg")
    code, _, err = assetkit("watch", "in", "--preset", "small.toml", "--output", "other", "--once")
    assert code == 2
    assert f"is watched already by process {process.pid}" in err
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    assert [line.split()[1:3] for line in out.splitlines()] == [["ready", "fine.jpg:"], ["ready", "next.jpg:"]]
    assert json.loads((folder / "out/manifest.json").read_text())["summary"]["ready"] == 2
    assert json.loads((folder / "out/watch.json").read_text())["paused"] == "stopped"
    assert sorted(p.name for p in (folder / "out").iterdir()) == [
        "assets.csv",
        "findings.csv",
        "manifest.json",
        "ready",
        "watch.json",
    ]
    assert not list((folder / "in").iterdir())


def test_a_killed_watcher_is_taken_over_at_once(watching, assetkit):
    process, folder = watching
    wait_for(folder / "archive/done/fine.jpg")
    os.kill(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)
    gradient(60, 80).save(folder / "in/next.jpg", quality=50)
    code, _, _ = assetkit("watch", "in", "--preset", "small.toml", "--output", "out", "--once", "--settle", "0.2",
                          "--interval", "0.1", "--jobs", "1")  # fmt: skip
    assert code == 0
    assert json.loads((folder / "out/manifest.json").read_text())["summary"]["ready"] == 2
    assert not list((folder / "out").glob(".assetkit*"))


def test_an_event_makes_it_look_before_its_time(folder):
    command = [sys.executable, "-m", "assetkit", "watch", "in", "--preset", "small.toml", "--output", "out"]
    with subprocess.Popen([*command, "--interval", "600"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            wait_for(folder / "out/watch.json")
            ends_at = time.monotonic() + PATIENCE
            while json.loads((folder / "out/watch.json").read_text())["settling"] < 2:
                assert time.monotonic() < ends_at
                gradient(60, 80).save(folder / "in/.next.jpg")  # it listens from a moment after the first look
                (folder / "in/.next.jpg").rename(folder / "in/next.jpg")
                time.sleep(0.2)
        finally:
            process.kill()
