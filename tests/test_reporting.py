import base64
import json
import os
import re
import time
from fractions import Fraction
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from assetkit import api, batch, reporting
from assetkit.errors import SetupError, UserInputError
from assetkit.manifest.write import location
from assetkit.pictures import Pictures, Sitting, take_pictures
from assetkit.run import Run
from tests.factories import portrait, preset, quarters
from tests.real_clips import ffmpeg, moving

WANTED = preset(image=portrait((60, 80)))


@pytest.fixture
def done(tmp_path):
    """A finished run over a landscape still with a difficult name, one that is fine and one that cannot be read."""
    (tmp_path / "in").mkdir()
    quarters(160, 80).save(tmp_path / "in/a #1%.png")
    quarters(60, 80).save(tmp_path / "in/fine.jpg")
    (tmp_path / "in/empty.jpg").write_bytes(b"")
    list(api.process(tmp_path / "in", preset=WANTED, output=tmp_path / "out", jobs=1))
    return tmp_path / "out"


def embedded(page, name):
    return json.loads(re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.S)[1])


def assets_of(folder):
    page = (folder / "report.html").read_text("utf-8")
    return {a["entry"]["source"]["path"]: a | {"pictures": embedded(page, f"pictures-{a['number']}")}
            for a in embedded(page, "assets")}  # fmt: skip


def size_of(uri):
    return Image.open(BytesIO(base64.b64decode(uri.removeprefix("data:image/webp;base64,")))).size


def test_a_run_leaves_its_report(done):
    assets = assets_of(done)
    assert list(assets) == ["empty.jpg", "a #1%.png", "fine.jpg"]  # the worst first
    made = assets["a #1%.png"]
    assert made["links"] == {"source": "../in/a%20%231%25.png", "main": "ready/a%20%231%25.png"}
    assert {role: size_of(uri) for role, uri in made["pictures"].items()} == {"source": (160, 80), "main": (60, 80)}
    assert list(assets["fine.jpg"]["pictures"]) == ["source"]  # the copy is the same picture
    assert (assets["empty.jpg"]["pictures"], assets["empty.jpg"]["links"]) == ({}, {"source": "../in/empty.jpg"})


def test_stills_are_not_decoded_again_for_the_report(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    quarters(160, 80).save(tmp_path / "in/wide.png")
    quarters(60, 80).save(tmp_path / "in/fine.jpg")
    monkeypatch.setattr(batch, "work_pictures", None)  # a worker would be asked in vain
    list(api.process(tmp_path / "in", preset=WANTED, output=tmp_path / "out", jobs=1))
    assert {name: sorted(asset["pictures"]) for name, asset in assets_of(tmp_path / "out").items()} == {
        "fine.jpg": ["source"],
        "wide.png": ["main", "source"],
    }


def test_a_clip_is_not_decoded_again_to_show_what_its_cover_was_chosen_from(tmp_path, monkeypatch):
    """Nor where it is shown before and after: those are the pictures that were looked at."""
    monkeypatch.setattr(reporting, "run_pictures", lambda sittings, *_, **__: seen.extend(sittings) or [Pictures()])
    seen = []
    ffmpeg(*moving("720x1280", seconds=4), "-c:v", "libx264", "-g", "20", "-pix_fmt", "yuv420p", tmp_path / "a.mp4")
    list(api.process(tmp_path / "a.mp4", preset="xhs-ad", output=tmp_path / "out", jobs=1))
    [asset] = assets_of(tmp_path / "out").values()
    times = [c["time_seconds"] for c in asset["entry"]["cover"]["candidates"]]
    assert len(times) >= 2
    assert sorted(asset["pictures"]) == sorted(["source", *(f"candidate-{n}" for n in range(len(times)))])
    assert max(size_of(asset["pictures"]["source"])) == 360
    assert max(size_of(asset["pictures"]["candidate-0"])) == 180
    assert [sitting.source for sitting in seen] == [None]


def test_the_pictures_of_a_clip_are_taken_at_their_times(tmp_path):
    colours = ("red", "lime", "blue")
    graph = ";".join(f"color={c}:s=96x64:r=10:d=1[{c}]" for c in colours) + ";[red][lime][blue]concat=n=3"
    ffmpeg("-f", "lavfi", "-i", graph, "-c:v", "libx264", "-pix_fmt", "yuv420p", tmp_path / "a.mp4")
    quarters(60, 80).save(tmp_path / "cover.png")
    times = (Fraction(5, 2), Fraction(1, 2), Fraction(3, 2))
    taken = take_pictures(
        Sitting(tmp_path / "a.mp4", tmp_path / "a.mp4", tmp_path / "cover.png", times[0], times[1], times[1:])
    )
    seen = [np.asarray(Image.open(BytesIO(d)).convert("RGB")).mean(axis=(0, 1)).argmax() for d in
            (taken.source, taken.output, *taken.candidates)]  # fmt: skip
    assert seen == [2, 0, 0, 1]
    assert Image.open(BytesIO(taken.cover)).size == (60, 80)


def test_it_can_be_refused(tmp_path):
    quarters(60, 80).save(tmp_path / "a.jpg")
    list(api.process(tmp_path / "a.jpg", preset=WANTED, output=tmp_path / "out", jobs=1, has_report=False))
    assert not (tmp_path / "out/report.html").exists()


def test_it_is_written_again_from_the_manifest(done):
    first = (done / "report.html").read_bytes()
    (done / "report.html").unlink()
    (done / "report-7.html").write_text("of a larger batch")
    (done / "report-mine.html").write_text("not ours")
    assert api.report(done / "manifest.json", jobs=1) == done / "report.html"
    assert (done / "report.html").read_bytes() == first
    assert sorted(p.name for p in done.glob("report*")) == ["report-mine.html", "report.html"]


def test_sources_that_moved(done):
    (done.parent / "in").rename(done.parent / "moved")
    api.report(done, jobs=1)
    assert assets_of(done)["a #1%.png"]["links"] == {"main": "ready/a%20%231%25.png"}
    api.report(done, sources=done.parent / "moved", jobs=1)
    assert assets_of(done)["a #1%.png"]["links"]["source"] == "../moved/a%20%231%25.png"


def test_an_edited_manifest_does_not_lead_out_of_its_folder(done):
    quarters(60, 80).save(done.parent / "secret.jpg")
    record = json.loads((done / "manifest.json").read_text("utf-8"))
    record["assets"][0]["outputs"][0]["path"] = "../secret.jpg"
    (done / "manifest.json").write_text(json.dumps(record))
    api.report(done, jobs=1)
    assert "main" not in assets_of(done)["a #1%.png"]["links"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": "assetkit.manifest/2"}', "\0"])
def test_what_is_no_manifest(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(UserInputError, match="is not a manifest"):
        api.report(tmp_path / "manifest.json")


def test_a_folder_without_one(tmp_path):
    with pytest.raises(UserInputError, match="cannot read"):
        api.report(tmp_path)


def test_a_folder_that_cannot_be_written(done, monkeypatch):
    def fail(_handle):
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(SetupError, match="cannot write to"):
        api.report(done, jobs=1)


def test_overwriting_takes_old_pages_away(done):
    (done / "report-2.html").write_text("of a larger batch")
    list(
        api.process(
            done.parent / "in", preset=WANTED, output=done, cache=False, overwrite=True, jobs=1, has_report=False
        )
    )
    assert list(done.glob("report*")) == []


def hang_or_die(sitting):
    if sitting.source and sitting.source.name == "hang":
        time.sleep(60)
    if sitting.source and sitting.source.name == "die":
        os._exit(3)
    return take_pictures(sitting)


def test_a_picture_that_hangs_or_kills_costs_itself_alone(tmp_path, monkeypatch):
    quarters(60, 80).save(tmp_path / "fine.jpg")
    monkeypatch.setattr(batch, "work_pictures", hang_or_die)
    monkeypatch.setattr(batch, "_PICTURE_SECONDS", 1)
    sittings = [Sitting(tmp_path / name) for name in ("hang", "die", "gone", "fine.jpg")]
    taken = list(batch.run_pictures(sittings, Run(), count=len(sittings), jobs=1))
    assert taken[:3] == [Pictures(), Pictures(), Pictures()]
    assert taken[3].source


def test_where_a_source_lies_seen_from_the_manifest(tmp_path):
    assert location(tmp_path / "in/a b.jpg", tmp_path / "out") == "../in/a b.jpg"
    assert location(tmp_path / "in/\udcff.jpg", tmp_path / "out") is None


def test_a_run_that_brings_nothing_new_leaves_the_report_alone(done):
    page = done / "report.html"
    before = page.stat().st_mtime_ns
    list(api.process(done.parent / "in", preset=WANTED, output=done, jobs=1))
    assert page.stat().st_mtime_ns == before
    page.unlink()
    list(api.process(done.parent / "in", preset=WANTED, output=done, jobs=1))
    assert page.is_file()
