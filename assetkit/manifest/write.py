"""The manifest as files: JSON for machines, CSV for spreadsheets, a text of reasons beside each rejected asset."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from assetkit.manifest.contract import AssetEntry, FindingEntry, Manifest
from assetkit.whole_file import write_whole

JSON_NAME, CSV_NAME, REJECTED = "manifest.json", "manifest.csv", "rejected"
_NO_ASSETS = '"assets": []'
_COLUMNS: dict[str, Callable[[AssetEntry], object]] = {
    "source": lambda a: a.source.path,
    "kind": lambda a: a.source.kind,
    "status": lambda a: a.status,
    "codes": lambda a: " ".join(f.code for f in a.findings),
    "reasons": lambda a: "; ".join(f.message for f in a.findings),
    "what to do": lambda a: "; ".join(dict.fromkeys(f.fix for f in a.findings if f.fix)),
    "not checked": lambda a: " ".join(n.code for n in a.not_checked),
    "width": lambda a: a.media and a.media.display_size.width,
    "height": lambda a: a.media and a.media.display_size.height,
    "duration_seconds": lambda a: a.media and a.media.duration_seconds,
    "bytes": lambda a: a.source.bytes,
    "text_coverage": lambda a: a.measurements and a.measurements.text_coverage,
    "output": lambda a: next((o.path for o in a.outputs if o.role == "main"), None),
    "cover": lambda a: next((o.path for o in a.outputs if o.role == "cover"), None),
    "actions": lambda a: "; ".join(a.actions),
}
# a spreadsheet runs a cell that starts with one of these (OWASP, CSV injection)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write manifest.json and manifest.csv into `folder`, each whole or not at all."""
    write_whole(folder / CSV_NAME, as_csv(manifest).encode())
    write_whole(folder / JSON_NAME, json_parts(manifest))


def as_json(manifest: Manifest) -> str:
    """The manifest as JSON text, readable by people too."""
    return manifest.model_dump_json(indent=2, ensure_ascii=False) + "\n"


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


def as_csv(manifest: Manifest) -> str:
    """One row an asset; starts with a byte order mark, without which Excel garbles Chinese."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(_COLUMNS)
    for asset in manifest.assets:
        rows.writerow([_guarded(column(asset)) for column in _COLUMNS.values()])
    return "\ufeff" + text.getvalue()


def write_reasons(asset: AssetEntry, folder: Path) -> Path:
    """Write why an asset was rejected, in words, under `folder`/rejected; return where."""
    place = folder / reasons_name(asset.source.path)
    place.parent.mkdir(parents=True, exist_ok=True)
    write_whole(place, reasons(asset).encode())
    return place


def reasons_name(source: str) -> str:
    """Where the reasons of the source with this path go, relative to the output folder."""
    *folders, name = (_short(part) for part in PurePosixPath(source).parts)
    return PurePosixPath(REJECTED, *folders, f"{name}.reasons.txt").as_posix()


def reasons(asset: AssetEntry) -> str:
    """Every reason with what to do, then the cover's own, then what could not be checked."""
    lines = [f"{asset.source.path}: {asset.status}", ""]
    lines += [line for finding in asset.findings for line in _reason(finding)]
    if asset.cover and asset.cover.findings:
        lines += ["The cover:", *(line for finding in asset.cover.findings for line in _reason(finding))]
    if asset.not_checked:
        lines.append("Not checked: " + ", ".join(n.code for n in asset.not_checked))
    return "\n".join(lines).rstrip() + "\n"


def _reason(finding: FindingEntry) -> list[str]:
    lines = [f"- {finding.message} [{finding.code}, {finding.severity}]"]
    if finding.fix:
        lines.append(f"  To do: {finding.fix}.")
    if finding.source:
        lines.append(f"  Limit from: {finding.source}")
    return [*lines, ""]


def _guarded(value: object) -> object:
    if isinstance(value, str):
        line = " ".join(value.splitlines())
        return "'" + line if line.startswith(_FORMULA) else line
    return "" if value is None else value


def _short(name: str) -> str:
    """Leave room in the 255 bytes that file systems allow a name; the mark keeps long ones apart."""
    data = name.encode()
    if len(data) <= 240:
        return name
    return f"{data[:200].decode('utf-8', 'ignore')}...{hashlib.sha256(data).hexdigest()[:8]}"
