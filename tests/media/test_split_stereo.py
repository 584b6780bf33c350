"""Masters whose left and right sound are tracks of their own, as editing programs export them."""

from fractions import Fraction

import av
import numpy as np
import pytest

from assetkit.media.clips import probe_clip
from assetkit.media.encode_clips import write_clip
from assetkit.media.medium import ClipMedium
from tests.media.conftest import clip_plan
from tests.real_clips import ffmpeg, moving

LOW, HIGH = 440, 1000  # Hz
RATE = 48_000


def master(path, *names, second=HIGH, lengths=(2, 2), options=()):
    """A clip of two tracks of one channel each, of these names: first the low tone, then the second."""
    tones = [
        f"sine=frequency={tone}:sample_rate={RATE}:duration={length},pan={name}|c0=c0[{n}]"
        for n, (tone, name, length) in enumerate(zip((LOW, second), names, lengths, strict=True))
    ]
    mapped = ["-map", "0:v", "-map", "[0]", "-map", "[1]"]
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "pcm_s16le"]
    ffmpeg(*moving(seconds=2), "-filter_complex", ";".join(tones), *mapped, *coded, *options, path)
    return path


def tones(path):
    """What each channel of the one sound track plays, in Hz."""
    with av.open(str(path)) as container:
        (track,) = container.streams.audio
        sound = np.concatenate([frame.to_ndarray() for frame in container.decode(track)], axis=1)
        rate = track.codec_context.sample_rate
    return [round(np.abs(np.fft.rfft(channel)).argmax() * rate / len(channel), -1) for channel in sound]


@pytest.mark.parametrize("trim", [None, (Fraction(1, 2), Fraction(3, 2)), (Fraction(51, 100), Fraction(3, 2))])
def test_both_sides_are_delivered_as_stereo(tmp_path, trim):
    path, made = master(tmp_path / "master.mov", "FL", "FR"), tmp_path / "made.mp4"
    info = probe_clip(path, "mov")
    assert (info.audio_channels, info.is_split_stereo, info.other_tracks) == (2, True, ())
    said = write_clip(path, "mov", info, clip_plan(info, trim=trim), made, deadline_seconds=60)
    assert said == ("H.264 at CRF 20, left and right tracks joined to stereo AAC",)
    assert tones(made) == [LOW, HIGH]
    assert not probe_clip(made, "mov").is_split_stereo


def test_both_sides_are_heard_by_the_checks(tmp_path):
    """One side is silent: that is a dead channel, and not a clip of one channel."""
    path = master(tmp_path / "master.mov", "FL", "FR", second=0)
    assert ClipMedium(path, "mov").screen(60, is_strict=False).sound.dead_channels == (2,)


@pytest.mark.parametrize("lengths", [(2, 1), (1, 2)])
def test_tracks_that_do_not_end_together_are_no_pair(tmp_path, lengths):
    """FFmpeg would end both with the shorter one."""
    path = master(tmp_path / "master.mov", "FL", "FR", lengths=lengths)
    info, made = probe_clip(path, "mov"), tmp_path / "made.mp4"
    assert (info.audio_channels, info.is_split_stereo, len(info.other_tracks)) == (1, False, 1)
    write_clip(path, "mov", info, clip_plan(info), made, deadline_seconds=60)
    assert abs(probe_clip(made, "mov").audible.length - lengths[0]) < 0.1


def test_the_right_side_may_be_the_one_that_players_choose(tmp_path):
    path = master(tmp_path / "master.mov", "FL", "FR", options=["-disposition:a:0", "0", "-disposition:a:1", "default"])
    assert probe_clip(path, "mov").is_split_stereo


@pytest.mark.parametrize("names", [("FR", "FL"), ("FL", "FL"), ("mono", "mono")])
def test_other_tracks_of_one_channel_are_no_stereo(tmp_path, names):
    """Two microphones, two languages: only one is used, and that is said."""
    info = probe_clip(master(tmp_path / "master.mov", *names), "mov")
    assert (info.audio_channels, info.is_split_stereo, len(info.other_tracks)) == (1, False, 1)
