import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from assetkit.geometry import Box, Size
from assetkit.media import colour, icc
from assetkit.media.encode_stills import write_still
from assetkit.media.press import coated_offset, seen
from assetkit.media.sniff import sniff
from assetkit.media.stills import open_still
from benchmarks import colour as bench
from tests.factories import icc_profile, noise, still_plan, whole

CODE = np.linspace(0, 1, 256)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
P3 = colour.named("display p3").profile


def opened(path, least=None):
    still = open_still(path, sniff(path).reader)
    still.decode(least or still.info.display_size)
    return still


def delivered(tmp_path, path, **plan):
    """What is written for the picture at `path`, as PNG: its pixels, and what was said."""
    still = opened(path)
    target = tmp_path / "made.png"
    size = still.info.display_size
    said = write_still(still, still_plan(Box.of(size), format="png", **plan), target)
    with Image.open(target) as image:
        return np.asarray(image.convert("RGB")), said


# Sharma, Wu, Dalal 2005, table 1: the pairs that tell wrong implementations from right ones
@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, -0.001, 2.49), (50, 0.0009, -2.49), 4.8045),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (50, 3.2592, 0.335), 1.0000),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
        ((90.8027, -2.0831, 1.441), (91.1528, -1.6435, 0.0447), 1.4441),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_measure_of_differences_is_the_published_one(one, other, apart):
    assert bench.ciede2000([one], [other])[0] == pytest.approx(apart, abs=1e-4)
    assert bench.ciede2000([other], [one])[0] == pytest.approx(apart, abs=1e-4)


def test_every_drawn_profile_is_within_one_of_the_reference(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bench, "LATTICE", bench.LATTICE[::7])
    means = bench.drawn(tmp_path)
    assert len(means) == 27
    assert max(means) <= 0.5, capsys.readouterr().out


def test_the_reference_tells_a_conversion_from_none():
    matrix = icc.to_xyz(*icc.PRIMARIES["display p3"])
    reference = bench.matrix_reference(matrix, icc.srgb_light, bench.LATTICE)
    assert bench.ciede2000(bench.lab(bench.LATTICE), bench.lab(reference)).mean() > 2


@pytest.mark.parametrize(
    ("profile", "mode", "name"),
    [
        (SRGB, "RGB", "srgb"),
        (icc.written("anything", icc.to_xyz(*icc.PRIMARIES["srgb"]), icc.srgb_light(CODE)), "RGB", "srgb"),
        (icc.written("sRGB", icc.to_xyz(*icc.PRIMARIES["display p3"]), icc.srgb_light(CODE)), "RGB", "misnamed srgb"),
        (icc.written("sRGB", icc.to_xyz(*icc.PRIMARIES["srgb"]), CODE**1.8), "RGB", "misnamed srgb"),
        (icc.written("grey", icc.to_xyz(*icc.PRIMARIES["display p3"]), CODE), "L", "misnamed grey"),
        (P3, "RGB", "display p3"),
        (P3, "L", "grey"),  # its greys are sRGB's
        (coated_offset(), "CMYK", "cmyk"),
        (coated_offset(), "RGB", "broken profile"),
        (P3, "CMYK", "untagged cmyk"),
        (b"garbage" * 50, "CMYK", "untagged cmyk"),
        (P3[:200], "RGB", "broken profile"),
        (b"", "RGB", "broken profile"),
        (b"x" * 300, "L", "broken profile"),
    ],
)
def test_a_profile_is_known_by_what_it_does(profile, mode, name):
    assert colour.from_profile(profile, mode).name == name


@pytest.mark.parametrize(
    ("primaries", "transfer", "name"),
    [
        (1, 13, "srgb"), (1, 1, "srgb"), (2, 2, "srgb"), (5, 6, "srgb"), (12, 13, "display p3"), (9, 14, "bt.2020"),
        (9, 16, "pq"), (9, 18, "hlg"), (1, 8, "linear srgb"), (250, 250, "srgb"),
    ],
)  # fmt: skip
def test_code_points(primaries, transfer, name):
    assert colour.from_code_points(primaries, transfer).name == name


def png_with(path, pixels, *chunks):
    data = path.with_suffix(".tmp")
    Image.fromarray(pixels).save(data, "PNG")
    raw = data.read_bytes()
    extra = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", __import__("zlib").crc32(kind + body))
        for kind, body in chunks
    )
    path.write_bytes(raw[:33] + extra + raw[33:])
    return path


@pytest.mark.parametrize(("points", "name"), [((12, 13), "display p3"), ((9, 16), "pq"), ((1, 13), "srgb")])
def test_a_png_states_its_colours_in_code_points(tmp_path, points, name):
    path = png_with(tmp_path / "a.png", np.full((8, 8, 3), 120, np.uint8), (b"cICP", bytes([*points, 0, 1])))
    assert opened(path).info.colour_space == name


def test_a_heif_without_a_profile_states_its_colours_in_code_points(tmp_path):
    pillow_heif = pytest.importorskip("pillow_heif")
    path = tmp_path / "a.heic"
    picture = pillow_heif.from_pillow(Image.new("RGB", (64, 64), (200, 80, 60)))
    picture.save(path, quality=-1, chroma=444, color_primaries=12, transfer_characteristics=13, matrix_coefficients=0)
    assert opened(path).info.colour_space == "display p3"
    pixels, said = delivered(tmp_path, path)
    assert np.abs(pixels[32, 32].astype(int) - (214, 70, 52)).max() <= 3
    assert "relative colorimetric" in said[0]


def test_an_avif_of_ten_bits_keeps_its_shades(tmp_path):
    pixels = np.tile(np.linspace(30000, 34000, 256).astype(np.uint16)[None, :, None], (16, 1, 3))
    cv2 = pytest.importorskip("cv2")
    path = tmp_path / "a.avif"
    made = cv2.imwrite(str(path), pixels >> 6, [cv2.IMWRITE_AVIF_DEPTH, 10, cv2.IMWRITE_AVIF_QUALITY, 100])
    if not made:
        pytest.skip("this OpenCV writes no AVIF")
    still = opened(path)
    assert still.info.bit_depth == 10
    assert np.abs(np.asarray(still.image)[8, :, 0] - pixels[8, :, 0] / 257).mean() < 0.6


def test_cameras_mark_adobe_rgb_without_a_profile(tmp_path):
    exif = Image.Exif()
    exif[0x8769] = {0xA001: 0xFFFF, 0xA005: {1: "R03"}}
    path = tmp_path / "a.jpg"
    Image.new("RGB", (32, 32), (60, 180, 90)).save(path, quality=100, subsampling=0, exif=exif)
    assert opened(path).info.colour_space == "adobe rgb (1998)"
    pixels, _ = delivered(tmp_path, path)
    assert pixels[16, 16, 0] <= 3  # this green is outside sRGB


def test_the_background_is_stated_in_srgb(tmp_path):
    path = tmp_path / "a.png"
    picture = Image.new("RGBA", (16, 16), (10, 20, 30, 0))
    picture.putpixel((0, 0), (10, 20, 30, 255))
    picture.save(path, icc_profile=P3)
    pixels, _ = delivered(tmp_path, path, background="#c85040")
    assert tuple(pixels[8, 8]) == (0xC8, 0x50, 0x40)


def test_what_shows_through_is_mixed_in_srgb(tmp_path):
    path = tmp_path / "a.png"
    Image.new("RGBA", (16, 16), (200, 80, 60, 128)).save(path, icc_profile=P3)
    pixels, _ = delivered(tmp_path, path, background="#0000ff")
    over = np.array([214, 70, 52])  # (200, 80, 60) of Display P3
    assert np.abs(pixels[8, 8] - (over * 128 / 255 + np.array([0, 0, 255]) * 127 / 255)).max() <= 2


@pytest.mark.parametrize("form", ["png", "tiff"])
def test_linear_shadows_of_sixteen_bits_are_no_bands(tmp_path, form):
    profile = icc.written("linear", icc.to_xyz(*icc.PRIMARIES["srgb"]), CODE)
    codes = np.linspace(0.0, 0.01, 256)
    pixels = np.rint(np.tile(codes[None, :, None], (16, 1, 3)) * 65535).astype(np.uint16)
    path = tmp_path / f"a.{form}"
    (bench.write_png16 if form == "png" else bench.write_tiff16)(path, pixels, profile)
    assert opened(path).info.bit_depth == 16
    made, _ = delivered(tmp_path, path)
    assert len(np.unique(made[8, :, 0])) >= 25  # 8 bits of it would give 4
    assert np.abs(made[8, :, 0] / 255 - bench.encode(codes)).max() <= 1 / 255


def test_sixteen_bits_of_a_profile_of_tables_go_by_way_of_eight(tmp_path):
    tabled = bytearray(P3)
    tabled[20:24] = b"Lab "  # a matrix does not lead there: only littlecms can say what it means
    assert colour.deep_in_srgb(np.zeros((2, 2, 3), np.uint16), colour.Colours("x", bytes(tabled))) is None


def test_deep_pictures_are_read_no_larger_than_needed(tmp_path):
    path = tmp_path / "a.png"
    bench.write_png16(path, np.full((400, 300, 3), 40_000, np.uint16), P3)
    still = opened(path, Size(70, 100))
    assert still.image.size == (75, 100)
    assert still.info.display_size == Size(300, 400)


def test_half_transparent_sixteen_bits_keep_their_alpha(tmp_path):
    cv2 = pytest.importorskip("cv2")
    path = tmp_path / "a.png"
    cv2.imwrite(str(path), np.full((16, 16, 4), (10_000, 20_000, 50_000, 32_768), np.uint16))
    still = opened(path)
    assert still.image.mode == "RGBA"
    assert np.abs(np.asarray(still.image)[8, 8].astype(int) - (195, 78, 39, 128)).max() <= 1


def test_a_reader_that_sees_another_picture_is_not_believed(tmp_path, monkeypatch):
    from assetkit.media import deep

    path = tmp_path / "a.png"
    bench.write_png16(path, np.full((16, 16, 3), 40_000, np.uint16), SRGB)
    monkeypatch.setattr(deep, "_by_opencv", lambda *_: np.zeros((16, 16, 3), np.uint16))
    assert np.abs(np.asarray(opened(path).image.convert("RGB")).astype(int) - 156).max() <= 1


@pytest.mark.parametrize("transfer", ["pq", "hlg"])
def test_hdr_in_eight_bits_is_tone_mapped_too(tmp_path, transfer):
    number = {"pq": 16, "hlg": 18}[transfer]
    white = {"pq": 148, "hlg": 191}[transfer]  # the codes of 203 cd/m2
    path = png_with(tmp_path / "a.png", np.full((8, 8, 3), white, np.uint8), (b"cICP", bytes([9, number, 0, 1])))
    pixels, said = delivered(tmp_path, path)
    assert np.abs(pixels.astype(int) - 225).max() <= 4  # rolled off: highlights need the rest
    assert "203 cd/m2" in said[0]


@pytest.mark.parametrize(
    ("inks", "shown"),
    [  # what layout programs show for SWOP inks
        ((0, 0, 0, 0), (255, 255, 255)),
        ((255, 0, 0, 0), (0, 174, 239)),
        ((0, 255, 0, 0), (236, 0, 140)),
        ((0, 0, 255, 0), (255, 242, 0)),
        ((0, 255, 255, 0), (237, 28, 36)),
        ((255, 0, 255, 0), (0, 166, 81)),
        ((255, 255, 0, 0), (46, 49, 146)),
        ((0, 0, 0, 255), (35, 31, 32)),
        ((0, 0, 0, 128), (147, 149, 152)),
        ((128, 0, 0, 0), (109, 207, 246)),
        ((0, 128, 0, 0), (244, 154, 193)),
    ],
)
@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_inks_without_a_profile_look_printed(tmp_path, form, inks, shown):
    path = tmp_path / "a.bin"
    Image.new("CMYK", (16, 16), inks).save(path, form, **({"quality": 100, "subsampling": 0} if form == "JPEG" else {}))
    assert opened(path).info.colour_space == "untagged cmyk"
    pixels, said = delivered(tmp_path, path)
    apart = bench.ciede2000(bench.lab(pixels[8, 8][None] / 255), bench.lab(np.array([shown]) / 255))
    assert apart[0] <= 4
    assert "coated offset" in said[0]


def test_more_ink_is_never_lighter():
    rng = np.random.default_rng(1)
    inks = rng.random((200, 4))
    more = np.minimum(1, inks + rng.random((200, 1)) * np.eye(4)[rng.integers(0, 4, 200)] * 0.3)
    assert (seen(more)[:, 0] <= seen(inks)[:, 0] + 0.01).all()


@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.2])
def test_a_profile_reads_as_it_was_written(gamma):
    matrix = icc.to_xyz(*icc.PRIMARIES["display p3"])
    read = icc.read(icc.written("x", matrix, CODE**gamma))
    assert np.abs(read.matrix - matrix).max() < 1e-4
    assert np.abs(read.curves[1] - np.linspace(0, 1, 65536) ** gamma).max() < 1e-3
    assert np.abs(icc.read(icc_profile(gamma=gamma)).curves[0][32768] - 0.5**gamma) < 5e-3


def test_parametric_curves_read_as_littlecms_states_them():
    read = icc.read(SRGB)  # littlecms writes its own sRGB so
    assert np.abs(read.curves[0] - icc.srgb_light(np.linspace(0, 1, 65536))).max() < 1e-3


@pytest.mark.parametrize("size", [0, 100, 131, 140, 200, 400, 600])
def test_a_damaged_profile_is_not_read(size):
    assert icc.read(P3[:size]) is None


@pytest.mark.parametrize("seed", range(40))
def test_hostile_profiles_cost_nothing(tmp_path, seed):
    rng = np.random.default_rng(seed)
    data = bytearray(P3 if seed % 2 else SRGB)
    for place in rng.integers(0, len(data), 12):
        data[place] = rng.integers(0, 256)
    path = tmp_path / "a.png"
    noise(16, 16).save(path, icc_profile=bytes(data))
    assert delivered(tmp_path, path)[0].shape == (16, 16, 3)
    bench.write_png16(path, np.asarray(noise(16, 16)).astype(np.uint16) * 257, bytes(data))
    assert delivered(tmp_path, path)[0].shape == (16, 16, 3)


def test_greys_of_a_grey_profile_become_srgb_greys(tmp_path):
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(1.8 * 256))
    tags = {b"wtpt": b"XYZ \0\0\0\0" + bytes(12), b"kTRC": curve}
    path = tmp_path / "a.png"
    Image.new("L", (16, 16), 128).save(path, icc_profile=icc.assembled(tags, b"mntrGRAYXYZ "))
    still = opened(path)
    assert still.info.colour_space not in ("grey", "srgb", "broken profile")
    pixels, _ = delivered(tmp_path, path)
    assert np.abs(pixels.astype(int) - round(bench.encode(np.array((128 / 255) ** 1.8)) * 255)).max() <= 1


def test_the_whole_window_is_the_whole(tmp_path):  # a deep picture that was reduced is cropped alike
    path = tmp_path / "a.png"
    codes = np.zeros((400, 300, 3), np.uint16)
    codes[:, 150:] = 60_000
    bench.write_png16(path, codes, SRGB)
    still = opened(path, Size(60, 80))
    target = tmp_path / "made.png"
    write_still(still, still_plan(Box(150, 0, 300, 400), Size(30, 80), format="png"), target)
    with Image.open(target) as image:
        assert np.asarray(image).min() >= 230
    assert whole(300, 400).size == still.info.display_size


@pytest.mark.parametrize("profile", [b"", b"garbage" * 50, P3])
def test_cmyk_whose_profile_is_of_no_use_is_like_cmyk_without_one(profile):
    assert colour.from_profile(profile, "CMYK") == colour.untagged("CMYK")
