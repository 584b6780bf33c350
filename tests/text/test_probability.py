import numpy as np
import pytest

from assetkit.text.probability import LONG_SIDE, MAX_ENLARGEMENT, SHORT_SIDE, probability_map


class Echo:
    """A look that gives back the blue of what it is shown, 0..1."""

    def __init__(self):
        self.shapes = []

    def __call__(self, picture):
        self.shapes.append(picture.shape)
        return picture[..., 2] / np.float32(255)


def ramp(width, height):
    """Blue grows along the longer side, so that a tile put in the wrong place shows."""
    along = np.linspace(0, 255, max(width, height))
    blue = np.tile(along, (height, 1)) if width >= height else np.tile(along[:, None], (1, width))
    picture = np.zeros((height, width, 3), np.uint8)
    picture[..., 2] = blue
    return picture


@pytest.mark.parametrize(
    ("width", "height"),
    [(960, 960), (961, 480), (480, 961), (1500, 400), (400, 1500), (4000, 300), (300, 4000), (700, 500), (9600, 500)],
)
def test_tiles_cover_the_length_without_gaps(width, height):
    picture = ramp(width, height)
    found, scale = probability_map(picture, Echo())
    assert found.shape == (round(height * scale), round(width * scale))
    along = found.mean(axis=0 if width >= height else 1)
    assert along == pytest.approx(np.linspace(0, 1, len(along)), abs=0.01)


@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [
        (960, 720, 1),
        (1920, 1440, 0.5),
        (4000, 480, 1),  # a strip keeps its short side
        (4000, 960, 0.5),
        (640, 480, 1.5),
        (300, 200, MAX_ENLARGEMENT),
        (1, 1, MAX_ENLARGEMENT),
    ],
)
def test_scale(width, height, scale):
    found, got = probability_map(np.zeros((height, width, 3), np.uint8), Echo())
    assert got == pytest.approx(scale)
    assert found.shape == (round(height * scale), round(width * scale))


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 200), (200, 3), (33, 31), (5000, 400), (401, 5003)])
def test_tiles_are_no_longer_than_the_long_side(width, height):
    look = Echo()
    probability_map(np.zeros((height, width, 3), np.uint8), look)
    for rows, columns, channels in look.shapes:
        assert channels == 3
        assert max(rows, columns) <= LONG_SIDE
        assert min(rows, columns) <= max(SHORT_SIDE, min(LONG_SIDE, MAX_ENLARGEMENT * LONG_SIDE))
