import errno
import hashlib
import json
import shutil
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from assetkit.album import kept
from assetkit.errors import AssetError, SetupError
from assetkit.facts import Kind
from assetkit.judgement import Severity, Status
from assetkit.lettering import Search
from assetkit.manifest.entries import asset_entry
from assetkit.media.medium import Made
from assetkit.media.stills import open_still
from assetkit.model import Method
from assetkit.pipeline import process_asset
from assetkit.publish import recorded
from assetkit.run import Run
from tests.factories import (
    CORNERS,
    corner_colours,
    gradient,
    icc_profile,
    limit,
    noise,
    portrait,
    preset,
    quarters,
    source,
)
from tests.media.test_stills import png_claiming

PLAIN = preset(image=portrait((60, 80)))
TEXT = preset(image=portrait((60, 80), extra={"text_coverage_max": limit(0.2)}))


@pytest.fixture
def folders(tmp_path):
    """Sources, output, work; the last must be empty again when an asset is done."""
    for name in ("in", "out", "out/.work"):
        (tmp_path / name).mkdir()
    yield tmp_path / "in", tmp_path / "out"
    # what is about to be published is noted for who records it
    assert [path for path in (tmp_path / "out/.work").iterdir() if path.suffix != ".intent"] == []


def hashes(folder):
    return {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def process(folders):
    """Process one file of the input folder; whatever happens, the sources must stay as they are."""
    taken, output = folders

    def one(path, wanted=PLAIN, *, sidecar=None, **run):
        before = hashes(taken)
        outcome = process_asset(source(path, sidecar=sidecar), wanted, Run(output, output / ".work", **run))
        recorded(output / ".work", outcome.source.relative)
        assert hashes(taken) == before
        return outcome

    return one


def saved(folders, picture, name="a.jpg", **options):
    path = folders[0] / name
    picture.save(path, **options)
    return path


def delivered(folders, outcome):
    """The main output, decoded; it must be as it is recorded."""
    (output,) = outcome.outputs
    path = folders[1] / output.path
    assert path.stat().st_size == output.bytes
    assert hashlib.sha256(path.read_bytes()).hexdigest() == output.sha256
    with Image.open(path) as image:
        image.load()
        assert image.size == (output.width, output.height)
        return image


def codes(outcome):
    return [f.code for f in outcome.judgement.findings]


def test_a_copy_of_something_else_is_not_delivered(folders, process, monkeypatch):
    taken, output = folders
    path = taken / "a.png"
    gradient(60, 80).save(path)

    def changed(self, plan, target, deadline_seconds, progress):
        target.write_bytes(path.read_bytes() + b"more")
        return Made(())

    monkeypatch.setattr("assetkit.media.medium.StillMedium.write", changed)
    outcome = process(path)
    assert (outcome.status, [f.code for f in outcome.judgement.findings]) == (Status.REJECTED, ["verify-failed"])
    assert not (output / "ready").exists()


def test_a_compliant_still_is_copied_byte_for_byte(folders, process):
    path = saved(folders, gradient(60, 80))
    outcome = process(path)
    assert (outcome.status, outcome.plan.method, outcome.actions) == (
        Status.READY, Method.COPY, ("copied byte for byte",),
    )  # fmt: skip
    assert outcome.outputs[0].path == "ready/a.jpg"
    assert outcome.outputs[0].sha256 == outcome.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert codes(outcome) == []


def test_a_placement_of_clips_takes_no_stills(folders, process):
    outcome = process(saved(folders, gradient(60, 80)), preset(takes=["video"]))
    assert (outcome.status, codes(outcome), outcome.outputs) == (Status.REJECTED, ["kind"], ())
    assert outcome.judgement.findings[0].message.startswith("Test takes videos only")


def test_a_larger_still_is_scaled_down(folders, process):
    outcome = process(saved(folders, quarters(600, 800)))
    image = delivered(folders, outcome)
    assert outcome.status is Status.READY
    assert (image.size, image.format) == ((60, 80), "JPEG")
    assert np.abs(np.asarray(corner_colours(image)) - np.asarray(CORNERS)).max() < 12
    assert outcome.actions == ("scaled down to 60 x 80 px", "encoded as jpeg at quality 92, chroma 4:4:4")
    assert outcome.plan.fixes == ("resolution",)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.png", {}),
        ("a.webp", {"quality": 95}),
        ("a.avif", {"quality": 95}),
        ("a.tiff", {}),
        ("a.bmp", {}),
        ("a.gif", {}),
    ],
)
def test_every_format_is_delivered_in_one_that_is_allowed(folders, process, name, options):
    outcome = process(saved(folders, quarters(600, 800), name, **options))
    assert outcome.status is Status.READY, codes(outcome)
    image = delivered(folders, outcome)
    assert (image.format, image.size) == ("JPEG", (60, 80))
    assert np.abs(np.asarray(corner_colours(image)) - np.asarray(CORNERS)).max() < 40


def test_a_wide_still_is_cropped(folders, process, text_engine):
    text_engine()
    outcome = process(saved(folders, gradient(800, 400)))
    assert outcome.status is Status.READY
    assert delivered(folders, outcome).size == (60, 80)
    assert outcome.plan.window.size.ratio == outcome.plan.canvas.ratio
    assert outcome.actions[0].startswith("cropped 800 x 400 to 300 x 400 px at (")


def test_a_profile_an_orientation_and_alpha_are_all_mended(folders, process):
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = Image.new("RGBA", (800, 600), (200, 80, 60, 0))
    picture.paste((200, 80, 60, 255), (350, 250, 450, 350))
    outcome = process(
        saved(folders, picture, "a.png", exif=exif, icc_profile=icc_profile()),
        preset(image=portrait((60, 80), background="#336699")),
    )
    assert outcome.status is Status.READY
    assert set(outcome.plan.fixes) == {"colour-space", "resolution", "upright"}
    image = delivered(folders, outcome)
    assert image.size == (60, 80)
    with_words = "; ".join(outcome.actions)
    assert "turned upright" in with_words
    assert "flattened on #336699" in with_words


def camera_exif():
    exif = Image.Exif()
    exif[0x8298], exif[0x8769], exif[0x8825] = "(c) Ana", {0xA431: "SN-12345"}, {1: "N", 2: (31.0, 13.0, 49.0)}
    return exif


PRIVATE = preset(
    image=portrait((60, 80), extra={"private_metadata": limit(["position", "serial number"])}, metadata=["copyright"])
)


def test_private_data_of_a_compliant_file_are_taken_off_without_a_new_picture(folders, process):
    path = saved(folders, gradient(60, 80), "a.jpg", exif=camera_exif())
    outcome = process(path, PRIVATE)
    assert (outcome.status, outcome.plan.method) == (Status.READY, Method.REMUX)
    assert outcome.plan.fixes == ("private-metadata",)
    assert outcome.actions == (
        "picture data copied as they are",
        "metadata: dropped position, serial number; kept copyright",
    )
    assert outcome.facts.info.metadata == ("position", "serial number", "copyright")
    assert outcome.delivered.info.metadata == ("copyright",)
    with Image.open(path) as before:
        assert np.array_equal(np.asarray(delivered(folders, outcome)), np.asarray(before))
    assert asset_entry(outcome).media.metadata == ["position", "serial number", "copyright"]


def test_what_a_preset_does_not_forbid_is_copied_with_the_file(folders, process):
    outcome = process(saved(folders, gradient(60, 80), "a.jpg", exif=camera_exif()))
    assert outcome.plan.method is Method.COPY
    assert "position" in outcome.delivered.info.metadata


def test_private_data_go_with_every_new_picture(folders, process):
    outcome = process(saved(folders, gradient(120, 160), "a.webp", exif=camera_exif()), PRIVATE)
    assert (outcome.status, outcome.plan.method) == (Status.READY, Method.ENCODE)
    assert outcome.delivered.info.metadata == ("copyright",)
    assert outcome.actions[-1] == "metadata: dropped position, serial number; kept copyright"


def test_an_animation_gives_its_first_frame_and_says_so(folders, process):
    frames = [Image.new("RGB", (60, 80), colour) for colour in ("red", "blue")]
    outcome = process(saved(folders, frames[0], "a.gif", save_all=True, append_images=frames[1:]))
    assert outcome.status is Status.READY
    assert codes(outcome) == ["first-frame"]
    assert delivered(folders, outcome).getpixel((30, 40))[0] > 200


def test_a_limit_that_quality_cannot_reach_rejects_with_the_smallest_size(folders, process):
    outcome = process(saved(folders, noise(60, 80), "a.png"), preset(image=portrait((60, 80), most=2_000)))
    assert (outcome.status, codes(outcome)) == (Status.REJECTED, ["file-size-max"])
    (finding,) = outcome.judgement.findings
    assert "the smallest size reached is" in finding.message
    assert outcome.outputs == ()


def test_quality_is_lowered_to_fit(folders, process):
    outcome = process(saved(folders, noise(120, 160), "a.png"), preset(image=portrait((60, 80), most=4_800)))
    assert outcome.status is Status.READY
    assert outcome.outputs[0].bytes <= 4_800
    assert "to fit 4,800 bytes" in outcome.actions[-1]


def test_too_much_text_rejects(folders, process, text_engine):
    engine = text_engine((0.1, 0.1, 0.9, 0.5))
    outcome = process(saved(folders, quarters(600, 800)), TEXT)
    assert (outcome.status, codes(outcome)) == (Status.REJECTED, ["text-coverage-max"])
    assert outcome.judgement.findings[0].measured == pytest.approx(0.32, abs=0.001)
    assert engine.calls == 1
    assert outcome.outputs == ()
    assert not (folders[1] / "ready").exists()


def test_little_text_is_measured_again_on_what_is_delivered(folders, process, text_engine):
    engine = text_engine((0.1, 0.1, 0.5, 0.2))
    outcome = process(saved(folders, quarters(600, 800)), TEXT)
    assert outcome.status is Status.READY
    assert engine.calls == 2
    assert outcome.delivered.measurements.text_coverage.share == pytest.approx(0.04)
    assert outcome.judgement.not_checked == ()


def test_a_text_engine_that_raises_sends_to_review(folders, process, text_engine):
    text_engine(error=RuntimeError("no model"))
    outcome = process(saved(folders, quarters(600, 800)), TEXT)
    assert outcome.status is Status.REVIEW
    ((code, severity, reason),) = [(n.code, n.severity, n.reason) for n in outcome.judgement.not_checked]
    assert (code, severity) == ("text-coverage-max", Severity.REQUIRED)
    assert reason == "text engine paddle failed: no model"
    assert outcome.outputs[0].path == "review/a.jpg"
    assert delivered(folders, outcome).size == (60, 80)


def test_a_crop_that_would_cut_text_rejects(folders, process, text_engine):
    text_engine((0.02, 0.4, 0.98, 0.6))
    outcome = process(saved(folders, gradient(800, 400)))
    assert (outcome.status, codes(outcome)) == (Status.REJECTED, ["crop-cuts-text"])


def test_padding_goes_to_review_where_a_person_must_look(folders, process, text_engine):
    text_engine((0.02, 0.4, 0.98, 0.6))
    wanted = preset(image=portrait((60, 80), pad="plain", pad_share_max=0.9, background="#102030"))
    outcome = process(saved(folders, gradient(800, 400)), wanted)
    assert (outcome.status, codes(outcome)) == (Status.REVIEW, ["padded"])
    image = delivered(folders, outcome)
    assert image.size == (60, 80)
    assert np.abs(np.asarray(image.getpixel((30, 2))) - (0x10, 0x20, 0x30)).max() < 12


def written_by(monkeypatch, fake):
    """Put an encoder in the place of the real one."""
    monkeypatch.setattr("assetkit.media.encode_stills.write_still", fake)


def nothing_published(folders):
    return [p for p in folders[1].rglob("*") if p.is_file()] == []


def test_an_output_that_breaks_a_limit_is_not_delivered(folders, process, monkeypatch):
    def wrong_shape(still, plan, target):
        gradient(80, 60).save(target)
        return ("encoded",)

    written_by(monkeypatch, wrong_shape)
    outcome = process(saved(folders, quarters(600, 800)))
    assert outcome.status is Status.REJECTED
    assert codes(outcome)[:2] == ["verify-failed", "aspect-ratio"]
    assert "breaks aspect-ratio" in outcome.judgement.findings[0].message
    assert outcome.outputs == ()
    assert nothing_published(folders)


def test_only_what_is_surely_broken_is_why_an_output_is_not_delivered(folders, process, text_engine, monkeypatch):
    def wrong_shape(still, plan, target):
        gradient(80, 60).save(target)
        return ("encoded",)

    text_engine((0, 0, 0.2, 1))
    written_by(monkeypatch, wrong_shape)
    findings = process(saved(folders, quarters(600, 800)), TEXT).judgement.findings
    assert [f.code for f in findings if f.severity is Severity.REQUIRED] == [
        "verify-failed", "aspect-ratio", "text-coverage-max",
    ]  # fmt: skip
    assert "breaks aspect-ratio: it is not delivered" in findings[0].message


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_half_an_output_is_not_delivered(folders, process, monkeypatch, share):
    def half(still, plan, target):
        noise(60, 80).save(target)
        data = target.read_bytes()
        target.write_bytes(data[: int(len(data) * share)])
        return ("encoded",)

    written_by(monkeypatch, half)
    outcome = process(saved(folders, quarters(600, 800)))
    assert (outcome.status, codes(outcome)) == (Status.REJECTED, ["verify-failed"])
    assert "cannot be read back" in outcome.judgement.findings[0].message
    assert nothing_published(folders)


def test_text_that_appears_in_the_output_is_caught(folders, process, text_engine, monkeypatch):
    engine = text_engine()

    class Late:
        def detect(self, picture, **_):
            engine.boxes = ((0, 0, 1, 0.5),) if engine.calls else ()
            return engine.detect(picture)

    monkeypatch.setattr("assetkit.measure.detector", lambda *_: Late())
    outcome = process(saved(folders, quarters(600, 800)), TEXT)
    assert codes(outcome) == ["verify-failed", "text-coverage-max"]
    assert nothing_published(folders)


@pytest.mark.parametrize(
    ("width", "boxes", "looks"),
    [
        (600, [(0, 0, 0.1, 0.1)], [Search.ALL, Search.HINTS]),
        (600, [], [Search.ALL, Search.SMALL_HINTS]),
        (700, [(0.4, 0.4, 0.5, 0.5)], [Search.HINTS, Search.HINTS]),
        (700, [], [Search.HINTS, Search.SMALL_HINTS]),
    ],
)
def test_text_is_looked_for_closely_where_there_is_some(process, text_engine, tmp_path, width, boxes, looks):  # noqa: PLR0917
    engine = text_engine(*boxes)
    quarters(width, 800).save(tmp_path / "a.jpg", quality=92)
    assert process(tmp_path / "a.jpg", TEXT).status is Status.READY
    assert engine.searches == looks
    sources, outputs = engine.places
    assert not sources
    for (a, b, c, d), place in zip(boxes, outputs, strict=True):  # the output is a tenth as large
        assert (place.width, place.height) == pytest.approx(((c - a) * width / 10, (d - b) * 80), abs=1)


def test_what_the_engine_failed_on_is_searched_for_large_letters_too(folders, process, text_engine, monkeypatch):
    engine = text_engine(error=RuntimeError("once"))

    class Recovering:
        def detect(self, picture, **how):
            try:
                return engine.detect(picture, **how)
            finally:
                engine.error = None

    monkeypatch.setattr("assetkit.measure.detector", lambda *_: Recovering())
    advised = portrait((60, 80), extra={"text_coverage_max": limit(0.2, "recommended")})
    process(saved(folders, quarters(600, 800)), preset(image=advised))
    assert engine.searches == [Search.ALL, Search.HINTS]


@pytest.mark.parametrize(("width", "search"), [(201, Search.SMALL_HINTS), (198, Search.HINTS)])
def test_what_is_made_much_larger_is_searched_for_large_letters_too(folders, process, text_engine, width, search):
    engine = text_engine()
    path = saved(folders, quarters(1068, 800))
    sidecar = path.with_name(f"{path.name}.assetkit.json")
    sidecar.write_text(json.dumps({"crop": [0, 0, width, width * 4 // 3]}))
    assert process(path, TEXT, sidecar=sidecar).status is Status.READY
    assert engine.searches[-1] is search


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AssetError("tool-failed", "transform", "the encoder died"), "tool-failed"),
        (OSError(errno.EIO, "Input/output error"), "unreadable"),
        (ZeroDivisionError("a bug"), "internal-error"),
    ],
)
def test_whatever_happens_costs_one_asset(folders, process, monkeypatch, error, code):
    def fail(still, plan, target):
        target.write_bytes(b"half")
        raise error

    written_by(monkeypatch, fail)
    outcome = process(saved(folders, quarters(600, 800)))
    assert (outcome.status, codes(outcome)) == (Status.REJECTED, [code])
    assert (outcome.traceback is not None) is (code == "internal-error")
    assert {n.code for n in outcome.judgement.not_checked} >= {"format", "aspect-ratio", "file-size-max"}
    assert nothing_published(folders)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_full_disk_is_the_machine_s_fault(folders, process, monkeypatch, number):
    def full(still, plan, target):
        raise OSError(number, "No space left on device")

    written_by(monkeypatch, full)
    with pytest.raises(SetupError, match="No space left"):
        process(saved(folders, quarters(600, 800)))


def test_a_missing_package_is_the_machine_s_fault(folders, process, monkeypatch):
    def missing(still, plan, target):
        raise SetupError("no encoder")

    written_by(monkeypatch, missing)
    with pytest.raises(SetupError):
        process(saved(folders, quarters(600, 800)))


def test_inspecting_foretells_and_writes_nothing(folders, text_engine):
    text_engine()
    path = saved(folders, gradient(800, 400))
    outcome = process_asset(source(path), PLAIN, Run())
    assert (outcome.status, outcome.outputs) == (Status.READY, ())
    assert outcome.delivered.info.display_size == outcome.plan.canvas
    assert nothing_published(folders)


def bad_inputs(folder):
    noise(60, 80).save(folder / "whole.jpg")
    data = (folder / "whole.jpg").read_bytes()
    (folder / "whole.jpg").unlink()
    secret = folder / "secret.png"
    quarters(60, 80).save(secret)
    return {
        "empty.jpg": b"",
        "truncated.jpg": data[: len(data) // 2],
        "header-only.jpg": data[:20],
        "text.jpg": b"this is no picture",
        "bomb.png": png_claiming(60_000, 60_000),
        "playlist.mp4": b"#EXTM3U\n#EXTINF:1,\nsecret.png\n",
        "concat.mp4": b"ffconcat version 1.0\nfile secret.png\n",
        "page.png": b"<!doctype html><img src=secret.png>",
        "drawing.png": b"<svg xmlns='http://www.w3.org/2000/svg'><image href='secret.png'/></svg>",
        "zeros.jpg": bytes(5000),
        "magic.jpg": b"\xff\xd8\xff" + bytes(500),
        "magic.mp4": b"\0\0\0\x18ftypisom" + bytes(500),
    }


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("empty.jpg", "unreadable", "0 bytes"),
        ("truncated.jpg", "unreadable", "damaged or cut short"),
        ("header-only.jpg", "unreadable", "damaged or cut short"),
        ("text.jpg", "unsupported-format", "not a picture or a video"),
        ("bomb.png", "unreadable", "60000 x 60000 px (3,600 megapixels)"),
        ("playlist.mp4", "unsupported-format", "a playlist"),
        ("concat.mp4", "unsupported-format", "an FFmpeg concat script"),
        ("page.png", "unsupported-format", "a web page"),
        ("drawing.png", "unsupported-format", "an SVG drawing"),
        ("zeros.jpg", "unsupported-format", "not a picture or a video"),
        ("magic.jpg", "unreadable", "damaged or cut short in its header, or of a kind that assetkit does not read"),
        ("magic.mp4", "unreadable", ""),
    ],
)
def test_hostile_inputs_are_rejected_with_one_clear_reason(folders, process, name, code, says):
    path = folders[0] / name
    path.write_bytes(bad_inputs(folders[0])[name])
    outcome = process(path)
    assert (outcome.status, codes(outcome)) == (Status.REJECTED, [code])
    (finding,) = outcome.judgement.findings
    assert says in finding.message
    assert finding.fix
    assert outcome.bytes == path.stat().st_size
    assert outcome.traceback is None
    assert nothing_published(folders)


def test_a_folder_named_like_a_file(folders, process):
    (folders[0] / "x.jpg").mkdir()
    outcome = process(folders[0] / "x.jpg")
    assert (outcome.status, codes(outcome)) == (Status.REJECTED, ["unreadable"])
    assert "folder" in outcome.judgement.findings[0].message


def test_a_file_that_vanished(folders, process):
    outcome = process(folders[0] / "gone.jpg")
    assert (outcome.status, codes(outcome)) == (Status.REJECTED, ["unreadable"])


def test_a_name_that_is_taken_is_not_overwritten(folders, process):
    path = saved(folders, gradient(60, 80))
    (folders[1] / "ready").mkdir()
    (folders[1] / "ready/a.jpg").write_bytes(b"precious")
    outcome = process(path)
    assert (outcome.status, codes(outcome)) == (Status.REJECTED, ["output-exists"])
    assert (folders[1] / "ready/a.jpg").read_bytes() == b"precious"
    assert process(path, overwrite=True).status is Status.READY


def test_the_same_input_gives_the_same_record(folders, process, text_engine):
    text_engine((0.3, 0.3, 0.5, 0.4))
    path = saved(folders, gradient(800, 400))
    entries = []
    for _ in range(2):
        entries.append(replace(process(path, TEXT), seconds=0.0))
        shutil.rmtree(folders[1] / "ready")
    assert asset_entry(entries[0]) == asset_entry(entries[1])


def test_a_still_is_a_still_whatever_its_name(folders, process):
    path = saved(folders, gradient(60, 80), "clip.mp4", format="JPEG")
    outcome = process(path)
    assert (outcome.kind, outcome.status) == (Kind.IMAGE, Status.READY)
    assert outcome.outputs[0].path == "ready/clip.jpg"


def test_the_pixels_are_read_once_for_measuring_and_writing(folders, process, monkeypatch):
    opens = []

    def counted(path, reader):
        opens.append(path.name)
        return open_still(path, reader)

    monkeypatch.setattr("assetkit.media.stills.open_still", counted)
    process(saved(folders, quarters(600, 800)))
    assert opens == ["a.jpg", "main.jpeg"]


def beside(path, exempt):
    sidecar = path.with_name(f"{path.name}.assetkit.json")
    sidecar.write_text(json.dumps({"exempt": exempt}))
    return sidecar


@pytest.mark.parametrize("size", [(60, 80), (120, 160)])
@pytest.mark.parametrize("is_exempt", [False, True])
def test_exempt_text_counts_neither_in_the_source_nor_in_the_output(process, folders, text_engine, size, is_exempt):
    """A quarter of the picture is text, at its bottom right; it is found again in the output, at half the size."""
    text_engine((0.5, 0.5, 1, 1))
    path = folders[0] / "a.jpg"
    gradient(*size).save(path)
    corner = [size[0] // 2, size[1] // 2, size[0] // 2, size[1] // 2]
    outcome = process(path, TEXT, sidecar=beside(path, [corner] if is_exempt else []))
    assert outcome.status is (Status.READY if is_exempt else Status.REJECTED)
    assert outcome.delivered.measurements.text_coverage.share == pytest.approx(0 if is_exempt else 0.25)
    measured = asset_entry(outcome).measurements
    assert measured.source_text_coverage == pytest.approx(0 if is_exempt else 0.25)
    assert [list(box.model_dump().values()) for box in measured.exempt] == ([corner] if is_exempt else [])
    assert len(measured.text_regions) == 1  # found, and kept by a crop, all the same


def test_part_of_a_line_may_be_exempt(process, folders, text_engine):
    text_engine((0, 0.5, 1, 1))
    path = folders[0] / "a.jpg"
    gradient(120, 160).save(path)
    outcome = process(path, TEXT, sidecar=beside(path, [[0, 80, 100, 80]]))
    assert outcome.status is Status.READY
    assert outcome.delivered.measurements.text_coverage.share == pytest.approx(0.5 / 6)


def test_exempt_boxes_follow_the_crop_and_the_padding(process, folders, text_engine):
    """The window keeps the picture's height and most of its width, and is drawn on a canvas that is taller."""
    text_engine((0, 0, 1, 1))
    path = folders[0] / "a.jpg"
    gradient(800, 600).save(path)
    wanted = preset(image=portrait((60, 80), extra={"text_coverage_max": limit(0.9)}, pad="plain"))
    foretold = process(path, wanted, sidecar=beside(path, [[0, 0, 800, 300]]))
    window, drawn, canvas = foretold.plan.window, foretold.plan.picture, foretold.plan.canvas
    assert (window.size.width, canvas.height > drawn.height) == (800, True)
    # the engine finds text on all of the output, padding too; what is exempt there is the picture's upper half
    share = 1 - drawn.width * drawn.height / 2 / canvas.area
    assert foretold.delivered.measurements.text_coverage.share == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"exemt": []}', "a.jpg.assetkit.json: exemt: unknown key, did you mean exempt?"),
        ('{"exempt": [[60, 0, 5, 5]]}', "a.jpg.assetkit.json: exempt.0: lies outside the picture of 60 x 80"),
    ],
)
def test_a_sidecar_that_is_wrong_is_said_and_nothing_delivered(process, folders, content, says):
    path = folders[0] / "a.jpg"
    gradient(60, 80).save(path)
    sidecar = path.with_name("a.jpg.assetkit.json")
    sidecar.write_text(content)
    outcome = process(path, sidecar=sidecar)
    assert (outcome.status, outcome.outputs) == (Status.REJECTED, ())
    (finding,) = outcome.judgement.findings
    assert (finding.code, finding.severity, finding.message) == ("sidecar-invalid", Severity.REQUIRED, says)
    assert finding.fix


def test_text_too_near_the_limit_goes_to_review(process, folders, text_engine):
    text_engine((0, 0, 0.2, 1))
    gradient(120, 160).save(folders[0] / "a.jpg")
    outcome = process(folders[0] / "a.jpg", TEXT)
    assert outcome.status is Status.REVIEW
    assert [(f.code, f.needs_person) for f in outcome.judgement.findings] == [("text-coverage-max", True)]
    assert [o.path for o in outcome.outputs] == ["review/a.jpg"]


def test_what_a_coarse_jpeg_lost_is_said_of_the_output_too(folders, process):
    wanted = preset(image=portrait((60, 80), extra={"jpeg_quality_min": limit(45, "recommended")}))
    coarse = process(saved(folders, gradient(600, 800), quality=20), wanted)
    assert (coarse.status, coarse.plan.method) == (Status.READY, Method.ENCODE)
    assert [(f.code, f.severity, f.measured) for f in coarse.judgement.findings] == [
        ("jpeg-quality-min", Severity.RECOMMENDED, 20)
    ]
    assert codes(process(saved(folders, gradient(600, 800), "b.jpg", quality=90), wanted)) == []


def test_quality_is_measured_and_recorded_where_it_is_asked_for(folders, process):
    wanted = preset(image=portrait((60, 80), extra={"contrast_min": limit(0.3, "recommended")}))
    flat = process(saved(folders, Image.new("RGB", (600, 800), (90, 90, 90))), wanted)
    assert (flat.status, codes(flat)) == (Status.READY, ["contrast-min"])
    recorded = asset_entry(flat).measurements.quality
    assert (recorded.contrast, recorded.sharpness) == (0, None)
    assert asset_entry(process(saved(folders, gradient(600, 800), "b.jpg"))).measurements.quality is None


CODED = preset(
    image=portrait(
        (300, 400),
        200_000,
        extra={
            "no_codes": limit(["matrix"]) | limit(["matrix", "bar"], "recommended"),
            "sharpness_min": limit(9, "recommended"),
        },
    )
)

CODED_SOFTLY = preset(image=portrait((300, 400), 200_000, extra={"sharpness_min": limit(0.1, "recommended")}))


def code_at(left, kind=zxingcpp.BarcodeFormat.QRCode, size=(800, 400)):
    picture = gradient(*size)
    code = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode("https://example.com/a", kind), scale=4)
    picture.paste(Image.fromarray(np.asarray(code)).convert("RGB"), (left, 150))
    return picture


@pytest.mark.parametrize("left", [190, 500, 660])
def test_a_qr_code_is_never_cut_and_always_told(folders, process, text_engine, left):
    text_engine()
    outcome = process(saved(folders, code_at(left)), CODED)
    assert outcome.plan.method is Method.ENCODE
    [code] = outcome.facts.measurements.frames[0].codes
    assert code.box.kept_by(outcome.plan.window) == 1
    assert outcome.plan.proposer.value == "text"
    assert [c.name for c in outcome.delivered.measurements.frames[0].codes] == ["QR Code"]


def test_of_a_still_that_is_encoded_quality_is_measured_on_what_is_made(folders, process, text_engine):
    text_engine()
    outcome = process(saved(folders, noise(800, 400), quality=95), CODED_SOFTLY)
    assert outcome.facts.measurements.frames[0].quality is None
    assert outcome.delivered.measurements.frames[0].quality.sharpness > 0
    assert outcome.status is Status.READY


def test_of_a_still_that_is_refused_all_that_is_asked_is_told(folders, process, text_engine):
    text_engine((0.05, 0.1, 0.95, 0.2))  # too wide for any crop
    matrix = code_at(360, zxingcpp.BarcodeFormat.DataMatrix)
    outcome = process(saved(folders, matrix), CODED)
    assert outcome.status is Status.REJECTED
    told = {finding.code for finding in outcome.judgement.findings}
    assert {"crop-cuts-text", "no-codes", "sharpness-min"} <= told
    assert outcome.judgement.not_checked == ()


def test_small_pictures_for_the_report_are_of_what_was_measured(folders, process, text_engine, tmp_path):
    text_engine()
    outcome = process(saved(folders, quarters(160, 80), "a.png"), album=tmp_path / "album")
    hashes = [outcome.sha256, outcome.outputs[0].sha256]
    shown = [Image.open(BytesIO(kept(tmp_path / "album", each))) for each in hashes]
    assert [picture.size for picture in shown] == [(160, 80), (60, 80)]
    assert np.allclose(corner_colours(shown[0].convert("RGB")), corner_colours(quarters(160, 80)), atol=6)
    assert kept(tmp_path / "album", "0") is None


def test_a_picture_that_cannot_be_kept_costs_no_asset(folders, process, text_engine, tmp_path, monkeypatch):
    def fails(pixels, side):
        raise MemoryError

    monkeypatch.setattr("assetkit.media.thumbnail.small", fails)
    text_engine()
    outcome = process(saved(folders, quarters(160, 80), "a.png"), album=tmp_path / "album")
    assert outcome.status is Status.READY


def test_a_still_within_a_pixel_of_the_ratio_is_copied_after_a_close_look(folders, process, text_engine):
    engine = text_engine()
    wanted = portrait((600, 799), 200_000, extra={"text_coverage_max": limit(0.2)})
    wanted["target"]["size"] = [1080, 1440]
    outcome = process(saved(folders, quarters(600, 799), quality=92), preset(image=wanted))
    assert outcome.plan.method is Method.COPY
    assert engine.searches == [Search.HINTS, Search.ALL]
