from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetkit.scoring import ScoreParts, face_worth

GOOD = ScoreParts(0.9, 1.0, 0.8, 1.0, 0.0, 0, 0, 0.0)


@pytest.mark.parametrize(
    ("worse", "words"),
    [
        ({"sharpness": 0.3}, "soft, no face, no text"),
        ({"sharpness": 0.6}, "fairly sharp, no face, no text"),
        ({"exposure": 0.5}, "sharp, too dark or too light, no face, no text"),
        ({"tones": 0.3}, "sharp, flat, no face, no text"),
        ({"steadiness": 0.2}, "sharp, in a fade, a dissolve or beside a cut, no face, no text"),
        ({"text_coverage": 0.06}, "sharp, no face, text over 6%"),
        ({"faces": 2, "cut_faces": 1}, "sharp, 2 faces, 1 cut, no text"),
    ],
)
def test_every_fault_costs_score_and_is_said(worse, words):
    parts = replace(GOOD, **worse)
    assert parts.total < GOOD.total
    assert parts.in_words() == words


def test_a_face_is_worth_something():
    assert replace(GOOD, face=0.5, faces=1).total > GOOD.total
    assert replace(GOOD, face=0.5, faces=1).in_words() == "sharp, one face, no text"
    assert replace(GOOD, face=1.0, faces=1).total > replace(GOOD, face=0.5, faces=1).total


def test_what_was_not_measured_is_not_said():
    assert ScoreParts(0.9, 1.0, 0.8).in_words() == "sharp"


def test_a_black_frame_is_worth_nothing():
    assert replace(GOOD, exposure=0.0, face=1.0).total == 0


def test_a_large_frontal_face_is_worth_most():
    assert face_worth(400, 1440, 1.0) == 1.0
    assert face_worth(400, 1440, 0.0) == 0.5
    assert face_worth(60, 1440, 1.0) == 0.25


@given(st.builds(ScoreParts, *[st.floats(0, 1)] * 5, st.integers(0, 9), st.integers(0, 9), st.floats(0, 1)))
def test_scores_are_shares(parts):
    assert 0 <= parts.total <= 1
