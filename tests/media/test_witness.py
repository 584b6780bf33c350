import shutil
from dataclasses import replace
from fractions import Fraction

import pytest

from assetkit.media import ffmpeg as hand
from assetkit.media.clips import probe_clip
from assetkit.media.encode_clips import write_clip
from assetkit.media.medium import ClipMedium
from assetkit.media.screen import screen_clip
from assetkit.media.witness import Witness
from tests.media.conftest import clip_plan
from tests.real_clips import frames_of


@pytest.fixture
def watched(probed, tmp_path):
    """Encode a real clip before a witness; give both."""

    def one(name, folder=tmp_path, **plan):
        path, demuxer, info = probed(name)
        folder.mkdir(exist_ok=True)
        witness, made = Witness(folder / "made.growing"), folder / "made.mp4"
        write_clip(path, demuxer, info, clip_plan(info, **plan), made, deadline_seconds=120, witness=witness)
        return made, witness

    return one


def seen(witness, path):
    return witness.screening(path, "mov", probe_clip(path, "mov"))


def assert_alike(ours, theirs):
    """The same stretches, to within what a coder fills its last block of sound with."""
    edges = [[(span.start, span.end) for spans in each for span in spans] for each in (ours, theirs)]
    assert len(edges[0]) == len(edges[1])
    assert all(
        abs(a - b) < Fraction(1, 40) for one, two in zip(*edges, strict=True) for a, b in zip(one, two, strict=True)
    )


@pytest.mark.parametrize(
    ("name", "plan"),
    [
        ("troubled", {}),
        ("silent", {}),
        ("late-picture", {}),
        ("landscape", {"trim": (Fraction(1, 2), Fraction(3, 2))}),
        ("turned", {"keeps_audio": True}),
    ],
)
def test_a_witness_says_what_decoding_the_finished_file_does(watched, name, plan):
    made, witness = watched(name, **plan)
    ours = seen(witness, made)
    theirs = screen_clip(made, "mov", probe_clip(made, "mov"), deadline_seconds=60, is_strict=True)
    assert_alike([ours.black, ours.frozen], [theirs.black, theirs.frozen])
    assert (ours.flashes, ours.damage, ours.sound is None) == (theirs.flashes, theirs.damage, theirs.sound is None)
    if ours.sound:
        assert_alike([ours.sound.silence], [theirs.sound.silence])
        assert replace(ours.sound, silence=()) == replace(theirs.sound, silence=())
    assert not witness.copy.exists()


def test_the_file_is_the_same_with_and_without_a_witness(watched, probed, tmp_path):
    made, _ = watched("troubled")
    path, demuxer, info = probed("troubled")
    write_clip(path, demuxer, info, clip_plan(info), tmp_path / "alone.mp4", deadline_seconds=60)
    assert made.read_bytes() == (tmp_path / "alone.mp4").read_bytes()


def test_a_witness_knows_nothing_of_any_other_file(watched, tmp_path):
    made, witness = watched("troubled")
    other = bytearray(made.read_bytes())
    other[-100] ^= 1  # the last bytes are packets, since the index comes first
    (tmp_path / "other.mp4").write_bytes(other)
    assert seen(witness, tmp_path / "other.mp4") is None
    assert seen(witness, made) is not None


def test_what_nobody_watched_is_not_known(watched, clip):
    made, witness = watched("troubled", keeps_video=True)  # sound alone is encoded
    assert seen(witness, made) is None


def test_sound_that_a_tee_cannot_copy_is_not_watched(watched):
    made, witness = watched("transport", keeps_audio=True)
    assert frames_of(made)
    assert seen(witness, made) is None


def test_what_was_encoded_again_is_not_known(watched, tmp_path):
    whole, _ = watched("landscape", quality_max=10)
    most = whole.stat().st_size // 2
    made, witness = watched("landscape", tmp_path / "tight", quality_max=10, max_bytes=most)
    assert made.stat().st_size <= most
    assert seen(witness, made) is None


def test_an_encode_before_a_witness_ends_where_its_bytes_do(watched, tmp_path, monkeypatch):
    """ffmpeg holds one file to a limit by itself, and two not."""
    finished = []

    def run(arguments, *, on_progress, **_):
        is_watched = "tee" in arguments
        (tmp_path / "made.mp4").write_bytes(bytes(2_000_000 if is_watched else 990_000))
        on_progress(Fraction(1, 2))
        finished.append(is_watched)

    monkeypatch.setattr(hand, "run", run)
    watched("landscape", max_bytes=1_000_000)
    assert finished == [False, False]  # the two passes after it


@pytest.mark.parametrize("name", ["it's", "a|b", "back\\slash", "[f=null]", " end "])
def test_names_are_names_to_both_writers(watched, tmp_path, name):
    made, witness = watched("silent", tmp_path / name)
    assert frames_of(made)
    assert seen(witness, made) is not None


def test_a_copy_that_cannot_be_written_costs_nothing_but_the_witness(probed, tmp_path):
    path, demuxer, info = probed("silent")
    witness, made = Witness(tmp_path / "missing" / "made.growing"), tmp_path / "made.mp4"
    write_clip(path, demuxer, info, clip_plan(info), made, deadline_seconds=60, witness=witness)
    assert frames_of(made)
    assert seen(witness, made) is None


def test_a_watched_clip_is_decoded_once(clip, tmp_path, monkeypatch):
    """Its medium asks the witness, and what it made is screened without another decode."""
    runs, true = [], hand.run

    def run(arguments, **settings):
        runs.append([str(a) for a in arguments])
        true(arguments, **settings)

    medium = ClipMedium(shutil.copy(clip("troubled"), tmp_path / "troubled.mp4"), "mov")
    monkeypatch.setattr(hand, "run", run)
    made = medium.write(clip_plan(medium.info), tmp_path / "made.mp4", 60, None, is_watched=True)
    finished = ClipMedium(tmp_path / "made.mp4", "mov")
    assert finished.seen_by(made.witness).black
    assert sum("-filter_complex" in run and "null" in run for run in runs) == 1
