"""From the detector's box to the ink: the rectangle is drawn round the edges of the glyphs, outlines included."""

from dataclasses import replace
from math import cos, radians, sin
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from assetkit.text.boxes import TextBox, growth

# All lengths are in heights of the line's core, about 0.55 of the height of its ink.
_REACH = 0.7  # ink ends at most this far outside the core; what goes on beyond it is background
_SEED = 0.5  # share of the usual growth within which a glyph must begin: leaves panels' and neighbours' edges out
_CORE_PIXELS = 32  # a core is scaled down to this height: edges are sharp in it and texture is not
_EDGE = 0.45  # of the text's own contrast: above texture and shadows, below the weaker side of an outline
_FAINTEST = 12  # grey levels; below it there is no ink to be told from noise

Extent = tuple[float, float]
Element = TypeVar("Element", bound=np.generic)


def fit(picture: NDArray[np.uint8], core: TextBox) -> TextBox:
    """The line whose core is `core`, tight round its ink, in an RGB picture (height, width, 3).

    A side where edges go on past the reach (text on a busy background) keeps the detector's usual growth.
    """
    core = core.level()
    usual = growth(core.width, core.height)
    reach = _REACH * core.height + 1
    outer = core.grown(reach, reach)
    strip = straightened(picture, outer, min(1.0, _CORE_PIXELS / core.height))
    down, across = strip.shape[0] / outer.height, strip.shape[1] / outer.width
    glyphs = _glyphs(
        strip, (reach * across, reach * down), ((reach - _SEED * usual) * across, (reach - _SEED * usual) * down)
    )
    margin = reach - usual
    left, right = _extent(np.flatnonzero(glyphs.any(axis=0)), strip.shape[1], margin * across)
    top, bottom = _extent(np.flatnonzero(glyphs.any(axis=1)), strip.shape[0], margin * down)
    return _part(outer, (left / across, right / across), (top / down, bottom / down))


def straightened(picture: NDArray[np.uint8], box: TextBox, scale: float) -> NDArray[np.uint8]:
    """The pixels inside a box as an upright strip, `scale` times as large; edges are repeated past the picture's."""
    import cv2

    width, height = max(1, round(box.width)), max(1, round(box.height))
    c, s = cos(radians(box.angle)), sin(radians(box.angle))
    turn = np.array([[c, -s], [s, c]])
    # pixel centres are whole numbers to OpenCV and halves to boxes
    origin = np.array([box.x - 0.5, box.y - 0.5]) - turn @ np.array([(width - 1) / 2, (height - 1) / 2])
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    matrix = np.column_stack([turn, origin])
    strip = cv2.warpAffine(picture, matrix, (width, height), flags=how, borderMode=cv2.BORDER_REPLICATE)
    if scale < 1:
        smaller = max(1, round(width * scale)), max(1, round(height * scale))
        strip = cv2.resize(strip, smaller, interpolation=cv2.INTER_AREA)
    return np.asarray(strip, np.uint8)


def _glyphs(strip: NDArray[np.uint8], core: Extent, seed: Extent) -> NDArray[np.bool_]:
    """Which pixels of a strip are edges of glyphs that reach inside the seed: margins (x, y) in strip pixels."""
    import cv2

    beside = np.asarray(cv2.absdiff(strip[:, 1:], strip[:, :-1]), np.uint8).max(axis=2)
    below = cv2.absdiff(strip[1:], strip[:-1]).max(axis=2)
    inner = _inside(beside, core)
    contrast = float(np.percentile(inner, 95)) if inner.size else 0.0
    edges = np.zeros(strip.shape[:2], np.uint8)
    if contrast < _FAINTEST:
        return edges.astype(bool)
    # a step between two pixels marks both: which of them is ink is not known
    edges[:, 1:] |= beside > _EDGE * contrast
    edges[:, :-1] |= beside > _EDGE * contrast
    edges[1:] |= below > _EDGE * contrast
    edges[:-1] |= below > _EDGE * contrast
    count, found = cv2.connectedComponents(edges, connectivity=8)
    labels = np.asarray(found, np.int32)
    wanted = np.zeros(count, bool)
    wanted[np.unique(_inside(labels, seed))] = True
    wanted[0] = False
    return np.asarray(wanted[labels], bool)


def _inside(array: NDArray[Element], margins: Extent) -> NDArray[Element]:
    """An array without its margins (x, y)."""
    x, y = round(margins[0]), round(margins[1])
    return array[y : array.shape[0] - y, x : array.shape[1] - x]


def _extent(marked: NDArray[np.intp], length: int, usual: float) -> Extent:
    """First and last marked place, half a pixel in from the marks; `usual` in from an end that the marks touch."""
    if not marked.size:
        return usual, length - usual
    first, last = int(marked[0]), int(marked[-1]) + 1
    return (first + 0.5 if first > 0 else usual), (last - 0.5 if last < length else length - usual)


def _part(box: TextBox, along: Extent, across: Extent) -> TextBox:
    """The part of a box between two places along its width and two along its height."""
    dx, dy = (sum(along) - box.width) / 2, (sum(across) - box.height) / 2
    c, s = cos(radians(box.angle)), sin(radians(box.angle))
    return replace(
        box,
        x=box.x + dx * c - dy * s,
        y=box.y + dx * s + dy * c,
        width=max(1.0, along[1] - along[0]),
        height=max(1.0, across[1] - across[0]),
    )
