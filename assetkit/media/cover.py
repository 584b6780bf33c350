"""What a frame's pixels say of it as a cover: sharp, well lit, steady, and how unlike another it is."""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from assetkit.media.pixels import Pixels, strongest, weakest
from assetkit.media.quality import edge_sharpness
from assetkit.scoring import ScoreParts

_SIDE, _EDGE_SIDE = 320, 640
_DARK, _BRIGHT = 32.0, 224.0  # mean luma beyond these is a fade or a blown shot
_FLAT = 8.0  # a smaller spread of luma is a black, white or plain frame
_CRISP = 400.0  # variance of the Laplacian of a crisp frame at this size; more is not better
_BLURRED, _SHARP = 0.3, 0.9  # edge sharpness of frames that defocus or motion blurred, and of clean ones
_THUMB = (64, 48)
_SEEN = 6.0  # grey levels of mean change over three looks, from where a change is more than noise and drift
_BLENDED = (
    0.22  # share of the change that a straight line between two looks leaves over: fades 0.05 to 0.21, motion more
)
_MOTION = 0.5  # of the power of a change; of fades and dissolves a motion explains next to nothing
_CUT_STEP, _CUT_ALIKE = 15.0, 0.6  # a step this large to a picture correlating less is a cut, a flash, or as bad
_UNLIKE = 48.0  # grey levels between the small pictures of two shots that have nothing in common
_STEADY, _BLENDING = 1.0, 0.2
_COLOURS_SIDE = 16


def look_parts(picture: Pixels) -> ScoreParts:
    """Sharpness, exposure and tones of an RGB picture on its own; its total is 0 if black or blank."""
    picture = shrunk(picture, _EDGE_SIDE)
    small = shrunk(picture, _SIDE)
    luma = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    mean, spread = float(luma.mean()), float(luma.std())
    if spread < _FLAT:
        return ScoreParts(0.0, 0.0, 0.0)
    crisp = min(1.0, float(cv2.Laplacian(luma, cv2.CV_64F).var()) / _CRISP) ** 0.5
    exposure = min(1.0, max(0.0, mean / _DARK), max(0.0, (255 - mean) / (255 - _BRIGHT)))
    few = np.ascontiguousarray(picture[::4, ::4])
    colour = min(1.0, float((strongest(few) - weakest(few)).mean()) / 40)
    tones = min(1.0, spread / 50) * 2 / 3 + colour / 3
    return ScoreParts(round(_sharpness(picture, crisp), 4), round(float(exposure), 4), round(tones, 4))


def shrunk(picture: Pixels, side: int) -> Pixels:
    """The picture with its longer side at most `side` pixels."""
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _sharpness(picture: Pixels, crisp: float) -> float:
    """How much fine structure there is, and how abrupt its edges are: a plain scene has little of the first."""
    edges = edge_sharpness(picture)
    if edges is None:
        return crisp
    return (crisp + min(1.0, max(0.0, (edges - _BLURRED) / (_SHARP - _BLURRED)))) / 2


def steadiness(looks: Sequence[Pixels]) -> list[float]:
    """How far each of the pictures that follow each other closely is one of its own: 1, 0.2 in a fade, 0 beside a cut.

    A fade and a dissolve run along a straight line from picture to picture; what moves does not. A flash is two cuts.
    """
    small = [_thumb(picture) for picture in looks]
    found = [_STEADY] * len(small)
    for number, (a, b) in enumerate(pairwise(small)):
        if _is_cut(a, b):
            found[number] = found[number + 1] = 0.0
    if any(_is_blend(*three) for three in zip(small, small[1:], small[2:], strict=False)):
        found = [min(value, _BLENDING) for value in found]
    return found


def _is_cut(a: NDArray[np.float32], b: NDArray[np.float32]) -> bool:
    return float(np.abs(b - a).mean()) >= _CUT_STEP and _likeness(a, b) < _CUT_ALIKE


def _is_blend(a: NDArray[np.float32], b: NDArray[np.float32], c: NDArray[np.float32]) -> bool:
    change = float(np.abs(c - a).mean())
    is_straight = float(np.abs(b - (a + c) / 2).mean()) < _BLENDED * change
    return change >= _SEEN and is_straight and _share_of_motion(a, c) < _MOTION


def _share_of_motion(a: NDArray[np.float32], c: NDArray[np.float32]) -> float:
    """How much of the change a pan, a turn or a zoom explains, 0..1: one slower than a pixel a look runs straight, too.

    By least squares on the slopes of the picture, as for optical flow, with one affine motion for all of it.
    """
    down, across = np.gradient((a + c) / 2)
    y, x = np.mgrid[-1 : 1 : complex(0, a.shape[0]), -1 : 1 : complex(0, a.shape[1])]
    slopes = np.stack([across, down, x * across, y * across, x * down, y * down], axis=-1).reshape(-1, 6)
    change = (c - a).ravel()
    left = change - slopes @ np.linalg.lstsq(slopes, change, rcond=None)[0]
    return 1 - float(left @ left) / max(1e-6, float(change @ change))


def _likeness(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Correlation; 0 where one of them is plain."""
    one, two = a - a.mean(), b - b.mean()
    power = float((one * one).sum()) * float((two * two).sum())
    return float((one * two).sum()) / power**0.5 if power > 1 else 0.0


def _thumb(picture: Pixels) -> NDArray[np.float32]:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, _THUMB, interpolation=cv2.INTER_AREA), np.float32)


def gist(picture: Pixels) -> NDArray[np.float32]:
    """The colours of a picture in 16 x 16 px, by which it is told from others."""
    side = (_COLOURS_SIDE, _COLOURS_SIDE)
    return np.asarray(cv2.resize(picture, side, interpolation=cv2.INTER_AREA), np.float32)


def unlikeness(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """0 (the same picture) to 1 (nothing in common) of two gists."""
    return min(1.0, float(np.abs(one - other).mean()) / _UNLIKE)
