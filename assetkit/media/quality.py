"""How good a picture looks: sharp, well lit, finely resolved, little compressed. Numbers only; checks judge them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from assetkit.facts import Quality
from assetkit.media.pixels import Pixels

Plane = NDArray[np.float32]
Grey = NDArray[np.uint8]

_TILE = 64  # pixels; small enough that a subject in focus fills some, large enough to hold an edge
_TILES_MIN = 4
_STRUCTURE_MIN = 0.3  # squared grey levels per pixel of slope: below is noise, grain and compression
_STRUCTURE_SHARE = 0.02  # of the strongest tile's; grain on a blurred picture must not pass for detail
_PATCH, _PATCHES = 128, 12
_NOISE, _CLEAR = 0.5, 8  # grey levels of rounding and compression; powers of it from which detail is detail
_CLIPPED, _LIGHT, _WHITE = 253, 160, 247
_BACKDROP_EDGE = 0.75  # of the picture's edge is white: a cut-out or a packshot; skies and windows touch less
_BLOCK = 8  # JPEG's
_UNSEEN = 1  # grey levels; smooth gradients have a grid far fainter than that, which nobody sees
_STEP_MOST = 20  # grey levels; strong edges would drown the grid


def measure_quality(picture: Pixels, *, is_native: bool) -> Quality:
    """Measure RGB pixels; blocks of an earlier JPEG can only be seen if they have the file's own scale."""
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    low, high, bright = (float(v) / 255 for v in np.percentile(grey[::2, ::2], (2, 98, 95)))
    luma = grey.astype(np.float32)
    slope, bend = _slope_and_bend(luma)
    return Quality(
        sharpness=_sharpness(slope, bend),
        brightness=round(bright, 3),
        highlights=round(_clipped_share(picture, grey), 4),
        contrast=round(high - low, 3),
        detail=_detail(luma, slope),
        blockiness=_blockiness(grey) if is_native else None,
    )


def edge_sharpness(picture: Pixels) -> float | None:
    """The `sharpness` of `measure_quality` alone, for RGB pixels."""
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    return _sharpness(*_slope_and_bend(grey.astype(np.float32)))


def _slope_and_bend(luma: Plane) -> tuple[Plane, Plane]:
    """Squared first and second derivatives, of a picture smoothed just enough to leave grain behind."""
    smooth = cv2.GaussianBlur(luma, (0, 0), 1.0)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8)
    bend = cv2.Laplacian(smooth, cv2.CV_32F)
    return across * across + down * down, bend * bend


def _tiled(values: Plane, side: int) -> Plane:
    """Means of whole tiles; what does not fill one at the right and bottom is left out."""
    height, width = values.shape[0] // side, values.shape[1] // side
    whole = values[: height * side, : width * side]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), dtype=np.float32)


def _sharpness(slope: Plane, bend: Plane) -> float | None:
    """How abruptly edges turn in the sharpest part, so that a shallow depth of field is no fault; about 1 in photos.

    The bend of an edge grows with its slope, whatever its contrast, and falls with its width.
    """
    if min(slope.shape) < _TILE:
        return None
    slopes, bends = _tiled(slope, _TILE), _tiled(bend, _TILE)
    enough = slopes > max(_STRUCTURE_MIN, _STRUCTURE_SHARE * float(slopes.max()))
    if np.count_nonzero(enough) < min(_TILES_MIN, slopes.size):
        return None
    return round(float(np.percentile(np.sqrt(bends[enough] / slopes[enough]), 95)), 3)


def _detail(luma: Plane, slope: Plane) -> float | None:
    """Fine over medium detail (0.4 to 0.6 over 0.2 to 0.35 of what the pixels can hold), as amplitudes.

    In the patches with most structure, the better ones counting. An enlarged picture has nothing fine to show.
    """
    if min(slope.shape) < _PATCH:
        return None
    structure = _tiled(slope, _PATCH)
    if float(structure.max()) < _STRUCTURE_MIN:
        return None
    window = np.outer(np.hanning(_PATCH), np.hanning(_PATCH)).astype(np.float32)
    frequency = 2 * np.maximum(np.abs(np.fft.fftfreq(_PATCH))[:, None], np.fft.rfftfreq(_PATCH)[None])
    medium, fine = (frequency >= 0.2) & (frequency < 0.35), (frequency >= 0.4) & (frequency < 0.6)
    floor = _NOISE**2 * float((window**2).sum())
    shares = []
    for place in np.argsort(structure, axis=None, kind="stable")[::-1][:_PATCHES]:
        top, left = (int(v) * _PATCH for v in np.unravel_index(place, structure.shape))
        patch = luma[top : top + _PATCH, left : left + _PATCH]
        power = np.abs(np.fft.rfft2((patch - patch.mean()) * window)) ** 2
        shares.append(max(0.0, float(power[fine].mean()) - floor) / max(float(power[medium].mean()), _CLEAR * floor))
    return round(float(np.percentile(shares, 90) ** 0.5), 3)


def _clipped_share(picture: Pixels, grey: Grey) -> float:
    """The share of light pixels with a channel at its end, a white backdrop left out."""
    red, green, blue = cv2.split(np.ascontiguousarray(picture[::2, ::2]))
    light = grey[::2, ::2] >= _LIGHT
    clipped = (np.asarray(cv2.max(cv2.max(red, green), blue)) >= _CLIPPED) & light
    white = np.pad((np.asarray(cv2.min(cv2.min(red, green), blue)) >= _WHITE).astype(np.uint8), 1)
    edge = np.concatenate([white[1, 1:-1], white[-2, 1:-1], white[1:-1, 1], white[1:-1, -2]])
    if edge.mean() >= _BACKDROP_EDGE:
        white[[0, -1], :] = white[:, [0, -1]] = 1  # a frame that joins every part of the backdrop
        cv2.floodFill(white, None, (0, 0), 2)
        clipped &= white[1:-1, 1:-1] != 2
    return float(clipped.mean())


def _blockiness(grey: Grey) -> float | None:
    """How much larger steps are at every eighth column and row than elsewhere; 1 where there is no grid."""
    if min(grey.shape) <= 8 * _BLOCK:
        return None
    most = np.full((1, 1), _STEP_MOST, np.uint8)
    across = np.minimum(cv2.absdiff(grey[:, 1:], grey[:, :-1]), most)
    down = np.minimum(cv2.absdiff(grey[1:], grey[:-1]), most)
    columns = np.asarray(cv2.reduce(across, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F), np.float32)
    rows = np.asarray(cv2.reduce(down, 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F), np.float32)
    return round(float((_grid(columns.ravel()) * _grid(rows.ravel())) ** 0.5), 3)


def _grid(steps: Plane) -> float:
    whole = steps[: steps.size // _BLOCK * _BLOCK].reshape(-1, _BLOCK).mean(axis=0)
    return (float(whole.max()) + _UNSEEN) / (float(np.median(whole)) + _UNSEEN)
