from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assetkit.canvas import MEASURE_SIDE, choose_canvas, crop_size, least_size
from assetkit.geometry import Box, Size, is_ratio
from assetkit.judgement import Severity
from assetkit.losses import border_note
from assetkit.model import PadStyle
from tests.factories import clip_info, keep, limit, portrait, preset, still_info, upright_clip


def stills(size=(1080, 1440), **more):
    return preset(image=portrait(size, **more)).image


def clips(size=(1080, 1920), **more):
    return preset(video=upright_clip(size, **more)).video


def any_ratio(**target):
    return preset(image={"target": target}).image


NOTHING = keep()


@pytest.mark.parametrize(
    ("width", "height", "window", "drawn"),
    [
        (4000, 3000, (875, 0, 3125, 3000), (1080, 1440)),
        (3000, 4000, (0, 0, 3000, 4000), (1080, 1440)),
        (1080, 1440, (0, 0, 1080, 1440), (1080, 1440)),
        (600, 800, (0, 0, 600, 800), (600, 800)),  # never enlarged
        (1000, 1000, (125, 0, 875, 1000), (750, 1000)),
        (1000, 4000, (1, 1334, 1000, 2666), (999, 1332)),
        (1081, 1441, (0, 0, 1080, 1440), (1080, 1440)),
        (3, 4, (0, 0, 3, 4), (3, 4)),
    ],
)
def test_the_crop_of_a_still(width, height, window, drawn):
    canvas = choose_canvas(still_info(width, height), stills(), NOTHING)
    assert canvas.window.size == Size(window[2] - window[0], window[3] - window[1])
    assert abs(canvas.window.left - window[0]) <= 1
    assert abs(canvas.window.top - window[1]) <= 1
    assert canvas.picture == canvas.size == Size(*drawn)
    assert (canvas.pad, canvas.findings) == (PadStyle.NONE, ())


@pytest.mark.parametrize(
    ("width", "height", "part"),
    [
        (4000, 1000, (1910, 1000)),  # wider than the range: its widest
        (1000, 4000, (1000, 1250)),  # taller: its narrowest
        (1910, 1000, (1910, 1000)),
        (1000, 1250, (1000, 1250)),
        (1234, 1111, (1234, 1111)),
    ],
)
def test_a_range_of_ratios_crops_to_its_nearest_end(width, height, part):
    between = limit({"narrowest": "4:5", "widest": "191:100"})
    rules = preset(image={"limits": {"aspect_ratio_range": between}}).image
    assert crop_size(still_info(width, height), rules) == Size(*part)
    assert choose_canvas(still_info(width, height), rules, NOTHING).size == Size(*part)


@pytest.mark.parametrize(
    ("width", "height", "part", "drawn"),
    [
        (1920, 1080, (594, 1056), (594, 1056)),
        (1080, 1920, (1080, 1920), (1080, 1920)),
        (2160, 3840, (2160, 3840), (1080, 1920)),
        (720, 1280, (720, 1280), (720, 1280)),
        (1081, 1921, (1080, 1920), (1080, 1920)),
        (15, 31, (14, 30), (14, 30)),  # too small for any 9:16 with even sides: whole, and judged
    ],
)
def test_the_crop_of_a_clip_has_even_sides(width, height, part, drawn):
    canvas = choose_canvas(clip_info(width, height), clips(), NOTHING)
    assert canvas.window.size.holds(Size(*part))
    assert canvas.size == Size(*drawn)


@pytest.mark.parametrize(
    ("width", "height", "part"),
    [
        (608, 1080, (608, 1080)),  # as 9:16 is exported
        (480, 854, (480, 854)),
        (320, 568, (320, 568)),
        (609, 1081, (608, 1080)),
        (600, 1080, (594, 1056)),  # not 9:16
        (1082, 1924, (1080, 1920)),  # to be scaled to 1080 x 1920, which must be it exactly
    ],
)
def test_a_clip_that_has_the_ratio_to_the_pixel_is_not_cropped(width, height, part):
    assert crop_size(clip_info(width, height), clips()) == Size(*part)


def test_without_a_required_ratio_all_is_kept():
    rules = any_ratio(size=[300, 300])
    assert choose_canvas(still_info(600, 301), rules, NOTHING).window == Box(0, 0, 600, 301)
    assert choose_canvas(still_info(600, 301), rules, NOTHING).size == Size(300, 151)
    assert choose_canvas(still_info(601, 301), any_ratio(), NOTHING).size == Size(601, 301)


def test_a_recommended_ratio_crops_nothing():
    rules = preset(image={"limits": {"aspect_ratio": limit("3:4", "recommended")}}).image
    assert crop_size(still_info(1000, 500), rules) == Size(1000, 500)


@pytest.mark.parametrize(
    ("faces", "text", "codes", "message"),
    [
        ([], [], [], ""),
        ([(1800, 0, 2200, 500)], [], [], ""),
        (
            [(0, 0, 3900, 3000)],
            [],
            ["crop-cuts-face"],
            "the best 2250 x 3000 px crop would cut 1 of 1 face",
        ),
        (
            [(0, 0, 300, 300), (3700, 0, 4000, 300)],
            [],
            ["crop-cuts-face"],
            "the best 2250 x 3000 px crop would cut 1 of 2 faces",
        ),
        (
            [],
            [(100, 100, 3900, 300)],
            ["crop-cuts-text"],
            "the best 2250 x 3000 px crop would cut 1 of 1 line of text or QR code",
        ),
        (
            [],
            [(100, 100, 3900, 300), (100, 400, 3900, 600)],
            ["crop-cuts-text"],
            "the best 2250 x 3000 px crop would cut 2 of 2 lines of text or QR codes",
        ),
        (
            [(0, 0, 3900, 3000)],
            [(100, 100, 3900, 300)],
            ["crop-cuts-face", "crop-cuts-text"],
            "the best 2250 x 3000 px crop would cut 1 of 1 face",
        ),
    ],
)
def test_a_crop_that_cuts_a_face_or_text_is_refused(faces, text, codes, message):
    keepsake = keep([Box(*b) for b in faces], [Box(*b) for b in text])
    canvas = choose_canvas(still_info(4000, 3000), stills(), keepsake)
    assert [f.code for f in canvas.findings] == codes
    assert all(f.severity is Severity.REQUIRED and f.fix and f.source for f in canvas.findings)
    assert not codes or canvas.findings[0].message == message


def test_padding_keeps_what_a_crop_would_cut():
    line = Box(500, 100, 3300, 300)  # wider than the 2250 px crop
    canvas = choose_canvas(still_info(4000, 3000), stills(pad="plain"), keep(text=[line]))
    assert line.kept_by(canvas.window) == 1.0
    assert canvas.size == Size(1080, 1440)
    assert canvas.picture.width == 1080
    assert canvas.picture.height < 1440
    assert canvas.pad is PadStyle.PLAIN
    (note,) = canvas.findings
    assert (note.code, note.severity) == ("padded", Severity.NOTE)
    assert note.measured == pytest.approx(1 - canvas.picture.area / canvas.size.area, abs=0.01)


@pytest.mark.parametrize(
    ("text_width", "pads", "needs_person"),
    [
        (2000, False, None),  # fits the crop
        (2400, True, False),
        (3300, True, False),
        (3500, True, True),  # more than a third would be padding
        (3990, True, True),
    ],
)
def test_much_padding_is_for_a_person_to_see(text_width, pads, needs_person):
    line = Box(0, 100, text_width, 300)
    canvas = choose_canvas(still_info(4000, 3000), stills(pad="blur"), keep(text=[line]))
    assert [f.code for f in canvas.findings] == (["padded"] if pads else [])
    assert not pads or canvas.findings[0].needs_person is needs_person


def test_too_much_padding_is_refused():
    line = Box(0, 100, 3990, 300)
    canvas = choose_canvas(still_info(4000, 3000), stills(pad="blur", pad_share_max=0.3), keep(text=[line]))
    assert [f.code for f in canvas.findings] == ["crop-cuts-text"]
    assert canvas.pad is PadStyle.NONE


def test_a_landscape_master_is_padded_up_to_the_least_size():
    rules = clips(pad="blur", extra={"resolution_min": limit([720, 1280])})
    canvas = choose_canvas(clip_info(1920, 1080), rules, NOTHING)
    assert canvas.window.size.width >= 720
    assert canvas.size == Size(720, 1280)
    assert canvas.size.holds(canvas.picture)
    assert [f.code for f in canvas.findings] == ["padded"]


def test_padding_cannot_make_a_small_picture_large():
    rules = clips(pad="blur", extra={"resolution_min": limit([720, 1280])})
    canvas = choose_canvas(clip_info(320, 240), rules, NOTHING)
    assert canvas.pad is PadStyle.NONE
    assert not canvas.size.holds(Size(720, 1280))


sides = st.integers(1, 3000)


@st.composite
def pictures(draw):
    is_clip = draw(st.booleans())
    info = (clip_info if is_clip else still_info)(draw(sides), draw(sides))
    ratio = Fraction(draw(st.integers(1, 21)), draw(st.integers(1, 21)))
    scale = draw(st.integers(1, 60)) * 2
    target = [ratio.numerator * scale, ratio.denominator * scale]
    extra = {"resolution_min": limit([draw(st.integers(1, 800)), draw(st.integers(1, 800))])}
    pad = {"pad": draw(st.sampled_from(["none", "plain", "blur"])), "pad_share_max": draw(st.floats(0, 0.99))}
    limits = {"aspect_ratio": limit(f"{ratio.numerator}:{ratio.denominator}")} | extra
    table = {"limits": limits, "target": {"size": target, **pad}}
    rules = preset(video=table).video if is_clip else preset(image=table).image

    def box():
        left = draw(st.integers(0, info.display_size.width - 1))
        top = draw(st.integers(0, info.display_size.height - 1))
        right = draw(st.integers(left + 1, info.display_size.width))
        return Box(left, top, right, draw(st.integers(top + 1, info.display_size.height)))

    faces = [box() for _ in range(draw(st.integers(0, 2)))]
    text = [box() for _ in range(draw(st.integers(0, 2)))]
    return info, rules, ratio, keep(faces, text), is_clip


@given(pictures())
def test_every_canvas_keeps_the_rules(picture):
    info, rules, ratio, keepsake, is_clip = picture
    canvas = choose_canvas(info, rules, keepsake)
    step = 2 if is_clip else 1
    assume(info.display_size.holds(Size(ratio.numerator * step, ratio.denominator * step)))
    assert canvas.window.intersect(Box.of(info.display_size)) == canvas.window
    assert canvas.window.area
    assert canvas.size.holds(canvas.picture)
    assert rules.target.size.holds(canvas.size)
    assert canvas.window.size.holds(canvas.picture), "enlarged"
    assert is_ratio(canvas.size, ratio)
    if is_clip:
        for size in (canvas.picture, canvas.size, canvas.window.size):
            assert (size.width % 2, size.height % 2) == (0, 0)
    if canvas.pad is PadStyle.NONE:
        assert canvas.window.size.ratio == ratio
        assert canvas.picture == canvas.size
    else:
        assert [f.code for f in canvas.findings] == ["padded"]


@given(pictures())
def test_a_face_that_the_crop_can_hold_is_never_a_refusal(picture):
    info, rules, _, keepsake, _ = picture
    crop = crop_size(info, rules)
    for face in keepsake.faces:
        if crop.holds(face.size):
            assert "crop-cuts-face" not in [f.code for f in choose_canvas(info, rules, keep([face])).findings]


@pytest.mark.parametrize(
    ("width", "height", "share"),
    [(1080, 1440, None), (1920, 1080, None), (3000, 1000, None), (3001, 1000, 0.2499), (4000, 1000, 0.1875)],
)
def test_a_crop_that_keeps_little_is_for_a_person_to_see(width, height, share):
    findings = choose_canvas(still_info(width, height), stills(), NOTHING).findings
    assert [(f.code, f.needs_person, f.severity) for f in findings] == (
        [("crop-keeps-little", True, Severity.NOTE)] if share else []
    )
    assert not share or findings[0].measured == share


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (6000, 8000, (1080, 1440)),  # measured at 1440 on the longer side, delivered at 1080 x 1440
        (8000, 6000, (1920, 1440)),  # the crop is 4500 x 6000: a quarter of it is the target
        (1080, 1440, (1080, 1440)),
        (600, 800, (600, 800)),
    ],
)
def test_the_least_size_to_decode(width, height, expected):
    assert least_size(still_info(width, height), stills()) == Size(*expected)


@given(pictures())
def test_what_is_decoded_is_enough_to_measure_and_to_deliver(picture):
    info, rules, _, _, _ = picture
    size, least = info.display_size, least_size(info, rules)
    assert size.holds(least)
    scale = Fraction(least.width, size.width)
    window, target = crop_size(info, rules), rules.target.size
    wanted = min(Fraction(1), Fraction(target.width, window.width), Fraction(target.height, window.height))
    assert scale >= wanted
    assert max(least.width, least.height) >= min(MEASURE_SIDE, max(size.width, size.height))


def test_without_a_target_all_pixels_are_decoded():
    assert least_size(still_info(9000, 9000), any_ratio()) == Size(9000, 9000)


def test_the_same_picture_always_gives_the_same_canvas():
    keepsake = keep([Box(100, 100, 400, 500)], [Box(1000, 100, 2000, 200)])
    info = still_info(4000, 3000)
    assert choose_canvas(info, stills(), keepsake) == choose_canvas(replace(info), stills(), replace(keepsake))


WIDE = Box(0, 400, 4000, 2600)  # of 4000 x 3000, between bars at the top and at the bottom


def test_bars_are_left_out_where_the_output_stays_as_large():
    canvas = choose_canvas(still_info(4000, 3000), stills(), NOTHING, WIDE)
    assert canvas.window == Box(1175, 400, 1175 + 1650, 2600)
    assert canvas.size == Size(1080, 1440)
    assert border_note(canvas.window, WIDE) == ()


def test_bars_stay_and_are_told_where_the_output_would_shrink():
    wide = Box(0, 100, 2000, 1400)
    canvas = choose_canvas(still_info(2000, 1500), stills(), NOTHING, wide)
    assert (canvas.window.size, canvas.window.top) == (Size(1080, 1440), 30)
    (note,) = border_note(canvas.window, wide)
    assert (note.code, note.severity, note.measured) == ("borders", Severity.NOTE, pytest.approx(140 / 1440, abs=1e-4))
    assert "70 px at the top and 70 px at the bottom" in note.message


@pytest.mark.parametrize(
    ("first", "last", "top"), [(241, 1679, 240), (241, 1719, 241), (480, 1800, 420), (600, 1920, 480), (0, 1300, 0)]
)
def test_a_window_is_drawn_over_what_lies_between_bars(first, last, top):
    """The rows at its edges may be half bar, and count as bar."""
    content = Box(0, first, 1080, last)
    keepsake = keep(rows=(1.0, 0, 0, 0))
    assert choose_canvas(still_info(1080, 1920), stills(), keepsake).window.top == 0
    canvas = choose_canvas(still_info(1080, 1920), stills(), keepsake, content)
    assert canvas.window == Box(0, top, 1080, top + 1440)
    assert canvas.size == Size(1080, 1440)


def test_bars_at_the_sides_keep_the_window_between_them():
    face = Box(20, 100, 500, 700)  # the focal point is in a bar, where nothing is lost by leaving it
    content = Box(600, 0, 3400, 3000)
    assert choose_canvas(still_info(4000, 3000), stills(), keep(columns=(1.0, 0, 0, 0)), content).window.left == 600
    assert choose_canvas(still_info(4000, 3000), stills(), keep([face]), content).window.left < 100


def test_a_bar_is_kept_if_leaving_it_out_would_cut_text():
    subtitle = Box(1500, 2700, 2500, 2800)
    window = choose_canvas(still_info(4000, 3000), stills(), keep(text=[subtitle]), WIDE).window
    assert subtitle.kept_by(window) == 1


def test_a_picture_of_the_right_ratio_is_not_cropped_for_its_bars():
    canvas = choose_canvas(still_info(3000, 4000), stills(), NOTHING, Box(0, 900, 3000, 3100))
    assert canvas.window == Box(0, 0, 3000, 4000)
    assert [n.code for n in border_note(canvas.window, Box(0, 900, 3000, 3100))] == ["borders"]


def test_bars_are_no_part_of_what_is_padded():
    wide = Box(100, 1200, 3900, 1300)  # no crop keeps it
    canvas = choose_canvas(still_info(4000, 3000), stills(pad="blur", pad_share_max=0.9), keep(text=[wide]), WIDE)
    assert (canvas.window.top, canvas.window.bottom) == (400, 2600)
    assert canvas.pad is PadStyle.BLUR
    subtitle = Box(500, 2800, 3500, 2900)  # in the bar, and wider than a crop
    canvas = choose_canvas(
        still_info(4000, 3000), stills(pad="blur", pad_share_max=0.9), keep(text=[wide, subtitle]), WIDE
    )
    assert (canvas.window.top, canvas.window.bottom) == (0, 3000)


def test_bars_over_more_than_a_third_are_looked_at():
    (note,) = border_note(Box(0, 0, 300, 400), Box(0, 80, 300, 320))
    assert note.needs_person
    (note,) = border_note(Box(0, 0, 300, 400), Box(0, 60, 300, 340))
    assert not note.needs_person


def test_bars_too_thin_to_be_seen_are_not_told():
    assert border_note(Box(0, 0, 1000, 1000), Box(0, 2, 1000, 998)) == ()
    assert len(border_note(Box(0, 0, 1000, 1000), Box(0, 3, 1000, 998))) == 1


def test_a_bar_is_told_as_wide_as_it_can_be_seen():
    (note,) = border_note(Box(0, 0, 300, 400), Box(0, 402, 1500, 1598))
    assert note.message == "bars baked into the source take 100.0% of the picture: 400 px at the top"
