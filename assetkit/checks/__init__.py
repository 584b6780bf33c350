"""The table of checks, and the one function that runs them: on the source, the plan's forecast and the output."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from assetkit.checks import cover, encoding, frame, quality, text, timing
from assetkit.checks.verdict import Breach, Unknown
from assetkit.model import Facts, Finding, Judgement, Kind, Need, NotChecked, Severity
from assetkit.preset import Level, Limit, Limits

T = TypeVar("T")
BOTH = frozenset(Kind)
STILL = frozenset({Kind.IMAGE})
VIDEO = frozenset({Kind.VIDEO})


@dataclass(frozen=True, slots=True)
class Check(Generic[T]):
    """One rule: where the preset states its limit, and how facts are held against it."""

    code: str
    limit: Callable[[Limits], Limit[T] | None]
    judge: Callable[[Facts, T], Breach | Unknown | None]
    about: str
    kinds: frozenset[Kind] = BOTH
    needs: Need | None = None


def _advice(
    code: str,
    limit: Callable[[Limits], Limit[float] | None],
    judge: Callable[[Facts, float], Breach | Unknown | None],
    about: str,
) -> Check[float]:
    return Check(code, limit, judge, about, STILL, Need.QUALITY)


CHECKS: tuple[Check[Any], ...] = (
    Check("format", lambda x: x.format, encoding.file_format, "file format or container"),
    Check("aspect-ratio", lambda x: x.aspect_ratio, frame.aspect_ratio, "width to height, within one pixel"),
    Check("aspect-ratio-range", lambda x: x.aspect_ratio_range, frame.aspect_ratio_range, "between two ratios"),
    Check("resolution", lambda x: x.resolution, frame.resolution, "exact width and height"),
    Check("resolution-min", lambda x: x.resolution_min, frame.resolution_min, "least width and height"),
    Check("resolution-max", lambda x: x.resolution_max, frame.resolution_max, "greatest width and height"),
    Check("file-size-max", lambda x: x.file_size_max, encoding.file_size_max, "greatest number of bytes"),
    Check(
        "text-coverage-max",
        lambda x: x.text_coverage_max,
        text.text_coverage_max,
        "greatest share of the picture that text covers",
        needs=Need.TEXT,
    ),
    Check(
        "text-grid-max",
        lambda x: x.text_grid_max,
        text.text_grid_max,
        "greatest number of cells of a 5 x 5 grid that text touches",
        needs=Need.TEXT,
    ),
    Check("colour-space", lambda x: x.colour_space, encoding.colour_space, "colours every screen shows alike"),
    Check("upright", lambda x: x.upright, frame.upright, "stored upright, not turned by a flag"),
    Check("still", lambda x: x.still, frame.still, "one picture, not an animation", STILL),
    Check("opaque", lambda x: x.opaque, encoding.opaque, "no transparency", STILL),
    Check(
        "private-metadata",
        lambda x: x.private_metadata,
        encoding.private_metadata,
        "nothing of these kinds beside the picture",
        STILL,
    ),
    _advice("sharpness-min", lambda x: x.sharpness_min, quality.sharpness_min, "least sharpness of the sharpest part"),
    _advice("detail-min", lambda x: x.detail_min, quality.detail_min, "least fine detail, which enlarging cannot add"),
    _advice(
        "brightness-min", lambda x: x.brightness_min, quality.brightness_min, "least brightness of the light parts"
    ),
    _advice("highlights-max", lambda x: x.highlights_max, quality.highlights_max, "greatest share burnt out"),
    _advice("contrast-min", lambda x: x.contrast_min, quality.contrast_min, "least span of tones"),
    _advice("blockiness-max", lambda x: x.blockiness_max, quality.blockiness_max, "how far a JPEG's blocks may show"),
    Check(
        "jpeg-quality-min",
        lambda x: x.jpeg_quality_min,
        quality.jpeg_quality_min,
        "least quality that a JPEG was ever saved at",
        STILL,
    ),
    Check("duration-min", lambda x: x.duration_min, timing.duration_min, "least duration", VIDEO),
    Check("duration-max", lambda x: x.duration_max, timing.duration_max, "greatest duration", VIDEO),
    Check("frame-rate-min", lambda x: x.frame_rate_min, timing.frame_rate_min, "least frames per second", VIDEO),
    Check("frame-rate-max", lambda x: x.frame_rate_max, timing.frame_rate_max, "greatest frames per second", VIDEO),
    Check("video-codec", lambda x: x.video_codec, encoding.video_codec, "picture compression", VIDEO),
    Check("pixel-format", lambda x: x.pixel_format, encoding.pixel_format, "chroma and bit depth", VIDEO),
    Check("audio-codec", lambda x: x.audio_codec, encoding.audio_codec, "sound compression", VIDEO),
    Check("audio", lambda x: x.audio, encoding.audio, "has sound", VIDEO),
    Check("square-pixels", lambda x: x.square_pixels, frame.square_pixels, "pixel aspect of 1:1", VIDEO),
    Check("progressive", lambda x: x.progressive, frame.progressive, "whole frames, not interlaced fields", VIDEO),
    Check("faststart", lambda x: x.faststart, encoding.faststart, "plays before it is fully loaded", VIDEO),
    Check("cover", lambda x: x.cover, cover.cover, "a still that stands for the clip", VIDEO),
)


def check(facts: Facts, limits: Limits, sources: dict[str, str]) -> Judgement:
    """Hold `facts` against every stated limit. All breaches are returned, not only the first."""
    findings: list[Finding] = []
    not_checked: list[NotChecked] = []
    for rule in CHECKS:
        limit = rule.limit(limits)
        if limit is None or facts.info.kind not in rule.kinds:
            continue
        for severity, level in limit.levels():
            verdict = rule.judge(facts, level.value)
            if isinstance(verdict, Unknown):
                not_checked.append(NotChecked(rule.code, severity, verdict.reason))
            elif verdict is not None and (severity is Severity.REQUIRED or verdict.is_likely):
                findings.append(_finding(rule.code, severity, verdict, level, sources))
                break  # the required breach says it; the recommended one would repeat it
    return Judgement(tuple(findings), tuple(not_checked))


def needs(limits: Limits, kind: Kind) -> frozenset[Need]:
    """What must be measured to check these limits; nothing else is."""
    return frozenset(c.needs for c in CHECKS if c.needs and kind in c.kinds and c.limit(limits) is not None)


def stated(limits: Limits, kind: Kind | None) -> list[tuple[str, Severity]]:
    """Every check that these limits ask for, with the weight of its strictest level."""
    chosen = [(c.code, c.limit(limits)) for c in CHECKS if kind in c.kinds]
    return [(code, limit.levels()[0][0]) for code, limit in chosen if limit is not None]


def _finding(code: str, severity: Severity, breach: Breach, level: Level[Any], sources: dict[str, str]) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        message=breach.message,
        measured=breach.measured,
        limit=breach.limit,
        unit=level.unit,
        fix=breach.fix,
        source=f"{sources[level.source]} (seen {level.seen})",
        needs_person=breach.needs_person and severity is Severity.REQUIRED,  # advice is not worth a person's time
    )
