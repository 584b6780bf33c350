"""What is known of a file: what its container states, what its pixels show, what people said of it. Plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from assetkit.claims.claim import Line
from assetkit.geometry import Box, Size, hull
from assetkit.judgement import Status
from assetkit.lettering import Code, Subtitles, TextCoverage, TextRegion
from assetkit.scoring import ScoreParts
from assetkit.screening import Screening, Span
from assetkit.sets import NO_WORDS, Slot, Words
from assetkit.shots import Shot
from assetkit.windows import Keyframe
from assetkit.wording import UNSAID, Said


class Kind(StrEnum):
    """What a file is, by its content."""

    IMAGE = "image"
    VIDEO = "video"


class Need(StrEnum):
    """A measurement that a check or the crop can ask for. What nobody asks for is not measured."""

    TEXT = "text"
    WORDS = "words"
    CODES = "codes"
    FACES = "faces"
    SALIENCY = "saliency"
    BORDERS = "borders"
    QUALITY = "quality"
    SCREENING = "screening"


@dataclass(frozen=True, slots=True)
class Source:
    """One input file. `relative` is its POSIX path in the manifest, `stem` the output path less its suffix.

    `file` is its path as text: of ten thousand sources, Path objects would take more memory than all the rest.
    `sidecar` is the file beside it that says what people know of it, `slot` its place in a set if it is a slide.
    """

    file: str
    relative: str
    stem: str
    cover: "Source | None" = None
    sidecar: Path | None = None
    slot: Slot | None = None

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return Path(self.file)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What people said of one picture or clip, in display pixels; it goes before what is measured.

    Text inside `exempt` does not count. `products` are the categories of what is advertised, `generated`
    says whether AI made it, `no_transform` whether it may be altered. A crop centres on `focal`,
    keeps every box of `keep` whole and stays inside `crop`; `pad` says that the picture is padded instead of cropped
    (True) or never padded (False).
    `cover` is the time in seconds of the frame that a clip's cover is, `trim` the start and end of what is delivered.
    `windows` are where the crop of a clip stands, and when. `words` are published beside it.
    """

    exempt: tuple[Box, ...] = ()
    focal: tuple[int, int] | None = None
    keep: tuple[Box, ...] = ()
    crop: Box | None = None
    pad: bool | None = None
    cover: Fraction | None = None
    trim: tuple[Fraction, Fraction] | None = None
    windows: tuple[Keyframe, ...] = ()
    products: tuple[str, ...] = ()
    generated: bool | None = None
    no_transform: bool | None = None
    words: Words = NO_WORDS

    @property
    def places_crop(self) -> bool:
        """True if they say where a crop goes, so that faces and text are theirs to cut."""
        return self.focal is not None or self.crop is not None or bool(self.windows)


NO_WISHES = Wishes()
_LEAST_WITH_BARS = 2  # frames
_RINGING = 0.01  # of the longer side, that compression and scaling smear the edge of a bar
_INDEXED = {"mp4", "mov", "3gp", "matroska", "webm", "avi", "asf"}
_OVERHANG = Fraction(1, 4)  # seconds; sound comes in blocks, and ends within one of the picture
UNWRITTEN = "frame"
"""The format of a clip's frame that becomes a still: there is no file of it yet that could be copied."""


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a file's container states. `rotation` is clockwise degrees from coded to display.

    `metadata` names the kinds of things that a still says beside its picture, and a clip's AI labels; `is_generated`
    says that AI made it, by those.
    `marked_faces` and `marked_subject` (display pixels) are what people or the camera marked in a still.
    `audible` is where the sound begins and ends, in seconds since the first frame; None where there is no sound.
    `chosen_tracks` and `other_tracks` say in words which of a clip's tracks are used and which are not.
    With `is_split_stereo` the left and the right side of the sound are tracks of their own.
    Without `has_display_times` only decoding puts a clip's frames into order.
    `longest_frame` is how long the frame of a clip is shown that stays longest, in seconds.
    `jpeg_quality` (1 to 100) is how coarsely a JPEG was quantised; of an output, the coarsest known on its way.
    """

    kind: Kind
    format: str
    bytes: int
    coded_size: Size
    display_size: Size
    rotation: int = 0
    is_mirrored: bool = False
    sample_aspect_ratio: Fraction = Fraction(1)
    frame_count: int = 1
    colour_space: str = "srgb"
    has_alpha: bool = False
    bit_depth: int = 8
    metadata: tuple[str, ...] = ()
    marked_faces: tuple[Box, ...] = ()
    marked_subject: Box | None = None
    jpeg_quality: int | None = None
    duration: Fraction | None = None
    frame_rate: Fraction | None = None
    is_variable_frame_rate: bool = False
    longest_frame: Fraction = Fraction(0)
    video_codec: str | None = None
    pixel_format: str | None = None
    audio_codec: str | None = None
    is_faststart: bool | None = None
    is_interlaced: bool | None = None
    audible: Span | None = None
    audio_channels: int | None = None
    is_split_stereo: bool = False
    has_display_times: bool = True
    chosen_tracks: tuple[str, ...] = ()
    other_tracks: tuple[str, ...] = ()
    is_generated: bool = False

    @property
    def is_upright(self) -> bool:
        """True if the coded picture needs no turning or mirroring."""
        return self.rotation == 0 and not self.is_mirrored

    @property
    def is_sought(self) -> bool:
        """True if the clip's container says where its frames lie: in others a seek may land behind the one wanted."""
        return self.format in _INDEXED and not self.needs_first_frame

    @property
    def needs_first_frame(self) -> bool:
        """True for H.264 in 4:4:4: what x264 wrote before 2017 decodes by what its first frame says of its version."""
        return self.video_codec == "h264" and "444" in (self.pixel_format or "")

    @property
    def length(self) -> Fraction | None:
        """Seconds that a player counts: the picture's, and the sound's where that starts before it or goes on."""
        if self.duration is None or self.audible is None:
            return self.duration
        start, end = min(Fraction(0), self.audible.start), max(self.duration, self.audible.end)
        return end - start if end - start > self.duration + _OVERHANG else self.duration


@dataclass(frozen=True, slots=True)
class Saliency:
    """Attention, summed along each axis: equal bins over the display width and height; each sums to 1."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a picture looks, as numbers; None where it is too plain or too small to tell.

    `sharpness` of the sharpest part, about 1 in photos. `detail`: fine over medium detail. `brightness` (0..1) is
    what 95 % of the picture is darker than, `contrast` (0..1) the span of its tones, `highlights` (0..1) the share
    burnt out. `blockiness`: steps on JPEG's grid over those off it; None if the measured pixels were scaled down.
    """

    sharpness: float | None
    brightness: float
    highlights: float
    contrast: float
    detail: float | None
    blockiness: float | None


@dataclass(frozen=True, slots=True)
class FrameMeasurements:
    """What one picture shows; None where nobody asked or the measurement failed.

    `content` is the part between baked-in bars, in display pixels; None also where there are no bars. `extent` is
    all that is not plain to the edge, in a frame of a clip that shows no bars: next to nothing in a dark one.
    """

    time: Fraction = Fraction(0)
    text: tuple[TextRegion, ...] | None = None
    faces: tuple[Box, ...] | None = None
    saliency: Saliency | None = None
    cover_parts: ScoreParts | None = None
    content: Box | None = None
    quality: Quality | None = None
    extent: Box | None = None
    codes: tuple[Code, ...] | None = None

    @property
    def lines(self) -> tuple[Line, ...] | None:
        """What the lines of text say; None if any was not read."""
        if self.text is None or any(region.text is None for region in self.text):
            return None
        read = (
            Line(region.text or "", region.box, region.confidence, self.time, region.glyphs) for region in self.text
        )
        return tuple(line for line in read if line.text)


@dataclass(frozen=True, slots=True)
class Measurements:
    """What pixels show: one frame for a still, the sampled ones for a video.

    `text_coverage` is that of the frame which text covers most, at `text_coverage_time`; `subtitle_coverage` the
    share (0..1) of that frame under subtitles, clips only. Text inside `exempt` (display pixels) counts for neither.
    `subtitles` are a clip's, if it was read. `hook_text` is the most that text covers (0..1) within a clip's first
    three seconds; `screening` is what decoding all of a clip found; `vmaf` (0 to 100) how near an encoded clip is
    to its source. `failed` says per need why it could not be measured. Of a clip that may be cropped, `shots` are
    what lies between its cuts, and `glances` the frames between `frames` in which only faces and attention were
    looked for. `likeness` is the perceptual hash of a slide of a set.
    """

    frames: tuple[FrameMeasurements, ...] = ()
    text_coverage: TextCoverage | None = None
    text_coverage_time: Fraction | None = None
    failed: Mapping[Need, Said] = field(default_factory=dict)
    subtitle_coverage: float | None = None
    exempt: tuple[Box, ...] = ()
    screening: Screening | None = None
    hook_text: float | None = None
    vmaf: float | None = None
    shots: tuple[Shot, ...] = ()
    glances: tuple[FrameMeasurements, ...] = ()
    subtitles: Subtitles | None = None
    likeness: int | None = None

    @property
    def content(self) -> Box | None:
        """What lies between baked-in bars in all of the frames, in display pixels; None if any frame has none.

        A clip's frame in which the edge of the picture is too dark to be sure of agrees if nothing shows where the
        bars are, and confirms them if all that shows ends there. It takes two frames to be convinced where others
        are not.
        """
        known = [frame.content for frame in self.frames if frame.content]
        others = [frame.extent for frame in self.frames if not frame.content]
        if not known:
            return None
        whole = hull(known)
        blur = _RINGING * max(whole.right, whole.bottom)
        if any(extent is None or not _agrees(extent, whole, blur) for extent in others):
            return None
        confirmed = sum(extent is not None and _agrees(whole, extent, blur) for extent in others)
        return whole if not others or len(known) + confirmed >= _LEAST_WITH_BARS else None


def _agrees(inner: Box, outer: Box, blur: float) -> bool:
    """True if one box lies inside another, but for the blur at the edge of a bar."""
    if not inner.area:
        return True
    return (
        inner.left >= outer.left - blur
        and inner.top >= outer.top - blur
        and inner.right <= outer.right + blur
        and inner.bottom <= outer.bottom + blur
    )


@dataclass(frozen=True, slots=True)
class CoverFact:
    """How a clip's cover was judged: its status, and in words why it is not ready and what to do."""

    status: Status
    reason: str = ""
    fix: Said = UNSAID


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known of one file, or foretold of one output. A clip's `cover` is None before one is chosen."""

    info: MediaInfo
    measurements: Measurements = Measurements()
    cover: CoverFact | None = None
    wishes: Wishes = NO_WISHES
