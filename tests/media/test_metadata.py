import json
import struct
import zlib
from dataclasses import replace
from html import escape
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, PngImagePlugin, TiffImagePlugin

from assetkit.geometry import Box
from assetkit.media import xmp
from assetkit.media.blocks import Blocks, blocks_of
from assetkit.media.encode_stills import rewrap_still, write_still
from assetkit.media.envelope import Around, enclosed, stripped
from assetkit.media.metadata import as_exif, as_xmp
from assetkit.media.reading_metadata import metadata_of
from assetkit.media.sniff import sniff
from assetkit.media.stills import open_still
from assetkit.model import Method
from tests.factories import gradient, icc_profile, quarters, still_plan

ALL = ("copyright", "credit", "ai-label")
AI = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
LABEL = json.dumps({"Label": "1", "ContentProducer": "某公司", "ProduceID": "A<1>&"}, ensure_ascii=False)
RIGHTS, CREATOR = (xmp.DC, "rights"), (xmp.DC, "creator")
SOURCE_TYPE, AIGC = (xmp.IPTC_EXT, "DigitalSourceType"), (xmp.TC260, "AIGC")
VALUES = {RIGHTS: ["© 2026 <Müller> & 张"], CREATOR: ["Ana"], SOURCE_TYPE: [AI], AIGC: [LABEL]}


def camera_exif(orientation=1):
    """What a camera writes: where, which body, whose, a maker's note and a thumbnail."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0132], exif[0x8298], exif[0x013B] = "Maker", "2026:01:02 03:04:05", "(c) Ana", "Ana"
    exif[0x0112] = orientation
    exif[0x8769] = {0xA431: "SN-12345", 0x927C: b"private bytes", 0xA430: "Ana Owner", 0x9286: b"ASCII\0\0\0at home"}
    exif[0x8825] = {1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)}
    return exif


CAMERA = ["position", "camera", "date", "maker notes", "owner", "serial number", "copyright", "credit", "comment"]
PACKET = as_xmp({RIGHTS: ["© from XMP"], SOURCE_TYPE: [AI], AIGC: [LABEL]})


def saved(path, form, picture=None, **more):
    picture = picture or gradient(48, 64)
    if form == "PNG" and "xmp" in more:
        more["pnginfo"] = PngImagePlugin.PngInfo()
        more["pnginfo"].add_itxt("XML:com.adobe.xmp", more.pop("xmp").decode())
    picture.save(path, form, **more)
    return path


def opened(path):
    still = open_still(path, sniff(path).reader)
    still.decode(still.info.display_size)
    return still


def said_of(path):
    with Image.open(path) as image:
        return metadata_of(blocks_of(image, path))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_what_a_camera_writes_is_told_apart(tmp_path, form):
    found = said_of(saved(tmp_path / "a", form, exif=camera_exif()))
    assert list(found.kinds) == sorted(CAMERA, key=list(found.kinds).index)
    assert found.values == {RIGHTS: ["(c) Ana"], CREATOR: ["Ana"]}


def test_a_tiff_too(tmp_path):
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[0x8298], tags[0x010F], tags[700] = "(c) Ana", "Maker", PACKET
    tags.tagtype[700] = 7
    found = said_of(saved(tmp_path / "a", "TIFF", tiffinfo=tags))
    assert list(found.kinds) == ["copyright", "ai-label", "camera"]


@pytest.mark.parametrize("reduced", [True, False])
def test_a_second_page_is_a_thumbnail_if_it_calls_itself_one(tmp_path, reduced):
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[0x010E] = "of Ana's"
    pages = [gradient(16, 16), gradient(8, 8)]
    pages[1].encoderinfo = {"tiffinfo": {0x00FE: 1} if reduced else {}}
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:], tiffinfo=tags)
    assert list(said_of(tmp_path / "a.tif").kinds) == (["description", "thumbnail"] if reduced else ["description"])


def test_a_heif_too(tmp_path):
    pillow_heif = pytest.importorskip("pillow_heif")
    made = pillow_heif.from_pillow(gradient(64, 64))
    made.info["exif"], made.info["xmp"] = camera_exif().tobytes(), PACKET
    made.save(tmp_path / "a.heic")
    still = opened(tmp_path / "a.heic")
    assert {"position", "serial number", "ai-label", "copyright"} <= set(still.metadata.kinds)


@pytest.mark.parametrize("target", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_an_output_carries_what_is_kept_and_nothing_else(tmp_path, form, target):
    still = opened(saved(tmp_path / "a", form, exif=camera_exif(), xmp=PACKET))
    out = tmp_path / f"out.{target}"
    said = write_still(still, still_plan(Box(0, 0, 48, 64), format=target, metadata=ALL), out)
    data = out.read_bytes()
    for private in (b"SN-12345", b"private bytes", b"Owner", b"at home", b"Maker", b"2026:01:02"):
        assert private not in data
    found = said_of(out)
    assert list(found.kinds) == ["copyright", "ai-label", "credit"]
    assert found.values == {RIGHTS: ["© from XMP"], SOURCE_TYPE: [AI], AIGC: [LABEL], CREATOR: ["Ana"]}
    with Image.open(out) as image:
        image.load()
        assert image.size == (48, 64)
        assert not image.getexif().get_ifd(0x8825)
        assert image.getexif()[0x013B] == "Ana"
        assert image.info["xmp"]
    assert "dropped position, camera, date" in said[-1]
    assert said[-1].endswith("kept copyright, ai-label, credit")


@pytest.mark.parametrize("kinds", [(), ("ai-label",), ("copyright",), ("credit",)])
def test_a_preset_says_what_is_kept(tmp_path, kinds):
    still = opened(saved(tmp_path / "a", "JPEG", exif=camera_exif(), xmp=PACKET))
    write_still(still, still_plan(Box(0, 0, 48, 64), metadata=kinds), tmp_path / "out.jpeg")
    assert tuple(said_of(tmp_path / "out.jpeg").kinds) == kinds


def test_a_picture_that_says_nothing_gets_nothing(tmp_path):
    still = opened(saved(tmp_path / "a", "JPEG"))
    (said,) = write_still(still, still_plan(Box(0, 0, 48, 64), metadata=ALL), tmp_path / "out.jpeg")
    assert "metadata" not in said
    assert b"Exif" not in (tmp_path / "out.jpeg").read_bytes()


def test_what_goes_along_counts_for_the_byte_limit(tmp_path):
    path = saved(tmp_path / "a", "JPEG", exif=camera_exif(), xmp=PACKET)
    plan = replace(still_plan(Box(0, 0, 48, 64), metadata=ALL), quality_min=1)
    write_still(opened(path), plan, tmp_path / "out.jpeg")
    most = (tmp_path / "out.jpeg").stat().st_size - 1
    write_still(opened(path), replace(plan, max_bytes=most), tmp_path / "less.jpeg")
    assert (tmp_path / "less.jpeg").stat().st_size <= most


def jumbf(text):
    return struct.pack(">I4s", 8 + len(text), b"jumb") + text


def with_c2pa(path, form, text):
    box, data = jumbf(text), path.read_bytes()
    if form == "JPEG":
        body = b"JP\0\1\0\0\0\1" + box
        data = data[:2] + b"\xff\xeb" + struct.pack(">H", len(body) + 2) + body + data[2:]
    elif form == "PNG":
        data = (
            data[:33]
            + struct.pack(">I", len(box))
            + b"caBX"
            + box
            + struct.pack(">I", zlib.crc32(b"caBX" + box))
            + data[33:]
        )
    else:
        data = data + b"C2PA" + struct.pack("<I", len(box)) + box + bytes(len(box) % 2)
        data = data[:4] + struct.pack("<I", len(data) - 8) + data[8:]
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(("source", "is_ai"), [("trainedAlgorithmicMedia", True), ("digitalCapture", False)])
def test_a_broken_seal_is_not_passed_on_but_what_it_says_of_ai_is(tmp_path, form, source, is_ai):
    kind = b"http://cv.iptc.org/newscodes/digitalsourcetype/" + source.encode()
    path = with_c2pa(saved(tmp_path / "a", form), form, b"c2pa.actions digitalSourceType\x78\x46" + kind)
    still = opened(path)
    assert "content credentials (C2PA)" in still.info.metadata
    said = write_still(still, still_plan(Box(0, 0, 48, 64), metadata=ALL), tmp_path / "out.jpeg")
    assert "dropped content credentials (C2PA)" in said[-1]
    assert said_of(tmp_path / "out.jpeg").values == ({SOURCE_TYPE: [AI]} if is_ai else {})
    assert b"c2pa" not in (tmp_path / "out.jpeg").read_bytes()


@pytest.mark.parametrize(
    "more",
    [
        {"comment": json.dumps({"AIGC": {"Label": "1"}}).encode()},
        {"exif": {0x8769: {0x9286: b"ASCII\0\0\0" + json.dumps({"AIGC": {"Label": "1"}}).encode()}}},
        {"exif": {0x8769: {0x9286: b"UNICODE\0" + json.dumps({"AIGC": {"Label": "1"}}).encode("utf-16")}}},
        {"exif": {0x8769: {0x9286: b"UNICODE\0" + json.dumps({"AIGC": {"Label": "1"}}).encode("utf-16-be")}}},
        {"exif": {0x8769: {0x9286: b"UNICODE\0" + json.dumps({"AIGC": {"Label": "1"}}).encode("utf-16-le")}}},
        {"exif": {0x8769: {0x9286: b"UNICODE\0\xfe\xff" + json.dumps({"AIGC": {"Label": "1"}}).encode("utf-16-be")}}},
        {"exif": {0x010E: json.dumps({"AIGC": {"Label": "1"}})}},
    ],
)
def test_an_aigc_label_is_found_wherever_generators_put_it(tmp_path, more):
    if "exif" in more:
        exif = Image.Exif()
        exif.update(more["exif"])
        more = {"exif": exif}
    still = opened(saved(tmp_path / "a", "JPEG", **more))
    assert "ai-label" in still.info.metadata
    write_still(still, still_plan(Box(0, 0, 48, 64), format="png", metadata=ALL), tmp_path / "out.png")
    assert json.loads(said_of(tmp_path / "out.png").values[AIGC][0]) == {"AIGC": {"Label": "1"}}


def test_png_texts(tmp_path):
    texts = PngImagePlugin.PngInfo()
    texts.add_text("AIGC", LABEL.replace("某公司", "x"))
    texts.add_text("Copyright", "(c) Ana", zip=True)
    texts.add_itxt("Author", "张", zip=True)
    texts.add_text("parameters", "a cat, secret prompt")
    found = said_of(saved(tmp_path / "a", "PNG", pnginfo=texts))
    assert set(found.kinds) == {"ai-label", "copyright", "credit", "comment"}
    assert found.values[CREATOR] == ["张"]


@pytest.mark.parametrize(
    ("key", "text", "kind"),
    [
        ("exif:GPSLatitude", "31/1, 13/1, 49/1", "position"),
        ("exif:BodySerialNumber", "SN-12345", "serial number"),
        ("exif:CameraOwnerName", "Ana Owner", "owner"),
        ("exif:Copyright", "(c) Ana", "copyright"),
        ("exif:Artist", "Ana", "credit"),
        ("exif:FNumber", "28/10", "comment"),
        ("Latitude", "31.2", "position"),
    ],
)
def test_exif_in_words_of_its_own_is_told_apart(tmp_path, key, text, kind):
    """As ImageMagick writes a TIFF's tags into a PNG."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text(key, text)
    assert list(said_of(saved(tmp_path / "a", "PNG", pnginfo=texts)).kinds) == [kind]


@pytest.mark.parametrize("name", ["exif", "APP1"])
def test_what_imagemagick_puts_into_a_png_text_is_read(tmp_path, name):
    block = camera_exif().tobytes()
    lines = [block.hex()[at : at + 72] for at in range(0, len(block.hex()), 72)]
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Raw profile type xmp", "\nxmp\n  4\nno digits")
    texts.add_text(f"Raw profile type {name}", "\n".join(["", name, f"{len(block):8}", *lines, ""]), zip=True)
    found = said_of(saved(tmp_path / "a", "PNG", pnginfo=texts))
    assert set(found.kinds) == {*CAMERA, "other"}
    records = b"8BIM\x04\x0c"
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Raw profile type 8bim", f"\n8bim\n 6\n{records.hex()}\n")
    assert set(said_of(saved(tmp_path / "b", "PNG", pnginfo=texts)).kinds) == {"thumbnail"}


def test_a_second_exif_block_is_read_too(tmp_path):
    second = camera_exif().tobytes()
    first = as_exif({CREATOR: ["Ben"]})
    path = saved(tmp_path / "a", "JPEG", exif=b"Exif\0\0" + first)
    data = path.read_bytes()
    at = data.index(b"Exif\0\0") + 6 + len(first)
    path.write_bytes(data[:at] + b"\xff\xe1" + struct.pack(">H", len(second) + 2) + second + data[at:])
    found = said_of(path)
    assert found.values[CREATOR] == ["Ben"]
    assert set(found.kinds) == set(CAMERA)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_every_packet_is_read(tmp_path, form):
    """Tools put theirs before or behind the one that was there."""
    path = saved(tmp_path / "a", form, xmp=as_xmp({CREATOR: ["Ben"]}))
    data, second = path.read_bytes(), as_xmp({CREATOR: ["Ana"], SOURCE_TYPE: [AI]})
    if form == "JPEG":
        body = b"http://ns.adobe.com/xap/1.0/\0" + second
        at = data.index(b"</x:xmpmeta>") + len(b"</x:xmpmeta>")
        data = data[:at] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[at:]
    else:
        body = b"iTXtXML:com.adobe.xmp\0\0\0\0\0" + second
        data = data[:-12] + struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)) + data[-12:]
    path.write_bytes(data)
    assert said_of(path).values == {CREATOR: ["Ben"], SOURCE_TYPE: [AI]}


def described(properties, spaces=""):
    """A packet of raw XML."""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description xmlns:i="{xmp.IPTC_EXT}" xmlns:dc="{xmp.DC}" xmlns:exif="http://ns.adobe.com/exif/1.0/"'
        f"{spaces}>{properties}</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def source_type(*names):
    items = "".join(f"<rdf:li>http://cv.iptc.org/newscodes/digitalsourcetype/{name}</rdf:li>" for name in names)
    return described(f"<i:DigitalSourceType><rdf:Bag>{items}</rdf:Bag></i:DigitalSourceType>")


@pytest.mark.parametrize(
    "blocks",
    [
        Blocks(xmp=[source_type("digitalCapture"), source_type("trainedAlgorithmicMedia")]),
        Blocks(xmp=[source_type("trainedAlgorithmicMedia"), source_type("digitalCapture")]),
        Blocks(xmp=[source_type("digitalCapture", "trainedAlgorithmicMedia")]),
        Blocks(xmp=[source_type("digitalCapture")], c2pa=AI.encode()),
        Blocks(xmp=[described(f"<i:DigitalSourceType>{AI}</i:DigitalSourceType> Tom & Jerry")]),
        Blocks(xmp=[source_type("trainedAlgorithmicMedia").decode().encode("utf-16")]),
    ],
)
def test_who_says_that_ai_made_it_outweighs_others(blocks):
    found = metadata_of(blocks)
    assert found.is_generated
    assert found.values[SOURCE_TYPE] == [AI]


def test_what_a_camera_took_carries_no_ai_label():
    found = metadata_of(Blocks(xmp=[source_type("digitalCapture")], texts=[("Copyright", "Ana")]))
    assert not found.is_generated
    assert str(found.in_words(ALL)) == "metadata: kept source type, copyright"
    assert metadata_of(Blocks(xmp=[source_type("compositeSynthetic")])).is_generated


@pytest.mark.parametrize(
    "blocks",
    [
        Blocks(xmp=[described(f"<dc:description>{escape(LABEL)}</dc:description>")]),
        Blocks(xmp=[described(f"<dc:description>{LABEL}</dc:description>")]),  # which is not well-formed
        Blocks(xmp=[described('<exif:UserComment>{"AIGC": {"Label": "1"}}</exif:UserComment>')]),
        Blocks(xmp=[described("<t:AIGC>1</t:AIGC>", ' xmlns:t="http://www.tc260.org.cn/ns/AIGC/1.0"')]),
        Blocks(xmp=[described("<t:AIGC>Tom & Jerry</t:AIGC>")]),
        Blocks(texts=[("aigc", LABEL)]),
    ],
)
def test_an_aigc_label_is_found_in_other_places(blocks):
    assert metadata_of(blocks).is_generated


def test_a_packet_in_ruins_still_says_where():
    found = metadata_of(Blocks(xmp=[described("<exif:GPSLatitude>31,13N</exif:GPSLatitude> Tom & Jerry")]))
    assert list(found.kinds) == ["other", "position"]
    assert not found.is_generated


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize(("tail", "kinds"), [(b"PK\3\4zip", ["embedded file"]), (b"\r\n", []), (bytes(99), [])])
def test_what_is_left_behind_a_picture_is_told(tmp_path, form, tail, kinds):
    path = saved(tmp_path / "a", form)
    path.write_bytes(path.read_bytes() + tail)
    assert list(said_of(path).kinds) == kinds


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_the_rest_of_a_larger_original_is_told(tmp_path, form):
    """As programs leave it that write a smaller picture over it without cutting the file."""
    larger, path = saved(tmp_path / "b", form, gradient(200, 200)).read_bytes(), saved(tmp_path / "a", form)
    path.write_bytes(path.read_bytes() + larger[path.stat().st_size :])
    assert list(said_of(path).kinds) == ["embedded file"]


def test_every_comment_is_read(tmp_path):
    path = saved(tmp_path / "a", "JPEG", comment=b"edited by Ana")
    data, label = path.read_bytes(), json.dumps({"aigc": {"Label": "1"}}).encode()
    path.write_bytes(data[:2] + b"\xff\xfe" + struct.pack(">H", len(label) + 2) + label + data[2:])
    assert set(said_of(path).kinds) == {"ai-label", "comment"}


def test_a_packet_over_several_segments_is_read(tmp_path):
    long = "x" * 70_000
    more = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="1,2N"'
        f' xmlns:i="{xmp.IPTC_EXT}" i:DigitalSourceType="{AI}" i:Note="{long}"/></rdf:RDF></x:xmpmeta>'
    ).encode()
    segments = b""
    for at in (60_000, 0):  # in any order
        part = more[at : at + 60_000]
        body = b"http://ns.adobe.com/xmp/extension/\0" + b"D" * 32 + struct.pack(">II", len(more), at) + part
        segments += b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    path = saved(tmp_path / "a", "JPEG", xmp=as_xmp({RIGHTS: ["Ana"]}))
    path.write_bytes(path.read_bytes()[:2] + segments + path.read_bytes()[2:])
    found = said_of(path)
    assert found.values == {RIGHTS: ["Ana"], SOURCE_TYPE: [AI]}
    assert "position" in found.kinds


def record(number, text):
    return b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(text)) + text


def test_iptc_records():
    records = record(116, "© Ü".encode()) + record(80, b"Ana") + record(120, b"x")
    block = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x40" + records
    found = metadata_of(Blocks(iptc=block))
    assert found.values == {RIGHTS: ["© Ü"], CREATOR: ["Ana"]}
    assert set(found.kinds) == {"copyright", "credit", "description"}
    assert set(metadata_of(Blocks(iptc=record(90, b"") + record(92, b"Lindenstr."))).kinds) == {"position"}
    assert not metadata_of(Blocks(iptc=record(90, b""))).kinds


def test_every_author_of_iptc_records_is_named():
    found = metadata_of(Blocks(iptc=record(80, b"Ana") + record(80, b"Ben") + record(80, b"Ana")))
    assert found.values == {CREATOR: ["Ana; Ben"]}


@pytest.mark.parametrize(
    ("text", "alphabet"),
    [
        ("© Müller", "latin-1"),
        ("© Müller", "utf-8"),
        ("Größel Studio", "latin-1"),
        ("版权所有 张三", "gbk"),
        ("陈镕基", "gbk"),
        ("Jörg Größel", "latin-1"),
        ("“Ñandú”", "cp1252"),
    ],
)
def test_iptc_records_in_the_alphabets_of_their_time(text, alphabet):
    assert metadata_of(Blocks(iptc=record(116, text.encode(alphabet)))).values == {RIGHTS: [text]}


def test_a_block_of_places_that_states_its_version_only_is_none():
    exif = Image.Exif()
    exif[0x8825] = {0: b"\2\3\0\0"}
    assert not metadata_of(Blocks(exif=[exif.tobytes()[6:]])).kinds


def test_a_seal_over_several_segments_is_read(tmp_path):
    path = saved(tmp_path / "a", "JPEG")
    box, data = jumbf(bytes(40) + AI.encode() + bytes(40)), path.read_bytes()
    half = 8 + 40 + len(AI) // 2
    head = b"JP\0\1" + struct.pack(">I", 1) + box[:half], b"JP\0\1" + struct.pack(">I", 2) + box[:8] + box[half:]
    segments = b"".join(b"\xff\xeb" + struct.pack(">H", len(body) + 2) + body for body in head)
    path.write_bytes(data[:2] + segments + data[2:])
    assert said_of(path).is_generated


def test_a_tag_of_the_wrong_kind_hides_no_label():
    exif = Image.Exif()
    exif[0x9C9D] = (1000, 1000)  # numbers, where Windows writes bytes
    exif[0x8769] = {0x9286: b"ASCII\0\0\0" + json.dumps({"AIGC": {"Label": "1"}}).encode()}
    assert metadata_of(Blocks(exif=[exif.tobytes()[6:]])).is_generated


def test_a_mere_mention_is_no_label():
    found = metadata_of(Blocks(texts=[("Description", 'no "aigc" used here')]))
    assert (found.is_generated, list(found.kinds)) == (False, ["comment"])


def test_a_comment_of_a_gif_is_read(tmp_path):
    path = tmp_path / "a.gif"
    gradient(32, 32).save(path, comment=json.dumps({"AIGC": {"Label": "1"}}).encode())
    assert said_of(path).is_generated


def test_a_second_view_is_no_leftover(tmp_path):
    path = tmp_path / "a.jpg"
    quarters(64, 64).save(path, "MPO", save_all=True, append_images=[gradient(64, 64)])
    assert "embedded file" not in said_of(path).kinds


def test_names_in_exif():
    exif = Image.Exif()
    exif[0x8298], exif[0x9C9D] = "Ana\0Editor", "张三".encode("utf-16-le") + b"\0\0"
    assert metadata_of(Blocks(exif=[exif.tobytes()[6:]])).values == {RIGHTS: ["Ana; Editor"], CREATOR: ["张三"]}


@pytest.mark.parametrize(
    ("space", "name"),
    [
        ("http://www.dji.com/drone-dji/1.0/", "GpsLatitude"),
        ("http://www.w3.org/2003/01/geo/wgs84_pos#", "lat"),
        ("http://cipa.jp/exif/2.32/", "GPSLongitude"),
    ],
)
def test_a_position_is_one_in_any_namespace(space, name):
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description xmlns:p="{space}" p:{name}="31.2"/></rdf:RDF></x:xmpmeta>'
    )
    assert set(metadata_of(Blocks(xmp=[packet.encode()])).kinds) == {"position"}


@pytest.mark.parametrize(("city", "kinds"), [("Shanghai", {"position"}), ("", set())])
def test_a_place_in_words_is_a_position(city, kinds):
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description xmlns:p="{xmp.PHOTOSHOP}" p:City="{city}"/></rdf:RDF></x:xmpmeta>'
    )
    assert set(metadata_of(Blocks(xmp=[packet.encode()])).kinds) == kinds


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_private_data_are_taken_off_without_touching_the_picture(tmp_path, form, orientation):
    profile = icc_profile()
    path = saved(tmp_path / "a", form, exif=camera_exif(orientation), xmp=PACKET, icc_profile=profile)
    still = opened(path)
    out = tmp_path / "out"
    plan = still_plan(Box.of(still.info.display_size), format=form.lower(), metadata=ALL, method=Method.REMUX)
    rewrap_still(still, path, plan, out)
    with Image.open(path) as before, Image.open(out) as after:
        assert np.array_equal(np.asarray(before), np.asarray(after))
        assert after.info["icc_profile"] == profile
        assert after.getexif().get(0x0112, 1) == orientation
    assert b"SN-12345" not in out.read_bytes()
    assert set(said_of(out).kinds) == {"copyright", "credit", "ai-label"}
    assert opened(out).info.rotation == still.info.rotation


def test_a_thumbnail_and_a_film_behind_the_picture_go(tmp_path):
    small = BytesIO()
    gradient(16, 16).save(small, "JPEG")
    exif = b"MM\0*\0\0\0\x08\0\0\0\0\0\x0e" + struct.pack(">H", 2) + b"".join(
        struct.pack(">HHII", tag, 4, 1, value) for tag, value in ((0x0201, 44), (0x0202, len(small.getvalue())))
    ) + bytes(4) + small.getvalue()  # fmt: skip
    path = saved(tmp_path / "a", "JPEG", exif=b"Exif\0\0" + exif)
    path.write_bytes(path.read_bytes() + b"\0\0\0\x18ftypmp42 a motion photo")
    still = opened(path)
    assert set(still.info.metadata) == {"thumbnail", "embedded file"}
    out = tmp_path / "out"
    rewrap_still(still, path, still_plan(Box(0, 0, 48, 64), metadata=ALL), out)
    assert b"ftyp" not in out.read_bytes()
    assert out.read_bytes().count(b"\xff\xd8") == 1
    assert said_of(out).kinds == {}


def test_a_picture_that_was_cut_short_hides_no_film(tmp_path):
    path = saved(tmp_path / "a", "JPEG")
    path.write_bytes(path.read_bytes()[:-200])
    assert said_of(path).kinds == {}


def test_a_cameras_mark_for_adobe_rgb_becomes_a_profile(tmp_path):
    exif = camera_exif()
    exif[0x8769] = {0xA431: "SN-12345", 0xA005: {1: "R03"}}
    path = saved(tmp_path / "a", "JPEG", exif=exif)
    out = tmp_path / "out"
    rewrap_still(opened(path), path, still_plan(Box(0, 0, 48, 64), metadata=()), out)
    assert opened(out).info.colour_space == "adobe rgb (1998)"


def test_a_progressive_jpeg_is_stripped_to_its_end(tmp_path):
    path = saved(tmp_path / "a", "JPEG", quarters(200, 160), progressive=True, exif=camera_exif())
    bare = saved(tmp_path / "b", "JPEG", quarters(200, 160), progressive=True)
    assert stripped(path.read_bytes(), "jpeg") == bare.read_bytes()


@pytest.mark.parametrize("form", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("lossless", [True, False])
def test_putting_on_and_taking_off_cancel_out(form, lossless):
    file = BytesIO()
    gradient(33, 47).save(file, form.upper(), **({"lossless": lossless} if form == "webp" else {}))
    around = Around(icc_profile(), as_exif(VALUES), as_xmp(VALUES))
    full = enclosed(file.getvalue(), form, around)
    assert len(full) <= len(file.getvalue()) + around.most_bytes
    with Image.open(BytesIO(full)) as image:
        image.load()
        assert image.size == (33, 47)
        assert image.info["icc_profile"] == around.icc
    bare = stripped(full, form)
    assert (as_xmp(VALUES) in full, as_xmp(VALUES) in bare) == (True, False)
    assert stripped(enclosed(bare, form, Around(exif=as_exif(VALUES))), form) == bare


@pytest.mark.parametrize("form", ["jpeg", "png", "webp"])
def test_nothing_is_added_for_nothing(form):
    assert enclosed(b"anything", form, Around()) == b"anything"


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xe1\0\0", b"\xff\xd8abc" * 9])
def test_a_jpeg_that_cannot_be_told_apart_is_not_guessed_at(data):
    with pytest.raises(ValueError, match=r"."):
        stripped(data, "jpeg")


def test_a_packet_reads_as_it_was_written():
    assert xmp.read(as_xmp(VALUES)) == VALUES
    assert as_xmp({}) == b""


def test_exif_reads_as_it_was_written():
    exif = Image.Exif()
    exif.load(as_exif(VALUES, 6))
    assert exif[0x0112] == 6
    assert metadata_of(Blocks(exif=[as_exif(VALUES)])).values == {RIGHTS: VALUES[RIGHTS], CREATOR: ["Ana"]}
    assert as_exif({}) == b""


def test_properties_as_attributes_and_elements():
    packet = f"""<?xpacket begin="\ufeff"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="{xmp.RDF}">
    <r:Description r:about="" xmlns:e="{xmp.IPTC_EXT}" xmlns:d="{xmp.DC}" xmlns:f="http://ns.adobe.com/exif/1.0/"
        e:DigitalSourceType="{AI}" f:GPSLatitude="31,13N">
      <d:creator><r:Seq><r:li>Ana</r:li><r:li>Bo &amp; Co</r:li></r:Seq></d:creator>
      <f:Flash r:parseType="Resource"><f:Fired>False</f:Fired></f:Flash>
    </r:Description></r:RDF></x:xmpmeta><?xpacket end="w"?>"""
    assert xmp.read(packet.encode())[CREATOR] == ["Ana", "Bo & Co"]
    found = metadata_of(Blocks(xmp=[packet.encode()]))
    assert set(found.kinds) == {"ai-label", "position", "credit", "other"}
    assert found.values[CREATOR] == ["Ana; Bo & Co"]


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    "packet",
    [
        BOMB,
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        b"<x>" * 5000,
        b"<x",
        b"\xff\xfe<\0x\0",
        b"x" * 3_000_000,
        b"<x>&undefined;</x>",
    ],
)
def test_hostile_packets_say_nothing(packet):
    assert xmp.read(packet) is None
    found = metadata_of(Blocks(xmp=[packet]))
    assert (list(found.kinds), found.values) == (["other"], {})


@pytest.mark.filterwarnings("ignore")  # Pillow's, which open_still() silences
@pytest.mark.parametrize("seed", range(200))
def test_damaged_blocks_never_fail_an_asset(seed):
    rng = np.random.default_rng(seed)

    def damaged(block):
        data = bytearray(block[: rng.integers(1, len(block) + 1)])
        for place in rng.integers(0, len(data), 6):
            data[place] = rng.integers(0, 256)
        return bytes(data)

    exif = camera_exif().tobytes()[6:]
    found = metadata_of(Blocks(exif=[damaged(exif)], xmp=[damaged(PACKET)], iptc=damaged(b"\x1c\x02\x74\0\x03abc" * 9)))
    again = metadata_of(Blocks(exif=[as_exif(found.kept(ALL))], xmp=[as_xmp(found.kept(ALL))]))
    assert again.values == found.kept(ALL)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_damaged_metadata_in_a_file_cost_nothing(tmp_path, form, seed):
    path = saved(tmp_path / "a", form, exif=camera_exif(), xmp=PACKET)
    data, rng = bytearray(path.read_bytes()), np.random.default_rng(seed)
    for mark in (b"MM\0*", b"II*\0", b"xmpmeta"):
        if (at := data.find(mark)) >= 0:
            for place in rng.integers(at, at + 200, 8):
                data[place] = rng.integers(0, 256)
    path.write_bytes(data)
    write_still(opened(path), still_plan(Box(0, 0, 48, 64), metadata=ALL), tmp_path / "out.jpeg")


def test_a_text_that_unpacks_to_gigabytes_is_cut(tmp_path):
    text = b"Comment\0\0" + zlib.compress(bytes(50_000_000))
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    path = saved(tmp_path / "a", "PNG")
    data = path.read_bytes()
    path.write_bytes(data[:33] + chunk + data[33:])
    blocks = Blocks()
    from assetkit.media.blocks import _from_png

    _from_png(path.read_bytes(), blocks)
    assert [(key, len(text)) for key, text in blocks.texts] == [("Comment", 100_000)]


@pytest.mark.parametrize("value", ["\0\0", ""])
def test_values_that_are_no_values_stay(value):
    found = metadata_of(Blocks(texts=[("Copyright", value)]))
    assert (found.values, list(found.kinds)) == ({}, [])


def test_what_is_too_long_to_go_along_is_said():
    found = metadata_of(Blocks(texts=[("Copyright", "x" * 1001), ("AIGC", "x" * 8001), ("Author", "Ana")]))
    assert found.values == {CREATOR: ["Ana"]}
    assert found.is_generated
    assert str(found.in_words(ALL)) == "metadata: dropped overlong text; kept credit"
    assert not metadata_of(Blocks(texts=[("Copyright", "x" * 1001)])).is_generated
