"""The manifest as files: JSON for machines, tables for spreadsheets, a text of reasons beside each rejected asset."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from assetkit.errors import UserInputError
from assetkit.manifest.contract import AssetEntry, FindingEntry, Manifest
from assetkit.manifest.tables import ASSETS_NAME, FINDINGS_NAME, write_tables
from assetkit.naming import portable_alone
from assetkit.whole_file import whole_file, write_whole
from assetkit.wording import in_language, term

JSON_NAME, REJECTED = "manifest.json", "rejected"
_NO_ASSETS = '"assets": []'


def write_manifest(manifest: Manifest, folder: Path) -> bool:
    """Write assets.csv, findings.csv and, last, manifest.json into `folder`, each whole or not at all.

    Returns False if the manifest that was there says the same.
    """
    place = folder / JSON_NAME
    before = _hash(place)
    with whole_file(folder / ASSETS_NAME) as assets, whole_file(folder / FINDINGS_NAME) as findings:
        write_tables(manifest, assets, findings)
    write_whole(place, json_parts(manifest))
    return _hash(place) != before


def _hash(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.json. Raises UserInputError if it is none, or one of another version."""
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UserInputError(f"cannot read {path}: {error.strerror or error}") from error
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        detail = f"{path} is not a manifest that this version of assetkit wrote (at {place or 'its beginning'})"
        raise UserInputError(f"{detail}: name the manifest.json of a run, or run it again") from error


def as_json(manifest: Manifest) -> str:
    """The manifest as JSON text, readable by people too."""
    return manifest.model_dump_json(indent=2, ensure_ascii=False) + "\n"


def location(source: Path, folder: Path) -> str | None:
    """Where a source lies, seen from the manifest's folder, POSIX; None if its name is no text."""
    here, place = folder.resolve(), source.parent.resolve() / source.name
    try:
        found = os.path.relpath(place, here)
    except ValueError:  # on another drive
        found = str(place)
    name = Path(found).as_posix()
    return name if name.isprintable() else None


def json_parts(manifest: Manifest) -> Iterator[bytes]:
    """The same text as `as_json`, an asset at a time: of many thousands it would fill the memory."""
    head, _, tail = as_json(manifest.model_copy(update={"assets": []})).partition(_NO_ASSETS)
    if not manifest.assets:
        yield (head + _NO_ASSETS + tail).encode()
        return
    yield (head + _NO_ASSETS[:-1] + "\n").encode()
    for number, asset in enumerate(manifest.assets):
        text = asset.model_dump_json(indent=2, ensure_ascii=False).replace("\n", "\n    ")
        yield ((",\n" if number else "") + "    " + text).encode()
    yield ("\n  ]" + tail).encode()


def write_reasons(asset: AssetEntry, folder: Path) -> Path:
    """Write why an asset was rejected, in words, under `folder`/rejected; return where."""
    place = folder / reasons_name(asset.source.path)
    place.parent.mkdir(parents=True, exist_ok=True)
    write_whole(place, reasons(asset).encode())
    return place


def reasons_name(source: str) -> str:
    """Where the reasons of the source with this path go, relative to the output folder."""
    parts = (portable_alone(part) for part in PurePosixPath(source).parts)
    return PurePosixPath(REJECTED, *parts).as_posix() + ".reasons.txt"


def reasons(asset: AssetEntry) -> str:
    """Every reason with what to do, then the cover's own, then what could not be checked; English, then Chinese."""
    lines = [f"{asset.source.path}: {asset.status} ({in_language(term(asset.status), 'zh')})", ""]
    lines += [line for finding in asset.findings for line in _reason(finding)]
    if asset.cover and asset.cover.findings:
        lines += ["The cover (封面):", *(line for finding in asset.cover.findings for line in _reason(finding))]
    if asset.not_checked:
        lines.append("Not checked (未检查): " + ", ".join(n.code for n in asset.not_checked))
    return "\n".join(lines).rstrip() + "\n"


def _reason(finding: FindingEntry) -> list[str]:
    weight = in_language(term(finding.severity), "zh")
    lines = [f"- {finding.message} [{finding.code}, {finding.severity}]"]
    if finding.fix:
        lines.append(f"  To do: {finding.fix}.")
    if finding.message_zh not in {"", finding.message}:
        lines.append(f"  {finding.message_zh}（{weight}）。{finding.fix_zh}".rstrip("。") + "。")
    if finding.source:
        lines.append(f"  Limit from: {finding.source}")
    return [*lines, ""]
