"""Draws the README's pictures from real runs over the samples: docs/result.jpg, coverage.jpg and terminal.svg.

python docs/make_pictures.py
"""

import json
import tempfile
from pathlib import Path
from unittest.mock import patch

import av
from PIL import Image, ImageDraw, ImageFont, ImageOps
from rich.console import Console

from assetkit import api
from assetkit.cli import show

DOCS = Path(__file__).parent
SAMPLES = DOCS.parent / "samples"
SHOWN = ("serum-landscape.jpg", "phone-turned.jpg", "clip-landscape-master.mov", "poster-too-much-text.jpg")
LETTERED = ("poster-too-much-text.jpg", "banner-title-would-be-cut.jpg")
TALL, GAP, INK = 420, 24, (40, 36, 52)


def first_picture(path: Path, seconds: float = 0) -> Image.Image:
    if path.suffix in (".mov", ".mp4"):
        with av.open(str(path)) as clip:
            frames = (f for f in clip.decode(video=0) if (f.time or 0) >= seconds)
            return next(frames).to_image()
    return ImageOps.exif_transpose(Image.open(path)).convert("RGB")


def marked(picture: Image.Image, asset: dict) -> Image.Image:
    """The source with the crop window (green) and the lines of text (red)."""
    draw = ImageDraw.Draw(picture)
    pen = max(3, picture.height // 160)
    for region in (asset["measurements"] or {}).get("text_regions") or []:
        corners = [tuple(corner) for corner in region["polygon"]]
        draw.line([*corners, corners[0]], fill=(220, 40, 60), width=pen)
    window = asset["plan"]["window"]
    box = [window["left"], window["top"], window["left"] + window["width"] - 1, window["top"] + window["height"] - 1]
    draw.rectangle(box, outline=(30, 160, 90), width=pen * 2)
    return picture


def tile(picture: Image.Image, caption: str, font: ImageFont.FreeTypeFont) -> Image.Image:
    scaled = picture.resize((round(picture.width * TALL / picture.height), TALL), Image.Resampling.LANCZOS)
    card = Image.new("RGB", (max(scaled.width, 150), TALL + 34), "white")
    card.paste(scaled, (0, 0))
    ImageDraw.Draw(card).text((0, TALL + 8), caption, fill=INK, font=font)
    return card


def draw_coverage() -> None:
    """What `assetkit coverage --overlay` draws, side by side."""
    with tempfile.TemporaryDirectory() as name:
        list(api.coverage([SAMPLES / each for each in LETTERED], overlay=name))
        drawn = [Image.open((Path(name) / each).with_suffix(".text.jpg")).convert("RGB") for each in LETTERED]
    scaled = [picture.resize((round(picture.width * TALL / picture.height), TALL)) for picture in drawn]
    sheet = Image.new("RGB", (sum(p.width for p in scaled) + GAP, TALL), "white")
    sheet.paste(scaled[0], (0, 0))
    sheet.paste(scaled[1], (scaled[0].width + GAP, 0))
    sheet.save(DOCS / "coverage.jpg", quality=85)


def main() -> None:
    draw_coverage()
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "out"
        terminal = Console(record=True, width=132, file=open(Path(name) / "log", "w"), force_terminal=True)  # noqa: SIM115, PTH123
        batch = api.process(SAMPLES, preset="xhs-ad", output=out, cache=False)
        progress = show.Progressed(is_quiet=True)
        with patch.object(show, "Console", lambda **_: terminal):
            show.run_and_show(batch, progress, form=show.Form.TABLE)
        terminal.save_svg(
            str(DOCS / "terminal.svg"), title="assetkit process samples --preset xhs-ad --output demo-out"
        )
        manifest = json.loads((out / "manifest.json").read_text())
        assets = {asset["source"]["path"]: asset for asset in manifest["assets"]}
        font = ImageFont.load_default(17)
        cards = []
        for shown in SHOWN:
            asset = assets[shown]
            cards.append(tile(marked(first_picture(SAMPLES / shown, 8), asset), shown, font))
            if asset["outputs"]:
                made = asset["outputs"][0]
                words = f"{asset['status']}: {made['width']} x {made['height']}"
                cards.append(tile(first_picture(out / made["path"], 8), words, font))
            else:
                cards[-1] = tile(
                    marked(first_picture(SAMPLES / shown), asset), f"rejected: {asset['findings'][0]['code']}", font
                )
    rows = [cards[:4], cards[4:]]
    wide = max(sum(c.width + GAP for c in row) for row in rows) + GAP
    sheet = Image.new("RGB", (wide, len(rows) * (TALL + 34 + GAP) + GAP), "white")
    for number, row in enumerate(rows):
        left = GAP
        for card in row:
            sheet.paste(card, (left, GAP + number * (TALL + 34 + GAP)))
            left += card.width + GAP
    sheet.save(DOCS / "result.jpg", quality=85)


if __name__ == "__main__":
    main()
