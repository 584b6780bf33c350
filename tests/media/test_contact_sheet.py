import numpy as np
import pytest
from PIL import Image

from assetkit.geometry import Box
from assetkit.judgement import Status
from assetkit.media.contact_sheet import Cell, write_sheet
from tests.factories import quarters

WORDS = "sharp, in a fade, a dissolve or beside a cut, 3 faces, 1 cut, text over 12%"


def cell(picture=None, status=Status.READY, **more):
    return Cell(picture, "1   0:12.4   0.81   ready", (WORDS, "text-coverage-max"), status, **more)


def sheet(path, *cells):
    write_sheet(cells, path)
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"), int)


@pytest.mark.parametrize("count", [1, 2, 3, 6, 7, 24])
def test_every_cell_has_its_place(tmp_path, count):
    red = np.full((400, 300, 3), (220, 30, 30), np.uint8)
    drawn = sheet(tmp_path / "a.jpg", *[cell(red)] * count)
    is_red = (np.abs(drawn - (220, 30, 30)) < 40).all(axis=2).sum()
    assert is_red == pytest.approx(count * 300 * 400, rel=0.02)


def test_a_rejected_one_is_dimmed_and_shows_the_part_that_was_refused(tmp_path):
    picture = np.asarray(quarters(640, 360))
    right = Box(960, 0, 1920, 1080)
    drawn = sheet(tmp_path / "a.jpg", cell(picture, Status.REJECTED, window=right, width=1920))
    shown = drawn[16:416, 16:316].reshape(-1, 3)
    assert not (shown[:, 2] > 150).any()  # the blue quarter is not in it
    assert (shown[:, 1] > 100).any()
    assert shown.max() < 200


def test_a_file_is_shown_whole(tmp_path):
    quarters(60, 80).save(tmp_path / "cover.png")
    drawn = sheet(tmp_path / "a.jpg", cell(tmp_path / "cover.png"))
    assert np.abs(drawn[40, 40] - (220, 30, 30)).max() < 30
    assert np.abs(drawn[390, 290] - (220, 220, 30)).max() < 30


def test_words_are_written_under_it_and_none_leaves_its_cell(tmp_path):
    blank = np.full((400, 300, 3), 32, np.uint8)
    drawn = sheet(tmp_path / "a.jpg", cell(blank))
    below = drawn[430:, :, :]
    assert (below > 150).any()
    assert not (below[:, 320:] > 60).any()
