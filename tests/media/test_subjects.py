import io

import pillow_heif
import pytest
from PIL import Image

from assetkit.geometry import Box, Size
from assetkit.media.blocks import Blocks
from assetkit.media.stills import open_still
from assetkit.media.subjects import Marked, marked
from tests.factories import gradient

STORED = Size(200, 100)
XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
 xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#"><mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList>
<rdf:Bag>{}</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions></rdf:Description></rdf:RDF></x:xmpmeta>"""
AS_ATTRIBUTES = """<rdf:li><rdf:Description mwg-rs:Name="Ann" mwg-rs:Type="{}">
<mwg-rs:Area stArea:x="{}" stArea:y="{}" stArea:w="{}" stArea:h="{}" stArea:unit="normalized"/>
</rdf:Description></rdf:li>"""
AS_ELEMENTS = """<rdf:li rdf:parseType="Resource"><mwg-rs:Area rdf:parseType="Resource"><stArea:h>{4}</stArea:h>
<stArea:unit>normalized</stArea:unit><stArea:w>{3}</stArea:w><stArea:x>{1}</stArea:x><stArea:y>{2}</stArea:y>
</mwg-rs:Area><mwg-rs:Name>Ann</mwg-rs:Name><mwg-rs:Type>{0}</mwg-rs:Type></rdf:li>"""


def packet(*regions, form=AS_ATTRIBUTES):
    return XMP.format("".join(form.format(*region) for region in regions)).encode()


def camera(*area, width=None, height=None):
    """An EXIF block with a subject area."""
    exif = Image.Exif()
    details = exif.get_ifd(0x8769)
    details[0x9214] = area
    if width:
        details[0xA002], details[0xA003] = width, height
    return exif.tobytes()


@pytest.mark.parametrize("form", [AS_ATTRIBUTES, AS_ELEMENTS])
def test_marked_regions(form):
    said = packet(("Face", 0.25, 0.5, 0.1, 0.2), ("Pet", 0.9, 0.5, 0.4, 0.2), ("Focus", 0.7, 0.2, 0.1, 0.1), form=form)
    found = marked(Blocks(xmp=[said]), STORED, 1)
    assert found.faces == (Box(40, 40, 60, 60), Box(140, 40, 200, 60))  # the second reaches over the edge
    assert found.subject == Box(130, 15, 150, 25)


@pytest.mark.parametrize(
    ("orientation", "box"),
    [
        (1, Box(0, 0, 20, 20)),
        (2, Box(180, 0, 200, 20)),
        (3, Box(180, 80, 200, 100)),
        (4, Box(0, 80, 20, 100)),
        (5, Box(0, 0, 20, 20)),
        (6, Box(80, 0, 100, 20)),
        (7, Box(80, 180, 100, 200)),
        (8, Box(0, 180, 20, 200)),
    ],
)
def test_regions_turn_with_the_picture(orientation, box):
    said = packet(("Face", 0.05, 0.1, 0.1, 0.2))
    assert marked(Blocks(xmp=[said]), STORED, orientation).faces == (box,)
    assert marked(Blocks(exif=[camera(10, 10, 20, 20)]), STORED, orientation).subject == box


@pytest.mark.parametrize(
    ("area", "box"),
    [
        ((150, 50), Box(140, 40, 160, 60)),
        ((150, 50, 30), Box(135, 35, 165, 65)),
        ((150, 50, 40, 20), Box(130, 40, 170, 60)),
        ((100, 50, 40, 20), None),  # the middle: nobody chose it
        ((120, 50, 190, 90), None),  # all of it
        ((300, 50, 10, 10), None),
        ((0, 0, 0, 0), None),
    ],
)
def test_the_cameras_area(area, box):
    assert marked(Blocks(exif=[camera(*area)]), STORED, 1).subject == box


def test_an_area_is_in_pixels_of_the_picture_as_it_was_taken():
    said = camera(1500, 500, 400, 200, width=2000, height=1000)
    assert marked(Blocks(exif=[said]), STORED, 1).subject == Box(130, 40, 170, 60)


@pytest.mark.parametrize(
    "blocks",
    [
        Blocks(),
        Blocks(xmp=[b"<x"]),
        Blocks(exif=[b"Exif rubbish"]),
        Blocks(xmp=[packet(("Face", "a", "b", 1, 1))]),
        Blocks(xmp=[packet(("Face", 7, 8, 1, 1))]),
        Blocks(xmp=[b"<!DOCTYPE x [<!ENTITY e '0.5'>]>" + packet(("Face", "&e;", 0.5, 0.1, 0.1))]),
    ],
)
def test_rubbish_marks_nothing(blocks):
    assert marked(blocks, STORED, 1) == Marked()


def test_a_file_is_opened_with_its_marks(tmp_path):
    data = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    gradient(200, 100).save(data, "JPEG", exif=exif, xmp=packet(("Face", 0.05, 0.1, 0.1, 0.2)))
    (tmp_path / "a.jpg").write_bytes(data.getvalue())
    still = open_still(tmp_path / "a.jpg", "JPEG")
    still.image.close()
    info = still.info
    assert (info.display_size, info.marked_faces) == (Size(100, 200), (Box(80, 0, 100, 20),))


@pytest.mark.parametrize(
    ("orientation", "box"), [(1, Box(0, 0, 20, 20)), (3, Box(180, 80, 200, 100)), (6, Box(80, 0, 100, 20))]
)
def test_marks_in_a_heif_that_its_reader_has_turned(tmp_path, orientation, box):
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[0x0112] = orientation
    gradient(200, 100).save(tmp_path / "a.heic", exif=exif.tobytes(), xmp=packet(("Face", 0.05, 0.1, 0.1, 0.2)))
    still = open_still(tmp_path / "a.heic", "HEIF")
    still.image.close()
    assert still.info.marked_faces == (box,)


def test_a_damaged_second_block_hides_no_area_of_the_first():
    said = marked(Blocks(exif=[camera(10, 10, 20, 20), b"rubbish of another tool"]), STORED, 1)
    assert said.subject == marked(Blocks(exif=[camera(10, 10, 20, 20)]), STORED, 1).subject is not None
