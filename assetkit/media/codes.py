"""QR and bar codes on a picture, as scanners read them."""

from typing import TYPE_CHECKING

import numpy as np

from assetkit.geometry import Box
from assetkit.lettering import Code
from assetkit.media.pixels import Pixels

if TYPE_CHECKING:
    import zxingcpp

_LONGEST = 200  # characters of what a code holds


def find_codes(pixels: Pixels, *, only_qr: bool = False) -> tuple[Code, ...]:
    """Every code that can be read in an RGB picture, in any direction, dark on light or the reverse.

    One that cannot be read is not found, be it too small, blurred, or WeChat's round one, which no free reader reads.
    QR codes alone take an eighth of the time.
    """
    import cv2
    import zxingcpp

    grey = np.ascontiguousarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))
    kinds = zxingcpp.BarcodeFormat
    matrix = zxingcpp.barcode_formats_list(zxingcpp.BarcodeFormats(kinds.AllMatrix))
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(kinds.QRCode if only_qr else kinds.All))
    return tuple(
        Code("matrix" if code.format in matrix else "bar", str(code.format), _plain(code.text), _box(code.position))
        for code in found
    )


def _plain(text: str) -> str:
    """As much of it as can be shown on one line: whoever made the code chose what it says."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:_LONGEST])


def _box(place: "zxingcpp.Position") -> Box:
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    xs, ys = [corner.x for corner in corners], [corner.y for corner in corners]
    return Box(min(xs), min(ys), max(xs) + 1, max(ys) + 1)
