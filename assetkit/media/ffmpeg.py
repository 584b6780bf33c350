"""One ffmpeg child at a time: found, started, watched and never left running."""

import ctypes
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from fractions import Fraction
from time import monotonic
from typing import IO

import imageio_ffmpeg

from assetkit.errors import AssetError, SetupError
from assetkit.wording import say

_VARIABLE = "ASSETKIT_FFMPEG"
_STDERR_KEPT = 8192  # bytes; a hostile or very chatty encoder must not fill the memory
_LINE_MOST = 4096  # bytes
_POLL_SECONDS = 0.25  # Windows delivers Ctrl-C only between waits
_PATIENT = 10  # niceness of what works beside an encoder that others wait for
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_running: "set[subprocess.Popen[bytes]]" = set()


def binary() -> str:
    """Path of the ffmpeg to run: ASSETKIT_FFMPEG if set, else the one that imageio-ffmpeg carries.

    Raises SetupError if it is missing or not executable.
    """
    named = os.environ.get(_VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            raise SetupError(
                f"{_VARIABLE} names {named}, which is missing or not executable; encoding needs ffmpeg: "
                f"point {_VARIABLE} at an ffmpeg binary or unset it to use the bundled one"
            )
        return found
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise SetupError(
            f"no ffmpeg found; encoding needs it: reinstall imageio-ffmpeg from a wheel or set {_VARIABLE}"
        ) from error


def version() -> str:
    """Version of the ffmpeg to run, e.g. `7.1`. Raises SetupError if it does not say."""
    path = binary()
    try:
        # Not through run(): that one speaks of an asset's failure, and this is the machine's.
        said = subprocess.run(
            [path, "-version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=True
        ).stdout.decode(errors="replace")
    except (OSError, subprocess.SubprocessError) as error:
        raise SetupError(f"{path} does not run ({error}): set {_VARIABLE} to a working ffmpeg") from error
    match = re.match(r"ffmpeg version (\S+)", said)
    if match is None:
        raise SetupError(f"{path} does not answer like ffmpeg: set {_VARIABLE} to a working ffmpeg")
    return match.group(1)


def run(
    arguments: Sequence[str],
    *,
    deadline_seconds: float,
    on_progress: Callable[[Fraction], None] | None = None,
    on_said: Callable[[bytes], None] | None = None,
    fed: Iterable[bytes] | None = None,
    is_patient: bool = False,
) -> None:
    """Run ffmpeg with `arguments` to its end; `on_progress` gets the seconds of output written so far.

    `on_said` gets each line of its log, in a thread of its own, and must not raise. `fed` is what it reads from its
    standard input, iterated over in a thread of its own. Patient, it yields to what others wait for.

    Whatever happens (failure, deadline, Ctrl-C, an error in `on_progress`), the child and everything it
    started are gone on return. Raises AssetError `tool-failed` with ffmpeg's last words if it fails, dies or
    takes longer than `deadline_seconds`; SetupError if it cannot be started.
    """
    ends_at = monotonic() + deadline_seconds
    child = _start(arguments, is_fed=fed is not None, is_patient=is_patient)
    _running.add(child)
    tail = bytearray()
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    threads = [
        threading.Thread(target=_keep_tail, args=(child.stderr, tail, on_said), daemon=True),
        threading.Thread(target=_pass_lines, args=(child.stdout, lines), daemon=True),
    ]
    if fed is not None:
        threads.append(threading.Thread(target=_feed, args=(child.stdin, fed), daemon=True))
    try:
        for thread in threads:
            thread.start()
        _follow(child, lines, ends_at, on_progress)
    except TimeoutError as error:
        raise _failure(
            say("took longer than {deadline_seconds:g} s and was stopped", deadline_seconds=deadline_seconds)
        ) from error
    finally:
        _kill_group(child)
        _running.discard(child)
        for thread in threads:
            thread.join(timeout=2)
        _close(child)
    _raise_on_failure(child.returncode, bytes(tail))


def kill_all() -> None:
    """End every child at once, for a process that is about to end itself without unwinding."""
    for child in tuple(_running):
        with suppress(OSError):
            if sys.platform == "win32":
                child.kill()
            else:
                os.killpg(child.pid, signal.SIGKILL)


def _start(arguments: Sequence[str], *, is_fed: bool, is_patient: bool) -> subprocess.Popen[bytes]:
    path = binary()
    command = [path, "-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", "-progress", "pipe:1"]
    windows = sys.platform == "win32"
    below = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0) if is_patient else 0
    try:
        child = subprocess.Popen(
            [*command, *arguments],
            stdin=subprocess.PIPE if is_fed else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=not windows,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | below,
            preexec_fn=_death_wish(),  # noqa: PLW1509  it makes one system call and touches no lock
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise SetupError(f"{path} does not start ({error}): set {_VARIABLE} to a working ffmpeg") from error
    if is_patient and not windows:
        with suppress(OSError):  # it has ended already
            os.setpriority(os.PRIO_PROCESS, child.pid, _PATIENT)
    return child


def _death_wish() -> Callable[[], None] | None:
    """What the child does before exec on Linux, so that the kernel ends it with a killed worker.

    No other parent can do this: ffmpeg ignores SIGPIPE and end of file on stdin, and a session of its own is
    out of reach of the terminal's signals. The library is loaded here, since the child must not load any.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def wish() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the parent died before the wish was made
            os._exit(1)

    return wish


def _follow(
    child: subprocess.Popen[bytes],
    lines: "queue.SimpleQueue[bytes | None]",
    ends_at: float,
    on_progress: Callable[[Fraction], None] | None,
) -> None:
    """Wait for the child's end, handing on its progress; TimeoutError at `ends_at`."""
    line: bytes | None = b""
    while line is not None:
        if monotonic() >= ends_at:
            raise TimeoutError
        try:
            line = lines.get(timeout=_POLL_SECONDS)
        except queue.Empty:
            if child.poll() is not None:  # something it started still holds its stdout
                return
            continue
        seconds = _progress_seconds(line)
        if seconds is not None and on_progress is not None:
            on_progress(seconds)
    while child.poll() is None:
        if monotonic() >= ends_at:
            raise TimeoutError
        try:
            child.wait(timeout=_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def _progress_seconds(line: bytes | None) -> Fraction | None:
    key, _, value = (line or b"").partition(b"=")
    if key != b"out_time_us" or not value.strip().isdigit():  # N/A before the first frame
        return None
    return Fraction(int(value), 1_000_000)


def _keep_tail(stream: IO[bytes], tail: bytearray, on_said: Callable[[bytes], None] | None) -> None:
    while line := stream.readline(_LINE_MOST):
        if on_said is not None:
            on_said(line)
        if b"[info]" not in line and not line.startswith(b"  "):  # what a filter reports is no last word
            tail += line
            del tail[:-_STDERR_KEPT]


def _feed(stream: IO[bytes], fed: Iterable[bytes]) -> None:
    with suppress(OSError, ValueError), stream:  # it has ended, and its pipe is closed
        for chunk in fed:
            stream.write(chunk)


def _pass_lines(stream: IO[bytes], lines: "queue.SimpleQueue[bytes | None]") -> None:
    while line := stream.readline(1024):
        if line.startswith(b"out_time_us="):
            lines.put(line)
    lines.put(None)


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        child.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group of zombies
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _close(child: subprocess.Popen[bytes]) -> None:
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream is not None:
            with suppress(OSError):  # what it did not read any more
                stream.close()


def _raise_on_failure(code: int, tail: bytes) -> None:
    if code == 0:
        return
    if code < 0:
        raise _failure(say("was killed by signal {name}", name=_signal_name(-code)), tail)
    raise _failure(say("failed with exit code {code}", code=code), tail)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal
        return str(number)


def _failure(what: str, tail: bytes = b"") -> AssetError:
    text = re.sub(r" @ 0x[0-9a-f]+", "", tail.decode(errors="replace"))  # addresses differ from run to run
    said = [line.strip() for line in text.splitlines() if line.strip()]
    detail = say("ffmpeg {what}", what=what)
    if said:
        detail = say("ffmpeg {what}: {words}", what=what, words=" | ".join(said[-4:])[-1000:])
    return AssetError(
        "tool-failed", "transform", detail, say("play the file to see whether it is damaged, then try again")
    )
