import numpy as np
import pytest
from PIL import Image

from assetkit.geometry import Size
from assetkit.media.plain import scaled_down


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK", "LA", "RGBA"])
def test_every_pixel_counts_where_a_picture_is_scaled_down(mode):
    stripes = np.zeros((80, 80), np.uint8)
    stripes[:, ::2] = 160  # half of every 8 x 8 pixels that become one
    band, opaque = Image.fromarray(stripes), Image.new("L", (80, 80), 255)
    bands = {"L": [band], "RGB": [band] * 3, "CMYK": [band] * 4, "LA": [band, opaque], "RGBA": [band] * 3 + [opaque]}
    small = scaled_down(band if mode == "L" else Image.merge(mode, bands[mode]), Size(10, 10))
    assert (small.mode, small.size) == (mode, (10, 10))
    assert np.abs(np.asarray(small.getchannel(0)).astype(int) - 80).max() <= 1


@pytest.mark.parametrize("side", [100, 101, 150, 199, 1000])
def test_a_slope_stays_one_at_any_size(side):
    slope = np.tile(np.linspace(0, 255, 2 * side), (side, 1)).round().astype(np.uint8)
    small = np.asarray(scaled_down(Image.fromarray(slope), Size(130, 65)))
    assert small.shape == (65, 130)
    assert np.abs(small - np.linspace(0, 255, 130)).max() < 4


def test_pixels_are_blended_between_halves():
    stripes = np.zeros((150, 150), np.uint8)
    stripes[:, ::2] = 200
    small = np.asarray(scaled_down(Image.fromarray(stripes), Size(100, 100)))
    assert small.min() > 0
    assert small.max() < 200


def test_what_cannot_be_seen_lends_no_colour():
    picture = Image.new("RGBA", (40, 40), (255, 0, 0, 0))  # red, but wholly transparent
    picture.paste((0, 0, 255, 255), (0, 0, 40, 19))
    small = np.asarray(scaled_down(picture, Size(4, 4)))
    row = small[1, 1]  # nine tenths blue
    assert (row[0], row[2] > 250, row[3]) == (0, True, pytest.approx(230, abs=1))
