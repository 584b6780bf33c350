import json
from fractions import Fraction

import pytest

from assetkit.errors import AssetError
from assetkit.facts import NO_WISHES, Wishes
from assetkit.geometry import Box, Size
from assetkit.sidecar import read_sidecar, wishes

SIZE = Size(600, 800)


@pytest.fixture
def sidecar(tmp_path):
    def write(content):
        path = tmp_path / "photo.jpg.assetkit.json"
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        path.write_bytes(data)
        return path

    return write


@pytest.mark.parametrize(
    ("content", "boxes"),
    [
        ({}, ()),
        ({"exempt": []}, ()),
        ({"exempt": [[10, 20, 30, 40]]}, (Box(10, 20, 40, 60),)),
        ({"exempt": [[0, 0, 600, 800], [1, 2, 3, 4]]}, (Box(0, 0, 600, 800), Box(1, 2, 4, 6))),
        (b"\xef\xbb\xbf" + b'{"exempt": [[10, 20, 30, 40]]}', (Box(10, 20, 40, 60),)),  # as Windows' editor writes it
    ],
)
def test_exempt_boxes(sidecar, content, boxes):
    path = sidecar(content)
    assert read_sidecar(path).exempt == boxes
    assert wishes(path, SIZE) == Wishes(exempt=boxes)


@pytest.mark.parametrize(("said", "seconds"), [(12.4, "12.4"), (3, "3"), ("0:12.4", "12.4"), ("1:00:00", "3600")])
def test_the_time_of_a_clip_s_cover(sidecar, said, seconds):
    assert wishes(sidecar({"cover": said}), SIZE, is_clip=True).cover == Fraction(seconds)


def test_the_part_of_a_clip(sidecar):
    assert wishes(sidecar({"trim": [3.5, "0:20"]}), SIZE, is_clip=True).trim == (Fraction(7, 2), Fraction(20))


def test_what_is_advertised_and_who_made_it(sidecar):
    said = wishes(sidecar({"products": ["cosmetics", "food"], "generated": True}), SIZE)
    assert (said.products, said.generated) == (("cosmetics", "food"), True)
    assert (NO_WISHES.products, NO_WISHES.generated) == ((), None)
    for wrong in ({"products": ["cars"]}, {"generated": 1}):
        with pytest.raises(AssetError, match=next(iter(wrong))):
            wishes(sidecar(wrong), SIZE)


@pytest.mark.parametrize("said", [{"cover": 0}, {"trim": [0, 1]}])
def test_a_still_has_no_times(sidecar, said):
    with pytest.raises(AssetError, match="only a clip has that"):
        wishes(sidecar(said), SIZE)


@pytest.mark.parametrize("said", ["soon", -1, "00:00:12:10", True, [1]])
def test_what_is_no_time_is_said(sidecar, said):
    with pytest.raises(AssetError, match="cover") as error:
        wishes(sidecar({"cover": said}), SIZE, is_clip=True)
    assert error.value.code == "sidecar-invalid"


def test_without_a_sidecar_nothing_is_wished():
    assert wishes(None, SIZE) == NO_WISHES


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ({"focal": [599, 0]}, Wishes(focal=(599, 0))),
        ({"keep": [[550, 10, 100, 20]]}, Wishes(keep=(Box(550, 10, 600, 30),))),
        ({"crop": [10, 20, 300, 400]}, Wishes(crop=Box(10, 20, 310, 420))),
        ({"pad": True}, Wishes(pad=True)),
        ({"pad": False, "focal": None}, Wishes(pad=False)),
    ],
)
def test_what_people_say_of_a_crop(sidecar, content, wanted):
    assert wishes(sidecar(content), SIZE) == wanted


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"focal": [600, 0]}, "focal: lies outside the picture of 600 x 800"),
        ({"focal": [-1, 5]}, "focal: lies outside"),
        ({"focal": [0.5, 0.5]}, "whole pixels"),
        ({"focal": [1, 2, 3]}, r"a point is \[x, y\]"),
        ({"crop": [700, 0, 10, 10]}, "crop: reaches out of the picture of 600 x 800"),
        ({"crop": [0, 0, 601, 800]}, "crop: reaches out of the picture"),
        ({"crop": [0, 0, 90, 90], "keep": [[0, 0, 9, 9], [85, 0, 9, 9]]}, r"keep\.1: reaches out of the crop"),
        ({"crop": [[0, 0, 10, 10]]}, r"a box is \[x, y, width, height\]"),
        ({"keep": [[0, 0, 10, 0]]}, "above 0"),
        ({"pad": "yes"}, "pad"),
        ({"focus": [1, 2]}, "focal"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(sidecar, content, said):
    with pytest.raises(AssetError, match=said):
        wishes(sidecar(content), SIZE)


@pytest.mark.parametrize(
    ("box", "inside"),
    [
        ([-50, -50, 60, 70], Box(0, 0, 10, 20)),
        ([590, 790, 100, 100], Box(590, 790, 600, 800)),
        ([-1, -1, 10_000, 10_000], Box(0, 0, 600, 800)),
    ],
)
def test_a_box_over_the_edge_is_clipped(sidecar, box, inside):
    assert wishes(sidecar({"exempt": [box]}), SIZE).exempt == (inside,)


@pytest.mark.parametrize("box", [[600, 0, 10, 10], [0, 800, 10, 10], [-10, 0, 10, 10], [5000, 5000, 9, 9]])
def test_a_box_outside_the_picture_is_refused(sidecar, box):
    path = sidecar({"exempt": [[0, 0, 9, 9], box]})
    with pytest.raises(AssetError, match=r"exempt\.1: lies outside the picture of 600 x 800"):
        wishes(path, SIZE)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not valid JSON"),
        (b"exempt: 1", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b"[]", "needs a table of keys"),
        (b"null", "needs a table of keys"),
        ({"exemt": [[1, 2, 3, 4]]}, "exemt: unknown key, did you mean exempt?"),
        ({"notes": "x"}, "notes: unknown key"),
        ({"exempt": 5}, "exempt: "),
        ({"exempt": None}, "exempt: "),
        ({"exempt": [1, 2, 3, 4]}, "exempt.0: a box is [x, y, width, height] in whole pixels, not 1"),
        ({"exempt": [[1, 2, 3]]}, "exempt.0: a box is"),
        ({"exempt": [[1, 2, 3, 4, 5]]}, "exempt.0: a box is"),
        ({"exempt": [[1, 2, 3.5, 4]]}, "exempt.0: a box is"),
        ({"exempt": [[1, 2, "3", 4]]}, "exempt.0: a box is"),
        ({"exempt": [[1, 2, True, 4]]}, "exempt.0: a box is"),
        ({"exempt": [[1, 2, 3, 4], [1, 2, 0, 4]]}, "exempt.1: the width and the height of a box are above 0"),
        ({"exempt": [[1, 2, 3, -4]]}, "exempt.0: the width and the height"),
        ({"exempt": [[0, 0, 1, 1]] * 1001}, "exempt: "),
        ({"exempt": [[0, 0, 0, 0]] * 5}, "and 2 more"),
        (b" " * 1_000_001, "larger than 1 MB"),
    ],
)
def test_what_is_wrong_is_named(sidecar, content, says):
    with pytest.raises(AssetError) as error:
        wishes(sidecar(content), SIZE)
    assert (error.value.code, error.value.stage) == ("sidecar-invalid", "probe")
    assert error.value.detail.startswith("photo.jpg.assetkit.json: ")
    assert says in error.value.detail
    assert len(error.value.detail) < 500
    assert error.value.fix


def test_a_sidecar_of_exactly_a_megabyte_is_read(sidecar):
    assert read_sidecar(sidecar(b"{}".ljust(1_000_000))).exempt == ()


def test_a_sidecar_that_cannot_be_read(tmp_path):
    with pytest.raises(AssetError, match="cannot be read"):
        read_sidecar(tmp_path)
