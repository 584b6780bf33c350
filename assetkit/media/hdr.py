"""HDR and wide colours to SDR for pixels in memory, by the clip's own command's curve, so that both look alike."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

WHITE = 203  # cd/m2 of paper white, ITU-R BT.2408
_KNEE, _PEAK = 0.5, 10.0  # light (1 is paper white) from which it is rolled off, and that which becomes white
_MOBIUS_ABOVE = -(_KNEE**2) * (_PEAK - 1) / (_KNEE**2 - 2 * _KNEE + _PEAK)
_MOBIUS_BELOW = (_KNEE**2 - 2 * _KNEE * _PEAK + _PEAK) / (_PEAK - 1)
_MOBIUS_SCALE = (_MOBIUS_BELOW + _KNEE) ** 2 / (_MOBIUS_BELOW - _MOBIUS_ABOVE)
_BT2020_TO_BT709 = np.array(  # ITU-R BT.2087
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], dtype=np.float32
)
# as zscale has them, so that a cover looks like its clip; those of DCI-P3 keep its greenish white neutral
_TO_BT709 = {
    "bt2020": _BT2020_TO_BT709,
    "display-p3": np.array([[1.2249, -0.2249, 0], [-0.0421, 1.0421, 0], [-0.0196, -0.0786, 1.0983]], np.float32),
    "dci-p3": np.array([[1.1207, -0.2346, 0], [-0.0385, 1.0870, 0], [-0.0180, -0.0820, 0.9546]], np.float32),
}
WIDE = frozenset(_TO_BT709)

_LUMINANCE = np.array([0.2627, 0.6780, 0.0593], dtype=np.float32)  # of BT.2020 primaries


def tone_mapped(pixels: NDArray[np.uint16], transfer: str) -> NDArray[np.float32]:
    """Light 0..1 of BT.709 primaries from BT.2020 PQ or HLG code values, shape (height, width, 3).

    FFmpeg's `tonemap=mobius` with param 0.5 and peak 10, on the brightest channel, so that hues stay.
    """
    light = np.clip(_displayed(pixels, transfer) @ _BT2020_TO_BT709.T, 0, None)
    brightest = light.max(axis=-1, keepdims=True)
    rolled = _MOBIUS_SCALE * (brightest + _MOBIUS_ABOVE) / (brightest + _MOBIUS_BELOW)
    mapped = light * np.where(brightest > _KNEE, rolled / np.maximum(brightest, _KNEE), 1)
    return np.asarray(np.clip(mapped, 0, 1), np.float32)


def narrowed(pixels: NDArray[np.uint16], primaries: str) -> NDArray[np.uint8]:
    """8-bit BT.709 from 16-bit code values (height, width, 3) of wider primaries; what BT.709 cannot show is cut off.

    Light is the screen's (ITU-R BT.1886), as zscale takes it.
    """
    light = np.clip(_screen_light()[pixels] @ _TO_BT709[primaries].T, 0, 1)
    return np.asarray(light ** (1 / 2.4) * 255 + 0.5, np.uint8)


@cache
def _screen_light() -> NDArray[np.float32]:
    """Light of each 16-bit code value."""
    return (np.linspace(0, 1, 65536) ** 2.4).astype(np.float32)


def _displayed(pixels: NDArray[np.uint16], transfer: str) -> NDArray[np.float32]:
    """Light on the screen, 1 being paper white; HLG states the scene's, shown here at a peak of 1000 cd/m2."""
    light = _linear_light(transfer)[pixels]
    if transfer == "pq":
        return light
    scene = (light @ _LUMINANCE)[..., None]
    return np.asarray(light * scene**0.2 * (1000 / WHITE), np.float32)


@cache
def _linear_light(transfer: str) -> NDArray[np.float32]:
    """Light of each 16-bit code value (ITU-R BT.2100): the screen's for PQ (1 is paper white), the scene's for HLG."""
    code = np.linspace(0, 1, 65536)
    if transfer == "pq":
        root = code ** (32 / 2523)
        light = (np.clip(root - 107 / 128, 0, None) / (2413 / 128 - 2392 / 128 * root)) ** (8192 / 1305)
        return (light * 10000 / WHITE).astype(np.float32)
    scene = np.where(code <= 0.5, code**2 / 3, (np.exp((code - 0.55991073) / 0.17883277) + 0.28466892) / 12)
    return scene.astype(np.float32)
