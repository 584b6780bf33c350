import json

import numpy as np
import pytest

from assetkit.errors import UserInputError
from assetkit.facts import Measurements
from assetkit.geometry import Size
from assetkit.media.overlay import write_overlay
from assetkit.output_folder import overlay_places, prepare_output
from tests.factories import gradient, source


def results(folder, outputs=("ready/a.jpg",), sources=("a.jpg", "b.jpg")):
    """What an earlier run left: a manifest, and the files that it lists."""
    folder.mkdir(parents=True, exist_ok=True)
    assets = [{"source": {"path": name}, "outputs": []} for name in sources]
    assets[0]["outputs"] = [{"path": path} for path in outputs]
    (folder / "manifest.json").write_text(json.dumps({"assets": assets}))
    for name in ("assets.csv", "findings.csv"):
        (folder / name).write_text("earlier")
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


@pytest.fixture
def photos(tmp_path):
    (tmp_path / "photos/sub").mkdir(parents=True)
    for name in ("a.jpg", "sub/b.jpg", "a.text.jpg"):
        gradient(6, 8).save(tmp_path / "photos" / name)
    return tmp_path / "photos"


def sources(folder):
    return [source(folder / f"{stem}.jpg", f"{stem}.jpg", stem) for stem in ("a", "a.text", "sub/b")]


def test_where_overlays_go(photos, tmp_path):
    out = tmp_path / "out"
    places = overlay_places(out, [photos], sources(photos), "text")
    assert places == [out / "a.text.jpg", out / "a.text.text.jpg", out / "sub/b.text.jpg"]
    assert not out.exists()


def test_an_earlier_overlay_may_be_replaced_and_nothing_else(photos, tmp_path):
    out = tmp_path / "out"
    write_overlay(np.zeros((8, 6, 3), np.uint8), Size(6, 8), Measurements(), out / "a.text.jpg")
    overlay_places(out, [photos], sources(photos), "text")
    gradient(6, 8).save(out / "a.text.text.jpg")
    with pytest.raises(UserInputError, match=r"a\.text\.text\.jpg is there and is no earlier overlay"):
        overlay_places(out, [photos], sources(photos), "text")


@pytest.mark.parametrize("name", ["photos", "photos/sub", "photos/new/deep"])
def test_overlays_never_lie_among_the_sources(photos, tmp_path, name):
    with pytest.raises(UserInputError, match="lies inside the input"):
        overlay_places(tmp_path / name, [photos], sources(photos), "text")


def test_no_link_in_the_overlay_folder_leads_back(photos, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/sub").symlink_to(photos / "sub", target_is_directory=True)
    with pytest.raises(UserInputError, match="lies inside the input"):
        overlay_places(tmp_path / "out", [photos], sources(photos), "text")
    (tmp_path / "out/sub").unlink()
    (tmp_path / "out/a.text.jpg").symlink_to(photos / "a.jpg")
    with pytest.raises(UserInputError, match="no earlier overlay"):
        overlay_places(tmp_path / "out", [photos], sources(photos), "text")


def test_an_overlay_beside_a_file_that_is_named_on_its_own_spares_the_other_sources(photos):
    """`coverage a.jpg a.text.jpg --overlay .`: the overlay of the first would be called like the second."""
    with pytest.raises(UserInputError, match=r"a\.text\.jpg is there"):
        overlay_places(photos, [photos / "a.jpg", photos / "a.text.jpg"], sources(photos)[:2], "text")
    write_overlay(np.zeros((8, 6, 3), np.uint8), Size(6, 8), Measurements(), photos / "a.text.jpg")
    with pytest.raises(UserInputError, match=r"a\.text\.jpg is there"):  # an overlay that is a source is a source
        overlay_places(photos, [photos / "a.jpg", photos / "a.text.jpg"], sources(photos)[:2], "text")


def test_a_file_is_no_folder_for_overlays(photos, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserInputError, match="is a file"):
        overlay_places(tmp_path / "file", [photos], sources(photos), "text")
