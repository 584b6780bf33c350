"""AI labels of clips are found where generators put them, and go along through every transform."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from assetkit.geometry import Box, Size
from assetkit.media.boxes import read_layout
from assetkit.media.clip_labels import written_behind
from assetkit.media.clips import probe_clip, read_labels
from assetkit.media.containers import open_clip
from assetkit.media.medium import ClipMedium
from assetkit.media.metadata import as_xmp
from assetkit.media.sniff import sniff
from assetkit.media.stills import open_still
from assetkit.media.xmp import IPTC_EXT, TC260
from assetkit.model import Method, Plan
from tests.factories import still_plan
from tests.real_clips import ffmpeg, moving

LABEL = json.dumps({"Label": "1", "ContentProducer": "某公司", "ProduceID": "A<1>&"}, ensure_ascii=False)
WRAPPED = json.dumps({"AIGC": LABEL})
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
AIGC, SOURCE_TYPE = (TC260, "AIGC"), (IPTC_EXT, "DigitalSourceType")
ENCODE = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
TAGS = ["-movflags", "+faststart+use_metadata_tags"]


def clip(path, *more):
    ffmpeg(*moving("96x160"), *ENCODE, *more, path)
    return path


def boxed(mark, content):
    return (len(content) + 24).to_bytes(4, "big") + b"uuid" + mark + content


def appended(path, mark, content):
    with path.open("ab") as file:
        file.write(boxed(bytes.fromhex(mark), content))
    return path


def values(path):
    return read_labels(path, sniff(path).reader).values


C2PA, XMP = "d8fec3d61b0e483c92975828877ec481", "be7acfcb97a942e89c71999491e3afac"


@pytest.mark.parametrize(
    ("name", "made", "expected"),
    [
        ("a.mp4", lambda p: clip(p, *TAGS, "-metadata", f"AIGC={LABEL}"), {AIGC: [LABEL]}),
        ("a.mp4", lambda p: clip(p, "-metadata", "comment=" + WRAPPED), {AIGC: [WRAPPED]}),
        ("a.mkv", lambda p: clip(p, "-metadata", f"AIGC={LABEL}"), {AIGC: [LABEL]}),
        ("a.mp4", lambda p: appended(clip(p), XMP, as_xmp({SOURCE_TYPE: [TRAINED]})), {SOURCE_TYPE: [TRAINED]}),
        ("a.mp4", lambda p: appended(clip(p), C2PA, b"\0cbor " + TRAINED.encode() + b"\0"), {SOURCE_TYPE: [TRAINED]}),
        ("a.mp4", lambda p: clip(p, "-metadata", "title=AIGC explained"), {}),
        ("a.mp4", lambda p: appended(clip(p), XMP, b"<x:xmpmeta"), {}),
        ("a.mp4", lambda p: appended(clip(p), C2PA, b"\0digitalCapture\0"), {}),
    ],
)  # fmt: skip
def test_labels_are_found(tmp_path, name, made, expected):
    path = made(tmp_path / name)
    assert values(path) == expected
    info = probe_clip(path, sniff(path).reader)
    assert (info.is_generated, info.metadata) == (bool(expected), ("ai-label",) if expected else ())


def test_a_camera_s_own_word_is_no_sign_of_ai(tmp_path):
    camera = TRAINED.replace("trainedAlgorithmicMedia", "digitalCapture")
    path = appended(clip(tmp_path / "a.mp4"), XMP, as_xmp({SOURCE_TYPE: [camera]}))
    assert not probe_clip(path, "mov").is_generated


def plan(method, **more):
    window = Box(0, 0, 96, 160)
    return replace(
        Plan(method, "mp4", window, Size(96, 160), Size(96, 160), quality_max=30, metadata=("ai-label",)), **more
    )


@pytest.mark.parametrize("method", [Method.COPY, Method.REMUX, Method.ENCODE])
@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_labels_go_along(tmp_path, method, name):
    source = clip(tmp_path / name, *(TAGS if name == "a.mp4" else ()), "-metadata", f"AIGC={LABEL}")
    if name == "a.mp4":
        appended(source, XMP, as_xmp({SOURCE_TYPE: [TRAINED]}))
    elif method is Method.COPY:
        pytest.skip("copied byte for byte, as MP4 is")
    made = ClipMedium(source, sniff(source).reader).write(plan(method), tmp_path / "made.mp4", 60, None)
    info = probe_clip(tmp_path / "made.mp4", "mov")
    assert info.is_generated
    assert values(tmp_path / "made.mp4") == values(source)
    layout = read_layout(tmp_path / "made.mp4")
    assert (layout.is_faststart, layout.missing_bytes) == (True, 0)
    if method is not Method.COPY:
        assert made.actions[-1] == "metadata: kept ai-label"
        with open_clip(tmp_path / "made.mp4", "mov", "verify") as container:
            assert container.metadata["AIGC"] == LABEL  # where the standard's readers look


def test_what_goes_along_counts_towards_the_byte_limit(tmp_path):
    source = clip(tmp_path / "a.mp4", *TAGS, "-metadata", f"AIGC={LABEL}")
    target = tmp_path / "made.mp4"
    ClipMedium(source, "mov").write(plan(Method.REMUX), target, 60, None)
    with_labels = target.stat().st_size
    ClipMedium(source, "mov").write(plan(Method.REMUX, metadata=()), target, 60, None)
    assert with_labels > target.stat().st_size + 2 * len(LABEL)
    assert not probe_clip(target, "mov").is_generated


def test_a_frame_of_it_is_labelled_too(tmp_path):
    source = clip(tmp_path / "a.mp4", *TAGS, "-metadata", f"AIGC={LABEL}")
    frame = ClipMedium(source, "mov").frame_at(Fraction(0))
    assert frame.info.is_generated
    frame.write(still_plan(Box(0, 0, 96, 160), metadata=("ai-label",)), tmp_path / "cover.jpg", 60, None)
    cover = open_still(tmp_path / "cover.jpg", "JPEG")
    cover.image.close()
    assert cover.info.is_generated
    assert cover.metadata.values[AIGC] == [LABEL]


def test_nothing_is_written_where_there_is_nothing_to_say(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"x")
    written_behind(tmp_path / "a.mp4", {})
    assert (tmp_path / "a.mp4").read_bytes() == b"x"
