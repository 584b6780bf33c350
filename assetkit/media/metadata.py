"""What is said about a picture: which kinds of it a file carries, and what of it goes along into an output.

A C2PA manifest is signed for the exact bytes of its file and would be a broken seal on any other, so it never goes
along; that it called the picture made by AI does, as IPTC's digital source type.
"""

import re
import struct
from collections.abc import Collection
from dataclasses import dataclass, field

from assetkit.media.xmp import DC, IPTC_EXT, PHOTOSHOP, RIGHTS, TC260, Properties, Property, written
from assetkit.wording import commas, say, semicolons, term

_LONGEST, LONGEST_LABEL = 1000, 8000  # characters of a value that goes along
KEPT: dict[Property, str] = {
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
COPYRIGHT, ARTIST = 0x8298, 0x013B  # EXIF's tags
SOURCE_TYPE = (IPTC_EXT, "DigitalSourceType")
_MADE_BY_AI = re.compile(r"algorithmic|compositeSynthetic", re.IGNORECASE)  # trained, composite with it, enhanced by
_OVERLONG, _CAPTURED = "overlong text", "source type"
AIGC = (TC260, "AIGC")


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
        longest = LONGEST_LABEL if known[0] == TC260 else _LONGEST
        value = "".join(c for c in value if c.isprintable() or c == "\n").strip()
        if len(value) > longest:
            self.overlong.add(known)
            self.note(_OVERLONG)
        elif value and (known not in self.values or (says_generated(known, value) and not self.is_generated)):
            self.values[known] = [value]
            if known == SOURCE_TYPE:
                self.kinds.pop(_CAPTURED, None)
            self.note(self._kind(known))

    def _kind(self, known: Property) -> str:
        """What a value that may go along is: where a camera states that it took the picture, that is no AI label."""
        is_camera = known == SOURCE_TYPE and not says_generated(known, self.values[known][0])
        return _CAPTURED if is_camera else KEPT[known]

    @property
    def is_generated(self) -> bool:
        """True if AI made it, or a part of it, by what is said: one who says so outweighs others."""
        stated = self.values.get(SOURCE_TYPE, [""])[0]
        is_labelled = AIGC in self.values or AIGC in self.overlong
        return is_labelled or says_generated(SOURCE_TYPE, stated)

    def kept(self, kinds: Collection[str]) -> Properties:
        """What goes along where these kinds are wanted."""
        return {known: values for known, values in self.values.items() if KEPT[known] in kinds}

    def in_words(self, kinds: Collection[str]) -> str:
        """What is dropped and what is kept; empty if there is nothing."""
        kept = [kind for kind in self.kinds if kind in {self._kind(known) for known in self.kept(kinds)}]
        dropped = [kind for kind in self.kinds if kind not in kept]
        parts = [say("dropped {kinds}", kinds=commas([term(kind) for kind in dropped]))] if dropped else []
        if kept:
            parts.append(say("kept {kinds}", kinds=commas([term(kind) for kind in kept])))
        return say("metadata: {parts}", parts=semicolons(parts)) if parts else ""


def says_generated(known: Property, value: str) -> bool:
    """True for a digital source type (IPTC's, as an address or by its name alone) that AI has a part in."""
    return known == SOURCE_TYPE and bool(_MADE_BY_AI.search(value.rsplit("/", 1)[-1]))


def as_xmp(values: Properties) -> bytes:
    """The values as a packet; empty for none."""
    return written(values) if values else b""


def as_exif(values: Properties, orientation: int = 1) -> bytes:
    """A TIFF structure with copyright and artist, where old readers look for them, and how to turn the picture.

    Empty for nothing. Pillow's own writer knows ASCII only.
    """
    texts = [(ARTIST, (DC, "creator")), (COPYRIGHT, (DC, "rights"))]
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
