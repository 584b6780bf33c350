"""What a file is, by its first bytes.

FFmpeg is never left to guess: its guesses include playlists and scripts that name other files and addresses.
"""

from dataclasses import dataclass
from pathlib import Path

from assetkit.errors import AssetError
from assetkit.facts import Kind
from assetkit.wording import Said, say

_HEAD_BYTES = 400
_TS_PACKETS = ((0, 188), (4, 192))  # MPEG-TS, and M2TS/MTS with a 4-byte time code before each packet
_EXPORT = say("export it as JPEG, PNG or MP4")


@dataclass(frozen=True, slots=True)
class Sniffed:
    """`reader` is Pillow's plug-in for a still and FFmpeg's demuxer for a video."""

    kind: Kind
    reader: str


# (offset, bytes) -> reader
_STILLS = (
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"GIF8", "GIF"),
    (8, b"WEBP", "WEBP"),
    (0, b"BM", "BMP"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"II+\0", "TIFF"),
)
_VIDEOS = (
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (8, b"AVI ", "avi"),
    (0, b"OggS", "ogg"),
    (0, b"FLV\x01", "flv"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (0, b"\0\0\x01\xba", "mpeg"),
    (0, b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02", "mxf"),  # the header's key, SMPTE 377
    (4, b"moov", "mov"),
    (4, b"mdat", "mov"),
    (4, b"wide", "mov"),
    (4, b"free", "mov"),
    (4, b"skip", "mov"),
)
# ISO base media brands of still pictures (ISO/IEC 23008-12, AV1 image format)
_STILL_BRANDS = {b"avif": "AVIF", b"avis": "AVIF"} | dict.fromkeys(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "HEIF"
)
_NAMED_BUT_UNREAD = (
    (b"8BPS", say("a Photoshop document")),
    (b"%PDF", say("a PDF or Illustrator document")),
    (b"%!PS", say("a PostScript document")),
    (b"<svg", say("an SVG drawing")),
    (b"\0\0\0\x0cjP", say("a JPEG 2000 picture")),
    (b"#EXTM3U", say("a playlist")),
    (b"ffconcat", say("an FFmpeg concat script")),
    (b"<!DOCTYPE", say("a web page")),
    (b"<html", say("a web page")),
    (b"PK\x03\x04", say("a ZIP archive or Office document")),
    (b"RIFF", say("a sound file")),
    (b"ID3", say("a sound file")),
)


def sniff(path: Path) -> Sniffed:
    """Return what the file at `path` is.

    Raises AssetError `unreadable` if it is empty or cannot be opened, `unsupported-format` if its bytes are
    no picture and no video that assetkit reads.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        detail = say("cannot be opened: {why}", why=error.strerror or error)
        raise AssetError("unreadable", "probe", detail, say("check that it exists and may be read")) from error
    if not head:
        raise AssetError("unreadable", "probe", say("the file is empty (0 bytes)"), say("copy it again"))
    found = _recognise(head)
    if found is None:
        raise AssetError("unsupported-format", "probe", _what_else(head), _EXPORT)
    return found


def _recognise(head: bytes) -> Sniffed | None:
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    for kind, table in ((Kind.IMAGE, _STILLS), (Kind.VIDEO, _VIDEOS)):
        for offset, magic, reader in table:
            if head.startswith(magic, offset):
                return Sniffed(kind, reader)
    for start, length in _TS_PACKETS:
        if all(head[at : at + 1] == b"\x47" for at in (start, start + length)):
            return Sniffed(Kind.VIDEO, "mpegts")
    return None


def _iso_media(head: bytes) -> Sniffed:
    """Major brand first, then the compatible ones: a HEIC may call itself mif1, an AVIF sequence msf1."""
    length = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))]
    if b"avif" in brands and brands[0] in _STILL_BRANDS:
        return Sniffed(Kind.IMAGE, "AVIF")
    if brands[0] in _STILL_BRANDS:
        return Sniffed(Kind.IMAGE, _STILL_BRANDS[brands[0]])
    return Sniffed(Kind.VIDEO, "mov")


def _what_else(head: bytes) -> Said:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, name in _NAMED_BUT_UNREAD:
        if start.startswith(magic.lower()) or head.startswith(magic):
            return say("{name}, not a picture or a video that assetkit reads", name=name)
    return say("not a picture or a video that assetkit reads, by its content")
