from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from assetkit.media.jpeg_tables import jpeg_quality
from assetkit.media.quality import measure_quality
from tests.factories import noise


def scene(size=(720, 960), seed=0):
    """Rough shapes of every size in many greys and colours: edges, flats and texture, as in a photo."""
    rng = np.random.default_rng(seed)
    picture = Image.new("RGB", size, (120, 110, 100))
    draw = ImageDraw.Draw(picture)
    for radius in np.geomspace(200, 3, 900):
        x, y = rng.integers(0, size[0]), rng.integers(0, size[1])
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=tuple(rng.integers(20, 235, 3).tolist()))
    return picture.filter(ImageFilter.GaussianBlur(0.6))


def toned(picture, curve):
    return picture.point([round(min(255, max(0, curve(v / 255) * 255))) for v in range(256)] * 3)


def measured(picture, *, is_native=True):
    return measure_quality(np.asarray(picture), is_native=is_native)


def jpeg(picture, quality):
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(BytesIO(buffer.getvalue()))


def test_sharpness_falls_with_every_step_of_blur():
    found = [measured(scene().filter(ImageFilter.GaussianBlur(s))).sharpness for s in (0, 1, 2, 4, 8)]
    assert found == sorted(found, reverse=True)
    assert found[0] > 0.6
    assert found[2] < 0.6


def test_sharpness_is_that_of_the_sharpest_part():
    picture = scene()
    blurred = picture.filter(ImageFilter.GaussianBlur(6))
    blurred.paste(picture.crop((240, 320, 480, 640)), (240, 320))  # a ninth of the picture is in focus
    assert measured(blurred).sharpness == pytest.approx(measured(picture).sharpness, rel=0.25)
    assert measured(picture.filter(ImageFilter.GaussianBlur(6))).sharpness < 0.4


def test_grain_is_not_sharpness():
    soft = np.asarray(scene().filter(ImageFilter.GaussianBlur(5)), np.int16)
    grain = np.random.default_rng(1).normal(0, 3, soft.shape)
    assert measured(np.clip(soft + grain, 0, 255).astype(np.uint8)).sharpness < 0.6


def test_sharpness_and_detail_do_not_depend_on_contrast():
    whole, half = measured(scene()), measured(toned(scene(), lambda x: 0.25 + x / 2))
    assert half.sharpness == pytest.approx(whole.sharpness, rel=0.1)
    assert half.detail == pytest.approx(whole.detail, rel=0.15)


@pytest.mark.parametrize("kernel", [Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS])
@pytest.mark.parametrize("times", [2, 3])
def test_an_enlarged_picture_lacks_fine_detail(times, kernel):
    large = scene((720 // times, 960 // times)).resize((720, 960), kernel)
    assert measured(large).detail < 0.28 < measured(scene()).detail


@pytest.mark.parametrize("sigma", [2, 4, 8, 16])
def test_a_blurred_picture_lacks_it_too(sigma):
    assert measured(scene().filter(ImageFilter.GaussianBlur(sigma))).detail < 0.15


def test_a_picture_scaled_down_regains_it():
    assert measured(scene((1440, 1920)).resize((720, 960), Image.Resampling.LANCZOS)).detail > 0.28


@pytest.mark.parametrize("share", [1, 0.5, 0.25])
def test_brightness_follows_the_light(share):
    assert measured(toned(scene(), lambda x: x * share)).brightness == pytest.approx(
        measured(scene()).brightness * share, abs=0.01
    )


@pytest.mark.parametrize("share", [1, 0.5, 0.25])
def test_contrast_is_the_span_of_tones(share):
    assert measured(toned(scene(), lambda x: 0.5 + (x - 0.5) * share)).contrast == pytest.approx(
        measured(scene()).contrast * share, abs=0.01
    )


def burnt(box, size=(600, 800), ground=(90, 90, 90)):
    picture = Image.new("RGB", size, ground)
    ImageDraw.Draw(picture).rectangle(box, fill=(255, 255, 255))
    return picture


def test_highlights_are_the_share_that_is_burnt_out():
    assert measured(burnt((0, 0, 599, 199))).highlights == pytest.approx(0.25, abs=0.01)  # a sky
    assert measured(burnt((100, 100, 299, 499))).highlights == pytest.approx(200 * 400 / (600 * 800), abs=0.01)
    assert measured(burnt((0, 0, 0, 0))).highlights == 0


def test_a_white_backdrop_is_not_burnt_out():
    packshot = Image.new("RGB", (600, 800), "white")
    ImageDraw.Draw(packshot).rectangle((200, 300, 400, 600), fill=(90, 60, 50))
    assert measured(packshot).highlights == 0
    ImageDraw.Draw(packshot).rectangle((250, 350, 350, 500), fill=(255, 255, 255))  # a glare on the product
    assert measured(packshot).highlights == pytest.approx(100 * 150 / (600 * 800), abs=0.01)


def test_a_deep_colour_is_not_burnt_out():
    assert measured(Image.new("RGB", (200, 200), (255, 0, 0))).highlights == 0
    assert measured(burnt((0, 0, 599, 199), ground=(0, 0, 255))).highlights == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("offset", [0, 3])
def test_blocks_show_at_low_qualities_wherever_the_grid_lies(offset):
    picture = scene()
    found = [measured(jpeg(picture, q).convert("RGB").crop((offset, offset, 640, 800))) for q in (10, 20, 95)]
    assert found[0].blockiness > found[1].blockiness > 1.3
    assert found[2].blockiness < 1.1


def test_blocks_are_not_looked_for_in_a_picture_that_was_scaled():
    assert measured(scene(), is_native=False).blockiness is None


@pytest.mark.parametrize("shade", [0, 128, 255])
@pytest.mark.parametrize("size", [(1, 1), (7, 300), (64, 64), (200, 300)])
def test_a_plain_picture_has_nothing_to_measure(size, shade):
    found = measured(Image.new("RGB", size, (shade, shade, shade)))
    assert (found.sharpness, found.detail) == (None, None)
    assert found.contrast == 0
    assert found.brightness == pytest.approx(shade / 255, abs=0.01)
    assert found.blockiness in (None, 1)


@pytest.mark.parametrize("size", [(2, 2), (63, 65), (127, 400), (129, 131)])
def test_any_size_is_measured(size):
    found = measured(noise(*size))
    assert 0 <= found.highlights <= 1
    assert 0 <= found.contrast <= 1


@pytest.mark.parametrize("quality", [1, 5, 10, 20, 30, 50, 75, 90, 95, 100])
def test_the_quality_that_a_jpeg_was_saved_at(quality):
    assert jpeg_quality(jpeg(scene((80, 80)), quality).quantization) == pytest.approx(quality, abs=4)


@pytest.mark.parametrize("tables", [None, {}, {1: [1] * 64}, {0: []}])
def test_no_table_no_quality(tables):
    assert jpeg_quality(tables) is None
