"""Where others put a crop window: libvips' two smart crops, smartcrop from PyPI, and the plain middle.

Part of crops.py. Each proposer takes RGB pixels and the size of the window, and returns the window in those pixels.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from assetkit.geometry import Box, Size, centred

Pixels = NDArray[np.uint8]
Proposal = Callable[[Pixels, Size], Box]


def size_of(pixels: Pixels) -> Size:
    return Size(pixels.shape[1], pixels.shape[0])


def proposers() -> dict[str, Proposal]:
    """Every peer that is installed, by name."""
    found: dict[str, Proposal] = {"centre": lambda pixels, window: centred(window, size_of(pixels))}
    if shutil.which("vips"):
        found |= {f"vipsthumbnail {what}": partial(_vips, what) for what in ("attention", "entropy")}
    else:
        print("without vipsthumbnail: install libvips-tools", file=sys.stderr)
    try:
        found["smartcrop (PyPI)"] = _smartcrop()
    except ImportError:
        print("without smartcrop: pip install smartcrop", file=sys.stderr)
    return found


def _vips(interesting: str, pixels: Pixels, window: Size) -> Box:
    """What `vipsthumbnail --smartcrop` does once the picture is small; the window is where its pixels came from."""
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name) / "in.png", Path(name) / "out.png"
        Image.fromarray(pixels).save(source, compress_level=1)
        sides = [str(window.width), str(window.height)]
        subprocess.run(["vips", "smartcrop", source, target, *sides, "--interesting", interesting], check=True)
        with Image.open(target) as cropped:
            return located(np.asarray(cropped.convert("RGB")), pixels)


def located(part: Pixels, pixels: Pixels) -> Box:
    """Where `part` was cut out of `pixels`, of equal places the nearest to the middle. It must have been."""
    size, inner = size_of(pixels), size_of(part)
    middle = centred(inner, size)
    places = [middle.moved(left - middle.left, 0) for left in range(size.width - inner.width + 1)]
    places = [p.moved(0, top - p.top) for p in places for top in range(size.height - inner.height + 1)]
    places.sort(key=lambda p: abs(p.left - middle.left) + abs(p.top - middle.top))
    for place in places:
        rows, columns = slice(place.top, place.bottom), slice(place.left, place.right)
        corner = pixels[place.top, place.left]  # tells most places apart at once
        if np.array_equal(corner, part[0, 0]) and np.array_equal(pixels[rows, columns], part):
            return place
    raise SystemExit("the cropped pixels are nowhere in the picture they were cropped from")


def _smartcrop() -> Proposal:
    """By its defaults, which may take a window of nine tenths of the sides."""
    from smartcrop import SmartCrop

    cropper: Any = SmartCrop()

    def propose(pixels: Pixels, window: Size) -> Box:
        found = cropper.crop(Image.fromarray(pixels), window.width, window.height)["top_crop"]
        box = Box(found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"])
        return box.intersect(Box.of(size_of(pixels)))

    return propose
