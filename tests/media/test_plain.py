import numpy as np
import pytest
from PIL import Image

from assetkit.media.plain import by_area


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK", "LA", "RGBA"])
def test_every_pixel_counts_where_a_picture_is_scaled_down(mode):
    stripes = np.zeros((90, 90), np.uint8)
    stripes[:, ::3] = 240  # a third of every 9 x 9 pixels that become one
    band, opaque = Image.fromarray(stripes), Image.new("L", (90, 90), 255)
    bands = {"L": [band], "RGB": [band] * 3, "CMYK": [band] * 4, "LA": [band, opaque], "RGBA": [band] * 3 + [opaque]}
    small = by_area(band if mode == "L" else Image.merge(mode, bands[mode]), (10, 10))
    assert (small.mode, small.size) == (mode, (10, 10))
    assert np.abs(np.asarray(small.getchannel(0)).astype(int) - 80).max() <= 1


def test_what_cannot_be_seen_lends_no_colour():
    picture = Image.new("RGBA", (40, 40), (255, 0, 0, 0))  # red, but wholly transparent
    picture.paste((0, 0, 255, 255), (0, 0, 40, 19))
    small = np.asarray(by_area(picture, (4, 4)))
    row = small[1, 1]  # nine tenths blue
    assert (row[0], row[2] > 250, row[3]) == (0, True, pytest.approx(230, abs=1))
