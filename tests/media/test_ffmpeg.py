import os
import select
import signal
import subprocess
import sys
from contextlib import contextmanager
from fractions import Fraction
from time import monotonic

import pytest

from assetkit.errors import AssetError, SetupError
from assetkit.media import ffmpeg
from tests.real_clips import moving

SECONDS = 20  # a deadline that no fake here reaches unless it hangs
# a child that lives on, holding every pipe of its parent and the one whose end the test waits for
STARTS_A_CHILD = """
pipe = os.open({pipe!r}, os.O_WRONLY)
if os.fork() == 0:
    os.write(pipe, b"child;")
    while True: signal.pause()
"""


@contextmanager
def witness(path):
    """A pipe that fakes write to; yields a function for what they wrote, once all that hold it are gone."""
    os.mkfifo(path)
    end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    def testimony(patience=10.0):
        said, until = b"", monotonic() + patience
        while select.select([end], [], [], max(0, until - monotonic()))[0]:
            chunk = os.read(end, 65536)
            if not chunk:
                return said.decode()
            said += chunk
        pytest.fail(f"still running: a process that said {said!r}")

    yield testimony
    os.close(end)


def failure(*arguments, deadline=SECONDS, **more):
    with pytest.raises(AssetError) as error:
        ffmpeg.run(arguments, deadline_seconds=deadline, **more)
    assert (error.value.code, error.value.stage) == ("tool-failed", "transform")
    assert error.value.fix
    return error.value.detail


def test_the_bundled_one_runs(tmp_path):
    target = tmp_path / "made.mp4"
    reached = []
    ffmpeg.run([*moving(), str(target)], deadline_seconds=60, on_progress=reached.append)
    assert target.stat().st_size > 1000
    assert reached == sorted(reached)
    assert reached[-1] == pytest.approx(1, abs=0.1)


def test_the_bundled_one_says_its_version(monkeypatch):
    monkeypatch.delenv("ASSETKIT_FFMPEG", raising=False)
    assert ffmpeg.version()[:1].isdigit() or ffmpeg.version().startswith(("n", "N"))
    assert ffmpeg.binary() != "ffmpeg"


def test_its_own_last_words_are_told(tmp_path):
    (tmp_path / "words.mp4").write_text("no film")
    detail = failure("-i", f"file:{tmp_path / 'words.mp4'}", "-f", "null", "-")
    assert detail.startswith("ffmpeg failed with exit code ")
    assert "Invalid data found" in detail


def test_the_named_one_is_used_and_asked_quietly(fake_ffmpeg, tmp_path):
    path = fake_ffmpeg(f"open({str(tmp_path / 'said')!r}, 'w').write(chr(10).join(sys.argv[1:]))")
    ffmpeg.run(["-i", "a b", "$HOME", "*"], deadline_seconds=SECONDS)
    assert ffmpeg.binary() == str(path)
    said = (tmp_path / "said").read_text().split("\n")
    assert said[-4:] == ["-i", "a b", "$HOME", "*"]
    assert {"-nostdin", "-nostats", "-hide_banner"} <= set(said)


def test_progress_is_handed_on(fake_ffmpeg):
    fake_ffmpeg("print('out_time_us=N/A\\nframe=1\\nout_time_us=500000\\nx\\nout_time_us=1250000\\nprogress=end')")
    reached = []
    ffmpeg.run([], deadline_seconds=SECONDS, on_progress=reached.append)
    assert reached == [Fraction(1, 2), Fraction(5, 4)]


def test_one_that_hangs_is_stopped_with_its_child(fake_ffmpeg, tmp_path):
    pipe = str(tmp_path / "pipe")
    fake_ffmpeg(STARTS_A_CHILD.format(pipe=pipe) + "signal.pause()")
    with witness(pipe) as testimony:
        started = monotonic()
        assert failure(deadline=1) == "ffmpeg took longer than 1 s and was stopped"
        assert 0.9 < monotonic() - started < 8
        assert testimony() == "child;"


def test_one_that_is_deaf_and_busy_is_stopped_too(fake_ffmpeg):
    fake_ffmpeg(
        "for s in (signal.SIGTERM, signal.SIGINT, signal.SIGPIPE): signal.signal(s, signal.SIG_IGN)\n"
        "while True: print('out_time_us=1', flush=True)"
    )
    assert failure(deadline=1).endswith("and was stopped")


def test_a_child_left_behind_does_not_hold_anyone_up(fake_ffmpeg, tmp_path):
    pipe = str(tmp_path / "pipe")
    fake_ffmpeg(STARTS_A_CHILD.format(pipe=pipe) + "os.write(pipe, b'parent;')")
    with witness(pipe) as testimony:
        ffmpeg.run([], deadline_seconds=SECONDS)  # exit code 0, though its standard output stays open
        assert set(testimony().split(";")) >= {"parent"}


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_error_in_the_middle_leaves_nothing_running(fake_ffmpeg, tmp_path, error):
    pipe = str(tmp_path / "pipe")
    fake_ffmpeg(
        f"pipe = os.open({pipe!r}, os.O_WRONLY); os.write(pipe, b'parent;')\n"
        "print('out_time_us=1', flush=True); signal.pause()"
    )

    def stumble(_):
        raise error

    with witness(pipe) as testimony:
        with pytest.raises(error):
            ffmpeg.run([], deadline_seconds=SECONDS, on_progress=stumble)
        assert testimony() == "parent;"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_a_killed_worker_takes_its_encoder_along(fake_ffmpeg, tmp_path):
    pipe = str(tmp_path / "pipe")
    fake_ffmpeg(f"pipe = os.open({pipe!r}, os.O_WRONLY); os.write(pipe, b'parent;'); signal.pause()")
    code = "from assetkit.media import ffmpeg; ffmpeg.run([], deadline_seconds=60)"
    with witness(pipe) as testimony, subprocess.Popen([sys.executable, "-c", code]) as worker:
        holder = os.open(pipe, os.O_WRONLY)  # keeps the pipe open until the fake has spoken
        try:
            with open(pipe, "rb", buffering=0) as reader:  # noqa: PTH123
                assert select.select([reader], [], [], 30)[0], "the fake never started"
                assert reader.read(7) == b"parent;"
        finally:
            os.close(holder)
            worker.kill()
        assert testimony() == ""


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "was killed by signal SIGSEGV"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "was killed by signal SIGKILL"),
        ("os.kill(os.getpid(), signal.SIGRTMIN + 3)", "was killed by signal "),
        ("sys.exit(3)", "failed with exit code 3"),
        ("sys.stderr.write('one\\n\\n two\\n'); sys.exit(1)", "failed with exit code 1: one | two"),
        ("sys.stderr.write('[libx264 @ 0x55d0c0ffee] no'); sys.exit(1)", "failed with exit code 1: [libx264] no"),
        ("sys.stderr.buffer.write(bytes([255, 254])); sys.exit(1)", "failed with exit code 1: \ufffd\ufffd"),
    ],
)
def test_how_it_died_is_said(fake_ffmpeg, script, says):
    if "RTMIN" in script and not hasattr(signal, "SIGRTMIN"):
        pytest.skip("no real-time signals here")
    fake_ffmpeg(script)
    assert failure().startswith(f"ffmpeg {says}")


@pytest.mark.parametrize("code", [0, 1])
def test_ten_megabytes_of_complaints_are_swallowed(fake_ffmpeg, code):
    fake_ffmpeg(
        "for n in range(200_000): sys.stderr.write(f'complaint number {n:<32}\\n')\n"
        f"print('out_time_us=7'); sys.stderr.write('last words\\n'); sys.exit({code})"
    )
    if code == 0:
        ffmpeg.run([], deadline_seconds=SECONDS)
        return
    detail = failure()
    assert detail.endswith("complaint number 199999 | last words")
    assert len(detail) < 1200


def test_a_flood_of_progress_without_a_line_s_end_is_swallowed(fake_ffmpeg):
    fake_ffmpeg("sys.stdout.write('x' * 10_000_000)")
    ffmpeg.run([], deadline_seconds=SECONDS)


@pytest.mark.parametrize("name", ["missing", "folder", "not-executable"])
def test_a_wrong_name_is_the_machine_s_fault(tmp_path, monkeypatch, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "not-executable").write_text("#!/bin/sh\n")
    monkeypatch.setenv("ASSETKIT_FFMPEG", str(tmp_path / name))
    for ask in (ffmpeg.binary, ffmpeg.version, lambda: ffmpeg.run([], deadline_seconds=SECONDS)):
        with pytest.raises(SetupError, match=f"ASSETKIT_FFMPEG names .*{name}, which is missing or not executable"):
            ask()


def test_what_cannot_be_started_is_the_machine_s_fault(fake_ffmpeg):
    path = fake_ffmpeg("")
    path.write_bytes(b"\x7fELF no program at all")
    with pytest.raises(SetupError, match="does not start"):
        ffmpeg.run([], deadline_seconds=SECONDS)
    with pytest.raises(SetupError, match="does not run"):
        ffmpeg.version()


@pytest.mark.parametrize(
    ("script", "says"),
    [("print('hello')", "does not answer like ffmpeg"), ("sys.exit(1)", "does not run")],
)
def test_what_does_not_answer_like_ffmpeg_is_the_machine_s_fault(fake_ffmpeg, script, says):
    fake_ffmpeg(script)
    with pytest.raises(SetupError, match=says):
        ffmpeg.version()


def test_the_version_is_read_from_the_first_line(fake_ffmpeg):
    fake_ffmpeg("print('ffmpeg version 7.1-static Copyright'); print('ffmpeg version 9')")
    assert ffmpeg.version() == "7.1-static"


def test_no_bundled_one_is_the_machine_s_fault(monkeypatch):
    def none():
        raise RuntimeError("No ffmpeg exe could be found")

    monkeypatch.delenv("ASSETKIT_FFMPEG", raising=False)
    monkeypatch.setattr(ffmpeg.imageio_ffmpeg, "get_ffmpeg_exe", none)
    with pytest.raises(SetupError, match="reinstall imageio-ffmpeg"):
        ffmpeg.binary()


STARTS_BESIDE_THREADS = """
import threading
from concurrent.futures import ThreadPoolExecutor
import av, numpy as np
from assetkit.geometry import Size
from assetkit.media import ffmpeg
from assetkit.media.faces import find_faces
from assetkit.media.frames import to_picture
from assetkit.text import detector
from tests.factories import clip_info

info, frame = clip_info(640, 360), av.VideoFrame.from_ndarray(np.zeros((360, 640, 3), np.uint8), "rgb24")
together = threading.Barrier(3)

def look(_):
    together.wait()
    pixels = to_picture(frame, info, Size(320, 180))
    find_faces(pixels)
    detector("paddle", 2).detect(pixels)
    together.wait()

with ThreadPoolExecutor(3) as crew:
    list(crew.map(look, range(3)))
    ffmpeg.run(["-version"], deadline_seconds=20)  # the threads are still there, idle
print("started")
"""


def test_a_child_starts_whatever_other_threads_own():
    """What a thread alone owns is destroyed in the child, and may wait there for threads that it has not."""
    done = subprocess.run(
        [sys.executable, "-c", STARTS_BESIDE_THREADS], capture_output=True, text=True, timeout=90, check=False
    )
    assert done.stdout == "started\n", done.stderr
