"""What a platform wants, as data: the schema of a preset. `preset_file` loads one from TOML."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from assetkit.claims.claim import Product
from assetkit.facts import Kind
from assetkit.geometry import Size, is_ratio, ratio_name
from assetkit.limit import Count, Decibels, Level, Limit, Positive, Share, Strict, problems
from assetkit.model import PadStyle
from assetkit.set_rules import SET_ADVICE, SET_UNITS, SetRules
from assetkit.word_rules import WORD_UNITS, WordRules


def _ratio(value: object) -> Fraction:
    match value:
        case Fraction():
            return value
        case str() if value.count(":") == 1:
            width, height = value.split(":")
            if width.isdigit() and height.isdigit() and int(width) and int(height):
                return Fraction(int(width), int(height))
    raise ValueError('a ratio is text of the form "3:4"')


def _size(value: object) -> Size:
    match value:
        case Size():
            return value
        case [int() as width, int() as height] if width > 0 and height > 0:
            return Size(width, height)
    raise ValueError("a size is [width, height] in pixels, both above 0")


Ratio = Annotated[
    Fraction,
    BeforeValidator(_ratio, json_schema_input_type=str),
    PlainSerializer(ratio_name, return_type=str),
]
PixelSize = Annotated[
    Size,
    BeforeValidator(_size, json_schema_input_type=tuple[int, int]),
    PlainSerializer(lambda s: [s.width, s.height], return_type=list[int]),
]


PrivateKind = Literal["position", "serial number", "owner", "thumbnail", "maker notes", "embedded file"]
Language = Literal["zh", "en"]
CodeKind = Literal["matrix", "bar"]
KeptKind = Literal["copyright", "credit", "ai-label"]


class RatioRange(Strict):
    """Any ratio from `narrowest` to `widest`."""

    narrowest: Ratio
    widest: Ratio

    def holds(self, size: Size) -> bool:
        """True if a picture of this size lies between them, each within one pixel."""
        low, high = self.narrowest, self.widest
        return low <= size.ratio <= high or is_ratio(size, low) or is_ratio(size, high)


class SafeArea(Strict):
    """How far from each edge, as shares of the height and of the width, nothing of the platform's own covers it."""

    top: float = Field(default=0, ge=0, lt=0.5)
    right: float = Field(default=0, ge=0, lt=0.5)
    bottom: float = Field(default=0, ge=0, lt=0.5)
    left: float = Field(default=0, ge=0, lt=0.5)


class Limits(Strict):
    """Every limit that a preset can state; what is absent is not checked."""

    format: Limit[list[str]] | None = None
    aspect_ratio: Limit[Ratio] | None = None
    aspect_ratio_range: Limit[RatioRange] | None = None
    resolution: Limit[PixelSize] | None = None
    resolution_min: Limit[PixelSize] | None = None
    resolution_max: Limit[PixelSize] | None = None
    file_size_max: Limit[Count] | None = None
    text_coverage_max: Limit[Share] | None = None
    text_grid_max: Limit[Count] | None = None
    claims: Limit[list[Product]] | None = None
    no_codes: Limit[list[CodeKind]] | None = None
    ai_label: Limit[Share] | None = None
    colour_space: Limit[list[str]] | None = None
    upright: Limit[Literal[True]] | None = None
    still: Limit[Literal[True]] | None = None
    opaque: Limit[Literal[True]] | None = None
    private_metadata: Limit[list[PrivateKind]] | None = None
    sharpness_min: Limit[Positive] | None = None
    detail_min: Limit[Positive] | None = None
    brightness_min: Limit[Share] | None = None
    highlights_max: Limit[Share] | None = None
    contrast_min: Limit[Share] | None = None
    blockiness_max: Limit[Positive] | None = None
    jpeg_quality_min: Limit[Count] | None = None
    duration_min: Limit[Positive] | None = None
    duration_max: Limit[Positive] | None = None
    frame_rate_min: Limit[Positive] | None = None
    frame_rate_max: Limit[Positive] | None = None
    constant_frame_rate: Limit[Literal[True]] | None = None
    video_codec: Limit[list[str]] | None = None
    pixel_format: Limit[list[str]] | None = None
    audio_codec: Limit[list[str]] | None = None
    audio_channels_max: Limit[Count] | None = None
    audio: Limit[Literal[True]] | None = None
    square_pixels: Limit[Literal[True]] | None = None
    progressive: Limit[Literal[True]] | None = None
    faststart: Limit[Literal[True]] | None = None
    black_max: Limit[Positive] | None = None
    freeze_max: Limit[Positive] | None = None
    silence_max: Limit[Positive] | None = None
    loudness_min: Limit[Decibels] | None = None
    loudness_max: Limit[Decibels] | None = None
    true_peak_max: Limit[Decibels] | None = None
    unclipped: Limit[Literal[True]] | None = None
    all_channels: Limit[Literal[True]] | None = None
    picture_gap_max: Limit[Positive] | None = None
    audio_gap_max: Limit[Positive] | None = None
    undamaged: Limit[Literal[True]] | None = None
    no_flashing: Limit[Literal[True]] | None = None
    hook_black_max: Limit[Positive] | None = None
    hook_freeze_max: Limit[Positive] | None = None
    hook_silence_max: Limit[Positive] | None = None
    hook_text_max: Limit[Share] | None = None
    subtitles: Limit[list[Language]] | None = None
    subtitle_safe_area: Limit[SafeArea] | None = None
    cover: Limit[Literal[True]] | None = None


VIDEO_ONLY = (
    "duration_min",
    "duration_max",
    "frame_rate_min",
    "frame_rate_max",
    "constant_frame_rate",
    "video_codec",
    "pixel_format",
    "audio_codec",
    "audio_channels_max",
    "audio",
    "square_pixels",
    "progressive",
    "faststart",
    "black_max",
    "freeze_max",
    "silence_max",
    "loudness_min",
    "loudness_max",
    "true_peak_max",
    "unclipped",
    "all_channels",
    "picture_gap_max",
    "audio_gap_max",
    "undamaged",
    "no_flashing",
    "hook_black_max",
    "hook_freeze_max",
    "hook_silence_max",
    "hook_text_max",
    "subtitles",
    "subtitle_safe_area",
    "cover",
)


# measured well enough to advise, not to refuse: a mood may be dark, a subject soft
ADVICE_ONLY = (
    "sharpness_min",
    "detail_min",
    "brightness_min",
    "highlights_max",
    "contrast_min",
    "blockiness_max",
    "jpeg_quality_min",
    "subtitles",
    "subtitle_safe_area",
)


# a number means nothing without its unit, and 20 "MB" must not be read as 20 bytes
UNITS = {
    "resolution": "px",
    "resolution_min": "px",
    "resolution_max": "px",
    "file_size_max": "bytes",
    "text_coverage_max": "share of the picture",
    "text_grid_max": "cells of 25",
    "claims": "product categories",
    "no_codes": "kinds of code",
    "ai_label": "share of the shortest side",
    "sharpness_min": "of a sharp edge",
    "detail_min": "fine over medium",
    "brightness_min": "share of white",
    "highlights_max": "share of the picture",
    "contrast_min": "share of the range",
    "blockiness_max": "on over off the grid",
    "jpeg_quality_min": "JPEG quality",
    "duration_min": "s",
    "duration_max": "s",
    "black_max": "s",
    "freeze_max": "s",
    "silence_max": "s",
    "loudness_min": "LUFS",
    "loudness_max": "LUFS",
    "true_peak_max": "dBTP",
    "picture_gap_max": "s",
    "audio_gap_max": "s",
    "hook_black_max": "s of 3",
    "hook_freeze_max": "s of 3",
    "hook_silence_max": "s of 3",
    "hook_text_max": "share of the picture",
    "subtitles": "language",
    "subtitle_safe_area": "share of each side",
    "frame_rate_min": "frames/s",
    "frame_rate_max": "frames/s",
    "audio_channels_max": "channels",
}


class _Target(Strict):
    """How outputs are made where a source does not comply."""

    size: PixelSize | None = Field(default=None, description="`[width, height]`: scaled down to this, never up")
    background: str = Field(
        default="#ffffff", pattern=r"^#[0-9a-fA-F]{6}$", description="under alpha and plain padding"
    )
    pad: PadStyle = Field(default=PadStyle.NONE, description="instead of a crop that would cut text or faces")
    pad_share_max: float = Field(
        default=0.5, ge=0, lt=1, description="padding over this share of the canvas is refused"
    )
    no_transform: bool = Field(
        default=False, description="ads that an authority approved as they are: judged, never altered"
    )


class StillTarget(_Target):
    """Making stills: JPEG between two qualities (Pillow's scale), the highest that fits."""

    quality_min: int = Field(default=70, ge=1, le=95, description="JPEG quality below which a byte limit refuses")
    quality_max: int = Field(default=92, ge=1, le=95, description="JPEG quality where the byte limit allows it")
    metadata: list[KeptKind] = Field(
        default=["copyright", "credit", "ai-label"], description="what goes along; everything else is dropped"
    )


class ClipTarget(_Target):
    """Making clips: H.264 at a constant rate factor; at the average rate that fits only where the byte limit asks."""

    crf: int = Field(default=20, ge=0, le=51, description="x264's rate factor: lower is finer and larger")
    audio_bitrate: int = Field(default=128_000, ge=32_000, description="bits per second")
    vmaf_min: float | None = Field(
        default=None, gt=0, le=100, description="an encode below this VMAF is done once more, finer, or refused"
    )
    cover_candidates: int = Field(default=8, ge=1, le=24, description="frames looked at for a cover and for text")


class StillRules(Strict):
    """What is asked of a still, and how one is made."""

    limits: Limits = Limits()
    target: StillTarget = StillTarget()


class ClipRules(Strict):
    """What is asked of a video, and how one is made."""

    limits: Limits = Limits()
    target: ClipTarget = ClipTarget()


Rules = StillRules | ClipRules


class Preset(Strict):
    """A platform placement: its limits for stills, clips and covers."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    version: str
    description: str = ""
    takes: list[Kind] = Field(default=list(Kind), min_length=1, description="what the placement shows")
    sources: dict[str, str] = Field(description="short key -> where the number can be read")
    image: StillRules = StillRules()
    video: ClipRules = ClipRules()
    cover: StillRules = Field(default=StillRules(), description="states what differs from [image]")
    sets: SetRules = SetRules()
    words: WordRules = WordRules()

    @property
    def asks_for_claims(self) -> bool:
        """True if it has the words on any picture judged."""
        return any(rules.limits.claims for rules in (self.image, self.video, self.cover))

    @model_validator(mode="after")
    def _is_consistent(self) -> "Preset":
        for section in ("image", "video", "cover"):
            rules: Rules = getattr(self, section)
            for problem in _contradictions(rules, section, self.sources):
                raise ValueError(problem)
        for problem in problems(self.sets.limits, "sets", self.sources, units=SET_UNITS, advice=SET_ADVICE):
            raise ValueError(problem)
        for problem in problems(self.words.limits, "words", self.sources, units=WORD_UNITS):
            raise ValueError(problem)
        return self


def _contradictions(rules: Rules, section: str, sources: dict[str, str]) -> list[str]:
    limits, target = rules.limits, rules.target
    found = list(problems(limits, section, sources, units=UNITS, advice=ADVICE_ONLY))
    if isinstance(rules, StillRules):
        stated = [name for name in VIDEO_ONLY if getattr(limits, name) is not None]
        found += [f"{section}.limits.{name} applies to video only" for name in stated]
    found += _bound_contradictions(limits, section)
    if isinstance(target, StillTarget) and target.quality_min > target.quality_max:
        found.append(f"{section}.target.quality_min {target.quality_min} is above quality_max {target.quality_max}")
    wanted = limits.aspect_ratio.required if limits.aspect_ratio else None
    if wanted and target.size and not is_ratio(target.size, wanted.value):
        found.append(f"{section}.target.size {target.size} does not have the ratio {ratio_name(wanted.value)}")
    return found


def _bound_contradictions(limits: Limits, section: str) -> list[str]:
    """A least value above a greatest one can never be met."""
    problems = []
    if limits.duration_min and limits.duration_max:
        for severity in ("required", "recommended"):
            low: Level[float] | None = getattr(limits.duration_min, severity)
            high: Level[float] | None = getattr(limits.duration_max, severity)
            if low and high and low.value > high.value:
                problems.append(
                    f"{section}.limits: duration_min {severity} {low.value:g} s is above "
                    f"duration_max {severity} {high.value:g} s"
                )
    least = limits.resolution_min.required if limits.resolution_min else None
    for most in (limits.resolution_max, limits.resolution):
        if least and most and most.required and not most.required.value.holds(least.value):
            problems.append(
                f"{section}.limits: resolution_min {least.value} is above the largest size, {most.required.value}"
            )
    return problems
