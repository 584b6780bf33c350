from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from assetkit.errors import SetupError
from assetkit.facts import FrameMeasurements, Measurements, Wishes
from assetkit.geometry import Box, Size
from assetkit.judgement import Finding, Judgement, Severity
from assetkit.media.overlay import caption, is_overlay, plan_caption, write_overlay, write_plan
from assetkit.model import Kept, Method, PadStyle, Proposer
from tests.factories import covered, gradient, region, seen, still_info, still_plan

SIZE = Size(300, 400)
GREY = np.full((400, 300, 3), 128, np.uint8)


def measured(*lines, exempt=(), share=0.25):
    return Measurements((FrameMeasurements(text=lines),), covered(share, 0.2, 0.3, 7), exempt=tuple(exempt))


def drawn(tmp_path, found, size=SIZE, pixels=GREY):
    target = tmp_path / "deep/er/a.text.jpg"
    write_overlay(pixels, size, found, target)
    with Image.open(target) as image:
        return np.asarray(image.convert("RGB"), int)


def is_like(pixel, colour):
    return bool(np.abs(pixel - np.array(colour)).max() < 80)


MAGENTA, BLUE = (230, 0, 120), (0, 150, 255)


def test_lines_and_exempt_boxes_are_outlined_where_they_are(tmp_path):
    """The picture was measured at a quarter of its size."""
    line, box = region(400, 320, 1000, 480), Box(200, 800, 600, 1200)
    picture = drawn(tmp_path, measured(line, exempt=[box]), Size(1200, 1600))
    for x, y in ((100, 100), (250, 100), (175, 80), (175, 120)):
        assert is_like(picture[y, x], MAGENTA)
    for x, y in ((50, 250), (149, 250), (100, 200), (100, 299)):
        assert is_like(picture[y, x], BLUE)
    assert is_like(picture[100, 175], (128, 128, 128))  # outlined, not filled
    assert is_like(picture[250, 100], (128, 128, 128))


def test_a_grid_of_five_by_five(tmp_path):
    changed = np.abs(drawn(tmp_path, measured())[:400, :300] - 128).max(axis=2) > 30
    assert [x for x in range(0, 300, 10) if changed[5, x : x + 10].any()] == [60, 120, 180, 240]
    assert [y for y in range(0, 400, 10) if changed[y : y + 10, 5].any()] == [80, 160, 240, 320]


@pytest.mark.parametrize(("width", "height"), [(1, 1), (40, 30), (300, 400), (1440, 1080), (20, 1440)])
def test_the_numbers_stand_below_a_picture_of_any_size(tmp_path, width, height):
    pixels = np.asarray(gradient(width, height))
    picture = drawn(tmp_path, measured(), Size(width, height), pixels)
    strip = picture[height:]
    assert picture.shape[1] >= width
    assert strip.shape[0] >= 28
    assert strip.min(axis=2).max() > 150  # there are words on it,
    assert strip[:, -4:].max() < 80  # and they end before its end


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (measured(region(0, 0, 9, 9)), "text covers 25.0% (20.0% to 30.0%), 7 of 25 cells, 1 line"),
        (measured(), "text covers 25.0% (20.0% to 30.0%), 7 of 25 cells, 0 lines"),
        (Measurements(), "text was not measured"),
    ],
)
def test_the_caption(found, says):
    assert caption(found) == says


def test_an_overlay_is_told_from_other_files(tmp_path):
    write_overlay(GREY, Size(300, 400), measured(), tmp_path / "a.jpg")
    gradient(30, 40).save(tmp_path / "b.jpg")
    gradient(30, 40).save(tmp_path / "c.png")
    (tmp_path / "d.jpg").write_text("words")
    assert [is_overlay(tmp_path / n) for n in ("a.jpg", "b.jpg", "c.png", "d.jpg", "none.jpg")] == [True, *[False] * 4]


def test_an_earlier_overlay_is_replaced_whole(tmp_path):
    for share in (0.1, 0.9):
        write_overlay(GREY, Size(300, 400), measured(share=share), tmp_path / "a.jpg")
    assert [p.name for p in tmp_path.iterdir()] == ["a.jpg"]


GREEN, YELLOW = (0, 220, 90), (255, 200, 0)


def drawn_plan(tmp_path, facts, plan):
    target = tmp_path / "plans/a.plan.jpg"
    write_plan(GREY, facts, plan, Judgement(), target)
    assert is_overlay(target)
    with Image.open(target) as image:
        return np.asarray(image.convert("RGB"), int)


def test_a_plan_outlines_its_window_and_dims_the_rest(tmp_path):
    """The picture was measured at a quarter of its size."""
    facts = seen(still_info(1200, 1600), faces=[Box(500, 500, 700, 700)])
    facts = replace(facts, wishes=Wishes(focal=(300, 1200), keep=(Box(480, 1000, 600, 1120),)))
    picture = drawn_plan(tmp_path, facts, still_plan(Box(200, 400, 1000, 1400)))
    for x, y in ((51, 200), (150, 101), (248, 200), (150, 348)):
        assert is_like(picture[y, x], GREEN), (x, y)
    assert is_like(picture[150, 125], YELLOW)
    assert is_like(picture[265, 120], BLUE)
    assert picture[20, 20].max() < 90  # cut off
    assert picture[300, 200].min() > 120  # kept


def test_a_plan_that_changes_nothing_dims_nothing(tmp_path):
    whole = Box(0, 0, 300, 400)
    plan = replace(still_plan(whole), method=Method.COPY)
    picture = drawn_plan(tmp_path, seen(still_info(300, 400)), plan)
    assert is_like(picture[200, 150], (128, 128, 128))


def test_the_plan_in_words():
    plan = still_plan(Box(200, 400, 1000, 1400), Size(600, 750), Size(600, 800))
    plan = replace(plan, pad=PadStyle.BLUR, proposer=Proposer.FACE, kept=Kept(faces=1.0, saliency=0.5))
    facts, lost = seen(still_info(1200, 1600)), Finding("crop-cuts-text", Severity.REQUIRED, "cuts 1 of 2 lines")
    assert plan_caption(plan, facts, Judgement((lost,))) == (
        "rejected: crop-cuts-text",
        "800 x 1000 at (200, 400) of 1200 x 1600, placed by face",
        "makes 600 x 800 px, blur padding",
        "keeps faces 100%, attention 50%",
    )
    assert plan_caption(replace(plan, method=Method.COPY), facts, Judgement()) == ("ready; whole, as it is",)


def test_an_overlay_that_cannot_be_written_is_a_mistake_of_the_machine(tmp_path):
    (tmp_path / "plans").write_text("in the way")
    with pytest.raises(SetupError, match="cannot write to"):
        drawn_plan(tmp_path, seen(still_info(300, 400)), still_plan(Box(0, 0, 300, 400)))
