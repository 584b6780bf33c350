from dataclasses import replace
from fractions import Fraction

import pytest

from assetkit.facts import CoverFact, Facts, FrameMeasurements, Measurements
from assetkit.geometry import Box, Size
from assetkit.judgement import Severity, Status
from assetkit.model import Chroma, Method, PadStyle, Proposer
from assetkit.plan import foretell, leave_alone, make_plan, usual_rate
from assetkit.plan_words import plan_in_words
from assetkit.screening import Span
from assetkit.trim import Trim
from tests.factories import (
    clip_info,
    covered,
    limit,
    portrait,
    preset,
    region,
    seen,
    still_info,
    still_plan,
    upright_clip,
)

STILLS = preset(image=portrait((1080, 1440), most=10_000_000))
CLIPS = preset(video=upright_clip((1080, 1920)))


def plan_still(info, wanted=STILLS, **facts):
    return make_plan(seen(info, **facts), wanted.image, wanted)


def plan_clip(info, wanted=CLIPS, *, trim=False, **facts):
    return make_plan(seen(info, **facts), wanted.video, wanted, trim=Trim() if trim else None)


def codes(judgement):
    return [f.code for f in judgement.findings]


@pytest.mark.parametrize(
    ("change", "method", "fixes"),
    [
        pytest.param({}, Method.COPY, (), id="compliant"),
        pytest.param({"format": "png"}, Method.COPY, (), id="the other format allowed"),
        pytest.param({"colour_space": "grey"}, Method.COPY, (), id="grey is allowed"),
        pytest.param({"format": "webp"}, Method.ENCODE, ("format",), id="another format"),
        pytest.param({"bytes": 10_000_001}, Method.ENCODE, ("file-size-max",), id="too many bytes"),
        pytest.param({"bytes": 10_000_000}, Method.COPY, (), id="just as many as allowed"),
        pytest.param({"colour_space": "display p3"}, Method.ENCODE, ("colour-space",), id="another colour space"),
        pytest.param({"rotation": 180}, Method.ENCODE, ("upright",), id="turned"),
        pytest.param({"is_mirrored": True}, Method.ENCODE, ("upright",), id="mirrored"),
        pytest.param({"frame_count": 12}, Method.ENCODE, ("still",), id="animated"),
    ],
)
def test_a_still_of_the_right_size(change, method, fixes):
    plan, judgement = plan_still(still_info(1080, 1440, **change))
    assert (plan.method, plan.fixes) == (method, fixes)
    assert judgement.status is Status.READY
    assert plan.canvas == Size(1080, 1440)


@pytest.mark.parametrize(
    ("width", "height", "method", "canvas", "remaining"),
    [
        (1080, 1440, Method.COPY, (1080, 1440), []),
        (3000, 4000, Method.ENCODE, (1080, 1440), []),
        (4000, 3000, Method.ENCODE, (1080, 1440), []),
        # smaller than advised: nothing can help, so it is copied, with the advice
        (600, 800, Method.COPY, (600, 800), ["resolution"]),
        (800, 800, Method.ENCODE, (600, 800), ["resolution"]),
        (2, 3, Method.COPY, (2, 3), ["aspect-ratio", "resolution"]),
    ],
)
def test_a_still_by_its_size(width, height, method, canvas, remaining):
    plan, judgement = plan_still(still_info(width, height))
    assert (plan.method, plan.canvas) == (method, Size(*canvas))
    assert codes(judgement) == remaining
    rejects = "aspect-ratio" in remaining
    assert judgement.status is (Status.REJECTED if rejects else Status.READY)


def test_a_larger_still_is_scaled_though_only_advised():
    plan, _ = plan_still(still_info(3000, 4000))
    assert plan.fixes == ("resolution",)
    assert (plan.quality_min, plan.quality_max) == (70, 92)
    assert plan.max_bytes == 10_000_000


@pytest.mark.parametrize(
    ("formats", "expected"),
    [(["jpeg", "png"], "jpeg"), (["png"], "png"), (["webp", "png"], "png"), (["webp"], "webp")],
)
def test_the_format_written_is_one_allowed(formats, expected):
    wanted = preset(image=portrait((60, 80), formats=formats))
    assert plan_still(still_info(600, 800, format="bmp"), wanted)[0].format == expected


@pytest.mark.parametrize(("formats", "expected"), [(["jpeg", "png"], True), (["jpeg"], False)])
def test_png_is_an_option_where_the_preset_takes_it(formats, expected):
    wanted = preset(image=portrait((1080, 1440), formats=formats))
    plan, _ = plan_still(still_info(2160, 2880), wanted)
    assert plan.may_be_png is expected


@pytest.mark.parametrize(
    ("height", "expected"), [(0, Chroma.HALF), (56, Chroma.HALF), (58, Chroma.FULL), (600, Chroma.FULL)]
)
def test_colour_stays_whole_under_text(height, expected):
    info = still_info(2160, 2880)
    plan, _ = plan_still(info, text=[region(0, 0, 2160, height)] if height else [], coverage=height / 2880)
    assert plan.chroma is expected


def test_colour_need_not_stay_whole_where_text_was_not_measured():
    assert plan_still(still_info(2160, 2880))[0].chroma is Chroma.HALF


def test_a_format_that_cannot_be_written_is_rejected():
    wanted = preset(image=portrait((60, 80), formats=["avif"]))
    _, judgement = plan_still(still_info(600, 800, format="bmp"), wanted)
    assert judgement.status is Status.REJECTED
    assert "format" in codes(judgement)


def test_a_crop_that_would_cut_a_face_rejects():
    plan, judgement = plan_still(still_info(4000, 3000), faces=[Box(100, 100, 3900, 2900)])
    assert judgement.status is Status.REJECTED
    assert "crop-cuts-face" in codes(judgement)
    assert plan.proposer is Proposer.FACE
    assert plan.kept.faces == 0.0


def test_a_compliant_still_is_copied_whatever_a_crop_would_cut():
    """1443 x 1923 is 3:4 within a pixel; scaling it down would first cut both edges' lines of text."""
    lines = [region(200, 0, 1200, 20), region(200, 1903, 1200, 1923)]
    plan, judgement = plan_still(still_info(1443, 1923), text=lines)
    assert judgement.status is Status.READY
    assert plan.method is Method.COPY


def test_text_that_the_crop_removes_does_not_count():
    wanted = preset(image=portrait((1080, 1440), extra={"text_coverage_max": limit(0.2)}))
    face, wide_text = Box(0, 0, 300, 300), region(2700, 0, 4000, 3000)
    info = still_info(4000, 3000, bytes=1)
    plan, judgement = plan_still(info, wanted, faces=[face], text=[wide_text], coverage=0.325)
    assert "text-coverage-max" not in codes(judgement)
    assert "crop-cuts-text" in codes(judgement)
    assert plan.kept.text == 0.0


def test_text_covers_more_of_what_is_left_after_the_crop():
    wanted = preset(image=portrait((1080, 1440), extra={"text_coverage_max": limit(0.2)}))
    text = region(1000, 0, 3000, 1350)  # 22.5 % of the source
    _, judgement = plan_still(still_info(4000, 3000), wanted, text=[text], coverage=0.225)
    (finding,) = [f for f in judgement.findings if f.code == "text-coverage-max"]
    assert finding.measured == pytest.approx(2000 * 1350 / (2250 * 3000), abs=1e-4)


def test_padding_thins_text_out():
    wanted = preset(image=portrait((1080, 1440), extra={"text_coverage_max": limit(0.9)}, pad="plain"))
    facts = seen(still_info(4000, 3000), text=[region(0, 0, 4000, 1500)], coverage=0.5)
    plan, _ = make_plan(facts, wanted.image, wanted)
    assert plan.pad is PadStyle.PLAIN
    share = foretell(facts, plan).measurements.text_coverage.share
    assert share == pytest.approx(0.5 * plan.picture.area / plan.canvas.area, abs=1e-4)  # a canvas in whole pixels
    assert share < 0.3


def test_text_beside_the_window_is_not_in_the_padding():
    """Between the window's edge and the canvas's there is padding, not what the source shows there."""
    facts = seen(still_info(4000, 3000), text=[region(0, 0, 100, 3000)], coverage=0.025)
    drawn = still_plan(Box(100, 0, 3900, 3000), Size(380, 300), Size(400, 600))
    assert foretell(facts, drawn).measurements.text_coverage == covered(0.0)


def test_exempt_text_is_not_foretold():
    wanted = preset(image=portrait((1080, 1440), extra={"text_coverage_max": limit(0.2)}))
    text = region(1000, 0, 3000, 1350)
    _, judgement = plan_still(
        still_info(4000, 3000), wanted, text=[text], coverage=0.0, exempt=[Box(1000, 0, 3000, 1350)]
    )
    assert "text-coverage-max" not in codes(judgement)


def test_a_crop_that_leaves_doubt_is_better_than_a_copy_that_is_over_the_limit():
    """In 4:5 text is over the limit; the crop to 3:4 cuts away so much of it that only a person can tell."""
    limits = {"aspect_ratio": limit("3:4"), "text_coverage_max": limit(0.2)}
    wanted = preset(image={"limits": limits})
    facts = seen(still_info(801, 1067), text=[region(0, 0, 801, 214)], coverage=0.3)
    plan, judgement = make_plan(facts, wanted.image, wanted)
    assert plan.method is Method.ENCODE
    assert judgement.status is Status.REVIEW


def test_the_first_frame_rule_is_said():
    _, judgement = plan_still(still_info(1080, 1440, frame_count=12))
    (finding,) = judgement.findings
    assert (finding.code, finding.severity, finding.measured) == ("first-frame", Severity.NOTE, 12)


def test_padding_that_a_person_must_see_goes_to_review():
    wanted = preset(image=portrait((1080, 1440), pad="blur"))
    _, judgement = plan_still(still_info(4000, 3000), wanted, text=[region(0, 0, 3990, 200)])
    assert codes(judgement) == ["padded"]
    assert judgement.status is Status.REVIEW


@pytest.mark.parametrize(
    ("change", "method", "keeps", "fixes"),
    [
        pytest.param({}, Method.COPY, (True, True), (), id="compliant"),
        pytest.param({"audio_codec": None}, Method.COPY, (True, True), (), id="silent"),
        pytest.param({"format": "mov"}, Method.REMUX, (True, True), ("format",), id="the container is wrong"),
        pytest.param({"is_faststart": False}, Method.REMUX, (True, True), ("faststart",), id="moov last"),
        pytest.param(
            {"format": "matroska", "audio_codec": "opus"},
            Method.ENCODE,
            (True, False),
            ("audio-codec", "format"),
            id="the sound is wrong",
        ),
        pytest.param({"video_codec": "hevc"}, Method.ENCODE, (False, True), ("video-codec",), id="the codec is wrong"),
        pytest.param({"rotation": 90}, Method.ENCODE, (False, True), ("upright",), id="turned by a flag"),
        pytest.param({"bytes": 1_000_001}, Method.ENCODE, (False, True), ("file-size-max",), id="too many bytes"),
        pytest.param(
            {"sample_aspect_ratio": Fraction(4, 3)}, Method.ENCODE, (False, True), ("square-pixels",), id="pixel shape"
        ),
        pytest.param(
            {"frame_rate": Fraction(120)}, Method.ENCODE, (False, True), ("frame-rate-max",), id="too many frames"
        ),
        pytest.param(
            {"video_codec": "vp9", "audio_codec": "opus", "format": "webm", "pixel_format": "yuv444p"},
            Method.ENCODE,
            (False, False),
            ("audio-codec", "format", "pixel-format", "video-codec"),
            id="everything",
        ),
    ],
)
def test_the_cheapest_plan_for_a_clip(change, method, keeps, fixes):
    plan, judgement = plan_clip(clip_info(1080, 1920, **change))
    assert plan.method is method
    assert plan.fixes == fixes
    assert judgement.status is Status.READY
    if method is not Method.COPY:
        assert plan.format == "mp4"
    if change.get("audio_codec", "aac"):
        assert (plan.keeps_video, plan.keeps_audio) == keeps


@pytest.mark.parametrize(
    ("width", "height", "canvas"),
    [(1080, 1920, (1080, 1920)), (2160, 3840, (1080, 1920)), (720, 1280, (720, 1280)), (1920, 1080, (594, 1056))],
)
def test_a_clip_is_scaled_down_never_up(width, height, canvas):
    plan, _ = plan_clip(clip_info(width, height))
    assert plan.canvas == Size(*canvas)


@pytest.mark.parametrize(
    ("seconds", "trim", "method", "ends", "remaining"),
    [
        ("20", False, Method.COPY, None, []),
        ("20", True, Method.COPY, None, []),
        ("60", True, Method.COPY, None, []),
        ("60.04", True, Method.COPY, None, []),  # within the tolerance there is nothing to mend
        ("74", False, Method.COPY, None, ["duration-max"]),
        ("74", True, Method.ENCODE, (0, 60), []),
        ("9", False, Method.COPY, None, ["duration-min"]),
        ("9", True, Method.COPY, None, ["duration-min"]),
    ],
)
def test_duration_and_trim(seconds, trim, method, ends, remaining):
    plan, judgement = plan_clip(clip_info(1080, 1920, duration=Fraction(seconds)), trim=trim)
    assert plan.method is method
    assert plan.trim == ends
    assert codes(judgement) == remaining
    assert judgement.status is (Status.REJECTED if remaining else Status.READY)


@pytest.mark.parametrize(
    ("sound", "trim", "ends", "remaining"),
    [
        ("20.2", False, None, []),
        ("74", False, None, ["duration-max"]),
        ("74", True, (0, 20), []),
        ("59", True, None, []),
        ("-54", False, None, ["duration-max"]),
        ("-54", True, (0, 20), []),
    ],
)
def test_sound_beyond_the_picture_counts(sound, trim, ends, remaining):
    audible = Span(*sorted((Fraction(min(20, max(0, int(float(sound))))), Fraction(sound))))
    info = clip_info(1080, 1920, duration=Fraction(20), audible=audible)
    plan, judgement = plan_clip(info, trim=trim)
    assert plan.trim == ends
    assert codes(judgement) == remaining
    if remaining:
        assert "sound and picture last 74.0 s, the picture 20.0 s of them" in judgement.findings[0].message


@pytest.mark.parametrize(("form", "keeps"), [("mp4", True), ("mpegts", False), ("flv", False)])
def test_sound_is_cut_by_encoding_it_where_the_container_cannot_be_sought(form, keeps):
    plan, _ = plan_clip(clip_info(1920, 1080, duration=Fraction(70), format=form), trim=True)
    assert plan.trim
    assert plan.keeps_audio is keeps
    plan, _ = plan_clip(clip_info(1920, 1080, format=form))
    assert plan.keeps_audio


def test_a_rejected_clip_lists_every_reason():
    _, judgement = plan_clip(
        clip_info(320, 240, duration=Fraction(90), video_codec="vp9"),
        preset(video=upright_clip((1080, 1920), extra={"resolution_min": limit([720, 1280])})),
    )
    assert codes(judgement) == ["resolution-min", "duration-max"]


def test_settings_of_an_encode():
    wanted = preset(video=upright_clip((1080, 1920), crf=18, audio_bitrate=96_000, background="#102030"))
    plan, _ = plan_clip(clip_info(1920, 1080, frame_rate=Fraction(120)), wanted)
    assert (plan.quality_max, plan.audio_bitrate) == (18, 96_000)
    assert (plan.max_frame_rate, plan.max_bytes, plan.background) == (60, 1_000_000, "#102030")
    assert plan.keeps_audio


def test_what_a_drawn_clip_will_be():
    facts = seen(clip_info(1920, 1080, video_codec="vp9", pixel_format="yuv422p", rotation=90, audio_codec="opus"))
    plan, _ = make_plan(facts, CLIPS.video, CLIPS)
    made = foretell(facts, plan).info
    assert (made.format, made.video_codec, made.pixel_format, made.audio_codec) == ("mp4", "h264", "yuv420p", "aac")
    assert (made.rotation, made.is_faststart, made.duration) == (0, True, facts.info.duration)
    assert made.display_size == plan.canvas


def test_a_trim_cuts_the_sound_with_the_picture():
    info = clip_info(1920, 1080, duration=Fraction(80), audible=Span(Fraction(5), Fraction(90)))
    plan, _ = make_plan(seen(info), CLIPS.video, CLIPS, trim=Trim(ends=(Fraction(4), Fraction(30))))
    assert foretell(seen(info), plan).info.audible == Span(Fraction(1), Fraction(26))


def test_a_remux_changes_the_container_only():
    facts = seen(clip_info(1080, 1920, format="mov", is_faststart=False))
    plan, _ = make_plan(facts, CLIPS.video, CLIPS)
    assert foretell(facts, plan) == replace(facts, info=replace(facts.info, format="mp4", is_faststart=True))


def test_text_after_the_trim_does_not_count():
    wanted = preset(video=upright_clip((1080, 1920), extra={"text_coverage_max": limit(0.2)}))
    frames = (
        FrameMeasurements(Fraction(10), ()),
        FrameMeasurements(Fraction(70), (region(0, 0, 1080, 1000),)),
    )
    facts = Facts(clip_info(1080, 1920, duration=Fraction(80)), Measurements(frames, covered(0.52), Fraction(70)))
    _, cut_short = make_plan(facts, wanted.video, wanted, trim=Trim())
    assert cut_short.status is Status.READY
    _, whole = make_plan(facts, wanted.video, wanted)
    assert "text-coverage-max" in codes(whole)


def test_a_clip_without_a_usable_cover_is_rejected():
    wanted = preset(video=upright_clip((1080, 1920), extra={"cover": limit(True)}))
    facts = replace(seen(clip_info(1080, 1920)), cover=CoverFact(Status.REJECTED, "all black"))
    plan, judgement = make_plan(facts, wanted.video, wanted)
    assert codes(judgement) == ["cover"]
    assert plan.method is Method.COPY


def test_what_was_not_measured_is_carried_along():
    wanted = preset(image=portrait((1080, 1440), extra={"text_coverage_max": limit(0.2)}))
    _, judgement = plan_still(still_info(3000, 4000), wanted)
    assert [n.code for n in judgement.not_checked] == ["text-coverage-max"]
    assert judgement.status is Status.REVIEW


def barred(info, content, text=()):
    """Facts of a picture with bars baked in round `content`."""
    frame = FrameMeasurements(text=tuple(text), faces=(), content=content)
    return Facts(info, Measurements((frame,)))


def test_bars_in_a_compliant_picture_are_told_and_it_is_copied():
    facts = barred(still_info(1080, 1440), Box(0, 400, 1080, 1040))
    plan, judgement = make_plan(facts, STILLS.image, STILLS)
    assert (plan.method, codes(judgement), judgement.status) == (Method.COPY, ["borders"], Status.REVIEW)


def test_bars_that_can_be_left_out_are_neither_told_nor_in_any_alternative():
    content = Box(0, 200, 4000, 2600)
    plan, judgement = make_plan(barred(still_info(4000, 3000), content), STILLS.image, STILLS)
    assert "bars baked into the source left out" in plan_in_words(plan, barred(still_info(4000, 3000), content))
    assert codes(judgement) == []
    assert plan.window == Box(1100, 200, 2900, 2600)
    line = region(3500, 1000, 3900, 1100)
    plan, _ = make_plan(barred(still_info(4000, 3000), content, [line]), STILLS.image, STILLS)
    assert [a.proposer for a in plan.alternatives] == [Proposer.CENTRE]
    assert all(a.window.kept_by(content) == 1 for a in plan.alternatives)
    assert plan.alternatives[0].kept.text == 0.0


@pytest.mark.parametrize(("space", "status"), [("untagged cmyk", Status.REVIEW), ("cmyk", Status.READY)])
def test_inks_without_a_profile_go_to_a_person(space, status):
    plan, judgement = plan_still(still_info(1080, 1440, colour_space=space))
    assert plan.method is Method.ENCODE
    assert judgement.status is status
    assert codes(judgement) == (["colours-guessed"] if status is Status.REVIEW else [])


def test_a_clips_frame_is_never_copied_whatever_the_rules_allow():
    """There is no file of it."""
    wanted = preset(cover={"limits": {"resolution_min": limit([10, 10])}})
    plan, judgement = make_plan(Facts(still_info(90, 160, format="frame")), wanted.cover, wanted)
    assert (plan.method, judgement.status) == (Method.ENCODE, Status.READY)


@pytest.mark.parametrize(
    ("mean", "most", "rate"),
    [
        ("29.7", None, "30000/1001"),
        ("29.97", 60, "30000/1001"),
        ("29.99", 60, "30000/1001"),
        ("30.5", 60, "30000/1001"),
        ("31", 60, "48"),
        ("23.9", 60, "24000/1001"),
        ("12", 60, "24000/1001"),
        ("27", 25, "25"),
        ("58", 30, "30"),
        ("59", 60, "60000/1001"),
        ("240", 60, "60"),
        ("240", None, "60"),
        ("9", 15, "15"),
    ],
)
def test_uneven_frames_get_a_usual_rate(mean, most, rate):
    assert usual_rate(Fraction(mean), Fraction(most) if most else None) == Fraction(rate)


@pytest.mark.parametrize(
    ("is_variable", "asks", "method"), [(True, True, "encode"), (True, False, "copy"), (False, True, "copy")]
)
def test_uneven_frames_are_evened_where_the_preset_asks(is_variable, asks, method):
    wanted = preset(video=upright_clip((1080, 1920), extra={"constant_frame_rate": limit(True)} if asks else {}))
    facts = seen(clip_info(1080, 1920, is_variable_frame_rate=is_variable, frame_rate=Fraction("29.7")))
    plan, judgement = make_plan(facts, wanted.video, wanted)
    assert (plan.method.value, judgement.status) == (method, Status.READY)
    if method == "encode":
        assert plan.constant_frame_rate == Fraction(30_000, 1001)
        assert plan.fixes == ("constant-frame-rate",)
        made = foretell(facts, plan).info
        assert (made.is_variable_frame_rate, made.frame_rate) == (False, plan.constant_frame_rate)


@pytest.mark.parametrize(("channels", "severity", "keeps_audio"), [(6, "recommended", False), (2, "recommended", True)])
def test_surround_sound_is_mixed_down_without_encoding_the_picture(channels, severity, keeps_audio):
    stereo = {"audio_channels_max": limit(2, severity, unit="channels")}
    wanted = preset(video=upright_clip((1080, 1920), extra=stereo))
    facts = seen(clip_info(1080, 1920, audio_channels=channels))
    plan, judgement = make_plan(facts, wanted.video, wanted)
    assert (plan.keeps_video, plan.keeps_audio) == (True, keeps_audio)
    assert plan.method is (Method.COPY if keeps_audio else Method.ENCODE)
    assert judgement.findings == ()
    assert foretell(facts, plan).info.audio_channels == 2


@pytest.mark.parametrize("container", ["mp4", "mov"])
def test_of_several_tracks_one_each_is_delivered_without_encoding(container):
    tracks = {"chosen_tracks": ("sound track 1 of 2",), "other_tracks": ("sound track 2 of 2",)}
    facts = seen(clip_info(1080, 1920, format=container, **tracks))
    plan, judgement = make_plan(facts, CLIPS.video, CLIPS)
    assert (plan.method, codes(judgement)) == (Method.REMUX, [])
    assert plan_in_words(plan, facts) == ("used sound track 1 of 2; left out sound track 2 of 2",)
    assert foretell(facts, plan).info.other_tracks == ()


@pytest.mark.parametrize("container", ["mp4", "mov"])
def test_sound_whose_sides_are_two_tracks_is_joined_and_told_where_it_may_not_be(container):
    tracks = {"chosen_tracks": ("picture", "left", "right"), "is_split_stereo": True, "audio_channels": 2}
    facts = seen(clip_info(1080, 1920, format=container, **tracks))
    plan, judgement = make_plan(facts, CLIPS.video, CLIPS)
    assert (plan.method, plan.keeps_video, plan.keeps_audio, codes(judgement)) == (Method.ENCODE, True, False, [])
    assert not foretell(facts, plan).info.is_split_stereo
    plan, judgement = leave_alone(facts, CLIPS.video, CLIPS)
    assert plan.method is Method.COPY
    (told,) = [f.message for f in judgement.findings if f.code == "other-tracks"]
    assert told == "the file also holds right: players use picture, left"


def test_frames_without_display_times_are_never_copied_into_another_container():
    assert plan_clip(clip_info(1080, 1920, format="avi"))[0].method is Method.REMUX
    plan, _ = plan_clip(clip_info(1080, 1920, format="avi", has_display_times=False))
    assert (plan.method, plan.keeps_video) == (Method.ENCODE, False)
    assert plan_clip(clip_info(1080, 1920, has_display_times=False))[0].method is Method.COPY


def test_a_speck_is_refused_in_words():
    wanted = preset(video={"limits": {"pixel_format": limit(["yuv420p"])}})
    _, judgement = plan_clip(clip_info(1, 1, pixel_format="yuv444p"), wanted)
    assert [f.code for f in judgement.findings] == ["too-small"]
    assert judgement.findings[0].message == "a picture of 1 x 1 px is too small for H.264, which needs 2 x 2"
