"""The manifest for spreadsheets: a row an asset, and a row a finding; the columns are a contract."""

import codecs
import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Generic, TypeVar

from assetkit.manifest.contract import AssetEntry, CoverEntry, FindingEntry, Manifest, NotCheckedEntry, SetEntry

ASSETS_NAME, FINDINGS_NAME = "assets.csv", "findings.csv"
T = TypeVar("T")


def _of_asset(column: Callable[[AssetEntry], object]) -> Callable[["_Placed"], object]:
    return lambda placed: column(placed[0])


_Placed = tuple[AssetEntry, tuple[SetEntry, int] | None]
_ASSETS: dict[str, Callable[[AssetEntry], object]] = {
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
_IN_SETS: dict[str, Callable[[_Placed], object]] = {
    **{name: _of_asset(column) for name, column in _ASSETS.items()},
    "set": lambda placed: placed[1] and placed[1][0].id,
    "slide": lambda placed: placed[1] and placed[1][1],
}
# a spreadsheet runs a cell that starts with one of these (OWASP, CSV injection), full-width ones included
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True, slots=True)
class _Row:
    """A finding, or a limit that was not checked, of an asset, of its cover, or of a set."""

    asset: AssetEntry | SetEntry
    part: str
    found: FindingEntry | NotCheckedEntry

    @property
    def breach(self) -> FindingEntry | None:
        return self.found if isinstance(self.found, FindingEntry) else None

    @property
    def said(self) -> str:
        return self.found.message if isinstance(self.found, FindingEntry) else self.found.reason

    @property
    def said_zh(self) -> str:
        return self.found.message_zh if isinstance(self.found, FindingEntry) else self.found.reason_zh


_FINDINGS: dict[str, Callable[[_Row], object]] = {
    "source": lambda r: r.asset.id if isinstance(r.asset, SetEntry) else r.asset.source.path,
    "kind": lambda r: "set" if isinstance(r.asset, SetEntry) else r.asset.source.kind,
    "status": lambda r: r.asset.status,
    "part": lambda r: r.part,
    "result": lambda r: "finding" if r.breach else "not checked",
    "code": lambda r: r.found.code,
    "severity": lambda r: r.found.severity,
    "measured": lambda r: r.breach and r.breach.measured,
    "limit": lambda r: r.breach and r.breach.limit,
    "unit": lambda r: r.breach and r.breach.unit,
    "message": lambda r: r.said,
    "what to do": lambda r: r.breach and r.breach.fix,
    "needs a person": lambda r: r.breach and ("yes" if r.breach.needs_person else "no"),
    "limit from": lambda r: r.breach and r.breach.source,
    "说明": lambda r: r.said_zh,
    "怎么做": lambda r: r.breach and r.breach.fix_zh,
}


def write_tables(manifest: Manifest, assets_file: BinaryIO, findings_file: BinaryIO) -> None:
    """One row an asset, with the set that it is a slide of; and one row a finding and a limit that was not checked.

    Those of each asset, then of its cover; last of each set. Row by row: of many thousands they fill the memory.
    """
    places = {slide.path: (each, n) for each in manifest.sets for n, slide in enumerate(each.slides, 1)}
    assets, findings = Table(_IN_SETS, assets_file), Table(_FINDINGS, findings_file)
    for asset in manifest.assets:
        assets.add((asset, places.get(asset.source.path)))
        for row in _rows(asset):
            findings.add(row)
    for each in manifest.sets:
        for row in _rows_of("set", each, each):
            findings.add(row)


def _rows(asset: AssetEntry) -> Iterator[_Row]:
    for part, entry in (("asset", asset), ("cover", asset.cover)):
        if isinstance(entry, AssetEntry | CoverEntry):
            yield from _rows_of(part, asset, entry)


def _rows_of(part: str, whose: AssetEntry | SetEntry, entry: AssetEntry | CoverEntry | SetEntry) -> Iterator[_Row]:
    yield from (_Row(whose, part, finding) for finding in entry.findings)
    yield from (_Row(whose, part, unchecked) for unchecked in entry.not_checked)


class Table(Generic[T]):
    """Rows as CSV in a file; it starts with a byte order mark, without which Excel garbles Chinese."""

    def __init__(self, columns: Mapping[str, Callable[[T], object]], file: BinaryIO) -> None:
        file.write(codecs.BOM_UTF8)
        self._columns = tuple(columns.values())
        self._written = csv.writer(codecs.getwriter("utf-8")(file), lineterminator="\r\n")
        self._written.writerow(columns)

    def add(self, row: T) -> None:
        """Write a row; what a spreadsheet would run is made text."""
        self._written.writerow([_guarded(column(row)) for column in self._columns])


def _guarded(value: object) -> object:
    if isinstance(value, str):
        line = " ".join(value.splitlines())
        return "'" + line if line.startswith(_FORMULA) or line.lstrip().startswith(_FORMULA) else line
    return "" if value is None else value
