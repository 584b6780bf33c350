import os
import subprocess
import sys

import pytest

from assetkit import preset_file


def completed(*words):
    """What a shell would offer for the last of the words."""
    environment = {**os.environ, "_ASSETKIT_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words)}
    environment["COMP_CWORD"] = str(len(words) - 1)
    code = "import sys; sys.argv = ['assetkit']; from assetkit.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


@pytest.mark.parametrize("command", ["process", "inspect"])
def test_presets(command):
    assert completed("assetkit", command, "--preset", "xh") == [p for p in preset_file.shipped() if p.startswith("xh")]


def test_a_preset_of_ones_own_is_a_file():
    assert completed("assetkit", "process", "--preset", "./mine") == ["./mine"]


def test_commands_options_and_codes():
    assert completed("assetkit", "pre") == ["presets"]
    assert "--lang" in completed("assetkit", "process", "--la")
    assert completed("assetkit", "explain", "duration") == ["duration-min", "duration-max"]
