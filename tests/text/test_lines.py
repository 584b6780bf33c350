import pytest

from assetkit.text.boxes import TextBox
from assetkit.text.lines import joined

LINE = TextBox(300, 100, 200, 20, 0.0, 0.9)  # ends at 400; its ink is some 8 longer on each side and 36 high


def piece(x=450.0, y=100.0, *, width=60.0, height=20.0, angle=0.0):
    return TextBox(x, y, width, height, angle, 0.8)


@pytest.mark.parametrize(
    ("other", "is_one"),
    [
        (piece(450), True),  # 20 px on: a wide space
        (piece(462), True),
        (piece(480), False),  # another column
        (piece(150), True),  # before it
        (piece(450, y=104), True),
        (piece(450, y=112), False),  # on another base line
        (piece(450, height=28), True),
        (piece(450, height=34), False),  # of another size
        (piece(450, angle=4), True),
        (piece(450, angle=12), False),
        (piece(445, width=24, height=18, angle=30), True),  # a tick or a glyph lies any way
        (piece(300, y=140), False),  # the next line of a paragraph
    ],
)
def test_pieces_are_one_line_where_one_continues_the_other(other, is_one):
    assert len(joined([LINE, other], ())) == (1 if is_one else 2)


def test_a_line_reaches_over_all_of_its_pieces():
    [line] = joined([piece(150), LINE, piece(450)], ())
    assert (line.x, line.y, line.width, line.height) == (300, 100, 360, 20)
    assert 0.8 < line.score < 0.9


def test_an_upright_line_is_joined_along_itself():
    upper, lower = TextBox(50, 100, 20, 100, 0.0, 0.9), TextBox(50, 190, 20, 60, 0.0, 0.9)
    [line] = joined([upper, lower], ())
    assert (line.width, line.height) == pytest.approx((170, 20))


def test_a_doubted_piece_counts_only_where_it_continues_a_line():
    [line] = joined([LINE], [piece(450), piece(450, y=300)])
    assert line.width == 280


def test_the_order_of_the_pieces_does_not_matter():
    pieces = [LINE, piece(450), piece(150), piece(450, y=300)]
    assert joined(pieces, ()) == joined(pieces[::-1], ())
