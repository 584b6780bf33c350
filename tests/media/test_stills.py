import io
import struct
import zlib
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from assetkit.errors import AssetError
from assetkit.facts import Kind
from assetkit.geometry import Size
from assetkit.media.colour import SRGB as SRGB_COLOURS
from assetkit.media.colour import in_srgb
from assetkit.media.medium import open_medium
from assetkit.media.plain import plain
from assetkit.media.sniff import Sniffed, sniff
from assetkit.media.stills import MAX_PIXELS, open_still, still_of
from tests.factories import CORNERS, corner_colours, gradient, icc_profile, noise, quarters

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def saved(tmp_path, picture, form, name="file.bin", **options):
    path = tmp_path / name
    picture.save(path, form, **options)
    return path


def opened(path, least=None):
    still = open_still(path, sniff(path).reader)
    still.decode(least or still.info.display_size)
    return still


def near(found, wanted, tolerance=12):
    return np.abs(np.asarray(found, int) - np.asarray(wanted, int)).max() <= tolerance


def stored_for(orientation, shown):
    """The pixels a camera stores with this EXIF orientation so that `shown` is what is seen."""
    undo = {
        1: [],
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    for step in undo[orientation]:
        shown = shown.transpose(step)
    return shown


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(tmp_path, orientation, form):
    shown = quarters(64, 96)
    exif = Image.Exif()
    exif[0x0112] = orientation
    still = opened(saved(tmp_path, stored_for(orientation, shown), form, exif=exif, quality=95))
    info = still.info
    assert info.display_size == Size(64, 96)
    assert near(corner_colours(still.pixels(500)), CORNERS, 25)
    if form == "AVIF":  # its own transforms are applied by the decoder; the picture is what counts
        return
    assert info.coded_size == (Size(96, 64) if orientation >= 5 else Size(64, 96))
    assert (info.rotation, info.is_mirrored) == {
        1: (0, False), 2: (0, True), 3: (180, False), 4: (180, True),
        5: (90, True), 6: (90, False), 7: (270, True), 8: (270, False),
    }[orientation]  # fmt: skip


@pytest.mark.parametrize("value", [0, 9, 77])
def test_a_senseless_orientation_is_upright(tmp_path, value):
    exif = Image.Exif()
    exif[0x0112] = value
    assert opened(saved(tmp_path, quarters(16, 16), "JPEG", exif=exif)).info.is_upright


def test_a_damaged_exif_block_costs_nothing(tmp_path):
    still = opened(saved(tmp_path, quarters(16, 16), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"))
    assert still.info.is_upright


@pytest.mark.parametrize(
    ("mode", "form", "space", "depth", "has_alpha"),
    [
        ("RGB", "JPEG", "srgb", 8, False),
        ("L", "JPEG", "grey", 8, False),
        ("CMYK", "JPEG", "untagged cmyk", 8, False),
        ("CMYK", "TIFF", "untagged cmyk", 8, False),
        ("RGBA", "PNG", "srgb", 8, True),
        ("LA", "PNG", "grey", 8, True),
        ("P", "PNG", "srgb", 8, False),
        ("1", "PNG", "grey", 8, False),
        ("I;16", "PNG", "srgb", 16, False),
        ("I;16", "TIFF", "srgb", 16, False),
        ("RGBA", "WEBP", "srgb", 8, True),
        ("RGB", "BMP", "srgb", 8, False),
        ("LAB", "TIFF", "lab", 8, False),
        ("F", "TIFF", "srgb", 16, False),
    ],
)
def test_modes(tmp_path, mode, form, space, depth, has_alpha):  # noqa: PLR0917
    # bright blue-grey in every mode; what matters is that every reader gives RGB of about the same brightness
    base = Image.new("RGB", (32, 24), (180, 180, 180))
    if mode == "I;16":
        picture = Image.fromarray(np.full((24, 32), 180 * 257, np.uint16))
    elif mode == "F":
        picture = Image.fromarray(np.full((24, 32), 180 / 255, np.float32))
    elif mode == "LAB":
        lab = ImageCms.createProfile("LAB")
        picture = ImageCms.profileToProfile(base, ImageCms.createProfile("sRGB"), lab, outputMode="LAB")
        picture.info.clear()
    elif mode == "1":
        picture = Image.new("1", (32, 24), 1)
    elif mode == "RGBA":
        picture = Image.new("RGBA", (32, 24), (180, 180, 180, 250))  # WebP drops an alpha that hides nothing
    else:
        picture = base.convert(mode, palette=Image.Palette.ADAPTIVE)
    still = opened(saved(tmp_path, picture, form))
    assert (still.info.colour_space, still.info.bit_depth, still.info.has_alpha) == (space, depth, has_alpha)
    assert still.info.format == form.lower()
    pixels = still.pixels(500)
    assert pixels.shape == (24, 32, 3)
    assert pixels.dtype == np.uint8
    assert near(pixels, 255 if mode == "1" else 180, 16 if mode == "CMYK" else 4)  # inks are no plain complements


def test_sixteen_bits_keep_their_shades(tmp_path):
    values = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (8, 1))
    pixels = opened(saved(tmp_path, Image.fromarray(values), "PNG")).pixels(500)
    assert near(pixels[..., 0], np.rint(values / 257), 1)


@pytest.mark.parametrize(
    ("name", "space"),
    [
        ("Display P3", "display p3"),
        ("sRGB IEC61966-2.1", "srgb iec61966-2.1"),  # it only calls itself so
        ("sRGB", "misnamed srgb"),
        ("Adobe RGB (1998)", "adobe rgb (1998)"),
        ("", "unnamed profile"),
    ],
)
def test_the_profile_names_the_colour_space(tmp_path, name, space):
    path = saved(tmp_path, quarters(16, 16), "JPEG", icc_profile=icc_profile(name))
    assert opened(path).info.colour_space == space


def test_a_broken_profile_is_said(tmp_path):
    path = saved(tmp_path, quarters(16, 16), "PNG", icc_profile=b"no profile at all")
    assert opened(path).info.colour_space == "broken profile"


def test_a_grey_picture_with_a_profile_of_srgb_is_grey(tmp_path):
    path = saved(tmp_path, quarters(16, 16).convert("L"), "PNG", icc_profile=SRGB)
    assert opened(path).info.colour_space == "grey"


@pytest.mark.parametrize(
    ("mode", "colour"),
    [("RGBA", (200, 10, 10, 0)), ("LA", (10, 0)), ("PA", None), ("P", None)],
)
def test_alpha_shows_the_background(mode, colour):
    if colour is None:
        picture = Image.new("P", (8, 8), 0)
        picture.putpalette([200, 10, 10])
        picture.info["transparency"] = 0
        picture = picture if mode == "P" else picture.convert("RGBA").convert("PA")
    else:
        picture = Image.new(mode, (8, 8), colour)
    flat = in_srgb(plain(picture), SRGB_COLOURS, "#204060")
    assert flat.mode == "RGB"
    assert near(flat.getpixel((4, 4)), (0x20, 0x40, 0x60), 1)


def test_half_transparent_is_mixed():
    flat = in_srgb(Image.new("RGBA", (4, 4), (255, 0, 0, 128)), SRGB_COLOURS, "#0000ff")
    assert near(flat.getpixel((0, 0)), (128, 0, 127), 2)


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("GIF", {"save_all": True, "duration": 50}),
        ("PNG", {"save_all": True, "duration": 50}),
        ("WEBP", {"save_all": True, "duration": 50, "lossless": True}),
        ("TIFF", {"save_all": True}),
        ("AVIF", {"save_all": True, "duration": 50, "quality": 95}),
    ],
)
def test_of_several_frames_the_first_is_read(tmp_path, form, options):
    frames = [Image.new("RGB", (32, 32), colour) for colour in ((220, 30, 30), (30, 200, 30), (30, 30, 220))]
    path = saved(tmp_path, frames[0], form, append_images=frames[1:], **options)
    still = opened(path)
    assert still.info.frame_count == 3
    assert near(still.pixels(500)[16, 16], (220, 30, 30), 20)


def test_a_second_view_in_a_jpeg_is_no_animation(tmp_path):
    path = saved(tmp_path, quarters(32, 32), "MPO", save_all=True, append_images=[quarters(32, 32)])
    still = opened(path)
    assert (still.info.format, still.info.frame_count) == ("mpo", 1)


def test_heif(tmp_path):
    pillow_heif = pytest.importorskip("pillow_heif")
    path = tmp_path / "a.heic"
    pillow_heif.from_pillow(quarters(64, 96)).save(path, quality=90)
    still = opened(path)
    assert (still.info.format, still.info.display_size) == ("heif", Size(64, 96))
    assert near(corner_colours(still.pixels(500)), CORNERS, 25)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_claiming(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("width", "height", "is_safe"),
    [(60_000, 60_000, False), (20_000, 10_000, True), (20_000, 10_001, False), (200_000_001, 1, False)],
)
def test_a_header_that_claims_too_much_is_refused_before_decoding(tmp_path, width, height, is_safe):
    path = tmp_path / "bomb.png"
    path.write_bytes(png_claiming(width, height))
    assert is_safe is (width * height <= MAX_PIXELS)
    if is_safe:
        still = open_still(path, "PNG")
        assert still.info.display_size == Size(width, height)
        still.image.close()
        return
    with pytest.raises(AssetError, match="megapixels") as error:
        open_still(path, "PNG")
    assert error.value.code == "unreadable"
    assert f"{width} x {height} px" in error.value.detail


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
@pytest.mark.parametrize("share", [0.9, 0.5, 0.1])
def test_what_is_cut_short_is_unreadable(tmp_path, form, share):
    path = saved(tmp_path, noise(120, 90), form)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(AssetError) as error:
        opened(path)
    assert error.value.code == "unreadable"
    assert error.value.fix
    assert error.value.__cause__ is not None


def test_flipped_bytes_in_a_png_are_noticed(tmp_path):
    path = saved(tmp_path, noise(120, 90), "PNG")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(AssetError, match="damaged or cut short"):
        opened(path)


def test_a_name_says_nothing(tmp_path):
    path = saved(tmp_path, quarters(32, 32), "PNG", name="photo.jpg")
    assert opened(path).info.format == "png"


@pytest.mark.parametrize("reader", ["JPEG", "PNG", "HEIF", "AVIF", "TIFF"])
def test_only_the_reader_that_was_chosen_reads(tmp_path, reader):
    path = saved(tmp_path, quarters(32, 32), "BMP")
    with pytest.raises(AssetError) as error:
        open_still(path, reader)
    assert error.value.code == "unreadable"


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize(
    ("size", "least", "decoded"),
    [
        ((800, 1200), (100, 150), (100, 150)),
        ((800, 1200), (101, 150), (200, 300)),
        ((800, 1200), (100, 151), (200, 300)),
        ((800, 1200), (400, 600), (400, 600)),
        ((800, 1200), (401, 600), (800, 1200)),
        ((800, 1200), (1, 1), (100, 150)),
    ],
)
def test_a_jpeg_is_decoded_at_the_smallest_scale_that_is_enough(tmp_path, size, least, decoded, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(tmp_path, stored_for(orientation, gradient(*size)), "JPEG", exif=exif)
    still = opened(path, Size(*least))
    assert still.image.size == decoded
    assert still.info.display_size == Size(*size)


@given(st.integers(1, 900), st.integers(1, 900), st.fractions(0, 1))
def test_what_is_decoded_is_never_below_the_least(tmp_path_factory, width, height, share):
    least = Size(max(1, int(width * share)), max(1, int(height * share)))
    path = tmp_path_factory.mktemp("draft") / "a.jpg"
    Image.new("RGB", (width, height)).save(path)
    still = opened(path, least)
    assert Size(*still.image.size).holds(least)


@pytest.mark.parametrize(("side", "shape"), [(10, (10, 5, 3)), (100, (100, 50, 3)), (400, (200, 100, 3))])
def test_pixels_for_measuring_are_no_larger_than_asked(side, shape):
    assert still_of(np.zeros((200, 100, 3), np.uint8)).pixels(side).shape == shape


def test_a_frame_of_a_clip_is_a_still():
    pixels = np.asarray(quarters(32, 48))
    still = still_of(pixels)
    still.decode(Size(1, 1))
    assert (still.info.kind, still.info.format, still.info.display_size) == (Kind.IMAGE, "frame", Size(32, 48))
    assert np.array_equal(still.pixels(500), pixels)


def test_the_medium_of_a_still(tmp_path):
    path = saved(tmp_path, quarters(64, 96), "PNG")
    medium = open_medium(path, Sniffed(Kind.IMAGE, "PNG"))
    ((time, pixels),) = medium.frames(Size(64, 96), 8, 1000)
    assert time == Fraction(0)
    assert near(corner_colours(pixels), CORNERS, 1)


def test_what_a_deep_grey_png_calls_transparent_shows_the_background(tmp_path):
    levels = np.full((40, 30), 20_000, np.uint16)
    levels[10:30] = 50_000
    Image.fromarray(levels).save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    body = b"tRNS" + struct.pack(">H", 20_000)
    chunk = struct.pack(">I", 2) + body + struct.pack(">I", zlib.crc32(body))
    at = data.index(b"IDAT") - 4
    (tmp_path / "a.png").write_bytes(data[:at] + chunk + data[at:])
    still = open_still(tmp_path / "a.png", "PNG")
    still.decode(still.info.display_size)
    assert still.info.has_alpha
    pixels = still.pixels(40, "#102030")
    assert pixels[0, 0].tolist() == [16, 32, 48]
    assert pixels[20, 15].tolist() == [195, 195, 195]


def test_the_animation_of_a_png_does_not_reach_opencv():
    """Its reader of animated PNG crashes on damaged ones."""
    from assetkit.media.deep import _first_picture

    file = io.BytesIO()
    gradient(8, 8).save(file, "PNG")
    still = file.getvalue()
    file = io.BytesIO()
    gradient(8, 8).save(file, "PNG", save_all=True, append_images=[quarters(8, 8)])
    moving = file.getvalue()
    assert b"acTL" in moving
    kept = _first_picture(moving)
    assert not any(chunk in kept for chunk in (b"acTL", b"fcTL", b"fdAT"))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(kept))), np.asarray(gradient(8, 8)))
    assert _first_picture(still) == still
    assert _first_picture(b"no PNG") == b"no PNG"
    for end in range(8, len(moving), 7):
        assert moving.startswith(_first_picture(moving[:end])[:8])
