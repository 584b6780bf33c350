import os
import re
import shutil
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from assetkit.errors import AssetError
from assetkit.geometry import Size
from assetkit.media import decoding, timeline
from assetkit.media.clips import probe_clip
from assetkit.media.containers import open_clip
from assetkit.media.frames import film_of, frame_at, frames_at, open_frames
from assetkit.media.medium import ClipMedium
from assetkit.media.samples import sample_frames
from assetkit.media.sniff import sniff
from assetkit.media.timeline import Timeline
from tests.factories import CORNERS
from tests.media.conftest import seconds
from tests.real_clips import black, combs, ffmpeg, frames_of, moving, needs_encoder, off_corners, ramp, ramp_number

TOP_LEFT, TOP_RIGHT, BOTTOM_LEFT, BOTTOM_RIGHT = CORNERS
KINDS = [
    "landscape", "variable", "ten-bit", "matroska", "webm", "avi", "transport", "camcorder", "broadcast", "quicktime",
]  # fmt: skip


@pytest.fixture
def samples(probed):
    def take(name, count=4, max_side=160, **more):
        path, demuxer, info = probed(name)
        return sample_frames(path, info, demuxer, count=count, max_side=max_side, **more)

    return take


@pytest.mark.parametrize("name", KINDS)
def test_a_few_frames_in_order_and_apart(probed, samples, name):
    if name == "webm" and (reason := needs_encoder("libvpx-vp9")):
        pytest.skip(reason)
    info = probed(name)[2]
    found = samples(name)
    times = [time for time, _ in found]
    assert 3 <= len(found) <= 4
    assert times == sorted(set(times))
    assert times[0] >= 0
    assert times[-1] < info.duration
    assert {picture.shape for _, picture in found} == {(90, 160, 3)}
    assert {picture.dtype for _, picture in found} == {np.dtype(np.uint8)}
    if name != "ten-bit":  # that one stands still
        assert all(np.abs(a.astype(int) - b).mean() > 1 for (_, a), (_, b) in pairwise(found))


@pytest.mark.parametrize("count", [1, 2, 5, 8])
def test_no_stretch_of_the_clip_is_left_out(samples, count):
    """A key frame between two parts may stand for both."""
    times = [time for time, _ in samples("ramp", count)]
    assert count * 0.75 <= len(times) <= count
    part = Fraction(2, count)
    assert times[0] <= part
    assert times[-1] >= 2 - part
    assert all(part / 2 <= later - time <= part * 2 for time, later in pairwise(times))


def test_each_is_the_frame_of_its_time(samples):
    for time, picture in samples("ramp", 8):
        assert ramp_number(picture) == pytest.approx(float(time * 25), abs=0.6)


def test_more_samples_than_frames_are_the_frames(samples):
    found = samples("silent", 200)
    assert 20 <= len(found) <= 25


def test_only_the_span_is_looked_at(samples):
    found = samples("ramp", 4, span=seconds(0.82, 1.6))
    assert 3 <= len(found) <= 4
    for time, picture in found:
        assert 0.82 <= time < 1.6
        assert ramp_number(picture) == pytest.approx(float(time * 25), abs=0.6)


def test_the_first_frame_is_seldom_a_sample(tmp_path):
    """It is often black; here it alone is a key frame near the start."""
    path = tmp_path / "fade.mp4"
    ffmpeg(*ramp(seconds=2), "-c:v", "libx264", "-g", "12", path)
    found = sample_frames(path, probe_clip(path, "mov"), "mov", count=8, max_side=128)
    assert found[0][0] > 0


@pytest.mark.parametrize("name", ["ramp", "transport", "matroska"])
def test_the_same_every_time(samples, name):
    first, second = samples(name), samples(name)
    assert [time for time, _ in first] == [time for time, _ in second]
    assert all(np.array_equal(a, b) for (_, a), (_, b) in zip(first, second, strict=True))


@pytest.mark.parametrize(
    ("max_side", "shape"), [(1000, (180, 320, 3)), (320, (180, 320, 3)), (160, (90, 160, 3)), (64, (36, 64, 3))]
)
def test_the_longer_side_is_held_and_nothing_is_enlarged(samples, max_side, shape):
    assert {picture.shape for _, picture in samples("landscape", 1, max_side)} == {shape}


@pytest.mark.parametrize(
    ("name", "shape", "expected"),
    [
        ("corners", (180, 320, 3), CORNERS),
        ("turned", (320, 180, 3), (TOP_RIGHT, BOTTOM_RIGHT, TOP_LEFT, BOTTOM_LEFT)),
        ("upside-down", (180, 320, 3), (BOTTOM_RIGHT, BOTTOM_LEFT, TOP_RIGHT, TOP_LEFT)),
        ("mirrored", (180, 320, 3), (TOP_RIGHT, TOP_LEFT, BOTTOM_RIGHT, BOTTOM_LEFT)),
        ("anamorphic", (180, 320, 3), CORNERS),
        ("ten-bit", (180, 320, 3), CORNERS),
        ("hd-corners", (720, 1280, 3), CORNERS),
    ],
)
def test_upright_with_square_pixels_and_true_colours(probed, name, shape, expected):
    path, demuxer, info = probed(name)
    ((_, sample),) = sample_frames(path, info, demuxer, count=1, max_side=2000)
    single = frame_at(path, info, demuxer, Fraction(0))
    for picture in (sample, single):
        assert picture.shape == shape
        assert picture.flags.c_contiguous
        assert off_corners(picture, expected) < 12


def test_a_narrow_clip_turned_and_scaled(probed):
    path, demuxer, info = probed("turned")
    ((_, picture),) = sample_frames(path, info, demuxer, count=1, max_side=160)
    assert picture.shape == (160, 90, 3)
    assert off_corners(picture, (TOP_RIGHT, BOTTOM_RIGHT, TOP_LEFT, BOTTOM_LEFT)) < 12


@pytest.mark.parametrize("name", [*KINDS, "ramp", "turned"])
def test_a_frame_asked_for_is_the_sample_of_that_time(probed, name):
    if name == "webm" and (reason := needs_encoder("libvpx-vp9")):
        pytest.skip(reason)
    path, demuxer, info = probed(name)
    for time, picture in sample_frames(path, info, demuxer, count=3, max_side=4000):
        again = frame_at(path, info, demuxer, time)
        assert again.shape == picture.shape
        assert np.abs(again.astype(int) - picture).mean() < 1


@pytest.mark.parametrize(
    ("time", "number"), [(0, 0), (0.04, 1), (0.4, 10), (0.41, 11), (0.44, 11), (1.2, 30), (1.96, 49), (99, 49)]
)
def test_the_first_frame_at_or_after_a_time(probed, time, number):
    path, demuxer, info = probed("ramp")
    picture = frame_at(path, info, demuxer, *seconds(time))
    assert ramp_number(picture) == pytest.approx(number, abs=0.6)


def test_frames_that_refer_to_later_ones_come_in_order(tmp_path):
    path = tmp_path / "b-frames.mp4"
    encoder = ["-c:v", "libx264", "-preset", "medium", "-bf", "3", "-g", "50", "-crf", "10"]
    ffmpeg(*ramp(seconds=2), *encoder, path)
    info = probe_clip(path, "mov")
    for time, picture in sample_frames(path, info, "mov", count=6, max_side=128):
        assert ramp_number(picture) == pytest.approx(float(time * 25), abs=0.6)


def test_a_clip_that_does_not_start_at_zero(tmp_path):
    path = tmp_path / "late.ts"
    ffmpeg(*ramp(seconds=2), "-c:v", "libx264", "-g", "10", "-crf", "10", "-output_ts_offset", "100", path)
    info = probe_clip(path, "mpegts")
    assert info.duration == 2
    for time, picture in sample_frames(path, info, "mpegts", count=4, max_side=128):
        assert time < 2
        assert ramp_number(picture) == pytest.approx(float(time * 25), abs=0.6)


def test_one_frame_is_a_clip_too(tmp_path):
    path = tmp_path / "one.mp4"
    ffmpeg(*moving(), "-frames:v", "1", "-pix_fmt", "yuv420p", path)
    info = probe_clip(path, "mov")
    found = sample_frames(path, info, "mov", count=8, max_side=100)
    assert [time for time, _ in found] == [0]
    assert frame_at(path, info, "mov", Fraction(5)).shape == (180, 320, 3)


@pytest.mark.parametrize(("time", "number"), [("0.0", 0), ("0.48", 12), ("0.49", 13), ("0.55", 14), ("0.61", 15)])
def test_a_named_time_is_the_frame_that_begins_at_once_or_is_seen_then(clip, time, number):
    """Frames of 0.04 s up to 0.48 s, and of 0.08 s from there on."""
    with open_clip(clip("variable"), "mov", "measure") as container:
        _, timeline = open_frames(container)
    assert timeline.named(Fraction(time)) == number
    slow = Timeline(Fraction(1), (0, 5, 10), (0,), 0, 15, Fraction(15), 0)
    assert [slow.named(Fraction(t)) for t in ("0", "0.1", "4.8", "4.95", "5", "9", "99")] == [0, 0, 0, 1, 1, 1, 2]


def test_a_damaged_stretch_costs_its_own_samples_only(clip, tmp_path):
    data = bytearray(clip("ramp").read_bytes())
    start = data.index(b"mdat") + 4
    middle = start + (len(data) - start) // 2
    data[middle : middle + 400] = bytes(400)
    path = tmp_path / "damaged.mp4"
    path.write_bytes(data)
    found = sample_frames(path, probe_clip(path, "mov"), "mov", count=8, max_side=64)
    assert 4 <= len(found) <= 8


@pytest.mark.parametrize("ask", ["sample", "single"])
def test_nothing_that_decodes_is_said(probed, tmp_path, ask):
    path, demuxer, info = probed("silent")
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 4
    data[start:] = bytes(len(data) - start)
    broken = tmp_path / "zeros.mp4"
    broken.write_bytes(data)
    with pytest.raises(AssetError, match="no frame of the clip can be decoded") as error:
        if ask == "sample":
            sample_frames(broken, info, demuxer, count=4, max_side=100)
        else:
            frame_at(broken, info, demuxer, Fraction(0))
    assert error.value.code == "unreadable"


def test_a_clip_that_changed_its_kind_meanwhile_is_said(probed, tmp_path):
    _, demuxer, info = probed("silent")
    (tmp_path / "x.mp4").write_text("no film")
    with pytest.raises(AssetError, match="the clip cannot be read"):
        sample_frames(tmp_path / "x.mp4", info, demuxer, count=1, max_side=100)


@pytest.mark.parametrize(("transfer", "white"), [("smpte2084", 0.58), ("arib-std-b67", 0.75)])
def test_high_dynamic_range_looks_like_a_picture(tmp_path, transfer, white):
    """Paper white (203 cd/m2) must come out light but not blown, black as black, and brighter as brighter."""
    path = tmp_path / "hdr.mp4"
    levels = [64, round(64 + 876 * white), 940]
    bars = f"geq=lum='if(lt(X,42),{levels[0]},if(lt(X,86),{levels[1]},{levels[2]}))':cb=512:cr=512"
    tags = f"setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc:range=tv"
    encoder = ["-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high10", "-crf", "5"]
    ffmpeg(*black("128x72", 0.2), "-vf", f"format=yuv420p10le,{bars},{tags}", *encoder, path)
    picture = frame_at(path, probe_clip(path, "mov"), "mov", Fraction(0))
    dark, paper, bright = (int(picture[36, x].mean()) for x in (20, 64, 110))
    assert dark < 8
    assert 215 < paper < 235
    assert bright > paper + 15
    assert np.ptp(picture[36, 64].astype(int)) < 8  # grey stays grey


@pytest.mark.parametrize("given", ["limited", "full"])
@pytest.mark.parametrize("kept_as", ["gray", "gray10"])
def test_grey_is_as_bright_as_it_says(tmp_path, kept_as, given):
    path = tmp_path / "grey.mkv"
    grey = f"color=0xc0c0c0:size=64x64:duration=0.2,format=gbrp,zscale=matrix=709:range={given},format={kept_as}"
    grey += f",setparams=range={given}"
    ffmpeg("-f", "lavfi", "-i", grey, "-c:v", "ffv1", path)
    picture = frame_at(path, probe_clip(path, "matroska"), "matroska", Fraction(0))
    assert np.abs(picture.astype(int) - 0xC0).max() <= 1


def test_names_with_colons_and_percents(clip, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path.relative_to(tmp_path) / "-100% 春.mp4"
    shutil.copyfile(clip("corners"), path)
    info = probe_clip(path, sniff(path).reader)
    assert off_corners(frame_at(path, info, "mov", Fraction(0))) < 12


def test_a_seek_never_hides_what_only_the_first_packet_says(tmp_path):
    """The version of x264 stands there, and decoders read 4:4:4 of old versions in another way.

    No old version is at hand, so a new film claims to be old: read wrongly, it proves that the claim was heard.
    """
    new, claims_old = tmp_path / "new.mp4", tmp_path / "claims-old.mp4"
    ffmpeg(*moving("128x128", seconds=2), "-c:v", "libx264", "-pix_fmt", "yuv444p", "-g", "10", new)
    claims_old.write_bytes(re.sub(rb"(x264 - core )\d{3}", rb"\g<1>148", new.read_bytes()))
    shown = [frame_at(path, probe_clip(path, "mov"), "mov", Fraction(6, 5)) for path in (new, claims_old)]
    assert np.abs(shown[0].astype(int) - shown[1]).mean() > 5


def test_frames_of_interlaced_clips_show_no_combs(probed):
    path, demuxer, info = probed("interlaced")
    raw = frames_of(path)[20][1]
    shown = frame_at(path, info, demuxer, Fraction(20, 25))
    assert shown.shape == raw.shape
    assert combs(raw) > 1.5
    assert combs(shown) < 0.9
    [(_, small)] = sample_frames(path, info, demuxer, count=1, max_side=160)
    assert small.shape == (90, 160, 3)


@pytest.mark.parametrize("name", ["ramp", "transport", "webm"])
def test_frames_are_the_ones_shown_at_the_times_asked_for(probed, name):
    path, demuxer, info = probed(name)
    wanted = seconds(0, 0.5, 0.51, 0.9)
    found = frames_at(path, info, demuxer, wanted, 64)
    whole = dict(sample_frames(path, info, demuxer, count=50, max_side=64))
    assert [float(time) for time, _ in found] == pytest.approx([0, 0.5, 0.88], abs=0.045)
    assert all(np.array_equal(picture, whole[time]) for time, picture in found if time in whole)
    if name == "ramp":
        assert [round(ramp_number(picture)) for _, picture in found] == [0, 12, 22]


@pytest.mark.parametrize("group", [20, 250])
def test_a_clip_that_an_edit_list_starts_behind_a_key_frame(tmp_path, group):
    """As a phone trims it: what the first frames are decoded from lies before the clip, and is not shown."""
    whole, path = tmp_path / "whole.mp4", tmp_path / "trimmed.mp4"
    ffmpeg(*ramp(seconds=2), "-c:v", "libx264", "-bf", "2", "-g", group, "-crf", "10", whole)
    ffmpeg("-ss", "0.32", "-i", whole, "-c", "copy", path)
    info = probe_clip(path, "mov")
    assert info.duration == Fraction(42, 25)
    for time, picture in sample_frames(path, info, "mov", count=50, max_side=128):
        assert ramp_number(picture) == pytest.approx(8 + float(time * 25), abs=0.6)
    for number in (0, 3, 15):
        shown = frame_at(path, info, "mov", Fraction(number, 25))
        assert ramp_number(shown) == pytest.approx(8 + number, abs=0.6)
    films = [round(ramp_number(picture)) for _, picture in film_of(path, info, "mov", Size(64, 36), 25)]
    assert films == list(range(8, 50))


def test_key_frames_that_do_not_decode_are_tried_once_more_each_alone_and_cost_no_other(clip, monkeypatch):
    path = clip("ramp")
    with open_clip(path, "mov", "measure") as container:
        video, timeline = open_frames(container)
        keys, bad = timeline.keys, timeline.keys[2:4]
        decode, fed = decoding._decode, []

        def broken(stream, packet):
            fed.append(None if packet is None else packet.pts)  # None empties the decoder
            return [] if packet is not None and packet.pts in bad else decode(stream, packet)

        monkeypatch.setattr(decoding, "_decode", broken)
        found = [frame.pts for frame in decoding.decode_alone(container, video, keys)]
    assert sorted(found) == [key for key in keys if key not in bad]
    assert fed == [*keys, None, bad[0], None, bad[1], None, None]


def test_a_sample_of_a_shot_is_the_frame_of_its_time(clip):
    for time, picture in ClipMedium(clip("ramp"), "mov").frames_of_shots(8, 160):
        assert ramp_number(picture) == pytest.approx(float(time * 25), abs=0.6)


@pytest.mark.parametrize("what", ["bytes", "time"])
def test_a_file_that_was_written_to_is_another(clip, tmp_path, what):
    path = tmp_path / "clip.mp4"
    path.write_bytes(clip("ramp").read_bytes())
    with open_clip(path, "mov", "measure") as container:
        video = container.streams.video[0]
        before = timeline._identity(container, video)
        assert timeline._identity(container, video) == before
        file = path.stat()
        if what == "bytes":
            path.write_bytes(path.read_bytes() + b"\0" * 8)
        os.utime(path, ns=(file.st_atime_ns, file.st_mtime_ns + (what == "time")))
        assert timeline._identity(container, video) != before


def test_packets_are_read_once_while_the_file_is_the_same(clip, tmp_path, monkeypatch):
    path, read = tmp_path / "clip.mp4", []
    path.write_bytes(clip("ramp").read_bytes())
    info = probe_clip(path, "mov")
    real = timeline._read
    monkeypatch.setattr(timeline, "_read", lambda *a: read.append(1) or real(*a))
    frames_at(path, info, "mov", [Fraction(1)], 64)
    assert not read
    path.write_bytes(clip("landscape").read_bytes())
    frames_at(path, info, "mov", [Fraction(1)], 64)
    assert read == [1]
    for n in range(9):
        (tmp_path / f"{n}.mp4").write_bytes(clip("ramp").read_bytes())
        frames_at(tmp_path / f"{n}.mp4", info, "mov", [Fraction(0)], 64)
    assert len(timeline._known) <= 4
