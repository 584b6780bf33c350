from fractions import Fraction

import pytest

from assetkit.errors import AssetError
from assetkit.media.medium import ClipMedium
from assetkit.media.sniff import sniff
from tests.real_clips import ffmpeg, ramp_number


def opened(path):
    return ClipMedium(path, sniff(path).reader)


def numbers(looks):
    return sorted((round(float(time) * 25), round(ramp_number(picture))) for time, picture in looks)


def test_key_frames_are_what_they_say(clip):
    """Frame n of the ramp is as light as n says; there is a key frame at every tenth."""
    with opened(clip("ramp")).glimpses() as glimpses:
        assert numbers(glimpses.keys(24)) == [(n, n) for n in (0, 10, 20, 30, 40)]
        assert len(numbers(glimpses.keys(2))) == 2
        assert numbers(glimpses.keys(24, (Fraction(1, 2), Fraction(1)))) == [(20, 20)]
        assert not numbers(glimpses.keys(24, (Fraction(9), Fraction(10))))


def test_of_many_key_frames_those_are_looked_at_that_show_most(tmp_path):
    """Every other one is blank."""
    parts = [f"{source}=size=160x90:rate=25:duration=0.4" for source in ("color=gray", "testsrc2") * 3]
    graph = ";".join(f"{part}[{n}]" for n, part in enumerate(parts)) + ";" + "".join(f"[{n}]" for n in range(6))
    graph = graph.replace("color=gray=size", "color=gray:size") + "concat=n=6:v=1:a=0"
    ffmpeg("-f", "lavfi", "-i", graph, "-c:v", "libx264", "-g", "10", "-pix_fmt", "yuv420p", tmp_path / "clip.mp4")
    with opened(tmp_path / "clip.mp4").glimpses() as glimpses:
        assert sorted(round(time * 25) for time, _ in glimpses.keys(24)) == [0, 10, 20, 30, 40, 50]
        assert sorted(round(time * 25) for time, _ in glimpses.keys(3)) == [10, 30, 50]


def test_what_follows_is_looked_at_too(clip):
    """Up to a fifth of a second on, between key frames and over them, and no further than the end."""
    with opened(clip("ramp")).glimpses() as glimpses:
        times = [Fraction(n, 25) for n in (0, 7, 18, 49)]
        found = [numbers(looks) for looks in glimpses.after(times)]
    assert found == [
        [(0, 0), (2, 2), (5, 5)],
        [(7, 7), (9, 9), (12, 12)],
        [(18, 18), (20, 20), (23, 23)],
        [(49, 49)],
    ]


@pytest.mark.parametrize(
    "name", ["landscape", "variable", "matroska", "webm", "avi", "transport", "quicktime", "turned"]
)
def test_every_container_shows_key_frames_and_what_follows(clip, name):
    medium = opened(clip(name))
    with medium.glimpses() as glimpses:
        keys = list(glimpses.keys(24))
        times = sorted(time for time, _ in keys)
        assert times == sorted(set(times)) != []
        for looks in glimpses.after(times):
            assert len(looks) >= 1
        width, height = medium.info.display_size.width, medium.info.display_size.height
        assert keys[0][1].shape == (height, width, 3)


def test_pictures_are_small(clip):
    with opened(clip("hd-corners")).glimpses() as glimpses:
        assert next(glimpses.keys(1))[1].shape == (360, 640, 3)


def test_a_clip_that_is_gone_is_an_asset_error(clip, tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(clip("landscape").read_bytes())
    medium = opened(path)
    path.unlink()
    with pytest.raises(AssetError), medium.glimpses():
        pass


def test_what_an_edit_list_starts_with_is_decoded_from_before_it(tmp_path, clip):
    path = tmp_path / "trimmed.mp4"
    ffmpeg("-ss", "0.2", "-i", clip("ramp"), "-c", "copy", path)
    with opened(path).glimpses() as glimpses:
        assert [number for _, number in numbers(next(glimpses.after([Fraction(0)])))] == [5, 7, 10]
