"""What every text engine owes: the same suite over all of them, with the real models."""

import os
from importlib.util import find_spec

import numpy as np
import pytest
import shapely

from assetkit.geometry import Box
from assetkit.text.coverage import coverage
from assetkit.text.paddle import PaddleDetector
from tests.text.rendered import disc, gradient, noise, rendered

# how far off the truth a coverage may be, as a share of it
TOLERANCE = {"paddle": 0.12, "easyocr": 0.18}
TITLE = ("Summer sale", 70, 190, 84)


@pytest.fixture(
    scope="module",
    params=["paddle on openvino", "paddle on onnxruntime", pytest.param("easyocr", marks=pytest.mark.easyocr)],
)
def engine(request):
    name, _, runtime = request.param.partition(" on ")
    return PaddleDetector(runtime=runtime) if name == "paddle" else easyocr_detector()


def easyocr_detector():
    if find_spec("easyocr") is None:
        if os.environ.get("ASSETKIT_CI_EASYOCR"):
            pytest.fail("ASSETKIT_CI_EASYOCR is set, but easyocr is not installed")
        pytest.skip("easyocr is not installed: pip install 'assetkit[easyocr]'")
    from assetkit.text.easyocr import EasyOcrDetector

    return EasyOcrDetector()


def covered(regions, pixels):
    height, width = pixels.shape[:2]
    return coverage(regions, Box(0, 0, width, height)).share


def finds(engine, picture):
    """Check that coverage is right and that each line's middle lies in some region; return the regions."""
    regions = engine.detect(picture.pixels)
    assert covered(regions, picture.pixels) == pytest.approx(picture.coverage, rel=TOLERANCE[engine.name])
    found = shapely.union_all([shapely.Polygon(region.polygon) for region in regions])
    missed = [middle for middle in picture.middles if not found.intersects(shapely.Point(middle))]
    assert not missed
    return regions


def test_a_title(engine):
    (region,) = finds(engine, rendered(TITLE))
    assert 0 < region.score <= 1


def test_light_on_dark(engine):
    finds(engine, rendered(TITLE, ink=(250, 240, 230), paper=(20, 60, 50)))


def test_several_lines(engine):
    lines = [("Opening week", 60, 60, 64), ("everything must go", 60, 210, 44), ("12.99", 60, 340, 96)]
    regions = finds(engine, rendered(*lines))
    assert len(regions) >= len(lines)


@pytest.mark.parametrize("turn", [20, -20, 90, 270])
def test_turned_lines(engine, turn):
    finds(engine, rendered(("Summer sale", 130, 200, 64), turn=turn))


@pytest.mark.parametrize(
    "picture",
    [gradient(), noise(), disc(50), disc(120), disc(200)],
    ids=["gradient", "noise", "small disc", "disc", "large disc"],
)
def test_nothing_where_there_is_no_text(engine, picture):
    assert engine.detect(picture) == ()


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 200), (200, 3), (31, 33)])
def test_tiny_pictures_are_judged(engine, width, height):
    assert engine.detect(np.full((height, width, 3), 128, np.uint8)) == ()


@pytest.mark.parametrize("turn", [0, 90])
def test_words_along_a_strip(engine, turn):
    words = [("first", 60), ("second", 900), ("third", 1900), ("fourth", 2800), ("fifth", 3600)]
    strip = rendered(*((word, x, 90, 110) for word, x in words), size=(4000, 300), turn=turn)
    assert len(finds(engine, strip)) >= len(words)


def test_the_same_picture_gives_the_same_regions(engine):
    picture = rendered(TITLE, turn=5).pixels
    assert engine.detect(picture) == engine.detect(picture.copy())


@pytest.mark.parametrize(("x", "y", "turn"), [(70, 190, 0), (-90, 190, 0), (70, -20, 0), (0, 330, 20), (200, 420, 0)])
def test_polygons_are_clockwise_and_lie_inside_the_picture(engine, x, y, turn):
    picture = rendered(("Summer sale", x, y, 84), turn=turn).pixels
    height, width = picture.shape[:2]
    regions = engine.detect(picture)
    assert regions
    for region in regions:
        assert len(region.polygon) == 4
        assert all(-2 <= x <= width + 2 and -2 <= y <= height + 2 for x, y in region.polygon)
        # y points down, so that what is clockwise to the eye is counter-clockwise to the formula
        assert shapely.LinearRing(region.polygon).is_ccw


def test_the_picture_is_left_as_it_was(engine):
    picture = rendered(TITLE).pixels.copy()
    before = picture.copy()
    engine.detect(picture)
    assert np.array_equal(picture, before)


def test_the_version_names_what_decides(engine):
    assert engine.version.split(",")[0] in {"PP-OCRv6_det_small", "craft_mlt_25k"}
    assert engine.version.endswith("f32")


def test_both_runtimes_agree():
    engines = [PaddleDetector(runtime=runtime) for runtime in ("openvino", "onnxruntime")]
    pictures = [
        rendered(TITLE),
        rendered(("Summer sale", 130, 200, 64), turn=20),
        rendered(("Opening week", 60, 60, 40), ("ends on Sunday", 60, 260, 28), paper=(90, 120, 200)),
        rendered(("a long strip", 300, 90, 110), size=(2000, 300)),
    ]
    for picture in pictures:
        one, other = (covered(engine.detect(picture.pixels), picture.pixels) for engine in engines)
        assert one == pytest.approx(other, abs=0.001)
