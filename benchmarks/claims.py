"""How well words an ad may not carry are found on pictures, how often there is a false alarm, and what it costs.

    python benchmarks/claims.py slides PHOTOS FONT FONT FONT [--limit N] [--show DIR]
    python benchmarks/claims.py alarms DIR...
    python benchmarks/claims.py codes PHOTOS DIR...
    python benchmarks/claims.py recognition DIR [--only NAME ...]
    python benchmarks/claims.py time DIR [--limit N] [--threads N] [--rounds N]

`slides` draws every example of the lexicon, outlined, on textless photos in each font (eight to a slide, each looked
for in its own band): recall of those that must match, and what becomes of their neighbours. `alarms` looks at pictures
that carry no claim. `codes` pastes QR and bar codes of several widths on PHOTOS, and looks for codes on the pictures of
every DIR, which should carry none. `recognition` reads the lines of DIR/gt.json ({file: {"polygons": [...], "texts":
[...]}}) whose text is known: the normalised edit distance, spaces left out, on the boxes that are given. `time` finds
text on pictures, and finds and reads it, in turn: what reading adds to coverage.
"""

import argparse
import json
import random
import statistics
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from assetkit.canvas import MEASURE_SIDE
from assetkit.claims.claim import Claim, Entry, Line
from assetkit.claims.entries import entries
from assetkit.claims.matching import find_claims
from assetkit.errors import AssetError
from assetkit.geometry import Box
from assetkit.lettering import TextRegion
from assetkit.media.codes import find_codes
from assetkit.text import detector
from assetkit.text.coverage import coverage
from assetkit.text.transcript import Transcript, transcriber
from assetkit.transcribing import read_picture

Pixels = NDArray[np.uint8]
Reader = Callable[[Pixels, list[TextRegion]], list[str]]
WIDTH, HEIGHT, BAND = 720, 960, 120  # pixels: a small slide, 3:4, and the height that one phrase has to itself
SIZES = 24, 44  # pixels
PICTURES = {".jpg", ".jpeg", ".png", ".webp"}


def lines_on(picture: Pixels, threads: int = 2) -> list[Line]:
    """The lines of a picture, as `assetkit claims` reads them."""
    regions = detector("paddle", threads).detect(picture)
    return as_lines(regions, transcriber(threads).read(picture, regions))


def as_lines(regions: Sequence[TextRegion], read: Sequence[Transcript]) -> list[Line]:
    """What was read, as the matcher takes it."""
    pairs = zip(regions, read, strict=True)
    return [Line(said.text, each.box, said.confidence, glyphs=said.glyphs) for each, said in pairs if said.text]


def opened(path: Path, side: int = MEASURE_SIDE) -> Pixels:
    """A picture, at most `side` pixels on its longer side."""
    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((side, side))
    return np.asarray(upright)


@dataclass(frozen=True, slots=True)
class Phrase:
    """An example of an entry, drawn on a slide in one of its bands."""

    entry: Entry
    text: str
    is_wanted: bool


def slide(photo: Image.Image, phrases: list[Phrase], font: Path, chance: random.Random) -> Pixels:
    """Phrases on a photo, each outlined, in a size and a place of its own within its band."""
    picture = ImageOps.fit(photo, (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(picture)
    for band, phrase in enumerate(phrases):
        face = fitted(font, phrase.text, chance)
        light = chance.random() < 0.5
        ink, edge = ((255, 255, 255), (20, 20, 20)) if light else ((30, 20, 40), (250, 250, 250))
        stroke = max(2, round(face.size / 14))
        left, top, right, bottom = draw.textbbox((0, 0), phrase.text, font=face, stroke_width=stroke)
        x = chance.randint(10, max(11, WIDTH - round(right - left) - 10)) - left
        y = band * BAND + chance.randint(8, max(9, BAND - round(bottom - top) - 8)) - top
        draw.text((x, y), phrase.text, font=face, fill=ink, stroke_width=stroke, stroke_fill=edge)
    return np.asarray(picture)


def has_glyphs(font: Path, text: str) -> bool:
    """False where the font draws a box for a character, as for emoji."""
    face = ImageFont.truetype(font, 30)
    missing = bytes(face.getmask("\U0010ffff"))
    return all(sign.isspace() or bytes(face.getmask(sign)) not in (missing, b"") for sign in text)


def fitted(font: Path, text: str, chance: random.Random) -> ImageFont.FreeTypeFont:
    """A small face, smaller yet where the phrase would not fit."""
    size = chance.randint(*SIZES)
    while ImageFont.truetype(font, size).getlength(text) > WIDTH - 40 and size > 14:
        size -= 2
    return ImageFont.truetype(font, size)


def slides(photos: Path, fonts: list[Path], limit: int | None, show: Path | None) -> None:
    """Recall of what must match; what becomes of what must not."""
    files = [picture for path in sorted(photos.iterdir()) if (picture := textless(path)) is not None]
    phrases = [
        Phrase(entry, text, is_wanted=not n)
        for entry in entries()
        for pair in entry.pairs
        for n, text in enumerate(pair)
    ]
    print(f"{len(files)} photos, {len(phrases)} phrases of {len(entries())} entries")
    for font in fonts:
        chance = random.Random(font.stem)
        drawn = [phrase for phrase in phrases if has_glyphs(font, phrase.text)]
        chance.shuffle(drawn)
        skipped = len(phrases) - len(drawn)
        drawn = drawn[:limit]
        judged: list[tuple[Phrase, str, list[Claim]]] = []
        for start in range(0, len(drawn), HEIGHT // BAND):
            group = drawn[start : start + HEIGHT // BAND]
            picture = slide(chance.choice(files), group, font, chance)
            if show and not start % 400:
                Image.fromarray(picture).save(show / f"{font.stem}-{start}.jpg")
            judged += judged_on(picture, group)
        report(font.stem, judged, skipped)


def textless(path: Path) -> Image.Image | None:
    """A photo without any text that is found once it is a slide."""
    if path.suffix not in PICTURES:
        return None
    picture = ImageOps.fit(Image.fromarray(opened(path)), (WIDTH, HEIGHT))
    return None if lines_on(np.asarray(picture)) else picture


def judged_on(picture: Pixels, group: list[Phrase]) -> Iterator[tuple[Phrase, str, list[Claim]]]:
    """What was read in each phrase's band, and found there."""
    lines = lines_on(picture)
    for band, phrase in enumerate(group):
        own = [line for line in lines if line.box and (line.box.top + line.box.bottom) // 2 // BAND == band]
        claims = find_claims(own, sorted(phrase.entry.products)[:1])
        yield phrase, " | ".join(line.text for line in own), claims


def report(name: str, judged: list[tuple[Phrase, str, list[Claim]]], skipped: int) -> None:
    """Figures for a font, and what went wrong."""
    wanted = [each for each in judged if each[0].is_wanted]
    others = [each for each in judged if not each[0].is_wanted]
    missed = [each for each in wanted if each[0].entry.id not in {claim.entry.id for claim in each[2]}]
    rejected = [each for each in others if any(claim.verdict == "reject" for claim in each[2])]
    review = [each for each in others if each[2] and each not in rejected]
    print(f"{name}: recall {1 - len(missed) / max(1, len(wanted)):.1%} of {len(wanted)}, {skipped} not in the font")
    print(f"  must not match: {len(others)}, {len(rejected)} rejected, {len(review)} to review")
    for kind, each in (("missed", missed), ("rejected", rejected), ("review", review)):
        for phrase, read, claims in each:
            print(f"  {kind}: {phrase.entry.id}: {phrase.text} read as {read} ({', '.join(c.matched for c in claims)})")


def alarms(folders: list[Path]) -> None:
    """Pictures that carry no claim: none may reject."""
    for folder in folders:
        told: dict[str, list[Claim]] = {}
        count = lines = 0
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() not in PICTURES:
                continue
            try:
                read = read_picture(path, "paddle", 2)
            except AssetError as error:
                print(f"  {path.name}: {error}")
                continue
            count, lines = count + 1, lines + len(read)
            if found := find_claims(read):
                told[path.name] = found
        rejected = sum(any(claim.verdict == "reject" for claim in found) for found in told.values())
        share = (len(told) - rejected) / max(1, count)
        print(f"{folder.name}: {count} pictures, {lines} lines, {rejected} rejected, {share:.1%} to review")
        for name, found in told.items():
            print("  ", name, *(f"{c.verdict}:{c.entry.id}:{c.matched}" for c in found))


def codes(photos: Path, folders: list[Path]) -> None:
    """Recall by width on slides of 1080 x 1440 px saved as JPEG, and what is found where there is none."""
    import zxingcpp

    files = [path for path in sorted(photos.iterdir()) if path.suffix.lower() in PICTURES][:20]
    kinds = {"QR": (zxingcpp.BarcodeFormat.QRCode, "https://example.com/a1b2c3"),
             "EAN-13": (zxingcpp.BarcodeFormat.EAN13, "4006381333931")}  # fmt: skip
    for name, (kind, text) in kinds.items():
        code = Image.fromarray(
            np.asarray(zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, kind), scale=8))
        )
        for width in (60, 90, 120, 180, 240, 360):
            small = code.resize((width, max(1, round(width * code.height / code.width))), Image.Resampling.LANCZOS)
            read = sum(bool(find_codes(pasted(path, small, random.Random(path.stem)))) for path in files)
            print(f"{name} {width} px wide: {read} of {len(files)} found")
    for folder in folders:
        looked = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in PICTURES]
        told = {path.name: [code.name for code in find_codes(opened(path))] for path in looked}
        print(f"{folder.name}: {len(looked)} pictures, {sum(map(bool, told.values()))} with codes")
        for name, found in told.items():
            if found:
                print("  ", name, *found)


def pasted(path: Path, code: Image.Image, chance: random.Random) -> Pixels:
    """A code somewhere on a photo, as a JPEG shows it."""
    picture = ImageOps.fit(Image.fromarray(opened(path)), (1080, 1440))
    picture.paste(code.convert("RGB"), (chance.randint(0, 1080 - code.width), chance.randint(0, 1440 - code.height)))
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return np.asarray(Image.open(buffer))


def ours(picture: Pixels, regions: list[TextRegion]) -> list[str]:
    """Assetkit's recogniser."""
    return [said.text for said in transcriber(2).read(picture, regions)]


def rapidocr() -> Reader:
    """RapidOCR with its defaults, given each line cut out of the picture as it cuts them."""
    import cv2
    from rapidocr import RapidOCR
    from rapidocr.utils.process_img import get_rotate_crop_image

    reader = RapidOCR(params={"Global.log_level": "error"})

    def read(picture: Pixels, regions: list[TextRegion]) -> list[str]:
        bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
        cut = [get_rotate_crop_image(bgr, np.array(r.polygon, np.float32)) for r in regions]
        results: list[Any] = [reader(each, use_det=False, use_cls=True, use_rec=True) for each in cut]
        return [result.txts[0] if result.txts else "" for result in results]

    return read


def easyocr() -> Reader:
    """EasyOCR, Simplified Chinese and English, where its weights are installed."""
    import easyocr as package

    reader = package.Reader(["ch_sim", "en"], gpu=False, download_enabled=False, verbose=False)

    def read(picture: Pixels, regions: list[TextRegion]) -> list[str]:
        boxes = [[region.box.left, region.box.right, region.box.top, region.box.bottom] for region in regions]
        grey = np.asarray(Image.fromarray(picture).convert("L"))
        return [reader.recognize(grey, [box], [], detail=0)[0] for box in boxes]

    return read


ENGINES: dict[str, Callable[[], Reader]] = {"assetkit": lambda: ours, "RapidOCR": rapidocr, "EasyOCR": easyocr}


def plain(text: str) -> str:
    """Text as engines are compared: compatibility forms folded, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def distance(one: str, other: str) -> int:
    """Levenshtein's."""
    row = list(range(len(other) + 1))
    for n, sign in enumerate(one, 1):
        row, last = [n], row
        for m, against in enumerate(other, 1):
            row.append(min(last[m] + 1, row[-1] + 1, last[m - 1] + (sign != against)))
    return row[-1]


def known_lines(folder: Path) -> Iterator[tuple[Pixels, list[TextRegion], list[str]]]:
    """Each picture with the lines whose text is known."""
    for file, truth in json.loads((folder / "gt.json").read_text("utf-8")).items():
        pairs = zip(truth.get("polygons") or (), truth.get("texts") or (), strict=False)
        lines = [(TextRegion(tuple((x, y) for x, y in polygon), 1.0), text) for polygon, text in pairs if text]
        if lines:
            yield opened(folder / file, 100_000), [region for region, _ in lines], [text for _, text in lines]


def recognition(folder: Path, only: list[str] | None) -> None:
    """Normalised edit distance per engine: mean over lines, and the share of lines read without an error."""
    for name, make in ENGINES.items():
        if only and name not in only:
            continue
        try:
            read = make()
        except Exception as error:  # what a package that is not installed, or has no weights, raises
            print(f"{name}: not here ({type(error).__name__}: {str(error)[:80]})")
            continue
        errors, seconds = [], 0.0
        for picture, regions, texts in known_lines(folder):
            start = time.perf_counter()
            found = read(picture, regions)
            seconds += time.perf_counter() - start
            for text, got in zip(map(plain, texts), map(plain, found), strict=True):
                errors.append(distance(text, got) / max(len(text), len(got), 1))
        exact = statistics.mean(error == 0 for error in errors)
        print(
            f"{name}: {len(errors)} lines, distance {statistics.mean(errors):.4f}, exact {exact:.1%}, {seconds:.1f} s"
        )


def clock(folder: Path, limit: int | None, threads: int, rounds: int) -> None:
    """Seconds for coverage (decode, find, measure), and for reading and matching on top, picture by picture."""
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)[:limit]
    finds, reads, count = 0.0, 0.0, 0
    lines_on(opened(files[0]), threads)  # loads both
    for _ in range(rounds):
        for path in files:
            start = time.perf_counter()
            picture = opened(path)
            regions = detector("paddle", threads).detect(picture)
            coverage(regions, Box(0, 0, picture.shape[1], picture.shape[0]))
            found = time.perf_counter()
            find_claims(as_lines(regions, transcriber(threads).read(picture, regions)))
            finds, reads, count = finds + found - start, reads + time.perf_counter() - found, count + len(regions)
    print(f"{len(files)} pictures x {rounds}, {count} lines: coverage {finds:.2f} s, claims {reads:.2f} s more")
    print(f"reading text for claims adds {reads / finds:.0%} to coverage alone (decoding included)")


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest="kind", required=True)
    drawn = kinds.add_parser("slides")
    drawn.add_argument("photos", type=Path)
    drawn.add_argument("fonts", type=Path, nargs="+")
    drawn.add_argument("--limit", type=int)
    drawn.add_argument("--show", type=Path)
    kinds.add_parser("alarms").add_argument("folders", type=Path, nargs="+")
    coded = kinds.add_parser("codes")
    coded.add_argument("photos", type=Path)
    coded.add_argument("folders", type=Path, nargs="+")
    known = kinds.add_parser("recognition")
    known.add_argument("folder", type=Path)
    known.add_argument("--only", nargs="*")
    timed = kinds.add_parser("time")
    timed.add_argument("folder", type=Path)
    timed.add_argument("--limit", type=int)
    timed.add_argument("--threads", type=int, default=2)
    timed.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    if args.kind == "slides":
        slides(args.photos, args.fonts, args.limit, args.show)
    elif args.kind == "alarms":
        alarms(args.folders)
    elif args.kind == "codes":
        codes(args.photos, args.folders)
    elif args.kind == "recognition":
        recognition(args.folder, args.only)
    else:
        clock(args.folder, args.limit, args.threads, args.rounds)


if __name__ == "__main__":
    main()
