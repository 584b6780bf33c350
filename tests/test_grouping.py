"""What makes stills a set, and what does not."""

import pytest

from assetkit.discover import discover
from assetkit.grouping import natural, numbered
from assetkit.sets import Grouping
from tests.test_discover import make


def found(folder, grouping="off"):
    return discover([folder], Grouping(grouping))


def slides(folder, grouping):
    return {each.id: list(each.slides) for each in found(folder, grouping).sets}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("glow_01.jpg", ("glow", 1)),
        ("glow-2.png", ("glow", 2)),
        ("glow 3.jpg", ("glow", 3)),
        ("glow (4).jpg", ("glow", 4)),
        ("glow_１２.jpg", ("glow", 12)),
        ("photo7.jpg", ("photo", 7)),
        ("1.jpg", ("", 1)),
        ("第1张.jpg", ("", 1)),
        ("第十二张.png", ("", 12)),
        ("第二十页.png", ("", 20)),
        ("新品第3张.jpg", ("新品", 3)),
        ("IMG_0001.jpg", None),  # a camera's count
        ("DSC1234.jpg", None),
        ("shot_2026-11-03.jpg", None),  # a date
        ("glow_v2.jpg", None),  # a version
        ("统一.jpg", None),  # a word that ends as a number is written
        ("cover.jpg", None),
    ],
)
def test_what_a_name_says_of_its_place(name, expected):
    said = numbered(name)
    assert (said and (said.name, said.number)) == expected


def test_natural_order():
    names = ["10.jpg", "2.jpg", "封面.jpg", "b2.jpg", "b10.jpg", "第十张.jpg", "第二张.jpg"]
    assert sorted(names, key=natural) == [
        "封面.jpg",
        "2.jpg",
        "10.jpg",
        "b2.jpg",
        "b10.jpg",
        "第二张.jpg",
        "第十张.jpg",
    ]


def test_a_flat_folder_of_photos_is_no_set_unless_asked(tmp_path):
    make(tmp_path, "a.jpg", "photo1.jpg", "photo2.jpg", "IMG_0001.jpg", "IMG_0002.jpg")
    alone = found(tmp_path)
    assert alone.sets == ()
    assert [s.relative for s in alone.sources] == sorted(s.relative for s in alone.sources)
    assert {s.slot for s in alone.sources} == {None}
    assert alone.likely == ("photo",)  # it may be told, and is not done


def test_names_that_are_numbered_alike(tmp_path):
    make(
        tmp_path, "glow_10.jpg", "glow_2.png", "Glow_1.jpg", "other_1.jpg", "clip_1.mp4", "clip_2.mp4", "sub/glow_3.jpg"
    )
    assert slides(tmp_path, "name") == {"Glow": ["Glow_1.jpg", "glow_2.png", "glow_10.jpg"]}
    (only,) = found(tmp_path, "name").sets
    assert only.numbers == (1, 2, 10)


def test_sets_of_one_name_stay_apart(tmp_path):
    make(tmp_path, "glow/1.jpg", "glow/2.jpg", "glow/glow_1.jpg", "glow/glow_2.jpg")
    assert slides(tmp_path, "name") == {
        "glow/glow": ["glow/1.jpg", "glow/2.jpg"],
        "glow/glow-2": ["glow/glow_1.jpg", "glow/glow_2.jpg"],
    }
    assert len({s.stem for s in found(tmp_path, "name").sources}) == 4


def test_stills_of_a_folder(tmp_path):
    make(tmp_path, "a/2.jpg", "a/10.jpg", "a/clip.mp4", "b/only.jpg", "c/x.jpg", "c/y.jpg", "top.jpg")
    assert slides(tmp_path, "folder") == {"a/a": ["a/2.jpg", "a/10.jpg"], "c/c": ["c/x.jpg", "c/y.jpg"]}
    by_id = {each.id: each for each in found(tmp_path, "folder").sets}
    assert (by_id["a/a"].numbers, by_id["c/c"].numbers) == ((2, 10), ())


def test_slides_stand_together_and_are_named_by_their_set(tmp_path):
    make(tmp_path, "a.jpg", "glow_1.jpg", "glow_10.jpg", "glow_11.png", "glow_2.jpg", "glow_03.mp4", "z.jpg")
    sources = found(tmp_path, "name").sources
    assert [(s.relative, s.stem, s.slot and s.slot.number) for s in sources] == [
        ("a.jpg", "a", None),
        ("glow_03.mp4", "glow_03-mp4", None),
        ("glow_1.jpg", "glow_01", 1),
        ("glow_2.jpg", "glow_02", 2),
        ("glow_10.jpg", "glow_03-jpg", 3),
        ("glow_11.png", "glow_04", 4),
        ("z.jpg", "z", None),
    ]
    assert {s.slot.count for s in sources if s.slot} == {4}


def test_a_set_file_makes_a_set_of_its_folder_whatever_is_asked(tmp_path):
    make(tmp_path, "x/b.jpg", "x/a.png", "x/c.jpg", "y_1.jpg", "y_2.jpg")
    (tmp_path / "x/set.toml").write_text('name = "glow"\norder = ["c.jpg", "A.png", "d.jpg"]\ntitle = "t"\n')
    there = found(tmp_path)
    (only,) = there.sets
    assert (only.id, only.slides, only.missing, only.left_out) == (
        "x/glow",
        ("x/c.jpg", "x/a.png"),
        ("d.jpg",),
        ("x/b.jpg",),
    )
    assert only.words.title == "t"
    assert [s.relative for s in there.skipped] == ["x/set.toml"]
    assert {s.relative: s.stem for s in there.sources}["x/c.jpg"] == "x/glow_01"
    assert there.likely == ("y",)
    assert tmp_path / "x/set.toml" in next(s for s in there.sources if s.slot).slot.files


def test_a_long_name_leaves_room_for_what_is_put_behind_it(tmp_path):
    folder = "新" * 84
    make(tmp_path, f"{folder}/1.jpg", f"{folder}/2.jpg")
    (only,) = found(tmp_path, "folder").sets
    assert len(only.id.rpartition("/")[2].encode()) <= 160
    assert all(s.stem.endswith(f"_0{s.slot.number}") for s in found(tmp_path, "folder").sources)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("titel = 'x'", "titel: unknown key, did you mean title?"),
        ("title = 3", "title: Input should be a valid string"),
        ("title = ", "not valid TOML"),
        ('order = ["a.jpg", "a.jpg"]', "a.jpg is named twice"),
        ('products = ["sweets"]', "sweets is no product category: choose of alcohol"),
        ('name = "../up"', "name: String should match pattern"),
    ],
)
def test_a_mistake_in_a_set_file_is_told_and_keeps_the_set(tmp_path, text, said):
    make(tmp_path, "a.jpg", "b.jpg")
    (tmp_path / "set.toml").write_text(text)
    (only,) = found(tmp_path).sets
    assert only.slides == ("a.jpg", "b.jpg")
    assert only.mistake.startswith("set.toml: ")
    assert said in only.mistake
