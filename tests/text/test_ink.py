from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from assetkit.text.boxes import TextBox
from assetkit.text.edges import ENDS_MODEL, HEIGHT_MODEL, INTAKE
from assetkit.text.ink import fit, ways
from assetkit.text.runtime import RUNTIMES
from assetkit.text.strips import Levels

TITLE = (120, 90)


@pytest.fixture(scope="module", params=[*RUNTIMES])
def networks(request):
    pytest.importorskip(request.param)
    return tuple(RUNTIMES[request.param](model, 1, intake=INTAKE) for model in (HEIGHT_MODEL, ENDS_MODEL))


def titled(*, panel=None, outline=0, size=64):
    """A pale grey picture with a title, and the title's ink: left, top, right, bottom."""
    picture = Image.new("RGB", (640, 240), (190, 190, 190))
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=size)
    style = {"font": font, "stroke_width": outline}
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).text(TITLE, "Summer glow", fill=255, stroke_fill=255, **style)
    ink = mask.point(lambda value: 255 * (value > 127)).getbbox()
    if panel is not None:
        left, top, right, bottom = ink
        draw.rectangle((left - panel, top - panel, right + panel, bottom + panel), fill=(240, 220, 90))
    draw.text(TITLE, "Summer glow", fill=(60, 20, 90), stroke_fill=(0, 0, 0), **style)
    return np.asarray(picture, np.uint8), ink


def core_of(ink, angle=0.0):
    """What the detector's map shows of a line: its middle."""
    left, top, right, bottom = ink
    inset = (bottom - top) * 0.25
    x, y = (left + right) / 2, (top + bottom) / 2
    return TextBox(x, y, right - left - 2 * inset, bottom - top - 2 * inset, angle, 0.9)


def sides(box):
    xs, ys = zip(*box.corners(), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def line(picture, core, networks, others=()):
    return fit(Levels(picture), [core, *others], networks)[0]


def fitted(picture, core, networks):
    return sides(line(picture, core, networks).box)


@pytest.mark.parametrize("looks", [{}, {"outline": 5}, {"panel": 14}, {"size": 24}])
def test_the_box_is_drawn_round_the_ink(looks, networks):
    picture, ink = titled(**looks)
    assert fitted(picture, core_of(ink), networks) == pytest.approx(ink, abs=3)


def test_an_uneven_core_does_not_matter(networks):
    picture, ink = titled()
    lowered = core_of((ink[0] + 2, ink[1] + 2, ink[2] + 2, ink[3] + 2))
    assert fitted(picture, lowered, networks) == pytest.approx(ink, abs=3)


def test_a_core_that_stands_upright_is_fitted_too(networks):
    picture, ink = titled()
    turned = np.ascontiguousarray(np.rot90(picture))
    height = picture.shape[1]
    column = (ink[1], height - ink[2], ink[3], height - ink[0])
    left, top, right, bottom = column
    inset = (right - left) * 0.25
    centre = (left + right) / 2, (top + bottom) / 2
    core = TextBox(*centre, right - left - 2 * inset, bottom - top - 2 * inset, 0.0, 0.9)
    assert fitted(turned, core, networks) == pytest.approx(column, abs=3)


@pytest.mark.parametrize("tilt", [-2.0, 2.0])
def test_a_core_that_a_descender_tilts_is_laid_level(tilt, networks):
    picture, ink = titled()
    assert fitted(picture, core_of(ink, tilt), networks) == pytest.approx(ink, abs=4)


@pytest.mark.parametrize(("tilt", "looked_at"), [(0.3, [0.0]), (-0.3, [0.0]), (2.0, [2.0, 0.0]), (9.0, [9.0])])
def test_both_ways_are_looked_at_only_where_they_differ_and_level_is_likely(tilt, looked_at):
    core = TextBox(100, 60, 200, 20, tilt, 0.9)
    assert [way.angle for way in ways(core)] == pytest.approx(looked_at)


@pytest.mark.parametrize("grey", [0, 255])
def test_where_nothing_is_drawn_the_ends_stay_near_the_detectors(grey, networks):
    core = TextBox(100, 60, 120, 20, 0.0, 0.9)
    blank = np.full((120, 200, 3), grey, np.uint8)
    left, _, right, _ = fitted(blank, core, networks)
    assert (left, right) == pytest.approx(sides(core.whole())[::2], abs=core.height)


def test_a_line_is_longer_than_what_the_detector_saw_of_it(networks):
    """The detector missed the last glyph, and the ink goes on past the usual growth."""
    picture, ink = titled()
    left, top, right, bottom = ink
    short = core_of((left, top, right - (bottom - top) * 0.6, bottom))
    assert fitted(picture, short, networks) == pytest.approx(ink, abs=4)


def test_a_line_ends_before_another_one(networks):
    picture, ink = titled()
    left, top, right, bottom = ink
    start, piece = core_of((left, top, right - (bottom - top) * 0.8, bottom)), core_of((right - 30, top, right, bottom))
    usual = sides(start.whole())[2]
    assert sides(line(picture, start, networks).box)[2] > usual + 20
    assert sides(line(picture, start, networks, [piece]).box)[2] == pytest.approx(usual, abs=1)


def test_clear_ink_leaves_less_doubt_than_none(networks):
    picture, ink = titled()
    core = core_of(ink)
    blank = np.full_like(picture, 128)
    assert 0 < line(picture, core, networks).doubt < line(blank, core, networks).doubt / 2


def test_a_core_larger_than_the_picture_is_survived(networks):
    assert line(np.zeros((1, 1, 3), np.uint8), TextBox(0.5, 0.5, 30, 4, 12.0, 0.9), networks).doubt > 0


def test_a_line_that_the_detector_is_less_sure_of_is_doubted_more(networks):
    picture, ink = titled()
    sure, unsure = (replace(core_of(ink), score=score) for score in (0.98, 0.6))
    assert line(picture, sure, networks).doubt < 0.5 * line(picture, unsure, networks).doubt


def test_lines_fitted_together_are_those_fitted_alone(networks):
    """Strips of one shape go through the networks a few at a time: six lines of one length, others between them."""
    picture = np.random.default_rng(6).integers(0, 256, (900, 640, 3), np.uint8)
    lengths = [40, 100, 100, 300, 100, 100, 20, 100, 300, 100]
    cores = [TextBox(320, 45 + 90 * row, length, 16, 0.0, 0.9) for row, length in enumerate(lengths)]
    together = fit(Levels(picture), cores, networks)
    alone = [line(picture, core, networks) for core in cores]
    for one, other in zip(together, alone, strict=True):
        assert sides(one.box) == pytest.approx(sides(other.box), abs=0.01)
        assert one.doubt == pytest.approx(other.doubt, rel=1e-3)


def test_no_line_is_none(networks):
    assert fit(Levels(np.zeros((64, 64, 3), np.uint8)), [], networks) == []
