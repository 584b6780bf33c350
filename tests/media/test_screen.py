import re
import subprocess
from fractions import Fraction

import imageio_ffmpeg
import pytest

from assetkit.errors import AssetError
from assetkit.media.screen import screen_clip


@pytest.fixture
def screen(probed):
    def one(name, *, is_strict=False):
        path, demuxer, info = probed(name)
        return screen_clip(path, demuxer, info, deadline_seconds=60, is_strict=is_strict)

    return one


def near(spans, *wanted):
    assert len(spans) == len(wanted), spans
    for span, (start, end) in zip(spans, wanted, strict=True):
        assert abs(span.start - Fraction(start)) < Fraction(1, 10)
        assert abs(span.end - Fraction(end)) < Fraction(1, 10)


def test_what_an_editor_would_note(screen):
    seen = screen("troubled")
    near(seen.black, (0, 2))
    near(seen.frozen, (0, 2), (5, 9))  # the last one runs to the end
    near(seen.sound.silence, (0, 1), (5, 9))
    assert seen.sound.dead_channels == (2,)
    assert (seen.flashes, seen.damage) == ((), 0)


def test_levels_are_those_of_ffmpeg(screen, clip):
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-i", str(clip("troubled")), "-af", "ebur128=peak=true"]
    said = subprocess.run([*command, "-f", "null", "-"], capture_output=True, text=True, check=True).stderr
    sound = screen("troubled").sound
    assert sound.loudness == pytest.approx(float(re.findall(r" I: +(\S+) LUFS", said)[-1]), abs=0.1)
    assert sound.true_peak == pytest.approx(float(re.findall(r"Peak: +(\S+) dBFS", said)[-1]), abs=0.1)


def test_sound_that_is_cut_off_at_full_scale(screen):
    assert screen("clipped").sound.flatness > 6
    assert screen("troubled").sound.flatness == 0


def test_it_is_said_when_sound_is_cut_off(screen):
    near(screen("clipped-later").sound.clipped, (2, 3))
    assert screen("troubled").sound.clipped == ()


@pytest.mark.parametrize(("name", "is_cut_off"), [("clipped-aac", True), ("limited-aac", False), ("one-click", False)])
def test_sound_is_judged_as_it_is_played(screen, name, is_cut_off):
    """A lossy decoder gives what was cut off before it was coded some height again; players cut that off once more."""
    sound = screen(name).sound
    assert (sound.flatness > 6) is is_cut_off
    assert sound.true_peak > -1


def test_times_count_from_the_first_frame(screen):
    seen = screen("late-picture")
    near(seen.black, (0, 1))
    near(seen.sound.silence, (1, 2))


def test_flashes_count_from_the_first_frame(screen):
    (span,) = screen("late-flashes").flashes
    assert Fraction(1) <= span.start < Fraction(3, 2)
    assert abs(span.end - 3) < Fraction(1, 2)


@pytest.mark.parametrize("name", ["silent", "empty-sound"])
def test_a_clip_without_sound_has_none(screen, name):
    seen = screen(name)
    assert (seen.sound, seen.black, seen.frozen) == (None, (), ())


@pytest.mark.parametrize("name", ["interlaced", "ntsc", "anamorphic", "turned"])
def test_every_kind_of_clip_can_be_screened(screen, name):
    assert screen(name).damage == 0


def test_damage_is_counted_or_refused(clip, probed, tmp_path):
    path, demuxer, info = probed("two-seconds")
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + len(data) // 3
    data[start : start + 3000] = bytes(3000)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(data)
    seen = screen_clip(broken, demuxer, info, deadline_seconds=60, is_strict=False)
    assert seen.damage
    assert Fraction(1, 10) < seen.damaged[0] < 1  # a third of the way, but for the few frames that the decoder holds
    with pytest.raises(AssetError, match="not all of it can be decoded") as error:
        screen_clip(broken, demuxer, info, deadline_seconds=60, is_strict=True)
    assert (error.value.code, error.value.stage) == ("unreadable", "verify")


def test_an_ffmpeg_that_talks_nonsense_is_not_believed(probed, fake_ffmpeg):
    path, demuxer, info = probed("troubled")
    said = "[Parsed_blackdetect_0 @ 0x1] [info] black_start:nan black_end:inf\n[Parsed_x @ 0x1] [info] freeze_end: 3\n"
    fake_ffmpeg(f"sys.stderr.write({said!r})")
    seen = screen_clip(path, demuxer, info, deadline_seconds=60, is_strict=False)
    assert (seen.black, seen.frozen, seen.sound.silence) == ((), (), ())
