import pytest

from assetkit import preset_file
from assetkit.errors import UserInputError
from assetkit.geometry import Size

BASE = """
id = "base"
title = "Base"
version = "1"
[sources]
sheet = "the sheet"
[image.limits.format]
required = { value = ["jpeg"], unit = "format", source = "sheet", seen = 2026-01-02 }
[image.limits.file_size_max]
required = { value = 1000, unit = "bytes", source = "sheet", seen = 2026-01-02 }
[image.target]
size = [30, 40]
"""


@pytest.fixture
def write(tmp_path):
    def to(text, name="mine.toml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return str(path)

    return to


def complaint(name):
    with pytest.raises(UserInputError) as error:
        preset_file.load(name)
    return str(error.value)


@pytest.mark.parametrize("name", preset_file.shipped())
def test_shipped_presets_load(name):
    wanted = preset_file.load(name)
    assert wanted.id == name
    assert wanted.title
    assert wanted.description


def test_what_presets_extend_is_no_preset():
    assert not [name for name in preset_file.shipped() if name.startswith("_")]
    assert "title: missing" in complaint("_common")


def test_there_are_shipped_presets():
    assert {"xhs-ad", "xhs-note"} <= set(preset_file.shipped())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[image.limits.format]", "[image.limits.formt]", "image.limits.formt: unknown key, did you mean format?"),
        ("[image.target]", "[image.traget]", "image.traget: unknown key, did you mean target?"),
        ("required = { value = 1000", "requird = { value = 1000", "requird: unknown key, did you mean required?"),
        ("size = [30, 40]", "zzzzzz = 1", "image.target.zzzzzz: unknown key"),
        ("required = { value = 1000", "required = 3 # {", "required: needs a table of keys, such as { value = "),
        ('title = "Base"', "", "title: missing"),
        ("value = 1000", 'value = "many"', "image.limits.file_size_max.required.value: "),
        ("size = [30, 40]", "size = [30]", "image.target.size: a size is [width, height] in pixels, both above 0"),
        ("size = [30, 40]", 'background = "white"', "image.target.background: "),
        ('source = "sheet"', 'source = "shet"', "source 'shet' is not listed under [sources]"),
        ("seen = 2026-01-02", 'seen = "some day"', "seen: "),
        ("[image.target]", "[image.target", "not valid TOML"),
    ],
)
def test_a_problem_is_named_by_its_key(write, old, new, message):
    name = write(BASE.replace(old, new))
    said = complaint(name)
    assert said.startswith(f"{name}: ")
    assert message in said


@pytest.mark.parametrize(
    "line",
    ["image = 5", 'image = "jpeg"', "cover = 5", "cover = [1]", "video = 5", "sources = 5", "[image]\nlimits = 5"],
)
def test_a_value_where_a_table_belongs(write, line):
    head = 'id = "base"\ntitle = "Base"\nversion = "1"\n'
    key = "image" if line.startswith("[") else line.split(" ", maxsplit=1)[0]
    sources = "" if key == "sources" else 'sources = { sheet = "the sheet" }\n'
    assert f"{key}" in complaint(write(head + sources + line))


def test_a_mistake_that_the_cover_inherits_is_said_once(write):
    said = complaint(write(BASE.replace("[image.target]", "[image.traget]")))
    assert len(said.splitlines()) == 1


def test_every_problem_is_named(write):
    said = complaint(write(BASE.replace('title = "Base"', "").replace("size = [30, 40]", "size = [30]")))
    assert len(said.splitlines()) == 2


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("xhs-adn", "did you mean xhs-ad?"),
        ("xhs_note", "did you mean xhs-note?"),
        ("weibo", "known presets: "),
        ("weibo", "./weibo.toml"),
    ],
)
def test_an_unknown_id_gets_a_hint(name, hint):
    assert hint in complaint(name)


def test_a_missing_file_is_named(tmp_path):
    name = str(tmp_path / "none.toml")
    assert complaint(name) == f"preset file {name}: No such file or directory"


@pytest.mark.parametrize("data", [b"\xff\xfe", b"id = \xe4\n"])
def test_a_file_that_is_no_text(tmp_path, data):
    path = tmp_path / "binary.toml"
    path.write_bytes(data)
    assert "not valid TOML" in complaint(str(path))


def test_a_folder_is_no_preset(tmp_path):
    (tmp_path / "folder.toml").mkdir()
    assert "preset file" in complaint(str(tmp_path / "folder.toml"))


def test_the_cover_inherits_what_the_image_states(write):
    cover = "[cover.limits.file_size_max]\nrequired = { value = 500 }\n[cover.target]\nquality_min = 60\n"
    wanted = preset_file.load(write(BASE + cover))
    assert wanted.cover.limits.format == wanted.image.limits.format
    assert wanted.cover.limits.file_size_max.required.value == 500
    assert wanted.cover.limits.file_size_max.required.unit == "bytes"
    assert wanted.image.limits.file_size_max.required.value == 1000
    assert (wanted.cover.target.size, wanted.cover.target.quality_min) == (Size(30, 40), 60)


def test_extending_a_file_fills_in_the_rest(write):
    write(BASE, "base.toml")
    child = 'extends = "./base.toml"\nid = "child"\n[image.limits.file_size_max.required]\nvalue = 2000\n'
    wanted = preset_file.load(write(child, "child.toml"))
    assert (wanted.id, wanted.title) == ("child", "Base")
    assert wanted.image.limits.file_size_max.required.value == 2000
    assert wanted.image.limits.format.required.value == ["jpeg"]
    assert wanted.cover.limits.file_size_max.required.value == 2000


def test_extending_a_shipped_preset(write):
    wanted = preset_file.load(write('extends = "xhs-ad"\nid = "mine"\n[image.target]\npad = "blur"\n'))
    shipped = preset_file.load("xhs-ad")
    assert wanted.image.limits == shipped.image.limits
    assert (wanted.image.target.pad, shipped.image.target.pad) == ("blur", "none")


def test_a_chain_is_followed_from_each_file_s_own_folder(write):
    write(BASE, "lib/base.toml")
    write('extends = "./base.toml"\ntitle = "Middle"\n', "lib/middle.toml")
    wanted = preset_file.load(write('extends = "lib/middle.toml"\nid = "leaf"\n', "leaf.toml"))
    assert (wanted.id, wanted.title, wanted.version) == ("leaf", "Middle", "1")


@pytest.mark.parametrize("parents", [["a.toml"], ["b.toml", "a.toml"]])
def test_a_circle_is_refused(write, parents):
    names = ["a.toml", *parents[:-1]]
    for name, parent in zip(names, parents, strict=True):
        path = write(f'extends = "./{parent}"\n', name)
    assert "a circle" in complaint(path)


def test_a_parent_that_is_no_name(write):
    assert "extends: the id of a preset" in complaint(write("extends = 3\n"))


def test_a_missing_parent_is_named(write):
    assert "gone.toml" in complaint(write('extends = "./gone.toml"\n'))


def test_the_hash_is_of_the_meaning(write):
    one = preset_file.sha256(preset_file.load(write(BASE, "one.toml")))
    same = "# a remark\n" + BASE.replace("1000", "1_000").replace("[image.target]\nsize", "[image]\ntarget.size")
    assert preset_file.sha256(preset_file.load(write(same, "same.toml"))) == one
    other = BASE.replace("1000", "1001")
    assert preset_file.sha256(preset_file.load(write(other, "other.toml"))) != one
    assert len(one) == 64
