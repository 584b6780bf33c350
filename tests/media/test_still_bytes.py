from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from assetkit.errors import AssetError
from assetkit.media import still_bytes as room
from assetkit.media.still_bytes import still_bytes
from assetkit.model import Chroma
from tests.factories import gradient, noise, still_plan, whole

WIDE = {"quality_min": 1, "quality_max": 95}


def encoded(picture, plan):
    """Encode; what is said of the format must be what it is."""
    made = room.encoded(picture, plan)
    assert f"encoded as {made.format}" in made.said
    return made.data, made.said


def sizes_of(picture, file_format, qualities):
    return {q: len(still_bytes(picture, file_format, q, Chroma.HALF)) for q in qualities}


def plan_for(picture, most=None, file_format="jpeg", **more):
    return still_plan(whole(*picture.size), max_bytes=most, format=file_format, **more)


def soft_noise(width=90, height=120, seed=3):
    """Detail at every scale and no hard colour, as in a photo."""
    return noise(width, height, seed, "L").filter(ImageFilter.GaussianBlur(1)).convert("RGB")


def lettering(ink, paper, size=(300, 400)):
    """Strokes of two pixels, a size that a resize or a phone's screen gives text."""
    picture = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(picture)
    for y in range(20, size[1] - 20, 40):
        for x in range(20, size[0] - 20, 12):
            draw.rectangle((x, y, x + 1, y + 20), fill=ink)
    return picture


def decoded(data):
    with Image.open(BytesIO(data)) as image:
        image.load()
        return image


def sampling(data):
    """Horizontal and vertical factors of brightness in a JPEG's frame header: 1 and 1 is 4:4:4."""
    start = data.index(b"\xff\xc2")  # progressive
    return divmod(data[start + 11], 16)


@pytest.mark.parametrize("limit_share", [0.999, 0.95, 0.9, 0.75])
@pytest.mark.parametrize("file_format", ["jpeg", "webp"])
def test_the_highest_quality_that_fits(file_format, limit_share):
    picture = soft_noise()
    sizes = sizes_of(picture, file_format, range(60, 93))
    limit = int(sizes[92] * limit_share)
    best = max((q for q, size in sizes.items() if size <= limit), default=None)
    assert best is not None, "the row asks for the impossible"
    data, said = encoded(picture, plan_for(picture, limit, file_format, quality_min=60))
    assert len(data) <= limit
    assert len(data) == sizes[best]
    assert said == f"encoded as {file_format} at quality {best} to fit {limit:,} bytes"


@pytest.mark.parametrize("span", [(70, 92), (1, 95), (30, 80), (80, 80), (79, 80)])
def test_every_limit_finds_its_quality_in_seven_encodes(monkeypatch, span):
    picture, encode, qualities = noise(90, 120, mode="L").convert("RGB"), room.still_bytes, []
    made = {q: encode(picture, "jpeg", q, Chroma.HALF) for q in range(span[0], span[1] + 1)}
    sizes = {q: len(data) for q, data in made.items()}
    assert list(sizes.values()) == sorted(set(sizes.values())), "the test wants a picture that grows with quality"

    def counted(_image, _format, quality, *_):
        qualities.append(quality)
        return made[quality]

    monkeypatch.setattr(room, "still_bytes", counted)
    wanted = plan_for(picture, 1, quality_min=span[0], quality_max=span[1])
    for limit in {bound for size in sizes.values() for bound in (size - 1, size, size + 1)}:
        qualities.clear()
        best = max((q for q, size in sizes.items() if size <= limit), default=None)
        if best is None:
            with pytest.raises(AssetError):
                encoded(picture, replace(wanted, max_bytes=limit))
        else:
            assert len(encoded(picture, replace(wanted, max_bytes=limit))[0]) == sizes[best]
        assert len(set(qualities)) == len(qualities) <= 7
    qualities.clear()
    encoded(picture, replace(wanted, max_bytes=max(sizes.values())))
    assert qualities == [span[1]]  # what fits at once is not searched for


def test_sizes_that_do_not_follow_any_rule_still_end_in_a_file_that_fits(monkeypatch):
    picture = soft_noise(30, 40)
    for seed in range(40):
        sizes = np.random.default_rng(seed).integers(100, 1000, 96)
        monkeypatch.setattr(room, "still_bytes", lambda _i, _f, q, *_, sizes=sizes: bytes(sizes[q]))
        limit = int(sizes[1]) + 1  # the floor fits
        assert len(encoded(picture, plan_for(picture, limit, **WIDE))[0]) <= limit


@pytest.mark.parametrize("file_format", ["jpeg", "webp", "png"])
def test_what_does_not_fit_says_how_small_it_got(file_format):
    picture = soft_noise()
    floor = len(still_bytes(picture, file_format, 70, Chroma.HALF))
    with pytest.raises(AssetError) as error:
        encoded(picture, plan_for(picture, floor - 1, file_format))
    assert error.value.code == "file-size-max"
    assert error.value.detail == f"the smallest size reached is {floor:,} bytes, the limit is {floor - 1:,}"


def test_the_smallest_size_reached_may_be_the_png_that_was_tried():
    picture = Image.fromarray(np.indices((400, 300)).sum(axis=0).astype(np.uint8) % 2 * 255).convert("RGB")
    png = len(still_bytes(picture, "png", 0, Chroma.FULL))
    assert png < len(still_bytes(picture, "jpeg", 70, Chroma.HALF))
    with pytest.raises(AssetError, match=f"the smallest size reached is {png + 5:,} bytes"):
        room.encoded(picture, plan_for(picture, png + 4, may_be_png=True), around=5)


@pytest.mark.parametrize("floor", [1, 70])
def test_the_floor_itself_fits(floor):
    picture = soft_noise()
    size = len(still_bytes(picture, "jpeg", floor, Chroma.HALF))
    assert len(encoded(picture, plan_for(picture, size, quality_min=floor))[0]) == size


def test_a_jpeg_is_progressive():
    assert decoded(encoded(gradient(60, 80), plan_for(gradient(60, 80)))[0]).info["progressive"]


@pytest.mark.parametrize(
    ("picture", "planned", "factors"),
    [
        (gradient(300, 400), Chroma.HALF, (2, 2)),
        (gradient(300, 400), Chroma.FULL, (1, 1)),  # text was measured
        (lettering("#e01020", "#1030c0"), Chroma.HALF, (1, 1)),  # not measured, but the colours would run
        (lettering("#101010", "#f0f0f0"), Chroma.HALF, (2, 2)),  # black on white has no colour to lose
    ],
)
@pytest.mark.parametrize("most", [None, 60_000])
def test_colour_is_kept_in_full_where_halving_it_shows(picture, planned, factors, most):
    data, said = encoded(picture, plan_for(picture, most, chroma=planned))
    assert sampling(data) == factors
    assert (", chroma 4:4:4" in said) is (factors == (1, 1))


def test_full_colour_is_closer():
    picture = lettering("#e01020", "#1030c0")
    original = np.asarray(picture, int)
    full, half = (
        np.abs(np.asarray(decoded(still_bytes(picture, "jpeg", 92, c)), int) - original).mean()
        for c in (Chroma.FULL, Chroma.HALF)
    )
    assert full < half / 2


@pytest.mark.parametrize(
    ("picture", "allowed", "expected"),
    [
        (lettering("#101010", "#f0f0f0"), True, "PNG"),
        (lettering("#101010", "#f0f0f0"), False, "JPEG"),
        (gradient(300, 400), True, "JPEG"),  # few colours, but nowhere a hard edge
        (soft_noise(300, 400), True, "JPEG"),
    ],
)
def test_flat_graphics_may_become_png(picture, allowed, expected):
    data, said = encoded(picture, plan_for(picture, may_be_png=allowed))
    assert decoded(data).format == expected
    assert ("as png" in said) is (expected == "PNG")
    if expected == "PNG":
        assert (np.asarray(decoded(data)) == np.asarray(picture)).all()


def test_a_graphic_with_a_photo_in_it_stays_a_jpeg():
    picture = lettering("#101010", "#f0f0f0")
    picture.paste(soft_noise(110, 400), (0, 0))
    assert room._is_graphic(np.asarray(lettering("#101010", "#f0f0f0")))
    assert decoded(encoded(picture, plan_for(picture, may_be_png=True))[0]).format == "JPEG"


@pytest.mark.parametrize(("png", "expected"), [(999, "png"), (1000, "png"), (1001, "jpeg"), (10_000, "jpeg")])
def test_a_png_over_the_byte_limit_is_not_delivered(monkeypatch, png, expected):
    monkeypatch.setattr(room, "still_bytes", lambda _i, form, *_: bytes(png if form == "png" else 800))
    picture = lettering("#101010", "#f0f0f0")
    data, said = encoded(picture, plan_for(picture, 1000, may_be_png=True))
    assert len(data) == (png if expected == "png" else 800)
    assert f"as {expected}" in said


def test_the_same_picture_gives_the_same_bytes():
    one, other = (still_bytes(noise(30, 40), "jpeg", 80, Chroma.HALF) for _ in range(2))
    assert one == other
    assert decoded(one).size == (30, 40)


def test_a_png_is_tried_before_a_picture_is_refused():
    squares = (np.indices((120, 90)).sum(0) % 2 * 255).astype(np.uint8)
    picture = Image.fromarray(squares).convert("RGB")
    plan = plan_for(picture, 1000)
    with pytest.raises(AssetError):
        room.encoded(picture, plan)
    made = room.encoded(picture, replace(plan, may_be_png=True))
    assert (made.format, made.said) == ("png", "encoded as png to fit 1,000 bytes")
    assert len(made.data) <= 1000


def test_what_is_put_around_counts_in_what_is_said():
    picture = soft_noise()
    free = len(room.encoded(picture, plan_for(picture)).data)
    made = room.encoded(picture, plan_for(picture, free), around=300)
    assert len(made.data) + 300 <= free
    assert f"to fit {free:,} bytes" in made.said
    with pytest.raises(AssetError, match="limit is 400"):
        room.encoded(picture, plan_for(picture, 400), around=500)


def test_noise_in_full_colour_needs_more_than_a_byte_a_pixel():
    pixels = np.random.default_rng(1).integers(0, 256, (1440, 1080, 3), dtype=np.uint8)
    data = still_bytes(Image.fromarray(pixels), "jpeg", 92, Chroma.FULL)
    assert len(data) > 1080 * 1440
    assert decoded(data).size == (1080, 1440)
