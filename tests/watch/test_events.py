"""Events of the real file system; what depends on them would be a mistake."""

import logging
import sys
import threading
from pathlib import Path

import pytest
import watchfiles

from assetkit.watch.events import Events
from assetkit.watch.loop import _identity

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a folder that is listened to cannot be moved there")
SOON = 20.0  # seconds; far less is usual


@pytest.fixture
def followed(tmp_path):
    """A folder that is listened to, and how to wait for a wake."""
    folder, woken = tmp_path / "in", threading.Event()
    (folder / "sub").mkdir(parents=True)
    events = Events(folder, woken.set)
    events.follow(_identity(folder))
    yield events, folder, woken
    events.follow(None)


def wakes(folder: Path, woken: threading.Event, name: str) -> bool:
    """Write until it is heard of: the thread needs a moment before it listens."""
    woken.clear()
    for number in range(int(SOON * 10)):
        (folder / name).write_bytes(b"x" * number)
        if woken.wait(0.1):
            return True
    return False


def test_a_file_wakes_in_sub_folders_too(followed):
    _, folder, woken = followed
    assert wakes(folder, woken, "sub/a.jpg")


def test_a_folder_in_the_place_of_another_is_listened_to(followed):
    events, folder, woken = followed
    assert wakes(folder, woken, "a.jpg")
    folder.rename(folder.with_name("away"))
    folder.mkdir()
    events.follow(None)
    events.follow(_identity(folder))
    assert wakes(folder, woken, "b.jpg")


def test_the_watcher_s_own_mark_wakes_nobody(followed):
    _, folder, woken = followed
    assert wakes(folder, woken, "a.jpg")
    threading.Event().wait(1.5)  # what was written last may wake once more
    woken.clear()
    (folder / ".assetkit-lock").write_text("{}")
    assert not woken.wait(1.0)


def test_a_file_system_that_refuses_is_no_trouble(tmp_path, monkeypatch, caplog):
    """As Linux does when all its watches are taken."""

    def refuse(*_args, **_options):
        raise OSError(28, "OS file watch limit reached")

    monkeypatch.setattr(watchfiles, "watch", refuse)
    caplog.set_level(logging.INFO)
    Events(tmp_path, lambda: pytest.fail("nothing happened"))._listen(threading.Event())
    assert "by the clock alone: [Errno 28] OS file watch limit reached" in caplog.text
