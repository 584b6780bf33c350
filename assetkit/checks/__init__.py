"""The table of checks, and the one function that runs them: on the source, the plan's forecast and the output."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from assetkit.checks import (
    claims,
    cover,
    encoding,
    frame,
    labels,
    machine_codes,
    quality,
    screening,
    subtitles,
    text,
    timing,
)
from assetkit.checks.holding import held, joined
from assetkit.checks.verdict import Breach, Unknown, Verdict
from assetkit.facts import Facts, Kind, Need
from assetkit.judgement import Judgement, Severity
from assetkit.limit import Limit
from assetkit.preset import Limits
from assetkit.wording import Said, say

T = TypeVar("T")
BOTH = frozenset(Kind)
STILL = frozenset({Kind.IMAGE})
VIDEO = frozenset({Kind.VIDEO})


@dataclass(frozen=True, slots=True)
class Check(Generic[T]):
    """One rule: where the preset states its limit, and how facts are held against it."""

    code: str
    limit: Callable[[Limits], Limit[T] | None]
    judge: Callable[[Facts, T], Verdict]
    about: Said
    kinds: frozenset[Kind] = BOTH
    needs: Need | None = None


def _advice(
    code: str,
    limit: Callable[[Limits], Limit[float] | None],
    judge: Callable[[Facts, float], Breach | Unknown | None],
    about: Said,
) -> Check[float]:
    return Check(code, limit, judge, about, STILL, Need.QUALITY)


def _screen(
    code: str,
    limit: Callable[[Limits], Limit[T] | None],
    judge: Callable[[Facts, T], Breach | Unknown | None],
    about: Said,
) -> Check[T]:
    return Check(code, limit, judge, about, VIDEO, Need.SCREENING)


CHECKS: tuple[Check[Any], ...] = (
    Check("format", lambda x: x.format, encoding.file_format, say("file format or container")),
    Check("aspect-ratio", lambda x: x.aspect_ratio, frame.aspect_ratio, say("width to height, within one pixel")),
    Check("aspect-ratio-range", lambda x: x.aspect_ratio_range, frame.aspect_ratio_range, say("between two ratios")),
    Check("resolution", lambda x: x.resolution, frame.resolution, say("exact width and height")),
    Check("resolution-min", lambda x: x.resolution_min, frame.resolution_min, say("least width and height")),
    Check("resolution-max", lambda x: x.resolution_max, frame.resolution_max, say("greatest width and height")),
    Check("file-size-max", lambda x: x.file_size_max, encoding.file_size_max, say("greatest number of bytes")),
    Check(
        "text-coverage-max",
        lambda x: x.text_coverage_max,
        text.text_coverage_max,
        say("greatest share of the picture that text covers"),
        needs=Need.TEXT,
    ),
    Check(
        "text-grid-max",
        lambda x: x.text_grid_max,
        text.text_grid_max,
        say("greatest number of cells of a 5 x 5 grid that text touches"),
        needs=Need.TEXT,
    ),
    Check(
        "claims",
        lambda x: x.claims,
        claims.claims,
        say("no words that an ad may not carry, and all that it must say"),
        needs=Need.WORDS,
    ),
    Check(
        "no-codes",
        lambda x: x.no_codes,
        machine_codes.no_codes,
        say("no QR codes (matrix) or bar codes (bar) on the picture"),
        needs=Need.CODES,
    ),
    Check(
        "ai-label",
        lambda x: x.ai_label,
        labels.ai_label,
        say("what AI made says so, in letters at least this high and in the file"),
        needs=Need.WORDS,
    ),
    Check("colour-space", lambda x: x.colour_space, encoding.colour_space, say("colours every screen shows alike")),
    Check("upright", lambda x: x.upright, frame.upright, say("stored upright, not turned by a flag")),
    Check("still", lambda x: x.still, frame.still, say("one picture, not an animation"), STILL),
    Check("opaque", lambda x: x.opaque, encoding.opaque, say("no transparency"), STILL),
    Check(
        "private-metadata",
        lambda x: x.private_metadata,
        encoding.private_metadata,
        say("nothing of these kinds beside the picture"),
        STILL,
    ),
    _advice(
        "sharpness-min", lambda x: x.sharpness_min, quality.sharpness_min, say("least sharpness of the sharpest part")
    ),
    _advice(
        "detail-min", lambda x: x.detail_min, quality.detail_min, say("least fine detail, which enlarging cannot add")
    ),
    _advice(
        "brightness-min", lambda x: x.brightness_min, quality.brightness_min, say("least brightness of the light parts")
    ),
    _advice("highlights-max", lambda x: x.highlights_max, quality.highlights_max, say("greatest share burnt out")),
    _advice("contrast-min", lambda x: x.contrast_min, quality.contrast_min, say("least span of tones")),
    _advice(
        "blockiness-max", lambda x: x.blockiness_max, quality.blockiness_max, say("how far a JPEG's blocks may show")
    ),
    Check(
        "jpeg-quality-min",
        lambda x: x.jpeg_quality_min,
        quality.jpeg_quality_min,
        say("least quality that a JPEG was ever saved at"),
        STILL,
    ),
    Check("duration-min", lambda x: x.duration_min, timing.duration_min, say("least duration"), VIDEO),
    Check("duration-max", lambda x: x.duration_max, timing.duration_max, say("greatest duration"), VIDEO),
    Check("frame-rate-min", lambda x: x.frame_rate_min, timing.frame_rate_min, say("least frames per second"), VIDEO),
    Check(
        "frame-rate-max", lambda x: x.frame_rate_max, timing.frame_rate_max, say("greatest frames per second"), VIDEO
    ),
    Check(
        "constant-frame-rate",
        lambda x: x.constant_frame_rate,
        timing.constant_frame_rate,
        say("every frame shown for the same time"),
        VIDEO,
    ),
    Check("video-codec", lambda x: x.video_codec, encoding.video_codec, say("picture compression"), VIDEO),
    Check("pixel-format", lambda x: x.pixel_format, encoding.pixel_format, say("chroma and bit depth"), VIDEO),
    Check("audio-codec", lambda x: x.audio_codec, encoding.audio_codec, say("sound compression"), VIDEO),
    Check(
        "audio-channels-max",
        lambda x: x.audio_channels_max,
        encoding.audio_channels_max,
        say("channels of sound"),
        VIDEO,
    ),
    Check("audio", lambda x: x.audio, encoding.audio, say("has sound"), VIDEO),
    Check("square-pixels", lambda x: x.square_pixels, frame.square_pixels, say("pixel aspect of 1:1"), VIDEO),
    Check("progressive", lambda x: x.progressive, frame.progressive, say("whole frames, not interlaced fields"), VIDEO),
    Check("faststart", lambda x: x.faststart, encoding.faststart, say("plays before it is fully loaded"), VIDEO),
    _screen("black-max", lambda x: x.black_max, screening.black_max, say("longest black")),
    _screen("freeze-max", lambda x: x.freeze_max, screening.freeze_max, say("longest still picture")),
    _screen("silence-max", lambda x: x.silence_max, screening.silence_max, say("longest silence")),
    _screen("loudness-min", lambda x: x.loudness_min, screening.loudness_min, say("least loudness (EBU R 128)")),
    _screen("loudness-max", lambda x: x.loudness_max, screening.loudness_max, say("greatest loudness (EBU R 128)")),
    _screen(
        "true-peak-max", lambda x: x.true_peak_max, screening.true_peak_max, say("greatest peak, between samples too")
    ),
    _screen("unclipped", lambda x: x.unclipped, screening.unclipped, say("sound not cut off at full scale")),
    _screen("all-channels", lambda x: x.all_channels, screening.all_channels, say("no silent channel")),
    Check(
        "picture-gap-max",
        lambda x: x.picture_gap_max,
        screening.picture_gap_max,
        say("how long sound may play before or after the picture"),
        VIDEO,
    ),
    Check(
        "audio-gap-max",
        lambda x: x.audio_gap_max,
        screening.audio_gap_max,
        say("how far sound may start after, or end before, the picture"),
        VIDEO,
    ),
    _screen("undamaged", lambda x: x.undamaged, screening.undamaged, say("every frame and sample decodes")),
    _screen(
        "no-flashing", lambda x: x.no_flashing, screening.no_flashing, say("no more than three flashes in any second")
    ),
    _screen("hook-black-max", lambda x: x.hook_black_max, screening.hook_black_max, say("black within the first 3 s")),
    _screen(
        "hook-freeze-max", lambda x: x.hook_freeze_max, screening.hook_freeze_max, say("stillness within the first 3 s")
    ),
    _screen(
        "hook-silence-max",
        lambda x: x.hook_silence_max,
        screening.hook_silence_max,
        say("silence within the first 3 s"),
    ),
    Check(
        "hook-text-max",
        lambda x: x.hook_text_max,
        screening.hook_text_max,
        say("text over the picture within the first 3 s"),
        VIDEO,
        Need.TEXT,
    ),
    Check(
        "subtitles",
        lambda x: x.subtitles,
        subtitles.subtitles,
        say("subtitles in these languages, where there is sound"),
        VIDEO,
        Need.WORDS,
    ),
    Check(
        "subtitle-safe-area",
        lambda x: x.subtitle_safe_area,
        subtitles.subtitle_safe_area,
        say("no subtitles under the platform's buttons: shares of the height and width at the edges"),
        VIDEO,
        Need.WORDS,
    ),
    Check("cover", lambda x: x.cover, cover.cover, say("a still that stands for the clip"), VIDEO),
)


def check(facts: Facts, limits: Limits, sources: dict[str, str]) -> Judgement:
    """Hold `facts` against every stated limit. All breaches are returned, not only the first."""
    asked = (rule for rule in CHECKS if facts.info.kind in rule.kinds)
    return joined(held(rule.code, rule.limit(limits), rule.judge, facts, sources) for rule in asked)


def needs(limits: Limits, kind: Kind, severity: Severity | None = None) -> frozenset[Need]:
    """What must be measured to check these limits, or those of one severity; nothing else is."""
    stated = [(c.needs, c.limit(limits)) for c in CHECKS if c.needs and kind in c.kinds]
    found = {need for need, limit in stated if need and limit and severity in (None, *dict(limit.levels()))}
    return frozenset(found | {Need.TEXT} if Need.WORDS in found else found)  # words are read where text was found


def stated(limits: Limits, kind: Kind | None) -> list[tuple[str, Severity]]:
    """Every check that these limits ask for, with the weight of its strictest level."""
    chosen = [(c.code, c.limit(limits)) for c in CHECKS if kind in c.kinds]
    return [(code, limit.levels()[0][0]) for code, limit in chosen if limit is not None]
