"""Finished files into their place: hashed, named, moved in one step, never over anything."""

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath

from assetkit.errors import AssetError
from assetkit.facts import Source
from assetkit.judgement import Status
from assetkit.model import Finished, Output
from assetkit.whole_file import write_whole
from assetkit.wording import say

_INTENT = ".intent"

# what a file of each format is called; the first is the one given where the source's own does not fit
_SUFFIXES = {
    "jpeg": (".jpg", ".jpeg"),
    "mpo": (".jpg", ".jpeg", ".mpo"),
    "png": (".png",),
    "webp": (".webp",),
    "gif": (".gif",),
    "avif": (".avif",),
    "heif": (".heic", ".heif"),
    "tiff": (".tif", ".tiff"),
    "bmp": (".bmp",),
    "mp4": (".mp4", ".m4v"),
    "mov": (".mov",),
    "matroska": (".mkv",),
    "webm": (".webm",),
}


def sha256_of(path: Path) -> str:
    """Hash a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def publish(
    source: Source,
    status: Status,
    files: list[Finished],
    folder: Path,
    *,
    overwrite: bool = False,
    work: Path | None = None,
) -> tuple[Output, ...]:
    """Move an asset's finished files under `folder`/`status`; all of them or none.

    What is about to be published is noted in `work` first. Raises AssetError `output-exists` if a name is taken.
    """
    return publish_together(source.relative, [(source, status, files)], folder, overwrite=overwrite, work=work)[0]


def publish_together(
    name: str,
    parts: Sequence[tuple[Source, Status, Sequence[Finished]]],
    folder: Path,
    *,
    overwrite: bool = False,
    work: Path | None = None,
) -> list[tuple[Output, ...]]:
    """Move the finished files of several assets at once, under one note called `name`. Otherwise as `publish`."""
    places = [
        [(folder / status.value / _name(source, file), file) for file in files] for source, status, files in parts
    ]
    every = [place for part in places for place, _ in part]
    for place in every:
        _refuse_taken(place, folder, overwrite=overwrite)
    if work is not None:
        intend(work, name, [place.relative_to(folder).as_posix() for place in every])
    return [tuple(_move(file, place, folder) for place, file in part) for part in places]


def hold(relative: str, files: Sequence[Finished], work: Path) -> tuple[Finished, ...]:
    """Put an asset's finished files aside in `work`, until all of its set is there."""
    mark = hashlib.sha256(relative.encode()).hexdigest()[:32]
    aside = [replace(file, path=work / f"{mark}-{file.role}{file.path.suffix}") for file in files]
    for file, place in zip(files, aside, strict=True):
        file.path.replace(place.path)
    return tuple(aside)


def publish_staged(
    source: Source, outputs: tuple[Output, ...], stage: Path, folder: Path, *, overwrite: bool, work: Path
) -> None:
    """Move outputs that another process left in `stage` into `folder`, under their own names; all of them or none.

    Only the process that keeps the record does this, so that an asset done twice appears once. Raises AssetError
    `output-exists` if a name is taken.
    """
    for output in outputs:
        _refuse_taken(folder / output.path, folder, overwrite=overwrite)
    intend(work, source.relative, [output.path for output in outputs])
    for output in outputs:
        (folder / output.path).parent.mkdir(parents=True, exist_ok=True)
        (stage / output.path).replace(folder / output.path)


def intend(work: Path, relative: str, paths: list[str]) -> None:
    """Note which outputs of an asset are about to appear: if the run is killed before it records them, they go."""
    write_whole(_intent(work, relative), json.dumps(paths).encode())


def intended(work: Path) -> list[str]:
    """What was about to appear, and was not recorded, when the run that worked in `work` ended."""
    return [path for note in work.glob(f"*{_INTENT}") for path in _noted(note)]


def _noted(note: Path) -> list[str]:
    with suppress(OSError, ValueError):
        return [path for path in json.loads(note.read_bytes()) if isinstance(path, str)]
    return []


def withdraw(work: Path, folder: Path, relative: str | None = None) -> None:
    """Remove what an asset (or any, where none is named) was about to publish and nobody recorded: its worker died."""
    notes = list(work.glob(f"*{_INTENT}")) if relative is None else [_intent(work, relative)]
    for note in notes:
        for path in _noted(note):
            with suppress(OSError):
                (folder / path).unlink()
        with suppress(OSError):
            note.unlink()


def recorded(work: Path, relative: str) -> None:
    """Forget an intention: the outputs are in the record."""
    with suppress(OSError):
        _intent(work, relative).unlink()


def _intent(work: Path, relative: str) -> Path:
    return work / (hashlib.sha256(relative.encode()).hexdigest()[:32] + _INTENT)


def place_again(path: str, stem: str, source: Source) -> str:
    """Where an output at `path`, made of a source of that stem, goes if the same is made of `source`; POSIX."""
    if stem == source.stem:
        return path
    status, suffix = PurePosixPath(path).parts[0], PurePosixPath(path).suffix
    if path.startswith(f"{status}/{stem}.cover."):
        return f"{status}/{source.stem}.cover{suffix}"
    suffixes = next((group for group in _SUFFIXES.values() if suffix.lower() in group), (suffix,))
    own = source.path.suffix
    return f"{status}/{source.stem}{own if own.lower() in suffixes else suffixes[0]}"


def is_taken(folder: Path, stem: str) -> bool:
    """True if a file that could be an output of this stem is in a place for outputs already."""
    suffixes = {suffix for group in _SUFFIXES.values() for suffix in group}
    suffixes |= {f".cover{suffix}" for suffix in (".jpg", ".png", ".webp")}
    places = [folder / status.value / stem for status in (Status.READY, Status.REVIEW)]
    return any(
        os.path.lexists(f"{place}{each}")
        for place in places
        for suffix in suffixes
        for each in (suffix, suffix.upper())
    )


def place_file(file: Finished | None, folder: Path, *, overwrite: bool) -> Output | None:
    """Move one finished file straight into `folder`, under its own name."""
    if file is None:
        return None
    place = folder / file.path.with_suffix(_SUFFIXES[file.facts.info.format][0]).name
    _refuse_taken(place, folder, overwrite=overwrite)
    return _move(file, place, folder)


def place_sheet(sheet: Path | None, folder: Path, *, overwrite: bool) -> str | None:
    """Move a contact sheet into `folder` under its own name; return that name."""
    if sheet is None:
        return None
    _refuse_taken(folder / sheet.name, folder, overwrite=overwrite)
    folder.mkdir(parents=True, exist_ok=True)
    sheet.replace(folder / sheet.name)
    return sheet.name


def _refuse_taken(place: Path, folder: Path, *, overwrite: bool) -> None:
    if not overwrite and (place.exists() or place.is_symlink()):
        detail = say("{path} is already there", path=place.relative_to(folder).as_posix())
        raise AssetError("output-exists", "publish", detail, say("pass --overwrite or choose another output folder"))


def _name(source: Source, file: Finished) -> str:
    suffixes = _SUFFIXES.get(file.facts.info.format, (f".{file.facts.info.format}",))
    if file.role == "cover":
        return f"{source.stem}.cover{suffixes[0]}"
    own = source.path.suffix
    return source.stem + (own if own.lower() in suffixes else suffixes[0])


def _move(file: Finished, place: Path, folder: Path) -> Output:
    place.parent.mkdir(parents=True, exist_ok=True)
    with file.path.open("rb+") as handle:
        os.fsync(handle.fileno())
    digest = sha256_of(file.path)
    file.path.replace(place)
    info = file.facts.info
    return Output(
        path=place.relative_to(folder).as_posix(),
        role=file.role,
        sha256=digest,
        bytes=place.stat().st_size,
        width=info.display_size.width,
        height=info.display_size.height,
        duration_seconds=None if info.duration is None else round(float(info.duration), 3),
    )
