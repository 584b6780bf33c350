"""Files under a folder, and why one is left out. Paths are text: of ten thousand, objects take ten times the memory."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from assetkit.sets import DONE_FILE
from assetkit.wording import UNSAID, Said, say

# only for what must be known before a file is opened; what a file is, its bytes say
CLIP_SUFFIXES = (
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mts", ".m2ts", ".ts", ".mpg", ".mpeg", ".ogv", ".3gp",
    ".flv", ".wmv",
)  # fmt: skip
STILL_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif", ".gif", ".tif", ".tiff", ".bmp")
SIDECAR_SUFFIX = ".assetkit.json"
_PARTIAL = (".part", ".tmp", ".crdownload", ".filepart", ".partial", ".download")
_CLUTTER = ("thumbs.db", "desktop.ini", "ehthumbs.db")


def walk(start: Path) -> Iterator[tuple[str, Said]]:
    """Every file under `start`, in no order, with the reason to leave it out, or nothing said."""
    if not start.is_dir():
        yield str(start), UNSAID if start.is_file() else say("not a regular file")
        return
    waiting = [str(start)]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as listing:
                entries = list(listing)
        except OSError as error:
            yield folder, say("cannot be listed: {why}", why=error.strerror or error)
            continue
        for entry in entries:
            reason, is_folder = _reason(entry), _says(entry.is_dir)
            if is_folder and not reason:
                waiting.append(entry.path)
            if reason or not is_folder or entry.name.lower().endswith((*STILL_SUFFIXES, *CLIP_SUFFIXES)):
                yield entry.path, reason  # a folder called like a picture: a person sees one, it gets its own answer


def _says(kind: Callable[..., bool]) -> bool:
    """What the listing says of an entry (`is_dir`, `is_file`); False where the file system does not tell."""
    try:
        return kind(follow_symlinks=False)
    except OSError:
        return False


def _reason(entry: os.DirEntry[str]) -> Said:
    """Why a file or folder is left out, from what the listing says of it: nothing is opened."""
    if entry.is_symlink():
        return say("a link; links are not followed")
    by_name = _reason_in_name(entry)
    return by_name if by_name or _says(entry.is_dir) or _says(entry.is_file) else say("not a regular file")


def _reason_in_name(entry: os.DirEntry[str]) -> Said:
    name = entry.name.lower()
    if name.startswith("."):
        return say("hidden")
    if name.endswith(_PARTIAL) or name.startswith("~"):
        return say("a file that is still being copied or edited")
    if name.endswith(SIDECAR_SUFFIX):
        whose = Path(entry.path[: -len(SIDECAR_SUFFIX)])
        return say("a sidecar of another file") if whose.exists() else say("a sidecar without its file")
    if name == DONE_FILE:
        return say("says that a set is whole")
    return say("made by the operating system") if name in _CLUTTER else UNSAID
