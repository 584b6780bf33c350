"""Small pictures for the report, kept while files are looked at: what was decoded once is not decoded again."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assetkit.media.pixels import Pixels

SIDE, CANDIDATE_SIDE = 360, 180  # pixels of the longer side


def moment(sha256: str, seconds: float, side: int = SIDE) -> str:
    """What the picture of this size is called that a clip with this hash shows at a time."""
    return f"{sha256}-{seconds:.3f}-{side}"


def keep(album: Path, name: str, pixels: "Pixels", side: int = SIDE) -> None:
    """Keep a small picture, `side` pixels on its longer side, of the file with this hash, or of a `moment` of it.

    Where it cannot be kept, for whatever reason, the report decodes the file: no asset is lost for it.
    """
    from assetkit.media.thumbnail import small

    with suppress(Exception):
        album.mkdir(exist_ok=True)
        _place(album, name).write_bytes(small(pixels, side))  # nobody reads it before all are written


def kept(album: Path | None, name: str | None) -> bytes | None:
    """The small picture of this name, as WebP; None where none was kept."""
    if album is None or name is None:
        return None
    with suppress(OSError):
        return _place(album, name).read_bytes()
    return None


def _place(album: Path, name: str) -> Path:
    return album / f"{name}.webp"
