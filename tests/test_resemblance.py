"""Whether a finished clip shows what its source does."""

from fractions import Fraction

import pytest

from assetkit.media.encode_clips import write_clip
from assetkit.media.medium import ClipMedium
from assetkit.model import Method
from assetkit.resemblance import unlike
from tests.media.conftest import clip_plan
from tests.real_clips import corners, ffmpeg

# a second of each, and a key frame at every cut
CUTS = "split[a][b];[b]negate[c];[a][c]overlay=enable='mod(floor(t),2)'"


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "cuts.mp4"
    keys = ["-force_key_frames", "expr:gte(t,n_forced)", "-preset", "ultrafast"]
    ffmpeg(*corners(seconds=6), "-vf", f"fps=50,{CUTS}", "-c:v", "libx264", *keys, path)
    return path


@pytest.mark.parametrize("rate", [None, Fraction(24), Fraction(10)])
@pytest.mark.parametrize("trim", [None, (Fraction(3, 10), Fraction(49, 10))])
def test_cuts_at_other_frames_are_no_difference(source, tmp_path, rate, trim):
    medium = ClipMedium(source, "mov")
    plan = clip_plan(medium.info, trim=trim, max_frame_rate=rate)
    write_clip(source, "mov", medium.info, plan, tmp_path / "made.mp4", deadline_seconds=60)
    assert unlike(medium, ClipMedium(tmp_path / "made.mp4", "mov"), plan) == ()


def test_another_picture_is_told_with_how_far_it_is_off(source, tmp_path):
    medium = ClipMedium(source, "mov")
    ffmpeg("-i", source, "-vf", "negate", "-c:v", "libx264", tmp_path / "made.mp4")
    made, plan = ClipMedium(tmp_path / "made.mp4", "mov"), clip_plan(medium.info)
    (told,) = unlike(medium, made, plan)
    assert (told.code, told.needs_person) == ("picture-differs", True)
    assert told.measured > 50
    assert unlike(medium, made, clip_plan(medium.info, method=Method.REMUX)) == ()
