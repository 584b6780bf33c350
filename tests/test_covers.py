import json
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from assetkit import api
from assetkit.covers import CoverRequest, make_cover, take_covers
from assetkit.errors import AssetError
from assetkit.facts import Wishes
from assetkit.geometry import Box
from assetkit.judgement import Status
from assetkit.looking import look_at
from assetkit.media.candidates import Glimpses
from assetkit.media.medium import ClipMedium
from assetkit.model import PadStyle
from assetkit.run import Run
from assetkit.scoring import ChosenBy
from assetkit.timecode import timecode
from assetkit.trim import Trim
from tests.cli.conftest import PRESET
from tests.factories import FakeText, gradient, limit, noise, portrait, preset, region, source

SECONDS, RATE = 4, 8
COVERS = portrait((60, 80), extra={"text_coverage_max": limit(0.2)})
WANTED = preset(video={"limits": {"cover": limit(True)}, "target": {"cover_candidates": 8}}, cover=COVERS)


def written(path, pictures, keys=RATE):
    """A clip that shows each picture for an equal share of its seconds, with a key frame every `keys` frames."""
    options = {"g": str(keys), "crf": "12", "sc_threshold": "0"}
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = 90, 160, "yuv420p"
        for n in range(SECONDS * RATE):
            picture = pictures[n * len(pictures) // (SECONDS * RATE)]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


BLACK = np.zeros((160, 90, 3), np.uint8)
CRISP = np.asarray(noise(9, 16, seed=1).resize((90, 160), Image.Resampling.NEAREST))
SOFT = np.asarray(gradient(90, 160))
OTHER = np.asarray(noise(9, 16, seed=2).resize((90, 160), Image.Resampling.NEAREST))


@pytest.fixture
def judged(tmp_path, text_engine):
    """Choose a cover for a clip of these pictures; give the verdict and the file, if there is one."""
    text_engine()
    (tmp_path / "work").mkdir()

    def judge(pictures, cover=None, wanted=WANTED, *, trim=False, cover_time=None, **said):
        path = written(tmp_path / "clip.mp4", pictures)
        run = Run(tmp_path / "out", tmp_path / "work", trim=Trim() if trim else None)
        clip = ClipMedium(path, "mov")
        facts = look_at(clip, wanted.video, run, said=Wishes(cover=cover_time, **said))
        return make_cover(source(path, cover=cover), clip, facts, wanted, run)

    return judge


def test_the_crispest_frame_becomes_the_cover(judged):
    outcome, file = judged([BLACK, SOFT, CRISP, SOFT])
    assert outcome.status is Status.READY
    assert 2 <= outcome.time < 3
    assert 0 < outcome.score <= 1
    with Image.open(file.path) as image:
        assert (image.size, image.format) == ((60, 80), "JPEG")
    assert (file.role, outcome.source) == ("cover", None)


def test_the_next_best_frames_are_told(judged):
    outcome, _ = judged([BLACK, CRISP, SOFT, OTHER])
    assert 1 <= len(outcome.runners_up) <= 3
    assert outcome.time not in [other.time for other in outcome.runners_up]
    assert outcome.score >= max(other.score for other in outcome.runners_up)
    assert {1, 3} <= {int(other.time) for other in outcome.runners_up} | {int(outcome.time)}
    assert judged([BLACK, CRISP, SOFT, OTHER], cover_time=Fraction(2))[0].runners_up == ()


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
    assert "every frame that was looked at is black" in outcome.as_fact().reason


def test_frames_that_break_a_limit_are_not_covers(judged, text_engine):
    text_engine((0, 0, 1, 0.5))
    outcome, file = judged([CRISP])
    assert (outcome.status, file) == (Status.REJECTED, None)


def test_a_text_engine_that_fails_leaves_it_to_a_person(judged, text_engine):
    text_engine(error=RuntimeError("no model"))
    outcome, file = judged([CRISP])
    assert outcome.status is Status.REVIEW
    assert file is not None


def test_a_named_frame_that_does_not_decode_is_said(judged, monkeypatch):
    monkeypatch.setattr(Glimpses, "after", lambda *_: iter([[]]))
    with pytest.raises(AssetError, match=r"the frame at 0:01\.0 cannot be decoded"):
        judged([CRISP], cover_time=Fraction(1))


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
    clip = written(tmp_path / "clip.mp4", [BLACK, SOFT, CRISP, OTHER])
    found = api.covers(clip, preset=str(wide_ratio), output=tmp_path / "out", count=3)
    assert [c.status for c in found.covers] == ["ready"] * 3
    assert [c.score for c in found.covers] == sorted((c.score for c in found.covers), reverse=True)
    assert sorted(int(c.time_seconds) for c in found.covers) == [1, 2, 3]  # one of each picture, none of the black
    names = [c.output.path for c in found.covers]
    assert names == [f"clip.cover-{n}-at-0m{c.time_seconds:04.1f}s.jpg" for n, c in enumerate(found.covers, 1)]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [*names, "clip.covers.jpg"]
    assert found.sheet == "clip.covers.jpg"
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
    assert record == {
        "schema": "assetkit.covers/1",
        "preset": "small",
        "source": "clip.mp4",
        "covers": [],
        "sheet": None,
    }


class TextOnCrispFrames(FakeText):
    """Finds text over the upper half of a picture, unless the picture is soft."""

    def detect(self, picture, **_):
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
    """Each try costs a seek and a full measurement; each frame of the shortlist a small one."""
    engine = text_engine((0, 0, 1, 0.5))
    judged([CRISP, SOFT] * 4)
    assert engine.calls <= 6 + 4


def test_a_frame_in_review_is_better_than_none(judged, monkeypatch):
    """The best frame breaks a limit, the next cannot be measured: a person gets to see that one."""

    class Tires(TextOnCrispFrames):
        def detect(self, picture, **_):
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


@pytest.fixture
def taken(tmp_path, text_engine):
    """Covers taken out of a clip of these pictures."""
    text_engine()
    (tmp_path / "work").mkdir()

    def take(pictures, count=0, *times, sidecar=None, wanted=WANTED):
        path = written(tmp_path / "clip.mp4", pictures)
        request = CoverRequest(count, tuple(Fraction(time) for time in times))
        return take_covers(source(path, sidecar=sidecar), wanted, Run(tmp_path, tmp_path / "work"), request)

    return take


@pytest.mark.parametrize(("count", "found"), [(1, 1), (2, 2), (50, 2)])
def test_as_many_covers_as_are_asked_for_and_none_twice(taken, count, found):
    covers = taken([BLACK, SOFT, CRISP, SOFT], count).covers
    assert len(covers) == found
    scores = [t.outcome.score for t in covers]
    assert scores == sorted(scores, reverse=True)
    assert all(t.outcome.time >= 1 for t in covers)  # the black part is left out
    names = [f"clip.cover-{n}-at-0m0{float(t.outcome.time):.1f}s" for n, t in enumerate(covers, 1)]
    assert [t.file.path.stem for t in covers] == names
    with Image.open(covers[0].file.path) as image:
        assert image.size == (60, 80)


def test_frames_that_people_name_are_taken_whatever_they_are_worth(taken):
    covers = taken([SOFT, CRISP, SOFT, BLACK], 1, "0.5", "3.2").covers
    said = [(t.outcome.chosen_by, float(t.outcome.time)) for t in covers]
    assert said[:2] == [(ChosenBy.REQUEST, 0.5), (ChosenBy.REQUEST, 3.25)]  # the frame from there on
    assert covers[1].outcome.score == 0
    assert covers[2].outcome.chosen_by is ChosenBy.SCORE
    assert 1 <= covers[2].outcome.time < 2


def test_a_time_beyond_the_end_is_an_error(taken):
    with pytest.raises(AssetError, match=r"0:04\.000, lies beyond the clip, which ends at 0:04\.000") as error:
        taken([SOFT], 0, 4)
    assert error.value.code == "time-out-of-range"


def test_the_choice_is_stated_in_words(taken):
    (cover,) = taken([SOFT, CRISP], 1).covers
    outcome = cover.outcome
    at = f"0:0{int(outcome.time)}.{int(outcome.time * 10) % 10}"
    assert outcome.actions[0] == f"chosen at {at}, score {outcome.score:.2f}: sharp, no face, no text"
    assert outcome.score == outcome.parts.total


def mixed(one, other, share):
    return np.round(one * (1 - share) + other * share).astype(np.uint8)


@pytest.mark.parametrize("other", [BLACK, OTHER])
def test_no_cover_out_of_a_fade_or_a_dissolve(taken, other):
    """Two seconds of each picture, and from the second key frame to the fourth one turns into the other."""
    change = [mixed(CRISP, other, (n + 1) / 17) for n in range(16)]
    clip = [CRISP] * 8 + change + [other] * 8
    covers = taken(clip, 4).covers
    assert covers
    assert all(not 1 <= t.outcome.time < 3 or t.outcome.parts.steadiness < 0.5 for t in covers)
    assert not 1 <= covers[0].outcome.time < 3


def test_no_cover_beside_a_cut(taken):
    """Each key frame is the last before a cut: the frame that is taken stands a look away from it."""
    pictures = [OTHER, *[CRISP] * 7] * 4
    (cover,) = taken(pictures, 1).covers
    assert cover.outcome.parts.steadiness == 1
    assert cover.outcome.time * RATE % RATE >= 2


class TextInTheSecondHalf(FakeText):
    """Finds text on pictures that are not like the first one."""

    def detect(self, picture, **_):
        height, width = picture.shape[:2]
        is_first = np.abs(picture.astype(int) - np.asarray(Image.fromarray(CRISP).resize((width, height)))).mean() < 20
        return () if is_first else (region(0, 0, width, height / 12),)


def test_little_text_is_better_than_more(taken, monkeypatch):
    monkeypatch.setattr("assetkit.measure.detector", lambda *_: TextInTheSecondHalf())
    covers = taken([OTHER, CRISP], 2).covers
    assert [int(t.outcome.time) // 2 for t in covers] == [1, 0]
    assert [round(t.outcome.parts.text_coverage, 2) for t in covers] == [0, pytest.approx(0.11, abs=0.02)]


def test_what_is_rejected_is_shown_but_does_not_count(taken, monkeypatch):
    monkeypatch.setattr("assetkit.measure.detector", lambda *_: TextOnCrispFrames())
    covers = taken([CRISP, SOFT, OTHER], 1).covers
    assert [t.outcome.status for t in covers] == [Status.READY, *[Status.REJECTED] * (len(covers) - 1)]
    assert 4 / 3 <= covers[0].outcome.time < 8 / 3
    assert covers[0].file.path.stem == f"clip.cover-1-at-0m0{int(covers[0].outcome.time * 10) / 10}s"


def test_the_sheet_shows_all_of_them(taken):
    found = taken([SOFT, CRISP, BLACK], 3, 3)
    with Image.open(found.sheet) as sheet:
        sheet.load()
        assert (sheet.format, found.sheet.name) == ("JPEG", "clip.covers.jpg")
        assert sheet.width > 3 * 300


@pytest.mark.parametrize(("time", "picture"), [(Fraction(1, 2), SOFT), (Fraction(5, 2), CRISP)])
def test_the_sidecar_says_which_frame_it_is(judged, time, picture):
    outcome, file = judged([SOFT, CRISP], cover_time=time)
    assert (outcome.chosen_by, outcome.time, outcome.status) == (ChosenBy.SIDECAR, time, Status.READY)
    assert outcome.actions[0].startswith(f"at {timecode(time)} as the sidecar says, score {outcome.score:.2f}: ")
    with Image.open(file.path) as image:
        is_crisp = np.abs(np.diff(np.asarray(image, int), axis=0)).max() > 60
        assert bool(is_crisp) is (picture is CRISP)


def test_a_named_frame_that_breaks_a_limit_is_not_replaced(judged, monkeypatch):
    monkeypatch.setattr("assetkit.measure.detector", lambda *_: TextOnCrispFrames())
    outcome, file = judged([SOFT, CRISP], cover_time=Fraction(5, 2))
    assert (outcome.status, outcome.time, file) == (Status.REJECTED, Fraction(5, 2), None)
    assert "text" in outcome.as_fact().reason
    assert "name another time as `cover` in the clip's sidecar" in outcome.as_fact().fix


def test_a_supplied_still_goes_before_the_sidecar_s_time(judged, tmp_path):
    gradient(600, 800).save(tmp_path / "clip.cover.png")
    outcome, _ = judged([CRISP], cover=source(tmp_path / "clip.cover.png"), cover_time=Fraction(1))
    assert (outcome.chosen_by, outcome.time) == (ChosenBy.FILE, None)


def test_a_sidecar_s_time_beyond_the_end_is_an_error(judged):
    with pytest.raises(AssetError, match=r"the cover in the sidecar, 0:09\.000, lies beyond") as error:
        judged([CRISP], cover_time=Fraction(9))
    assert error.value.code == "sidecar-invalid"


def test_a_clip_that_is_to_be_padded_has_a_cover_that_is_not(judged):
    outcome, _ = judged([CRISP], pad=True)
    assert outcome.plan.pad is PadStyle.NONE
    assert outcome.status is Status.READY


def test_few_key_frames_leave_it_to_the_frames_that_were_sampled(tmp_path, text_engine):
    """One key frame, black: what was measured for text is looked at too."""
    text_engine()
    (tmp_path / "work").mkdir()
    path = written(tmp_path / "clip.mp4", [BLACK, CRISP], keys=1000)
    run = Run(tmp_path / "out", tmp_path / "work")
    clip = ClipMedium(path, "mov")
    outcome, _ = make_cover(source(path), clip, look_at(clip, WANTED.video, run), WANTED, run)
    assert outcome.status is Status.READY
    assert outcome.time >= 2


def test_a_cover_that_breaks_a_limit_has_no_file(tmp_path, text_engine):
    text_engine((0, 0, 1, 0.5))
    path = written(tmp_path / "clip.mp4", [CRISP])
    (tmp_path / "work").mkdir()
    (taken,) = take_covers(source(path), WANTED, Run(tmp_path, tmp_path / "work"), CoverRequest()).covers
    assert (taken.outcome.status, taken.file) == (Status.REJECTED, None)


def test_a_still_has_no_covers(tmp_path):
    gradient(60, 80).save(tmp_path / "a.mp4", format="PNG")
    with pytest.raises(AssetError, match=r"a\.mp4 is a still, not a video") as error:
        take_covers(source(tmp_path / "a.mp4"), WANTED, Run(), CoverRequest())
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
        take_covers(source(path, sidecar=sidecar), wanted, Run(tmp_path, tmp_path / "work"), CoverRequest())
        for sidecar in (None, tmp_path / "side.json")
    ]
    assert [each.covers[0].outcome.status for each in taken] == [Status.REJECTED, Status.READY]
