"""Whether a finished clip shows what its source does."""

from fractions import Fraction

import pytest

from assetkit.geometry import Box
from assetkit.media.encode_clips import write_clip
from assetkit.media.medium import ClipMedium
from assetkit.media.sniff import sniff
from assetkit.model import Method
from assetkit.resemblance import _differences, unlike
from assetkit.windows import Keyframe, Move
from tests.media.conftest import clip_plan
from tests.real_clips import corners, ffmpeg, moving

CODED = ["-c:v", "libx264", "-preset", "ultrafast"]
# a second of each, and a key frame at every cut; none of the cuts is where a frame of a lower rate begins
CUTS = "split[a][b];[b]negate[c];[a][c]overlay=enable='mod(floor(t+0.44),2)'"
KEYS = ["-force_key_frames", "expr:gte(t,n_forced-0.44)"]
SLIDES = f"setpts='if(lt(N,3),N,N+2)/TB',{CUTS}"
# name -> what it is made with; of the last, no frame but the first decodes on its own
SOURCES = {
    "cuts.mp4": [*corners(seconds=6), "-vf", f"fps=50,{CUTS}", *CODED, *KEYS],
    "slow.mkv": [*corners(seconds=6), "-vf", f"fps=3,{CUTS}", *CODED, *KEYS],
    "slides.mov": [*corners(seconds=6), "-vf", f"fps=1,{SLIDES}", "-fps_mode", "vfr", *CODED, "-g", "1"],
    "motion.mp4": [*moving(seconds=6), *CODED, "-g", "25"],
    "one-key.mp4": [*moving(seconds=6), *CODED, "-g", "500"],
}


@pytest.fixture(scope="module", params=SOURCES)
def source(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("sources") / request.param
    ffmpeg(*SOURCES[request.param], path)
    return path


@pytest.mark.parametrize("rate", [{}, {"max_frame_rate": Fraction(10)}, {"constant_frame_rate": Fraction(30)}])
@pytest.mark.parametrize("trim", [None, (Fraction(1, 2), Fraction(49, 10)), (Fraction(21, 10), Fraction(541, 100))])
def test_what_is_delivered_right_is_no_difference(source, tmp_path, rate, trim):
    """Whatever frames it keeps, and wherever between two of them it starts."""
    medium, demuxer = ClipMedium(source, sniff(source).reader), sniff(source).reader
    ends = Box(0, 0, 160, 180), Box(150, 0, 310, 180)
    windows = tuple(Keyframe(Fraction(6 * n), box, Move.HOLD if n else Move.LINEAR) for n, box in enumerate(ends))
    plan = clip_plan(medium.info, window=ends[0], windows=windows, trim=trim, **rate)
    write_clip(source, demuxer, medium.info, plan, tmp_path / "made.mp4", deadline_seconds=60)
    made = ClipMedium(tmp_path / "made.mp4", "mov")
    assert unlike(medium, made, plan) == ()
    assert max(_differences(medium, made, plan), default=99) < 12


def test_another_picture_is_told_with_how_far_it_is_off(source, tmp_path):
    medium = ClipMedium(source, sniff(source).reader)
    ffmpeg("-i", source, "-vf", "negate", "-fps_mode", "passthrough", *CODED, tmp_path / "made.mp4")
    made, plan = ClipMedium(tmp_path / "made.mp4", "mov"), clip_plan(medium.info)
    (told,) = unlike(medium, made, plan)
    assert (told.code, told.needs_person) == ("picture-differs", True)
    assert told.measured > 50
    assert unlike(medium, made, clip_plan(medium.info, method=Method.REMUX)) == ()
