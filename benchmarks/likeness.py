"""How well a perceptual hash tells what people take for the same picture: the figures in docs/sets.md.

python benchmarks/likeness.py PHOTOS [--font FILE]

PHOTOS is a folder of photos that do not show the same thing. FILE is a font with Chinese; without one no words are
drawn.
"""

import argparse
import io
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from assetkit.geometry import Box, Size
from assetkit.media.likeness import likeness_of

SIZE = (540, 720)
BITS = (8, 16, 24, 32, 48, 64)
WORDS = (
    ("为什么干", "秋冬水分流失", "屏障受损"),
    ("怎么用", "早晚各一次", "按压两泵"),
    ("看效果", "第七天", "肤感变化"),
    ("在哪买", "店铺首页", "搜索同名"),
)
PAPERS = ((250, 240, 232), (230, 240, 250), (255, 255, 255), (240, 220, 225))


def hashed(picture: Image.Image) -> int:
    pixels = np.asarray(picture.convert("RGB"))
    size = Size(picture.width, picture.height)
    return likeness_of(pixels, Box.of(size), size)


def photos(folder: Path) -> list[Image.Image]:
    found = []
    for path in sorted(folder.iterdir()):
        try:
            found.append(ImageOps.fit(ImageOps.exif_transpose(Image.open(path)).convert("RGB"), SIZE))
        except (UnidentifiedImageError, OSError):
            continue
    return found


def pressed(picture: Image.Image) -> Image.Image:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=40)
    return Image.open(data)


def trimmed(share: float) -> Callable[[Image.Image], Image.Image]:
    def trim(picture: Image.Image) -> Image.Image:
        x, y = round(picture.width * share / 2), round(picture.height * share / 2)
        return picture.crop((x, y, picture.width - x, picture.height - y))

    return trim


def captioned(font: Path) -> Callable[[Image.Image], Image.Image]:
    def write(picture: Image.Image) -> Image.Image:
        picture = picture.copy()
        chosen = ImageFont.truetype(str(font), 44)
        place, line = (60, 600), "轻盈水润 一夏清透"
        ImageDraw.Draw(picture).text(place, line, font=chosen, fill="white", stroke_width=3, stroke_fill="black")
        return picture

    return write


def slide(paper: Image.Image, words: Sequence[str], font: Path) -> Image.Image:
    picture = paper.copy()
    for number, line in enumerate(words):
        chosen = ImageFont.truetype(str(font), 34 if number else 64)
        ImageDraw.Draw(picture).text((50, 90 + 110 * number), line, font=chosen, fill=(40, 30, 40))
    return picture


def apart(pictures: Sequence[Image.Image]) -> list[int]:
    return [(a ^ b).bit_count() for a, b in combinations([hashed(each) for each in pictures], 2)]


def shown(name: str, bits: Sequence[int]) -> None:
    shares = " | ".join(f"{sum(each < most for each in bits) / len(bits):.1%}" for most in BITS)
    print(f"| {name} | {len(bits)} | {min(bits)} | {shares} |")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("photos", type=Path)
    asked.add_argument("--font", type=Path)
    args = asked.parse_args()
    register_heif_opener()
    found = photos(args.photos)
    altered: dict[str, Callable[[Image.Image], Image.Image]] = {
        "the same photo, JPEG quality 40": pressed,
        "scaled to half": lambda picture: picture.resize((270, 360)),
        "brighter by a fifth": lambda picture: ImageEnhance.Brightness(picture).enhance(1.2),
        "colours 1.4 times as strong": lambda picture: ImageEnhance.Color(picture).enhance(1.4),
        "cropped by 3 %": trimmed(0.03),
        "cropped by 6 %": trimmed(0.06),
        "cropped by 12 %": trimmed(0.12),
    }
    if args.font:
        altered["with a caption added"] = captioned(args.font)
    altered["mirrored"] = ImageOps.mirror
    print("| pair | pairs | least | " + " | ".join(f"below {most}" for most in BITS) + " |")
    print("|---|---|---|" + "---|" * len(BITS))
    for name, change in altered.items():
        shown(name, [(hashed(photo) ^ hashed(change(photo))).bit_count() for photo in found])
    if args.font:
        papers = [Image.new("RGB", SIZE, colour) for colour in PAPERS]
        pale = [Image.blend(photo, Image.new("RGB", SIZE, "white"), 0.75) for photo in found[::6]]
        for name, backs in (("one plain template, other words", papers), ("one pale photo, other words", pale)):
            shown(name, [bits for back in backs for bits in apart([slide(back, w, args.font) for w in WORDS])])
    shown("different photos", apart(found))


if __name__ == "__main__":
    main()
