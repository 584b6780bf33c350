"""How large the report of many assets is, and how soon it stands in a browser.

python benchmarks/report.py MANIFEST [--assets 1000] [--runs 5]

Takes the manifest of a finished run (`assetkit process ...`), repeats its assets, with the pictures of their real
files, under new names until there are enough, writes the report and opens it in headless Chromium, anew each time.
`listed` is when the list stands and can be used, `shown` when the first asset shows its pictures too, both since the
navigation began. Then it writes the report of the run as it is, and compares with the seconds that the run took.
Bounds: 60 MB a file, listed within 2 s.
"""

import argparse
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from assetkit import api, reporting
from assetkit.batch import run_pictures
from assetkit.manifest.contract import Manifest, SummaryEntry
from assetkit.manifest.report import render
from assetkit.manifest.write import read_manifest
from assetkit.run import Run

BROWSER = os.environ.get("ASSETKIT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
MOST_BYTES, MOST_SECONDS = 60e6, 2.0


def many(record: Manifest, folder: Path, count: int) -> dict[str, bytes]:
    """The pages of a report with `count` assets."""
    places = [reporting._places(asset, folder) for asset in record.assets]
    sittings = [reporting._sitting(asset, found) for asset, found in zip(record.assets, places, strict=True)]
    pictures = [reporting._by_role(taken) for taken in run_pictures(sittings, Run(), count=len(sittings))]
    assets, shown = [], []
    for number in range(count):
        place = number % len(record.assets)
        asset = record.assets[place].model_copy(deep=True)
        asset.source.path = f"{number // len(record.assets):03}/{asset.source.path}"
        assets.append(asset)
        shown.append(reporting.Shown({}, pictures[place]))
    counts = {status: sum(a.status == status for a in assets) for status in ("ready", "review", "rejected")}
    larger = record.model_copy(update={"assets": assets, "summary": SummaryEntry(**counts, interrupted=False)})
    started = time.perf_counter()
    pages = {name: b"".join(parts) for name, parts in render(larger, zip(assets, shown, strict=True))}
    print(f"rendered {count} assets in {time.perf_counter() - started:.2f} s")
    return pages


def opened(page: Path, runs: int) -> list[tuple[float, float]]:
    """(listed, shown) in seconds, of each of the runs in a fresh context."""
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        for _ in range(runs):
            tab = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
            tab.goto(page.as_uri(), wait_until="commit")
            tab.wait_for_function("() => performance.getEntriesByName('listed').length", polling=20)
            picture = (
                "() => { const i = document.querySelector('#list img.small[src^=data]'); return i && i.complete; }"
            )
            tab.wait_for_function(picture, polling=20)
            shown = tab.evaluate("performance.now()") / 1000
            listed = tab.evaluate("performance.getEntriesByName('listed')[0].startTime") / 1000
            found.append((listed, shown))
            tab.context.close()
        browser.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--assets", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    told = parser.parse_args()
    record, folder = read_manifest(told.manifest), told.manifest.parent
    with tempfile.TemporaryDirectory() as name:
        pages = many(record, folder, told.assets)
        for page, data in pages.items():
            (Path(name) / page).write_bytes(data)
            print(f"{page}: {len(data) / 1e6:.1f} MB (at most {MOST_BYTES / 1e6:.0f})")
        times = opened(Path(name) / "report.html", told.runs)
    listed, shown = ([each[n] for each in times] for n in (0, 1))
    print(f"listed: median {statistics.median(listed):.2f} s, worst {max(listed):.2f} s (at most {MOST_SECONDS:.0f})")
    print(f"shown:  median {statistics.median(shown):.2f} s, worst {max(shown):.2f} s")
    started = time.perf_counter()
    api.report(told.manifest)
    took, work = time.perf_counter() - started, sum(asset.seconds for asset in record.assets)
    print(f"the report of the run itself: {took:.2f} s, beside {work:.1f} s that workers took for its assets")
    if max(len(data) for data in pages.values()) > MOST_BYTES or statistics.median(listed) > MOST_SECONDS:
        raise SystemExit("over the bounds")


if __name__ == "__main__":
    main()
