from dataclasses import replace
from fractions import Fraction

from assetkit.facts import Facts, FrameMeasurements, Measurements
from assetkit.geometry import Box, Size
from assetkit.judgement import Judgement, NotChecked, Severity, Status
from assetkit.manifest.entries import asset_entry, cover_choice, coverage_entry
from assetkit.model import CoverOutcome, Kept, Outcome, Output, Proposer
from assetkit.scoring import RunnerUp
from tests.factories import clip_info, covered, region, seen, source, still_info, still_plan
from tests.manifest.records import breach, outcome


def test_a_still():
    entry = asset_entry(outcome())
    assert (entry.source.path, entry.source.kind, entry.status) == ("a.jpg", "image", "ready")
    assert (entry.media.format, entry.media.display_size.width, entry.media.display_size.height) == ("jpeg", 600, 800)
    for video_only in ("duration_seconds", "frame_rate", "is_variable_frame_rate", "video_codec", "has_audio"):
        assert getattr(entry.media, video_only) is None
    assert entry.measurements.text_coverage == 0.1235
    assert entry.measurements.text_coverage_seconds is None
    assert entry.measurements.text_regions[0].time_seconds is None
    assert entry.measurements.faces[0].model_dump() == {"left": 0, "top": 0, "width": 9, "height": 9}
    assert entry.outputs[0].path == "ready/a.jpg"


def test_a_clip():
    info = clip_info(audio_codec=None, frame_rate=Fraction(30000, 1001), sample_aspect_ratio=Fraction(4, 3))
    frames = (FrameMeasurements(Fraction(1, 3), (region(0, 0, 9, 9),)), FrameMeasurements(Fraction(5)))
    facts = Facts(info, Measurements(frames, covered(0.5), Fraction(1, 3)))
    entry = asset_entry(replace(outcome(), facts=facts, delivered=facts))
    assert (entry.media.duration_seconds, entry.media.frame_rate) == (20.0, 29.97)
    assert (entry.media.has_audio, entry.media.sample_aspect_ratio) == (False, "4:3")
    assert entry.measurements.text_coverage_seconds == 0.333
    assert [r.time_seconds for r in entry.measurements.text_regions] == [0.333]


def test_coverage_is_of_what_is_delivered():
    before, after = seen(still_info(), coverage=0.3), seen(still_info(), coverage=0.1)
    measured = asset_entry(replace(outcome(), facts=before, delivered=after)).measurements
    assert (measured.text_coverage, measured.source_text_coverage) == (0.1, 0.3)


def test_the_interval_the_grid_the_subtitles_and_the_exemptions():
    after = Measurements(text_coverage=covered(0.2, 0.12344, 0.27777, 7), subtitle_coverage=0.05555)
    before = seen(still_info(), exempt=[Box(1, 2, 11, 22)])
    measured = asset_entry(replace(outcome(), facts=before, delivered=Facts(still_info(), after))).measurements
    assert (measured.text_coverage_low, measured.text_coverage_high) == (0.1234, 0.2778)
    assert (measured.text_grid_cells, measured.subtitle_coverage) == (7, 0.0556)
    assert [box.model_dump() for box in measured.exempt] == [{"left": 1, "top": 2, "width": 10, "height": 20}]


def test_what_a_line_says():
    facts = seen(still_info(), text=[region(0, 0, 9, 9, text="Sale"), region(0, 20, 9, 29)])
    regions = asset_entry(replace(outcome(), facts=facts)).measurements.text_regions
    assert [r.text for r in regions] == ["Sale", None]


def test_a_picture_that_was_measured_on_its_own():
    frame = FrameMeasurements(text=(region(0, 0, 9, 9, 0.98765, text="Sale"),))
    entry = coverage_entry("a.jpg", "paddle", Measurements((frame,), covered(0.12345, 0.1, 0.2, 3)), 0.25, None)
    assert (entry.path, entry.coverage, entry.low, entry.high, entry.grid_cells) == ("a.jpg", 0.1235, 0.1, 0.2, 3)
    assert [(line.score, line.text) for line in entry.regions] == [(0.988, "Sale")]
    assert (entry.engine, entry.seconds, entry.error) == ("paddle", 0.25, None)


def test_a_picture_that_was_not_measured_has_no_numbers():
    entry = coverage_entry("a.jpg", "paddle", None, None, "damaged")
    numbers = entry.model_dump(exclude={"path", "engine", "error", "error_zh"})
    assert set(numbers.values()) == {None}
    assert entry.error == "damaged"


def test_what_was_not_measured_is_null():
    measured = asset_entry(replace(outcome(), facts=Facts(still_info()), delivered=None)).measurements
    assert (measured.text_coverage, measured.text_regions, measured.faces) == (None, None, None)
    assert (measured.text_coverage_low, measured.text_coverage_high, measured.text_grid_cells) == (None, None, None)
    assert (measured.subtitle_coverage, measured.exempt) == (None, [])


def test_nothing_seen_is_not_null():
    measured = asset_entry(replace(outcome(), facts=seen(still_info(), text=[]), delivered=None)).measurements
    assert (measured.text_regions, measured.faces) == ([], [])


def test_an_unreadable_file():
    entry = asset_entry(Outcome(source("/x.jpg"), Status.REJECTED, judgement=Judgement((breach("unreadable"),))))
    assert (entry.media, entry.measurements, entry.plan, entry.cover, entry.outputs) == (None, None, None, None, [])
    assert (entry.source.sha256, entry.source.bytes, entry.source.kind) == (None, None, None)


def test_required_findings_come_first():
    findings = [breach("a", "note"), breach("b", "recommended"), breach("c"), breach("d", "note"), breach("e")]
    entry = asset_entry(outcome(findings=findings))
    assert [f.code for f in entry.findings] == ["c", "e", "b", "a", "d"]


def test_the_plan_in_numbers():
    plan = still_plan(
        Box(10, 20, 310, 420),
        Size(60, 80),
        proposer=Proposer.FACE,
        kept=Kept(1.0, 0.33333, None),
        trim=(Fraction(0), Fraction(119, 2)),
        fixes=("format",),
    )
    entry = asset_entry(replace(outcome(), plan=plan)).plan
    assert entry.window.model_dump() == {"left": 10, "top": 20, "width": 300, "height": 400}
    assert (entry.method, entry.proposer, entry.padding) == ("encode", "face", "none")
    assert (entry.faces_kept, entry.text_kept, entry.saliency_kept) == (1.0, 0.3333, None)
    assert (entry.trim_seconds, entry.fixes) == ((0.0, 59.5), ["format"])


def test_a_cover_has_its_own_verdict():
    unchecked = (NotChecked("text-coverage-max", Severity.REQUIRED, "broken"),)
    others = (RunnerUp(Fraction(5, 3), 0.5),)
    cover = CoverOutcome(
        Status.REVIEW, None, Fraction(7, 2), 0.75, judgement=Judgement((breach(),), unchecked), runners_up=others
    )
    entry = asset_entry(replace(outcome(), cover=cover))
    assert (entry.status, entry.cover.status) == ("ready", "review")
    assert (entry.cover.time_seconds, entry.cover.score, entry.cover.source) == (3.5, 0.75, None)
    assert [c.model_dump() for c in entry.cover.candidates] == [{"time_seconds": 1.667, "score": 0.5}]
    assert [f.code for f in entry.cover.findings] == ["format"]
    assert [n.code for n in entry.cover.not_checked] == ["text-coverage-max"]
    choice = cover_choice(cover, Output("clip.cover-1.jpg", "cover", "0", 1, 2, 3))
    assert (choice.output.role, choice.output.path) == ("cover", "clip.cover-1.jpg")
    assert cover_choice(cover, None).output is None
