"""The proof of an encode while it is being made: what decodes a copy of its packets as they are written.

A finished MP4 can be read only once it is whole, and an encoder leaves part of a processor free. So ffmpeg writes each
packet twice, the second time into a file that can be read as it grows, and another ffmpeg decodes that one. What it
says holds for the finished file exactly if that holds the very same packets; else the file must be decoded itself.
"""

import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from threading import Event

from assetkit.errors import AssetError
from assetkit.media import ffmpeg
from assetkit.media.containers import find_tracks, locator
from assetkit.media.screen import Heard, Reading, screen
from assetkit.model import MediaInfo
from assetkit.screening import Screening

_CHUNK = 1 << 16  # bytes
_POLL_SECONDS = 0.05
_SAME_TIME = Fraction(1, 20)  # seconds; a trim may start between two frames
_PRINTS = ("-map", "0", "-c", "copy", "-f", "streamhash", "-hash", "md5")


@dataclass(frozen=True, slots=True)
class _Seen:
    heard: Heard
    prints: str


class Witness:
    """Who decodes an encode while it is made, and afterwards tells whether a file is what was decoded."""

    def __init__(self, copy: Path) -> None:
        self.copy = copy
        self._delay = Fraction(0)
        self._seen: Future[_Seen] | None = None

    @contextmanager
    def watching(self, delay: Fraction, *, has_sound: bool, deadline_seconds: float) -> Iterator[None]:
        """Decode what is written to `copy` meanwhile; `delay` is when its first frame is shown, in seconds."""
        reading = Reading(
            ("-f", "mov", "-protocol_whitelist", "pipe", "-i", "pipe:0"), 0, int(has_sound) or None, delay
        )
        over, crew = Event(), ThreadPoolExecutor(1, "witness")
        self._delay = delay
        self._seen = crew.submit(self._decode, reading, over, deadline_seconds)
        try:
            yield
        finally:
            over.set()
            crew.shutdown(wait=False)

    def screening(self, path: Path, demuxer: str, info: MediaInfo) -> Screening | None:
        """What decoding all of a finished file would give, strictly; None if that is not known."""
        if self._seen is None:
            return None
        try:
            seen, tracks = self._seen.result(), find_tracks(path, demuxer)
            if abs(tracks.delay - self._delay) > _SAME_TIME or seen.prints != _prints_of(path, demuxer):
                return None
        except (AssetError, OSError):
            return None
        return seen.heard.screening(info.duration or Fraction(0))

    def _decode(self, reading: Reading, over: Event, deadline_seconds: float) -> _Seen:
        with tempfile.TemporaryDirectory(prefix="assetkit-") as folder:
            prints = Path(folder, "prints")
            try:
                heard = screen(
                    reading,
                    deadline_seconds=deadline_seconds,
                    is_strict=True,
                    besides=(*_PRINTS, str(prints)),
                    fed=_growing(self.copy, over),
                )
            finally:
                with suppress(OSError):
                    self.copy.unlink()
            return _Seen(heard, prints.read_text(encoding="ascii"))


def _growing(path: Path, over: Event) -> Iterator[bytes]:
    """The bytes of a file that is being written, until it is over."""
    while not (is_over := over.is_set()) and not path.is_file():
        over.wait(_POLL_SECONDS)
    with path.open("rb") as file:
        while True:
            is_over = over.is_set()  # asked before reading: what was written until then is read
            if chunk := file.read(_CHUNK):
                yield chunk
            elif is_over:
                return
            else:
                over.wait(_POLL_SECONDS)


def _prints_of(path: Path, demuxer: str) -> str:
    """A hash of all packets of each track, as ffmpeg writes it."""
    with tempfile.TemporaryDirectory(prefix="assetkit-") as folder:
        prints = Path(folder, "prints")
        read = ["-f", demuxer, "-protocol_whitelist", "file", "-i", locator(path)]
        ffmpeg.run([*read, *_PRINTS, str(prints)], deadline_seconds=60)
        return prints.read_text(encoding="ascii")
