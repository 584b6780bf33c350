"""The film of a clip's plan: its length, the window where it stands, and that only its own files are replaced."""

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from assetkit import api
from assetkit.errors import SetupError, UserInputError
from assetkit.facts import Facts, Measurements
from assetkit.geometry import Box, Size
from assetkit.judgement import Judgement
from assetkit.media.medium import ClipMedium
from assetkit.media.plan_film import is_film, write_film
from assetkit.model import Method, Plan
from assetkit.shots import between
from assetkit.windows import Keyframe
from tests.real_clips import frames_of

WINDOWS = (Keyframe(Fraction(0), Box(0, 0, 100, 180)), Keyframe(Fraction(1), Box(220, 0, 320, 180)))
PLAN = Plan(Method.ENCODE, "mp4", WINDOWS[0].box, Size(100, 180), Size(100, 180), windows=WINDOWS)
GREEN = np.array([0, 220, 90])


@pytest.fixture
def facts(clip):
    info = ClipMedium(clip("two-seconds"), "mov").info
    return Facts(info, Measurements(shots=between([Fraction(1)], Fraction(2))))


@pytest.fixture
def film(clip, facts, tmp_path):
    target = tmp_path / "deep/er/a.plan.mp4"
    write_film(clip("two-seconds"), "mov", facts, PLAN, judgement=Judgement(), target=target)
    return target


def window_edges(picture):
    """The columns in which the outline of a window stands."""
    is_green = (np.abs(picture[60:120].astype(int) - GREEN) < 60).all(axis=2).mean(axis=0) > 0.8
    return np.flatnonzero(is_green)


def test_it_is_as_long_as_the_clip_and_shows_where_the_window_stands(film):
    frames = frames_of(film)
    assert len(frames) == 16
    for time, picture in frames:
        edges = window_edges(picture)
        assert (edges.min() < 3, edges.max() > 310) == (time < 1, time >= 1)


def test_it_knows_its_own_files(film, clip, tmp_path):
    assert is_film(film)
    assert not is_film(clip("two-seconds"))
    assert not is_film(tmp_path / "missing.mp4")


def test_a_folder_that_cannot_be_written_is_named(clip, facts, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match="cannot write to"):
        write_film(clip("two-seconds"), "mov", facts, PLAN, judgement=Judgement(), target=tmp_path / "file/a.mp4")


def test_a_clip_that_is_delivered_whole_is_drawn_too(clip, facts, tmp_path):
    whole = replace(PLAN, windows=(), window=Box(0, 0, 320, 180), method=Method.COPY)
    write_film(clip("two-seconds"), "mov", facts, whole, judgement=Judgement(), target=tmp_path / "a.mp4")
    assert len(frames_of(tmp_path / "a.mp4")) == 16


def test_inspect_writes_one_beside_each_clip_and_replaces_only_those(clip, tmp_path):
    folder = tmp_path / "drawn"
    list(api.inspect(clip("two-seconds"), preset="xhs-ad", overlay=folder, jobs=1))
    assert is_film(folder / "two-seconds.plan.mp4")
    list(api.inspect(clip("two-seconds"), preset="xhs-ad", overlay=folder, jobs=1))
    (folder / "two-seconds.plan.mp4").write_bytes(clip("silent").read_bytes())
    with pytest.raises(UserInputError, match="no earlier overlay"):
        api.inspect(clip("two-seconds"), preset="xhs-ad", overlay=folder, jobs=1)


def test_what_the_manifest_says_of_windows_is_taken_back(tmp_path, facts):
    """The round trip: windows as written into the manifest, given to the same clip as a sidecar."""
    from assetkit.judgement import Status
    from assetkit.manifest.entries import asset_entry
    from assetkit.model import Outcome
    from assetkit.sidecar import wishes
    from tests.factories import source

    entry = asset_entry(Outcome(source("a.mp4"), Status.READY, facts=facts, plan=PLAN))
    said = tmp_path / "a.mp4.assetkit.json"
    said.write_text(json.dumps({"windows": entry.model_dump(mode="json")["plan"]["windows"]}))
    assert wishes(said, Size(320, 180), is_clip=True).windows == WINDOWS
    assert entry.measurements.shots == [(0, 1), (1, 2)]
