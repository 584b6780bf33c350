"""Where the eye goes when no face and no text says so: fine detail and surprise, weighted towards the middle."""

import cv2
import numpy as np
from numpy.typing import NDArray

from assetkit.facts import Saliency
from assetkit.geometry import Size
from assetkit.media.pixels import at_size

SIDE = 256
_RESIDUAL_SIDE = 64  # the scale at which Hou and Zhang (2007) define the spectral residual
_CENTRE_SPREAD = 0.35  # photographers put subjects near the middle; of the spreads tried, 0.28 to 0.45 hardly differ
_CEILING = 8.0  # times the mean: one harsh edge must not outweigh a subject

# shares are kept to four digits, so that the last bits of a float cannot move a crop on another machine
_DIGITS = 4

Grey = NDArray[np.uint8]
Attention = NDArray[np.float32]


def find_saliency(picture: NDArray[np.uint8]) -> Saliency:
    """Attention over an RGB picture (height, width, 3), summed along each axis."""
    height, width = picture.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    small = at_size(picture, Size(max(1, round(width * scale)), max(1, round(height * scale))))
    grey: Grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    attention: Attention = (_evened(_detail(grey)) + _evened(_surprise(grey))) * _centre(grey.shape)
    total = float(attention.sum())
    if total <= 0:  # a flat picture: every place is as good as any
        attention, total = np.ones_like(attention), float(attention.size)
    return Saliency(_profile(attention, 0, total), _profile(attention, 1, total))


def _profile(attention: Attention, axis: int, total: float) -> tuple[float, ...]:
    return tuple(round(float(v) / total, _DIGITS) for v in attention.sum(axis=axis, dtype=np.float64))


def _detail(grey: Grey) -> Attention:
    """Strength of fine structure: what is in focus."""
    soft = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 1)
    return np.abs(np.asarray(cv2.Laplacian(soft, cv2.CV_32F), dtype=np.float32))


def _surprise(grey: Grey) -> Attention:
    """Spectral residual: what the rest of the picture does not foretell (Hou and Zhang, CVPR 2007)."""
    small = cv2.resize(grey, (_RESIDUAL_SIDE, _RESIDUAL_SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    spectrum = np.fft.fft2(small)
    log_amplitude = np.log(np.abs(spectrum) + 1e-6)
    residual = log_amplitude - cv2.blur(log_amplitude, (3, 3))
    energy = np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))) ** 2
    soft = cv2.GaussianBlur(energy.astype(np.float32), (0, 0), 2.5)
    return np.asarray(cv2.resize(soft, (grey.shape[1], grey.shape[0])), dtype=np.float32)


def _evened(values: Attention) -> Attention:
    mean = float(values.mean())
    return np.minimum(values / mean, _CEILING) if mean > 0 else values


def _centre(shape: tuple[int, ...]) -> Attention:
    y, x = (((np.arange(n) + 0.5) / n - 0.5) ** 2 for n in shape[:2])
    return np.exp(-(y[:, None] + x[None, :]) / (2 * _CENTRE_SPREAD**2)).astype(np.float32)
