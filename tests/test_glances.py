"""How often a clip is looked at: cheaply where faces stand, closely where they move, and at every shot."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from assetkit import glances
from assetkit.facts import FrameMeasurements
from assetkit.geometry import Box, Size
from assetkit.media.medium import ClipMedium
from assetkit.shots import between
from tests.factories import clip_info
from tests.real_clips import ffmpeg


class Film:
    """A clip at the real seam: it gives a black frame for each time that is asked for."""

    def __init__(self, seconds, cuts=(), gop=2):
        self.info = clip_info(640, 360, duration=Fraction(seconds))
        self._shots = between([Fraction(c) for c in cuts], Fraction(seconds))
        self._keys = tuple(Fraction(n) for n in range(0, seconds, gop))
        self.asked, self.keys_asked = [], 0

    def shots(self):
        return self._shots

    def key_times(self):
        self.keys_asked += 1
        return self._keys

    def glances(self, times):
        assert list(times) == sorted(times)
        self.asked.append(tuple(times))
        return [(time, np.zeros((360, 640, 3), np.uint8)) for time in times]


@pytest.fixture
def seen(monkeypatch):
    """Look at a film whose face stands where `place` says at each time; None for no face."""

    def look(film, place, known=()):
        def measured(frames, size, look, *, is_timed):
            from assetkit.facts import Measurements

            lefts = [(time, place(time)) for time, _ in frames]
            boxes = ((time, () if x is None else (Box(x, 50, x + 60, 110),)) for time, x in lefts)
            return Measurements(tuple(FrameMeasurements(time, faces=faces) for time, faces in boxes))

        monkeypatch.setattr(glances, "measure", measured)
        return [frame.time for frame in glances.glance(film, known)]

    return look


def gaps(times):
    return [b - a for a, b in pairwise(times)]


def test_where_nothing_moves_key_frames_do(seen):
    film = Film(20)
    assert seen(film, lambda time: 100) == list(film.key_times())
    assert len(film.asked) == 1


def test_where_faces_move_two_a_second_are_looked_at(seen):
    times = seen(Film(20), lambda time: int(20 * time))
    assert max(gaps(times)) <= Fraction(1, 2)


def test_only_there(seen):
    times = seen(Film(40, cuts=[20]), lambda time: int(20 * time) if time < 20 else None)
    assert max(gaps([t for t in times if t < 20])) <= Fraction(1, 2)
    assert min(gaps([t for t in times if t >= 20])) == 2


def test_few_key_frames_are_filled_up(seen):
    times = seen(Film(20, gop=20), lambda time: None)
    assert max(gaps(times)) <= Fraction(5, 2)


def test_every_shot_is_looked_at(seen):
    film = Film(4, cuts=[Fraction(1, 2), 1, Fraction(3, 2)], gop=4)
    times = seen(film, lambda time: None)
    assert all(any(shot.holds(time) for time in times) for shot in film.shots())


def test_a_long_clip_is_looked_at_less_often(seen):
    assert len(seen(Film(1200, gop=1), lambda time: int(time) % 500)) < 500


def test_frames_that_are_measured_are_some_of_each_shot(tmp_path):
    parts = tmp_path / "parts.mp4"
    graph = "testsrc2=size=160x90:rate=25:duration=3[a];color=red:size=160x90:rate=25:duration=0.4[b];"
    graph += "smptebars=size=160x90:rate=25:duration=3[c];[a][b][c]concat=n=3:v=1:a=0"
    ffmpeg("-f", "lavfi", "-i", graph, "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", parts)
    film = ClipMedium(parts, "mov")
    before = [time for time, _ in film.frames(Size(160, 90), 2, 160)]
    shots = film.shots()
    assert [round(shot.start * 25) for shot in shots] == [0, 75, 85]
    after = [time for time, _ in film.frames_of_shots(2, 160)]
    assert not any(shots[1].holds(time) for time in before)
    assert all(any(shot.holds(time) for time in after) for shot in shots)
    rough = [time for time, _ in film.glances([Fraction(0), Fraction(1), Fraction(6)])]
    assert len(rough) == 3
    assert all(abs(time - wanted) <= Fraction(1, 2) for time, wanted in zip(rough, (0, 1, 6), strict=True))


def test_key_frames_are_looked_up_once_however_many_shots_there_are(seen):
    film = Film(30, cuts=range(1, 30))
    seen(film, lambda time: None)
    assert film.keys_asked == 1


def sampled(time, left):
    return FrameMeasurements(Fraction(time), faces=(Box(left, 50, left + 60, 110),))


def test_a_face_that_only_a_sampled_frame_shows_is_looked_for(seen):
    alone = seen(Film(4, gop=20), lambda time: None)
    assert len(seen(Film(4, gop=20), lambda time: None, [sampled("1.9", 100)])) > len(alone)


def test_what_moves_fast_is_seen_in_two_frames_that_are_near(seen):
    """Fourteen pixels in a twentieth of a second: the ends of the shot will show it elsewhere."""
    film = Film(3, gop=20)
    times = seen(film, lambda time: int(280 * time) % 500, [sampled("1.45", 406)])
    assert times[0] == 0
    assert max(gaps(times)) < Fraction(3, 5)


def test_what_comes_or_goes_is_looked_at_once_between(seen):
    times = seen(Film(4, gop=20), lambda time: None, [sampled("1.7", 100)])
    assert any(Fraction("1.7") < time < 2 for time in times)
