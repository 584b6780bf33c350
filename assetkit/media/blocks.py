"""Where still formats keep what is said about a picture: the raw blocks, bounded in size, from no more than headers."""

import re
import uuid
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from assetkit.media.envelope import EXIF_MARK, XMP_MARK, jpeg_end, jpeg_segments, png_chunks, webp_chunks

LARGEST = 4_000_000  # bytes of a block, and of a JPEG's header, that are looked at
_TEXT_MOST, _TEXTS_MOST = 100_000, 1000  # characters of one, and how many
C2PA_UUID = uuid.UUID("d8fec3d6-1b0e-483c-9297-5828877ec481").bytes  # C2PA 2.2, A.5.1
_PADDING = b"\0\xff \r\n\t"  # what writers and cards put behind a picture, which says nothing
_JPEG_END = b"\xff\xd9"
_XMP_MORE_MARK = b"http://ns.adobe.com/xmp/extension/\0"  # then 32 bytes of its digest, its length and an offset
_RAW_PROFILE = re.compile(r"Raw profile type (exif|app1|xmp|iptc|8bim)", re.IGNORECASE)  # as ImageMagick writes
_TIFF_XMP, _TIFF_IPTC, _TIFF_PHOTOSHOP, _TIFF_C2PA = 700, 33723, 34377, 52545


@dataclass(slots=True)
class Blocks:
    """What was found, unread: EXIF as TIFF structures or opened, `iptc` as Photoshop's resources or bare records.

    A file has one EXIF block and one XMP packet, but for tools that put theirs beside what was there: the first speaks.
    """

    exif: list[bytes | Image.Exif] = field(default_factory=list)
    xmp: list[bytes] = field(default_factory=list)
    iptc: bytes = b""
    c2pa: bytes = b""
    texts: list[tuple[str, str]] = field(default_factory=list)  # key, text
    has_thumbnail: bool = False
    has_more: bool = False  # another file behind the picture, or what is left of one
    has_other: bool = False


def blocks_of(image: Image.Image, path: Path) -> Blocks:
    """The blocks of an opened still. What is damaged is as good as absent: it is dropped, not passed on."""
    found = Blocks()
    try:
        match image.format:
            case "JPEG" | "MPO":
                _from_jpeg(path.read_bytes(), found)
            case "PNG":
                _from_png(path.read_bytes(), found)
            case "WEBP":
                _from_webp(path.read_bytes(), found)
            case _:
                _from_pillow(image, path, found)
    except (ValueError, OSError, IndexError, zlib.error):
        found.has_other = True
    return found


def _from_jpeg(data: bytes, found: Blocks) -> None:
    head = data[:LARGEST]
    end, more = 0, list[tuple[bytes, int, bytes]]()
    has_views = False
    for marker, body, end in jpeg_segments(head):  # noqa: B007 - the last one's end is where the picture begins
        if marker == 0xE1 and body.startswith(EXIF_MARK[:-1]):  # the last byte is for padding
            found.exif.append(body[len(EXIF_MARK) :])
        elif marker == 0xE1 and body.startswith(XMP_MARK):
            found.xmp.append(body[len(XMP_MARK) :])
        elif marker == 0xE1 and body.startswith(_XMP_MORE_MARK):
            digest, rest = body[len(_XMP_MORE_MARK) :][:32], body[len(_XMP_MORE_MARK) + 32 :]
            more.append((digest, int.from_bytes(rest[4:8], "big"), rest[8:]))
        elif marker == 0xE2 and body.startswith(b"MPF\0"):
            has_views = True
        elif marker == 0xED:
            found.iptc += body
        elif marker == 0xEB and body[:2] == b"JP":
            # one box over several segments: each says again what it is of, the later ones with the box's head, too
            is_first = int.from_bytes(body[4:8], "big") <= 1
            found.c2pa += body[8:] if is_first else body[16:]
        elif marker == 0xFE:
            found.texts.append(("comment", body[:_TEXT_MOST].decode("utf-8", "replace")))
        elif marker == 0xE0 and body.startswith(b"JFXX\0"):
            found.has_thumbnail = True
        elif 0xE1 <= marker <= 0xEF and marker not in (0xE2, 0xEE):
            found.has_other = True
    if more:
        found.xmp.append(b"".join(part for _, _, part in sorted(more)))
    # what follows the first end is strange, unless a second view or a gain map is announced, which ends alike
    with suppress(ValueError):  # one that was cut short has no end
        place = data.rfind(_JPEG_END, end) + len(_JPEG_END) if has_views else jpeg_end(data, end)
        found.has_more = bool(data[place:].strip(_PADDING))


def _from_png(data: bytes, found: Blocks) -> None:
    raw, end = list[bytes](), 8
    for kind, body in png_chunks(data):
        end += len(body) + 12
        if kind == b"eXIf":
            found.exif.append(body[:LARGEST])
        elif kind == b"caBX":
            found.c2pa = body[:LARGEST]
        elif kind in (b"tEXt", b"zTXt", b"iTXt"):
            key, text = _png_text(kind, body)
            if key == "XML:com.adobe.xmp":
                found.xmp.append(text)
            elif _RAW_PROFILE.fullmatch(key):
                raw.append(text)
            elif len(found.texts) < _TEXTS_MOST:
                found.texts.append((key, _decoded(text[:_TEXT_MOST])))
    found.has_more = bool(data[end:].strip(_PADDING))
    for text in raw:  # what a chunk of its own states goes before it
        _from_raw_profile(text, found)


def _decoded(text: bytes) -> str:
    """A text chunk is Latin-1 by the standard, and UTF-8 by many of its writers."""
    try:
        return text.decode("utf-8")
    except UnicodeError:
        return text.decode("latin-1")


def _from_raw_profile(text: bytes, found: Blocks) -> None:
    """A block as hexadecimal digits, under its name and its length."""
    try:
        block = bytes.fromhex("".join(text.decode("ascii").split("\n")[3:]))
    except ValueError:  # what comes after it may be whole
        found.has_other = True
        return
    if block.startswith(EXIF_MARK):
        found.exif.append(block[len(EXIF_MARK) :])
    elif block.startswith((XMP_MARK, b"<")):
        found.xmp.append(block.removeprefix(XMP_MARK))
    else:
        found.iptc += block


def _png_text(kind: bytes, body: bytes) -> tuple[str, bytes]:
    key, _, rest = body.partition(b"\0")
    is_packed = kind == b"zTXt"
    if kind == b"iTXt":
        is_packed, rest = rest[:1] == b"\1", rest[2:].split(b"\0", 2)[-1]
    elif is_packed:
        rest = rest[1:]
    text = zlib.decompressobj().decompress(rest, LARGEST) if is_packed else rest[:LARGEST]
    return key.decode("latin-1"), text


def _from_webp(data: bytes, found: Blocks) -> None:
    for kind, body in webp_chunks(data):
        if kind == b"EXIF":
            found.exif.append(body[:LARGEST].removeprefix(EXIF_MARK))
        elif kind == b"XMP ":
            found.xmp.append(body[:LARGEST])
        elif kind == b"C2PA":
            found.c2pa = body[:LARGEST]


def _from_pillow(image: Image.Image, path: Path, found: Blocks) -> None:
    tags: Any = getattr(image, "tag_v2", None)
    if tags is not None:
        found.xmp, found.c2pa = [_bytes(tags.get(_TIFF_XMP))], _bytes(tags.get(_TIFF_C2PA))
        found.iptc = _bytes(tags.get(_TIFF_PHOTOSHOP)) + _bytes(tags.get(_TIFF_IPTC))
        found.exif = [image.getexif()]
        return
    found.exif = [_bytes(image.info.get("exif")).removeprefix(EXIF_MARK)]
    found.xmp = [_bytes(image.info.get("xmp"))]
    if comment := _bytes(image.info.get("comment")):  # of a GIF
        found.texts.append(("comment", _decoded(comment[:_TEXT_MOST])))
    with path.open("rb") as file:
        head = file.read(LARGEST)
    if (at := head.find(C2PA_UUID)) >= 0:
        found.c2pa = head[at:]


def _bytes(value: object) -> bytes:
    if isinstance(value, tuple) and len(value) == 1:  # as Pillow hands out some types of TIFF tags
        value = value[0]
    return value[:LARGEST] if isinstance(value, bytes) else b""
