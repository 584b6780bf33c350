import json
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from assetkit import api
from assetkit.covers import candidates, make_cover, take_covers
from assetkit.delivery import Run, look_at
from assetkit.errors import AssetError
from assetkit.geometry import Box
from assetkit.media.medium import ClipMedium
from assetkit.model import Facts, FrameMeasurements, Measurements, Status, Wishes
from tests.cli.conftest import PRESET
from tests.factories import FakeText, clip_info, gradient, limit, noise, portrait, preset, region, source

SECONDS, RATE = 4, 8
COVERS = portrait((60, 80), extra={"text_coverage_max": limit(0.2)})
WANTED = preset(video={"limits": {"cover": limit(True)}, "target": {"cover_candidates": 8}}, cover=COVERS)


def written(path, pictures):
    """A clip that shows each picture for an equal share of its seconds."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"g": str(RATE), "crf": "12"})
        stream.width, stream.height, stream.pix_fmt = 90, 160, "yuv420p"
        for n in range(SECONDS * RATE):
            picture = pictures[n * len(pictures) // (SECONDS * RATE)]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


BLACK = np.zeros((160, 90, 3), np.uint8)
CRISP = np.asarray(noise(9, 16, seed=1).resize((90, 160), Image.Resampling.NEAREST))
SOFT = np.asarray(gradient(90, 160))


@pytest.fixture
def judged(tmp_path, text_engine):
    """Choose a cover for a clip of these pictures; give the verdict and the file, if there is one."""
    text_engine()
    (tmp_path / "work").mkdir()

    def judge(pictures, cover=None, wanted=WANTED, *, trim=False, exempt=()):
        path = written(tmp_path / "clip.mp4", pictures)
        run = Run(tmp_path / "out", tmp_path / "work", trim=trim)
        clip = ClipMedium(path, "mov")
        facts = look_at(clip, wanted.video, run, said=Wishes(exempt=tuple(exempt)))
        return make_cover(source(path, cover=cover), clip, facts, wanted, run)

    return judge


def test_the_best_frames_come_first_and_black_ones_never():
    scores = [(0, 0.0), (1, 0.4), (2, 0.9), (3, None), (4, 0.9), (5, 0.7)]
    frames = tuple(FrameMeasurements(Fraction(t), cover_score=s) for t, s in scores)
    found = candidates(Facts(clip_info(), Measurements(frames)))
    assert [(c.time, c.score) for c in found] == [(2, 0.9), (4, 0.9), (5, 0.7), (1, 0.4)]


def test_the_crispest_frame_becomes_the_cover(judged):
    outcome, file = judged([BLACK, SOFT, CRISP, SOFT])
    assert outcome.status is Status.READY
    assert 2 <= outcome.time < 3
    assert 0 < outcome.score <= 1
    with Image.open(file.path) as image:
        assert (image.size, image.format) == ((60, 80), "JPEG")
    assert (file.role, outcome.source) == ("cover", None)


@pytest.mark.parametrize("trim", [False, True])
def test_no_cover_shows_what_is_cut_away(judged, trim):
    limits = {"cover": limit(True), "duration_max": limit(3)}
    wanted = preset(video={"limits": limits, "target": {"cover_candidates": 8}}, cover=COVERS)
    outcome, _ = judged([SOFT, SOFT, SOFT, CRISP], wanted=wanted, trim=trim)
    assert (outcome.time < 3) is trim


def test_a_black_clip_has_no_cover(judged):
    outcome, file = judged([BLACK])
    assert (outcome.status, file) == (Status.REJECTED, None)
    assert [f.code for f in outcome.judgement.findings] == ["cover-missing"]
    assert "every sampled frame is black" in outcome.as_fact().reason


def test_frames_that_break_a_limit_are_not_covers(judged, text_engine):
    text_engine((0, 0, 1, 0.5))
    outcome, file = judged([CRISP])
    assert (outcome.status, file) == (Status.REJECTED, None)


def test_a_text_engine_that_fails_leaves_it_to_a_person(judged, text_engine):
    text_engine(error=RuntimeError("no model"))
    outcome, file = judged([CRISP])
    assert outcome.status is Status.REVIEW
    assert file is not None


def test_a_supplied_cover_is_never_replaced_by_a_frame(judged, tmp_path):
    gradient(600, 800).save(tmp_path / "clip.cover.png")
    outcome, file = judged([CRISP], cover=source(tmp_path / "clip.cover.png"))
    assert (outcome.status, outcome.source, outcome.time) == (Status.READY, "clip.cover.png", None)
    with Image.open(file.path) as image:
        assert image.size == (60, 80)


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "unreadable"), (b"words", "unsupported-format"), (b"\0\0\0\x18ftypisom", "cover-not-a-still")],
)
def test_a_supplied_cover_that_is_bad_is_said(judged, tmp_path, data, code):
    (tmp_path / "clip.cover.jpg").write_bytes(data)
    outcome, file = judged([CRISP], cover=source(tmp_path / "clip.cover.jpg"))
    assert (outcome.status, file) == (Status.REJECTED, None)
    (finding,) = outcome.judgement.findings
    assert finding.code == code
    assert "clip.cover.jpg" in finding.message


@pytest.fixture
def wide_ratio(tmp_path):
    """A preset file whose covers need no crop, and so no text engine in the worker."""
    path = tmp_path / "small.toml"
    path.write_text(PRESET.replace('"3:4"', '"9:16"').replace("[60, 80]", "[45, 80]"))
    return path


def test_covers_on_request(tmp_path, wide_ratio):
    clip = written(tmp_path / "clip.mp4", [BLACK, SOFT, CRISP])
    found = api.covers(clip, preset=str(wide_ratio), output=tmp_path / "out", count=3)
    assert [c.status for c in found.covers] == ["ready"] * 3
    assert [c.score for c in found.covers] == sorted((c.score for c in found.covers), reverse=True)
    names = [c.output.path for c in found.covers]
    assert names == [f"clip.cover-{n}.jpg" for n in (1, 2, 3)]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == names
    for name in names:
        with Image.open(tmp_path / "out" / name) as image:
            assert image.size == (45, 80)
    with pytest.raises(AssetError, match="already there"):
        api.covers(clip, preset=str(wide_ratio), output=tmp_path / "out", count=1)
    api.covers(clip, preset=str(wide_ratio), output=tmp_path / "out", count=1, overwrite=True)


def test_a_broken_video_is_said(tmp_path, wide_ratio):
    (tmp_path / "clip.mp4").write_bytes(b"\0\0\0\x18ftypisom" + bytes(500))
    with pytest.raises(AssetError):
        api.covers(tmp_path / "clip.mp4", preset=str(wide_ratio), output=tmp_path / "out")
    assert not list((tmp_path / "out").glob("*"))


def test_the_set_of_covers_has_its_schema_s_name(tmp_path, wide_ratio):
    clip = written(tmp_path / "clip.mp4", [BLACK])
    found = api.covers(clip, preset=str(wide_ratio), output=tmp_path / "out")
    record = json.loads(found.model_dump_json())
    assert record == {"schema": "assetkit.covers/1", "preset": "small", "source": "clip.mp4", "covers": []}


class TextOnCrispFrames(FakeText):
    """Finds text over the upper half of a picture, unless the picture is soft."""

    def detect(self, picture):
        self.calls += 1
        is_crisp = np.abs(np.diff(picture.astype(int), axis=0)).max() > 60
        return (region(0, 0, picture.shape[1], picture.shape[0] / 2),) if is_crisp else ()


def test_the_best_frame_that_keeps_the_limits_is_taken(judged, monkeypatch):
    """The crisp frames score higher, but carry text: the soft one it is."""
    monkeypatch.setattr("assetkit.measure.detector", lambda *_: TextOnCrispFrames())
    outcome, file = judged([CRISP, SOFT])
    assert outcome.status is Status.READY
    assert outcome.time >= 2
    with Image.open(file.path) as image:
        assert np.abs(np.diff(np.asarray(image, int), axis=0)).max() < 40


def test_not_every_frame_is_tried(judged, text_engine):
    """Each try costs a seek and a full measurement."""
    engine = text_engine((0, 0, 1, 0.5))
    judged([CRISP, SOFT] * 4)
    assert engine.calls <= 5


def test_a_frame_in_review_is_better_than_none(judged, monkeypatch):
    """The best frame breaks a limit, the next cannot be measured: a person gets to see that one."""

    class Tires(TextOnCrispFrames):
        def detect(self, picture):
            if not (found := super().detect(picture)):
                raise RuntimeError("tired")
            return found

    monkeypatch.setattr("assetkit.measure.detector", lambda *_: Tires())
    outcome, file = judged([CRISP, SOFT])
    assert outcome.status is Status.REVIEW
    assert outcome.time >= 2
    assert file is not None


def test_inspecting_chooses_a_cover_and_makes_none(tmp_path, text_engine):
    path = written(tmp_path / "clip.mp4", [BLACK, CRISP])
    clip = ClipMedium(path, "mov")
    facts = look_at(clip, WANTED.video, Run())
    outcome, file = make_cover(source(path), clip, facts, WANTED, Run())
    assert (outcome.status, file) == (Status.READY, None)
    assert outcome.time >= 2
    assert [p.name for p in tmp_path.iterdir()] == ["clip.mp4"]


@pytest.mark.parametrize(("count", "most"), [(1, 1), (2, 2), (50, 40)])
def test_as_many_covers_as_are_asked_for(tmp_path, text_engine, count, most):
    path = written(tmp_path / "clip.mp4", [BLACK, SOFT, CRISP, SOFT])
    (tmp_path / "work").mkdir()
    taken = take_covers(source(path), WANTED, Run(tmp_path, tmp_path / "work"), count)
    assert min(count, 10) <= len(taken) <= most
    scores = [t.outcome.score for t in taken]
    assert scores == sorted(scores, reverse=True)
    assert all(t.outcome.time >= 1 for t in taken)  # the black part is left out
    assert len({t.outcome.time for t in taken}) == len(taken)
    assert [t.file.path.stem for t in taken] == [f"clip.cover-{n}" for n in range(1, len(taken) + 1)]
    with Image.open(taken[0].file.path) as image:
        assert image.size == (60, 80)


def test_a_cover_that_breaks_a_limit_has_no_file(tmp_path, text_engine):
    text_engine((0, 0, 1, 0.5))
    path = written(tmp_path / "clip.mp4", [CRISP])
    (tmp_path / "work").mkdir()
    (taken,) = take_covers(source(path), WANTED, Run(tmp_path, tmp_path / "work"), 1)
    assert (taken.outcome.status, taken.file) == (Status.REJECTED, None)


def test_a_still_has_no_covers(tmp_path):
    gradient(60, 80).save(tmp_path / "a.mp4", format="PNG")
    with pytest.raises(AssetError, match=r"a\.mp4 is a still, not a video") as error:
        take_covers(source(tmp_path / "a.mp4"), WANTED, Run(), 1)
    assert error.value.code == "not-a-video"


UPPER_HALF = (0, 0, 1, 0.5)
JPEG = {"limits": {"format": limit(["jpeg"]), "text_coverage_max": limit(0.2)}}


@pytest.mark.parametrize(("exempt", "status"), [((), Status.REJECTED), ((Box(0, 0, 90, 80),), Status.READY)])
def test_what_is_exempt_in_the_clip_is_so_in_its_frames(judged, text_engine, exempt, status):
    text_engine(UPPER_HALF)
    wide = preset(video={"limits": {"cover": limit(True)}}, cover=JPEG)
    assert judged([CRISP], wanted=wide, exempt=exempt)[0].status is status


@pytest.mark.parametrize(
    ("sidecar", "codes"),
    [
        (None, ["text-coverage-max"]),
        ({"exempt": [[0, 0, 600, 400]]}, []),
        ({"exempt": [[0, 400, 600, 400]]}, ["text-coverage-max"]),
        ({"exempt": "all"}, ["sidecar-invalid"]),
    ],
)
def test_a_supplied_cover_has_its_own_sidecar(judged, tmp_path, text_engine, sidecar, codes):
    text_engine(UPPER_HALF)
    gradient(600, 800).save(tmp_path / "clip.cover.png")
    path = tmp_path / "clip.cover.png.assetkit.json"
    path.write_text(json.dumps(sidecar))
    outcome, _ = judged([CRISP], cover=source(tmp_path / "clip.cover.png", sidecar=path if sidecar else None))
    assert [f.code for f in outcome.judgement.findings] == codes


def test_covers_on_request_heed_the_clip_s_sidecar(tmp_path, text_engine):
    text_engine(UPPER_HALF)
    path = written(tmp_path / "clip.mp4", [CRISP])
    (tmp_path / "work").mkdir()
    (tmp_path / "side.json").write_text(json.dumps({"exempt": [[0, 0, 90, 80]]}))
    wanted = preset(cover=JPEG)
    taken = [
        take_covers(source(path, sidecar=sidecar), wanted, Run(tmp_path, tmp_path / "work"), 1)
        for sidecar in (None, tmp_path / "side.json")
    ]
    assert [each[0].outcome.status for each in taken] == [Status.REJECTED, Status.READY]
