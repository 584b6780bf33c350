"""Words on real pictures and clips, read by the real engines, from the file to the manifest."""

from fractions import Fraction

import pytest
from PIL import Image, PngImagePlugin

from assetkit.facts import Need
from assetkit.geometry import Size
from assetkit.judgement import Status
from assetkit.keeping import as_text, from_text
from assetkit.manifest.entries import asset_entry
from assetkit.measure import Look, measure
from assetkit.model import Method
from assetkit.pipeline import process_asset
from assetkit.run import Run
from tests.factories import limit, portrait, preset, source, upright_clip
from tests.real_clips import ffmpeg, moving
from tests.text.rendered import rendered

STILL = preset(image=portrait((450, 600), most=1_000_000, extra={"claims": limit([])}))
LABELLED = preset(image=portrait((450, 600), most=1_000_000, extra={"ai_label": limit(0.04)}))
CLIP = preset(video=upright_clip((360, 640), extra={"claims": limit([]), "duration_min": limit(1)}))


@pytest.fixture
def process(tmp_path):
    (tmp_path / "out" / ".work").mkdir(parents=True)
    run = Run(tmp_path / "out", tmp_path / "out" / ".work")
    return lambda path, wanted, sidecar=None: process_asset(source(path, sidecar=sidecar), wanted, run)


def saved(path, *lines, size=(600, 800)):
    Image.fromarray(rendered(*lines, size=size).pixels).save(path)
    return path


def quotes(outcome):
    return [f.quote.entry for f in outcome.judgement.findings if f.quote]


def test_banned_goods_reject_a_picture_that_is_fine_otherwise(process, tmp_path):
    path = saved(tmp_path / "a.png", ("Vape kits on sale", 60, 200, 50), size=(450, 600))
    outcome = process(path, STILL)
    assert (outcome.status, quotes(outcome)) == (Status.REJECTED, ["tobacco-en"])
    assert outcome.outputs == ()
    (finding,) = asset_entry(outcome).findings
    assert (finding.code, finding.quote.matched.lower(), finding.seconds) == ("claims", "vape", None)
    assert finding.quote.confidence > 0.9
    box = finding.boxes[0]
    assert 40 <= box.left <= 70
    assert 180 <= box.top <= 210
    assert from_text(as_text(outcome)) == outcome  # and is remembered with all that


def test_a_doubtful_word_is_published_for_a_person_and_read_again_where_it_lies_then(process, tmp_path):
    path = saved(tmp_path / "b.png", ("The best serum", 250, 300, 60), size=(900, 800))
    outcome = process(path, STILL)
    assert (outcome.status, outcome.plan.method) == (Status.REVIEW, Method.ENCODE)
    assert quotes(outcome) == ["best-en"]
    (finding,) = [f for f in outcome.judgement.findings if f.quote]
    assert finding.boxes[0].left < 250 * 0.75 - 50  # in the output's own pixels, scaled and cropped
    assert outcome.outputs[0].path == "review/b.png"


def test_what_the_crop_leaves_out_is_not_held_against_the_output(process, tmp_path):
    path = saved(tmp_path / "c.png", ("The best serum", 20, 60, 40), size=(1200, 800))
    (tmp_path / "c.json").write_text('{"crop": [600, 0, 600, 800]}', encoding="utf-8")
    assert process(path, STILL).status is Status.REVIEW
    outcome = process(
        saved(tmp_path / "d.png", ("The best serum", 20, 60, 40), size=(1200, 800)), STILL, tmp_path / "c.json"
    )
    assert (outcome.status, quotes(outcome)) == (Status.READY, [])


def test_a_clip_names_the_times_in_its_output(process, tmp_path):
    plain = saved(tmp_path / "plain.png", size=(480, 640))
    words = saved(tmp_path / "words.png", ("The best serum", 60, 300, 40), size=(480, 640))
    join = "[0][1][2]concat=n=3,fps=25,format=yuv420p[v]"
    inputs = [
        part
        for file, seconds in ((plain, 2), (words, 2), (plain, 2))
        for part in ("-loop", "1", "-t", str(seconds), "-i", str(file))
    ]
    ffmpeg(*inputs, "-filter_complex", join, "-map", "[v]", "-c:v", "libx264", "-g", "25", tmp_path / "e.mp4")
    (tmp_path / "e.json").write_text('{"trim": [1, 6]}', encoding="utf-8")
    outcome = process(tmp_path / "e.mp4", CLIP, tmp_path / "e.json")
    assert (outcome.status, quotes(outcome)) == (Status.REVIEW, ["best-en"])
    (finding,) = [f for f in asset_entry(outcome).findings if f.quote]
    first, last = finding.seconds
    assert 1 <= first <= last <= 3  # 2 to 4 s of the source, whose first second is cut off


MADE_BY_AI = '{"Label": "1", "ContentProducer": "x"}'


def labelled(path, *lines):
    """A picture that says in its metadata that AI made it."""
    told = PngImagePlugin.PngInfo()
    told.add_text("AIGC", MADE_BY_AI)
    Image.fromarray(rendered(*lines, size=(600, 800)).pixels).save(path, pnginfo=told)
    return path


@pytest.mark.parametrize(
    ("height", "findings", "status"),
    [(None, ["none"], Status.REVIEW), (16, [0.03], Status.REVIEW), (44, [], Status.READY)],
)
def test_what_ai_made_shows_a_label_that_is_high_enough(process, tmp_path, height, findings, status):
    lines = [("AI-generated", 40, 700, height)] if height else []
    outcome = process(labelled(tmp_path / "f.png", *lines), LABELLED)
    told = [f for f in outcome.judgement.findings if f.code == "ai-label"]
    assert [f.measured if isinstance(f.measured, str) else round(f.measured, 2) for f in told] == findings
    assert outcome.status is status
    assert outcome.delivered.info.is_generated  # it goes along


def test_an_output_that_lost_its_label_is_not_delivered(process, tmp_path, monkeypatch):
    monkeypatch.setattr("assetkit.media.encode_stills.as_xmp", lambda values: b"")
    outcome = process(labelled(tmp_path / "g.png", ("AI-generated", 40, 700, 44)), LABELLED)
    assert (outcome.status, outcome.outputs) == (Status.REJECTED, ())
    assert [f.code for f in outcome.judgement.findings][:2] == ["verify-failed", "ai-label-lost"]


def test_a_recogniser_that_fails_costs_the_words_and_not_the_coverage(monkeypatch):
    class Broken:
        def read(self, picture, regions):
            raise RuntimeError("no memory")

    monkeypatch.setattr("assetkit.text.transcript.transcriber", lambda *_: Broken())
    made = rendered(("The best serum", 60, 100, 40))
    look = Look(frozenset({Need.TEXT, Need.WORDS}), "paddle")
    found = measure([(Fraction(0), made.pixels)], Size(640, 480), look, is_timed=False)
    assert found.text_coverage.share > 0.02
    assert found.failed == {Need.WORDS: "the words on it could not be read: no memory"}


def approved(tmp_path):
    (tmp_path / "approved.json").write_text('{"no_transform": true}', encoding="utf-8")
    return tmp_path / "approved.json"


def noted(outcome):
    return [f.message for f in outcome.judgement.findings if f.code == "not-altered"]


def test_an_approved_ad_is_copied_and_says_what_would_have_been_done(process, tmp_path):
    path = saved(tmp_path / "h.png", size=(900, 1200))
    outcome = process(path, STILL, approved(tmp_path))
    assert (outcome.status, outcome.plan.method) == (Status.READY, Method.COPY)
    assert (tmp_path / "out" / outcome.outputs[0].path).read_bytes() == path.read_bytes()
    assert noted(outcome) == [
        "an approved ad is never altered; this would have been done to it: scaled down to 450 x 600 px"
    ]


def test_an_approved_ad_that_does_not_suit_is_rejected_as_it_is(process, tmp_path):
    outcome = process(saved(tmp_path / "i.png", size=(1200, 800)), STILL, approved(tmp_path))
    assert (outcome.status, outcome.outputs) == (Status.REJECTED, ())
    assert {f.code for f in outcome.judgement.findings} >= {"aspect-ratio", "not-altered"}
    assert "cropped 1200 x 800 to 600 x 800 px" in noted(outcome)[0]


def test_an_approved_ad_that_complies_has_no_note(process, tmp_path):
    outcome = process(saved(tmp_path / "j.png", size=(450, 600)), STILL, approved(tmp_path))
    assert (outcome.status, noted(outcome)) == (Status.READY, [])


def test_a_preset_says_so_for_all_and_a_sidecar_takes_it_back(process, tmp_path):
    kept = preset(image=portrait((450, 600), most=1_000_000, no_transform=True))
    path = saved(tmp_path / "k.png", size=(900, 1200))
    assert process(path, kept).plan.method is Method.COPY
    (tmp_path / "free.json").write_text('{"no_transform": false}', encoding="utf-8")
    outcome = process(saved(tmp_path / "l.png", size=(900, 1200)), kept, tmp_path / "free.json")
    assert (outcome.plan.method, noted(outcome)) == (Method.ENCODE, [])


def test_an_approved_clip_is_not_trimmed_and_its_cover_is_for_a_person(process, tmp_path):
    limits = {"duration_min": limit(1), "duration_max": limit(2), "cover": limit(True)}
    wanted = preset(video=upright_clip((180, 320), extra=limits), cover={"target": {"size": [90, 160]}})
    ffmpeg(*moving("180x320", seconds=1), "-c:v", "libx264", "-movflags", "+faststart", tmp_path / "m.mp4")
    outcome = process(tmp_path / "m.mp4", wanted, approved(tmp_path))
    assert (outcome.status, outcome.plan.method, outcome.cover.status) == (Status.REVIEW, Method.COPY, Status.REVIEW)
    assert [f.code for f in outcome.cover.judgement.findings if f.needs_person] == ["not-altered"]
    ffmpeg(*moving("180x320", seconds=3), "-c:v", "libx264", "-movflags", "+faststart", tmp_path / "n.mp4")
    (tmp_path / "trim.json").write_text('{"no_transform": true, "trim": [0, 1]}', encoding="utf-8")
    late = process(tmp_path / "n.mp4", wanted, tmp_path / "trim.json")
    assert [f.code for f in late.judgement.findings] == ["sidecar-invalid"]
