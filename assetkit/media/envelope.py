"""The parts of JPEG, PNG and WebP files round the compressed picture: taken off and put on without touching it."""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

FORMATS = ("jpeg", "png", "webp")
EXIF_MARK = b"Exif\0\0"
XMP_MARK = b"http://ns.adobe.com/xap/1.0/\0"
ICC_MARK = b"ICC_PROFILE\0"
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
# what PNG pixels look like; everything else is about them
_PNG_KEPT = frozenset(
    b"IHDR PLTE tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs acTL fcTL fdAT IDAT IEND".split()
)
_WEBP_KEPT = (b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP", b"ANIM", b"ANMF")
_WEBP_ICC, _WEBP_ALPHA, _WEBP_EXIF, _WEBP_XMP = 0x20, 0x10, 0x08, 0x04
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # within a scan all others are data
_LARGEST_SEGMENT = 65533
_OVERHEAD = 64  # bytes that name a block, and a header that WebP may need for the first


@dataclass(frozen=True, slots=True)
class Around:
    """What is put round a picture. `exif` is the TIFF structure without any mark."""

    icc: bytes = b""
    exif: bytes = b""
    xmp: bytes = b""

    @property
    def most_bytes(self) -> int:
        """How much it adds to a file at most; nothing if it is empty."""
        blocks = [block for block in (self.icc, self.exif, self.xmp) if block]
        return sum(map(len, blocks)) + _OVERHEAD * len(blocks)


def enclosed(data: bytes, form: str, around: Around) -> bytes:
    """The file with these blocks added. It must not have such blocks of its own."""
    if not (around.icc or around.exif or around.xmp):
        return data
    return {"jpeg": _jpeg_with, "png": _png_with, "webp": _webp_with}[form](data, around)


def stripped(data: bytes, form: str) -> bytes:
    """The file with nothing but what its pixels look like. Raises ValueError if its parts cannot be told apart."""
    if form == "jpeg":
        return b"".join(_jpeg_kept(data))
    if form == "png":
        kept = [_chunk(kind, body) for kind, body in png_chunks(data) if kind in _PNG_KEPT]
        return _PNG_HEAD + b"".join(kept)
    parts = [(kind, body) for kind, body in webp_chunks(data) if kind in _WEBP_KEPT]
    return _webp(
        [(kind, _flagged(body, _WEBP_EXIF | _WEBP_XMP, 0) if kind == b"VP8X" else body) for kind, body in parts]
    )


def jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Marker, body and where the next begins, up to and with the first scan's header."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise ValueError("no marker where one is due")
        marker = data[at + 1]
        if marker == 0xFF:  # fill bytes
            at += 1
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2:
            raise ValueError("a segment shorter than its own length")
        yield marker, data[at + 4 : at + 2 + length], at + 2 + length
        if marker == 0xDA:
            return
        at += 2 + length


def _jpeg_kept(data: bytes) -> Iterator[bytes]:
    yield data[:2]
    at = 2
    for marker, body, end in jpeg_segments(data):
        is_about = marker == 0xFE or 0xE0 <= marker <= 0xEF
        if marker == 0xE0 and body[:5] == b"JFIF\0":
            yield _segment(0xE0, body[:12] + b"\0\0")  # without its thumbnail
        elif not is_about or marker == 0xEE or (marker == 0xE2 and body.startswith(ICC_MARK)):
            yield data[at:end]
        at = end
    yield data[at : jpeg_end(data, at)]


def jpeg_end(data: bytes, at: int) -> int:
    """Behind the picture's end marker: what follows is another file."""
    while (found := _MARKER.search(data, at)) is not None:
        if data[found.start() + 1] == 0xD9:
            return found.end()
        at = found.end() + int.from_bytes(data[found.end() : found.end() + 2], "big")
    raise ValueError("the picture has no end")


def _jpeg_with(data: bytes, around: Around) -> bytes:
    segments = []
    if around.exif:
        segments.append(_segment(0xE1, EXIF_MARK + around.exif))
    if around.xmp:
        segments.append(_segment(0xE1, XMP_MARK + around.xmp))
    if around.icc:
        segments.append(_segment(0xE2, ICC_MARK + b"\1\1" + around.icc))
    at = 2
    for marker, body, end in jpeg_segments(data):
        if marker == 0xE0 and body[:5] == b"JFIF\0":  # which wants to be first
            at = end
        break
    return data[:at] + b"".join(segments) + data[at:]


def _segment(marker: int, body: bytes) -> bytes:
    if len(body) > _LARGEST_SEGMENT:
        raise ValueError("more than a segment holds")
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of each chunk up to the end chunk; what follows is not a PNG's."""
    at = 8
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at + 8 : at + 8 + length]
        if kind == b"IEND":
            return
        at += 12 + length
    raise ValueError("the picture has no end")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png_with(data: bytes, around: Around) -> bytes:
    added = b""
    if around.icc:
        added += _chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(around.icc, 9))
    if around.exif:
        added += _chunk(b"eXIf", around.exif)
    if around.xmp:
        added += _chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + around.xmp)
    return data[:33] + added + data[33:]  # behind the header chunk


def webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of each chunk of a RIFF file."""
    at = 12
    while at + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        yield kind, data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _webp_with(data: bytes, around: Around) -> bytes:
    chunks = list(webp_chunks(data))
    flags = (_WEBP_ICC if around.icc else 0) | (_WEBP_EXIF if around.exif else 0) | (_WEBP_XMP if around.xmp else 0)
    if chunks[0][0] != b"VP8X":
        chunks.insert(0, (b"VP8X", _webp_header(*chunks[0])))
    head, *picture = chunks
    before = [(b"ICCP", around.icc)] if around.icc else []
    after = [pair for pair in ((b"EXIF", around.exif), (b"XMP ", around.xmp)) if pair[1]]
    return _webp([(b"VP8X", _flagged(head[1], 0, flags)), *before, *picture, *after])


def _webp_header(kind: bytes, body: bytes) -> bytes:
    """The extended header that a simple file lacks: flags, then width and height less one in 24 bits."""
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        width, height, has_alpha = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)
    else:
        width, height = (int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (6, 8))
        has_alpha = False
    flags = bytes([_WEBP_ALPHA if has_alpha else 0, 0, 0, 0])
    return flags + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")


def _flagged(header: bytes, off: int, on: int) -> bytes:
    return bytes([header[0] & ~off | on]) + header[1:]


def _webp(chunks: list[tuple[bytes, bytes]]) -> bytes:
    body = b"".join(kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2) for kind, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
