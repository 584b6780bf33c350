"""Small pictures for the report, kept while stills are measured: what was decoded once is not decoded again."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from assetkit.pictures import SIDE

if TYPE_CHECKING:
    from assetkit.media.pixels import Pixels


def keep(album: Path, sha256: str, pixels: "Pixels") -> None:
    """Keep a small picture of the file with this hash, which shows these RGB pixels.

    Where it cannot be kept, for whatever reason, the report decodes the file: no asset is lost for it.
    """
    from assetkit.media.thumbnail import small

    with suppress(Exception):
        album.mkdir(exist_ok=True)
        _place(album, sha256).write_bytes(small(pixels, SIDE))  # nobody reads it before all are written


def kept(album: Path | None, sha256: str | None) -> bytes | None:
    """The small picture of the file with this hash, as WebP; None where none was kept."""
    if album is None or sha256 is None:
        return None
    with suppress(OSError):
        return _place(album, sha256).read_bytes()
    return None


def _place(album: Path, sha256: str) -> Path:
    return album / f"{sha256}.webp"
