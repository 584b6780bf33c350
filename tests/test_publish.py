import hashlib
from fractions import Fraction

import pytest

from assetkit.errors import AssetError
from assetkit.facts import Facts
from assetkit.judgement import Status
from assetkit.model import Finished
from assetkit.publish import place_file, publish, sha256_of
from tests.factories import clip_info, source, still_info


def finished(folder, info, name="main", role="main", data=b"data"):
    path = folder / "work" / f"{name}.{info.format}"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return Finished(path, role, Facts(info))


@pytest.mark.parametrize(
    ("name", "file_format", "published"),
    [
        ("a.jpg", "jpeg", "a.jpg"),
        ("a.JPG", "jpeg", "a.JPG"),
        ("a.jpeg", "jpeg", "a.jpeg"),
        ("a.png", "jpeg", "a.jpg"),
        ("a.jpg", "mpo", "a.jpg"),
        ("a.HEIC", "jpeg", "a.jpg"),
        ("a", "png", "a.png"),
        ("clip.mov", "mp4", "clip.mp4"),
        ("clip.m4v", "mp4", "clip.m4v"),
        ("a.b.webp", "webp", "a.b.webp"),
    ],
)
def test_the_name_fits_the_format(tmp_path, name, file_format, published):
    file = finished(tmp_path, still_info(format=file_format))
    (output,) = publish(source(tmp_path / name), Status.READY, [file], tmp_path / "out")
    assert output.path == f"ready/{published}"
    assert (tmp_path / "out/ready" / published).read_bytes() == b"data"
    assert not file.path.exists()


def test_an_output_is_described(tmp_path):
    file = finished(tmp_path, clip_info(90, 160, duration=Fraction(61, 3)), data=b"clip")
    (output,) = publish(source(tmp_path / "sub/clip.mp4", stem="sub/clip"), Status.REVIEW, [file], tmp_path / "out")
    assert output.path == "review/sub/clip.mp4"
    assert (output.role, output.bytes, output.width, output.height) == ("main", 4, 90, 160)
    assert output.duration_seconds == 20.333
    assert output.sha256 == hashlib.sha256(b"clip").hexdigest() == sha256_of(tmp_path / "out" / output.path)


def test_a_cover_stands_beside_its_clip(tmp_path):
    files = [
        finished(tmp_path, clip_info()),
        finished(tmp_path, still_info(), name="cover", role="cover"),
    ]
    outputs = publish(source(tmp_path / "clip.mov"), Status.READY, files, tmp_path / "out")
    assert [(o.path, o.role) for o in outputs] == [("ready/clip.mp4", "main"), ("ready/clip.cover.jpg", "cover")]


def test_nothing_is_overwritten_and_nothing_half_published(tmp_path):
    files = [finished(tmp_path, clip_info()), finished(tmp_path, still_info(), name="cover", role="cover")]
    taken = tmp_path / "out/ready/clip.cover.jpg"
    taken.parent.mkdir(parents=True)
    taken.write_bytes(b"precious")
    with pytest.raises(AssetError) as error:
        publish(source(tmp_path / "clip.mp4"), Status.READY, files, tmp_path / "out")
    assert error.value.code == "output-exists"
    assert error.value.detail == "ready/clip.cover.jpg is already there"
    assert taken.read_bytes() == b"precious"
    assert not (tmp_path / "out/ready/clip.mp4").exists()


def test_a_dangling_link_is_not_written_through(tmp_path):
    place = tmp_path / "out/ready/a.jpg"
    place.parent.mkdir(parents=True)
    place.symlink_to(tmp_path / "elsewhere.jpg")
    with pytest.raises(AssetError):
        publish(source(tmp_path / "a.jpg"), Status.READY, [finished(tmp_path, still_info())], tmp_path / "out")
    assert not (tmp_path / "elsewhere.jpg").exists()


def test_overwriting_replaces(tmp_path):
    place = tmp_path / "out/ready/a.jpg"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"old")
    file = finished(tmp_path, still_info())
    publish(source(tmp_path / "a.jpg"), Status.READY, [file], tmp_path / "out", overwrite=True)
    assert place.read_bytes() == b"data"


def test_one_file_straight_into_a_folder(tmp_path):
    assert place_file(None, tmp_path, overwrite=False) is None
    output = place_file(finished(tmp_path, still_info(), name="clip.cover-1"), tmp_path / "out", overwrite=False)
    assert output.path == "clip.cover-1.jpg"
    with pytest.raises(AssetError, match="already there"):
        place_file(finished(tmp_path, still_info(), name="clip.cover-1"), tmp_path / "out", overwrite=False)
