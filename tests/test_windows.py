"""Windows over time: what is held, what moves, and what people may say of it."""

import json
from fractions import Fraction

import pytest

from assetkit.errors import AssetError
from assetkit.geometry import Box, Size
from assetkit.sidecar import wishes
from assetkit.windows import Keyframe, Move, simplified, steps, window_at

SIZE = Size(320, 180)


def at(time, left, move=Move.HOLD):
    return Keyframe(Fraction(time), Box(left, 0, left + 100, 180), move)


PAN = (at(0, 0), at(2, 40, Move.LINEAR), at(4, 80), at(6, 10))


@pytest.mark.parametrize(
    ("time", "left"),
    [(0, 0), (Fraction(199, 100), 0), (2, 40), (3, 60), (Fraction(7, 2), 70), (4, 80), (5, 80), (6, 10), (99, 10)],
)
def test_a_window_is_held_or_moves_evenly(time, left):
    assert window_at(PAN, Fraction(time)) == at(0, left).box


def test_before_the_first_keyframe_it_stands_where_it_will():
    assert window_at((at(3, 7, Move.LINEAR), at(4, 9)), Fraction(1)).left == 7


def test_a_pixel_is_never_split():
    box = window_at((at(0, 0, Move.LINEAR), at(3, 10)), Fraction(1))
    assert (box.left, box.size) == (3, Size(100, 180))


def test_jumps_and_movements_are_counted():
    assert steps(PAN) == (2, 1)
    assert steps((at(0, 0, Move.LINEAR), at(1, 5, Move.LINEAR), at(2, 9))) == (0, 1)


def test_keyframes_that_change_nothing_are_left_out():
    assert simplified([at(0, 0), at(1, 0), at(2, 5), at(3, 5)]) == (at(0, 0), at(2, 5))


def said(tmp_path, *windows, **more):
    path = tmp_path / "clip.mp4.assetkit.json"
    path.write_text(json.dumps({"windows": list(windows), **more}))
    return wishes(path, SIZE, is_clip=True)


def window(time=0, box=(0, 0, 100, 180), **more):
    return {"time": time, "box": list(box), **more}


def test_a_sidecar_gives_windows_as_the_manifest_writes_them(tmp_path):
    found = said(tmp_path, window(), window(1.5, (20, 0, 100, 180), move="linear"), window(3, (50, 0, 100, 180)))
    assert found.windows == (at(0, 0), at(Fraction(3, 2), 20, Move.LINEAR), at(3, 50))
    assert found.places_crop


@pytest.mark.parametrize(
    ("windows", "reason"),
    [
        ([window(2), window(2)], r"windows\.1\.time: 2 s does not come after"),
        ([window(2), window(1)], r"windows\.1\.time: 1 s does not come after"),
        ([window(), window(1, (0, 0, 90, 180))], r"windows\.1\.box: is 90 x 180, the one before it 100 x 180"),
        ([window(0, (250, 0, 100, 180))], r"windows\.0\.box: reaches out of the picture of 320 x 180"),
        ([window(-1)], r"windows\.0\.time: a time is in seconds"),
        ([window(True)], r"windows\.0\.time: a time is in seconds"),
        ([window("1")], r"windows\.0\.time: a time is in seconds"),
        ([window(0, (0, 0, 100))], r"windows\.0\.box: a box is"),
        ([window(move="jump")], r"windows\.0\.move"),
        ([{"time": 0}], r"windows\.0\.box: missing"),
        ([window(mode="hold")], r"windows\.0\.mode: unknown key"),
    ],
)
def test_a_mistake_in_them_names_its_place(tmp_path, windows, reason):
    with pytest.raises(AssetError, match=reason) as caught:
        said(tmp_path, *windows)
    assert caught.value.code == "sidecar-invalid"


@pytest.mark.parametrize("more", [{"crop": [0, 0, 200, 180]}, {"focal": [10, 10]}])
def test_windows_and_another_place_for_the_crop_contradict(tmp_path, more):
    with pytest.raises(AssetError, match="keep one of them"):
        said(tmp_path, window(), **more)


def test_windows_are_for_clips(tmp_path):
    path = tmp_path / "photo.jpg.assetkit.json"
    path.write_text(json.dumps({"windows": [window()]}))
    with pytest.raises(AssetError, match="a still takes crop"):
        wishes(path, SIZE)
