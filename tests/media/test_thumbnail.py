from fractions import Fraction
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from assetkit.errors import AssetError
from assetkit.media.thumbnail import thumbnails
from tests.factories import CORNERS, corner_colours, noise, quarters
from tests.real_clips import ffmpeg


def opened(data):
    return Image.open(BytesIO(data))


@pytest.mark.parametrize(("size", "shown"), [((1600, 1200), (80, 60)), ((30, 60), (30, 60)), ((9, 2000), (1, 80))])
def test_a_still_is_made_small_and_never_larger(tmp_path, size, shown):
    quarters(*size).save(tmp_path / "a.png")
    (data,) = thumbnails(tmp_path / "a.png", 80)
    assert (opened(data).format, opened(data).size) == ("WEBP", shown)


def test_a_turned_jpeg_stands_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    quarters(800, 600).save(tmp_path / "a.jpg", exif=exif, quality=95)
    (data,) = thumbnails(tmp_path / "a.jpg", 80)
    assert opened(data).size == (60, 80)
    expected = [CORNERS[2], CORNERS[0], CORNERS[3], CORNERS[1]]  # turned clockwise
    assert np.abs(np.subtract(corner_colours(opened(data).convert("RGB")), expected)).max() < 25


def test_a_clip_is_shown_at_its_times(tmp_path):
    red_then_blue = "color=red:s=64x48:r=10:d=1[a];color=blue:s=64x48:r=10:d=1[b];[a][b]concat"
    ffmpeg("-f", "lavfi", "-i", red_then_blue, "-c:v", "libx264", "-pix_fmt", "yuv420p", tmp_path / "a.mp4")
    times = [Fraction(0), Fraction(1, 2), Fraction(3, 2), Fraction(99)]
    shown = [np.asarray(opened(d).convert("RGB")).mean(axis=(0, 1)) for d in thumbnails(tmp_path / "a.mp4", 32, times)]
    assert [int(np.argmax(colour)) for colour in shown] == [0, 0, 2, 2]


def test_it_is_small(tmp_path):
    noise(1200, 900).resize((1200, 900)).save(tmp_path / "a.jpg", quality=90)
    (data,) = thumbnails(tmp_path / "a.jpg", 360)
    assert len(data) < 40_000  # noise is the worst there is


def test_what_is_damaged_raises(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    with pytest.raises(AssetError):
        thumbnails(tmp_path / "a.jpg", 80)
