"""What the blocks of a still, and the tags of a clip, say: EXIF, XMP, IPTC's records, C2PA and free texts."""

import contextlib
import re
from functools import partial
from typing import Any

from PIL import ExifTags, Image

from assetkit.media.blocks import Blocks
from assetkit.media.metadata import AIGC, ARTIST, COPYRIGHT, KEPT, LONGEST_LABEL, SOURCE_TYPE, Metadata, says_generated
from assetkit.media.xmp import DC, PHOTOSHOP, Property, read

# the place that was typed in, which editors write empty where nobody did
_PLACE = re.compile(r"/photoshop/1\.0/ (City|State|Country)$|/Iptc4xmpCore/1\.0/xmlns/ (Location|CountryCode)$")
# a property's namespace and name, or a PNG text's key -> what it is; the first that fits
_NAMED = (
    (re.compile(r" (?i:gps|latitude|longitude)|/geo/wgs84_pos# (lat|long|alt)|Location(Created|Shown)$"), "position"),
    (re.compile(r"Serial(Number)?$"), "serial number"),
    (re.compile(r" (Camera)?OwnerName$"), "owner"),
    (re.compile(r" Thumbnails$"), "thumbnail"),
    (re.compile(r"/xap/1\.0/mm/ |/camera-raw-settings/|History$"), "editing history"),
    (re.compile(r" MotionPhoto| MicroVideo"), "embedded file"),
    (re.compile(r"dc/elements/1\.1/ (title|description|subject)$|photoshop/1\.0/ Headline$"), "description"),
)
_BASE_KINDS = {0x010F: "camera", 0x0110: "camera", 0x0131: "software", 0x0132: "date", 0x010E: "description"}
_BASE_KINDS |= {0xC62F: "serial number"}  # as DNG names the camera's
_BASE_KINDS |= dict.fromkeys((0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F), "description")
_EXIF_KINDS = {0x9003: "date", 0x9004: "date", 0x927C: "maker notes", 0xA430: "owner", 0xA434: "camera"}
_EXIF_KINDS |= dict.fromkeys((0xA431, 0xA435, 0xA420), "serial number")
_XP_AUTHOR, _USER_COMMENT, _DESCRIPTION = 0x9C9D, 0x9286, 0x010E
_SUBFILE, _SOFTWARE, _XP_TITLE, _XP_COMMENT, _XP_SUBJECT = 0x00FE, 0x0131, 0x9C9B, 0x9C9C, 0x9C9F
_CHARSETS = {b"ASCII\0\0\0": "ascii", b"UNICODE\0": "utf-16", b"\0" * 8: "utf-8"}
_IPTC = {116: (DC, "rights"), 80: (DC, "creator"), 110: (PHOTOSHOP, "Credit"), 115: (PHOTOSHOP, "Source")}
_IPTC_PLACES = (26, 27, 90, 92, 95, 100, 101)  # location, city, part of it, state, country
_SOURCE_URL = re.compile(rb"https?://cv\.iptc\.org/newscodes/digitalsourcetype/([A-Za-z]{1,60})")
_PNG_TEXTS = {"copyright": (DC, "rights"), "author": (DC, "creator"), "aigc": AIGC}
_PNG_TEXTS |= {"exif:copyright": (DC, "rights"), "exif:artist": (DC, "creator")}  # as ImageMagick writes EXIF's tags
_SAYS_AIGC = re.compile(r'"(AIGC|ContentProducer)"\s*:', re.IGNORECASE)
_IN_RUINS = (
    (re.compile(rb"GPS(Latitude|Longitude)", re.IGNORECASE), "position"),
    (re.compile(rb"SerialNumber"), "serial number"),
)
_AIGC_IN_RUINS = re.compile(rb"[:\"](AIGC|ContentProducer)[\"'=>\s]")
_LARGEST_RUIN = 2_000_000  # bytes
_GB2312, _GBK = re.compile(rb"[\xb0-\xf7][\xa1-\xfe]"), re.compile(rb"[\x81-\xfe][\x40-\xfe]")  # signs of two bytes


def metadata_of(blocks: Blocks) -> Metadata:
    """Read the blocks of a file. Damaged ones say nothing, cost nothing, and are dropped as `other`."""
    found = Metadata()
    packets = [partial(_from_packet, packet) for packet in blocks.xmp]
    exifs = [partial(_from_exif, block) for block in blocks.exif]
    for look in (*packets, *exifs, partial(_from_iptc, blocks.iptc)):
        try:
            look(found)
        except Exception:  # whatever a parser of hostile bytes stumbles over
            found.note("other")
    for key, text in blocks.texts:
        _from_text(key, text, found)
    if blocks.c2pa:
        note_c2pa(blocks.c2pa, found)
    if blocks.has_thumbnail:
        found.note("thumbnail")
    if blocks.has_more:
        found.note("embedded file")
    if blocks.has_other:
        found.note("other")
    return found


def note_c2pa(manifest: bytes, found: Metadata) -> None:
    """There is a C2PA manifest; that it calls the picture made by AI may go along."""
    found.note("content credentials (C2PA)")
    _note_sources(manifest, found)


def note_label(key: str, text: str, found: Metadata) -> None:
    """A tag of a clip: an AI label if it says so, wherever the generator put it."""
    if key.upper() == "AIGC" or _SAYS_AIGC.search(text):
        found.keep(AIGC, text)


def note_xmp(packet: bytes, found: Metadata) -> None:
    """What an XMP packet says; a damaged one says nothing."""
    try:
        _from_packet(packet, found)
    except Exception:  # whatever a parser of hostile bytes stumbles over
        found.note("other")


def _from_packet(packet: bytes, found: Metadata) -> None:
    properties = read(packet) if packet else {}
    if properties is None:
        found.note("other")
        _from_ruins(packet, found)
        return
    for known, values in properties.items():
        for value in values:
            note_label(known[1], value, found)
        if known in KEPT:
            for value in _worth_keeping(known, values):
                found.keep(known, value)
            continue
        name = " ".join(known)
        if _PLACE.search(name):
            if values:
                found.note("position")
            continue
        found.note(_kind_named(name, "other"))


def _worth_keeping(known: Property, values: list[str]) -> list[str]:
    """Every source type, since one of them may say AI; all authors as one value; of the rest the first language."""
    if known == SOURCE_TYPE:
        return values
    return ["; ".join(dict.fromkeys(values))] if known == (DC, "creator") else values[:1]


def _from_ruins(packet: bytes, found: Metadata) -> None:
    """What can be told of a packet that cannot be parsed: that it says where, and that it says who or what made it."""
    text = packet[:_LARGEST_RUIN].replace(b"\0", b"")  # of UTF-16, too
    for pattern, kind in _IN_RUINS:
        if pattern.search(text):
            found.note(kind)
    _note_sources(text, found)
    if _AIGC_IN_RUINS.search(text):
        found.overlong.add(AIGC)  # it is there, and cannot go along


def _note_sources(text: bytes, found: Metadata) -> None:
    for name in _SOURCE_URL.findall(text):
        stated = f"http://cv.iptc.org/newscodes/digitalsourcetype/{name.decode()}"
        if says_generated(SOURCE_TYPE, stated):
            found.keep(SOURCE_TYPE, stated)


def _kind_named(name: str, otherwise: str) -> str:
    return next((kind for pattern, kind in _NAMED if pattern.search(name)), otherwise)


def _from_exif(block: bytes | Image.Exif, found: Metadata) -> None:
    exif = block if isinstance(block, Image.Exif) else Image.Exif()
    if isinstance(block, bytes):
        exif.load(block)
    if set(exif.get_ifd(ExifTags.IFD.GPSInfo)) - {ExifTags.GPS.GPSVersionID}:
        found.note("position")
    details = exif.get_ifd(ExifTags.IFD.Exif)
    for kinds, tags in ((_BASE_KINDS, exif), (_EXIF_KINDS, details)):
        for tag, kind in kinds.items():
            if _says_something(tags.get(tag)):
                found.note(kind)
    found.keep((DC, "rights"), _text(exif.get(COPYRIGHT)))
    found.keep((DC, "creator"), _text(exif.get(ARTIST)) or _utf16(exif.get(_XP_AUTHOR)))
    _from_text("comment", _comment(details.get(_USER_COMMENT)), found)
    for tag in (_DESCRIPTION, _SOFTWARE):
        note_label("description", _text(exif.get(tag)), found)
    for tag in (_XP_TITLE, _XP_COMMENT, _XP_SUBJECT):
        note_label("description", _utf16(exif.get(tag)), found)
    if _is_thumbnail(exif.get_ifd(ExifTags.IFD.IFD1), isinstance(block, Image.Exif)):
        found.note("thumbnail")


def _is_thumbnail(second: dict[int, Any], of_tiff: bool) -> bool:
    """What follows in a TIFF is a page of its own, unless it calls itself a reduced one."""
    return 0x0201 in second or (0x0111 in second and (not of_tiff or bool(second.get(_SUBFILE, 0) & 1)))


def _says_something(value: Any) -> bool:
    return bool(value.strip("\0 ") if isinstance(value, str) else value)


def _text(value: Any) -> str:
    """Pillow reads EXIF text as Latin-1, where today's writers mean UTF-8. A zero divides photographer and editor."""
    if not isinstance(value, str):
        return ""
    with contextlib.suppress(UnicodeError):
        value = _guessed(value.encode("latin-1"))
    return "; ".join(part for part in map(str.strip, value.split("\0")) if part)


def _utf16(value: Any) -> str:
    """The tags that Windows writes; Pillow hands their bytes out as numbers, and what else stands there as others."""
    with contextlib.suppress(ValueError, TypeError):
        return bytes(value).decode("utf-16-le", "replace").strip("\0 ") if isinstance(value, bytes | tuple) else ""
    return ""


def _comment(value: Any) -> str:
    if not isinstance(value, bytes):
        return _text(value)
    charset = _CHARSETS.get(value[:8])
    said = (value[8:] if charset else value)[:LONGEST_LABEL]
    # Python takes text that does not mark its order for little-endian; most writers of EXIF are not
    if charset == "utf-16" and said[::2].count(0) > said[1::2].count(0):
        charset = "utf-16-be"
    return said.decode(charset or "utf-8", "replace").strip("\0 ")


def _from_text(key: str, text: str, found: Metadata) -> None:
    """A free text: an AI label if it says so, a known key's value, or a comment."""
    known = _PNG_TEXTS.get(key.lower())
    if known:
        found.keep(known, text)
    elif _SAYS_AIGC.search(text):
        found.keep(AIGC, text)
    elif text.strip():
        found.note(_kind_named(" " + key.replace(":", " "), "comment"))


def _from_iptc(block: bytes, found: Metadata) -> None:
    """IPTC-IIM records, by themselves or among Photoshop's resources: 0x1C, record 2, data set, length, text."""
    texts = dict[Property, list[str]]()
    if b"8BIM\x04\x0c" in block or b"8BIM\x04\x09" in block:  # resources 1036, and 1033 of Photoshop 4
        found.note("thumbnail")
    at = block.find(b"\x1c\x02")
    while at >= 0 and at + 5 <= len(block):
        length = int.from_bytes(block[at + 3 : at + 5], "big")
        known = _IPTC.get(block[at + 2])
        if known and length < 0x8000:
            texts.setdefault(known, []).append(_guessed(block[at + 5 : at + 5 + length]))
        elif length and block[at + 2] in _IPTC_PLACES:
            found.note("position")
        elif block[at + 2] in (5, 25, 105, 120):
            found.note("description")
            note_label("description", _guessed(block[at + 5 : at + 5 + length]), found)
        at = block.find(b"\x1c\x02", at + 5 + length)
    for known, each in texts.items():
        found.keep(known, "; ".join(dict.fromkeys(each)))  # an author a record


def _guessed(data: bytes) -> str:
    """Text of a writer that does not say its alphabet: UTF-8, that of Chinese Windows, or that of Western Windows.

    Two letters beyond ASCII side by side are a Chinese one; alone in a text they are a German or a French pair.
    """
    try:
        return data.decode("utf-8")
    except UnicodeError:
        # GBK has more signs, but in what is written most are of GB2312
        is_chinese = len(_GB2312.findall(data)) > 1 and 2 * len(_GB2312.findall(data)) > len(_GBK.findall(data))
        with contextlib.suppress(UnicodeError):
            return data.decode("gbk" if is_chinese else "cp1252")
        return data.decode("cp1252", "replace")
