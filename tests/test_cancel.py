"""Whoever stops assetkit in the middle of an encode finds no encoder running and no part of an output."""

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from tests.real_clips import ffmpeg, moving, tone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
PATIENCE = 120  # a shared machine is slow at times


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory):
    """Takes a minute to encode; made in a moment."""
    folder = tmp_path_factory.mktemp("cancel")
    ffmpeg(*moving("640x360", seconds=1), *tone(seconds=1), "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac",
           "-pix_fmt", "yuv420p", folder / "one.mp4")  # fmt: skip
    path = folder / "in" / "long.mkv"
    path.parent.mkdir()
    ffmpeg("-stream_loop", "299", "-i", folder / "one.mp4", "-c", "copy", path)
    (folder / "preset.toml").write_text(
        'id = "any"\ntitle = "Any"\nversion = "1"\n[sources]\ntest = "test"\n[video.limits.aspect_ratio]\n'
        'required = { value = "9:16", unit = "width:height", source = "test", seen = 2026-11-23 }\n',
        encoding="utf-8",
    )
    return path, folder / "preset.toml"


@pytest.fixture
def running(long_clip, tmp_path):
    """assetkit in a session of its own, its encoder at work; gives (process, worker ids, encoder ids)."""
    clip, preset = long_clip
    command = [sys.executable, "-m", "assetkit", "process", clip, "--preset", preset, "--output", tmp_path / "out"]
    # who runs the tests in the background may have Ctrl-C ignored, which children inherit
    heed = partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL, preexec_fn=heed) as process:  # noqa: PLW1509
        try:
            yield process, *_at_work(process.pid, tmp_path / "out")
        finally:
            process.kill()


def _at_work(pid, output):
    ends_at = time.monotonic() + PATIENCE
    while time.monotonic() < ends_at:
        tree = _descendants(pid)
        encoders = [p for p in tree if _writes_to(p, output)]
        if encoders and any(path.stat().st_size for path in output.rglob("main.mp4")):
            return [_parent(p) for p in encoders], encoders
        time.sleep(0.05)
    pytest.fail("the encoder never started")


def _descendants(pid):
    parents = {p: _parent(p) for p in (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())}
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def _parent(pid):
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def _writes_to(pid, output):
    try:
        program = Path(f"/proc/{pid}/exe").readlink().name
        return "ffmpeg" in program and str(output) in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


def _is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _gone(pids):
    ends_at = time.monotonic() + PATIENCE
    while time.monotonic() < ends_at and any(_is_running(pid) for pid in pids):
        time.sleep(0.05)
    return not any(_is_running(pid) for pid in pids)


def files(output):
    return sorted(p.relative_to(output).as_posix() for p in output.rglob("*") if p.is_file())


@pytest.mark.parametrize("is_service", [False, True])
def test_ctrl_c_and_sigterm_stop_the_encoder_and_leave_the_record_only(running, tmp_path, is_service):
    process, workers, encoders = running
    if is_service:
        process.terminate()
    else:
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does it: to the whole group
    assert process.wait(PATIENCE) == 130
    assert _gone([*encoders, *workers])
    assert files(tmp_path / "out") == ["assets.csv", "findings.csv", "manifest.json"]
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["summary"]["interrupted"]


def test_a_killed_worker_leaves_no_encoder_and_no_part_of_an_output(running, tmp_path):
    process, workers, encoders = running
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    assert process.wait(PATIENCE) == 1
    assert _gone(encoders)
    assert files(tmp_path / "out") == [
        "assets.csv",
        "findings.csv",
        "manifest.json",
        "rejected/long.mkv.reasons.txt",
        "report.html",
    ]
    (asset,) = json.loads((tmp_path / "out" / "manifest.json").read_text())["assets"]
    assert [finding["code"] for finding in asset["findings"]] == ["tool-failed"]


HANGING = """
if __name__ == "__main__":
    import sys
    from assetkit import api, batch
    from tests import hostile
    batch.work = hostile.behaves_as_named
    list(api.process(sys.argv[1], preset=sys.argv[2], output=sys.argv[3], jobs=1))
"""


def test_a_worker_ends_with_its_killed_coordinator_whatever_it_does(long_clip, tmp_path):
    (tmp_path / "run.py").write_text(HANGING)
    (tmp_path / "hangs.jpg").write_bytes(b"x")
    command = [sys.executable, tmp_path / "run.py", tmp_path / "hangs.jpg", long_clip[1], tmp_path / "out"]
    places = {"PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=os.environ | places) as process:
        workers = _workers(process.pid)
        process.kill()
    assert _gone(workers)
    assert not [name for name in files(tmp_path / "out") if name.startswith(("ready", "review"))]


def _workers(pid):
    """All that the coordinator started, once a worker among them has loaded what it needs."""
    ends_at = time.monotonic() + PATIENCE
    while time.monotonic() < ends_at:
        tree = _descendants(pid)
        if any(_is_worker(p) for p in tree):
            return tree
        time.sleep(0.05)
    pytest.fail("no worker started")


def _is_worker(pid):
    try:
        return "onnxruntime" in Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return False
