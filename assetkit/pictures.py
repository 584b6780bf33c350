"""Small pictures of one asset for the report: its source, its output and its cover."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from assetkit.album import CANDIDATE_SIDE, SIDE
from assetkit.errors import AssetError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sitting:
    """Which files of an asset to take pictures of, and for clips when, in seconds of the file itself."""

    source: Path | None = None
    output: Path | None = None
    cover: Path | None = None
    source_time: Fraction = Fraction(0)
    output_time: Fraction = Fraction(0)
    candidate_times: tuple[Fraction, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True if there is nothing to take a picture of."""
        return self.source is None and self.output is None and self.cover is None


@dataclass(frozen=True, slots=True)
class Pictures:
    """WebP pictures; None where there is no file or it shows nothing."""

    source: bytes | None = None
    output: bytes | None = None
    cover: bytes | None = None
    candidates: tuple[bytes, ...] = ()


def take_pictures(sitting: Sitting) -> Pictures:
    """Take the pictures of one asset. What cannot be read has none: the manifest says why."""
    return Pictures(
        source=_picture(sitting.source, sitting.source_time),
        output=_picture(sitting.output, sitting.output_time),
        cover=_picture(sitting.cover, Fraction(0)),
        candidates=_pictures(sitting.source, CANDIDATE_SIDE, sitting.candidate_times),
    )


def _picture(path: Path | None, time: Fraction) -> bytes | None:
    return next(iter(_pictures(path, SIDE, (time,))), None)


def _pictures(path: Path | None, side: int, times: Sequence[Fraction]) -> tuple[bytes, ...]:
    from assetkit.media.thumbnail import thumbnails

    if path is None or not times:
        return ()
    try:
        return tuple(thumbnails(path, side, times))
    except (AssetError, OSError, MemoryError) as error:
        _log.info("no picture of %s: %s", path, error)
    return ()
