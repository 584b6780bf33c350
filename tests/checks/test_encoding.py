import pytest

from assetkit.checks import encoding
from assetkit.facts import Facts
from tests.factories import clip_info, still_info


@pytest.mark.parametrize(
    ("check", "field", "value", "allowed", "says"),
    [
        (encoding.file_format, "format", "jpeg", ["jpeg", "png"], None),
        (encoding.file_format, "format", "png", ["jpeg", "png"], None),
        (encoding.file_format, "format", "webp", ["jpeg", "png"], "format webp, not jpeg or png"),
        (encoding.file_format, "format", "gif", ["jpeg", "png", "webp"], "format gif, not jpeg, png or webp"),
        (encoding.colour_space, "colour_space", "srgb", ["srgb", "grey"], None),
        (encoding.colour_space, "colour_space", "display p3", ["srgb"], "colour space display p3, not srgb"),
        (encoding.video_codec, "video_codec", "h264", ["h264"], None),
        (encoding.video_codec, "video_codec", "hevc", ["h264"], "video codec hevc, not h264"),
        (encoding.video_codec, "video_codec", None, ["h264"], "video codec unknown, not h264"),
        (encoding.pixel_format, "pixel_format", "yuv420p", ["yuv420p"], None),
        (encoding.pixel_format, "pixel_format", "yuv444p", ["yuv420p"], "pixel format yuv444p, not yuv420p"),
        (encoding.pixel_format, "pixel_format", None, ["yuv420p"], "pixel format unknown, not yuv420p"),
        (encoding.audio_codec, "audio_codec", "aac", ["aac"], None),
        (encoding.audio_codec, "audio_codec", "opus", ["aac"], "audio codec opus, not aac"),
        (encoding.audio_codec, "audio_codec", None, ["aac"], None),  # silence is another check's business
    ],
)
def test_one_of_several(check, field, value, allowed, says):
    breach = check(Facts(clip_info(**{field: value})), allowed)
    assert (breach and breach.message) == says
    if breach:
        assert breach.measured == (value or "unknown")
        assert breach.fix.startswith("export with ")


@pytest.mark.parametrize(("codec", "is_fine"), [("aac", True), ("opus", True), (None, False)])
def test_audio(codec, is_fine):
    assert (encoding.audio(Facts(clip_info(audio_codec=codec)), True) is None) is is_fine


@pytest.mark.parametrize(("is_faststart", "is_fine"), [(True, True), (None, True), (False, False)])
def test_faststart(is_faststart, is_fine):
    assert (encoding.faststart(Facts(clip_info(is_faststart=is_faststart)), True) is None) is is_fine


@pytest.mark.parametrize(("has_alpha", "is_fine"), [(False, True), (True, False)])
def test_opaque(has_alpha, is_fine):
    assert (encoding.opaque(Facts(still_info(has_alpha=has_alpha)), True) is None) is is_fine


@pytest.mark.parametrize(
    ("size", "says"),
    [
        (0, None),
        (9_999_999, None),
        (10_000_000, None),
        (10_000_001, "10.00 MB (10,000,001 bytes) exceeds 10 MB"),
        (12_345_678, "12.35 MB (12,345,678 bytes) exceeds 10 MB"),
    ],
)
def test_file_size_max(size, says):
    breach = encoding.file_size_max(Facts(still_info(bytes=size)), 10_000_000)
    assert (breach and breach.message) == says
    assert breach is None or (breach.measured, breach.limit) == (size, 10_000_000)


@pytest.mark.parametrize(
    ("kinds", "told"),
    [((), None), (("copyright", "date"), None), (("date", "position", "owner"), "position, owner")],
)
def test_private_metadata(kinds, told):
    breach = encoding.private_metadata(Facts(still_info(metadata=kinds)), ["owner", "position"])
    assert (breach and breach.measured) == told
