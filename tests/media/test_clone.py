import errno
import os
import sys
from pathlib import Path

import pytest

from assetkit.media import clone as room
from assetkit.media.clone import clone

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the ioctl is Linux's own")
DATA = os.urandom(100_000)


@pytest.fixture
def files(tmp_path):
    source, target = tmp_path / "a.jpg", tmp_path / "out" / "main.jpeg"
    target.parent.mkdir()
    source.write_bytes(DATA)
    return source, target


def is_apart(source, target):
    """Editing the copy in place and cutting it short leaves the source as it was."""
    assert not source.samefile(target)
    assert source.stat().st_nlink == target.stat().st_nlink == 1
    with target.open("r+b") as file:
        file.write(b"edited")
        file.truncate(10)
    return source.read_bytes() == DATA


def test_a_copy_is_a_file_of_its_own(files):
    clone(*files)
    assert files[1].read_bytes() == DATA
    assert is_apart(*files)


@linux_only
def test_blocks_are_shared_where_the_file_system_can(files, monkeypatch):
    asked = []

    def ioctl(copy, request, original):
        asked.append((request, Path(f"/proc/self/fd/{original}").readlink()))
        os.sendfile(copy.fileno(), original, 0, len(DATA))  # as btrfs would, but for the sharing
        return 0

    monkeypatch.setattr("fcntl.ioctl", ioctl)
    monkeypatch.setattr(room.shutil, "copyfile", lambda *_: pytest.fail("copied as well"))
    clone(*files)
    assert asked == [(0x40049409, files[0])]
    assert files[1].read_bytes() == DATA
    assert is_apart(*files)


@linux_only
@pytest.mark.parametrize("code", [errno.EOPNOTSUPP, errno.EXDEV, errno.EINVAL, errno.ENOTTY, errno.EPERM])
def test_else_the_bytes_are_copied(files, monkeypatch, code):
    def refuse(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("fcntl.ioctl", refuse)
    clone(*files)
    assert files[1].read_bytes() == DATA
    assert is_apart(*files)


def test_another_system_copies(files, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    clone(*files)
    assert files[1].read_bytes() == DATA


def test_a_source_that_is_gone_is_an_error_as_ever(files):
    files[0].unlink()
    with pytest.raises(FileNotFoundError):
        clone(*files)
