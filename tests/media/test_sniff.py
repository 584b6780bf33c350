import pytest
from PIL import Image

from assetkit.errors import AssetError
from assetkit.facts import Kind
from assetkit.media.sniff import Sniffed, sniff


def written(tmp_path, data, name="file.jpg"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def ftyp(major, *compatible):
    body = major + b"\0\0\0\0" + b"".join(compatible)
    return (8 + len(body)).to_bytes(4, "big") + b"ftyp" + body


def packets(start, length):
    data = bytearray(1000)
    data[start::length] = b"\x47" * len(data[start::length])
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "kind", "reader"),
    [
        (b"\xff\xd8\xff\xe0", Kind.IMAGE, "JPEG"),
        (b"\x89PNG\r\n\x1a\n", Kind.IMAGE, "PNG"),
        (b"GIF89a", Kind.IMAGE, "GIF"),
        (b"RIFF\0\0\0\0WEBP", Kind.IMAGE, "WEBP"),
        (b"BM\0\0", Kind.IMAGE, "BMP"),
        (b"II*\0", Kind.IMAGE, "TIFF"),
        (b"MM\0*", Kind.IMAGE, "TIFF"),
        (ftyp(b"avif", b"mif1"), Kind.IMAGE, "AVIF"),
        (ftyp(b"mif1", b"mif1", b"avif"), Kind.IMAGE, "AVIF"),
        (ftyp(b"heic", b"mif1"), Kind.IMAGE, "HEIF"),
        (ftyp(b"mif1", b"heic"), Kind.IMAGE, "HEIF"),
        (ftyp(b"isom", b"avc1"), Kind.VIDEO, "mov"),
        (ftyp(b"qt  "), Kind.VIDEO, "mov"),
        (ftyp(b"mp42", b"avif"), Kind.VIDEO, "mov"),
        (b"\0\0\0\x08moov", Kind.VIDEO, "mov"),
        (b"\0\0\0\x08wide", Kind.VIDEO, "mov"),
        (b"\x1a\x45\xdf\xa3", Kind.VIDEO, "matroska"),
        (b"RIFF\0\0\0\0AVI ", Kind.VIDEO, "avi"),
        (b"OggS", Kind.VIDEO, "ogg"),
        (b"FLV\x01", Kind.VIDEO, "flv"),
        (b"\0\0\x01\xba", Kind.VIDEO, "mpeg"),
        (bytes.fromhex("060e2b34020501010d010201010204000000"), Kind.VIDEO, "mxf"),
        (packets(0, 188), Kind.VIDEO, "mpegts"),
        (packets(4, 192), Kind.VIDEO, "mpegts"),
    ],
)
def test_content_decides(tmp_path, data, kind, reader):
    assert sniff(written(tmp_path, data, "wrong.txt")) == Sniffed(kind, reader)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"#EXTM3U\n/etc/passwd\n", "a playlist"),
        (b"\xef\xbb\xbf#EXTM3U\n", "a playlist"),
        (b"  \n#extm3u\n", "a playlist"),
        (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "an FFmpeg concat script"),
        (b"<!doctype html>", "a web page"),
        (b"<svg xmlns=''>", "an SVG drawing"),
        (b"%PDF-1.7", "a PDF"),
        (b"8BPS\0\1", "a Photoshop document"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"RIFF\0\0\0\0WAVE", "a sound file"),
        (b"ID3\4", "a sound file"),
        (b"just some words", "by its content"),
        (b"\0" * 400, "by its content"),
        (b"\x47" + b"\0" * 399, "by its content"),  # one sync byte makes no transport stream
    ],
)
def test_what_is_not_read_is_named(tmp_path, data, says):
    with pytest.raises(AssetError) as error:
        sniff(written(tmp_path, data, "clip.mp4"))
    assert error.value.code == "unsupported-format"
    assert says in error.value.detail
    assert error.value.fix


def test_an_empty_file(tmp_path):
    with pytest.raises(AssetError, match=r"empty \(0 bytes\)") as error:
        sniff(written(tmp_path, b""))
    assert error.value.code == "unreadable"


@pytest.mark.parametrize("name", ["gone.jpg", "."])
def test_what_cannot_be_opened(tmp_path, name):
    with pytest.raises(AssetError, match="cannot be opened") as error:
        sniff(tmp_path / name)
    assert error.value.code == "unreadable"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF"])
def test_what_pillow_writes_is_recognised(tmp_path, form):
    Image.new("RGB", (16, 16)).save(tmp_path / "file.bin", form)
    assert sniff(tmp_path / "file.bin") == Sniffed(Kind.IMAGE, form)


def test_heif_is_recognised(tmp_path):
    pillow_heif = pytest.importorskip("pillow_heif")
    pillow_heif.from_pillow(Image.new("RGB", (16, 16))).save(tmp_path / "file.bin")
    assert sniff(tmp_path / "file.bin") == Sniffed(Kind.IMAGE, "HEIF")
