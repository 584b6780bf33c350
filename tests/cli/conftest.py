import sys

import pytest

from assetkit.cli import main
from tests.factories import gradient

PRESET = """
id = "small"
title = "Small"
version = "1"
[sources]
sheet = "the sheet"
[image.limits.format]
required = { value = ["jpeg"], unit = "format", source = "sheet", seen = 2026-01-02 }
[image.limits.aspect_ratio]
required = { value = "3:4", unit = "width:height", source = "sheet", seen = 2026-01-02 }
[image.target]
size = [60, 80]
"""


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    """Whoever runs the tests may speak another language."""
    monkeypatch.setenv("ASSETKIT_LANG", "en")


@pytest.fixture
def assetkit(monkeypatch, capsys):
    """Call the command line as a shell would; give (exit code, standard output, standard error)."""

    def call(*args):
        monkeypatch.setattr(sys, "argv", ["assetkit", *map(str, args)])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return end.value.code, said.out, said.err

    return call


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with a preset and one photo that is fine."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(PRESET)
    (tmp_path / "in").mkdir()
    gradient(60, 80).save(tmp_path / "in/fine.jpg")
    return tmp_path
