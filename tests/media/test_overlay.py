import numpy as np
import pytest
from PIL import Image

from assetkit.geometry import Box, Size
from assetkit.media.overlay import caption, is_overlay, write_overlay
from assetkit.model import FrameMeasurements, Measurements
from tests.factories import covered, gradient, region

SIZE = Size(300, 400)
GREY = np.full((400, 300, 3), 128, np.uint8)


def measured(*lines, exempt=(), share=0.25):
    return Measurements((FrameMeasurements(text=lines),), covered(share, 0.2, 0.3, 7), exempt=tuple(exempt))


def drawn(tmp_path, found, size=SIZE, pixels=GREY):
    target = tmp_path / "deep/er/a.text.jpg"
    write_overlay(pixels, size, found, target)
    with Image.open(target) as image:
        return np.asarray(image.convert("RGB"), int)


def is_like(pixel, colour):
    return bool(np.abs(pixel - np.array(colour)).max() < 80)


MAGENTA, BLUE = (230, 0, 120), (0, 150, 255)


def test_lines_and_exempt_boxes_are_outlined_where_they_are(tmp_path):
    """The picture was measured at a quarter of its size."""
    line, box = region(400, 320, 1000, 480), Box(200, 800, 600, 1200)
    picture = drawn(tmp_path, measured(line, exempt=[box]), Size(1200, 1600))
    for x, y in ((100, 100), (250, 100), (175, 80), (175, 120)):
        assert is_like(picture[y, x], MAGENTA)
    for x, y in ((50, 250), (149, 250), (100, 200), (100, 299)):
        assert is_like(picture[y, x], BLUE)
    assert is_like(picture[100, 175], (128, 128, 128))  # outlined, not filled
    assert is_like(picture[250, 100], (128, 128, 128))


def test_a_grid_of_five_by_five(tmp_path):
    changed = np.abs(drawn(tmp_path, measured())[:400, :300] - 128).max(axis=2) > 30
    assert [x for x in range(0, 300, 10) if changed[5, x : x + 10].any()] == [60, 120, 180, 240]
    assert [y for y in range(0, 400, 10) if changed[y : y + 10, 5].any()] == [80, 160, 240, 320]


@pytest.mark.parametrize(("width", "height"), [(1, 1), (40, 30), (300, 400), (1440, 1080), (20, 1440)])
def test_the_numbers_stand_below_a_picture_of_any_size(tmp_path, width, height):
    pixels = np.asarray(gradient(width, height))
    picture = drawn(tmp_path, measured(), Size(width, height), pixels)
    strip = picture[height:]
    assert picture.shape[1] >= width
    assert strip.shape[0] >= 28
    assert strip.min(axis=2).max() > 150  # there are words on it,
    assert strip[:, -4:].max() < 80  # and they end before its end


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (measured(region(0, 0, 9, 9)), "text covers 25.0% (20.0% to 30.0%), 7 of 25 cells, 1 line"),
        (measured(), "text covers 25.0% (20.0% to 30.0%), 7 of 25 cells, 0 lines"),
        (Measurements(), "text was not measured"),
    ],
)
def test_the_caption(found, says):
    assert caption(found) == says


def test_an_overlay_is_told_from_other_files(tmp_path):
    write_overlay(GREY, Size(300, 400), measured(), tmp_path / "a.jpg")
    gradient(30, 40).save(tmp_path / "b.jpg")
    gradient(30, 40).save(tmp_path / "c.png")
    (tmp_path / "d.jpg").write_text("words")
    assert [is_overlay(tmp_path / n) for n in ("a.jpg", "b.jpg", "c.png", "d.jpg", "none.jpg")] == [True, *[False] * 4]


def test_an_earlier_overlay_is_replaced_whole(tmp_path):
    for share in (0.1, 0.9):
        write_overlay(GREY, Size(300, 400), measured(share=share), tmp_path / "a.jpg")
    assert [p.name for p in tmp_path.iterdir()] == ["a.jpg"]
