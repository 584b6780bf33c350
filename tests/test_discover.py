import os
import sys
import tracemalloc
import unicodedata
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetkit.discover import discover, every_file, output_stems, printable
from assetkit.errors import UserInputError

bytes_names = pytest.mark.skipif(sys.platform != "linux", reason="only Linux file names may be any bytes")


def make(folder, *names, data=b"x"):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def names_of(found):
    return [s.relative for s in found.sources]


def reasons_of(found):
    return {s.relative: s.reason for s in found.skipped}


def test_a_folder_is_searched_to_its_depths_and_sorted(tmp_path):
    make(tmp_path, "b.jpg", "a/z.png", "a/b/c/deep.mp4", "A.jpg", "a.jpg", "notes.txt")
    found = discover([tmp_path])
    assert names_of(found) == ["A.jpg", "a.jpg", "a/b/c/deep.mp4", "a/z.png", "b.jpg", "notes.txt"]
    assert [s.path for s in found.sources] == [tmp_path / n for n in names_of(found)]
    assert found.skipped == ()


@pytest.mark.parametrize("closed", ["", "b", "c"])  # whichever is listed first, the other comes after it
def test_a_folder_that_cannot_be_listed_is_named_and_the_rest_is_found(closed, tmp_path, monkeypatch):
    make(tmp_path, "a.jpg", "b/b.jpg", "c/c.jpg")
    real = os.scandir

    def scandir(folder):
        if Path(folder) == tmp_path / closed:
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr("assetkit.walk.os.scandir", scandir)
    found = discover([tmp_path])
    assert reasons_of(found) == {closed or ".": "cannot be listed: Permission denied"}
    assert names_of(found) == [name for name in ("a.jpg", "b/b.jpg", "c/c.jpg") if closed and name[0] != closed]


def test_many_sources_need_little_memory(tmp_path):
    make(tmp_path, *(f"{number:04}.jpg" for number in range(400)))
    discover([tmp_path])
    tracemalloc.start()
    found = discover([tmp_path])
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 450 * len(found.sources)  # with a Path each it was 700


def test_a_file_is_named_from_its_folder(tmp_path):
    make(tmp_path, "sub/a.jpg", "sub/b.jpg")
    assert names_of(discover([tmp_path / "sub/a.jpg"])) == ["a.jpg"]


def test_several_inputs_are_named_from_what_they_share(tmp_path):
    make(tmp_path, "one/a.jpg", "two/deep/a.jpg", "two/b.jpg", "three/c.jpg")
    found = discover([tmp_path / "one", tmp_path / "two", tmp_path / "three/c.jpg"])
    assert names_of(found) == ["one/a.jpg", "three/c.jpg", "two/b.jpg", "two/deep/a.jpg"]


def test_what_is_named_twice_is_found_once(tmp_path):
    make(tmp_path, "one/a.jpg", "one/b.jpg")
    found = discover([tmp_path / "one", tmp_path / "one/a.jpg", tmp_path / "one"])
    assert names_of(found) == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize("second", ["../other", "../../outside/other", "sub/../../other"])
def test_an_input_above_the_working_folder_never_names_a_way_up(tmp_path, monkeypatch, second):
    make(tmp_path, "top/work/photos/a.jpg", "top/work/sub/x.txt", "top/other/b.jpg", "outside/other/b.jpg")
    monkeypatch.chdir(tmp_path / "top/work")
    found = discover([Path("photos"), Path(second)])
    assert len(found.sources) == 2
    for each in found.sources:
        assert ".." not in PurePosixPath(each.relative).parts
        assert ".." not in PurePosixPath(each.stem).parts
        assert each.path.is_file()


def test_an_input_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(UserInputError, match="none: no such file or folder"):
        discover([tmp_path, tmp_path / "none"])


def test_nothing_gives_nothing(tmp_path):
    found = discover([tmp_path])
    assert (found.sources, found.skipped) == ((), ())


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".DS_Store", "hidden"),
        ("._a.jpg", "hidden"),
        (".hidden/a.jpg", "hidden"),
        ("a.jpg.part", "still being copied"),
        ("a.mp4.crdownload", "still being copied"),
        ("A.TMP", "still being copied"),
        ("~a.jpg", "still being copied"),
        ("Thumbs.db", "made by the operating system"),
        ("desktop.ini", "made by the operating system"),
        ("a.jpg.assetkit.json", "a sidecar of another file"),
        ("b.jpg.assetkit.json", "a sidecar without its file"),
    ],
)
def test_what_is_skipped_says_why(tmp_path, name, reason):
    make(tmp_path, name, "a.jpg")
    found = discover([tmp_path])
    assert names_of(found) == ["a.jpg"]
    ((skipped, why),) = reasons_of(found).items()
    assert skipped == PurePosixPath(name).parts[0]
    assert reason in why


def test_a_sidecar_belongs_to_the_file_of_its_whole_name(tmp_path):
    make(tmp_path, "a.jpg", "a.png", "a.jpg.assetkit.json", "sub/a.jpg", "clip.mp4", "clip.cover.jpg")
    make(tmp_path, "clip.cover.jpg.assetkit.json")
    found = {s.relative: s for s in discover([tmp_path]).sources}
    assert found["a.jpg"].sidecar == tmp_path / "a.jpg.assetkit.json"
    assert [found[name].sidecar for name in ("a.png", "sub/a.jpg", "clip.mp4")] == [None] * 3
    assert found["clip.mp4"].cover.sidecar == tmp_path / "clip.cover.jpg.assetkit.json"


def test_a_file_on_its_own_has_its_sidecar_too(tmp_path):
    make(tmp_path, "a.jpg", "a.jpg.assetkit.json")
    found = discover([tmp_path / "a.jpg"])
    assert [s.sidecar for s in found.sources] == [tmp_path / "a.jpg.assetkit.json"]
    assert found.skipped == ()


def test_a_sidecar_that_is_a_link_or_a_folder_is_none(tmp_path):
    make(tmp_path, "a.jpg", "b.jpg", "elsewhere/notes.json")
    (tmp_path / "a.jpg.assetkit.json").symlink_to(tmp_path / "elsewhere/notes.json")
    (tmp_path / "b.jpg.assetkit.json").mkdir()
    assert {s.sidecar for s in discover([tmp_path]).sources} == {None}


def test_a_name_without_room_for_a_sidecar_has_none(tmp_path):
    make(tmp_path, "x" * 251 + ".jpg")
    assert [s.sidecar for s in discover([tmp_path]).sources] == [None]


def test_every_file_counts_the_covers_too(tmp_path):
    make(tmp_path, "clip.mp4", "clip.mov", "clip.cover.jpg", "clip.cover.jpg.assetkit.json", "b.jpg")
    files = every_file(discover([tmp_path]))
    assert [f.relative for f in files] == ["b.jpg", "clip.cover.jpg", "clip.mov", "clip.mp4"]
    assert [f.cover for f in files] == [None] * 4
    assert len({f.stem for f in files}) == 4
    assert files[1].sidecar == tmp_path / "clip.cover.jpg.assetkit.json"


def test_links_are_not_followed(tmp_path):
    make(tmp_path, "in/a.jpg", "out/secret.jpg")
    (tmp_path / "in/link.jpg").symlink_to(tmp_path / "out/secret.jpg")
    (tmp_path / "in/folder").symlink_to(tmp_path / "out", target_is_directory=True)
    (tmp_path / "in/circle").symlink_to(tmp_path / "in", target_is_directory=True)
    (tmp_path / "in/dangling.jpg").symlink_to(tmp_path / "gone.jpg")
    found = discover([tmp_path / "in"])
    assert names_of(found) == ["a.jpg"]
    assert reasons_of(found) == dict.fromkeys(
        ("circle", "dangling.jpg", "folder", "link.jpg"), "a link; links are not followed"
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_never_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    assert reasons_of(discover([tmp_path])) == {"pipe.jpg": "not a regular file"}
    assert reasons_of(discover([tmp_path / "pipe.jpg"])) == {"pipe.jpg": "not a regular file"}


def test_a_folder_named_like_a_picture_is_answered_and_searched(tmp_path):
    make(tmp_path, "x.jpg/inner.jpg", "plain/a.jpg")
    assert names_of(discover([tmp_path])) == ["plain/a.jpg", "x.jpg", "x.jpg/inner.jpg"]


def test_a_cover_belongs_to_its_clip(tmp_path):
    make(tmp_path, "clip.mp4", "clip.cover.jpg", "sub/clip.mov", "alone.cover.jpg", "photo.jpg", "photo.cover.png")
    found = {s.relative: s for s in discover([tmp_path]).sources}
    assert set(found) == {"clip.mp4", "sub/clip.mov", "alone.cover.jpg", "photo.jpg", "photo.cover.png"}
    assert found["clip.mp4"].cover.relative == "clip.cover.jpg"
    assert found["clip.mp4"].cover.path == tmp_path / "clip.cover.jpg"
    assert found["sub/clip.mov"].cover is None
    assert found["photo.jpg"].cover is None


def test_one_cover_serves_every_clip_of_its_name(tmp_path):
    make(tmp_path, "clip.MP4", "clip.mov", "clip.cover.png")
    found = discover([tmp_path])
    assert {s.cover.relative for s in found.sources} == {"clip.cover.png"}
    assert len(found.sources) == 2


@pytest.mark.parametrize("cover", ["g.cover.JPG", "G.Cover.jpg", "g.COVER.png"])
def test_cameras_write_large_letters_and_people_small_ones(tmp_path, cover):
    make(tmp_path, "G.MP4", cover)
    (found,) = discover([tmp_path]).sources
    assert (found.relative, found.cover.relative) == ("G.MP4", cover)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere these are the same file")
def test_the_cover_spelt_as_the_clip_is_goes_first(tmp_path):
    make(tmp_path, "a.mp4", "A.MP4", "a.cover.jpg", "A.cover.jpg")
    found = {s.relative: s.cover.relative for s in discover([tmp_path]).sources}
    assert found == {"a.mp4": "a.cover.jpg", "A.MP4": "A.cover.jpg"}


def test_a_second_cover_is_not_lost(tmp_path):
    make(tmp_path, "clip.mp4", "clip.cover.jpg", "clip.cover.png")
    found = discover([tmp_path])
    covers = [s.cover.relative for s in found.sources if s.cover]
    assert sorted(covers + names_of(found)) == ["clip.cover.jpg", "clip.cover.png", "clip.mp4"]


@pytest.mark.parametrize(
    ("names", "stems"),
    [
        (["a.jpg"], ["a"]),
        (["a.jpg", "b.jpg"], ["a", "b"]),
        (["a.jpg", "a.png"], ["a-jpg", "a-png"]),
        (["x/a.jpg", "y/a.jpg"], ["x/a", "y/a"]),
        (["a.jpg", "A.png"], ["a-jpg", "A-png"]),
        (["a"], ["a"]),
        (["a.b.c.jpg"], ["a.b.c"]),
        (["-rf.jpg"], ["-rf"]),
    ],
)
def test_stems(names, stems):
    assert [output_stems(names)[name] for name in names] == stems


def folded(stem):
    return unicodedata.normalize("NFC", stem).casefold()


@pytest.mark.parametrize(
    "names",
    [
        ["a.jpg", "A.jpg", "a.JPG", "A.JPG"],
        ["caf\u00e9.jpg", "cafe\u0301.jpg"],
        ["stra\u00dfe.jpg", "STRASSE.jpg"],
        ["a.jpg", "a.png", "a-jpg.webp", "a-png.webp"],
        ["a.", "a", "a.jpg"],
        ["clip.dat", "clip.cover.jpg"],  # the clip's own cover is called clip.cover.jpg as well
        ["clip.mp4", "clip.cover.png"],
        ["x" * 240 + ".jpg", "x" * 241 + ".jpg", "x" * 240 + ".png"],
        ["x" * 180 + "." + "y" * 70, "x" * 180 + "." + "z" * 70],
        ["\u56fe" * 80 + ".jpg", "\u56fe" * 80 + ".png"],
    ],
)
def test_stems_are_unique_on_any_file_system(names):
    stems = output_stems(names)
    outputs = [folded(stem) + suffix for stem in stems.values() for suffix in ("", ".cover")]
    assert len(set(outputs)) == 2 * len(names)
    assert all(len(PurePosixPath(f"{stem}.cover.jpg").name.encode()) <= 255 for stem in stems.values())


file_names = st.text("aAeE\u0301\u00e9.-\u56fe\U0001f600", min_size=1, max_size=12).filter(
    lambda n: n not in (".", "..")
)


@given(st.lists(file_names, min_size=1, max_size=12, unique=True))
def test_no_two_names_share_a_stem(names):
    stems = output_stems(names)
    assert set(stems) == set(names)
    assert len({folded(stem) for stem in stems.values()}) == len(names)
    assert output_stems(list(reversed(names))) == stems


WEIRD = [
    "-rf.jpg",
    "=1+1.jpg",
    "100%25 off.jpg",
    "%d.jpg",
    'it\'s "quoted".jpg',
    "two\nlines.jpg",
    "\u65b0\u54c1\u4e0a\u5e02.jpg",
    "\U0001f600.jpg",
    " leading and trailing .jpg",
    "a;b|c&d$(e)`f`.jpg",
    "back\\slash.jpg",
    "x" * 236 + ".jpg",
    "noextension",
    "[red]markup[bold].jpg",
]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows forbids such names")
@pytest.mark.parametrize("name", WEIRD)
def test_weird_names(tmp_path, name):
    make(tmp_path, name)
    (source,) = discover([tmp_path]).sources
    assert source.relative == name
    assert source.path.is_file()
    assert len(source.stem.encode()) <= 200


@bytes_names
def test_names_that_are_no_utf_8(tmp_path):
    folder = os.fsencode(tmp_path)
    for name in (b"\xff\xfe.jpg", b"caf\xe9.jpg", b"caf\xc3\xa9.jpg"):
        Path(os.fsdecode(folder + b"/" + name)).write_bytes(b"x")
    found = discover([tmp_path])
    assert sorted(names_of(found)) == ["\\xff\\xfe.jpg", "caf\\xe9.jpg", "caf\u00e9.jpg"]
    for source in found.sources:
        source.relative.encode()
        source.stem.encode()
        assert source.path.read_bytes() == b"x"


@bytes_names
def test_a_name_that_looks_like_an_escape_hides_no_file(tmp_path):
    folder = os.fsencode(tmp_path)
    for name in (b"\xff.jpg", b"\\xff.jpg", b"\\\xff.jpg", b"\\\\xff.jpg"):
        Path(os.fsdecode(folder + b"/" + name)).write_bytes(b"x")
    assert len(discover([tmp_path]).sources) == 4


@bytes_names
@given(st.lists(st.text("\\xf0\udcff\udcc3", max_size=6), unique=True, max_size=30))
def test_printable_names_stay_apart(names):
    # lone surrogates stand for bytes; those that happen to spell UTF-8 are the same name to the file system
    data = {os.fsencode(n) for n in names}
    assert len({printable(os.fsdecode(d)) for d in data}) == len(data)


@bytes_names
def test_long_folders_of_no_utf_8_leave_room_for_outputs(tmp_path):
    folder = os.fsencode(tmp_path) + b"/" + b"\xc4" * 100
    os.mkdir(folder)  # noqa: PTH102 - pathlib takes no bytes
    Path(os.fsdecode(folder + b"/a.jpg")).write_bytes(b"x")
    (source,) = discover([tmp_path]).sources
    assert all(len(part.encode()) <= 255 for part in PurePosixPath(source.stem).parts)
