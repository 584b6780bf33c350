from pathlib import Path

import pytest

from assetkit.cli import _COMMANDS

GOLDEN = Path(__file__).parent.parent / "golden" / "help"


@pytest.mark.parametrize("command", ["", *_COMMANDS])
def test_help_is_the_golden_one(assetkit, monkeypatch, regen, command):
    monkeypatch.setenv("COLUMNS", "100")
    code, out, err = assetkit(*([command] if command else []), "--help")
    assert (code, err) == (0, "")
    out = "\n".join(["Usage: assetkit " + out.partition("assetkit ")[2].rstrip(), ""])  # run by pytest under its name
    golden = GOLDEN / f"{command or 'assetkit'}.txt"
    if regen:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(out, "utf-8")
    assert out == golden.read_text("utf-8")
