from fractions import Fraction

import pytest

from assetkit.screening import Screening, Sound, Span, in_hook


@pytest.mark.parametrize(
    ("span", "seconds"),
    [((0, 1), 1), ((2, 9), 1), ((3, 9), 0), ((5, 9), 0), ((0, 9), 3), (("0.5", "0.75"), Fraction(1, 4))],
)
def test_what_falls_into_the_first_three_seconds(span, seconds):
    assert in_hook([Span(Fraction(span[0]), Fraction(span[1]))]) == seconds


def test_a_part_of_a_clip_has_what_falls_into_it():
    spans = (Span(Fraction(0), Fraction(2)), Span(Fraction(4), Fraction(9)), Span(Fraction(20), Fraction(21)))
    sound = Sound(-14.0, -1.0, 0.0, (2,), spans)
    part = Screening(spans, spans, spans, sound, 3).within(Fraction(1), Fraction(6))
    assert (
        part.black
        == part.frozen
        == part.flashes
        == part.sound.silence
        == (Span(Fraction(0), Fraction(1)), Span(Fraction(3), Fraction(5)))
    )
    assert (part.sound.loudness, part.sound.dead_channels, part.damage) == (-14.0, (2,), 3)


def test_damage_outside_a_part_is_none_of_its():
    seen = Screening(damage=4, damaged=(Fraction(4), Fraction(7)))
    part = seen.within(Fraction(3), Fraction(6))
    assert (part.damage, part.damaged) == (4, (Fraction(1),))
    assert seen.within(Fraction(0), Fraction(3)).damage == 0
