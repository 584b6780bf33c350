"""Telling others what became of an asset: a command, a web address. Neither may hold anything up."""

import logging
import queue
import subprocess
import sys
import threading
import urllib.request
from contextlib import suppress

_WAITING_MOST = 1000
_COMMAND_SECONDS = 60.0
_WEBHOOK_SECONDS = 10.0
_TRIES = 3
_FIRST_WAIT = 0.5  # seconds
_log = logging.getLogger(__name__)


class Teller:
    """A thread of its own that hands over entries, one after another. `untold` counts those that reached nobody."""

    def __init__(self, command: str | None, webhook: str | None) -> None:
        self.untold = 0
        self._command, self._webhook = command, webhook
        self._waiting: queue.Queue[bytes | None] = queue.Queue(_WAITING_MOST)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        if command or webhook:
            self._thread.start()

    def tell(self, entry: str) -> None:
        """Queue one entry, JSON; return at once."""
        if not self._thread.is_alive():
            return
        try:
            self._waiting.put_nowait(entry.encode())
        except queue.Full:
            self._missed("too many are waiting already")

    def close(self, seconds: float) -> None:
        """Wait for what is queued, but no longer than so many seconds."""
        if not self._thread.is_alive():
            return
        with suppress(queue.Full):
            self._waiting.put_nowait(None)
        self._thread.join(seconds)
        self._over.set()

    def _work(self) -> None:
        while (entry := self._waiting.get()) is not None and not self._over.is_set():
            if self._command:
                self._run(self._command, entry)
            if self._webhook:
                self._post(self._webhook, entry)

    def _run(self, command: str, entry: bytes) -> None:
        try:
            # the command line of the person who runs the watcher, as in any hook
            done = subprocess.run(  # noqa: S602
                command,
                shell=True,
                input=entry,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=_COMMAND_SECONDS,
                check=False,
                start_new_session=sys.platform != "win32",
            )
        except (OSError, subprocess.SubprocessError) as error:
            self._missed(f"{command}: {error}")
            return
        if done.returncode:
            self._missed(f"{command} ended with {done.returncode}: {done.stderr[-300:].decode(errors='replace')}")

    def _post(self, address: str, entry: bytes) -> None:
        said = ""
        for attempt in range(_TRIES):
            if attempt and self._over.wait(_FIRST_WAIT * 4**attempt):
                break
            try:
                request = urllib.request.Request(address, entry, {"Content-Type": "application/json"})  # noqa: S310
                with urllib.request.urlopen(request, timeout=_WEBHOOK_SECONDS):  # noqa: S310 - checked by the door
                    return
            except (OSError, ValueError) as error:
                said = str(error)
        self._missed(f"{address}: {said}")

    def _missed(self, why: str) -> None:
        self.untold += 1
        _log.warning("not told: %s", why)
