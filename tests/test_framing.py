from dataclasses import astuple
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetkit.facts import Facts, FrameMeasurements, Measurements, Saliency
from assetkit.framing import WHOLE, alternatives, cut, keepsakes, kept, place
from assetkit.geometry import Box, Size, hull
from assetkit.lettering import Code
from assetkit.model import Proposer
from tests.factories import keep, region, still_info

LANDSCAPE, WINDOW = Size(4000, 3000), Size(2250, 3000)


def bins(*values):
    return tuple(v / sum(values) for v in values)


FLAT = bins(1, 1, 1, 1)


@pytest.mark.parametrize(
    ("faces", "text", "columns", "left"),
    [
        pytest.param([], [], (), 875, id="nothing: the middle"),
        pytest.param([], [], FLAT, 875, id="attention everywhere: the middle"),
        pytest.param([], [], bins(1, 0, 0, 0), 0, id="attention at the left"),
        pytest.param([], [], bins(0, 0, 0, 1), 1750, id="attention at the right"),
        pytest.param([(100, 100, 600, 700)], [], (), 0, id="a face at the left edge, with room beside it"),
        pytest.param([(3500, 100, 4000, 700)], [], (), 1750, id="a face at the right edge"),
        pytest.param([(1700, 900, 2300, 1700)], [], (), 875, id="a face in the middle"),
        pytest.param([], [(3600, 50, 3990, 150)], (), 1750, id="a line of text at the right"),
        pytest.param([(3500, 0, 3900, 500)], [], bins(1, 0, 0, 0), 1750, id="a face outweighs attention"),
    ],
)
def test_where_the_window_goes(faces, text, columns, left):
    found = place(WINDOW, LANDSCAPE, keep([Box(*b) for b in faces], [Box(*b) for b in text], columns, columns))
    assert found == Box(left, 0, left + 2250, 3000)


def test_a_face_outweighs_text_on_the_other_side():
    face, line = Box(100, 100, 500, 600), Box(3500, 100, 3990, 200)
    window = place(WINDOW, LANDSCAPE, keep([face], [line]))
    assert face.kept_by(window) == 1.0
    assert line.kept_by(window) == 0.0


def test_the_larger_of_two_faces_that_do_not_fit_together_is_kept():
    small, large = Box(0, 0, 300, 300), Box(3200, 0, 4000, 900)
    window = place(WINDOW, LANDSCAPE, keep([small, large]))
    assert large.kept_by(window) == 1.0
    assert cut([small, large], window) == [small]


def test_two_faces_that_fit_together_are_both_kept():
    faces = [Box(500, 0, 800, 300), Box(2400, 0, 2740, 300)]
    assert cut(faces, place(WINDOW, LANDSCAPE, keep(faces))) == []


def test_text_decides_among_the_places_that_keep_the_faces():
    face, line = Box(1800, 100, 2200, 600), Box(2300, 100, 3900, 200)
    window = place(WINDOW, LANDSCAPE, keep([face], [line]))
    assert face.kept_by(window) == 1.0
    assert line.kept_by(window) == 1.0


def test_what_fits_is_kept_to_its_last_pixel():
    line = Box(500, 100, 3300, 300)
    assert line.kept_by(place(Size(2802, 3000), LANDSCAPE, keep(text=[line]))) == 1.0


def test_a_face_short_on_both_axes_still_counts_as_whole():
    face, line = Box(0, 0, 200, 200), Box(850, 850, 905, 905)
    assert cut([face], place(Size(900, 900), Size(1000, 1000), keep([face], [line]))) == []


def test_hair_and_chin_get_room_where_there_is_some():
    face = Box(0, 1000, 400, 1400)
    window = place(Size(1000, 1000), Size(1000, 4000), keep([face]))
    assert window.top <= 1000 - 0.6 * 400
    assert window.bottom >= 1400 + 0.4 * 400


sides = st.integers(8, 400)


@st.composite
def crops(draw, most_boxes=4):
    """A picture, a window inside it, and boxes inside the picture."""
    size = Size(draw(sides), draw(sides))
    window = Size(draw(st.integers(1, size.width)), draw(st.integers(1, size.height)))

    def box():
        left, top = draw(st.integers(0, size.width - 1)), draw(st.integers(0, size.height - 1))
        return Box(left, top, draw(st.integers(left + 1, size.width)), draw(st.integers(top + 1, size.height)))

    faces = [box() for _ in range(draw(st.integers(0, most_boxes)))]
    text = [box() for _ in range(draw(st.integers(0, most_boxes)))]
    columns = draw(st.lists(st.floats(0, 1), min_size=4, max_size=4)) if draw(st.booleans()) else []
    return size, window, keep(faces, text, columns, columns)


@given(crops())
def test_the_window_has_its_size_lies_inside_and_is_always_the_same(crop):
    size, window, keepsake = crop
    found = place(window, size, keepsake)
    assert found.size == window
    assert found.intersect(Box.of(size)) == found
    assert place(window, size, keepsake) == found


@given(crops())
def test_a_face_that_fits_is_kept_whole(crop):
    size, window, keepsake = crop
    for face in keepsake.faces:
        if window.holds(face.size):
            alone = keep([face], (), keepsake.columns, keepsake.rows)
            assert face.kept_by(place(window, size, alone)) == 1.0
            beside_text = keep([face], keepsake.text, keepsake.columns, keepsake.rows)
            assert cut([face], place(window, size, beside_text)) == []


@given(crops())
def test_faces_that_fit_together_are_all_kept_whole(crop):
    size, window, keepsake = crop
    if keepsake.faces and window.holds(hull(keepsake.faces).size):
        assert cut(keepsake.faces, place(window, size, keepsake)) == []


@given(crops())
def test_what_is_kept_is_a_share(crop):
    size, window, keepsake = crop
    shares = kept(place(window, size, keepsake), size, keepsake)
    assert (shares.faces is None) is (not keepsake.faces)
    assert (shares.text is None) is (not keepsake.text)
    for share in (shares.faces, shares.text, shares.saliency):
        assert share is None or -1e-9 <= share <= 1 + 1e-9
    everything = kept(Box.of(size), size, keepsake)
    assert everything.faces in (None, 1.0)
    assert everything.saliency is None or everything.saliency == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("share", "is_cut"), [(1.0, False), (WHOLE, False), (0.98, False), (0.96, True), (0.5, True), (0.0, True)]
)
def test_a_box_kept_almost_whole_is_whole(share, is_cut):
    assert bool(cut([Box(0, 0, 100, 10)], Box(0, 0, round(100 * share), 10))) is is_cut


def test_the_hull_holds_them_all():
    assert hull([Box(5, 6, 7, 8), Box(1, 7, 3, 20)]) == Box(1, 6, 7, 20)


@pytest.mark.parametrize(
    ("parts", "proposer"),
    [
        ({"faces": [Box(0, 0, 9, 9)], "text": [Box(0, 0, 9, 9)], "columns": FLAT}, Proposer.FACE),
        ({"text": [Box(0, 0, 9, 9)], "columns": FLAT}, Proposer.TEXT),
        ({"columns": FLAT}, Proposer.SALIENCY),
        ({}, Proposer.CENTRE),
    ],
)
def test_who_decides(parts, proposer):
    assert keep(**parts).proposer is proposer


def framed(size, *frames, **info):
    return Facts(still_info(*astuple(size), **info), Measurements(frames))


def test_marked_faces_stand_beside_those_that_were_found_once_each():
    found, again, other = Box(100, 100, 200, 200), Box(90, 80, 210, 200), Box(500, 100, 600, 200)
    frame = FrameMeasurements(faces=(found,))
    keep = keepsakes(framed(Size(1000, 1000), frame, marked_faces=(again, other)))
    assert keep.faces == (found, other)


def test_a_marked_subject_goes_after_faces_and_text_and_before_attention():
    subject, line, face = Box(3500, 1000, 3900, 1400), region(100, 1000, 900, 1100), Box(100, 100, 300, 300)
    calm = Saliency((1.0, *[0.0] * 9), (1.0,))
    marked = {"marked_subject": subject}
    sizes = (WINDOW, LANDSCAPE)
    keep = keepsakes(framed(LANDSCAPE, FrameMeasurements(saliency=calm), **marked))
    assert (keep.proposer, subject.kept_by(place(*sizes, keep))) == (Proposer.SUBJECT, 1)
    for frame in (FrameMeasurements(text=(line,)), FrameMeasurements(faces=(face,))):
        keep = keepsakes(framed(LANDSCAPE, frame, **marked))
        assert place(*sizes, keep).left <= 100
        assert keep.proposer in (Proposer.TEXT, Proposer.FACE)


def test_keepsakes_are_gathered_over_frames():
    size = Size(1000, 1000)
    one, other = Box(0, 0, 100, 100), Box(500, 500, 600, 600)
    frames = [
        FrameMeasurements(Fraction(0), (region(0, 0, 100, 50),), (one,), Saliency((1.0, 0.0), (0.5, 0.5))),
        FrameMeasurements(Fraction(1), (region(0, 0, 100, 50),), (one, other), Saliency((0.0, 1.0), (0.5, 0.5))),
        FrameMeasurements(Fraction(2)),
    ]
    found = keepsakes(framed(size, *frames))
    assert found.faces == (one, other)
    assert found.text == (Box(0, 0, 100, 50),)
    assert found.columns == (0.5, 0.5)


@pytest.mark.parametrize(("width", "is_read"), [(50, True), (49, False)])
def test_specks_of_text_are_left_out(width, is_read):
    frame = FrameMeasurements(text=(region(10, 10, 10 + width, 20),))
    assert bool(keepsakes(framed(Size(1000, 1000), frame)).text) is is_read


def test_text_beyond_the_edge_is_clipped_to_the_picture():
    frame = FrameMeasurements(text=(region(-50, -10, 100, 90),))
    assert keepsakes(framed(Size(200, 200), frame)).text == (Box(0, 0, 100, 90),)


def test_a_line_of_which_part_could_be_kept_does_not_push_a_face_to_the_edge():
    face, line = Box(1000, 900, 1600, 1700), Box(2600, 100, 3900, 300)
    window = place(WINDOW, LANDSCAPE, keep([face], [line, Box(3300, 500, 3990, 600)]))
    assert window.left <= 1000 - 0.35 * 600


def test_two_faces_share_what_room_there_is():
    faces = [Box(800, 900, 1300, 1500), Box(2300, 900, 2950, 1700)]  # 100 px more than the pair is wide
    window = place(WINDOW, LANDSCAPE, keep(faces))
    before, after = faces[0].left - window.left, window.right - faces[1].right
    assert before + after == 100
    assert 35 <= before <= 50


def test_of_three_faces_two_with_room_beat_two_at_the_edges():
    left, middle, right = (Box(x, 1000, x + 500, 1500) for x in (0, 1300, 3000))
    window = place(WINDOW, LANDSCAPE, keep([left, middle, right]))
    assert cut([left, middle, right], window) == [right]


def test_more_faces_beat_one_that_is_a_little_larger():
    group, one = [Box(x, 1000, x + 400, 1400) for x in (100, 700, 1300)], Box(3400, 900, 3900, 1500)
    assert cut([*group, one], place(WINDOW, LANDSCAPE, keep([one, *group]))) == [one]


def test_a_lone_face_comes_to_lie_on_the_middle_or_a_third():
    face = Box(1000, 1000, 1100, 1100)
    window = place(WINDOW, LANDSCAPE, keep([face]))
    place_of_face = (1050 - window.left) / WINDOW.width
    assert min(abs(place_of_face - line) for line in (1 / 3, 1 / 2)) < 0.03


def test_each_proposer_has_its_own_alternative():
    face, line = Box(100, 100, 500, 600), Box(3500, 100, 3990, 200)
    keepsake = keep([face], [line], bins(0, 1, 1, 0), FLAT)
    chosen = place(WINDOW, LANDSCAPE, keepsake)
    found = alternatives(chosen, LANDSCAPE, keepsake)
    assert [a.proposer for a in found] == [Proposer.TEXT, Proposer.SALIENCY]  # the middle is where attention is
    assert [(a.kept.faces, a.kept.text) for a in found] == [(0.0, 1.0), (0.0, 0.0)]


def test_no_alternative_where_there_is_no_room_to_move():
    assert alternatives(Box.of(LANDSCAPE), LANDSCAPE, keep([Box(0, 0, 9, 9)], columns=FLAT, rows=FLAT)) == ()


@given(crops())
def test_alternatives_are_few_distinct_and_inside(crop):
    size, window, keepsake = crop
    chosen = place(window, size, keepsake)
    found = alternatives(chosen, size, keepsake)
    assert len(found) <= 3
    places = [chosen, *(a.window for a in found)]
    for number, one in enumerate(places):
        assert one.size == window
        assert one.intersect(Box.of(size)) == one
        for other in places[:number]:
            across, down = abs(one.left - other.left), abs(one.top - other.top)
            assert across >= 0.05 * (size.width - window.width) > 0 or down >= 0.05 * (size.height - window.height) > 0


def test_a_face_at_the_edge_of_the_picture_is_not_cut_to_give_it_room_inside():
    face = Box(1750, 900, 4000, 2000)  # as wide as the window, which could begin a little before it
    assert place(WINDOW, LANDSCAPE, keep([face])).left == 1750


def test_qr_codes_are_kept_like_lines_however_small_and_other_codes_are_not():
    box, other = Box(3600, 50, 3640, 90), Box(100, 50, 300, 250)
    codes = (Code("matrix", "QR Code", "a", box), Code("matrix", "Data Matrix", "b", other))
    facts = Facts(still_info(4000, 3000), Measurements((FrameMeasurements(codes=codes),)))
    assert keepsakes(facts).text == (box,)
