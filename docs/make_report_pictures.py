"""Draws the README's pictures of the report from a run over the samples: docs/report.jpg, -phone.jpg and carousel.jpg.

python docs/make_report_pictures.py [OUTPUT]

OUTPUT is the folder of a finished run over the samples; without it they are processed first. Needs the browser extra
and a Chromium.
"""

import os
import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from assetkit import api

DOCS = Path(__file__).parent
BROWSER = os.environ.get("ASSETKIT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
DESKTOP, PHONE, STRIP = (1280, 1000), (390, 844), (1280, 1000)
LIGHT, DARK = "light", "dark"


def taken(browser: Browser, page: Path, size: tuple[int, int], shown: str | None, **more: str) -> Image.Image:
    """A picture of the window, with one asset chosen."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **more)
    tab = context.new_page()
    tab.goto(page.as_uri())
    tab.wait_for_load_state("load")
    if shown is not None:
        number = tab.evaluate("name => ASSETS.find((a) => a.entry.source.path === name).number", shown)
        tab.evaluate("number => { location.hash = `#asset-${number}`; }", number)
    tab.wait_for_timeout(800)
    picture = Image.open(BytesIO(tab.screenshot())).convert("RGB")
    context.close()
    return picture


def saved(picture: Image.Image, name: str) -> None:
    picture.save(DOCS / name, quality=88, subsampling=0, optimize=True)


def draw(output: Path) -> None:
    page = output.resolve() / "report.html"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        wide = taken(browser, page, DESKTOP, "banner-title-would-be-cut.jpg", color_scheme=LIGHT, locale="en-US")
        saved(wide, "report.jpg")
        swiped = taken(browser, page, STRIP, "carousel/04.jpg", color_scheme=LIGHT, locale="en-US")
        saved(swiped, "carousel.jpg")
        views = [
            taken(browser, page, PHONE, None, color_scheme=LIGHT, locale="en-US"),
            taken(browser, page, PHONE, "serum-landscape.jpg", color_scheme=DARK, locale="zh-CN"),
        ]
        browser.close()
    sheet = Image.new("RGB", (sum(v.width for v in views) + 24, PHONE[1]), "white")
    sheet.paste(views[0], (0, 0))
    sheet.paste(views[1], (views[0].width + 24, 0))
    saved(sheet, "report-phone.jpg")


def main() -> None:
    if sys.argv[1:]:
        draw(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as name:
        list(api.process(DOCS.parent / "samples", preset="xhs-ad", output=Path(name) / "out"))
        draw(Path(name) / "out")


if __name__ == "__main__":
    main()
