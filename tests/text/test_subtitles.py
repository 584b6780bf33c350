import pytest

from assetkit.text.subtitles import subtitles, subtitles_of
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


def line(text, top=900, left=100):
    return region(left, top, 500, top + 50, text=text)


def test_words_that_change_in_one_place_are_subtitles():
    seen = subtitles_of([[line("今天")], [line("我们")], [], [line("一起去")]])
    assert (seen.share, seen.languages) == (0.75, ("zh",))
    assert seen.boxes == (line("x").box,) * 3


def test_a_title_or_a_mark_that_stays_is_none():
    mark = line("品牌 BRAND", top=40)
    seen = subtitles_of([[mark], [mark], [mark], [mark, line("hello there")]])
    assert (seen.share, seen.languages, seen.boxes) == (0.0, (), ())
    both_kinds = subtitles_of([[mark, line("one")], [mark, line("two")], [mark, line("three")]])
    assert (both_kinds.share, both_kinds.languages) == (1.0, ("en",))
    assert mark.box not in both_kinds.boxes


def test_two_languages_and_a_name():
    english = [("你好", "hello"), ("再见", "goodbye"), ("明天", "tomorrow")]
    both = [[line(zh, 900), line(en, 960)] for zh, en in english]
    assert subtitles_of(both).languages == ("zh", "en")
    named = [[line(text)] for text in ("早安", "晚安", "你好", "再见", "明天 Anna 来")]
    assert subtitles_of(named).languages == ("zh",)  # a fifth of them


def test_too_little_to_tell():
    assert subtitles_of([[line("一")], [line("二")]]) is None
    assert subtitles_of([[line("一")], [line("二")], [region(0, 0, 9, 9)]]) is None  # not read
    assert subtitles_of([[], [], []]).share == 0
