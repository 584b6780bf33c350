"""The report beside a manifest: pictures taken in worker processes, pages written, old ones removed."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import tee
from pathlib import Path
from urllib.parse import quote

from assetkit.album import CANDIDATE_SIDE, kept, moment
from assetkit.batch import run_pictures
from assetkit.manifest.contract import AssetEntry, Manifest
from assetkit.manifest.marks import trim_start
from assetkit.manifest.report import PAGE_NAMES, REPORT_NAME, Shown, render
from assetkit.pictures import Pictures, Sitting
from assetkit.run import Run
from assetkit.whole_file import write_whole

_SAME_PICTURE = ("copy", "remux")


def write_report(manifest: Manifest, folder: Path, run: Run, *, jobs: int | None = None) -> Path:
    """Write the report of a manifest whose outputs lie in `folder`; return its first page.

    Raises OSError if it cannot be written, SetupError if the machine is at fault.
    """
    assets, ahead = tee(_seated(asset, folder, run.album) for asset in manifest.assets)
    sittings = (sitting for _, _, _, sitting in ahead)
    taken = run_pictures(sittings, run, count=len(manifest.assets), jobs=jobs)
    shown = (
        (asset, Shown(_links(asset, places), known | _by_role(pictures)))
        for (asset, places, known, _), pictures in zip(assets, taken, strict=True)
    )
    written = set()
    for name, page in render(manifest, shown):
        write_whole(folder / name, page)
        written.add(name)
    for stale in report_pages(folder):
        if stale.name not in written:
            stale.unlink()
    return folder / REPORT_NAME


def report_pages(folder: Path) -> Iterator[Path]:
    """The pages of a report that lie in a folder."""
    yield from [p for p in folder.glob("report*.html") if PAGE_NAMES.fullmatch(p.name) and p.is_file()]


def _places(asset: AssetEntry, folder: Path) -> dict[str, Path]:
    """Role -> file, of those that are there; outputs only inside the folder, whatever an edited manifest says."""
    found: dict[str, Path] = {}
    if asset.source.location:
        found["source"] = folder / asset.source.location
    root = folder.resolve()
    for output in asset.outputs:
        if (folder / output.path).resolve().is_relative_to(root):
            found[output.role] = folder / output.path
    return {role: path for role, path in found.items() if path.is_file()}


def _seated(
    asset: AssetEntry, folder: Path, album: Path | None
) -> tuple[AssetEntry, dict[str, Path], dict[str, bytes], Sitting]:
    """An asset, where its files lie, the pictures of it that were kept, and those that are still to be taken."""
    places, known = _places(asset, folder), dict[str, bytes]()
    sitting = _sitting(asset, places)
    if sitting.source and (pictures := _kept_of_source(asset, sitting, album)):
        known, sitting = known | _by_role(pictures), replace(sitting, source=None)
    main = next((output.sha256 for output in asset.outputs if output.role == "main"), None)
    if sitting.output and (output := kept(album, main)):
        known["main"], sitting = output, replace(sitting, output=None)
    return asset, places, known, sitting


def _kept_of_source(asset: AssetEntry, sitting: Sitting, album: Path | None) -> Pictures | None:
    """All pictures of an asset's source, where all were kept: of a still one, of a clip those at its cover's times."""
    sha256 = asset.source.sha256
    if (still := kept(album, sha256)) is not None:
        return Pictures(source=still)
    if sha256 is None or asset.cover is None:
        return None
    names = [moment(sha256, float(time), CANDIDATE_SIDE) for time in sitting.candidate_times]
    names.insert(0, moment(sha256, float(sitting.source_time)))
    found = [picture for name in names if (picture := kept(album, name)) is not None]
    return Pictures(source=found[0], candidates=tuple(found[1:])) if len(found) == len(names) else None


def _sitting(asset: AssetEntry, places: dict[str, Path]) -> Sitting:
    """A clip is shown at its cover's time, or else in its middle."""
    seconds = (asset.media.duration_seconds if asset.media else None) or 0.0
    shown_at = asset.cover.time_seconds if asset.cover else None
    at = seconds / 2 if shown_at is None else shown_at
    is_same = asset.plan is not None and asset.plan.method in _SAME_PICTURE and "source" in places
    return Sitting(
        source=places.get("source"),
        output=None if is_same else places.get("main"),
        cover=places.get("cover"),
        source_time=Fraction(at),
        output_time=Fraction(max(0.0, at - trim_start(asset))),
        candidate_times=tuple(Fraction(c.time_seconds) for c in asset.cover.candidates) if asset.cover else (),
    )


def _links(asset: AssetEntry, places: dict[str, Path]) -> dict[str, str]:
    named: dict[str, str] = {output.role: output.path for output in asset.outputs}
    named["source"] = asset.source.location or ""
    return {role: _address(named[role], path) for role, path in places.items()}


def _address(name: str, path: Path) -> str:
    return path.as_uri() if Path(name).is_absolute() else quote(name)


def _by_role(pictures: Pictures) -> dict[str, bytes]:
    taken = {"source": pictures.source, "main": pictures.output, "cover": pictures.cover}
    taken |= {f"candidate-{number}": data for number, data in enumerate(pictures.candidates)}
    return {role: data for role, data in taken.items() if data is not None}
