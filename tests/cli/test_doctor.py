import pytest

from assetkit.cli import doctor
from assetkit.errors import SetupError


@pytest.fixture
def probes(monkeypatch):
    """All probes but the ones that load a model."""
    chosen = {name: probe for name, probe in doctor._PROBES.items() if name != "text engine"}
    monkeypatch.setattr(doctor, "_PROBES", chosen)
    return chosen


def test_a_healthy_machine(assetkit, probes):
    code, out, _ = assetkit("doctor")
    assert code == 0
    assert out.startswith("assetkit ")
    assert out.endswith("\nall well\n")
    for words in ("ok       pillow ", "ok       ffmpeg: ", "ok       face detector: YuNet", "ok       presets: "):
        assert words in out


def test_a_text_engine_that_does_not_load_is_told(assetkit, monkeypatch):
    class Broken:
        version = "1"

        def prepare(self, search):
            raise RuntimeError("illegal instruction")

    monkeypatch.setattr("assetkit.text.detector", Broken)
    code, out, _ = assetkit("doctor")
    assert code == 3
    assert "illegal instruction" in out


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (SetupError("the file is gone: install it"), "FAILED   broken: the file is gone: install it"),
        (ImportError("libGL.so.1"), "FAILED   broken: ImportError: libGL.so.1: reinstall assetkit"),
    ],
)
def test_a_part_that_fails_is_named(assetkit, probes, error, says):
    def broken():
        raise error

    probes["broken"] = broken
    code, out, _ = assetkit("doctor")
    assert code == 3
    assert says in out
    assert "something is missing" in out


def test_missing_packages_are_named(assetkit, probes, monkeypatch):
    found = doctor.installed
    monkeypatch.setattr(doctor, "installed", lambda name: None if name in ("rich", "openvino") else found(name))
    code, out, _ = assetkit("doctor")
    assert code == 3
    assert "MISSING  rich: pip install rich" in out
    assert "absent   openvino (optional" in out


def test_an_extra_may_be_absent(assetkit, probes, monkeypatch):
    found = doctor.installed
    monkeypatch.setattr(doctor, "installed", lambda name: None if name in ("easyocr", "openvino") else found(name))
    assert assetkit("doctor")[0] == 0
