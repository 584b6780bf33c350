from fractions import Fraction

import pytest

from assetkit.checks import frame
from assetkit.facts import Facts
from assetkit.geometry import Size
from assetkit.preset import RatioRange
from tests.factories import clip_info, still_info

THREE_TO_FOUR = Fraction(3, 4)


def still(width, height, **more):
    return Facts(still_info(width, height, **more))


@pytest.mark.parametrize(
    ("width", "height", "says"),
    [
        (1080, 1440, None),
        (1080, 1441, None),
        (3, 4, None),
        (1082, 1440, "1082 x 1440 px is wider than 3:4"),
        (1080, 1442, "1080 x 1442 px is taller than 3:4"),
        (1440, 1080, "1440 x 1080 px is wider than 3:4"),
        (2, 3, "2 x 3 px is taller than 3:4"),  # within a pixel, but no part of it has the ratio
        (1, 1, "1 x 1 px is wider than 3:4"),
    ],
)
def test_aspect_ratio(width, height, says):
    breach = frame.aspect_ratio(still(width, height), THREE_TO_FOUR)
    assert (breach and breach.message) == says
    if breach:
        assert breach.limit == "3:4"
        assert breach.measured == round(width / height, 4)
        assert breach.fix == "crop or recompose to 3:4"


@pytest.mark.parametrize(
    ("width", "height", "is_inside"),
    [
        (3000, 4000, True),
        (2000, 1000, True),
        (1000, 1000, True),
        (2999, 3999, True),  # within one pixel of 3:4
        (2999, 4000, False),
        (2001, 1000, True),  # 1000.5 rows would be exact
        (2002, 1000, False),
    ],
)
def test_aspect_ratio_range(width, height, is_inside):
    wanted = RatioRange(narrowest="3:4", widest="2:1")
    breach = frame.aspect_ratio_range(still(width, height), wanted)
    assert (breach is None) is is_inside
    if breach:
        assert breach.limit == "3:4 to 2:1"
        assert "is outside 3:4 to 2:1" in breach.message


@pytest.mark.parametrize(
    ("width", "height", "fix"),
    [
        (1080, 1440, None),
        (1081, 1440, "scale down"),
        (2160, 2880, "scale down"),
        (1079, 1440, "deliver a larger original: assetkit never enlarges"),
        (2160, 1439, "deliver a larger original: assetkit never enlarges"),
    ],
)
def test_resolution(width, height, fix):
    breach = frame.resolution(still(width, height), Size(1080, 1440))
    assert (breach and breach.fix) == fix


@pytest.mark.parametrize(
    ("width", "height", "is_enough"),
    [(720, 1280, True), (721, 1281, True), (719, 1280, False), (720, 1279, False), (1280, 720, False)],
)
def test_resolution_min(width, height, is_enough):
    breach = frame.resolution_min(still(width, height), Size(720, 1280))
    assert (breach is None) is is_enough
    assert is_enough or breach.message == f"{width} x {height} px is below 720 x 1280 px"


@pytest.mark.parametrize(
    ("width", "height", "is_small"),
    [(1080, 1920, True), (1079, 1919, True), (1081, 1920, False), (1080, 1921, False), (1920, 1080, False)],
)
def test_resolution_max(width, height, is_small):
    breach = frame.resolution_max(still(width, height), Size(1080, 1920))
    assert (breach is None) is is_small
    assert is_small or breach.message == f"{width} x {height} px is above 1080 x 1920 px"


def test_shape_is_judged_as_displayed():
    info = still_info(1080, 1440, coded_size=Size(1440, 1080), rotation=90)
    assert frame.aspect_ratio(Facts(info), THREE_TO_FOUR) is None


@pytest.mark.parametrize(
    ("rotation", "is_mirrored", "says"),
    [
        (0, False, None),
        (90, False, "the picture is stored turned by 90 degrees"),
        (0, True, "the picture is stored turned by 0 degrees and mirrored"),
        (270, True, "the picture is stored turned by 270 degrees and mirrored"),
    ],
)
def test_upright(rotation, is_mirrored, says):
    breach = frame.upright(still(6, 8, rotation=rotation, is_mirrored=is_mirrored), True)
    assert (breach and breach.message) == says


@pytest.mark.parametrize(("count", "measured"), [(1, None), (2, 2), (40, 40)])
def test_still(count, measured):
    breach = frame.still(still(6, 8, frame_count=count), True)
    assert (breach and breach.measured) == measured


@pytest.mark.parametrize(("ratio", "measured"), [("1", None), ("4/3", "4:3"), ("1000/1001", "1000:1001")])
def test_square_pixels(ratio, measured):
    breach = frame.square_pixels(Facts(clip_info(sample_aspect_ratio=Fraction(ratio))), True)
    assert (breach and breach.measured) == measured


def test_a_still_has_no_pixel_aspect():
    assert frame.square_pixels(still(6, 8, sample_aspect_ratio=Fraction(4, 3)), True) is None


@pytest.mark.parametrize(("is_interlaced", "breaks"), [(True, True), (False, False), (None, False)])
def test_progressive(is_interlaced, breaks):
    breach = frame.progressive(Facts(clip_info(is_interlaced=is_interlaced)), True)
    assert (breach is not None) is breaks
    if breach:
        assert (breach.measured, breach.limit) == ("interlaced", "progressive")
