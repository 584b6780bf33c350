import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from assetkit.geometry import Box, Size
from assetkit.media.clip_command import Rate, command, sound_bitrate
from assetkit.media.containers import Tracks, locator
from assetkit.model import Method, PadStyle
from tests.factories import clip_info
from tests.media.conftest import clip_plan, seconds

UNTAGGED, BT709, SMPTE170M, BT2020 = 2, 1, 6, 9
SOUND = Tracks(video=1, matrix=BT709, audio=3, audio_bitrate=128_000, sample_rate=44_100)
SILENT = Tracks(video=0, matrix=BT709)
INFO = clip_info(640, 360)
SOURCE, TARGET = Path("in/a.mov"), Path("out/a.mp4")


def made(info=INFO, plan=None, tracks=SOUND, rate=None, demuxer="mov"):
    plan = plan or clip_plan(info)
    rate = rate or (Rate(crf=20) if plan.method is Method.ENCODE and not plan.keeps_video else Rate())
    return command(SOURCE, demuxer, info, plan, tracks, rate, TARGET)


def values(arguments, option):
    return [arguments[n + 1] for n, argument in enumerate(arguments) if argument == option]


def value(arguments, option):
    (only,) = values(arguments, option)
    return only


def filters(arguments):
    """The filter graph's steps, without their labels."""
    return [re.sub(r"\[\w+(:\w+)?\]", "", step) for g in values(arguments, "-filter_complex") for step in g.split(";")]


def named(arguments, name):
    return [step.partition("=")[2] for step in filters(arguments) if step.partition("=")[0] == name]


def test_the_input_is_one_local_file_in_a_named_format():
    arguments = made(demuxer="matroska")
    at = arguments.index("-i")
    assert value(arguments[:at], "-f") == "matroska"
    assert value(arguments[:at], "-protocol_whitelist") == "file,pipe"
    assert arguments[at + 1] == "file:in/a.mov"
    assert "-i" not in arguments[at + 1 :]


@pytest.mark.parametrize("name", ["-x.mp4", "http:x.mp4", "a:b|c.mp4", "100%d.mp4", "春.mp4"])
def test_names_are_never_addresses_or_options(name):
    assert locator(Path(name)) == f"file:{name}"
    arguments = command(Path(name), "mov", INFO, clip_plan(INFO), SOUND, Rate(crf=20), Path(f"t{name}"))
    assert arguments[arguments.index("-i") + 1] == f"file:{name}"
    assert f"file:t{name}" in arguments


@pytest.mark.parametrize("method", [Method.REMUX, Method.ENCODE])
def test_every_output_is_an_mp4_that_starts_at_once_and_says_nothing_of_its_owner(method):
    arguments = made(plan=clip_plan(INFO, method=method))
    after = arguments[arguments.index("-i") :]
    assert value(after, "-f") == "mp4"
    assert value(after, "-movflags") == "+faststart"
    assert value(after, "-map_metadata") == value(after, "-map_chapters") == "-1"
    assert "-y" in arguments
    assert "file:out/a.mp4" in arguments


@pytest.mark.parametrize(
    ("tracks", "more", "maps"),
    [
        (SOUND, {"method": Method.REMUX}, ["0:1", "0:3"]),
        (SILENT, {"method": Method.REMUX}, ["0:0"]),
        (SOUND, {"keeps_video": True}, ["0:1", "0:3"]),
        (SILENT, {"keeps_video": True}, ["0:0"]),
    ],
)
def test_exactly_one_picture_and_at_most_one_sound(tracks, more, maps):
    assert values(made(plan=clip_plan(INFO, **more), tracks=tracks), "-map") == maps


@pytest.mark.parametrize(("tracks", "streams"), [(SOUND, 2), (SILENT, 1)])
def test_a_drawn_picture_is_mapped_by_its_filter(tracks, streams):
    arguments = made(tracks=tracks)
    maps = values(arguments, "-map")
    assert len(maps) == streams
    assert maps[0].startswith("[s")
    assert maps[1:] == ["0:3"][: streams - 1]
    assert value(arguments, "-filter_complex").startswith(f"[0:{tracks.video}]")


@pytest.mark.parametrize(("codec", "tags"), [("hevc", ["hvc1"]), ("h264", []), ("mpeg4", [])])
def test_a_copied_picture(codec, tags):
    arguments = made(clip_info(640, 360, video_codec=codec), clip_plan(INFO, method=Method.REMUX))
    assert value(arguments, "-c:v") == value(arguments, "-c:a") == "copy"
    assert values(arguments, "-tag:v") == tags
    assert filters(arguments) == []
    assert not {"-crf", "-preset", "-b:v", "-b:a", "-ar", "-pix_fmt", "-color_trc"} & set(arguments)


def test_sound_alone_is_encoded():
    arguments = made(plan=clip_plan(INFO, keeps_video=True))
    assert (value(arguments, "-c:v"), value(arguments, "-c:a")) == ("copy", "aac")
    assert filters(arguments) == []


def test_an_encoded_picture_says_all_that_players_need():
    arguments = made()
    wanted = {
        "-c:v": "libx264", "-profile:v": "high", "-pix_fmt": "yuv420p", "-crf": "20", "-fps_mode": "vfr",
        "-colorspace": "bt709", "-color_primaries": "bt709", "-color_trc": "bt709", "-color_range": "tv",
    }  # fmt: skip
    assert {option: value(arguments, option) for option in wanted} == wanted
    assert not {"-b:v", "-maxrate", "-bufsize", "-pass", "-r"} & set(arguments)
    assert named(arguments, "setsar") == ["1"]
    (tags,) = named(arguments, "setparams")
    assert set(tags.split(":")) == {
        "color_primaries=bt709", "color_trc=bt709", "colorspace=bt709", "range=tv",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rate", "wanted"),
    [
        (Rate(crf=23), {"-crf": "23"}),
        (Rate(crf=23, most_bytes=500_000), {"-crf": "23", "-fs": "500000"}),
        (Rate(average=300_000), {"-b:v": "300000"}),
        (
            Rate(average=300_000, two_pass=2, log=Path("out/log")),
            {"-b:v": "300000", "-pass": "2", "-passlogfile": str(Path("out/log"))},
        ),
    ],
)
def test_rates(rate, wanted):
    arguments = made(rate=rate)
    asked = ("-crf", "-fs", "-b:v", "-pass", "-passlogfile")
    assert {option: value(arguments, option) for option in asked if option in arguments} == wanted
    assert "file:out/a.mp4" in arguments


def test_the_first_of_two_passes_writes_no_file_and_no_sound():
    arguments = made(rate=Rate(average=300_000, two_pass=1, log=Path("out/log")))
    after = arguments[arguments.index("-i") :]
    assert value(after, "-f") == "null"
    assert "file:out/a.mp4" not in arguments
    assert len(values(arguments, "-map")) == 1
    assert "-c:a" not in arguments


@pytest.mark.parametrize(
    ("window", "picture", "crop", "scale"),
    [
        (Box(0, 0, 640, 360), Size(640, 360), [], "640:360"),
        (Box(0, 0, 640, 360), Size(320, 180), [], "320:180"),
        (Box(219, 0, 421, 360), Size(202, 360), ["202:360:219:0"], "202:360"),
        (Box(10, 20, 110, 220), Size(50, 100), ["100:200:10:20"], "50:100"),
    ],
)
def test_crop_then_scale(window, picture, crop, scale):
    arguments = made(plan=clip_plan(INFO, window, picture))
    assert [step.removesuffix(":exact=1") for step in named(arguments, "crop")] == crop
    (scaled,) = named(arguments, "scale")
    assert scaled.startswith(f"{scale}:")
    names = [step.partition("=")[0] for step in filters(arguments)]
    assert names[: len(crop) + 1] == [*(["crop"] if crop else []), "scale"]


def test_square_pixels_before_the_crop():
    info = clip_info(640, 360, coded_size=Size(480, 360), sample_aspect_ratio=Fraction(4, 3))
    steps = filters(made(info, clip_plan(info, Box(0, 0, 202, 360), Size(202, 360))))
    assert [step.partition("=")[0] for step in steps[:3]] == ["scale", "setsar", "crop"]
    assert steps[0].startswith("scale=640:360")


@pytest.mark.parametrize(
    ("rate", "most", "asked"),
    [
        (Fraction(120), Fraction(60), ["60/1"]),
        (Fraction(60), Fraction(60), []),
        (Fraction(30), Fraction(60), []),
        (Fraction(60), Fraction(30000, 1001), ["30000/1001"]),
        (Fraction(120), None, []),
        (None, Fraction(60), []),
    ],
)
def test_only_a_rate_too_high_is_lowered(rate, most, asked):
    info = clip_info(640, 360, frame_rate=rate)
    assert named(made(info, clip_plan(info, max_frame_rate=most)), "fps") == asked


@pytest.mark.parametrize(
    ("trim", "start", "length"),
    [
        (None, [], []),
        (seconds(0, 60), [], ["60.000000"]),
        (seconds(1.5, 4), ["1.500000"], ["2.500000"]),
        ((Fraction(1, 3), Fraction(2, 3)), ["0.333333"], ["0.333333"]),
    ],
)
def test_trim_is_cut_at_the_input(trim, start, length):
    tracks = replace(SOUND, begin=trim[0] if trim else Fraction(0))
    arguments = made(plan=clip_plan(INFO, trim=trim), tracks=tracks)
    before = arguments[: arguments.index("-i")]
    assert (values(before, "-ss"), values(before, "-t")) == (start, length)
    assert not {"-ss", "-t"} & set(arguments[arguments.index("-i") :])


def test_a_trim_begins_with_a_frame_and_not_between_two():
    tracks = replace(SOUND, delay=Fraction(1, 10), begin=Fraction(2, 3))
    arguments = made(plan=clip_plan(INFO, trim=seconds(0.68, 1.68)), tracks=tracks)
    assert (value(arguments, "-ss"), value(arguments, "-t")) == ("0.766666", "1.000000")


@pytest.mark.parametrize(("pixels", "sought"), [("yuv420p", ["100.000000"]), ("yuv444p", [])])
def test_what_decodes_by_its_first_frame_is_read_from_there_on(pixels, sought):
    info = clip_info(640, 360, pixel_format=pixels)
    tracks = replace(SOUND, begin=Fraction(100))
    assert values(made(info, clip_plan(info, trim=seconds(100, 110)), tracks), "-ss") == sought


@pytest.mark.parametrize(
    ("picture", "canvas", "place"),
    [
        (Size(200, 100), Size(200, 400), "0:150"),
        (Size(100, 400), Size(200, 400), "50:0"),
        (Size(198, 100), Size(200, 402), "0:150"),  # 1:151 would be odd
    ],
)
def test_plain_padding_stands_on_even_places(picture, canvas, place):
    plan = clip_plan(INFO, picture=picture, canvas=canvas, pad=PadStyle.PLAIN, background="#12Ab34")
    arguments = made(plan=plan)
    assert named(arguments, "pad") == [f"{canvas.width}:{canvas.height}:{place}:color=0x12Ab34"]
    assert named(arguments, "overlay") == named(arguments, "gblur") == []


def test_blurred_padding_is_laid_under_the_picture():
    plan = clip_plan(INFO, picture=Size(200, 112), canvas=Size(200, 400), pad=PadStyle.BLUR)
    arguments = made(plan=plan)
    assert named(arguments, "pad") == []
    assert len(named(arguments, "split")) == len(named(arguments, "gblur")) == 1
    (place,) = named(arguments, "overlay")
    assert {"x=0", "y=144"} <= set(place.split(":"))
    assert "200:400" in named(arguments, "scale")


def test_no_padding_where_the_picture_fills_the_canvas():
    arguments = made(plan=clip_plan(INFO, pad=PadStyle.BLUR))
    assert not named(arguments, "overlay") + named(arguments, "pad")


@pytest.mark.parametrize(
    ("matrix", "lines", "space", "wanted"),
    [
        (BT709, 360, "srgb", None),
        (SMPTE170M, 1080, "srgb", "170m"),
        (UNTAGGED, 360, "srgb", "170m"),
        (UNTAGGED, 719, "srgb", "170m"),
        (UNTAGGED, 720, "srgb", "bt709"),
        (UNTAGGED, 720, "hlg", None),
        (BT2020, 1080, "pq", None),
    ],
)
def test_the_matrix_is_guessed_as_players_do_and_only_where_untagged(matrix, lines, space, wanted):
    info = clip_info(640, lines, colour_space=space)
    arguments = made(info, tracks=Tracks(0, matrix))
    settings = dict(part.split("=") for part in named(arguments, "scale")[-1].split(":")[2:])
    if wanted == "170m":  # by zscale: swscale is a step off
        assert settings.keys() == {"flags"}
        settings = dict(part.split("=", 1) for part in named(arguments, "zscale")[-1].split(":"))
        assert (settings["matrixin"], settings["matrix"], settings["range"]) == ("170m", "709", "limited")
        return
    assert settings.get("in_color_matrix") == wanted
    assert (settings["out_color_matrix"], settings["out_range"]) == ("bt709", "tv")


@pytest.mark.parametrize(("space", "mapped"), [("srgb", 0), ("pq", 1), ("hlg", 1)])
def test_high_dynamic_range_is_tone_mapped(space, mapped):
    arguments = made(clip_info(640, 360, colour_space=space))
    assert len(named(arguments, "tonemap")) == mapped


@pytest.mark.parametrize(
    ("source", "asked", "keeps", "given"),
    [
        (128_000, 96_000, False, 96_000),
        (64_000, 96_000, False, 64_000),
        (8_000, 96_000, False, 32_000),
        (0, 96_000, False, 96_000),
        (320_000, 96_000, True, 320_000),
        (0, 96_000, True, 96_000),
    ],
)
def test_the_sound_s_rate_is_never_raised(source, asked, keeps, given):
    plan = clip_plan(INFO, audio_bitrate=asked, keeps_audio=keeps)
    tracks = Tracks(0, BT709, 1, source, 44_100)
    assert sound_bitrate(plan, tracks) == given
    arguments = made(plan=plan, tracks=tracks)
    assert value(arguments, "-c:a") == ("copy" if keeps else "aac")
    assert values(arguments, "-b:a") == ([] if keeps else [str(given)])


def test_no_sound_takes_no_bits():
    assert sound_bitrate(clip_plan(INFO), SILENT) == 0
    assert "-c:a" not in made(tracks=SILENT)


@pytest.mark.parametrize(
    ("rate", "given"), [(8_000, "8000"), (44_100, "44100"), (48_000, "48000"), (96_000, "48000"), (0, "48000")]
)
def test_the_sample_rate_is_held_but_not_raised(rate, given):
    assert value(made(tracks=Tracks(0, BT709, 1, 64_000, rate)), "-ar") == given


@pytest.mark.parametrize(("is_interlaced", "first"), [(True, "bwdif"), (False, "crop")])
def test_fields_become_frames_before_anything_else(is_interlaced, first):
    info = clip_info(640, 360, is_interlaced=is_interlaced)
    steps = filters(made(info, clip_plan(info, Box(0, 0, 202, 360), Size(202, 360))))
    assert steps[0].startswith(first)
