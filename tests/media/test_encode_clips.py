import dataclasses
import shutil
import sys
from fractions import Fraction
from itertools import pairwise
from math import floor
from pathlib import Path

import av
import numpy as np
import pytest

from assetkit.errors import AssetError
from assetkit.geometry import Box, Size
from assetkit.media import ffmpeg as hand
from assetkit.media.clips import probe_clip
from assetkit.media.encode_clips import encode_command, prove_decodable, write_clip
from assetkit.media.frames import frame_at, frames_at
from assetkit.media.medium import ClipMedium
from assetkit.media.screen import screen_clip
from assetkit.media.vmaf import vmaf_score
from assetkit.model import Method, PadStyle
from assetkit.windows import Keyframe, Move
from tests.factories import CORNERS
from tests.media.conftest import clip_plan, seconds
from tests.real_clips import (
    combs,
    corners,
    ffmpeg,
    frames_of,
    is_moov_first,
    moving,
    needs_encoder,
    off_corners,
    packets,
    ramp,
    ramp_number,
    tone,
)

RED, GREEN, BLUE, YELLOW = CORNERS
SOURCES = [
    "landscape", "portrait", "silent", "low-sound", "ntsc", "anamorphic", "turned", "upside-down", "mirrored",
    "variable", "moov-last", "ten-bit", "matroska", "webm", "avi", "transport", "camcorder", "broadcast", "quicktime",
]  # fmt: skip
# how a fake finds the file that it is to write
TARGET = "import pathlib; pathlib.Path([a for a in sys.argv if a.startswith('file:')][-1][5:])"
# the four quarters of `corners` as each clip shows them
SHOWN = {
    "corners": CORNERS,
    "anamorphic": CORNERS,
    "ten-bit": CORNERS,
    "hd-corners": CORNERS,
    "turned": (GREEN, YELLOW, RED, BLUE),
    "upside-down": (YELLOW, BLUE, GREEN, RED),
    "mirrored": (GREEN, RED, YELLOW, BLUE),
}


@pytest.fixture
def write(probed, tmp_path):
    """Make a planned clip of a real one; give the target and what was said."""

    def one(name, target="made.mp4", deadline=120, on_progress=None, **plan):
        path, demuxer, info = probed(name)
        made = tmp_path / target
        said = write_clip(
            path, demuxer, info, clip_plan(info, **plan), made, deadline_seconds=deadline, on_progress=on_progress
        )
        return made, said

    return one


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_high_dynamic_range_looks_the_same_in_the_clip_and_in_its_cover(tmp_path, transfer):
    path, made = tmp_path / "hdr.mp4", tmp_path / "made.mp4"
    tags = f"setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc:range=tv"
    ramp = f"format=yuv420p10le,geq=lum='64+876*X/W':cb=512:cr=512,{tags}"
    encoder = ["-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high10", "-crf", "3"]
    ffmpeg(*moving("128x72", seconds=0.4), "-vf", ramp, *encoder, path)
    info = probe_clip(path, "mov")
    write_clip(path, "mov", info, clip_plan(info, quality_max=5), made, deadline_seconds=60)
    cover = frame_at(path, info, "mov", Fraction(0))
    clip = frame_at(made, probe_clip(made, "mov"), "mov", Fraction(0))
    assert np.abs(cover.astype(int) - clip).max() < 8


def confirm(path, size, duration):
    """What a player finds in a delivered clip; everything that holds for all of them is asserted here."""
    assert is_moov_first(path)
    prove_decodable(path, "mov")
    with av.open(str(path)) as container:
        assert "mp4" in container.format.name
        assert 1 <= len(container.streams) <= 2
        (video,) = container.streams.video
        frames = list(container.decode(video))
        context = video.codec_context
        assert (context.name, context.profile, context.pix_fmt) == ("h264", "High", "yuv420p")
        assert (context.width, context.height) == (size.width, size.height)
        assert size.width % 2 == size.height % 2 == 0
        assert (video.sample_aspect_ratio or 1) == 1
        tags = (context.colorspace, context.color_primaries, context.color_trc, context.color_range)
        assert tuple(int(tag) for tag in tags) == (1, 1, 1, 1)  # BT.709 three times, limited range
        assert {frame.rotation for frame in frames} == {0}
        times = [frame.pts for frame in frames]
        assert all(a < b for a, b in pairwise(times))
        length = probe_clip(path, "mov").duration
        assert abs(length - duration) <= 0.1
        for sound in container.streams.audio:
            assert sound.codec_context.name == "aac"
            assert abs(float(sound.duration * sound.time_base) - duration) <= 0.1
        return frames


def test_a_copy_is_the_same_bytes(clip, write):
    reached = []
    made, said = write("landscape", method=Method.COPY, on_progress=reached.append)
    assert made.read_bytes() == clip("landscape").read_bytes()
    assert said == ("copied byte for byte",)


@pytest.mark.parametrize("name", ["moov-last", "matroska", "transport", "ten-bit", "silent"])
def test_a_remux_keeps_every_packet(clip, probed, write, name):
    made, said = write(name, method=Method.REMUX)
    before, after = probed(name)[2], probe_clip(made, "mov")
    assert said == ("remuxed into mp4 without encoding",)
    assert (after.format, after.is_faststart) == ("mp4", True)
    assert after.video_codec == before.video_codec
    assert after.audio_codec == before.audio_codec
    assert after.display_size == before.display_size
    assert after.frame_count == before.frame_count
    assert abs(after.duration - before.duration) < 0.1
    assert is_moov_first(made)
    prove_decodable(made, "mov")
    old = [picture for _, picture in frames_of(clip(name))]
    new = [picture for _, picture in frames_of(made)]
    assert len(old) == len(new)
    assert all(np.array_equal(a, b) for a, b in zip(old, new, strict=True))
    if name == "moov-last":  # the others hold the same packets in another wrapping
        assert packets(made, "video") == packets(clip(name), "video")
        assert packets(made, "audio") == packets(clip(name), "audio")


def test_a_remux_of_hevc_plays_on_apple_s_machines(write):
    made, _ = write("ten-bit", method=Method.REMUX)
    assert b"hvc1" in made.read_bytes()
    assert b"hev1" not in made.read_bytes()


def test_a_remux_of_a_turned_clip_stays_turned(write):
    made, _ = write("turned", method=Method.REMUX)
    info = probe_clip(made, "mov")
    assert (info.rotation, info.display_size) == (270, Size(180, 320))


@pytest.mark.parametrize("name", SOURCES)
def test_every_kind_of_source_becomes_a_clip_that_plays_everywhere(probed, write, name):
    if name == "webm" and (reason := needs_encoder("libvpx-vp9")):
        pytest.skip(reason)
    info = probed(name)[2]
    made, said = write(name)
    frames = confirm(made, info.display_size, info.duration)
    assert len(frames) == info.frame_count
    found = probe_clip(made, "mov")
    assert found.audio_codec == ("aac" if info.audio_codec else None)
    assert found.is_upright
    assert found.is_variable_frame_rate == info.is_variable_frame_rate
    assert found.frame_rate == info.frame_rate
    assert said == ("H.264 at CRF 20, " + ("sound to AAC" if info.audio_codec else "no sound"),)


@pytest.mark.parametrize("name", SHOWN)
def test_pictures_come_out_upright_and_in_their_colours(write, probed, name):
    made, _ = write(name)
    pictures = [picture for _, picture in frames_of(made)]
    size = probed(name)[2].display_size
    assert pictures[0].shape == (size.height, size.width, 3)
    for picture in (pictures[0], pictures[-1]):
        assert off_corners(picture, SHOWN[name]) < 14


@pytest.mark.parametrize(
    ("name", "window", "picture", "colours"),
    [
        ("corners", Box(0, 0, 160, 180), Size(80, 90), (RED, RED, BLUE, BLUE)),
        ("corners", Box(160, 0, 320, 90), Size(160, 90), (GREEN,) * 4),
        ("corners", Box(80, 45, 240, 135), Size(160, 90), CORNERS),
        ("corners", Box(101, 31, 221, 151), Size(120, 120), CORNERS),  # odd places
        ("ten-bit", Box(101, 31, 221, 151), Size(120, 120), CORNERS),
        ("anamorphic", Box(0, 90, 320, 180), Size(320, 90), (BLUE, YELLOW, BLUE, YELLOW)),
        ("turned", Box(0, 0, 90, 160), Size(90, 160), (GREEN,) * 4),
        ("mirrored", Box(0, 0, 320, 90), Size(320, 90), (GREEN, RED, GREEN, RED)),
        ("upside-down", Box(160, 90, 320, 180), Size(160, 90), (RED,) * 4),
    ],
)
def test_the_window_is_cut_from_the_picture_as_it_is_shown(write, name, window, picture, colours):
    made, _ = write(name, window=window, picture=picture)
    shown = frames_of(made)[5][1]
    assert shown.shape == (picture.height, picture.width, 3)
    assert off_corners(shown, colours) < 14


@pytest.mark.parametrize("name", ["corners", "turned"])
def test_plain_padding(write, probed, name):
    info = probed(name)[2]
    picture = Size(info.display_size.width // 2, info.display_size.height // 2)
    canvas = Size(200, 240)
    made, _ = write(name, picture=picture, canvas=canvas, pad=PadStyle.PLAIN, background="#20a0ff")
    confirm(made, canvas, 1)
    shown = frames_of(made)[3][1]
    box = Box(0, 0, *(picture.width, picture.height))
    left, top = (canvas.width - box.right) // 2 // 2 * 2, (canvas.height - box.bottom) // 2 // 2 * 2
    inside = shown[top : top + picture.height, left : left + picture.width]
    assert off_corners(inside, SHOWN[name]) < 14
    for y, x in ((3, 3), (3, 196), (236, 3), (236, 196)):
        assert np.abs(shown[y, x].astype(int) - (0x20, 0xA0, 0xFF)).max() < 10


def test_blurred_padding_shows_the_picture_softly(write):
    picture, canvas = Size(160, 90), Size(160, 284)
    made, _ = write("corners", picture=picture, canvas=canvas, pad=PadStyle.BLUR)
    confirm(made, canvas, 1)
    shown = frames_of(made)[3][1].astype(int)
    top = (284 - 90) // 2 // 2 * 2
    assert off_corners(shown[top : top + 90]) < 14
    above, below = shown[10], shown[-10]
    for strip, (left, right) in ((above, (RED, GREEN)), (below, (BLUE, YELLOW))):
        for x, colour in ((5, left), (154, right)):
            assert strip[x].argmax() == np.argmax(colour) or colour == YELLOW
            assert strip[x].sum() < sum(colour) - 20  # darker than the picture
        assert np.abs(np.diff(strip, axis=0)).max() < 22  # no hard edge, where the picture has one
    assert np.abs(np.diff(shown[top + 20], axis=0)).max() > 60


@pytest.mark.parametrize(
    ("trim", "first", "count"), [((0, 1), 0, 25), ((0.4, 1.2), 10, 20), ((1, 2), 25, 25), ((0.04, 0.2), 1, 4)]
)
def test_trim_takes_the_frames_between(write, trim, first, count):
    made, _ = write("ramp", trim=seconds(*trim), quality_max=10)
    confirm(made, Size(128, 72), trim[1] - trim[0])
    numbers = [ramp_number(picture) for _, picture in frames_of(made)]
    assert len(numbers) == pytest.approx(count, abs=1)
    assert numbers[0] == pytest.approx(first, abs=0.6)
    assert all(b - a == pytest.approx(1, abs=0.6) for a, b in pairwise(numbers))


@pytest.mark.parametrize("name", ["ramp", "ramp-ts", "ramp-flv"])
@pytest.mark.parametrize("start", [0, 0.41, 0.4399, 0.44])
def test_a_trim_between_two_frames_begins_with_the_one_that_is_shown(write, name, start):
    made, _ = write(name, trim=seconds(start, start + 1), quality_max=10)
    with av.open(str(made)) as container:
        assert container.streams.video[0].start_time == 0
    (time, picture), *_ = frames_of(made)
    assert time == 0
    assert ramp_number(picture) == pytest.approx(floor(start * 25 + 1e-9), abs=0.6)
    confirm(made, Size(128, 72), 1)


@pytest.mark.parametrize("held", ["eq(n,0)+gte(t,3)", "lte(t,3)+gte(t,5.9)", "lte(t,1)+gte(t,4)"])
def test_frames_that_are_held_make_no_clip_longer_than_it_is(tmp_path, held):
    path = tmp_path / "slides.mkv"
    ffmpeg(*moving(seconds=6), "-vf", f"select='{held}'", "-fps_mode", "vfr", "-c:v", "libx264", path)
    info = probe_clip(path, "matroska")
    write_clip(path, "matroska", info, clip_plan(info), tmp_path / "a.mp4", deadline_seconds=60)
    with av.open(str(tmp_path / "a.mp4")) as container:
        assert container.duration / av.time_base == pytest.approx(6, abs=0.1)
    assert probe_clip(tmp_path / "a.mp4", "mov").duration == pytest.approx(6, abs=0.1)


def test_a_trim_far_into_a_stream_without_an_index(tmp_path):
    """Not all before it is decoded, and ffmpeg's seek lands where it likes."""
    path = tmp_path / "long.ts"
    ffmpeg(
        *moving("64x64", rate="5", seconds=90), "-c:v", "libx264", "-preset", "ultrafast", "-g", "60", "-bf", "2", path
    )
    info = probe_clip(path, "mpegts")
    made = ClipMedium(path, "mpegts").write(clip_plan(info, trim=seconds(75.5, 80)), tmp_path / "a.mp4", 60, None)
    assert (made.damage, made.damaged) == (0, ())  # though the decoder misses what it meets first refers to
    ((_, wanted),) = frames_at(path, info, "mpegts", seconds(75.5), 64)
    (time, found), *rest = frames_of(tmp_path / "a.mp4")
    assert (time, len(rest)) == (0, 22)
    assert np.abs(found.astype(int) - wanted.astype(int)).mean() < 6


@pytest.mark.parametrize("suffix", [".mp4", ".ts"])
def test_a_trim_within_a_frame_that_is_long_seen_is_as_long_as_it_says(tmp_path, suffix):
    """As in slides and screen recordings: one frame for four seconds, then movement, under a sound that sets in."""
    slides = "[0:v]select='eq(n,0)+gte(t,4)'[v];[1:a][2:a]concat=n=2:v=0:a=1[a]"
    sound = ["-f", "lavfi", "-i", "anullsrc=d=3:r=44100", "-f", "lavfi", "-i", "sine=d=5:sample_rate=44100"]
    path = tmp_path / f"slides{suffix}"
    made = ["-map", "[v]", "-map", "[a]", "-fps_mode", "vfr", "-c:v", "libx264", "-g", "25", "-c:a", "aac"]
    ffmpeg(*moving(seconds=8), *sound, "-filter_complex", slides, *made, path)
    demuxer = "mov" if suffix == ".mp4" else "mpegts"
    info = probe_clip(path, demuxer)
    keeps_audio = suffix == ".mp4"
    plan = clip_plan(info, trim=seconds(2, 6), keeps_audio=keeps_audio)
    write_clip(path, demuxer, info, plan, tmp_path / "a.mp4", deadline_seconds=60)
    times = [time for time, _ in frames_of(tmp_path / "a.mp4")]
    assert times[0] == 0
    assert times[1] == pytest.approx(2, abs=0.05)
    assert times[-1] == pytest.approx(3.96, abs=0.05)
    screened = screen_clip(
        tmp_path / "a.mp4", "mov", probe_clip(tmp_path / "a.mp4", "mov"), deadline_seconds=60, is_strict=False
    )
    (silence,) = screened.sound.silence
    assert silence.start == pytest.approx(0, abs=0.1)
    assert silence.end == pytest.approx(1, abs=0.1)
    assert vmaf_score(path, demuxer, info, plan, tmp_path / "a.mp4", deadline_seconds=60) > 90


def test_sound_and_picture_are_trimmed_alike(write):
    made, _ = write("ramp", trim=seconds(0.5, 1.5))
    with av.open(str(made)) as container:
        assert len(container.streams.audio) == 1
    confirm(made, Size(128, 72), 1)


@pytest.mark.parametrize(
    ("most", "count", "rate"), [(Fraction(10), 10, 10), (Fraction(25), 25, 25), (Fraction(60), 25, 25)]
)
def test_the_frame_rate_is_capped_and_never_raised(write, most, count, rate):
    made, _ = write("landscape", max_frame_rate=most)
    info = probe_clip(made, "mov")
    assert abs(info.frame_count - count) <= 1
    assert abs(info.duration - 1) <= 0.1
    assert info.frame_rate == pytest.approx(rate, rel=0.02)


def test_uneven_frames_keep_their_own_times(clip, write):
    made, _ = write("variable")
    before = [time for time, _ in frames_of(clip("variable"))]
    after = [time for time, _ in frames_of(made)]
    assert np.allclose(np.diff(before), np.diff(after), atol=0.002)


def test_frames_that_come_faster_than_their_mean_rate_are_kept(tmp_path):
    """As screen recorders write them: bursts at 60 a second, and a stated rate of 30."""
    times = [n / 60 if n < 60 else 1 + (n - 60) / 2 for n in range(64)]
    path = tmp_path / "screen.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, time in enumerate(times):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 3, np.uint8), "rgb24")
            frame.pts, frame.time_base = round(time * 1000), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    info = probe_clip(path, "matroska")
    write_clip(path, "matroska", info, clip_plan(info), tmp_path / "made.mp4", deadline_seconds=60)
    assert np.allclose([time for time, _ in frames_of(tmp_path / "made.mp4")], times, atol=0.001)


def test_uneven_frames_are_evened_on_request(write, probed):
    before = probed("variable")[2]
    made, _ = write("variable", constant_frame_rate=Fraction(25))
    info = probe_clip(made, "mov")
    assert before.is_variable_frame_rate
    assert (info.is_variable_frame_rate, info.frame_rate) == (False, 25)
    assert abs(info.duration - before.duration) <= Fraction(1, 25)
    assert {round(b - a, 4) for (a, _), (b, _) in pairwise(frames_of(made))} == {0.04}


def test_low_sound_is_not_raised(write):
    made, _ = write("low-sound", audio_bitrate=192_000)
    with av.open(str(made)) as container:
        (sound,) = container.streams.audio
        assert sound.codec_context.sample_rate == 22_050
        assert sound.codec_context.bit_rate < 48_000
        assert sound.codec_context.layout.nb_channels == 2


def test_high_sound_is_lowered_to_what_players_take(tmp_path, write):
    path = tmp_path / "high.mov"
    ffmpeg(*moving(seconds=0.5), *tone(96_000, 0.5), "-c:a", "pcm_s24le", path)
    info = probe_clip(path, "mov")
    write_clip(path, "mov", info, clip_plan(info), tmp_path / "made.mp4", deadline_seconds=60)
    with av.open(str(tmp_path / "made.mp4")) as container:
        assert container.streams.audio[0].codec_context.sample_rate == 48_000


def test_sound_that_may_stay_is_copied(clip, write):
    made, said = write("landscape", keeps_audio=True)
    assert packets(made, "audio") == packets(clip("landscape"), "audio")
    assert packets(made, "video") != packets(clip("landscape"), "video")
    assert said == ("H.264 at CRF 20, sound copied",)


def test_sound_alone_is_encoded_and_the_picture_kept(clip, write):
    made, said = write("quicktime", keeps_video=True)
    assert packets(made, "video") == packets(clip("quicktime"), "video")
    info = probe_clip(made, "mov")
    assert (info.format, info.audio_codec, info.is_faststart) == ("mp4", "aac", True)
    assert said == ("picture copied, sound to AAC",)
    prove_decodable(made, "mov")


def test_what_else_is_in_the_file_is_left_out(clip, tmp_path):
    """A second picture, a second sound, subtitles, chapters and the maker's remarks."""
    (tmp_path / "words.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nhello\n")
    (tmp_path / "chapters").write_text(
        ";FFMETADATA1\nartist=Mrs Secret\n[CHAPTER]\nSTART=0\nEND=500000000\ntitle=One\n"
    )
    path = tmp_path / "full.mkv"
    inputs = [x for p in (clip("landscape"), tmp_path / "words.srt", tmp_path / "chapters") for x in ("-i", p)]
    maps = ["-map", "0:v", "-map", "0:v", "-map", "0:a", "-map", "0:a", "-map", "1:s"]
    ffmpeg(*inputs, *maps, "-map_metadata", "2", "-map_chapters", "2", "-c", "copy", path)
    assert b"Mrs Secret" in path.read_bytes()
    info = probe_clip(path, "matroska")
    for method in (Method.REMUX, Method.ENCODE):
        made = tmp_path / f"{method}.mp4"
        write_clip(path, "matroska", info, clip_plan(info, method=method), made, deadline_seconds=60)
        assert b"Secret" not in made.read_bytes()
        with av.open(str(made)) as container:
            assert [s.type for s in container.streams] == ["video", "audio"]
            assert container.chapters() == []


def test_progress_goes_up_to_one(write):
    reached = []
    write("two-seconds", on_progress=reached.append)
    assert reached
    assert reached == sorted(reached)
    assert all(0 <= share <= 1 for share in reached)
    assert reached[-1] > 0.9


def free_size(write):
    return write("two-seconds", "free.mp4")[0].stat().st_size


def test_a_limit_that_is_far_away_changes_nothing(write):
    size = free_size(write)
    made, said = write("two-seconds", max_bytes=size * 100)
    assert abs(made.stat().st_size - size) < size / 20
    assert said == ("H.264 at CRF 20, sound to AAC",)


@pytest.mark.parametrize("most", [None, 5_000_000, 15_000_000, 200_000_000])
def test_a_generous_limit_does_not_ask_for_a_modern_player(write, most):
    data = write("two-seconds", max_bytes=most)[0].read_bytes()
    level = data[data.index(b"avcC") + 7]
    assert level <= 42


@pytest.mark.parametrize("share", [0.7, 0.5, 0.4])
def test_a_tight_limit_is_met_and_used(write, tmp_path, share):
    most = round(free_size(write) * share)
    made, (said,) = write("two-seconds", max_bytes=most, audio_bitrate=32_000)
    assert 0.85 * most < made.stat().st_size <= most
    assert said.startswith("H.264 in two passes at ")
    assert said.endswith(f"kbit/s to fit {most:,} bytes, sound to AAC")
    confirm(made, Size(320, 180), 2)
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith("made")) == ["made.mp4"]


def sized(monkeypatch, path, *sizes):
    """An encoder whose files have these sizes in turn; says which passes were asked for."""
    left, passes = list(sizes), []

    def pretend(arguments, **_):
        passes.append(arguments[arguments.index("-pass") + 1] if "-pass" in arguments else None)
        size = left.pop(0)
        if size:
            Path(arguments[-2].removeprefix("file:")).write_bytes(bytes(size))

    monkeypatch.setattr(hand, "run", pretend)
    return passes


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [
        ([1_000_000, None, 950_000], 950_000),
        ([1_000_000, None, 1_100_000, 940_000], 940_000),
        ([1_000_000, None, 700_000, 960_000], 960_000),
        ([1_000_000, None, 700_000, 1_200_000], 700_000),
        ([1_000_000, None, 700_000, 650_000], 700_000),
    ],
)
def test_a_rate_that_misses_is_corrected_once(write, tmp_path, monkeypatch, sizes, kept):
    passes = sized(monkeypatch, tmp_path, *sizes)
    made, _ = write("two-seconds", max_bytes=1_000_000)
    assert made.stat().st_size == kept
    assert passes == [None, "1", *["2"] * (len(sizes) - 2)]


def test_an_impossible_limit_is_refused_with_the_least_that_would_do(write):
    with pytest.raises(AssetError) as error:
        write("two-seconds", max_bytes=6_000)
    assert (error.value.code, error.value.stage) == ("file-size-max", "transform")
    assert error.value.detail.startswith("the smallest size that looks acceptable is about ")
    assert "the limit is 6,000" in error.value.detail
    assert error.value.fix


def test_the_smaller_of_two_misses_is_reported(write, tmp_path, monkeypatch):
    sized(monkeypatch, tmp_path, 1_000_000, None, 9_000_000, 8_000_000)
    with pytest.raises(AssetError) as error:
        write("two-seconds", max_bytes=1_000_000)
    assert error.value.code == "file-size-max"
    assert error.value.detail == "the smallest size reached is 8,000,000 bytes, in two passes, the limit is 1,000,000"


def test_a_limit_does_not_concern_what_is_not_drawn(write):
    made, _ = write("moov-last", method=Method.REMUX, max_bytes=1000)
    assert made.stat().st_size > 1000


@pytest.mark.parametrize("script", ["", f"{TARGET}.write_bytes(b'')"])
def test_an_encoder_that_writes_nothing_is_said(write, fake_ffmpeg, script):
    fake_ffmpeg(script)
    with pytest.raises(AssetError, match="ended well but wrote nothing") as error:
        write("silent")
    assert error.value.code == "tool-failed"


def test_an_encoder_that_fails_is_said(write, fake_ffmpeg):
    fake_ffmpeg("sys.stderr.write('no space in my head'); sys.exit(9)")
    with pytest.raises(AssetError, match="ffmpeg failed with exit code 9: no space in my head") as error:
        write("silent")
    assert error.value.code == "tool-failed"


def test_an_encoder_that_hangs_is_stopped(write, fake_ffmpeg):
    fake_ffmpeg("signal.pause()")
    with pytest.raises(AssetError, match=r"took longer than 0\.5 s"):
        write("silent", deadline=0.5)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
def test_half_a_file_is_found_out_by_the_proof(write, clip, tmp_path, fake_ffmpeg, monkeypatch, share):  # noqa: PLR0917
    data = clip("two-seconds").read_bytes()
    (tmp_path / "half").write_bytes(data[: max(100, int(len(data) * share))])
    fake_ffmpeg(f"{TARGET}.write_bytes(pathlib.Path({str(tmp_path / 'half')!r}).read_bytes())")
    made, _ = write("silent")
    monkeypatch.delenv("ASSETKIT_FFMPEG")
    with pytest.raises(AssetError) as error:
        probe_clip(made, "mov")
        prove_decodable(made, "mov")
    assert error.value.code == "unreadable"


def test_a_clip_without_a_known_track_is_refused(clip, tmp_path, probed):
    info = probed("landscape")[2]
    with pytest.raises(AssetError, match="no moving picture") as error:
        write_clip(clip("sound-only"), "mov", info, clip_plan(info), tmp_path / "made.mp4", deadline_seconds=60)
    assert error.value.stage == "transform"


@pytest.mark.parametrize("name", ["-x.mp4", "100%d.mp4", "http:x.mp4", "a:b.mp4", "春 季.mp4", "it's [1],;=.mp4"])
def test_names_are_names_on_both_ends(clip, tmp_path, monkeypatch, name):
    if sys.platform == "win32" and ":" in name:
        pytest.skip("no file is called that on Windows")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    shutil.copyfile(clip("two-seconds"), name)
    source = Path(name)
    info = probe_clip(source, "mov")
    plan = clip_plan(info, max_bytes=50_000, audio_bitrate=32_000)  # so that two passes follow
    for place, how in ((Path("out", name), clip_plan(info, method=Method.REMUX)), (Path(f"{name}.mp4"), plan)):
        write_clip(source, "mov", info, how, place, deadline_seconds=60)
        assert probe_clip(place, "mov").frame_count == 50


def test_the_bare_command_is_the_first_attempt(probed, tmp_path):
    path, demuxer, info = probed("silent")
    arguments = encode_command(path, demuxer, info, clip_plan(info, quality_max=24), tmp_path / "x.mp4")
    assert arguments[arguments.index("-crf") + 1] == "24"
    assert f"file:{tmp_path / 'x.mp4'}" in arguments


def test_the_source_is_never_touched(clip, write):
    before = clip("ramp").read_bytes()
    write("ramp", trim=seconds(0, 1))
    assert clip("ramp").read_bytes() == before


def test_interlaced_clips_come_out_whole_at_their_own_rate(write, probed):
    made, _ = write("interlaced")
    info = probe_clip(made, "mov")
    assert (info.is_interlaced, info.frame_rate, info.frame_count) == (False, 25, 50)
    source, pictures = frames_of(probed("interlaced")[0]), frames_of(made)
    assert combs(source[20][1]) > 1.5
    assert max(combs(picture) for _, picture in pictures[5:45]) < 1


@pytest.mark.parametrize(
    ("name", "loss"), [("two-seconds", 10), ("landscape", 10), ("interlaced", 5), ("anamorphic", 0), ("turned", 0)]
)  # the last two are flat, and lose little
def test_vmaf_compares_with_the_source_drawn_alike(write, probed, name, loss):
    path, demuxer, info = probed(name)
    more = {"window": Box(40, 10, 160, 90), "picture": Size(120, 80)}
    plan = clip_plan(info, quality_max=1, **more)
    made, _ = write(name, "fine.mp4", quality_max=1, **more)
    fine = vmaf_score(path, demuxer, info, plan, made, deadline_seconds=60)
    coarse, _ = write(name, "coarse.mp4", quality_max=45, **more)
    assert fine > 90
    assert vmaf_score(path, demuxer, info, plan, coarse, deadline_seconds=60) < fine - loss


def coloured(path, *arguments, size=(320, 180), rate_factor="8", codec=("libx264",)):
    """The four quarters, kept as `arguments` ask for."""
    ffmpeg(*corners(size, 0.3), *arguments, "-c:v", *codec, "-preset", "ultrafast", "-crf", rate_factor, path)
    return probe_clip(path, "mov")


# how the same colours may be kept: nothing of it may be seen in what is delivered
KEPT_AS = {
    "limited BT.709": ["-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,setparams=colorspace=bt709"],
    "full range": ["-vf", "scale=out_color_matrix=bt709:out_range=pc,format=yuv420p,"
                   "setparams=colorspace=bt709:range=pc", "-color_range", "pc"],
    "JPEG's full range": ["-vf", "scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p,"
                          "setparams=colorspace=smpte170m:range=pc"],
    "BT.601 stated": ["-vf", "scale=out_color_matrix=bt601:out_range=tv,format=yuv420p,setparams=colorspace=smpte170m"],
    "BT.601 assumed": ["-vf", "scale=out_color_matrix=bt601:out_range=tv,format=yuv420p,setparams=colorspace=unknown"],
    "10 bits 4:2:2": ["-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv422p10le,setparams=colorspace=bt709"],
    "4:4:4": ["-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv444p,setparams=colorspace=bt709"],
}  # fmt: skip


@pytest.mark.parametrize("how", KEPT_AS)
def test_colours_come_out_alike_however_they_were_kept(tmp_path, how):
    info = coloured(tmp_path / "a.mp4", *KEPT_AS[how])
    made = tmp_path / "made.mp4"
    write_clip(tmp_path / "a.mp4", "mov", info, clip_plan(info, quality_max=10), made, deadline_seconds=60)
    confirm(made, Size(320, 180), info.duration)
    assert off_corners(frames_of(made)[2][1]) < 10
    assert off_corners(frame_at(tmp_path / "a.mp4", info, "mov", Fraction(0))) < 12  # its cover too


@pytest.mark.parametrize(
    ("kept_as", "matrix", "how"),
    [("yuv420p", "709", "full"), ("yuvj420p", "170m", "full"), ("yuv420p", "170m", "limited"),
     ("yuv420p", "170m", "limited,setparams=colorspace=unknown"), ("yuv422p10le", "709", "limited"),
     ("yuv422p10le", "470bg", "limited"), ("yuv444p", "170m", "limited"), ("yuv411p", "170m", "limited"),
     ("yuv440p", "170m", "limited"),
     ("gray", "709", "full"), ("gray10", "709", "full"), ("gray", "709", "limited"),
     ("gray10", "709", "limited"), ("ya8", "709", "full"),
     ("uyvy422", "170m", "limited,setparams=colorspace=unknown"), ("rgb24", "gbr", "full")],
)  # fmt: skip
def test_grey_stays_grey_and_as_bright(tmp_path, kept_as, matrix, how):
    """A step of tint or of light is seen on skin and on white walls, and no tolerance for codecs may hide it."""
    plain = ["-f", "lavfi", "-i", "color=0x808080:size=320x180:rate=25:duration=0.3,format=gbrp"]
    kept = f"zscale=matrix={matrix}:range={how},format={kept_as},setparams=range={how.split(',')[0]}"
    codec = {"uyvy422": "rawvideo", "ya8": "png", "rgb24": "png"}.get(kept_as, "ffv1")
    ffmpeg(*plain, "-vf", kept, "-c:v", codec, tmp_path / "a.mkv")
    info, made = probe_clip(tmp_path / "a.mkv", "matroska"), tmp_path / "made.mp4"
    plan = clip_plan(info, window=Box(3, 0, 273, 180), quality_max=5)
    write_clip(tmp_path / "a.mkv", "matroska", info, plan, made, deadline_seconds=60)
    with av.open(str(made)) as container:
        planes = list(container.decode(video=0))[2].to_ndarray().ravel()
    luma, *chroma = (part.mean() for part in np.split(planes, [270 * 180, 270 * 180 * 5 // 4]))
    assert abs(luma - 126) <= 0.6
    assert all(abs(each - 128) <= 0.6 for each in chroma)


@pytest.mark.parametrize("moves", [False, True])
@pytest.mark.parametrize(
    "kept_as", ["yuv420p", "yuv422p", "yuv420p10le", "yuv422p10le", "yuv444p10le", "nv12", "uyvy422"]
)
def test_windows_at_odd_pixels_keep_the_colours(tmp_path, kept_as, moves):
    """Of deep and of interleaved samples ffmpeg's crop would begin in the middle."""
    path, made = tmp_path / "a.mkv", tmp_path / "made.mp4"
    ffmpeg(
        *corners(seconds=0.4),
        "-c:v",
        "rawvideo" if kept_as in {"nv12", "uyvy422"} else "ffv1",
        "-pix_fmt",
        kept_as,
        path,
    )
    info, window = probe_clip(path, "matroska"), Box(101, 31, 221, 151)
    assert info.pixel_format == kept_as
    ends = (Keyframe(Fraction(0), window, Move.LINEAR), Keyframe(Fraction(1, 5), Box(99, 31, 219, 151), Move.HOLD))
    plan = clip_plan(info, window=window, windows=ends if moves else ())
    write_clip(path, "matroska", info, plan, made, deadline_seconds=60)
    assert all(off_corners(picture) < 14 for _, picture in frames_of(made))


@pytest.mark.parametrize(
    ("primaries", "matrix", "zscale"),
    [("bt2020", "bt2020nc", "p=2020:m=2020_ncl"), ("smpte432", "bt709", "p=smpte432:m=709"),
     ("smpte431", "bt709", "p=smpte431:m=709")],
)  # fmt: skip
def test_wide_colours_come_out_as_they_were_meant(tmp_path, primaries, matrix, zscale):
    """Colours of BT.709 written in wider primaries look pale to whoever takes those for BT.709."""
    stated = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
    given = f"scale=out_color_matrix=bt709:out_range=tv,format=yuv444p,{stated},zscale=t=linear,format=gbrpf32le"
    wide = f"zscale={zscale}:t=709:r=tv,format=yuv420p10le"
    tags = f"setparams=color_primaries={primaries}:color_trc=bt709:colorspace={matrix}:range=tv"
    info = coloured(tmp_path / "wide.mp4", "-vf", f"{given},{wide},{tags}", rate_factor="1")
    assert info.colour_space in {"bt2020", "display-p3", "dci-p3"}
    made = tmp_path / "made.mp4"
    write_clip(tmp_path / "wide.mp4", "mov", info, clip_plan(info, quality_max=10), made, deadline_seconds=60)
    frames = confirm(made, Size(320, 180), info.duration)
    assert frames
    shown = frames_of(made)[2][1]
    assert off_corners(shown) < 14
    taken_for_bt709 = dataclasses.replace(info, colour_space="srgb")
    assert off_corners(frame_at(tmp_path / "wide.mp4", taken_for_bt709, "mov", Fraction(0))) > 14
    assert off_corners(frame_at(tmp_path / "wide.mp4", info, "mov", Fraction(0))) < 14


@pytest.mark.parametrize("size", [(321, 181), (322, 181), (179, 320)])
def test_odd_sizes_are_cropped_or_scaled_to_even_ones(tmp_path, size):
    info = coloured(tmp_path / "odd.mp4", *KEPT_AS["4:4:4"], size=(size[0] // 2 * 2, size[1] // 2 * 2))
    scaled = f"scale={size[0]}:{size[1]},setsar=1,format=yuv444p"
    ffmpeg("-i", tmp_path / "odd.mp4", "-vf", scaled, "-c:v", "libx264", "-crf", "8", tmp_path / "a.mp4")
    info, made = probe_clip(tmp_path / "a.mp4", "mov"), tmp_path / "made.mp4"
    assert info.display_size == Size(*size)
    even = Size(size[0] // 2 * 2, size[1] // 2 * 2)
    plan = clip_plan(info, window=Box(0, 0, *size), picture=even)
    write_clip(tmp_path / "a.mp4", "mov", info, plan, made, deadline_seconds=60)
    confirm(made, even, info.duration)
    assert off_corners(frames_of(made)[2][1]) < 14


def test_frames_without_display_times_are_put_into_order(tmp_path):
    """AVI says when frames are decoded only: copied into MP4 they would jump to and fro."""
    path, made = tmp_path / "a.avi", tmp_path / "made.mp4"
    ffmpeg(*ramp(seconds=1), "-c:v", "libx264", "-bf", "2", "-x264-params", "b-adapt=0:b-pyramid=none", path)
    info = probe_clip(path, "avi")
    assert not info.has_display_times
    write_clip(path, "avi", info, clip_plan(info, quality_max=10), made, deadline_seconds=60)
    assert probe_clip(made, "mov").has_display_times
    numbers = [ramp_number(picture) for _, picture in frames_of(made)]
    assert all(b - a == pytest.approx(1, abs=0.6) for a, b in pairwise(numbers))
