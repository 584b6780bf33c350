import numpy as np
import pytest
from PIL import Image

from assetkit.errors import AssetError
from assetkit.geometry import Box, Size
from assetkit.media.encode_stills import write_still
from assetkit.media.sniff import sniff
from assetkit.media.stills import open_still, still_of
from assetkit.model import PadStyle
from tests.factories import (
    CORNERS,
    P3,
    corner_colours,
    gradient,
    icc_profile,
    quarters,
    still_plan,
    whole,
)


def written(tmp_path, picture, plan):
    """Write a picture held in memory as planned; return it, decoded, and what was said."""
    target = tmp_path / f"out.{plan.format}"
    said = write_still(still_of(np.asarray(picture)), plan, target)
    with Image.open(target) as image:
        image.load()
        return image, target.stat().st_size, said[-1]


def reread(tmp_path, form, picture, plan, least=None, **options):
    """The same by way of a file."""
    path = tmp_path / "in.bin"
    picture.save(path, form, **options)
    still = open_still(path, sniff(path).reader)
    still.decode(least or still.info.display_size)
    target = tmp_path / f"out.{plan.format}"
    write_still(still, plan, target)
    with Image.open(target) as image:
        image.load()
        return image


def near(found, wanted, tolerance=8):
    return np.abs(np.asarray(found, int) - np.asarray(wanted, int)).max() <= tolerance


@pytest.mark.parametrize("file_format", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("size", [(60, 80), (61, 79), (1, 1)])
def test_the_output_has_exactly_the_planned_pixels(tmp_path, file_format, size):
    plan = still_plan(Box(100, 0, 400, 400), Size(*size), format=file_format)
    image, _, said = written(tmp_path, gradient(500, 400), plan)
    assert image.size == size
    assert image.format == file_format.upper()
    assert image.mode == "RGB"
    assert said == ("encoded as png" if file_format == "png" else f"encoded as {file_format} at quality 92")


def test_the_window_is_what_is_kept(tmp_path):
    picture = quarters(400, 400)
    image, _, _ = written(tmp_path, picture, still_plan(Box(200, 0, 400, 200), Size(100, 100)))
    assert near(np.asarray(image)[2:-2, 2:-2], CORNERS[1])


def test_a_large_picture_is_scaled_without_moire(tmp_path):
    stripes = np.zeros((800, 800, 3), np.uint8)
    stripes[:, ::2] = 255
    image, _, _ = written(tmp_path, stripes, still_plan(whole(800, 800), Size(90, 90)))
    assert near(np.asarray(image)[5:-5, 5:-5], 128, 12)


def test_a_still_decoded_small_is_cropped_alike(tmp_path):
    plan = still_plan(Box(400, 0, 800, 600), Size(40, 60))
    full = reread(tmp_path, "JPEG", quarters(800, 1200), plan, quality=95)
    small = reread(tmp_path, "JPEG", quarters(800, 1200), plan, Size(100, 150), quality=95)
    assert near(np.asarray(full)[3:-3, 3:-3], CORNERS[1], 12)
    assert near(np.asarray(full)[3:-3, 3:-3], np.asarray(small)[3:-3, 3:-3], 12)


@pytest.mark.parametrize("size", [(1001, 4001), (9, 2001), (2001, 9), (801, 1203)])
def test_a_still_decoded_small_has_no_black_edge(tmp_path, size):
    picture = Image.new("RGB", size, "white")
    drawn = Size(max(1, size[0] // 9), max(1, size[1] // 9))
    image = reread(tmp_path, "JPEG", picture, still_plan(whole(*size), drawn), drawn)
    assert np.asarray(image).min() >= 250


def test_plain_padding(tmp_path):
    plan = still_plan(whole(60, 40), Size(60, 40), Size(60, 80), pad=PadStyle.PLAIN, background="#102030")
    image, _, _ = written(tmp_path, Image.new("RGB", (60, 40), (200, 100, 50)), plan)
    pixels = np.asarray(image)
    assert pixels.shape == (80, 60, 3)
    assert near(pixels[:18], (0x10, 0x20, 0x30))
    assert near(pixels[-18:], (0x10, 0x20, 0x30))
    assert near(pixels[22:58], (200, 100, 50))


@pytest.mark.parametrize(("picture", "canvas"), [((60, 40), (60, 80)), ((20, 80), (60, 80)), ((60, 80), (60, 80))])
def test_blurred_padding(tmp_path, picture, canvas):
    plan = still_plan(whole(*picture), Size(*picture), Size(*canvas), pad=PadStyle.BLUR)
    image, _, _ = written(tmp_path, Image.new("RGB", picture, (200, 100, 50)), plan)
    pixels = np.asarray(image)
    assert image.size == canvas
    assert near(pixels[canvas[1] // 2, canvas[0] // 2], (200, 100, 50))
    if picture != canvas:
        assert near(pixels[1, 1], (160, 80, 40))  # the picture itself, a fifth darker


def to_srgb(colour, primaries=P3, gamma=2.2):
    """An RGB colour of a matrix profile in sRGB, by the book."""
    srgb = np.array(((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))).T  # D50
    linear = np.linalg.solve(srgb, np.array(primaries).T @ (np.array(colour) / 255) ** gamma)
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055) * 255


@pytest.mark.parametrize("colour", [(200, 80, 60), (60, 180, 90), (90, 90, 200), (128, 128, 128), (250, 250, 250)])
@pytest.mark.parametrize("file_format", ["jpeg", "png", "webp"])
def test_another_colour_space_is_converted(tmp_path, colour, file_format):
    picture = Image.new("RGB", (32, 32), colour)
    plan = still_plan(whole(32, 32), format=file_format)
    image = reread(tmp_path, "PNG", picture, plan, icc_profile=icc_profile())
    assert near(image.getpixel((16, 16)), to_srgb(colour), 5)
    assert "p3" not in open_colour_space(tmp_path, file_format)


def open_colour_space(tmp_path, file_format):
    path = tmp_path / f"out.{file_format}"
    still = open_still(path, sniff(path).reader)
    still.image.close()
    return still.info.colour_space


def test_the_conversion_matters():
    assert not near(to_srgb((200, 80, 60)), (200, 80, 60), 8)


@pytest.mark.parametrize("file_format", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("profile", [b"no profile at all", icc_profile()[:200]])
def test_a_profile_that_cannot_be_used_is_ignored_and_dropped(tmp_path, file_format, profile):
    plan = still_plan(whole(32, 32), format=file_format)
    image = reread(tmp_path, "PNG", Image.new("RGB", (32, 32), (200, 80, 60)), plan, icc_profile=profile)
    assert near(image.getpixel((16, 16)), (200, 80, 60), 5)
    assert open_colour_space(tmp_path, file_format) == "srgb"


@pytest.mark.parametrize(
    ("mode", "colour", "shown"),
    [
        ("L", 180, (180, 180, 180)),
        ("CMYK", (0, 0, 0, 75), (190, 192, 194)),
        ("1", 1, (255, 255, 255)),
        ("RGBA", (10, 10, 10, 40), (55, 110, 163)),
        ("LA", (10, 40), (55, 110, 163)),
    ],
)
def test_every_mode_is_written_in_srgb(tmp_path, mode, colour, shown):
    plan = still_plan(whole(32, 32), background="#4080c0")
    image = reread(tmp_path, "TIFF", Image.new(mode, (32, 32), colour), plan)
    assert near(image.convert("RGB").getpixel((16, 16)), shown)
    assert open_colour_space(tmp_path, "jpeg") in ("srgb", "grey")


def test_nothing_personal_goes_along(tmp_path):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Camera", 6
    plan = still_plan(whole(48, 32))
    image = reread(tmp_path, "JPEG", quarters(32, 48), plan, exif=exif, comment=b"at home")
    assert dict(image.getexif()) == {}
    assert "comment" not in image.info


def test_a_turned_picture_is_written_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = quarters(64, 96).transpose(Image.Transpose.ROTATE_90)
    image = reread(tmp_path, "JPEG", stored, still_plan(whole(64, 96), Size(32, 48)), exif=exif, quality=95)
    assert image.size == (32, 48)
    assert near(corner_colours(image), CORNERS, 25)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_a_transparent_picture_of_which_nothing_is_seen_is_refused(tmp_path, mode):
    logo = Image.new("L", (60, 80), 0)
    logo.paste(255, (20, 20, 40, 60))
    picture = Image.new(mode, (60, 80), "white")
    picture.putalpha(logo)
    with pytest.raises(AssetError, match="nothing of it is seen on #ffffff"):
        reread(tmp_path, "PNG", picture, still_plan(whole(60, 80)))
    shown = reread(tmp_path, "PNG", picture, still_plan(whole(60, 80), background="#000000"))
    assert near(shown.getpixel((30, 40)), (255, 255, 255))
    opaque = Image.new("RGBA", (60, 80), "white")
    assert near(reread(tmp_path, "PNG", opaque, still_plan(whole(60, 80))).getpixel((5, 5)), (255, 255, 255))
