"""Shots as plain data: they lie end to end."""

from fractions import Fraction

import pytest

from assetkit.shots import Shot, between, shot_at

SHOTS = between([Fraction(2), Fraction(5)], Fraction(9))


def test_a_clip_without_a_cut_is_one_shot():
    assert between([], Fraction(3)) == (Shot(Fraction(0), Fraction(3)),)


def test_shots_lie_end_to_end_over_the_whole_clip():
    assert [(shot.start, shot.end) for shot in SHOTS] == [(0, 2), (2, 5), (5, 9)]


@pytest.mark.parametrize(("time", "number"), [(0, 0), (Fraction(199, 100), 0), (2, 1), (5, 2), (9, 2), (100, 2)])
def test_the_first_frame_after_a_cut_belongs_to_the_next_shot(time, number):
    assert shot_at(SHOTS, Fraction(time)) == number
    assert SHOTS[number].holds(Fraction(time)) == (time < 9)
