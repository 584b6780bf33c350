"""Whole clips through the pipeline, under the ad preset with its times cut to what a test can afford."""

import hashlib
import json
import os
import re
import shutil
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

import assetkit
from assetkit import preset_file
from assetkit.errors import AssetError
from assetkit.geometry import Box, Size
from assetkit.judgement import Severity, Status
from assetkit.lettering import Code
from assetkit.manifest.entries import asset_entry
from assetkit.media import clip_command, encode_clips
from assetkit.media.clips import probe_clip
from assetkit.media.medium import ClipMedium
from assetkit.model import Method, PadStyle
from assetkit.pipeline import process_asset
from assetkit.publish import recorded
from assetkit.run import Run
from assetkit.scoring import ChosenBy
from assetkit.trim import Trim
from tests.factories import CORNERS, gradient, noise, source
from tests.real_clips import RealClips, black, corners, ffmpeg, frames_of, is_moov_first, moving, off_corners, tone

SECONDS = 'unit = "s", source = "brief", seen = 2026-11-22'
PIXELS = 'unit = "px", source = "brief", seen = 2026-11-22'
SMALL = f"""
id = "small-ad"
title = "Small ad"
version = "1"
extends = "xhs-ad"

[image.limits.resolution]
recommended = {{ value = [108, 144], {PIXELS} }}
[image.target]
size = [108, 144]
[video.limits.resolution_min]
required = {{ value = [72, 128], {PIXELS} }}
recommended = {{ value = [108, 192], {PIXELS} }}
[video.limits.resolution_max]
recommended = {{ value = [108, 192], {PIXELS} }}
[video.limits.duration_min]
required = {{ value = 1, {SECONDS} }}
[video.limits.duration_max]
required = {{ value = 2, {SECONDS} }}
recommended = {{ value = 2, {SECONDS} }}
[video.target]
size = [108, 192]
cover_candidates = 4
"""


@pytest.fixture(scope="module")
def preset_path(tmp_path_factory):
    path = tmp_path_factory.mktemp("preset") / "small-ad.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def wanted(preset_path):
    return preset_file.load(str(preset_path))


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Clips of the ad's own shape: what the recipes hold, and those that only matter here."""
    folder = tmp_path_factory.mktemp("clips")
    real = RealClips(folder)
    encoder = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25", "-c:a", "aac"]
    recipes = {
        "compliant": [*moving("108x192", seconds=2), *tone(48_000, 2), "-movflags", "+faststart"],
        "moov-behind": [*moving("108x192", seconds=2), *tone(48_000, 2)],
        "short": [*moving("108x192", seconds=0.6), *tone(48_000, 0.6)],
        "long": [*moving("108x192", seconds=3), *tone(48_000, 3)],
        "wide": [*corners((640, 360), 2), *tone(48_000, 2)],
        "lively": [*moving("320x180", seconds=2)],
        "low": [*corners((160, 90), 2), *tone(48_000, 2)],
        "lower": [*corners((96, 54), 2), *tone(48_000, 2)],
        "dark": [*black("108x192", 2), *tone(48_000, 2)],
        "barred": [*moving("640x240", seconds=2), *tone(48_000, 2), "-vf", "pad=640:360:0:60"],
    }

    def one(name):
        path = folder / f"{name}.mp4"
        if name not in recipes:
            return real(name)
        if not path.exists():
            ffmpeg(*recipes[name], *encoder, path)
        return path

    return one


@pytest.fixture
def folders(tmp_path):
    """Sources, output, work; the last must be empty again when an asset is done."""
    for name in ("in", "out", "out/.work"):
        (tmp_path / name).mkdir()
    yield tmp_path / "in", tmp_path / "out"
    assert list((tmp_path / "out/.work").iterdir()) == []


@pytest.fixture
def process(folders, clip, wanted, text_engine):
    """Process one clip under its own name or another; the source must stay as it is."""
    taken, output = folders

    def one(name, cover=None, called=None, progress=None, *, said=None, preset=wanted, **run):
        made = name if isinstance(name, Path) else clip(name)
        path = taken / (called or made.name)
        sidecar = path.with_name(f"{path.name}.assetkit.json") if said else None
        if sidecar:
            sidecar.write_text(json.dumps(said), encoding="utf-8")
        shutil.copyfile(made, path)
        before = path.read_bytes()
        run = Run(output, output / ".work", **run)
        outcome = process_asset(source(path, cover=cover, sidecar=sidecar), preset, run, progress)
        recorded(output / ".work", outcome.source.relative)
        assert path.read_bytes() == before
        return outcome

    return one


def codes(outcome, severity=Severity.REQUIRED):
    return [f.code for f in outcome.judgement.findings if f.severity is severity]


def published(folders):
    output = folders[1]
    return sorted(p.relative_to(output).as_posix() for p in output.rglob("*") if p.is_file())


def delivered(folders, outcome):
    """The main output's facts; every output must be as it is recorded."""
    for output in outcome.outputs:
        path = folders[1] / output.path
        assert (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()) == (output.bytes, output.sha256)
    main = outcome.outputs[0]
    info = probe_clip(folders[1] / main.path, "mov")
    assert (info.display_size.width, info.display_size.height) == (main.width, main.height)
    assert main.duration_seconds == pytest.approx(float(info.duration), abs=0.001)
    return info


def test_a_compliant_clip_is_copied_byte_for_byte_and_gets_a_cover(folders, process, clip):
    outcome = process("compliant")
    assert outcome.status is Status.READY, codes(outcome)
    assert (outcome.plan.method, outcome.actions) == (Method.COPY, ("copied byte for byte",))
    assert published(folders) == ["ready/compliant.cover.jpg", "ready/compliant.mp4"]
    assert (folders[1] / "ready/compliant.mp4").read_bytes() == clip("compliant").read_bytes()
    assert [(o.path, o.role) for o in outcome.outputs] == [
        ("ready/compliant.mp4", "main"),
        ("ready/compliant.cover.jpg", "cover"),
    ]
    delivered(folders, outcome)
    with Image.open(folders[1] / "ready/compliant.cover.jpg") as cover:
        assert (cover.format, cover.size) == ("JPEG", (108, 144))
    assert outcome.cover.status is Status.READY
    assert 0 <= outcome.cover.time < 2
    assert outcome.cover.score > 0


def test_only_the_index_is_moved(folders, process):
    outcome = process("moov-behind")
    assert outcome.status is Status.READY, codes(outcome)
    assert outcome.plan.method is Method.REMUX
    assert outcome.plan.fixes == ("faststart",)
    assert is_moov_first(folders[1] / "ready/moov-behind.mp4")
    delivered(folders, outcome)


def test_a_wide_clip_is_cropped_to_fill_the_frame(folders, process):
    outcome = process("wide")
    assert outcome.status is Status.READY, codes(outcome)
    assert outcome.plan.method is Method.ENCODE
    info = delivered(folders, outcome)
    assert info.display_size == Size(108, 192)
    assert abs(info.duration - 2) <= 0.1
    assert outcome.plan.canvas == outcome.plan.picture
    assert outcome.actions[0].startswith("cropped 640 x 360 to ")
    assert outcome.actions[-1] == "H.264 at CRF 20, sound copied"
    assert off_corners(frames_of(folders[1] / "ready/wide.mp4")[10][1]) < 20


@pytest.mark.parametrize("step", ["_scaled", "_cropped"])
def test_an_output_that_does_not_show_its_source_goes_to_a_person(process, monkeypatch, step):
    """Whatever goes wrong with pixels: its size, its codec, its faces and its text may all be right."""
    right = getattr(clip_command, step)
    wrongly = {"_scaled": {"filter_name": "hue", "h": 180}, "_cropped": {"filter_name": "hflip"}}[step]
    monkeypatch.setattr(clip_command, step, lambda *given: right(*given).filter(**wrongly))
    outcome = process("wide")
    assert outcome.status is Status.REVIEW
    (told,) = [f for f in outcome.judgement.findings if f.code == "picture-differs"]
    assert told.measured > 12


def test_a_low_wide_clip_is_padded_with_a_blur(folders, process):
    """Cropped to 9:16 it would be 45 px wide, under the 72 that the preset asks for, and it is never enlarged."""
    outcome = process("low")
    assert outcome.status is Status.READY, codes(outcome)
    assert outcome.plan.pad is PadStyle.BLUR
    assert "padded" in codes(outcome, Severity.NOTE)
    assert delivered(folders, outcome).display_size == outcome.plan.canvas == Size(72, 128)
    shown = frames_of(folders[1] / "ready/low.mp4")[10][1]
    drawn = outcome.plan.picture
    left, top = (72 - drawn.width) // 2, (128 - drawn.height) // 4 * 2
    assert off_corners(shown[top : top + drawn.height, left : left + drawn.width]) < 20
    assert shown[2].max() < 210  # the backdrop is darker than the picture


def test_what_would_need_enlarging_too_much_is_rejected(folders, process):
    outcome = process("lower")
    assert outcome.status is Status.REJECTED
    assert "resolution_min" in "".join(codes(outcome)).replace("-", "_")
    assert published(folders) == []


def test_too_short_is_rejected(folders, process):
    outcome = process("short")
    assert outcome.status is Status.REJECTED
    assert [c.replace("_", "-") for c in codes(outcome)] == ["duration-min"]
    assert outcome.outputs == ()
    assert published(folders) == []


def test_too_long_is_rejected_and_says_what_helps(folders, process):
    outcome = process("long")
    assert outcome.status is Status.REJECTED
    (finding,) = [f for f in outcome.judgement.findings if f.severity is Severity.REQUIRED]
    assert finding.code.replace("_", "-") == "duration-max"
    assert "--trim" in finding.fix
    assert published(folders) == []


def test_too_long_is_trimmed_on_request(folders, process):
    shares = []
    outcome = process("long", trim=Trim(), progress=shares.append)
    assert outcome.status is Status.READY, codes(outcome)
    assert abs(delivered(folders, outcome).duration - 2) <= 0.05
    assert "trimmed to 0:00.0 to 0:02.0" in outcome.actions
    assert shares == sorted(shares)
    assert shares[-1] > 0.9


def test_what_is_not_too_long_is_not_trimmed(process):
    outcome = process("compliant", trim=Trim())
    assert outcome.plan.method is Method.COPY


def test_a_turned_clip_is_drawn_upright(folders, process):
    outcome = process("turned")
    assert outcome.status is Status.READY, codes(outcome)
    info = delivered(folders, outcome)
    assert (info.is_upright, info.display_size.ratio) == (True, Size(9, 16).ratio)
    shown = frames_of(folders[1] / outcome.outputs[0].path)[0][1]
    red, green, blue, yellow = CORNERS
    assert off_corners(shown, (green, yellow, red, blue)) < 20  # a quarter turn to the left, as the matrix says


@pytest.mark.parametrize("name", ["matroska", "quicktime", "transport", "variable"])
def test_other_containers_are_delivered_as_mp4(folders, process, name):
    outcome = process(name)
    assert outcome.status in (Status.READY, Status.REVIEW), codes(outcome)
    assert delivered(folders, outcome).format == "mp4"
    assert Path(outcome.outputs[0].path).name == f"{name}.mp4"


def test_a_supplied_cover_is_used(folders, process):
    cover = folders[0] / "compliant.cover.png"
    gradient(300, 400).save(cover)
    outcome = process("compliant", cover=source(cover))
    assert outcome.status is Status.READY, codes(outcome)
    assert (outcome.cover.source, outcome.cover.time) == ("compliant.cover.png", None)
    with Image.open(folders[1] / "ready/compliant.cover.jpg") as image:
        assert image.size == (108, 144)
        near, far = image.getpixel((5, 72)), image.getpixel((102, 72))
    assert far[0] - near[0] > 150  # the gradient's red


@pytest.mark.parametrize("said", [1.2, "0:01.2"])
def test_the_sidecar_names_the_cover_s_frame(folders, process, said):
    outcome = process("compliant", said={"cover": said, "pad": True})
    assert outcome.status is Status.READY, codes(outcome)
    assert (outcome.cover.time, outcome.cover.chosen_by) == (Fraction(6, 5), ChosenBy.SIDECAR)
    entry = asset_entry(outcome).cover
    assert (entry.chosen_by, entry.time_seconds, entry.score) == ("sidecar", 1.2, entry.score)
    assert entry.actions[0].startswith("at 0:01.2 as the sidecar says, score ")
    assert entry.score_parts.sharpness > 0
    with Image.open(folders[1] / outcome.outputs[1].path) as cover:
        assert cover.size == (108, 144)
        shown = np.asarray(cover, int)
    window = outcome.cover.plan.window
    frames = [picture[window.top : window.bottom, window.left : window.right] for _, picture in
              frames_of(folders[0] / "compliant.mp4")]  # fmt: skip
    off = [np.abs(shown - picture).mean() for picture in frames]
    assert off.index(min(off)) == 30


def test_a_time_beyond_the_clip_rejects_it_and_says_where_it_ends(process):
    outcome = process("compliant", said={"cover": 2})
    assert outcome.status is Status.REJECTED
    (finding,) = outcome.judgement.findings
    assert finding.code == "sidecar-invalid"
    assert "the cover in the sidecar, 0:02.000, lies beyond the clip, which ends at 0:02.000" in finding.message


def test_a_named_frame_that_is_no_cover_rejects_the_clip(folders, process, text_engine):
    text_engine((0, 0, 1, 0.5))
    outcome = process("compliant", said={"cover": 1})
    assert outcome.status is Status.REJECTED
    assert published(folders) == []
    (finding,) = [f for f in outcome.judgement.findings if f.code == "cover"]
    assert finding.fix.startswith("name another time as `cover` in the clip's sidecar")
    assert "text" in finding.message


def test_a_still_has_no_cover_to_name(folders, wanted):
    gradient(300, 400).save(folders[0] / "a.png")
    sidecar = folders[0] / "a.png.assetkit.json"
    sidecar.write_text('{"cover": 0}')
    outcome = process_asset(source(folders[0] / "a.png", sidecar=sidecar), wanted, Run())
    assert [f.message for f in outcome.judgement.findings] == [
        "a.png.assetkit.json: cover: only a clip has that; a still takes crop"
    ]


def test_a_bad_supplied_cover_rejects_the_clip_and_no_frame_takes_its_place(folders, process, clip):
    cover = folders[0] / "compliant.cover.mp4"
    shutil.copyfile(clip("compliant"), cover)
    outcome = process("compliant", cover=source(cover))
    assert outcome.status is Status.REJECTED
    assert outcome.cover.source == "compliant.cover.mp4"
    assert [f.code for f in outcome.cover.judgement.findings] == ["cover-not-a-still"]
    assert [f.fix for f in outcome.judgement.findings if f.code == "cover"] == [ChosenBy.FILE.fix]
    assert published(folders) == []


def test_a_black_clip_is_rejected_for_want_of_a_cover(folders, process):
    outcome = process("dark")
    assert outcome.status is Status.REJECTED
    assert [f.code for f in outcome.cover.judgement.findings] == ["cover-missing"]
    assert codes(outcome) == ["cover"]
    assert published(folders) == []


def written_wrongly(monkeypatch, how):
    """Let the true encoder work, then spoil its file."""
    true = encode_clips.write_clip

    def spoilt(path, demuxer, info, plan, target, **more):
        said = true(path, demuxer, info, plan, target, **more)
        how(target)
        return said

    monkeypatch.setattr(encode_clips, "write_clip", spoilt)


@pytest.mark.parametrize(
    ("spoil", "breaks"),
    [
        (["-vf", "scale=108:108,setsar=1"], "aspect"),
        (["-pix_fmt", "yuv444p"], "pixel"),
        (["-t", "0.5"], "duration"),
        (["-c:v", "mpeg4"], "codec"),
        (["-movflags", "-faststart"], "faststart"),
    ],
)
def test_a_finished_file_that_breaks_a_limit_is_not_delivered(folders, process, monkeypatch, spoil, breaks):
    def again(target):
        other = target.with_name("other.mp4")
        ffmpeg("-i", target, *(["-movflags", "+faststart"] if "-movflags" not in spoil else []), *spoil, other)
        other.replace(target)

    written_wrongly(monkeypatch, again)
    outcome = process("wide")
    assert outcome.status is Status.REJECTED
    assert codes(outcome)[0] == "verify-failed"
    assert any(breaks in code for code in codes(outcome)[1:])
    assert outcome.outputs == ()
    assert published(folders) == []


@pytest.mark.parametrize("share", [0, 0.5, 0.95])
def test_half_a_finished_file_is_not_delivered(folders, process, monkeypatch, share):
    def cut(target):
        data = target.read_bytes()
        target.write_bytes(data[: int(len(data) * share)])

    written_wrongly(monkeypatch, cut)
    outcome = process("wide")
    assert outcome.status is Status.REJECTED
    assert codes(outcome) == ["verify-failed"]
    assert published(folders) == []


def test_damage_inside_a_finished_file_is_found(folders, process, monkeypatch):
    def damage(target):
        data = bytearray(target.read_bytes())
        middle = data.index(b"mdat") + (len(data) - data.index(b"mdat")) // 3
        data[middle : middle + 200] = bytes(200)
        target.write_bytes(data)

    written_wrongly(monkeypatch, damage)
    outcome = process("wide")
    assert codes(outcome) == ["verify-failed"]
    assert "not all of it can be decoded" in outcome.judgement.findings[0].message
    assert published(folders) == []


def test_a_finished_file_that_is_something_else_is_not_delivered(folders, process, monkeypatch):
    written_wrongly(monkeypatch, lambda target: noise(108, 192).save(target, format="JPEG"))
    outcome = process("wide")
    assert outcome.status is Status.REJECTED
    assert published(folders) == []


def test_damage_inside_a_compliant_clip_is_found_before_it_is_copied(folders, clip, wanted, text_engine):
    data = bytearray(clip("compliant").read_bytes())
    start = data.index(b"mdat") + 4
    middle = start + (len(data) - start) * 2 // 3
    data[middle : middle + 300] = bytes(300)
    path = folders[0] / "damaged.mp4"
    path.write_bytes(data)
    outcome = process_asset(source(path), wanted, Run(folders[1], folders[1] / ".work"))
    recorded(folders[1] / ".work", outcome.source.relative)
    assert outcome.status is Status.REJECTED
    assert codes(outcome) == ["unreadable"]
    assert published(folders) == []


def test_an_encoder_that_fails_costs_the_asset(folders, process, clip, tmp_path, monkeypatch):
    if sys.platform == "win32":
        pytest.skip("a script is no program on Windows")
    fake = tmp_path / "fake-ffmpeg"
    fake.write_text(f"#!{sys.executable} -IS\nimport sys; sys.stderr.write('out of paint'); sys.exit(1)\n")
    fake.chmod(0o755)
    clip("wide")
    monkeypatch.setenv("ASSETKIT_FFMPEG", str(fake))
    outcome = process("wide")
    assert outcome.status is Status.REJECTED
    assert codes(outcome) == ["tool-failed"]
    assert "out of paint" in outcome.judgement.findings[0].message
    assert published(folders) == []


def test_an_encoder_that_hangs_costs_the_asset(folders, process, clip, tmp_path, monkeypatch):
    if sys.platform == "win32":
        pytest.skip("a script is no program on Windows")
    fake = tmp_path / "fake-ffmpeg"
    fake.write_text(f"#!{sys.executable} -IS\nimport signal; signal.pause()\n")
    fake.chmod(0o755)
    clip("wide")
    monkeypatch.setenv("ASSETKIT_FFMPEG", str(fake))
    outcome = process("wide", deadline_seconds=0.5)
    assert codes(outcome) == ["tool-failed"]
    assert "took longer than 0.5 s" in outcome.judgement.findings[0].message


def test_text_on_the_clip_is_only_advised_against(process, text_engine):
    text_engine((0.1, 0.1, 0.9, 0.6))
    outcome = process("compliant")
    assert "text-coverage-max" in [f.code.replace("_", "-") for f in outcome.judgement.findings]
    assert outcome.plan.method is Method.COPY


def test_inspecting_a_clip_foretells_and_writes_nothing(folders, clip, wanted, text_engine):
    outcome = process_asset(source(clip("wide")), wanted, Run())
    assert (outcome.status, outcome.outputs) == (Status.READY, ())
    assert outcome.delivered.info.display_size == outcome.plan.canvas
    assert outcome.cover.status is Status.READY
    assert published(folders) == []


def test_a_batch_with_real_workers(tmp_path, clip, preset_path):
    taken, output = tmp_path / "in", tmp_path / "out"
    taken.mkdir()
    for name, called in (
        ("compliant", "好 100%.mp4"),
        ("wide", "-wide.mp4"),
        ("short", "short.mp4"),
        ("dark", "b.mp4"),
    ):
        shutil.copyfile(clip(name), taken / called)
    (taken / "list.mp4").write_text("#EXTM3U\n-wide.mp4\n")
    reports = []
    batch = assetkit.process(
        taken, preset=str(preset_path), output=output, jobs=2, report=lambda name, share: reports.append((name, share))
    )
    found = {outcome.source.relative: outcome for outcome in batch}
    assert {name: outcome.status.value for name, outcome in found.items()} == {
        "好 100%.mp4": "ready", "-wide.mp4": "ready", "short.mp4": "rejected", "b.mp4": "rejected",
        "list.mp4": "rejected",
    }  # fmt: skip
    files = sorted(p.relative_to(output).as_posix() for p in output.rglob("*") if p.suffix in {".mp4", ".jpg"})
    assert files == [f"ready/{n}" for n in ("-wide.cover.jpg", "-wide.mp4", "好 100%.cover.jpg", "好 100%.mp4")]
    with av.open(os.fspath(output / "ready/-wide.mp4")) as container:
        assert container.streams.video[0].codec_context.name == "h264"
    assert "-wide.mp4" in {name for name, _ in reports} <= {"-wide.mp4", "b.mp4"}  # until b.mp4 has no cover
    assert not [p for p in output.iterdir() if p.name.startswith(".")]


@pytest.fixture
def decodings(monkeypatch):
    """How often all of a clip is decoded, and whether strictly."""
    seen = []
    true = ClipMedium.screen

    def screen(self, deadline_seconds, *, is_strict):
        seen.append((self._path.name, is_strict))
        return true(self, deadline_seconds, is_strict=is_strict)

    monkeypatch.setattr(ClipMedium, "screen", screen)
    return seen


def test_what_is_delivered_is_screened_once_by_its_proof(process, decodings):
    outcome = process("wide")
    assert decodings == [("main.mp4", True)]
    assert outcome.delivered.measurements.screening is not None
    assert not [n for n in outcome.judgement.not_checked if n.code == "freeze-max"]


def test_a_copy_is_screened_as_its_source(process, decodings):
    outcome = process("compliant")
    assert (outcome.plan.method, decodings) == (Method.COPY, [("compliant.mp4", True)])
    assert outcome.delivered.measurements.screening is not None


def test_what_is_rejected_still_gets_all_its_reasons(process, decodings):
    outcome = process("long")
    assert (outcome.status, decodings) == (Status.REJECTED, [("long.mp4", False)])
    assert outcome.delivered.measurements.screening is not None


def test_a_required_limit_is_screened_before_anything_is_made(process, decodings, wanted):
    limits = wanted.video.limits
    level = limits.freeze_max.recommended.model_copy(update={"value": 0.5})
    strict = wanted.model_copy(
        update={"video": wanted.video.model_copy(
            update={"limits": limits.model_copy(update={"freeze_max": type(limits.freeze_max)(required=level)})}
        )}
    )  # fmt: skip
    outcome = process("wide", preset=strict)
    assert (outcome.status, outcome.outputs) == (Status.REJECTED, ())
    assert "freeze-max" in [f.code for f in outcome.judgement.findings]
    assert decodings == [("wide.mp4", False)]


@pytest.mark.usefixtures("text_engine")
@pytest.mark.parametrize(("name", "status"), [("wide", Status.READY), ("long", Status.REJECTED)])
def test_advice_that_cannot_be_had_costs_no_clip(clip, wanted, monkeypatch, name, status):
    def fails(self, deadline_seconds, *, is_strict):
        raise AssetError("tool-failed", "transform", "ffmpeg was killed by signal SIGSEGV")

    monkeypatch.setattr(ClipMedium, "screen", fails)
    outcome = process_asset(source(clip(name)), wanted, Run())
    assert outcome.status is status
    unchecked = {n.code: n.reason for n in outcome.judgement.not_checked}
    assert "killed by signal SIGSEGV" in unchecked["black-max"]
    assert "tool-failed" not in [f.code for f in outcome.judgement.findings]


def test_a_damaged_source_is_not_delivered_unseen(process, clip, tmp_path):
    data = bytearray(clip("lively").read_bytes())
    start = data.index(b"mdat") + len(data) // 3
    data[start : start + 3000] = bytes(3000)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(data)
    outcome = process(broken)
    assert (outcome.status, codes(outcome)) == (Status.REVIEW, [])
    assert "source-damaged" in [f.code for f in outcome.judgement.findings]


def test_a_damaged_source_that_would_be_remuxed_is_blamed_itself(process, clip, tmp_path):
    ffmpeg("-i", clip("compliant"), "-c", "copy", tmp_path / "a.mkv")
    data = bytearray((tmp_path / "a.mkv").read_bytes())
    middle = len(data) * 2 // 3
    data[middle : middle + 300] = bytes(300)
    (tmp_path / "a.mkv").write_bytes(data)
    outcome = process(tmp_path / "a.mkv")
    assert (outcome.status, codes(outcome)) == (Status.REJECTED, ["unreadable"])
    assert re.match(r"the source is damaged at 0:0\d\.\d", outcome.judgement.findings[0].message)


@pytest.mark.parametrize(("group", "is_told"), [(25, False), (250, True)])
def test_damage_is_told_as_far_as_it_spreads_into_a_trim(process, tmp_path, group, is_told):
    """Of a stream without an index what comes before the trim is decoded, too."""
    broken = tmp_path / "broken.ts"
    ffmpeg(*moving(seconds=6), "-c:v", "libx264", "-g", str(group), broken)
    with av.open(str(broken)) as container:
        packets = [(p.pts * p.time_base, p.pos, p.size) for p in container.demux(video=0) if p.pts is not None]
    _, start, size = next(packet for packet in packets if packet[0] >= packets[0][0] + Fraction(1, 2))
    data = bytearray(broken.read_bytes())
    for at in range(start, start + max(size, 188), 188):
        data[at + 60 : at + 180] = bytes(120)
    broken.write_bytes(data)
    outcome = process(broken, trim=Trim(ends=(Fraction(3), Fraction(5))))
    assert ("source-damaged" in [f.code for f in outcome.judgement.findings]) is is_told


def test_damage_at_the_start_of_a_trim_is_told_though_there_is_more_just_before_it(process, tmp_path):
    broken = tmp_path / "broken.mp4"
    keys = ["-g", "999", "-keyint_min", "999", "-sc_threshold", "0", "-bf", "0", "-force_key_frames", "0,2"]
    ffmpeg(*moving(seconds=5), "-c:v", "libx264", *keys, broken)
    with av.open(str(broken)) as container:
        places = {p.pts * p.time_base: p.pos for p in container.demux(video=0) if p.pts is not None}
    data = bytearray(broken.read_bytes())
    for time in (Fraction(162, 100), Fraction(22, 10)):
        start = places[min(places, key=lambda each: abs(each - time))] + 40
        data[start : start + 60] = bytes(60)
    broken.write_bytes(data)
    outcome = process(broken, trim=Trim(ends=(Fraction(2), Fraction(4))))
    assert "source-damaged" in [f.code for f in outcome.judgement.findings]


def test_an_encode_that_is_fine_enough_says_so(process):
    outcome = process("lively", min_vmaf=60)
    assert (outcome.status, codes(outcome)) == (Status.READY, [])
    assert 60 <= outcome.delivered.measurements.vmaf <= 100
    assert outcome.actions[-1].startswith("VMAF ")


def test_an_encode_that_is_not_is_made_finer_once_and_then_refused(folders, process, monkeypatch):
    scores = iter([70.0, 80.0])
    monkeypatch.setattr(ClipMedium, "vmaf", lambda *_: next(scores))
    outcome = process("lively", min_vmaf=90)
    assert (outcome.status, codes(outcome)) == (Status.REJECTED, ["vmaf-min"])
    assert outcome.plan.quality_max == 16
    assert published(folders) == []


def test_a_copy_is_not_compared(process, monkeypatch):
    monkeypatch.setattr(ClipMedium, "vmaf", lambda *_: 0.0)
    outcome = process("compliant", min_vmaf=90)
    assert (outcome.status, outcome.delivered.measurements.vmaf) == (Status.READY, None)


def test_without_a_usable_cover_the_encode_is_not_finished(folders, process, monkeypatch):
    """The cover is made beside the encode, which ends when there will be none."""
    from assetkit import cover_beside
    from assetkit.model import CoverOutcome

    monkeypatch.setattr(cover_beside, "make_cover", lambda *_, **__: (CoverOutcome(Status.REJECTED), None))
    shares = []
    outcome = process("wide", progress=shares.append)
    assert outcome.status is Status.REJECTED
    assert codes(outcome) == ["cover"]
    assert shares == []
    assert published(folders) == []


def test_what_became_of_the_cover_is_told_where_the_encode_fails(folders, process, monkeypatch):
    def fails(*_, **__):
        raise AssetError("tool-failed", "transform", "no", "try again")

    monkeypatch.setattr(encode_clips, "write_clip", fails)
    outcome = process("wide")
    assert codes(outcome) == ["tool-failed"]
    assert outcome.cover.status is Status.READY
    assert published(folders) == []


def test_a_window_for_each_shot_is_delivered_and_written_down(folders, process):
    """The colours of the quarters tell which half of the frame each shot was cropped to."""
    said = [{"time": 0, "box": [0, 0, 198, 352]}, {"time": 1, "box": [442, 8, 198, 352], "move": "hold"}]
    outcome = process("wide", said={"windows": said})
    assert outcome.status is Status.READY
    assert [f.box.left for f in outcome.plan.windows] == [0, 442]
    assert any("in 2 places, changed at cuts, placed by sidecar" in action for action in outcome.actions)
    delivered(folders, outcome)
    left, right = [CORNERS[0], CORNERS[2]], [CORNERS[1], CORNERS[3]]
    for time, picture in frames_of(folders[1] / outcome.outputs[0].path):
        top, bottom = picture[20].mean(axis=0), picture[-20].mean(axis=0)
        wanted = left if time < 1 else right
        assert max(abs(top - wanted[0]).max(), abs(bottom - wanted[1]).max()) < 12, time


def test_bars_of_a_clip_are_cut_off(folders, process):
    """Above and below a 640 x 240 picture stand 60 black rows each."""
    outcome = process("barred")
    assert outcome.facts.measurements.content.size.height in range(230, 241)
    assert (outcome.plan.window.top >= 60, outcome.plan.window.bottom <= 300) == (True, True)
    picture = frames_of(folders[1] / outcome.outputs[0].path)[10][1]
    assert picture.mean(axis=(1, 2)).min() > 25


@pytest.mark.parametrize("place", [0, 7])
def test_a_crop_of_a_clip_keeps_its_qr_codes_whether_the_preset_asks_for_them_or_not(
    process, wanted, text_engine, monkeypatch, place
):
    def code_at_an_edge(pixels, *, only_qr):
        height, part = pixels.shape[0], pixels.shape[1] // 8
        return (Code("matrix", "QR Code", "a", Box(part * place, 0, part * (place + 1), height // 4)),)

    text_engine()
    monkeypatch.setattr("assetkit.media.codes.find_codes", code_at_an_edge)
    limits = wanted.video.limits.model_copy(update={"no_codes": None})
    preset = wanted.model_copy(update={"video": wanted.video.model_copy(update={"limits": limits})})
    window = process("wide", preset=preset).plan.window
    assert (window.left == 0) is (place == 0)
    assert (window.right == 640) is (place == 7)
