"""What is said about a picture: which kinds of it a file carries, and what of it goes along into an output.

A C2PA manifest is signed for the exact bytes of its file and would be a broken seal on any other, so it never goes
along; that it called the picture made by AI does, as IPTC's digital source type.
"""

import contextlib
import re
import struct
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PIL import ExifTags, Image

from assetkit.media.blocks import Blocks
from assetkit.media.xmp import DC, IPTC_EXT, PHOTOSHOP, RIGHTS, TC260, Properties, Property, read, written
from assetkit.wording import commas, say, semicolons, term

_LONGEST, _LONGEST_LABEL = 1000, 8000  # characters of a value that goes along
_KEPT: dict[Property, str] = {
    (DC, "rights"): "copyright",
    (RIGHTS, "WebStatement"): "copyright",
    (RIGHTS, "UsageTerms"): "copyright",
    (RIGHTS, "Owner"): "copyright",
    (RIGHTS, "Marked"): "copyright",
    (DC, "creator"): "credit",
    (PHOTOSHOP, "Credit"): "credit",
    (PHOTOSHOP, "Source"): "credit",
    (IPTC_EXT, "DigitalSourceType"): "ai-label",
    (IPTC_EXT, "AISystemUsed"): "ai-label",
    (IPTC_EXT, "AISystemVersionUsed"): "ai-label",
    (TC260, "AIGC"): "ai-label",  # GB 45438-2025, as TC260-PG-20258A writes it
}
# the place that was typed in, which editors write empty where nobody did
_PLACE = re.compile(r"/photoshop/1\.0/ (City|State|Country)$|/Iptc4xmpCore/1\.0/xmlns/ (Location|CountryCode)$")
# a property's namespace and name, or a PNG text's key -> what it is; the first that fits
_NAMED = (
    (re.compile(r" (?i:gps)|/geo/wgs84_pos# (lat|long|alt)|Location(Created|Shown)$"), "position"),
    (re.compile(r"Serial(Number)?$"), "serial number"),
    (re.compile(r" (Camera)?OwnerName$"), "owner"),
    (re.compile(r" Thumbnails$"), "thumbnail"),
    (re.compile(r"/xap/1\.0/mm/ |/camera-raw-settings/|History$"), "editing history"),
    (re.compile(r" MotionPhoto| MicroVideo"), "embedded file"),
    (re.compile(r"dc/elements/1\.1/ (title|description|subject)$|photoshop/1\.0/ Headline$"), "description"),
)
_BASE_KINDS = {0x010F: "camera", 0x0110: "camera", 0x0131: "software", 0x0132: "date", 0x010E: "description"}
_BASE_KINDS |= dict.fromkeys((0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F), "description")
_EXIF_KINDS = {0x9003: "date", 0x9004: "date", 0x927C: "maker notes", 0xA430: "owner", 0xA434: "camera"}
_EXIF_KINDS |= dict.fromkeys((0xA431, 0xA435, 0xA420), "serial number")
_COPYRIGHT, _ARTIST, _XP_AUTHOR, _USER_COMMENT, _DESCRIPTION = 0x8298, 0x013B, 0x9C9D, 0x9286, 0x010E
_SUBFILE, _SOFTWARE, _XP_TITLE, _XP_COMMENT, _XP_SUBJECT = 0x00FE, 0x0131, 0x9C9B, 0x9C9C, 0x9C9F
_CHARSETS = {b"ASCII\0\0\0": "ascii", b"UNICODE\0": "utf-16", b"\0" * 8: "utf-8"}
_IPTC = {116: (DC, "rights"), 80: (DC, "creator"), 110: (PHOTOSHOP, "Credit"), 115: (PHOTOSHOP, "Source")}
_IPTC_PLACES = (26, 27, 90, 92, 95, 100, 101)  # location, city, part of it, state, country
_SOURCE_TYPE = re.compile(rb"https?://cv\.iptc\.org/newscodes/digitalsourcetype/([A-Za-z]{1,60})")
_SOURCE_PROPERTY = (IPTC_EXT, "DigitalSourceType")
_MADE_BY_AI = re.compile(r"algorithmic|compositeSynthetic", re.IGNORECASE)  # trained, composite with it, enhanced by
_PNG_TEXTS = {"copyright": (DC, "rights"), "author": (DC, "creator"), "aigc": (TC260, "AIGC")}
_PNG_TEXTS |= {"exif:copyright": (DC, "rights"), "exif:artist": (DC, "creator")}  # as ImageMagick writes EXIF's tags
_SAYS_AIGC = re.compile(r'"(AIGC|ContentProducer)"', re.IGNORECASE)
_IN_RUINS = (
    (re.compile(rb"GPS(Latitude|Longitude)", re.IGNORECASE), "position"),
    (re.compile(rb"SerialNumber"), "serial number"),
)
_AIGC_IN_RUINS = re.compile(rb"[:\"](AIGC|ContentProducer)[\"'=>\s]")
_LARGEST_RUIN = 2_000_000  # bytes
_GB2312 = re.compile(rb"([\x00-\x7f]|[\xa1-\xf7][\xa1-\xfe])*")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_OVERLONG, _CAPTURED = "overlong text", "source type"
_AIGC = (TC260, "AIGC")


@dataclass(slots=True)
class Metadata:
    """`kinds` in the order they were met; `values` are those that may go along, as XMP names them.

    `overlong` are those that would, but for their length.
    """

    kinds: dict[str, None] = field(default_factory=dict)
    values: Properties = field(default_factory=dict)
    overlong: set[Property] = field(default_factory=set)

    def note(self, kind: str) -> None:
        """There is something of this kind."""
        self.kinds[kind] = None

    def keep(self, known: Property, value: str) -> None:
        """A value that may go along, unless a better source has stated it already."""
        longest = _LONGEST_LABEL if known[0] == TC260 else _LONGEST
        value = "".join(c for c in value if c.isprintable() or c == "\n").strip()
        if len(value) > longest:
            self.overlong.add(known)
            self.note(_OVERLONG)
        elif value and (known not in self.values or (_says_generated(known, value) and not self.is_generated)):
            self.values[known] = [value]
            self.kinds.pop(_CAPTURED, None)
            self.note(self._kind(known))

    def _kind(self, known: Property) -> str:
        """What a value that may go along is: where a camera states that it took the picture, that is no AI label."""
        is_camera = known == _SOURCE_PROPERTY and not _says_generated(known, self.values[known][0])
        return _CAPTURED if is_camera else _KEPT[known]

    @property
    def is_generated(self) -> bool:
        """True if AI made it, or a part of it, by what is said: one who says so outweighs others."""
        stated = self.values.get(_SOURCE_PROPERTY, [""])[0]
        is_labelled = _AIGC in self.values or _AIGC in self.overlong
        return is_labelled or _says_generated(_SOURCE_PROPERTY, stated)

    def kept(self, kinds: Collection[str]) -> Properties:
        """What goes along where these kinds are wanted."""
        return {known: values for known, values in self.values.items() if _KEPT[known] in kinds}

    def in_words(self, kinds: Collection[str]) -> str:
        """What is dropped and what is kept; empty if there is nothing."""
        kept = [kind for kind in self.kinds if kind in {self._kind(known) for known in self.kept(kinds)}]
        dropped = [kind for kind in self.kinds if kind not in kept]
        parts = [say("dropped {kinds}", kinds=commas([term(kind) for kind in dropped]))] if dropped else []
        if kept:
            parts.append(say("kept {kinds}", kinds=commas([term(kind) for kind in kept])))
        return say("metadata: {parts}", parts=semicolons(parts)) if parts else ""


def _says_generated(known: Property, value: str) -> bool:
    return known == _SOURCE_PROPERTY and bool(_MADE_BY_AI.search(value.rsplit("/", 1)[-1]))


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
        found.keep((TC260, "AIGC"), text)


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
        if known in _KEPT:
            told = values if known == _SOURCE_PROPERTY else ["; ".join(dict.fromkeys(values))]
            for value in told if known in (_SOURCE_PROPERTY, (DC, "creator")) else values[:1]:
                found.keep(known, value)
            continue
        name = " ".join(known)
        if _PLACE.search(name):
            if values:
                found.note("position")
            continue
        found.note(_kind_named(name, "other"))


def _from_ruins(packet: bytes, found: Metadata) -> None:
    """What can be told of a packet that cannot be parsed: that it says where, and that it says who or what made it."""
    text = packet[:_LARGEST_RUIN].replace(b"\0", b"")  # of UTF-16, too
    for pattern, kind in _IN_RUINS:
        if pattern.search(text):
            found.note(kind)
    _note_sources(text, found)
    if _AIGC_IN_RUINS.search(text):
        found.overlong.add(_AIGC)  # it is there, and cannot go along


def _note_sources(text: bytes, found: Metadata) -> None:
    for name in _SOURCE_TYPE.findall(text):
        if _MADE_BY_AI.search(name.decode()):
            found.keep(_SOURCE_PROPERTY, f"http://cv.iptc.org/newscodes/digitalsourcetype/{name.decode()}")


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
    found.keep((DC, "rights"), _text(exif.get(_COPYRIGHT)))
    found.keep((DC, "creator"), _text(exif.get(_ARTIST)) or _utf16(exif.get(_XP_AUTHOR)))
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
    """The tags that Windows writes; Pillow hands their bytes out as numbers."""
    return bytes(value).decode("utf-16-le", "replace").strip("\0 ") if isinstance(value, bytes | tuple) else ""


def _comment(value: Any) -> str:
    if not isinstance(value, bytes):
        return _text(value)
    charset = _CHARSETS.get(value[:8])
    said = (value[8:] if charset else value)[:_LONGEST_LABEL]
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
        found.keep((TC260, "AIGC"), text)
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
        is_chinese = _GB2312.fullmatch(data) and len(_BEYOND_ASCII.findall(data)) > 2
        return data.decode("gb2312" if is_chinese else "cp1252", "replace")


def as_xmp(values: Properties) -> bytes:
    """The values as a packet; empty for none."""
    return written(values) if values else b""


def as_exif(values: Properties, orientation: int = 1) -> bytes:
    """A TIFF structure with copyright and artist, where old readers look for them, and how to turn the picture.

    Empty for nothing. Pillow's own writer knows ASCII only.
    """
    texts = [(_ARTIST, (DC, "creator")), (_COPYRIGHT, (DC, "rights"))]
    rows = [(tag, values[known][0].encode() + b"\0") for tag, known in texts if known in values]
    count = len(rows) + (orientation != 1)
    if not count:
        return b""
    table, body = struct.pack(">H", count), b""
    if orientation != 1:
        table += struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    start = 8 + 2 + 12 * count + 4
    for tag, text in rows:
        is_inside = len(text) <= 4  # the offset's own four bytes
        place = text.ljust(4, b"\0") if is_inside else struct.pack(">I", start + len(body))
        table += struct.pack(">HHI", tag, 2, len(text)) + place
        body += b"" if is_inside else text + bytes(len(text) % 2)
    return b"MM\0*" + struct.pack(">I", 8) + table + bytes(4) + body
