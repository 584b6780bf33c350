"""Which window each shot gets: its own, a shared one, a moving one; and what a clip of several is made of."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetkit.canvas import choose_canvas
from assetkit.facts import Facts, FrameMeasurements, Measurements, Wishes
from assetkit.geometry import Box, Size
from assetkit.judgement import Status
from assetkit.model import Method, PadStyle, Proposer
from assetkit.plan import foretell, make_plan
from assetkit.reframe import FASTEST, lost, route
from assetkit.scenes import Scene, Sight, scenes
from assetkit.shots import between
from assetkit.windows import Keyframe, Move, steps, window_at
from tests.factories import clip_info, keep, limit, preset, region, upright_clip

SIZE, WINDOW = Size(1920, 1080), Size(594, 1056)
ANY = {"duration_min": limit(1)}


def face(left, side=150, top=300):
    return Box(left, top, left + side, top + side)


def scene(number, *faces_at, seconds=4, text=(), start=None):
    """A shot of four seconds whose frames, evenly spread, show these faces."""
    start = Fraction(number * seconds) if start is None else Fraction(start)
    shot = between([], Fraction(seconds))[0]
    shot = replace(shot, start=start, end=start + seconds)
    times = [start + Fraction(seconds * (2 * n + 1), 2 * len(faces_at)) for n in range(len(faces_at))]
    sights = tuple(Sight(time, tuple(faces), tuple(text)) for time, faces in zip(times, faces_at, strict=True))
    return Scene(keep([f for faces in faces_at for f in faces], text), sights, shot)


def still(number, left):
    return scene(number, *[[face(left)]] * 4)


def test_every_shot_has_the_window_that_its_faces_need():
    found = route(WINDOW, SIZE, [still(0, 100), still(1, 1600), still(2, 100)])
    assert [(frame.time, frame.move) for frame in found] == [(0, Move.HOLD), (4, Move.HOLD), (8, Move.HOLD)]
    assert lost(found, [still(0, 100), still(1, 1600), still(2, 100)], "faces") == (12, [])


def test_shots_whose_windows_nearly_agree_share_one():
    assert len(route(WINDOW, SIZE, [still(0, 600), still(1, 630), still(2, 610)])) == 1


def test_they_do_not_share_one_that_cuts():
    left, right = scene(0, *[[face(600, 560)]] * 4), scene(1, *[[face(636, 560)]] * 4)
    found = route(WINDOW, SIZE, [left, right])
    assert lost(found, [left, right], "faces")[1] == []


def test_a_subject_that_leaves_every_steady_window_is_followed():
    walk = scene(0, *[[face(300 + 110 * n)] for n in range(9)], seconds=8)
    found = route(WINDOW, SIZE, [walk])
    assert lost(found, [walk], "faces")[1] == []
    assert steps(found) == (0, 1)
    assert found[-1].move is Move.HOLD


def test_one_that_a_steady_window_would_shave_is_followed_too():
    """A hundredth of it is not called cut, but a window that can move calmly need not come so near."""
    walk = scene(0, *[[face(600 + 38 * n, 300)] for n in range(9)], seconds=8)
    found = route(WINDOW, SIZE, [walk])
    assert found[0].move is Move.LINEAR
    assert all(f.kept_by(window_at(found, sight.time)) == 1 for sight in walk.sights for f in sight.faces)


def test_one_that_stays_inside_a_window_is_not():
    assert len(route(WINDOW, SIZE, [scene(0, *[[face(800 + 40 * n)] for n in range(6)])])) == 1


def test_nobody_is_followed_faster_than_is_calm():
    run = scene(0, *[[face(100 + 400 * n)] for n in range(4)], seconds=1)
    assert len(route(WINDOW, SIZE, [run])) == 1


def test_the_window_of_the_next_shot_does_not_move_before_the_cut():
    walk = scene(0, *[[face(300 + 110 * n)] for n in range(9)], seconds=8)
    found = route(WINDOW, SIZE, [walk, still(2, 100)])
    last = max(frame.time for frame in found if frame.time < 8)
    assert window_at(found, Fraction(8)) == found[-1].box
    assert window_at(found, Fraction(7999, 1000)) == window_at(found, last)


walks = st.lists(st.lists(st.integers(0, 1760), min_size=1, max_size=6), min_size=1, max_size=5)


@given(walks)
def test_windows_stay_inside_move_calmly_and_jump_at_cuts_only(rows):
    shown = [scene(n, *[[face(left)] for left in row]) for n, row in enumerate(rows)]
    found = route(WINDOW, SIZE, shown)
    cuts = {s.shot.start for s in shown}
    assert found[0].time == 0
    assert [f.time for f in found] == sorted({f.time for f in found})
    for here, there in pairwise(found):
        if here.move is Move.HOLD and here.box != there.box:
            assert there.time in cuts
        if here.move is Move.LINEAR:
            by = abs(there.box.left - here.box.left)
            assert by <= float(FASTEST * WINDOW.width) * float(there.time - here.time) + 2
    assert all(f.box.intersect(Box.of(SIZE)) == f.box and f.box.size == WINDOW for f in found)


def facts(*shots, size=SIZE, exempt=(), text=(), **info):
    """A clip of 4 s shots, each with one face at a place, or with none."""
    cuts = [Fraction(4 * n) for n in range(1, len(shots))]
    frames = tuple(
        FrameMeasurements(
            Fraction(4 * n) + Fraction(k, 2) + Fraction(1, 4),
            text=tuple(text[n]) if text else (),
            faces=(face(left),) if left is not None else (),
        )
        for n, left in enumerate(shots)
        for k in range(6)
    )
    measured = Measurements(frames, shots=between(cuts, Fraction(4 * len(shots))), exempt=exempt)
    duration = {"duration": Fraction(4 * len(shots))}
    return Facts(clip_info(size.width, size.height, **{**duration, **info}), measured)


def rules(**more):
    return preset(video=upright_clip((1080, 1920), extra=ANY | more.pop("extra", {}), **more))


def plan_of(known, asked=None):
    asked = asked or rules()
    return make_plan(known, asked.video, asked)


def test_a_clip_of_two_shots_is_cropped_twice_instead_of_padded():
    plan, judgement = plan_of(facts(100, 1600), rules(pad="blur", pad_share_max=0.9))
    assert (plan.pad, len(plan.windows), plan.kept.faces) == (PadStyle.NONE, 2, 1)
    assert plan.window == plan.windows[0].box
    assert judgement.status is Status.READY
    assert plan.proposer is Proposer.FACE


def test_a_clip_whose_window_stays_names_no_windows():
    plan, _ = plan_of(facts(100, 110))
    assert plan.windows == ()


def test_what_no_window_holds_is_padded_the_same_all_the_clip():
    wide = facts(100, 1600)
    shown = wide.measurements.frames
    both = tuple(replace(f, faces=(face(300), face(1100))) if f.time > 4 else f for f in shown)
    plan, _ = plan_of(
        replace(wide, measurements=replace(wide.measurements, frames=both)), rules(pad="blur", pad_share_max=0.9)
    )
    assert plan.pad is PadStyle.BLUR
    assert {frame.box.size for frame in plan.windows} == {plan.window.size}
    assert plan.window.size.width >= 950


def test_or_refused_with_the_time_where_it_is_cut():
    wide = facts(100, 1600)
    both = tuple(replace(f, faces=(face(100), face(1600))) if f.time > 4 else f for f in wide.measurements.frames)
    _, judgement = plan_of(replace(wide, measurements=replace(wide.measurements, frames=both)))
    refused = next(f for f in judgement.findings if f.code == "crop-cuts-face")
    assert refused.message.endswith("first at 0:04.2")
    assert judgement.status is Status.REJECTED


def test_text_counts_where_the_window_stands_at_that_time():
    """Text at the left edge of the picture: seen in the shot whose window is there, cut off in the other."""
    lines = [[region(0, 900, 400, 1000)], [region(0, 900, 400, 1000)]]
    known = facts(100, 1600, text=lines)
    known = replace(known, measurements=replace(known.measurements, text_coverage_time=Fraction(0)))
    from assetkit.text.sampled import with_coverage

    known = replace(known, measurements=with_coverage(known.measurements, Box.of(SIZE), is_timed=True))
    windows = (Keyframe(Fraction(0), Box(1326, 0, 1920, 1056)), Keyframe(Fraction(4), Box(0, 0, 594, 1056)))
    plan, _ = plan_of(replace(known, wishes=Wishes(windows=windows)))
    told = foretell(replace(known, wishes=Wishes(windows=windows)), plan).measurements
    assert told.text_coverage.share == pytest.approx(400 * 100 / (594 * 1056), rel=0.02)
    assert told.text_coverage_time > 4


def test_what_people_say_of_windows_goes_first():
    windows = (Keyframe(Fraction(0), Box(0, 0, 594, 1056)), Keyframe(Fraction(2), Box(900, 0, 1494, 1056)))
    plan, judgement = plan_of(replace(facts(100, 1600), wishes=Wishes(windows=windows)))
    assert (plan.windows, plan.proposer, plan.method) == (windows, Proposer.SIDECAR, Method.ENCODE)
    note = next(f for f in judgement.findings if f.code == "crop-cuts-face")
    assert judgement.status is Status.READY
    assert "placed by the sidecar" in note.message


def test_windows_of_another_ratio_are_padded_or_refused():
    from assetkit.errors import AssetError

    windows = (Keyframe(Fraction(0), Box(0, 0, 1000, 1080)),)
    told = replace(facts(100), wishes=Wishes(windows=windows))
    plan, _ = plan_of(told, rules(pad="blur"))
    assert (plan.window, plan.pad) == (windows[0].box, PadStyle.BLUR)
    with pytest.raises(AssetError, match="leave 39% of a 9:16 frame empty"):
        plan_of(told)


def test_a_face_that_one_frame_alone_shows_is_none():
    known = facts(100)
    odd = (*known.measurements.frames[:3], replace(known.measurements.frames[3], faces=(face(100), face(1600))))
    known = replace(known, measurements=replace(known.measurements, frames=odd))
    assert scenes(known)[0].keep.faces == (face(100),)


def test_but_it_has_the_window_where_there_is_no_other():
    known = facts(100)
    bare = [replace(frame, faces=()) for frame in known.measurements.frames]
    once = (*bare[:3], replace(bare[3], faces=(face(1600),)))
    assert scenes(replace(known, measurements=replace(known.measurements, frames=once)))[0].keep.faces == (face(1600),)


def test_a_face_that_the_edge_of_the_picture_cuts_stands_back():
    known = facts(900)
    beside = tuple(replace(f, faces=(*f.faces, face(1770))) for f in known.measurements.frames)
    known = replace(known, measurements=replace(known.measurements, frames=beside))
    assert scenes(known)[0].keep.faces == (face(900),)


def test_a_face_cut_by_the_edge_is_kept_where_there_is_no_other():
    assert scenes(facts(1770))[0].keep.faces == (face(1770),)


def barred(*contents, extents=(), size=SIZE):
    frames = [FrameMeasurements(Fraction(n), content=box) for n, box in enumerate(contents)]
    frames += [FrameMeasurements(Fraction(50 + n), extent=box) for n, box in enumerate(extents)]
    return Facts(clip_info(size.width, size.height), Measurements(tuple(frames)))


LETTERBOX = Box(0, 140, 1920, 940)


@pytest.mark.parametrize(
    ("contents", "extents", "found"),
    [
        ([LETTERBOX] * 3, [], LETTERBOX),
        ([LETTERBOX] * 2, [Box(0, 0, 0, 0)], LETTERBOX),  # black frames say nothing
        ([LETTERBOX] * 2, [Box(700, 400, 900, 500)], LETTERBOX),  # nor do dark ones
        ([LETTERBOX], [Box(0, 138, 1920, 943)] * 5, LETTERBOX),  # which may confirm it
        ([LETTERBOX], [Box(700, 400, 900, 500)] * 5, None),  # one alone is not enough
        ([LETTERBOX] * 4, [Box(0, 0, 1920, 1080)], None),  # a frame that shows more there
        ([], [Box(0, 140, 1920, 940)] * 8, None),  # dark scenes shrink nothing
    ],
)
def test_bars_are_what_all_frames_agree_on(contents, extents, found):
    assert barred(*contents, extents=extents).measurements.content == found


def test_bars_are_cut_off_before_the_crop():
    known = barred(*[Box(0, 280, 3840, 1880)] * 3, size=Size(3840, 2160))
    asked = rules(extra={"resolution_min": limit([720, 1280])})
    plan, judgement = plan_of(known, asked)
    assert (plan.window.top, plan.window.bottom) == (280, 1880)
    assert "borders" not in [f.code for f in judgement.findings]


def test_a_compliant_clip_with_a_small_picture_between_bars_is_looked_at():
    known = barred(*[Box(0, 656, 1080, 1264)] * 3, size=Size(1080, 1920))
    asked = rules(extra={"resolution_min": limit([720, 1280])}, pad="blur")
    plan, judgement = plan_of(known, asked)
    assert plan.method is Method.COPY
    assert [f.needs_person for f in judgement.findings if f.code == "borders"] == [True]
    assert judgement.status is Status.REVIEW


def test_bars_beside_a_picture_that_is_too_narrow_become_padding():
    known = barred(*[Box(656, 0, 1264, 1080)] * 3)
    asked = rules(extra={"resolution_min": limit([720, 1280])}, pad="blur")
    plan, judgement = plan_of(known, asked)
    assert (plan.window, plan.picture, plan.canvas) == (Box(656, 0, 1264, 1080), Size(608, 1080), Size(720, 1280))
    assert "borders" not in [f.code for f in judgement.findings]


def test_a_still_scene_is_chosen_as_ever():
    info, asked = clip_info(1920, 1080), rules().video
    kept = keep([face(100)])
    assert choose_canvas(info, asked, kept) == choose_canvas(info, asked, kept, scenes=[Scene(kept)])
