import errno
import os
from pathlib import Path

import pytest

from assetkit.watch import filing
from assetkit.watch.filing import Drawer, put_away
from tests.factories import source
from tests.test_api import files


@pytest.fixture
def asset(tmp_path):
    """A clip with its sidecar and its cover, in a sub-folder."""
    folder = tmp_path / "in/sub"
    folder.mkdir(parents=True)
    for name in ("clip.mp4", "clip.mp4.assetkit.json", "clip.cover.jpg"):
        (folder / name).write_text(name)
    cover = source(folder / "clip.cover.jpg", "sub/clip.cover.jpg")
    return source(folder / "clip.mp4", "sub/clip.mp4", "sub/clip", cover, folder / "clip.mp4.assetkit.json")


@pytest.fixture(params=["one file system", "two"])
def systems(request, monkeypatch):
    """Whether the archive can be reached by renaming."""
    real = Path.rename

    def rename(self, target):
        if "archive" in str(target) and "archive" not in str(self):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return real(self, target)

    if request.param == "two":
        monkeypatch.setattr(Path, "rename", rename)


@pytest.mark.usefixtures("systems")
def test_an_asset_goes_with_all_that_belongs_to_it(asset, tmp_path):
    os.utime(asset.path, ns=(10**18, 10**18))
    place = put_away(asset, tmp_path / "archive", Drawer.DONE)
    assert place == tmp_path / "archive/done/sub/clip.mp4"
    assert (place.read_text(), place.stat().st_mtime_ns) == ("clip.mp4", 10**18)
    assert files(tmp_path / "archive") == [
        f"done/sub/clip{end}" for end in (".cover.jpg", ".mp4", ".mp4.assetkit.json")
    ]
    assert files(tmp_path / "in") == []


@pytest.mark.usefixtures("systems")
def test_nothing_in_the_archive_is_replaced(asset, tmp_path):
    there = tmp_path / "archive/rejected/sub"
    there.mkdir(parents=True)
    (there / "clip.mp4").write_text("another")
    place = put_away(asset, tmp_path / "archive", Drawer.REJECTED, "why\n")
    assert place.name == "clip (2).mp4"
    assert (there / "clip.mp4").read_text() == "another"
    assert (there / "clip (2).mp4.reasons.txt").read_text() == "why\n"
    assert (there / "clip (2).mp4.assetkit.json").exists()


@pytest.mark.usefixtures("systems")
def test_a_move_that_was_cut_off_is_finished(asset, tmp_path):
    there = tmp_path / "archive/done/sub"
    there.mkdir(parents=True)
    (there / "clip.mp4").write_text("clip.mp4")  # copied whole; killed before the source went
    put_away(asset, tmp_path / "archive", Drawer.DONE)
    assert files(tmp_path / "in") == []
    assert len(files(tmp_path / "archive")) == 3


def test_a_copy_that_is_not_whole_costs_nothing(asset, tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(OSError(errno.EXDEV, "two file systems")))
    monkeypatch.setattr(filing, "clone", lambda _, target: target.write_text("half"))
    with pytest.raises(OSError, match="changed while it was copied"):
        put_away(asset, tmp_path / "archive", Drawer.DONE)
    assert len(files(tmp_path / "in")) == 3
    assert files(tmp_path / "archive") == []


def test_a_file_that_somebody_writes_to_comes_back(asset, tmp_path, monkeypatch):
    real = Path.rename

    def rename(self, target):
        real(self, target)
        if self == asset.path:
            Path(target).write_text("more than before")

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OSError, match="changed while it was moved"):
        put_away(asset, tmp_path / "archive", Drawer.DONE)
    assert asset.path.read_text() == "more than before"


def test_a_long_name_leaves_room_for_the_reasons(tmp_path):
    path = tmp_path / ("图" * 80 + ".jpg")
    path.write_text("x")
    put_away(source(path), tmp_path / "archive", Drawer.FAILED, "why\n")
    names = sorted(p.name for p in (tmp_path / "archive/failed").iterdir())
    assert len(names) == 2
    assert all(len(os.fsencode(name)) <= 255 for name in names)
