"""The report that people look at: pages that need nothing but themselves, made of the manifest and small pictures."""

import base64
import hashlib
import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.resources import files
from os import SEEK_END
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from assetkit.manifest.contract import AssetEntry, Manifest, SetEntry
from assetkit.manifest.marks import marks_of, trim_start

REPORT_NAME = "report.html"
PAGE_NAMES = re.compile(r"report(-\d+)?\.html")
_ASSETS_A_PAGE = 1000
_BYTES_A_PAGE = 45_000_000
_SCRIPTS = ("drawing.js", "list.js", "asset.js", "clips.js", "sets.js", "report.js")
_STATUSES = ("rejected", "review", "ready")
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
# inside a <script> element only these could end it, or a line of it
_UNSAFE = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the report shows of an asset beside its record.

    `links` are addresses relative to the report, by role (source, main, cover), of files that are there; `pictures`
    are small WebP pictures by the same roles.
    """

    links: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class _Row:
    """An asset's data and pictures, each with where it lies on the shelf and its bytes; the worst sorts first.

    `rank` is its badness and number, `place` that among the slides of its set.
    """

    rank: tuple[int, ...]
    place: int
    data: tuple[int, int]
    pictures: tuple[int, int]

    @property
    def size(self) -> int:
        return self.data[1] + self.pictures[1]


class _Shelf:
    """Parts of pages on disk: the pictures of many thousands would fill the memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def put(self, text: str) -> tuple[int, int]:
        """Write at the end; where, and how many bytes."""
        return self._file.seek(0, SEEK_END), self._file.write(text.encode())

    def get(self, place: tuple[int, int]) -> bytes:
        """Read it again."""
        self._file.seek(place[0])
        return self._file.read(place[1])


def render(manifest: Manifest, shown: Iterable[tuple[AssetEntry, Shown]]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield the name of each page and its parts, to be taken before the next page; `shown` are the manifest's assets.

    The worst assets come first, the slides of a set together in their order. A page holds at most 1,000 assets and
    about 45 MB; the first is report.html.
    """
    with TemporaryFile() as file:
        shelf, codes, rows = _Shelf(file), Counter[str](), dict[str, _Row]()
        for number, (asset, seen) in enumerate(shown):
            data, pictures = _parts(number, asset, seen)
            rank = (*badness(asset), number)
            rows[asset.source.path] = _Row(rank, 0, shelf.put(data), shelf.put(pictures))
            codes.update(_codes(asset))
        pages = _paged(_worst_first(rows, manifest.sets))
        names = [REPORT_NAME if number == 0 else f"report-{number + 1}.html" for number in range(len(pages))]
        listed = [{"file": name, "assets": len(page)} for name, page in zip(names, pages, strict=True)]
        about = _about(manifest, codes)
        for number, page in enumerate(pages):
            yield names[number], _page(about | {"page": number, "pages": listed}, page, shelf)


def badness(asset: AssetEntry) -> tuple[int, int, int, int]:
    """Sorts the worst first: by verdict, then by the number of findings that weigh, then by what was not checked."""
    weights = [(finding.severity, finding.needs_person) for finding in asset.findings]
    return (
        _STATUSES.index(asset.status),
        -sum(severity == "required" or needs for severity, needs in weights),
        -sum(severity == "recommended" for severity, _ in weights),
        -len(asset.not_checked),
    )


def _worst_first(rows: dict[str, _Row], sets: Iterable[SetEntry]) -> list[_Row]:
    """The rows by their sources' paths; a set stands where the worst of its slides would."""
    ordered = dict(rows)
    for each in sets:
        slides = [slide.path for slide in each.slides if slide.path in rows]
        for place, path in enumerate(slides):
            ordered[path] = replace(rows[path], rank=min(rows[slide].rank for slide in slides), place=place)
    return sorted(ordered.values())


def _about(manifest: Manifest, codes: Counter[str]) -> dict[str, Any]:
    """What the head of every page says of all assets."""
    return {
        "tool": manifest.tool.model_dump(),
        "preset": manifest.preset.model_dump(),
        "summary": manifest.summary.model_dump(),
        "total": len(manifest.assets),
        "codes": dict(sorted(codes.items(), key=lambda pair: (-pair[1], pair[0]))),
        "sets": [each.model_dump() for each in manifest.sets],
        "skipped": [skipped.model_dump() for skipped in manifest.skipped],
        "pre_check": manifest.pre_check.model_dump() if manifest.pre_check else None,
    }


def _codes(asset: AssetEntry) -> set[str]:
    """Of its findings and of what was not checked, the cover's included."""
    found = {f.code for f in asset.findings} | {n.code for n in asset.not_checked}
    if asset.cover is not None:
        found |= {f.code for f in asset.cover.findings} | {n.code for n in asset.cover.not_checked}
    return found


def _parts(number: int, asset: AssetEntry, shown: Shown) -> tuple[str, str]:
    """What the script reads of an asset, and the element that holds its pictures."""
    data = {
        "number": number,
        "entry": asset.model_dump(by_alias=True),
        "links": shown.links,
        "marks": [asdict(mark) for mark in marks_of(asset)],
        "trim_start": trim_start(asset),
        "has": sorted(shown.pictures),
    }
    pictures = {role: _data_uri(data) for role, data in shown.pictures.items()}
    return _json(data), f'<script type="application/json" id="pictures-{number}">{_json(pictures)}</script>\n'


def _paged(rows: Iterable[_Row]) -> list[list[_Row]]:
    pages: list[list[_Row]] = [[]]
    filled = 0
    for row in rows:
        if pages[-1] and (len(pages[-1]) == _ASSETS_A_PAGE or filled + row.size > _BYTES_A_PAGE):
            pages.append([])
            filled = 0
        pages[-1].append(row)
        filled += row.size
    return pages


def _page(about: dict[str, Any], rows: Sequence[_Row], shelf: _Shelf) -> Iterator[bytes]:
    """The pictures come last, so that the list stands before they are read."""
    style, script = _part("report.css"), "\n".join(_part(name) for name in _SCRIPTS)
    filled = {
        "policy": _policy(style, script),
        "title": html.escape(f"assetkit: {about['preset']['id']}"),
        "style": style,
        "script": script,
        "about": _json(about),
        "words": _json(words()),
    }
    for number, part in enumerate(_PLACEHOLDER.split(_part("report.html"))):  # text and name in turn
        if number % 2 == 0:
            yield part.encode()
        elif part == "assets":
            yield b"["
            yield from (b",\n" * bool(n) + shelf.get(row.data) for n, row in enumerate(rows))
            yield b"]"
        elif part == "pictures":
            yield from (shelf.get(row.pictures) for row in rows)
        else:
            yield filled[part].encode()


def words() -> dict[str, dict[str, str]]:
    """What the page itself says: key -> language (en, zh) -> text."""
    table: dict[str, dict[str, str]] = json.loads(_part("words.json"))
    return table


def _part(name: str) -> str:
    return files("assetkit.manifest").joinpath("page", name).read_text("utf-8")


def _policy(style: str, script: str) -> str:
    """Nothing runs but our own script, nothing is fetched but pictures and clips beside the page."""
    rules = {
        "default-src": "'none'",
        "script-src": _hash(script),
        "style-src": _hash(style),
        "img-src": "data: blob: file: 'self'",
        "media-src": "blob: file: 'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)


def _data_uri(data: bytes) -> str:
    return f"data:image/webp;base64,{base64.b64encode(data).decode()}"
