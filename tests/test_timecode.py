from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetkit.timecode import parse_timecode, timecode


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (12.4, "12.4"),
        (12, "12"),
        (1e-05, "0.00001"),
        ("12.4", "12.4"),
        ("12,4", "12.4"),
        ("90", "90"),
        ("0:12.4", "12.4"),
        ("1:02:03.5", "3723.5"),
        ("90:00", "5400"),
        (" 0:00 ", "0"),
    ],
)
def test_what_editors_write_is_read(said, seconds):
    assert parse_timecode(said) == Fraction(seconds)


@pytest.mark.parametrize(
    "said",
    ["", "soon", "-1", -1, "0:60", "1:60:00", "00:00:12:10", "1e3", "٣", float("nan"), float("inf"), True, None, [1]],
)
def test_what_is_no_time_is_refused(said):
    with pytest.raises(ValueError, match="time"):
        parse_timecode(said)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [("0", "0:00.0"), ("12.44", "0:12.4"), ("59.999", "0:59.9"), ("60", "1:00.0"), ("3723.5", "1:02:03.5")],
)
def test_times_are_written_as_editors_do(seconds, words):
    assert timecode(Fraction(seconds)) == words


def test_a_number_means_what_it_is_written_as():
    assert timecode(14.2) == "0:14.2"


def test_with_as_many_digits_as_wanted():
    assert (timecode(Fraction(5, 4), 0), timecode(Fraction(5, 4), 3)) == ("0:01", "0:01.250")


@given(st.integers(0, 10**8))
def test_there_and_back_is_the_same_time(milliseconds):
    time = Fraction(milliseconds, 1000)
    assert parse_timecode(timecode(time, 3)) == time
