"""Small makers of what tests need: presets, facts, findings, pictures, profiles."""

import struct
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from assetkit.facts import Facts, FrameMeasurements, Kind, Measurements, MediaInfo, Source
from assetkit.framing import Keepsakes
from assetkit.geometry import Box, Size
from assetkit.lettering import Search, TextCoverage, TextRegion
from assetkit.model import Method, Plan
from assetkit.preset import UNITS, Preset

SEEN = date(2026, 1, 2)
SOURCES = {"test": "the test's own sheet"}


def limit(value, severity="required", unit="unit"):
    return {severity: {"value": value, "unit": unit, "source": "test", "seen": SEEN}}


def preset(**sections):
    """A preset with the given [image], [video] and [cover] tables; what is left out has no limits."""
    tables = [sections[name].get("limits", {}) for name in ("image", "video", "cover") if name in sections]
    for name, stated in (pair for table in tables for pair in table.items()):
        for level in stated.values():
            if level["unit"] == "unit":  # the one unit that the key takes, where a test leaves it open
                level["unit"] = UNITS.get(name, "unit")
    return Preset.model_validate({"id": "test", "title": "Test", "version": "1", "sources": SOURCES, **sections})


def portrait(size=(60, 80), most=20_000, *, formats=("jpeg", "png"), extra=None, **target):
    """An [image] table like the ad preset's, but small: 3:4, `size`, at most `most` bytes."""
    limits = {
        "format": limit(list(formats)),
        "aspect_ratio": limit("3:4"),
        "resolution": limit(list(size), "recommended"),
        "file_size_max": limit(most),
        "colour_space": limit(["srgb", "grey"]),
        "upright": limit(True),
        "still": limit(True),
    }
    return {"limits": limits | (extra or {}), "target": {"size": list(size), **target}}


def upright_clip(size=(90, 160), **more):
    """A [video] table: 9:16, H.264, AAC, MP4, moov first, 15 to 60 s."""
    limits = {
        "format": limit(["mp4"]),
        "aspect_ratio": limit("9:16"),
        "resolution_max": limit(list(size), "recommended"),
        "duration_min": limit(15),
        "duration_max": limit(60),
        "file_size_max": limit(1_000_000),
        "video_codec": limit(["h264"]),
        "pixel_format": limit(["yuv420p"]),
        "audio_codec": limit(["aac"]),
        "upright": limit(True),
        "square_pixels": limit(True),
        "progressive": limit(True),
        "faststart": limit(True),
        "frame_rate_max": limit(60, "recommended"),
    }
    return {"limits": limits | more.pop("extra", {}), "target": {"size": list(size), **more}}


def still_info(width=600, height=800, **more):
    size = Size(width, height)
    info = MediaInfo(Kind.IMAGE, "jpeg", 10_000, size, size)
    return replace(info, **more)


def clip_info(width=90, height=160, **more):
    size = Size(width, height)
    info = MediaInfo(
        Kind.VIDEO,
        "mp4",
        500_000,
        size,
        size,
        frame_count=600,
        duration=Fraction(20),
        frame_rate=Fraction(30),
        video_codec="h264",
        pixel_format="yuv420p",
        audio_codec="aac",
        is_faststart=True,
    )
    return replace(info, **more)


def region(left, top, right, bottom, score=0.9, **more):
    return TextRegion(((left, top), (right, top), (right, bottom), (left, bottom)), score, **more)


def covered(share, low=None, high=None, cells=0):
    """A coverage; as sure as can be unless its ends are given."""
    return TextCoverage(share, share if low is None else low, share if high is None else high, cells)


def seen(info, *, text=None, faces=(), coverage=None, time=Fraction(0), exempt=()):
    """Facts of one measured frame; `coverage` is a share, measured without doubt."""
    frame = FrameMeasurements(time, tuple(text) if text is not None else None, tuple(faces))
    is_timed = info.kind is Kind.VIDEO and coverage is not None
    found = None if coverage is None else covered(coverage)
    return Facts(info, Measurements((frame,), found, time if is_timed else None, exempt=tuple(exempt)))


def keep(faces=(), text=(), columns=(), rows=()):
    return Keepsakes(tuple(faces), tuple(text), tuple(columns), tuple(rows))


def source(path, relative=None, stem=None, cover=None, sidecar=None):
    path = Path(path)
    return Source(str(path), relative or path.name, stem or path.stem, cover, sidecar)


def still_plan(window, picture=None, canvas=None, **more):
    picture = picture or window.size
    return replace(
        Plan(Method.ENCODE, "jpeg", window, picture, canvas or picture, quality_min=70, quality_max=92), **more
    )


def whole(width, height):
    return Box(0, 0, width, height)


def noise(width, height, seed=0, mode="RGB"):
    """A picture that compresses badly, and so by very different amounts at different qualities."""
    channels = len(mode) if mode != "L" else 0
    shape = (height, width, channels) if channels else (height, width)
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8))


def gradient(width, height):
    """A soft picture: red grows to the right, green downwards."""
    red = np.broadcast_to(np.linspace(0, 255, width), (height, width))
    green = np.broadcast_to(np.linspace(0, 255, height)[:, None], (height, width))
    return Image.fromarray(np.stack([red, green, np.full((height, width), 64.0)], axis=2).astype(np.uint8))


CORNERS = ((220, 30, 30), (30, 200, 30), (30, 30, 220), (220, 220, 30))  # top left, top right, bottom left, right


def quarters(width, height):
    """Four plain quarters, each in its own colour, so that every turn and flip shows."""
    picture = Image.new("RGB", (width, height))
    for place, colour in enumerate(CORNERS):
        x, y = place % 2 * (width // 2), place // 2 * (height // 2)
        picture.paste(colour, (x, y, width if x else width // 2, height if y else height // 2))
    return picture


def corner_colours(picture):
    """The colours in the middle of the four quarters of an image or an array of pixels."""
    pixels = np.asarray(picture)
    height, width = pixels.shape[:2]
    return [tuple(int(v) for v in pixels[height * y // 4, width * x // 4]) for y in (1, 3) for x in (1, 3)]


# D50-adapted primaries of Display P3, as columns (X, Y, Z)
P3 = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))


def icc_profile(name="Display P3", primaries=P3, gamma=2.2):
    """A minimal ICC version 2 display profile: three primaries and one gamma."""

    def number(value):
        return struct.pack(">i", round(value * 65536))

    def xyz(values):
        return b"XYZ \0\0\0\0" + b"".join(map(number, values))

    text = name.encode("ascii") + b"\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(4 + 4 + 2 + 1 + 67)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))
    tags = {
        b"desc": description,
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": xyz((0.9642, 1.0, 0.8249)),
        **{key: xyz(column) for key, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for key, data in tags.items():
        table += key + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    size = start + len(body)
    header = struct.pack(">I", size) + bytes(4) + b"\x02\x10\0\0mntrRGB XYZ " + bytes(12) + b"acsp"
    header += bytes(128 - len(header) - 60) + number(0.9642) + number(1.0) + number(0.8249)
    return (header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body)[:size]


class FakeText:
    """A text engine at the real seam: it finds what it is told to, in shares of the picture, or raises."""

    name, version = "fake", "1"

    def __init__(self, *boxes, error=None):
        self.boxes, self.error, self.calls, self.searches, self.places = boxes, error, 0, [], []

    def prepare(self, search):
        """Nothing to load."""

    def detect(self, picture, *, search=Search.ALL, places=()):
        self.calls += 1
        self.searches.append(search)
        self.places.append(places)
        if self.error:
            raise self.error
        height, width = picture.shape[:2]
        return tuple(region(a * width, b * height, c * width, d * height) for a, b, c, d in self.boxes)
