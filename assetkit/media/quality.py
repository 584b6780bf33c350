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
_REACH = 5  # pixels round a tile that its derivatives depend on
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
    slopes, bends = _slopes_and_bends(grey)
    return Quality(
        sharpness=_sharpness(slopes, bends),
        brightness=round(bright, 3),
        highlights=round(_clipped_share(picture, grey), 4),
        contrast=round(high - low, 3),
        detail=_detail(grey, slopes),
        blockiness=_blockiness(grey) if is_native else None,
    )


def edge_sharpness(picture: Pixels) -> float | None:
    """The `sharpness` of `measure_quality` alone, for RGB pixels."""
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    return _sharpness(*_slopes_and_bends(grey))


def _slopes_and_bends(grey: Grey) -> tuple[Plane, Plane]:
    """Squared first and second derivatives of a picture smoothed just enough to leave grain behind, a mean for a tile.

    What does not fill a tile at the right and bottom is left out. A row of tiles at a time stays in the cache.
    """
    down, across = (side // _TILE for side in grey.shape)
    slopes, bends = np.zeros((2, down, across), np.float32)
    for row in range(down if across else 0):
        top = row * _TILE
        above = min(top, _REACH)
        band = grey[top - above : top + _TILE + _REACH].astype(np.float32)
        smooth = np.asarray(cv2.GaussianBlur(band, (0, 0), 1.0), np.float32)
        slopes[row] = _means(_squared_slope(smooth), above, across)
        bends[row] = _means(np.square(cv2.Laplacian(smooth, cv2.CV_32F)), above, across)
    return slopes, bends


def _squared_slope(smooth: Plane) -> Plane:
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8)
    return np.asarray(across * across + down * down, np.float32)


def _means(values: Plane, top: int, count: int) -> Plane:
    """Of so many tiles in a row, which begins at this line."""
    tiles = values[top : top + _TILE, : count * _TILE]
    return np.asarray(cv2.resize(tiles, (count, 1), interpolation=cv2.INTER_AREA)[0], np.float32)


def _sharpness(slopes: Plane, bends: Plane) -> float | None:
    """How abruptly edges turn in the sharpest part, so that a shallow depth of field is no fault; about 1 in photos.

    The bend of an edge grows with its slope, whatever its contrast, and falls with its width.
    """
    if not slopes.size:
        return None
    enough = slopes > max(_STRUCTURE_MIN, _STRUCTURE_SHARE * float(slopes.max()))
    if np.count_nonzero(enough) < min(_TILES_MIN, slopes.size):
        return None
    return round(float(np.percentile(np.sqrt(bends[enough] / slopes[enough]), 95)), 3)


def _detail(grey: Grey, slopes: Plane) -> float | None:
    """Fine over medium detail (0.4 to 0.6 over 0.2 to 0.35 of what the pixels can hold), as amplitudes.

    In the patches with most structure, the better ones counting. An enlarged picture has nothing fine to show.
    """
    down, across = (side // _PATCH for side in grey.shape)
    tiles = _PATCH // _TILE
    structure = slopes[: down * tiles, : across * tiles].reshape(down, tiles, across, tiles).mean((1, 3))
    if not structure.size or float(structure.max()) < _STRUCTURE_MIN:
        return None
    window = np.outer(np.hanning(_PATCH), np.hanning(_PATCH)).astype(np.float32)
    frequency = 2 * np.maximum(np.abs(np.fft.fftfreq(_PATCH))[:, None], np.fft.rfftfreq(_PATCH)[None])
    medium, fine = (frequency >= 0.2) & (frequency < 0.35), (frequency >= 0.4) & (frequency < 0.6)
    floor = _NOISE**2 * float((window**2).sum())
    shares = []
    for place in np.argsort(structure, axis=None, kind="stable")[::-1][:_PATCHES]:
        top, left = (int(v) * _PATCH for v in np.unravel_index(place, structure.shape))
        patch = grey[top : top + _PATCH, left : left + _PATCH].astype(np.float32)
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
