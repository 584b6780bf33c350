"""Bars baked into a picture are found; what only looks like them never is."""

from io import BytesIO

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from assetkit.geometry import Box
from assetkit.media.borders import find_borders

BLACK, WHITE, WINE = (0, 0, 0), (255, 255, 255), (128, 40, 60)


def scene(width=600, height=400, seed=3, low=50, high=200):
    """Soft shapes of every brightness between two levels, none of them flat, up to every edge."""
    rough = np.random.default_rng(seed).uniform(low, high, (9, 12, 3)).astype(np.float32)
    soft = cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(soft, 0, 255).astype(np.uint8)


def barred(picture, top=0, bottom=0, left=0, right=0, colour=BLACK):  # noqa: PLR0917
    return cv2.copyMakeBorder(picture, top, bottom, left, right, cv2.BORDER_CONSTANT, value=colour)


def jpeg(picture, quality):
    file = BytesIO()
    Image.fromarray(picture).save(file, "jpeg", quality=quality)
    return np.asarray(Image.open(file))


@pytest.mark.parametrize("colour", [BLACK, WINE, (250, 250, 250)])
@pytest.mark.parametrize("quality", [50, 75, 95])
@pytest.mark.parametrize(("bars", "inner"), [((90, 60, 0, 0), (0, 90, 600, 490)), ((0, 0, 40, 70), (40, 0, 640, 400))])
def test_bars_are_found_through_compression(bars, inner, quality, colour):
    found = find_borders(jpeg(barred(scene(), *bars, colour=colour), quality))
    assert found is not None
    pairs = zip((found.left, found.top, -found.right, -found.bottom), (*inner[:2], -inner[2], -inner[3]), strict=True)
    assert all(0 <= got - true <= 9 for got, true in pairs)  # nothing of a bar is left, and little else is lost


def test_bars_are_found_in_a_picture_that_was_scaled_down():
    large = barred(scene(1800, 1200), top=301, bottom=299)
    small = cv2.resize(large, (700, 700), interpolation=cv2.INTER_LINEAR)
    found = find_borders(small)
    assert found is not None
    assert 117 <= found.top <= 121
    assert 580 <= found.bottom <= 584


@pytest.mark.parametrize("quality", [50, 95])
def test_what_reaches_into_a_bar_is_kept(quality):
    picture = barred(scene(), top=80, bottom=80)
    picture[68:80, 200:300] = 200  # the head of a product
    found = find_borders(jpeg(picture, quality))
    assert found is not None
    assert 60 <= found.top <= 69
    assert 472 <= found.bottom <= 480


def test_thin_bars_are_found():
    assert find_borders(barred(scene(900, 1400), top=10, bottom=10)) == Box(0, 11, 900, 1409)


def test_a_row_that_is_half_bar_is_left_out():
    picture = barred(scene(), top=80, bottom=80)
    picture[79] = picture[80] // 2
    picture[480] = picture[479] // 2
    assert find_borders(picture) == Box(0, 80, 600, 480)


def test_no_bars_in_a_picture_without():
    assert find_borders(scene()) is None


def product(width=600, height=600, box=(200, 100, 400, 500), ground=WHITE):
    picture = np.full((height, width, 3), ground, np.uint8)
    left, top, right, bottom = box
    picture[top:bottom, left:right] = scene(right - left, bottom - top)
    return picture


def diptych():
    """Two pictures side by side on white: what lies between them is no bar, so what lies above is none."""
    picture = barred(scene(), top=80, bottom=80, colour=WHITE)
    picture[:, 260:340] = WHITE
    return picture


def oval(across, down):
    picture = np.full((600, 600, 3), WHITE, np.uint8)
    cv2.ellipse(picture, (300, 300), (across, down), 0, 0, 360, (120, 60, 40), -1, cv2.LINE_AA)
    return picture


def sky(top, bottom, width=600, height=400):
    """A night: a sky that brightens downwards over hills, and black ground."""
    column = np.linspace(top, bottom, height, dtype=np.float32)
    picture = np.repeat(np.repeat(column[:, None, None], width, 1), 3, 2)
    hills = 240 + 40 * np.sin(np.arange(width) / 60)
    for x, y in enumerate(hills.astype(int)):
        picture[y : y + 80, x] = scene(1, 80, seed=x)[:, 0]
        picture[y + 80 :, x] = 0
    return picture.astype(np.uint8)


def caption():
    picture = barred(scene(), top=80, bottom=80)
    cv2.putText(picture, "words in the bar", (100, 50), cv2.FONT_HERSHEY_SIMPLEX, 1, WHITE, 2)
    return picture


def unlike():
    return np.concatenate([np.full((60, 600, 3), 255, np.uint8), scene(), np.zeros((60, 600, 3), np.uint8)])


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(product(), id="a box on white"),
        pytest.param(product(box=(0, 150, 580, 450)), id="a long box on white that leaves the picture at one side"),
        pytest.param(product(box=(15, 40, 585, 560)), id="a book that nearly fills a white ground"),
        pytest.param(product(ground=BLACK, box=(15, 40, 585, 560)), id="a screen on black"),
        pytest.param(diptych(), id="two pictures on white"),
        pytest.param(oval(299, 200), id="a bowl as wide as the picture"),
        pytest.param(oval(420, 200), id="a bowl wider than the picture"),
        pytest.param(sky(0, 60), id="a night over hills and black ground"),
        pytest.param(sky(0, 0), id="a black sky over hills and black ground"),
        pytest.param(barred(scene(), top=100), id="one bar: it may be a wall"),
        pytest.param(unlike(), id="a white sky and a black road"),
        pytest.param(barred(scene(), top=2, bottom=2), id="lines too thin to mind"),
        pytest.param(caption(), id="words in the bar: it is not flat"),
        pytest.param(np.full((300, 300, 3), 255, np.uint8), id="white and nothing else"),
        pytest.param(np.full((1, 1, 3), 9, np.uint8), id="a single pixel"),
        pytest.param(np.full((2, 900, 3), 9, np.uint8), id="a line"),
    ],
)
def test_what_only_looks_like_bars_is_left_alone(picture):
    assert find_borders(np.ascontiguousarray(picture)) is None


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 99), st.booleans())
def test_what_is_found_lies_inside(width, height, seed, is_flat):
    shape = (height, width, 3)
    picture = (
        np.full(shape, seed, np.uint8) if is_flat else np.random.default_rng(seed).integers(0, 255, shape, np.uint8)
    )
    found = find_borders(picture)
    assert found is None or (found.area and found.intersect(Box(0, 0, width, height)) == found)
