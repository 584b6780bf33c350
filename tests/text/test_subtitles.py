import pytest

from assetkit.text.subtitles import subtitles
from tests.factories import region

SUB = region(100, 900, 500, 950)
TITLE = region(100, 100, 500, 200)


@pytest.mark.parametrize(
    ("others", "is_subtitle"),
    [
        ([[SUB], [SUB]], True),
        ([[SUB], [SUB], []], True),
        ([[SUB], [SUB], [], []], True),  # half of the others
        ([[SUB], [SUB], [], [], []], False),
        ([[SUB], []], False),  # one other is not enough, though it is half
        ([[SUB]], False),
        ([], False),
        ([[TITLE], [TITLE]], False),
        ([[SUB, SUB], []], False),  # two lines of one frame are one frame
    ],
)
def test_a_line_in_half_of_the_other_frames(others, is_subtitle):
    assert subtitles([SUB], others) == ((SUB,) if is_subtitle else ())


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        (region(300, 900, 900, 950), True),  # other words, longer
        (region(500, 900, 900, 950), False),  # beside it
        (region(100, 920, 500, 970), True),  # 30 of 50 pixels shared
        (region(100, 921, 500, 971), False),
        (region(100, 880, 500, 930), True),
        (region(100, 900, 500, 975), True),  # 1.5 times as high
        (region(100, 900, 500, 976), False),
        (region(100, 900, 500, 933), False),
        (region(100, 900, 500, 934), True),
    ],
)
def test_the_same_band(other, is_same):
    assert subtitles([SUB], [[other], [other]]) == ((SUB,) if is_same else ())


def test_only_the_lines_that_stay():
    assert subtitles([TITLE, SUB], [[SUB], [SUB, region(0, 0, 9, 9)], [TITLE]]) == (SUB,)
