"""How much of one picture text covers, without a preset: what `assetkit coverage` asks of a worker."""

import time
from dataclasses import dataclass
from pathlib import Path

from assetkit.canvas import MEASURE_SIDE
from assetkit.errors import AssetError, SetupError
from assetkit.facts import Kind, Measurements, Need, Source
from assetkit.geometry import Size, fit_inside
from assetkit.looking import wishes_for
from assetkit.measure import Look, load, measure
from assetkit.media.medium import open_medium
from assetkit.media.sniff import sniff
from assetkit.run import Run
from assetkit.wording import say


@dataclass(frozen=True, slots=True)
class Gauged:
    """What was measured in one picture, and in how many seconds; or why it was not."""

    source: Source
    measured: Measurements | None = None
    seconds: float | None = None
    error: str | None = None


def gauge(source: Source, run: Run, overlay: Path | None = None) -> Gauged:
    """Measure the text on one picture, and draw it over a copy at `overlay`.

    Whatever happens to the picture is in the result. Raises SetupError only: the machine is wrong.
    """
    look = Look(frozenset({Need.TEXT}), run.engine, run.threads)
    load(look)
    try:
        return _gauged(source, look, overlay)
    except SetupError:
        raise
    except AssetError as error:
        return Gauged(source, error=error.detail)
    except OSError as error:
        return Gauged(source, error=say("cannot be read: {why}", why=error.strerror or type(error).__name__))
    except Exception as error:  # a bug costs this picture, is told as one, and the others go on
        return Gauged(
            source,
            error=say("internal error, please report it: {name}: {error}", name=type(error).__name__, error=error),
        )


def _gauged(source: Source, look: Look, overlay: Path | None) -> Gauged:
    started = time.monotonic()
    if source.path.is_dir():
        raise AssetError("unreadable", "probe", say("a folder that is named like a file"))
    sniffed = sniff(source.path)
    if sniffed.kind is Kind.VIDEO:
        raise AssetError("not-a-still", "probe", say("a video: use inspect, which measures its frames"))
    medium = open_medium(source.path, sniffed)
    size = medium.info.display_size
    said = wishes_for(medium, source.sidecar)
    frames = medium.frames(fit_inside(size, Size(MEASURE_SIDE, MEASURE_SIDE)), 1, MEASURE_SIDE)
    measured = measure(frames, size, look, is_timed=False, exempt=said.exempt)
    if measured.text_coverage is None:
        raise AssetError("tool-failed", "measure", measured.failed[Need.TEXT])
    seconds = round(time.monotonic() - started, 3)
    if overlay is not None:
        from assetkit.media.overlay import write_overlay

        write_overlay(frames[0][1], size, measured, overlay)
    return Gauged(source, measured, seconds)
