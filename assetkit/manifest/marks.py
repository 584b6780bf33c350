"""What an editor looks for on the timeline of a clip, collected from its record."""

from dataclasses import dataclass
from itertools import pairwise

from assetkit.manifest.contract import AssetEntry, MeasurementsEntry

_HOOK_SECONDS = 3.0
# what is drawn -> the codes of the findings that speak of it
_CODES = {
    "hook": ("hook-black-max", "hook-freeze-max", "hook-silence-max", "hook-text-max"),
    "black": ("black-max", "hook-black-max"),
    "frozen": ("freeze-max", "hook-freeze-max"),
    "flashes": ("no-flashing",),
    "silence": ("silence-max", "hook-silence-max"),
    "clipped": ("unclipped",),
    "damaged": ("undamaged",),
    "text": ("text-coverage-max", "text-grid-max"),
    "cover": ("cover",),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch (or, where `end` is `start`, a moment) in seconds of the file that is played, and what it shows.

    `codes` are those of the asset's findings that it belongs to.
    """

    kind: str
    start: float
    end: float
    codes: tuple[str, ...] = ()


def trim_start(asset: AssetEntry) -> float:
    """How many seconds of the source come before the first frame of the output; 0 where there is none."""
    is_made = any(output.role == "main" for output in asset.outputs)
    return asset.plan.trim_seconds[0] if is_made and asset.plan and asset.plan.trim_seconds else 0.0


def marks_of(asset: AssetEntry) -> list[Mark]:
    """The marks of a clip in the time of its output, or of its source where it has none; none of a still.

    Screening and coverage are of what is delivered; shots and the cover's time are the source's.
    """
    if asset.source.kind != "video" or asset.measurements is None:
        return []
    codes = {finding.code for finding in asset.findings}
    found = [*_hook(codes), *_screened(asset.measurements), *_moments(asset)]
    return [
        Mark(kind, round(start, 3), round(end, 3), tuple(c for c in _CODES.get(kind, ()) if c in codes))
        for kind, start, end in found
    ]


def _hook(codes: set[str]) -> list[tuple[str, float, float]]:
    return [("hook", 0.0, _HOOK_SECONDS)] if codes.intersection(_CODES["hook"]) else []


def _screened(measured: MeasurementsEntry) -> list[tuple[str, float, float]]:
    seen = measured.screening
    if seen is None:
        return []
    sound = [("silence", seen.sound.silence), ("clipped", seen.sound.clipped)] if seen.sound else []
    spans = (("black", seen.black), ("frozen", seen.frozen), ("flashes", seen.flashes), *sound)
    found = [(kind, span.start, span.end) for kind, each in spans for span in each]
    return [*found, *(("damaged", time, time) for time in seen.damaged)]


def _moments(asset: AssetEntry) -> list[tuple[str, float, float]]:
    measured, before = asset.measurements, trim_start(asset)
    found: list[tuple[str, float, float]] = []
    if measured and measured.text_coverage and measured.text_coverage_seconds is not None:
        found.append(("text", measured.text_coverage_seconds, measured.text_coverage_seconds))
    if asset.cover and asset.cover.time_seconds is not None:
        found.append(("cover", asset.cover.time_seconds - before, asset.cover.time_seconds - before))
    windows = asset.plan.windows if asset.plan else []
    cuts = [start - before for start, _ in (measured.shots if measured and measured.shots else [])]
    moves = [(a.time - before, b.time - before) for a, b in pairwise(windows) if a.move == "linear"]
    return [*found, *(("shot", cut, cut) for cut in cuts if cut > 0), *(("move", *move) for move in moves)]
