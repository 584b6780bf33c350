"""What people say of a crop goes before what is measured."""

from dataclasses import replace

import pytest

from assetkit.canvas import choose_canvas, least_size
from assetkit.facts import Facts, Wishes
from assetkit.framing import keepsakes
from assetkit.geometry import Box, Size
from assetkit.judgement import Severity
from assetkit.model import Method, PadStyle, Proposer
from assetkit.plan import make_plan
from tests.factories import keep, limit, portrait, preset, seen, still_info

FACE = Box(3300, 1200, 3700, 1600)  # at the right of a landscape picture
LANDSCAPE = still_info(4000, 3000)


def planned(info=LANDSCAPE, *, faces=(), target=None, **said):
    wanted = preset(image=portrait((1080, 1440), **(target or {})))
    facts = replace(seen(info, faces=faces), wishes=Wishes(**said))
    plan, judgement = make_plan(facts, wanted.image, wanted)
    return plan, {f.code: f for f in judgement.findings}


@pytest.mark.parametrize(
    ("focal", "left"),
    [((2000, 1500), 875), ((1500, 0), 375), ((0, 0), 0), ((3999, 2999), 1750), ((1125, 10), 0), ((1126, 10), 1)],
)
def test_a_crop_centres_on_the_focal_point(focal, left):
    plan, said = planned(focal=focal)
    assert (plan.window.left, plan.proposer) == (left, Proposer.SIDECAR)
    assert not said


def test_the_focal_point_goes_before_a_face_and_says_so():
    plan, said = planned(faces=[FACE], focal=(1000, 1500))
    assert plan.window.right <= FACE.left
    assert said["crop-cuts-face"].severity is Severity.NOTE
    assert "sidecar" in said["crop-cuts-face"].message


def test_a_kept_box_goes_before_a_face():
    plan, said = planned(faces=[FACE], keep=(Box(100, 100, 500, 500),))
    assert Box(100, 100, 500, 500).kept_by(plan.window) == 1
    assert plan.proposer is Proposer.SIDECAR
    assert said["crop-cuts-face"].severity is Severity.REQUIRED  # nobody said that the face may go


def test_a_kept_box_beside_a_focal_point_bounds_the_window():
    plan, _ = planned(focal=(3900, 1500), keep=(Box(1000, 100, 1200, 500),))
    assert plan.window.left == 1000


def test_kept_boxes_too_far_apart_are_padded_or_refused():
    apart = (Box(0, 0, 200, 200), Box(3800, 0, 4000, 200))
    _, said = planned(keep=apart)
    assert said["crop-cuts-keep"].severity is Severity.REQUIRED
    assert "1 of 2 boxes that the sidecar keeps" in said["crop-cuts-keep"].message
    plan, said = planned(keep=apart, target={"pad": "blur"})
    assert plan.window == Box(0, 0, 4000, 3000)
    assert (plan.pad, "crop-cuts-keep" in said) == (PadStyle.BLUR, False)


@pytest.mark.parametrize(
    ("crop", "window"),
    [
        (Box(100, 200, 1600, 2200), Box(100, 200, 1600, 2200)),
        (Box(800, 0, 2800, 2000), Box(1050, 0, 2550, 2000)),  # of another ratio: the largest part inside it
    ],
)
def test_a_crop_stays_inside_the_persons(crop, window):
    plan, said = planned(faces=[FACE], crop=crop)
    assert (plan.window, plan.proposer, plan.method) == (window, Proposer.SIDECAR, Method.ENCODE)
    assert said["crop-cuts-face"].severity is Severity.NOTE


def test_a_person_who_crops_tightly_is_not_asked_again():
    plan, said = planned(crop=Box(0, 0, 1080, 1440))
    assert plan.window == Box(0, 0, 1080, 1440)  # an eighth of the picture
    assert not said


def test_a_compliant_picture_is_cropped_if_a_person_says_so():
    portrait_info = still_info(1080, 1440)
    assert planned(portrait_info)[0].method is Method.COPY
    plan, _ = planned(portrait_info, crop=Box(0, 0, 540, 720))
    assert (plan.method, plan.window) == (Method.ENCODE, Box(0, 0, 540, 720))


@pytest.mark.parametrize(("style", "drawn"), [("none", PadStyle.PLAIN), ("blur", PadStyle.BLUR)])
def test_a_person_may_ask_for_padding(style, drawn):
    plan, said = planned(pad=True, target={"pad": style})
    assert (plan.window, plan.pad) == (Box(0, 0, 4000, 3000), drawn)
    assert (plan.canvas, plan.picture) == (Size(1080, 1440), Size(1080, 810))
    assert not said["padded"].needs_person
    assert str(said["padded"].message).endswith(f"{drawn} padding, as the sidecar asks")
    assert plan.proposer is Proposer.SIDECAR


def test_padding_that_a_person_asks_for_keeps_what_stands_in_a_bar():
    content = Box(0, 400, 4000, 2600)
    rules = preset(image=portrait((1080, 1440))).image
    pad = Wishes(pad=True)
    assert choose_canvas(still_info(4000, 3000), rules, keep(), content, pad).window == content
    subtitle = keep(text=[Box(1500, 2700, 2500, 2800)])
    assert choose_canvas(still_info(4000, 3000), rules, subtitle, content, pad).window == Box(0, 0, 4000, 3000)


def test_padding_between_bars_never_falls_short():
    content = Box(490, 0, 790, 720)
    limits = {"resolution_min": limit([600, 800])}
    rules = preset(image=portrait((1080, 1440), extra=limits)).image
    canvas = choose_canvas(still_info(1280, 720), rules, keep(), content, Wishes(pad=True))
    assert canvas.size.holds(Size(600, 800))


def test_asked_to_pad_what_has_the_ratio_nothing_is_padded():
    assert planned(still_info(1080, 1440), pad=True)[0].method is Method.COPY


def test_a_person_may_forbid_padding():
    wide = Box(200, 1000, 3800, 2000)
    assert planned(faces=[wide], target={"pad": "blur"})[0].pad is PadStyle.BLUR
    plan, said = planned(faces=[wide], target={"pad": "blur"}, pad=False)
    assert (plan.pad, said["crop-cuts-face"].severity) == (PadStyle.NONE, Severity.REQUIRED)


def test_padding_inside_a_persons_crop():
    plan, _ = planned(crop=Box(1000, 500, 3000, 2500), pad=True)
    assert plan.window == Box(1000, 500, 3000, 2500)
    assert plan.canvas == Size(1080, 1440)


def test_a_small_crop_is_decoded_larger():
    rules = preset(image=portrait((1080, 1440))).image
    everything, part = least_size(LANDSCAPE, rules), least_size(LANDSCAPE, rules, Wishes(crop=Box(0, 0, 1080, 1440)))
    assert everything.width < part.width == 4000


def test_wishes_hold_without_any_measurement():
    keep = keepsakes(Facts(LANDSCAPE, wishes=Wishes(focal=(0, 0))))
    assert choose_canvas(LANDSCAPE, preset(image=portrait((1080, 1440))).image, keep).window.left == 0


def test_alternatives_stay_inside_the_crop_too():
    crop = Box(0, 0, 3000, 3000)
    plan, _ = planned(faces=[FACE], crop=crop, focal=(0, 0))
    assert plan.alternatives
    assert all(other.window.kept_by(crop) == 1 for other in plan.alternatives)
