import random
import re
import shutil
import struct
import sys
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from assetkit.errors import AssetError
from assetkit.facts import Kind
from assetkit.geometry import Size
from assetkit.media.boxes import read_layout
from assetkit.media.clips import probe_clip
from assetkit.media.damage import apart, damage_times
from assetkit.media.dolby import DolbyVision, read_dolby_vision
from assetkit.media.encode_clips import prove_decodable, write_clip
from assetkit.media.samples import sample_frames
from assetkit.media.sniff import sniff
from tests.media.conftest import clip_plan
from tests.real_clips import ffmpeg, moving, needs_encoder, tone

NAMES = [
    "-x.mp4",
    "100%.mp4",
    "%03d.mp4",
    "http:x.mp4",
    "a:b.mp4",
    "concat:a|b.mp4",
    "春季 新品.mp4",
    "it's [1] 'q'.mp4",
]
WIDE, TALL = Size(320, 180), Size(180, 320)
# what every clip has unless its row says otherwise
USUAL = {
    "format": "mp4",
    "coded_size": WIDE,
    "display_size": WIDE,
    "rotation": 0,
    "is_mirrored": False,
    "sample_aspect_ratio": 1,
    "frame_count": 25,
    "colour_space": "srgb",
    "is_interlaced": False,
    "has_alpha": False,
    "bit_depth": 8,
    "duration": 1,
    "frame_rate": 25,
    "is_variable_frame_rate": False,
    "video_codec": "h264",
    "pixel_format": "yuv420p",
    "audio_codec": None,
    "is_faststart": True,
}
FACTS = {
    "landscape": {"audio_codec": "aac"},
    "portrait": {"coded_size": TALL, "display_size": TALL, "audio_codec": "aac"},
    "silent": {},
    "interlaced": {"frame_count": 50, "duration": 2, "is_interlaced": True},
    "low-sound": {"audio_codec": "aac"},
    "ntsc": {"frame_count": 30, "duration": Fraction(1001, 1000), "frame_rate": Fraction(30000, 1001)},
    "anamorphic": {"coded_size": Size(240, 180), "sample_aspect_ratio": Fraction(4, 3)},
    "turned": {"format": "mov", "display_size": TALL, "rotation": 270},
    "upside-down": {"rotation": 180},
    "mirrored": {"format": "mov", "is_mirrored": True},
    "variable": {"duration": Fraction(36, 25), "frame_rate": Fraction(625, 36), "is_variable_frame_rate": True},
    "moov-last": {"frame_count": 50, "duration": 2, "audio_codec": "aac", "is_faststart": False},
    "ten-bit": {
        "format": "matroska",
        "video_codec": "hevc",
        "pixel_format": "yuv420p10le",
        "bit_depth": 10,
        "is_faststart": None,
    },
    "matroska": {
        "format": "matroska",
        "frame_count": 50,
        "duration": 2,
        "audio_codec": "aac",
        "is_faststart": None,
    },
    "webm": {"format": "webm", "video_codec": "vp9", "audio_codec": "opus", "is_faststart": None},
    "avi": {"format": "avi", "video_codec": "mpeg4", "audio_codec": "pcm_s16le", "is_faststart": None},
    "transport": {"format": "mpegts", "audio_codec": "aac", "is_faststart": None},
    "camcorder": {"format": "mpegts", "audio_codec": "aac", "is_faststart": None},
    "broadcast": {
        "format": "mxf",
        "video_codec": "mpeg2video",
        "frame_count": 50,
        "duration": 2,
        "audio_codec": "pcm_s16le",
        "is_faststart": None,
    },
    "quicktime": {"format": "mov", "audio_codec": "pcm_s16le", "is_faststart": False},
}


def refusal(path, demuxer=None):
    with pytest.raises(AssetError) as error:
        probe_clip(path, demuxer or sniff(path).reader)
    assert (error.value.code, error.value.stage) == ("unreadable", "probe")
    assert error.value.fix
    return error.value.detail


@pytest.mark.parametrize("name", FACTS)
def test_facts(clip, probed, name):
    if name == "webm" and (reason := needs_encoder("libvpx-vp9")):
        pytest.skip(reason)
    path, _, info = probed(name)
    found, wanted = asdict(info), USUAL | FACTS[name]
    frame = 1 / wanted["frame_rate"]
    assert abs(found.pop("duration") - wanted["duration"]) <= frame
    assert {key: found[key] for key in wanted if key != "duration"} == {
        key: asdict(value) if isinstance(value, Size) else value for key, value in wanted.items() if key != "duration"
    }
    assert (info.kind, info.bytes) == (Kind.VIDEO, path.stat().st_size)


@pytest.mark.parametrize(("transfer", "space"), [("smpte2084", "pq"), ("arib-std-b67", "hlg"), ("bt709", "bt2020")])
def test_the_transfer_is_named(tmp_path, transfer, space):
    tags = f"format=yuv420p10le,setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc"
    encoder = ["-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high10"]
    ffmpeg(*moving(seconds=0.2), "-vf", tags, *encoder, tmp_path / "hdr.mp4")
    info = probe_clip(tmp_path / "hdr.mp4", "mov")
    assert (info.colour_space, info.bit_depth) == (space, 10)


@pytest.mark.parametrize("name", NAMES)
def test_names_are_names_and_nothing_else(clip, tmp_path, monkeypatch, name):
    if sys.platform == "win32" and set(name) & set(':|"?*'):
        pytest.skip("no file is called that on Windows")
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(clip("landscape"), name)
    assert probe_clip(Path(name), "mov").display_size == WIDE
    prove_decodable(Path(name), "mov")


def cut(path, target, share):
    data = path.read_bytes()
    target.write_bytes(data[: int(len(data) * share)])
    return target


@pytest.mark.parametrize("share", [0.4, 0.9])
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("two-seconds", "the file is cut off: at least "),
        ("moov-last", "the file is cut off: at least "),
        ("quicktime", "the file is cut off: at least "),
    ],
)
def test_a_cut_off_file_is_refused(clip, tmp_path, name, says, share):
    detail = refusal(cut(clip(name), tmp_path / "cut.mp4", share))
    assert detail.startswith(says)


@pytest.mark.parametrize("name", ["matroska", "webm-two-seconds", "avi", "broadcast"])
def test_a_cut_off_file_without_boxes_is_refused(clip, tmp_path, name):
    path = clip("matroska" if name.startswith("webm") else name)
    if name.startswith("webm"):
        if reason := needs_encoder("libvpx-vp9"):
            pytest.skip(reason)
        path = tmp_path / "whole.webm"
        ffmpeg(*moving(seconds=2), "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", path)
    detail = refusal(cut(path, tmp_path / "cut", 0.4))
    assert "cut off" in detail or "packets cannot be read whole" in detail


def test_how_much_is_missing_is_said(clip, tmp_path):
    path = clip("two-seconds")
    missing = path.stat().st_size - cut(path, tmp_path / "cut.mp4", 0.4).stat().st_size
    assert refusal(tmp_path / "cut.mp4") == f"the file is cut off: at least {missing} bytes of it are missing"


def test_a_cut_that_the_boxes_do_not_show_is_found_in_the_index(clip, tmp_path):
    data = bytearray(clip("two-seconds").read_bytes())
    start = data.index(b"mdat")
    data[start - 4 : start] = bytes(4)  # "to the end of the file", wherever that is
    (tmp_path / "whole.mp4").write_bytes(data)
    assert probe_clip(tmp_path / "whole.mp4", "mov").frame_count == 50
    assert "cut off" in refusal(cut(tmp_path / "whole.mp4", tmp_path / "cut.mp4", 0.6))


def test_a_byte_more_or_less(clip, tmp_path):
    data = clip("two-seconds").read_bytes()
    (tmp_path / "less.mp4").write_bytes(data[:-1])
    assert "at least 1 bytes" in refusal(tmp_path / "less.mp4")
    (tmp_path / "more.mp4").write_bytes(data + b"\0" * 7)  # cameras leave such junk
    assert probe_clip(tmp_path / "more.mp4", "mov").frame_count == 50


@pytest.mark.parametrize("name", ["transport", "camcorder"])
def test_a_broadcast_may_end_anywhere(clip, tmp_path, name):
    info = probe_clip(cut(clip(name), tmp_path / "cut.ts", 0.5), "mpegts")
    assert 0.2 < info.duration < 0.9


def flipped(path, target, seed):
    """Damage in the middle of the film: the boxes are left alone."""
    data = bytearray(path.read_bytes())
    chance = random.Random(seed)  # noqa: S311
    for _ in range(40):
        data[chance.randrange(len(data) // 4, len(data) * 3 // 4)] ^= 1 << chance.randrange(8)
    target.write_bytes(data)
    return target


@pytest.mark.parametrize("name", ["moov-last", "matroska", "transport", "broadcast"])
@pytest.mark.parametrize("seed", [1, 2])
def test_damage_in_the_middle_is_found_by_decoding_all_of_it(clip, tmp_path, name, seed):
    path = flipped(clip(name), tmp_path / "damaged", seed)
    demuxer = sniff(path).reader
    prove_decodable(clip(name), demuxer)
    with pytest.raises(AssetError) as error:
        probe_clip(path, demuxer)  # may or may not notice, but never fails otherwise
        prove_decodable(path, demuxer)
    assert error.value.code == "unreadable"


def test_a_proof_says_where_it_failed(clip, tmp_path):
    path = flipped(clip("moov-last"), tmp_path / "damaged.mp4", 1)
    with pytest.raises(AssetError) as error:
        prove_decodable(path, "mov")
    assert error.value.stage == "verify"
    assert re.fullmatch(r"not all of it can be decoded: damaged at 0:00\.\d", error.value.detail)


def test_damage_is_told_apart_by_its_time(clip, tmp_path):
    path = tmp_path / "two.mp4"
    ffmpeg(*moving("320x240", seconds=8), "-c:v", "libx264", "-g", "25", "-bf", "2", "-r", "25", path)
    assert damage_times(path, "mov", 60) == ()
    with av.open(str(path)) as container:
        places = {p.pts * p.time_base: p.pos for p in container.demux(video=0) if p.pts is not None}
    data = bytearray(path.read_bytes())
    for time in (2, Fraction(11, 5), 6):  # the second one is beside the first
        start = places[Fraction(time)] + 40
        data[start : start + 60] = bytes(60)
    path.write_bytes(data)
    first, second = apart(damage_times(path, "mov", 60))
    assert abs(first - 2) < Fraction(1, 4)
    assert abs(second - 6) < Fraction(1, 4)


def test_sound_that_is_damaged_is_told_where(clip, tmp_path):
    path = tmp_path / "sound.mp4"
    ffmpeg(*moving(seconds=4), "-f", "lavfi", "-i", "sine=d=4", "-c:v", "libx264", "-c:a", "aac", path)
    with av.open(str(path)) as container:
        places = [(p.pts * p.time_base, p.pos, p.size) for p in container.demux(audio=0) if p.pts is not None]
    time, start, size = next(place for place in places if place[0] >= 3)
    data = bytearray(path.read_bytes())
    data[start : start + size] = b"\xff" * size
    path.write_bytes(data)
    (found,) = apart(damage_times(path, "mov", 60))
    assert abs(found - time) < Fraction(1, 4)


@pytest.mark.parametrize("seed", range(12))
def test_random_damage_is_refused_or_read_but_never_a_crash(clip, tmp_path, seed):
    chance = random.Random(seed)  # noqa: S311
    data = bytearray(clip(("silent", "matroska", "avi")[seed % 3]).read_bytes())
    for _ in range(8):
        data[chance.randrange(4, 4000 if seed % 2 else len(data))] = chance.randrange(256)
    (tmp_path / "x").write_bytes(data)
    try:
        info = probe_clip(tmp_path / "x", ("mov", "matroska", "avi")[seed % 3])
    except AssetError as error:
        assert error.code == "unreadable"
    else:
        assert info.display_size.area > 0


def test_sound_alone_is_no_clip(clip):
    assert refusal(clip("sound-only")) == "the file holds no moving picture"


def test_sound_with_a_drawing_is_no_clip(clip, tmp_path):
    ffmpeg(*moving("64x64"), "-frames:v", "1", tmp_path / "art.png")
    inputs = ["-i", clip("sound-only"), "-i", tmp_path / "art.png", "-map", "0:a", "-map", "1:v"]
    ffmpeg(*inputs, "-c", "copy", "-disposition:v:0", "attached_pic", tmp_path / "song.mp4")
    assert refusal(tmp_path / "song.mp4") == "the file holds no moving picture"


def test_a_film_with_cover_art_is_the_film(clip, tmp_path):
    ffmpeg(*moving("640x640"), "-frames:v", "1", tmp_path / "art.png")
    inputs = ["-i", tmp_path / "art.png", "-i", clip("landscape"), "-map", "0:v", "-map", "1:v"]
    ffmpeg(*inputs, "-c", "copy", "-disposition:v:0", "attached_pic", tmp_path / "film.mp4")
    info = probe_clip(tmp_path / "film.mp4", "mov")
    assert (info.display_size, info.video_codec, info.frame_count) == (WIDE, "h264", 25)


def with_the_drawing_first(path):
    """Put the box that holds the cover art before the tracks, so that it becomes the first stream."""
    data = path.read_bytes()
    at = data.index(b"moov") - 4
    end = at + int.from_bytes(data[at : at + 4], "big")
    parts, start = [], at + 8
    while start < end:
        length = int.from_bytes(data[start : start + 4], "big")
        parts.append(data[start : start + length])
        start += length
    parts.sort(key=lambda part: part[4:8] == b"trak")
    path.write_bytes(data[: at + 8] + b"".join(parts) + data[end:])


def test_damage_behind_cover_art_is_found(clip, tmp_path):
    ffmpeg(*moving("64x64"), "-frames:v", "1", tmp_path / "art.png")
    inputs = ["-i", tmp_path / "art.png", "-i", clip("landscape"), "-map", "0:v", "-map", "1:v"]
    path = tmp_path / "film.mp4"
    ffmpeg(*inputs, "-c", "copy", "-disposition:v:0", "attached_pic", path)
    with_the_drawing_first(path)
    assert probe_clip(path, "mov").video_codec == "h264"
    prove_decodable(path, "mov")
    with pytest.raises(AssetError, match="not all of it can be decoded"):
        prove_decodable(flipped(path, tmp_path / "damaged.mp4", 1), "mov")


def test_subtitles_beside_the_film_are_named(clip, tmp_path):
    (tmp_path / "a.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nhello\n", encoding="utf-8")
    path = tmp_path / "a.mp4"
    given = ["-i", clip("landscape"), "-i", tmp_path / "a.srt", "-map", "0", "-map", "1", "-c", "copy"]
    ffmpeg(*given, "-c:s", "mov_text", "-metadata:s:s:0", "language=eng", "-timecode", "00:00:00:00", path)
    told = probe_clip(path, "mov").other_tracks
    assert told[0] == "subtitle track 1 of 1 (eng, mov_text)"
    assert told[1].startswith("data track 1 of 1 (")


def test_a_container_that_cannot_be_rewound_as_a_whole_is_read(clip):
    assert probe_clip(clip("sorenson"), "flv").video_codec == "flv1"
    assert len(sample_frames(clip("sorenson"), probe_clip(clip("sorenson"), "flv"), "flv", count=3, max_side=90)) == 3


def test_headers_without_a_frame_are_refused(clip, tmp_path):
    path = tmp_path / "pieces.mp4"
    ffmpeg("-i", clip("silent"), "-c", "copy", "-movflags", "frag_keyframe+empty_moov", path)
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"moof") - 4])
    assert refusal(path) == "the clip states a picture but holds no frame"


def test_copy_protection_is_named(clip, tmp_path):
    path, key = tmp_path / "locked.mp4", "0123456789abcdef" * 2
    locked = ["-encryption_scheme", "cenc-aes-ctr", "-encryption_key", key, "-encryption_kid", key]
    ffmpeg("-i", clip("silent"), "-c", "copy", *locked, path)
    assert refusal(path) == "the clip is encrypted"


def test_frames_of_zeros_are_refused(clip, tmp_path):
    data = bytearray(clip("silent").read_bytes())
    start = data.index(b"mdat") + 4
    data[start:] = bytes(len(data) - start)
    (tmp_path / "zeros.mp4").write_bytes(data)
    assert refusal(tmp_path / "zeros.mp4") == "no frame of the clip can be decoded"


@pytest.mark.parametrize("demuxer", ["mov", "matroska", "mpegts", "avi"])
def test_a_renamed_playlist_is_never_followed(clip, tmp_path, demuxer):
    shutil.copyfile(clip("landscape"), tmp_path / "real.mp4")
    for script in ("#EXTM3U\n#EXTINF:1,\nreal.mp4\n#EXT-X-ENDLIST\n", "ffconcat version 1.0\nfile real.mp4\n"):
        (tmp_path / "list.mp4").write_text(script)
        assert refusal(tmp_path / "list.mp4", demuxer)
        with pytest.raises(AssetError):
            prove_decodable(tmp_path / "list.mp4", demuxer)


def test_a_file_that_vanished_is_refused(tmp_path):
    assert "No such file" in refusal(tmp_path / "gone.mp4", "mov")


@pytest.mark.parametrize(
    ("boxes", "brand", "is_faststart", "missing"),
    [
        ([(b"ftyp", b"mp42"), (b"moov", b""), (b"mdat", b"12345")], "mp42", True, 0),
        ([(b"ftyp", b"qt  "), (b"mdat", b"12345"), (b"moov", b"")], "qt  ", False, 0),
        ([(b"ftyp", b"isom"), (b"free", b"x"), (b"moov", b""), (b"free", b""), (b"mdat", b"1")], "isom", True, 0),
        ([(b"ftyp", b"isom"), (b"moov", b"")], "isom", True, 0),
        ([(b"ftyp", b"isom"), (b"mdat", b"")], "isom", False, 0),
        ([(b"moov", b""), (b"mdat", b"1")], "", True, 0),
    ],
)
def test_the_order_of_boxes(tmp_path, boxes, brand, is_faststart, missing):
    data = b"".join((8 + len(content)).to_bytes(4, "big") + name + content for name, content in boxes)
    (tmp_path / "x.mp4").write_bytes(data)
    layout = read_layout(tmp_path / "x.mp4")
    assert (layout.brand, layout.is_faststart, layout.missing_bytes) == (brand, is_faststart, missing)


@pytest.mark.parametrize(
    ("tail", "missing"),
    [
        (b"\0\0\0\x10mdat" + bytes(8), 0),
        (b"\0\0\0\x10mdat" + bytes(5), 3),
        (b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x20" + bytes(10), 6),  # 64-bit length
        (b"\0\0\0\0mdat" + bytes(5), 0),  # to the end of the file
        (b"\0\0\0\x40free" + bytes(5), 0),  # junk that breaks nothing
        (b"\0\0\0\x04mdat", 0),  # shorter than its own head
        (b"\0\0\0", 0),
    ],
)
def test_missing_bytes(tmp_path, tail, missing):
    (tmp_path / "x.mp4").write_bytes(b"\0\0\0\x0cftypisom" + b"\0\0\0\x08moov" + tail)
    assert read_layout(tmp_path / "x.mp4").missing_bytes == missing


def test_a_million_empty_boxes_are_not_all_read(tmp_path, monkeypatch):
    monkeypatch.setattr("assetkit.media.boxes._BOXES_MAX", 10)
    (tmp_path / "x.mp4").write_bytes(b"\0\0\0\x08free" * 20 + b"\0\0\0\x08moov")
    assert not read_layout(tmp_path / "x.mp4").is_faststart


def with_dolby_vision(data, profile, compatibility):
    """An HEVC film whose index, behind the film, states Dolby Vision."""
    stated = bytes([1, 0, profile << 1, 0b1101, compatibility << 4]) + bytes(19)
    box = struct.pack(">I", 8 + len(stated)) + b"dvcC" + stated
    at = data.index(b"hvcC") - 4
    at += struct.unpack_from(">I", data, at)[0]
    out = bytearray(data[:at] + box + data[at:])
    for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"hvc1"):
        start = out.index(name) - 4
        struct.pack_into(">I", out, start, struct.unpack_from(">I", out, start)[0] + len(box))
    return bytes(out)


@pytest.mark.parametrize(
    ("profile", "compatibility", "is_refused"), [(5, 0, True), (8, 1, False), (8, 4, False), (7, 6, False)]
)
def test_dolby_vision_is_read_where_another_picture_lies_under_it(tmp_path, profile, compatibility, is_refused):
    if reason := needs_encoder("libx265"):
        pytest.skip(reason)
    film, path = tmp_path / "film.mp4", tmp_path / "dolby.mp4"
    tags = "format=yuv420p10le,setparams=color_trc=arib-std-b67:color_primaries=bt2020:colorspace=bt2020nc"
    encoder = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1"]
    ffmpeg(*moving("128x72", seconds=0.2), "-vf", tags, *encoder, film)
    path.write_bytes(with_dolby_vision(film.read_bytes(), profile, compatibility))
    assert read_dolby_vision(film) is None
    assert read_dolby_vision(path) == DolbyVision(profile, compatibility)
    if not is_refused:
        assert probe_clip(path, "mov").colour_space == "hlg"
        return
    with pytest.raises(AssetError, match="Dolby Vision profile 5 has no picture that other players") as error:
        probe_clip(path, "mov")
    assert error.value.code == "colours-unreadable"


def test_boxes_without_end_are_not_followed(tmp_path):
    path = tmp_path / "nested.mp4"
    count = 5_000
    path.write_bytes(b"".join(struct.pack(">I", 8 * (count - n)) + b"moov" for n in range(count)))
    assert read_dolby_vision(path) is None


@pytest.fixture(scope="session")
def two_sounds(tmp_path_factory):
    """A film with surround sound and a second sound track."""
    path = tmp_path_factory.mktemp("tracks") / "two.mov"
    surround = [*tone(48_000, 1)[:3], "sine=frequency=440:sample_rate=48000:duration=1,aformat=channel_layouts=5.1"]
    maps = ["-map", "0", "-map", "1", "-map", "2", "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=chi"]
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    ffmpeg(*moving("108x192"), *surround, *tone(48_000), *maps, *coded, path)
    return path


def test_which_tracks_are_used_is_told(clip, two_sounds):
    info = probe_clip(two_sounds, "mov")
    assert info.audio_channels == 6
    assert info.chosen_tracks == ("picture track 1 of 1 (h264)", "sound track 1 of 2 (eng, aac, 5.1)")
    assert info.other_tracks == ("sound track 2 of 2 (chi, aac, mono)",)
    alone = probe_clip(clip("silent"), "mov")
    assert (alone.audio_channels, alone.other_tracks) == (None, ())
    assert alone.chosen_tracks == ("picture track 1 of 1 (h264)",)


def test_surround_sound_becomes_stereo_with_all_that_it_held(two_sounds, tmp_path):
    info, made = probe_clip(two_sounds, "mov"), tmp_path / "made.mp4"
    (said,) = write_clip(two_sounds, "mov", info, clip_plan(info, keeps_video=True), made, deadline_seconds=60)
    assert said == "picture copied, sound mixed from 6 channels to stereo AAC"
    found = probe_clip(made, "mov")
    assert (found.audio_channels, found.audio_codec, found.other_tracks) == (2, "aac", ())
    with av.open(str(made)) as container:
        sound = np.concatenate([f.to_ndarray() for f in container.decode(audio=0)], axis=1)
    assert (np.abs(sound).max(axis=1) > 0.02).all()
