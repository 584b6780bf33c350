"""A worker process that ends itself before it takes more than its share of memory, and its encoders with it."""

import os
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from assetkit.media import ffmpeg
from assetkit.worker import Task, prepare

OVER_ITS_SHARE = 77
"""The exit code of a process that needed more."""
_LOOK_SECONDS = 0.2


def prepare_with_share(
    folder: str, share_bytes: int, tasks: tuple[Task, ...], sender: Connection | None, lifeline: Connection
) -> None:
    """Set up a worker that works from `folder`, as the coordinating process does, within a share of memory (0: all)."""
    with suppress(OSError):  # where it is not there, all paths are absolute, or the inputs were not found
        os.chdir(folder)
    if share_bytes:
        threading.Thread(target=_end_above, args=(share_bytes,), daemon=True).start()
    prepare(tasks, sender, lifeline)


def _end_above(share_bytes: int) -> None:
    """A limit of the kernel on address space would not do: models are mapped and never used up."""
    import psutil

    me = psutil.Process()
    while True:
        time.sleep(_LOOK_SECONDS)
        with suppress(psutil.Error):
            if sum(_resident(one) for one in (me, *me.children(recursive=True))) > share_bytes:
                ffmpeg.kill_all()
                os._exit(OVER_ITS_SHARE)


def _resident(process: Any) -> int:
    import psutil

    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
