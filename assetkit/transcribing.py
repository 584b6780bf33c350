"""The lines of text of one file: a text as it stands, a picture as it is read, in a worker that may be killed."""

import codecs
import os
from concurrent.futures import TimeoutError
from pathlib import Path
from typing import Any

from pebble import ProcessExpired

from assetkit.canvas import MEASURE_SIDE
from assetkit.claims.claim import Line
from assetkit.errors import AssetError
from assetkit.facts import Kind, Need
from assetkit.geometry import Size, fit_inside
from assetkit.local_pool import worker_pool
from assetkit.wording import say
from assetkit.worker import prepare_quietly

_MOST_BYTES = 4_000_000  # of a text; captions and scripts are thousands
_BOMS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def lines_of(path: Path, *, engine: str = "paddle", deadline_seconds: float) -> list[Line]:
    """The lines of a text or of a picture, the latter with boxes in display pixels and confidences.

    Raises AssetError for what is neither, cannot be read, or takes longer than the deadline.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_MOST_BYTES + 1)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise AssetError("unreadable", "probe", say("cannot be read: {why}", why=why)) from error
    text = _plain(head)
    return lines_in(text) if text is not None else _read_apart(path, engine, deadline_seconds)


def text_of(data: bytes) -> str:
    """The text in bytes that were not a file, as from standard input. Raises AssetError for what is none."""
    text = _plain(data)
    if text is None:
        raise AssetError("unreadable", "probe", say("not a text: name a picture as a file"))
    return text


def lines_in(text: str) -> list[Line]:
    """A text's lines, empty ones left out."""
    return [Line(line.strip()) for line in text.splitlines() if line.strip()]


def read_picture(path: Path, engine: str, threads: int) -> list[Line]:
    """Find and read the lines of one picture. Raises AssetError if it cannot be read, SetupError without a model."""
    from assetkit.measure import Look, measure
    from assetkit.media.medium import open_medium
    from assetkit.media.sniff import sniff

    sniffed = sniff(path)
    if sniffed.kind is Kind.VIDEO:
        raise AssetError("not-a-still", "probe", say("a video: only pictures and texts are read for claims"))
    medium = open_medium(path, sniffed)
    size = medium.info.display_size
    frames = medium.frames(fit_inside(size, Size(MEASURE_SIDE, MEASURE_SIDE)), 1, MEASURE_SIDE)
    look = Look(frozenset({Need.TEXT, Need.WORDS}), engine, threads)
    measured = measure(frames, size, look, is_timed=False)
    lines = measured.frames[0].lines
    if lines is None:
        raise AssetError("tool-failed", "measure", next(iter(measured.failed.values())))
    return list(lines)


def _plain(data: bytes) -> str | None:
    """The text that bytes hold, None for a picture or what else is no text."""
    if len(data) > _MOST_BYTES:
        return None
    encodings = [encoding for bom, encoding in _BOMS.items() if data.startswith(bom)]
    for encoding in encodings or ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(sign < " " and sign not in "\t\n\r\f" for sign in text):
            return text
    return None


def _read_apart(path: Path, engine: str, deadline_seconds: float) -> list[Line]:
    try:
        with worker_pool(1, (), prepare_quietly) as pool:
            future: Any = pool.schedule(read_picture, (path, engine, os.cpu_count() or 1), timeout=deadline_seconds)
            lines: list[Line] = future.result()
            return lines
    except TimeoutError as error:
        took = say("took longer than {deadline_seconds:g} s and was stopped", deadline_seconds=deadline_seconds)
        raise AssetError("tool-failed", "measure", took) from error
    except ProcessExpired as error:
        died = say("the worker died on it (exit code {code})", code=error.exitcode)
        raise AssetError("tool-failed", "measure", died) from error
