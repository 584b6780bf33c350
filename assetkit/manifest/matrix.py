"""Several presets side by side: which asset is ready for which, as a page and as a table for spreadsheets."""

import html
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from assetkit.manifest.contract import AssetEntry, FindingEntry, Manifest
from assetkit.manifest.report import REPORT_NAME
from assetkit.manifest.tables import Table
from assetkit.whole_file import whole_file, write_whole
from assetkit.wording import in_language, term

PAGE_NAME, TABLE_NAME = "matrix.html", "matrix.csv"
_SIGNS = {"ready": "\u2713", "review": "\u25d0", "rejected": "\u2715"}
_STYLE = """
:root { color-scheme: light dark; font: 14px/1.5 system-ui, "Noto Sans CJK SC", "PingFang SC", sans-serif; }
body { margin: 24px; } table { border-collapse: collapse; }
th, td { text-align: left; padding: 6px 14px 6px 0; border-bottom: 1px solid #8884; vertical-align: top; }
thead th { position: sticky; top: 0; background: Canvas; } th[scope=row] { font-weight: 500; }
a { color: inherit; text-decoration: none; } a:hover { text-decoration: underline; }
.ready { color: #1a7f45; } .review { color: #946200; } .rejected { color: #c02b2b; } small { opacity: .75; }
@media (prefers-color-scheme: dark) {
  .ready { color: #5fd08f; } .review { color: #e3b341; } .rejected { color: #ff8a80; }
}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write_matrix(manifests: Sequence[Manifest], folder: Path) -> None:
    """Write matrix.html and matrix.csv into the folder that holds a folder for each preset. Raises OSError."""
    with whole_file(folder / TABLE_NAME) as file:
        _write_table(manifests, file)
    write_whole(folder / PAGE_NAME, as_page(manifests).encode())


def _write_table(manifests: Sequence[Manifest], file: BinaryIO) -> None:
    """A row an asset, a column a preset."""
    columns = {"source": lambda row: row[0].source.path} | {
        manifest.preset.id: lambda row, number=number: row[number].status for number, manifest in enumerate(manifests)
    }
    table: Table[tuple[AssetEntry, ...]] = Table(columns, file)
    for row in _rows(manifests):
        table.add(row)


def as_page(manifests: Sequence[Manifest]) -> str:
    """The same to look at; each verdict leads to the asset in that preset's report."""
    heads = "".join(_head(manifest) for manifest in manifests)
    body = "".join(
        f'<tr><th scope="row">{html.escape(row[0].source.path)}</th>'
        + "".join(_cell(m.preset.id, number, asset) for m, asset in zip(manifests, row, strict=True))
        + "</tr>\n"
        for number, row in enumerate(_rows(manifests))
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>assetkit</title><style>{_STYLE}</style></head>\n<body><main><table>"
        f'<thead><tr><th scope="col">Asset <span lang="zh">\u7d20\u6750</span></th>{heads}</tr></thead>\n'
        f"<tbody>{body}</tbody></table></main></body></html>\n"
    )


def _rows(manifests: Sequence[Manifest]) -> Iterator[tuple[AssetEntry, ...]]:
    return zip(*(manifest.assets for manifest in manifests), strict=True)


def _head(manifest: Manifest) -> str:
    name, counts = html.escape(manifest.preset.id), manifest.summary
    told = " ".join(f"{sign} {getattr(counts, status)}" for status, sign in _SIGNS.items())
    return f'<th scope="col"><a href="{name}/{REPORT_NAME}">{name}</a><br><small>{told}</small></th>'


def _cell(preset: str, number: int, asset: AssetEntry) -> str:
    status = asset.status
    first = next((f for f in asset.findings if f.severity == "required" or f.needs_person), None)
    said = f'{status} <span lang="zh">{in_language(term(status), "zh")}</span>'
    why = f"<br><small>{_both(first)}</small>" if first and status != "ready" else ""
    link = f'href="{html.escape(preset)}/{REPORT_NAME}#asset-{number}"'
    return f'<td class="{status}"><a {link}>{_SIGNS[status]} {said}</a>{why}</td>'


def _both(finding: FindingEntry) -> str:
    """The page has no script that could switch: both languages stand there."""
    chinese = f' <span lang="zh">{html.escape(finding.message_zh)}</span>' if finding.message_zh else ""
    return html.escape(finding.message) + chinese
