"""XMP packets: the properties one states, and a small one of our own. No entity is ever expanded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from xml.parsers import expat

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = "http://purl.org/dc/elements/1.1/"
RIGHTS = "http://ns.adobe.com/xap/1.0/rights/"
PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
IPTC_EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
TC260 = "http://www.tc260.org.cn/ns/AIGC/1.0/"
_PREFIXES = {DC: "dc", RIGHTS: "xmpRights", PHOTOSHOP: "photoshop", IPTC_EXT: "Iptc4xmpExt", TC260: "TC260"}
_LISTS = {(DC, "rights"): "Alt", (RIGHTS, "UsageTerms"): "Alt", (DC, "creator"): "Seq", (RIGHTS, "Owner"): "Bag"}

Property = tuple[str, str]  # namespace, name
Properties = dict[Property, list[str]]

_MWG_REGIONS = "http://www.metadataworkinggroup.com/schemas/regions/"
_AREA = "http://ns.adobe.com/xmp/sType/Area#"

_LARGEST = 2_000_000  # bytes of a packet that is looked at
_DEEPEST = 60  # elements within elements


@dataclass(frozen=True, slots=True)
class Region:
    """A region of the Metadata Working Group: its type (Face, Pet, Focus, ...), its middle and its sides."""

    type: str
    x: float
    y: float
    width: float
    height: float
    unit: str


def read(packet: bytes) -> Properties | None:
    """Every property with its values as plain text; None for a packet that is damaged, too large or tries tricks."""
    reader = _Reader()
    return reader.found if _parsed(packet, reader) else None


def regions(packet: bytes) -> list[Region]:
    """The regions that are marked in a picture; none in a packet that is damaged, too large or tries tricks."""
    reader = _RegionReader()
    return reader.found if packet and _parsed(packet, reader) else []


def _parsed(packet: bytes, reader: "_Reader | _RegionReader") -> bool:
    if len(packet) > _LARGEST:
        return False
    try:
        parser = expat.ParserCreate("utf-8", " ")
        parser.StartDoctypeDeclHandler = _refuse  # entities need one; XMP has none
        parser.StartElementHandler = reader.start
        parser.EndElementHandler = reader.end
        parser.CharacterDataHandler = reader.text
        parser.Parse(packet.strip(b"\0 \r\n\t"), True)
    except (expat.ExpatError, ValueError):
        return False
    return True


def written(properties: Mapping[Property, list[str]]) -> bytes:
    """A packet of these properties, in their order, of namespaces known here."""
    spaces = dict.fromkeys(space for space, _ in properties)
    names = "".join(f' xmlns:{_PREFIXES[space]}="{space}"' for space in spaces)
    body = "".join(_element(known, values) for known, values in properties.items())
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about=""{names}>{body}</rdf:Description></rdf:RDF>'
        "</x:xmpmeta>"
    ).encode()


def _element(known: Property, values: list[str]) -> str:
    tag, kind = f"{_PREFIXES[known[0]]}:{known[1]}", _LISTS.get(known)
    if kind is None:
        return f"<{tag}>{escape(values[0])}</{tag}>"
    language = ' xml:lang="x-default"' if kind == "Alt" else ""
    items = values[:1] if kind == "Alt" else values
    inner = "".join(f"<rdf:li{language}>{escape(value)}</rdf:li>" for value in items)
    return f"<{tag}><rdf:{kind}>{inner}</rdf:{kind}></{tag}>"


def _refuse(*_: object) -> None:
    raise ValueError("XMP with a document type")


@dataclass(slots=True)
class _Reader:
    """Collects what stands under the outermost rdf:Description, however deep, as text."""

    found: Properties = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    inside: int = 0  # depth of the property that is being read
    words: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.path.append(name)
        if len(self.path) > _DEEPEST:
            raise ValueError("too deep")
        if self.inside:
            self.words.append("")
        elif len(self.path) > 1 and self.path[-2] == f"{RDF} Description":
            self.inside, self.words = len(self.path), [""]
            self.add(name, attributes.get(f"{RDF} resource", ""))
        elif name == f"{RDF} Description":
            for key, value in attributes.items():
                self.add(key, value)

    def text(self, data: str) -> None:
        if self.inside:
            self.words[-1] += data

    def end(self, name: str) -> None:
        if self.inside == len(self.path):
            self.inside = 0
            self.add(name, "")
            for words in self.words:
                self.add(name, words)
        elif self.inside:
            self.words.append("")
        self.path.pop()

    def add(self, name: str, value: str) -> None:
        space, _, short = name.rpartition(" ")
        if space == RDF or not space:
            return
        values = self.found.setdefault((space, short), [])
        if value.strip():
            values.append(value.strip())


@dataclass(slots=True)
class _RegionReader:
    """Collects the items of mwg-rs:RegionList, whether their values are written as attributes or as elements."""

    found: list[Region] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    words: str = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.path.append(name)
        if len(self.path) > _DEEPEST:
            raise ValueError("too deep")
        if name == f"{RDF} li":
            self.values = {}
        self.words = ""
        for key, value in attributes.items():
            self.note(key, value)

    def text(self, data: str) -> None:
        self.words += data

    def end(self, name: str) -> None:
        self.note(name, self.words.strip())
        self.words = ""
        self.path.pop()
        if name == f"{RDF} li" and f"{_MWG_REGIONS} RegionList" in self.path:
            self.add()

    def note(self, name: str, value: str) -> None:
        space, _, short = name.rpartition(" ")
        if value and (space == _AREA or (space == _MWG_REGIONS and short == "Type")):
            self.values[short] = value

    def add(self) -> None:
        """A region without a place, or with a place that is no number, is none."""
        sides = self.values.get("w", self.values.get("d", "")), self.values.get("h", self.values.get("d", ""))
        try:
            x, y, width, height = (float(v) for v in (self.values["x"], self.values["y"], *sides))
        except (KeyError, ValueError):
            return
        if all(0 <= value <= 1 for value in (x, y, width, height)):
            self.found.append(Region(self.values.get("Type", ""), x, y, width, height, self.values.get("unit", "")))
