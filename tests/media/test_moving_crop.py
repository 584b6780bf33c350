"""Windows that jump and move, to the frame: a white square that moves is to stay where it is in every output frame."""

import subprocess
from dataclasses import replace
from fractions import Fraction

import imageio_ffmpeg
import numpy as np
import pytest

from assetkit.geometry import Box, Size
from assetkit.media.clips import probe_clip
from assetkit.media.containers import find_tracks
from assetkit.media.encode_clips import write_clip
from assetkit.media.moving_crop import margin, offsets
from assetkit.model import Method, Plan
from assetkit.windows import Keyframe, Move, window_at
from tests.real_clips import ffmpeg, frames_of

WIDE, HIGH, SIDE, WINDOW = 320, 180, 32, Size(102, 180)
X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-pix_fmt", "yuv420p"]


def at(left, time=0, move=Move.HOLD):
    return Keyframe(Fraction(time), Box(left, 0, left + WINDOW.width, HIGH), move)


def square_clip(path, places, *options, rate=Fraction(25)):
    """A square whose left edge stands at each of `places`, one a frame, so that frame n is told by its place."""
    frames = np.full((len(places), HIGH, WIDE, 3), 40, np.uint8)
    for frame, left in zip(frames, places, strict=True):
        frame[70 : 70 + SIDE, left : left + SIDE] = 235
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    command += ["-s", f"{WIDE}x{HIGH}", "-r", str(rate), "-i", "-", *(options or X264), str(path)]
    subprocess.run(command, input=frames.tobytes(), check=True)
    return path


def cropped(source, windows, tmp_path, demuxer="mov", **more):
    """Where the square starts in every frame of the output."""
    info, target = probe_clip(source, demuxer), tmp_path / "out.mp4"
    plan = Plan(Method.ENCODE, "mp4", windows[0].box, WINDOW, WINDOW, windows=tuple(windows), quality_max=12)
    write_clip(source, demuxer, info, replace(plan, **more), target, deadline_seconds=60)
    return [left_edge(picture) for _, picture in frames_of(target)]


def left_edge(picture):
    bright = np.flatnonzero(picture[75:95].mean(axis=(0, 2)) > 140)
    return int(bright[0]) if bright.size == pytest.approx(SIDE, abs=1) else None


def is_held(lefts, within=1):
    return all(left is not None and abs(left - 35) <= within for left in lefts)


def jumps(rate=Fraction(25), count=60, every=7):
    """A square that jumps every few frames, and windows that hold it 35 px from their left edge."""
    places = [40 + 61 * (n // every % 4) for n in range(count)]
    starts = [n for n in range(count) if n == 0 or places[n] != places[n - 1]]
    return places, [at(places[n] - 35, n / rate) for n in starts]


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(30000, 1001), Fraction(60), Fraction(24000, 1001)])
def test_the_window_jumps_on_the_very_frame_of_the_cut(tmp_path, rate):
    places, windows = jumps(rate)
    found = cropped(square_clip(tmp_path / "in.mp4", places, rate=rate), windows, tmp_path)
    assert len(found) == len(places)
    assert is_held(found)


@pytest.mark.parametrize(
    ("suffix", "demuxer", "options"),
    [
        (".ts", "mpegts", X264),
        (".mkv", "matroska", X264),
        (".avi", "avi", ["-c:v", "mjpeg", "-q:v", "2"]),
        (".webm", "matroska", ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-crf", "20"]),
    ],
)
def test_it_does_so_in_every_container(tmp_path, suffix, demuxer, options):
    places, windows = jumps(Fraction(30000, 1001))
    source = square_clip(tmp_path / f"in{suffix}", places, *options, rate=Fraction(30000, 1001))
    assert is_held(cropped(source, windows, tmp_path, demuxer))


def test_sound_that_starts_before_the_picture_shifts_nothing(tmp_path):
    places, windows = jumps()
    source = tmp_path / "late.mkv"
    square_clip(tmp_path / "in.mp4", places)
    tone = ["-f", "lavfi", "-i", "sine=duration=2"]
    late = ["-itsoffset", "0.37", "-i", tmp_path / "in.mp4"]
    ffmpeg(*tone, *late, "-map", "1:v", "-map", "0:a", "-c:v", "copy", "-c:a", "aac", source)
    assert find_tracks(source, "matroska").delay > Fraction(3, 10)
    assert is_held(cropped(source, windows, tmp_path, "matroska"))


@pytest.mark.parametrize("start", [Fraction(0), Fraction(7, 25), Fraction(333, 1000), Fraction(1)])
@pytest.mark.parametrize(("suffix", "demuxer"), [(".mp4", "mov"), (".ts", "mpegts")])
def test_what_is_trimmed_away_does_not_shift_the_windows(tmp_path, start, suffix, demuxer):
    places, windows = jumps()
    source = square_clip(tmp_path / f"in{suffix}", places)
    found = cropped(source, windows, tmp_path, demuxer, trim=(start, Fraction(2)))
    assert len(found) == pytest.approx(25 * (2 - start), abs=1)
    assert is_held(found)


def test_frames_with_uneven_times_get_their_own_windows(tmp_path):
    places, _ = jumps()
    square_clip(tmp_path / "even.mp4", places)
    source = tmp_path / "uneven.mp4"
    uneven = ["-vf", "settb=1/1000,setpts='(N+0.4*mod(N,3)+gt(N,30)*5)*40'"]
    ffmpeg("-i", tmp_path / "even.mp4", *uneven, "-fps_mode", "passthrough", "-enc_time_base", "1:1000", *X264, source)
    times = [Fraction(time).limit_denominator(1000) for time, _ in frames_of(source)]
    changes = [n for n in range(len(places)) if n == 0 or places[n] != places[n - 1]]
    windows = [at(places[n] - 35, times[n] - times[0]) for n in changes]
    assert is_held(cropped(source, windows, tmp_path))


def test_a_lower_frame_rate_mixes_no_shots(tmp_path):
    places, windows = jumps(Fraction(60), 90)
    source = square_clip(tmp_path / "in.mp4", places, rate=Fraction(60))
    found = cropped(source, windows, tmp_path, max_frame_rate=Fraction(25))
    assert len(found) == pytest.approx(37, abs=1)
    assert is_held(found)


def test_a_pan_follows_to_the_pixel_and_never_jumps(tmp_path):
    windows = [at(0), at(0, Fraction(2, 5), Move.LINEAR), at(150, 2, Move.LINEAR), at(200, Fraction(12, 5))]
    places = [window_at(windows, Fraction(n, 25)).left + 35 for n in range(70)]
    found = cropped(square_clip(tmp_path / "in.mp4", places), windows, tmp_path)
    assert is_held(found)


def test_the_crop_is_made_in_square_upright_pixels(tmp_path):
    places, windows = jumps()
    square_clip(tmp_path / "even.mp4", places)
    turned = tmp_path / "turned.mov"
    ffmpeg("-i", tmp_path / "even.mp4", "-vf", "transpose=1", *X264, tmp_path / "coded.mp4")
    ffmpeg("-display_rotation", "90", "-i", tmp_path / "coded.mp4", "-c", "copy", turned)
    assert probe_clip(turned, "mov").display_size == Size(WIDE, HIGH)
    assert is_held(cropped(turned, windows, tmp_path))
    squeezed = tmp_path / "squeezed.mp4"
    ffmpeg("-i", tmp_path / "even.mp4", "-vf", f"scale=160:{HIGH},setsar=2", *X264, squeezed)
    assert probe_clip(squeezed, "mov").display_size == Size(WIDE, HIGH)
    assert is_held(cropped(squeezed, windows, tmp_path), within=3)


def test_hundreds_of_shots_are_no_limit(tmp_path):
    places, windows = jumps(count=700, every=1)
    source = square_clip(tmp_path / "in.mp4", places)
    assert len(windows) == 700
    assert is_held(cropped(source, windows, tmp_path))


def test_an_edge_that_never_changes_is_a_plain_number():
    left, top = offsets([at(5), at(9, 2)], Fraction(0), Fraction(1, 100))
    assert (left, top) == ("floor((5+4*gte(t,1.990000))+0.5)", "floor(0+0.5)")


def test_a_coarse_clock_makes_the_window_no_more_than_a_quarter_of_a_frame_early():
    assert margin(Fraction(1, 25), Fraction(1, 25)) == Fraction(1, 100)
    assert margin(Fraction(1, 1000), Fraction(1, 25)) < Fraction(2, 1000)
