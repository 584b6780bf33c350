"""Cuts found to the frame, in clips made of scenes that are known, however they were encoded."""

import subprocess
import threading
import time
from fractions import Fraction
from itertools import pairwise
from unittest.mock import Mock, patch

import cv2
import imageio_ffmpeg
import numpy as np
import pytest

from assetkit.errors import AssetError
from assetkit.media import shots
from assetkit.media.clips import probe_clip
from assetkit.media.medium import ClipMedium
from assetkit.media.shots import find_shots
from assetkit.media.spare import Spare
from assetkit.shots import Shot, shot_at
from tests.real_clips import ffmpeg, needs_encoder

WIDE, HIGH, RATE = 160, 90, 25


def scene(seed, frames, speed=0):
    """A made picture that drifts by `speed` pixels a frame."""
    blocks = np.random.default_rng(seed).integers(30, 226, (6, 24, 3), dtype=np.uint8)
    wide = cv2.resize(blocks, (3 * WIDE, HIGH), interpolation=cv2.INTER_CUBIC)
    return [wide[:, speed * n : speed * n + WIDE] for n in range(frames)]


def faded(frames, length=10):
    """The same frames, with a fade to black and back in the middle."""
    middle = len(frames) // 2
    return [(f * min(1, abs(n - middle) / length)).astype(np.uint8) for n, f in enumerate(frames)]


def dissolved(one, other, length=20):
    mixed = [
        (a * (1 - k / length) + b * (k / length)).astype(np.uint8)
        for k, (a, b) in enumerate(zip(one[-length:], other[:length], strict=True))
    ]
    return [*one[:-length], *mixed, *other[length:]]


def flashed(frames, at, count=2):
    return [np.full_like(f, 250) if at <= n < at + count else f for n, f in enumerate(frames)]


def write(path, frames, *options, rate=RATE):
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    command += ["-s", f"{WIDE}x{HIGH}", "-r", str(rate), "-i", "-", "-pix_fmt", "yuv420p", *options, str(path)]
    data = b"".join(np.ascontiguousarray(frame).tobytes() for frame in frames)
    subprocess.run(command, input=data, check=True)
    return path


def cuts(path, demuxer="mov", rate=RATE):
    return [round(shot.start * rate) for shot in find_shots(path, demuxer)][1:]


X264 = ["-c:v", "libx264", "-preset", "veryfast"]
SCENES = [*scene(1, 31), *scene(2, 22, 2), *scene(3, 40, 1), *scene(4, 27)]
CUTS = [31, 53, 93]


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["-g", "12"], id="short groups"),
        pytest.param(["-g", "48"], id="two seconds"),
        pytest.param(["-g", "250"], id="key frames at cuts"),
        pytest.param(["-g", "250", "-sc_threshold", "0"], id="one group of pictures"),
        pytest.param(["-g", "250", "-sc_threshold", "0", "-bf", "0"], id="no B-frames"),
        pytest.param(["-g", "1"], id="key frames only"),
    ],
)
def test_a_cut_is_found_to_the_frame_however_the_clip_is_encoded(tmp_path, options):
    assert cuts(write(tmp_path / "clip.mp4", SCENES, *X264, *options)) == CUTS


def test_cuts_before_the_first_key_frame_that_is_shown(tmp_path):
    whole, path = write(tmp_path / "whole.mp4", SCENES, *X264, "-g", "60", "-sc_threshold", "0"), tmp_path / "cut.mp4"
    ffmpeg("-ss", "0.4", "-i", whole, "-c", "copy", path)
    assert cuts(path) == [cut - 10 for cut in CUTS]


@pytest.mark.parametrize(
    ("suffix", "demuxer", "options"),
    [
        (".webm", "matroska", ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"]),
        (".avi", "avi", ["-c:v", "mjpeg"]),
        (".ts", "mpegts", X264),
        (".mov", "mov", ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"]),
    ],
)
def test_a_cut_is_found_in_other_containers_and_codecs(tmp_path, suffix, demuxer, options):
    assert cuts(write(tmp_path / f"clip{suffix}", SCENES, *options), demuxer) == CUTS


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime"], id="no frame is skipped"),
        pytest.param(["-c:v", "libsvtav1", "-preset", "8"], id="some frames no other needs"),
    ],
)
def test_cuts_in_av1(tmp_path, options):
    """Its decoder goes on skipping what it was told to skip once."""
    if reason := needs_encoder(options[1]):
        pytest.skip(reason)
    assert cuts(write(tmp_path / "clip.mp4", SCENES, *options, "-g", "250")) == CUTS


def test_cuts_between_key_frames_of_open_groups(tmp_path):
    """HEVC numbers their frames on, in 8 bits: where nothing but key frames is fed to its decoder, it loses some."""
    options = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=130:scenecut=0"]
    path = write(tmp_path / "clip.mp4", [*scene(1, 140), *scene(2, 150), *scene(3, 10)], *options)
    assert cuts(path) == [140, 290]
    with ClipMedium(path, "mov").glimpses() as glimpses:
        assert sorted(round(time * RATE) for time, _ in glimpses.keys(9)) == [0, 130, 260]


def test_a_cut_to_frames_that_are_shown_before_their_key_frame(tmp_path):
    """Two frames in three are B-frames, and the third is a key frame: the cut's own frame is shown before it."""
    options = ["-c:v", "mpeg4", "-q:v", "4", "-bf", "2", "-sc_threshold", "-20000"]
    assert cuts(write(tmp_path / "clip.mp4", SCENES, *options)) == CUTS


def test_odd_rates_and_rotation_move_no_cut(tmp_path):
    rate = Fraction(30000, 1001)
    assert cuts(write(tmp_path / "clip.mp4", SCENES, *X264, rate=rate), rate=rate) == CUTS


@pytest.mark.parametrize("options", [["-g", "250"], ["-g", "25"], ["-g", "250", "-sc_threshold", "0"]])
@pytest.mark.parametrize(
    "frames",
    [
        pytest.param(flashed(scene(1, 80, 1), 40), id="a flash"),
        pytest.param(flashed(scene(1, 80, 1), 40, count=1), id="a flash of one frame"),
        pytest.param(faded(scene(1, 80, 1)), id="a fade to black"),
        pytest.param(dissolved(scene(1, 50), scene(2, 50)), id="a dissolve"),
        pytest.param(scene(1, 80, 3), id="a fast pan"),
        pytest.param([*scene(1, 30), *scene(2, 4), *scene(1, 30)], id="an insert of a sixth of a second"),
    ],
)
def test_what_comes_back_or_comes_slowly_is_no_cut(tmp_path, frames, options):
    assert cuts(write(tmp_path / "clip.mp4", frames, *X264, *options)) == []


def test_shots_reach_from_the_first_frame_to_the_end(tmp_path):
    found = find_shots(write(tmp_path / "clip.mp4", SCENES, *X264), "mov")
    assert found[0].start == 0
    assert found[-1].end == Fraction(len(SCENES), RATE)
    assert all(one.end == other.start for one, other in pairwise(found))


def test_a_clip_of_one_frame_is_one_shot(tmp_path):
    assert find_shots(write(tmp_path / "clip.mp4", scene(1, 1), *X264), "mov") == (
        Shot(Fraction(0), Fraction(1, RATE)),
    )


def test_only_groups_that_may_hold_a_cut_are_decoded(tmp_path, monkeypatch):
    spans = []
    found = shots.decode_every
    monkeypatch.setattr(shots, "decode_every", lambda *a, **k: spans.append(a[2:]) or found(*a, **k))
    path = write(tmp_path / "clip.mp4", [*scene(1, 100), *scene(2, 100)], *X264, "-g", "25", "-sc_threshold", "0")
    assert cuts(path) == [100]
    tick = Fraction(1, 12800)
    (start, end), (last, _) = spans
    assert (end - start) * tick < 2
    assert last * tick >= 7  # nothing shows what the last group ends with but itself


def busy(frames):
    """A grainy scene: one that is cut to from here takes fewer bytes."""
    noisy = [np.random.default_rng(n).integers(0, 256, (HIGH, WIDE, 3), dtype=np.uint8) // 3 for n in range(frames)]
    return [np.clip(a // 2 + b, 0, 255).astype(np.uint8) for a, b in zip(scene(1, frames), noisy, strict=True)]


@pytest.mark.parametrize("group", [50, 250])
def test_a_cut_to_a_plain_scene_in_the_last_group(tmp_path, group):
    """No key frame follows that could look different."""
    path = write(tmp_path / "clip.mp4", [*busy(60), *scene(2, 35)], *X264, "-g", str(group), "-sc_threshold", "0")
    assert cuts(path) == [60]


def test_a_cut_to_a_plain_scene_in_a_group_whose_key_frame_is_not_shown(tmp_path):
    whole, path = tmp_path / "whole.mp4", tmp_path / "cut.mp4"
    write(whole, [*busy(30), *scene(2, 90)], *X264, "-g", "60", "-sc_threshold", "0")
    ffmpeg("-ss", "0.4", "-i", whole, "-c", "copy", path)
    assert cuts(path) == [20]


def test_a_clip_finds_its_shots_once(tmp_path, monkeypatch):
    clip = ClipMedium(write(tmp_path / "clip.mp4", SCENES, *X264), "mov")
    first = clip.shots()
    monkeypatch.setattr("assetkit.media.shots.find_shots", None)
    assert clip.shots() is first


@pytest.mark.parametrize(
    "options",
    [
        pytest.param([*X264, "-g", "50", "-sc_threshold", "0"], id="closed groups"),
        pytest.param(["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=40:scenecut=0"],
                     id="open groups"),
    ],
)  # fmt: skip
def test_a_long_stretch_is_seen_in_parts_whose_seams_nobody_sees(tmp_path, options):
    """Cuts beside the seams, on any number of threads; what is spared is the same, too."""
    lengths = [149, 151, 30, 121]
    frames = [frame for seed, length in enumerate(lengths) for frame in scene(seed + 1, length, 1)]
    path = write(tmp_path / "clip.mp4", frames, *options)
    info, found = probe_clip(path, "mov"), []
    for threads in (1, 2, 5):
        spare = Spare(info, 64)
        those = find_shots(path, "mov", spare, threads)
        kept = [spare.near(Fraction(n, 4), Fraction(0), info.duration) for n in range(72)]
        found.append((those, [None if each is None else each[0] for each in kept]))
    assert found[0] == found[1] == found[2]
    assert [round(shot.start * RATE) for shot in found[0][0]][1:] == [149, 300, 330]
    assert sum(time is not None for time in found[0][1]) > 60


@pytest.mark.parametrize("cut", [162, 178])
def test_a_key_frame_that_shows_nothing_on_its_own_begins_no_part(tmp_path, cut):
    """Refreshed a strip at a time: what follows such a key frame is whole only when it is decoded from before it."""
    frames = [frame for seed, length in enumerate([cut, 400 - cut]) for frame in scene(seed + 1, length, 1)]
    options = [*X264, "-x264-params", "intra-refresh=1:keyint=25", "-sc_threshold", "0"]
    path = write(tmp_path / "clip.mp4", frames, *options)
    found = find_shots(path, "mov")
    with patch.object(shots, "_PART_SECONDS", 1000):
        assert find_shots(path, "mov") == found


@pytest.mark.parametrize(
    "options",
    [
        pytest.param([*X264, "-g", "50", "-sc_threshold", "0"], id="closed groups"),
        pytest.param([*X264, "-x264-params", "open-gop=1:keyint=50:scenecut=0"], id="open groups"),
    ],
)
def test_no_frame_is_lost_at_a_seam(tmp_path, options):
    path = write(tmp_path / "clip.mp4", [f for seed in range(4) for f in scene(seed + 1, 110, 1)], *options)
    spare = Mock(every=Fraction(0))
    find_shots(path, "mov", spare, 2)
    in_parts = sorted(call.args[0] for call in spare.offer.call_args_list)
    with patch.object(shots, "_PART_SECONDS", 1000):
        find_shots(path, "mov", spare := Mock(every=Fraction(0)))
    assert in_parts == [call.args[0] for call in spare.offer.call_args_list]
    assert len(in_parts) > 150


def test_what_is_spared_lies_apart_within_each_part(tmp_path):
    """It is held in memory."""
    path = write(tmp_path / "clip.mp4", [f for seed in range(4) for f in scene(seed + 1, 110, 1)], *X264, "-g", "50")
    spare = Mock(every=Fraction(1, 2))
    find_shots(path, "mov", spare)
    times = sorted(call.args[0] for call in spare.offer.call_args_list)
    assert 30 <= len(times) <= 2 * 440 / RATE + 3
    assert sum(b - a < Fraction(1, 2) for a, b in pairwise(times)) <= 3  # where a part begins


def test_a_run_that_is_stopped_does_not_wait_for_what_is_decoded(tmp_path, monkeypatch):
    path = write(tmp_path / "clip.mp4", scene(1, 500, 1), *X264, "-g", "500", "-sc_threshold", "0")
    real, looked, reached = shots.look_of, [], threading.Event()

    def slow(frame):
        looked.append(frame)
        if len(looked) > 20:
            reached.set()
        time.sleep(0.02)
        return real(frame)

    def stopped(self, timeout=None):
        reached.wait(10)
        raise SystemExit(1)

    monkeypatch.setattr(shots, "look_of", slow)
    monkeypatch.setattr("concurrent.futures.Future.result", stopped)
    with pytest.raises(SystemExit):
        find_shots(path, "mov")
    assert len(looked) < 40


def test_what_is_no_clip_is_unreadable(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"no clip")
    with pytest.raises(AssetError, match="cannot be read"):
        find_shots(path, "mov")


def test_no_frame_is_glanced_at_twice(tmp_path):
    clip = ClipMedium(write(tmp_path / "a.mp4", SCENES, *X264, "-g", "250"), "mov")
    seen = [time for time, _ in clip.glances([Fraction(n, 20) for n in range(96)])]
    assert seen == sorted(set(seen))
    assert {shot_at(clip.shots(), time) for time in seen} == {0, 1, 2, 3}
