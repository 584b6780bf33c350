import json

import pytest

from assetkit.errors import UserInputError
from assetkit.output_folder import prepare_output


def results(folder, outputs=("ready/a.jpg",), sources=("a.jpg", "b.jpg")):
    """What an earlier run left: a manifest, and the files that it lists."""
    folder.mkdir(parents=True, exist_ok=True)
    assets = [{"source": {"path": name}, "outputs": []} for name in sources]
    assets[0]["outputs"] = [{"path": path} for path in outputs]
    (folder / "manifest.json").write_text(json.dumps({"assets": assets}))
    (folder / "manifest.csv").write_text("earlier")
    for name in ("ready/a.jpg", "rejected/b.jpg.reasons.txt", "ready/mine.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name)
    return folder


@pytest.mark.parametrize(
    ("output", "inputs"),
    [
        ("photos/out", ["photos"]),
        ("photos", ["photos"]),
        ("photos/deep/er/out", ["other", "photos"]),
        ("other/../photos/out", ["photos"]),
        ("link/out", ["photos"]),
    ],
)
def test_an_output_inside_an_input_is_refused(tmp_path, output, inputs):
    for name in ("photos", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "photos", target_is_directory=True)
    with pytest.raises(UserInputError, match="lies inside the input"):
        prepare_output(tmp_path / output, [tmp_path / name for name in inputs], overwrite=True)


@pytest.mark.parametrize("name", ["ready", "review/sub", "rejected"])
def test_an_input_inside_the_results_is_refused(tmp_path, name):
    (tmp_path / "out" / name).mkdir(parents=True)
    with pytest.raises(UserInputError, match="lies inside the results"):
        prepare_output(tmp_path / "out", [tmp_path / "out" / name], overwrite=True)


@pytest.mark.parametrize("output", ["photos-out", "out", "photos2/out"])
def test_an_output_beside_the_input_is_fine(tmp_path, output):
    (tmp_path / "photos").mkdir()
    prepare_output(tmp_path / output, [tmp_path / "photos"], overwrite=False)
    assert not (tmp_path / output).exists()


def test_a_file_may_have_its_results_beside_it(tmp_path):
    (tmp_path / "a.jpg").write_text("x")
    prepare_output(tmp_path, [tmp_path / "a.jpg"], overwrite=False)


def test_a_file_is_no_output_folder(tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(UserInputError, match="is a file"):
        prepare_output(tmp_path / "out", [], overwrite=True)


def test_earlier_results_are_refused(tmp_path):
    folder = results(tmp_path / "out")
    before = {p: p.read_text() for p in folder.rglob("*.*") if p.is_file()}
    with pytest.raises(UserInputError, match="pass --overwrite"):
        prepare_output(folder, [], overwrite=False)
    assert {p: p.read_text() for p in folder.rglob("*.*") if p.is_file()} == before


def test_replacing_removes_what_the_manifest_lists_and_nothing_else(tmp_path):
    folder = results(tmp_path / "out")
    prepare_output(folder, [], overwrite=True)
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()) == ["ready/mine.txt"]


def test_listed_files_that_are_gone_already_are_no_trouble(tmp_path):
    folder = results(tmp_path / "out", outputs=["ready/gone.jpg", "ready/a.jpg"])
    prepare_output(folder, [], overwrite=True)
    assert not (folder / "ready/a.jpg").exists()


@pytest.mark.parametrize("name", ["../../x", "../x", "ready/../../x", "{absolute}", "way/out/x"])
def test_an_edited_manifest_removes_nothing_outside(tmp_path, name):
    folder = tmp_path / "deep" / "out"
    victims = [tmp_path / "x", tmp_path / "deep" / "x", tmp_path / "elsewhere" / "x"]
    for victim in victims:
        victim.parent.mkdir(parents=True, exist_ok=True)
        victim.write_text("precious")
    results(folder, outputs=[name.format(absolute=victims[0])], sources=["../../../x", "b.jpg"])
    (folder / "way").mkdir()
    (folder / "way/out").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    prepare_output(folder, [], overwrite=True)
    assert all(victim.read_text() == "precious" for victim in victims)


def test_an_edited_manifest_that_names_a_folder_removes_none(tmp_path):
    folder = results(tmp_path / "out", outputs=["ready", ""])
    prepare_output(folder, [], overwrite=True)
    assert (folder / "ready/mine.txt").exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"assets": 5}', '{"assets": [{}]}', "not json", "null"])
def test_another_program_s_manifest_is_left_alone(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(UserInputError, match="not a manifest of assetkit"):
        prepare_output(tmp_path, [], overwrite=True)
    assert (tmp_path / "manifest.json").read_text() == text
