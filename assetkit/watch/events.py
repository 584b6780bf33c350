"""The file system's own word that something happened: it makes the next look come early, and nothing depends on it.

Shares have no events, a remount loses them, a large tree may exhaust them: looking by the clock finds everything.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path, PurePath

_APART_SECONDS = 1.0  # however many events there are, a look at a large folder takes its time
_GROUPED_MS = 200  # events that follow each other are one
_LOOK_UP_MS = 500  # how soon the thread notices that it is over
_OWN = ".assetkit-"
_log = logging.getLogger(__name__)


class Events:
    """Calls `wake`, in a thread of its own, when something under a folder changes."""

    def __init__(self, folder: Path, wake: Callable[[], None]) -> None:
        self._folder, self._wake = folder, wake
        self._identity: tuple[int, int] | None = None
        self._over = threading.Event()

    def follow(self, identity: tuple[int, int] | None) -> None:
        """Listen to the folder that lies there now, or to none: what comes in its place has events of its own."""
        if identity == self._identity:
            return
        self._over.set()  # its thread ends by itself soon after
        self._identity, self._over = identity, threading.Event()
        if identity is not None:
            threading.Thread(target=self._listen, args=(self._over,), daemon=True).start()

    def _listen(self, over: threading.Event) -> None:
        try:
            from watchfiles import watch  # a binary wheel, which a platform may lack

            changes = watch(
                self._folder,
                watch_filter=lambda _, path: not PurePath(path).name.startswith(_OWN),
                debounce=_GROUPED_MS,
                rust_timeout=_LOOK_UP_MS,
                stop_event=over,
                raise_interrupt=False,
                force_polling=False,
                ignore_permission_denied=True,
            )
            for _ in changes:
                self._wake()
                over.wait(_APART_SECONDS)
        except Exception as error:  # whatever a file system answers, the clock goes on
            _log.info("no events from %s, so it is looked at by the clock alone: %s", self._folder, error)
