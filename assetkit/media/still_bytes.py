"""A finished picture into a file's bytes: the format that suits it, and the best quality that fits the byte limit."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image, ImageFile

from assetkit.errors import AssetError
from assetkit.media.pixels import Pixels, strongest
from assetkit.media.plain import rgb_pixels
from assetkit.model import Chroma, Plan
from assetkit.wording import say

Encode = Callable[[int], bytes]
_MOST_ENCODES = 7
# Bytes go about with this power of the quantisation step: 0.45 to 0.8 over photos, drawings and noise.
_STEP_POWER = -0.6
# Hard edges between flat areas: screenshots, logos, drawings. Photos stay under 0.13 of hard steps where half
# of the neighbours are equal (a product on white), anti-aliased lettering and icons begin at 0.19.
_FLAT_SHARE, _HARD_SHARE, _HARD_STEP = 0.55, 0.18, 32
_PNG_MOST = 2  # times the bytes of the JPEG that it replaces; beyond that it is a picture with a photo in it
# Share of pixels whose colour is off by more than 24 of 255 after halving: up to 0.13 % in photos,
# 0.3 % and more where saturated lettering or line art meets another colour.
_SMEAR_STEP, _SMEAR_SHARE = 24, 0.002
_BAND = 16  # rows looked at together, of every 48


@dataclass(frozen=True, slots=True)
class Encoded:
    """A file's bytes, the format that they have (the plan's, or PNG), and in words how they were made."""

    data: bytes
    format: str
    said: str


def encoded(image: Image.Image, plan: Plan, around: int = 0) -> Encoded:
    """Encode a finished picture as planned; so many bytes will be put `around` it, and count too.

    Raises AssetError `file-size-max` with the smallest size reached if the lowest quality does not fit.
    """
    smears, is_graphic = _nature(image) if plan.format == "jpeg" else (False, False)
    full = plan.chroma is Chroma.FULL or smears
    may_be_png = plan.format == "jpeg" and plan.may_be_png
    most = math.inf if plan.max_bytes is None else plan.max_bytes - around
    data, said = _fitting(
        lambda quality: still_bytes(image, plan.format, quality, Chroma.FULL if full else Chroma.HALF), plan, around
    )
    if len(data) > most:
        png = still_bytes(image, "png", 0, Chroma.FULL) if may_be_png else data
        if len(png) > most:
            raise _too_large(min(len(data), len(png)) + around, plan)
        # fine hard edges everywhere are what JPEG is worst at
        return Encoded(png, "png", say("encoded as png to fit {max_bytes:,} bytes", max_bytes=plan.max_bytes))
    if may_be_png and is_graphic:
        png = still_bytes(image, "png", 0, Chroma.FULL)
        if len(png) <= min(len(data) * _PNG_MOST, most):
            return Encoded(png, "png", say("encoded as png, which keeps the hard edges of flat graphics"))
    is_stated = full and plan.format == "jpeg"
    return Encoded(
        data, plan.format, say("{said}, chroma {chroma}", said=said, chroma=Chroma.FULL) if is_stated else said
    )


def still_bytes(image: Image.Image, file_format: str, quality: int, chroma: Chroma) -> bytes:
    """Encode once; the same pixels give the same bytes."""
    buffer = BytesIO()
    if file_format == "png":
        image.save(buffer, "PNG", optimize=True)
    elif file_format == "webp":  # always 4:2:0, but for the sharper conversion
        image.save(buffer, "WEBP", quality=quality, use_sharp_yuv=chroma is Chroma.FULL)
    else:
        with _room_for(image):
            image.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True, subsampling=chroma.value)
    return buffer.getvalue()


@contextmanager
def _room_for(image: Image.Image) -> Iterator[None]:
    """Pillow holds an optimised JPEG in one block: a byte a pixel, which noise in full colour exceeds, and fails."""
    usual = ImageFile.MAXBLOCK
    ImageFile.MAXBLOCK = max(usual, 4 * image.width * image.height)
    try:
        yield
    finally:
        ImageFile.MAXBLOCK = usual


def _too_large(smallest: int, plan: Plan) -> AssetError:
    return AssetError(
        "file-size-max",
        "transform",
        say(
            "the smallest size reached is {smallest:,} bytes, the limit is {max_bytes:,}",
            smallest=smallest,
            max_bytes=plan.max_bytes,
        ),
        say("simplify the picture, or raise the limit or lower quality_min in the preset"),
    )


def _fitting(encode: Encode, plan: Plan, around: int) -> tuple[bytes, str]:
    """The best that fits, or else the smallest, and in words how it was made."""
    best = encode(plan.quality_max)
    if plan.format == "png":
        return best, say("encoded as png")
    if plan.max_bytes is None or len(best) + around <= plan.max_bytes:
        return best, say(
            "encoded as {format} at quality {quality_max}", format=plan.format, quality_max=plan.quality_max
        )
    quality, data = _searched(encode, plan.quality_min, (plan.quality_max, best), max(1, plan.max_bytes - around))
    return data, say(
        "encoded as {format} at quality {quality} to fit {max_bytes:,} bytes",
        format=plan.format,
        quality=quality,
        max_bytes=plan.max_bytes,
    )


def _searched(encode: Encode, floor: int, top: tuple[int, bytes], most: int) -> tuple[int, bytes]:
    """The highest quality under the `top` that fits, with its bytes; the smallest bytes if none does.

    Follows the line through known sizes (bytes over quantisation step, both as logarithms) instead of halving, but
    never leaves more open than halving can settle with the encodes that remain, once it can settle it at all: with
    up to 63 qualities the answer is exact. One encode is kept back for the floor while nothing fits, so that a
    picture is never refused untried.
    """
    best, sizes = top, {top[0]: len(top[1])}
    low, high = floor, top[0] - 1
    while low <= high and len(sizes) < _MOST_ENCODES:
        after = _MOST_ENCODES - len(sizes) - 1  # encodes that remain once this one is done
        quality = _settleable(_guess(sizes, most), low, high, 2**after)
        if len(best[1]) > most and not after:
            quality = floor
        data = encode(quality)
        sizes[quality] = len(data)
        if len(data) <= most:
            best, low = (quality, data), quality + 1
        else:
            best, high = min(best, (quality, data), key=lambda made: len(made[1])), quality - 1
    return best


def _settleable(guess: int, low: int, high: int, reach: int) -> int:
    """The guess, moved so that fewer than `reach` qualities stay open on either side of it if that is possible."""
    least, most = max(low, high + 1 - reach), min(high, low - 1 + reach)
    return min(most, max(least, guess)) if least <= most else min(high, max(low, guess))


def _guess(sizes: Mapping[int, int], most: int) -> int:
    """The highest quality that should fit, by the known sizes (quality -> bytes) on both sides of the limit."""
    over = min((q for q in sizes if sizes[q] > most), default=None)
    under = max((q for q in sizes if sizes[q] <= most), default=None)
    if over is None or under is None:  # from outside: by the two nearest, or by the rule
        near = sorted(sizes)[:2]
        slope = _slope(sizes, *near) if len(near) == 2 else _STEP_POWER
    else:
        near, slope = [over], _slope(sizes, under, over)
    aimed = _step(near[0]) + (math.log(most) - math.log(sizes[near[0]])) / slope
    return next((q for q in range(99, 0, -1) if _step(q) >= aimed - 1e-9), 1)


def _slope(sizes: Mapping[int, int], low: int, high: int) -> float:
    return min(-0.05, math.log(sizes[high] / sizes[low]) / (_step(high) - _step(low)))


def _step(quality: int) -> float:
    """Logarithm of the quantisation step at a quality (the Independent JPEG Group's scale, 1 to 100)."""
    return math.log(5000 / quality if quality < 50 else 200 - 2 * quality)


def _nature(image: Image.Image) -> tuple[bool, bool]:
    """True if halved colours would show on it; and true if it is a flat graphic."""
    pixels = rgb_pixels(image)
    return image.mode == "RGB" and _smears(pixels), _is_graphic(pixels)


def _is_graphic(pixels: Pixels) -> bool:
    """True for flat areas that meet in hard edges, which JPEG surrounds with noise. Every fourth row tells."""
    import cv2

    rows = np.ascontiguousarray(pixels[::4])
    steps = strongest(cv2.absdiff(rows[:, 1:], rows[:, :-1])) if rows.shape[1] > 1 else np.zeros((1, 1), np.uint8)
    uneven = int(np.count_nonzero(steps))
    if uneven > (1 - _FLAT_SHARE) * steps.size:
        return False
    return int(np.count_nonzero(steps > _HARD_STEP)) >= _HARD_SHARE * max(1, uneven)


def _smears(pixels: Pixels) -> bool:
    """True if halving the colours' resolution shows, as it does on saturated lettering. Every third band tells."""
    if min(pixels.shape[:2]) < 2:
        return False
    import cv2

    bands = [pixels[top : top + _BAND] for top in range(0, max(1, len(pixels) - _BAND + 1), 3 * _BAND)]
    colours = np.ascontiguousarray(cv2.cvtColor(np.concatenate(bands), cv2.COLOR_RGB2YCrCb)[..., 1:])
    height, width = colours.shape[:2]
    half = cv2.resize(colours, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    error = strongest(cv2.absdiff(colours, cv2.resize(half, (width, height), interpolation=cv2.INTER_LINEAR)))
    if len(bands) > 1:  # a band's first and last row were blended with the next band's
        error = error.reshape(-1, _BAND, width)[:, 1:-1]
    return int(np.count_nonzero(error > _SMEAR_STEP)) > _SMEAR_SHARE * error.size
