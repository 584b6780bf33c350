import subprocess
import sys

import pytest

from assetkit import __version__

HEAVY = (
    "cv2",
    "av",
    "pydantic",
    "numpy",
    "PIL",
    "onnxruntime",
    "openvino",
    "rapidocr",
    "shapely",
    "rich",
    "distributed",
)


def python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("flag", ["--help", "--version", "-h"])
def test_help_answers_at_once(flag):
    code = (
        "import sys, runpy\n"
        f"sys.argv = ['assetkit', {flag!r}]\n"
        "try:\n    runpy.run_module('assetkit', run_name='__main__')\n"
        f"finally:\n    print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)\n"
    )
    done = python(code)
    assert done.returncode == 0
    assert done.stderr.strip() == "[]"
    assert done.stdout.startswith("Usage: " if "h" in flag[:3] else "assetkit, version")


@pytest.mark.parametrize("command", ["process", "inspect", "coverage", "watch"])
def test_the_process_that_hands_out_decodes_nothing(command):
    heavy = [name for name in HEAVY if name not in ("pydantic", "rich")]
    code = f"import sys, assetkit.cli.{command}\nprint([name for name in {heavy!r} if name in sys.modules])"
    done = python(code)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_the_module_runs():
    done = subprocess.run([sys.executable, "-m", "assetkit", "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, f"assetkit, version {__version__}")


def test_help_lists_every_command(assetkit):
    code, out, _ = assetkit("--help")
    assert code == 0
    for name in ("process", "inspect", "coverage", "cover", "presets", "explain", "init", "doctor"):
        assert f"\n  {name} " in out


COMMANDS = ["process", "watch", "inspect", "coverage", "cover", "report", "presets", "explain", "init", "doctor"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(assetkit, command):
    code, out, _ = assetkit(command, "--help")
    assert code == 0
    assert out.startswith(f"Usage: assetkit {command}") or f"{command} [OPTIONS]" in out


def test_no_command_shows_the_help(assetkit):
    code, out, err = assetkit()
    assert code == 2
    assert "Commands:" in out + err


def test_workers_start_while_the_command_line_still_loads(monkeypatch, tmp_path):
    from assetkit import forking
    from assetkit.cli import cli

    started = []
    monkeypatch.setattr(forking, "start_early", lambda: started.append(1))
    (tmp_path / "manifest.json").write_text("{}")
    done = ["process", "--output", str(tmp_path)]
    for args, expected in (
        (["process"], 1), (["inspect"], 2), (["presets"], 2), (["doctor"], 2),
        (done, 2),  # where a run was before, there may be nothing to do
        ([*done, "--no-cache"], 3), ([*done[:-1], str(tmp_path / "new")], 4),
    ):  # fmt: skip
        assert cli.resolve_command(None, args)[1] is not None
        assert len(started) == expected
