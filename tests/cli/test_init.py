from pathlib import Path

import pytest

from assetkit import preset_file
from assetkit.cli.init import starter


@pytest.mark.parametrize("parent", preset_file.shipped())
def test_a_starter_changes_nothing_yet(assetkit, folder, parent):
    code, out, _ = assetkit("init", "Our Brand.toml", "--extends", parent)
    assert code == 0
    made, base = preset_file.load("Our Brand.toml"), preset_file.load(parent)
    assert made.id == "our-brand" in out
    assert (made.image, made.video, made.cover, made.takes) == (base.image, base.video, base.cover, base.takes)


def test_the_limits_in_its_comments_are_valid(folder):
    text = starter(Path("mine.toml"), preset_file.load("xhs-ad"), "xhs-ad")
    stated = [
        line.removeprefix("# ") for line in text.splitlines() if line.startswith(("# [image.l", "# [video.l", "# requ"))
    ]
    assert len(stated) == 8
    (folder / "mine.toml").write_text("\n".join([text, *stated]), "utf-8")
    assert preset_file.load("mine.toml").image.limits.file_size_max.required.value == 5_000_000


def test_it_never_writes_over_a_file(assetkit, folder):
    (folder / "mine.toml").write_text("precious")
    code, _, err = assetkit("init", "mine.toml")
    assert (code, (folder / "mine.toml").read_text()) == (2, "precious")
    assert "already there" in err


@pytest.mark.parametrize(
    ("args", "says"),
    [(("mine.txt",), "ends in .toml"), (("mine.toml", "--extends", "xhs-adn"), "did you mean xhs-ad?")],
)
def test_a_wrong_request_writes_nothing(assetkit, folder, args, says):
    code, _, err = assetkit("init", *args)
    assert code == 2
    assert says in err
    assert not list(folder.glob("mine*"))
