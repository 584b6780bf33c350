import sys
from fractions import Fraction

import pytest

from assetkit.geometry import Box
from assetkit.media.clips import probe_clip
from assetkit.media.sniff import sniff
from assetkit.model import Method, Plan
from tests.real_clips import RealClips


@pytest.fixture(scope="session")
def clip(tmp_path_factory):
    """Call it with a recipe's name for the path of a real clip; nobody may write to it."""
    return RealClips(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def probed(clip):
    """(path, demuxer, info) of a real clip."""

    def look(name):
        path = clip(name)
        demuxer = sniff(path).reader
        return path, demuxer, probe_clip(path, demuxer)

    return look


@pytest.fixture
def fake_ffmpeg(tmp_path, monkeypatch):
    """Put a Python script in ffmpeg's place; call it with the script's lines."""
    if sys.platform == "win32":
        pytest.skip("a script is no program on Windows")

    def use(script, mode=0o755):
        path = tmp_path / "fake-ffmpeg"
        path.write_text(f"#!{sys.executable} -IS\nimport os, signal, sys\n{script}\n", encoding="utf-8")
        path.chmod(mode)
        monkeypatch.setenv("ASSETKIT_FFMPEG", str(path))
        return path

    return use


def clip_plan(info, window=None, picture=None, canvas=None, **more):
    """An encode of a clip, whole and unscaled unless something else is asked for."""
    window = window or Box.of(info.display_size)
    picture = picture or window.size
    settings = {"quality_min": 32, "quality_max": 20, "audio_bitrate": 96_000, "method": Method.ENCODE}
    return Plan(format="mp4", window=window, picture=picture, canvas=canvas or picture, **(settings | more))


def seconds(*values):
    return tuple(Fraction(v).limit_denominator(1000) for v in values)
