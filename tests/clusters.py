"""Clusters for tests: a scheduler and workers, each a plain process that was started as people start it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE = 60


class Machines:
    """A scheduler and workers on this machine; all of them end with the context."""

    def __init__(self, folder):
        self.folder, self._running = folder, []
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.file = folder / "scheduler.json"

    def __enter__(self):
        self.start_scheduler()
        return self

    def __exit__(self, *_):
        for process in reversed(self._running):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def start_scheduler(self):
        self.scheduler = self._start(
            "dask_scheduler", "--host", "127.0.0.1", "--port", self.port, "--dashboard-address", "127.0.0.1:0",
            "--scheduler-file", self.file,
        )  # fmt: skip

    def start_worker(self, name, *options, **environment):
        """Start a worker with its nanny; wait until the scheduler knows it."""
        process = self._start(
            "dask_worker", self.address, "--nworkers", 1, "--nthreads", 1, "--no-dashboard", "--name", name,
            "--local-directory", self.folder / name, *options, **environment,
        )  # fmt: skip
        eventually(lambda: name in self.workers(), f"worker {name} to be there")
        return process

    def workers(self):
        """Name -> what the scheduler knows of each worker."""
        from distributed import Client

        with suppress(OSError, TimeoutError), Client(self.address, timeout=20, set_as_default=False) as client:
            return {info["name"]: info for info in client.scheduler_info()["workers"].values()}
        return {}

    def pids(self):
        """Name -> the process of each worker, not its nanny's."""
        from distributed import Client

        with Client(self.address, timeout=20, set_as_default=False) as client:
            pids, known = client.run(os.getpid), client.scheduler_info()["workers"]
        return {known[address]["name"]: pid for address, pid in pids.items()}

    def _start(self, command, *arguments, **environment):
        log = (self.folder / f"{command}-{len(self._running)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{command}", *map(str, arguments)],
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        )
        log.close()
        self._running.append(process)
        return process

    def stop(self, process):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def eventually(is_so, what):
    """Wait until something is so; fail if it never is."""
    ends_at = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends_at, f"waited {PATIENCE} s in vain for {what}"
        time.sleep(0.05)


def untimed(folder):
    """The manifest as it was written, but for how long each asset took."""
    record = json.loads((folder / "manifest.json").read_text("utf-8"))
    for asset in record["assets"]:
        asset["seconds"] = None
    return json.dumps(record, indent=1)


def delivered(folder):
    """Path -> bytes of every file under a final name; nothing else may be left there."""
    assert not [p.name for p in folder.rglob(".*")], "something was left over"
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for status in ("ready", "review")
        for p in (folder / status).rglob("*")
        if p.is_file()
    }
