"""CMYK that states no profile, read as what it most likely is: inks of web offset on coated paper (SWOP).

Halftone dots of four inks overlap at random and leave 16 kinds of spots, of whose light the eye sees the mean
(Neugebauer), which spreads in the paper (Yule and Nielsen) after the dots have grown in print. From the published
colours of the 16 spots that gives a profile, which littlecms applies like any other.
"""

import struct
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from assetkit.media.icc import D50, assembled

Values = NDArray[np.float64]

_STEPS = 9  # grid points for each ink; the model is smooth
# L*, a*, b* relative to the paper of solid inks and their overprints, without and with black: what SWOP inks give
_SPOTS: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "": ((100, 0, 0), (12, 2, 0)),
    "C": ((62, -31, -48), (6, -3, -6)),
    "M": ((52, 81, -7), (8, 9, -2)),
    "Y": ((95, -6, 95), (11, -1, 10)),
    "CM": ((26, 25, -54), (3, 3, -6)),
    "CY": ((59, -67, 32), (5, -6, 3)),
    "MY": ((51, 73, 48), (7, 7, 5)),
    "CMY": ((22, 0, 0), (0, 0, 0)),
}
_YULE_NIELSEN = 1.3
_GROWTH = {"C": 0.18, "M": 0.13, "Y": 0.11, "K": 0.12}  # of the area of a dot of one half


@cache
def coated_offset() -> bytes:
    """An ICC profile of that press: from CMYK (100 % ink is 255) to Lab."""
    inks = np.array(list(product(np.linspace(0, 1, _STEPS), repeat=4)))
    steps = np.linspace(0, 65535, 2).astype(">u2").tobytes()
    table = (
        b"mft2\0\0\0\0"
        + struct.pack(">BBBx", 4, 3, _STEPS)
        + b"".join(struct.pack(">i", value) for value in (65536, 0, 0, 0, 65536, 0, 0, 0, 65536))
        + struct.pack(">HH", 2, 2)
        + steps * 4
        + _coded(seen(inks)).tobytes()
        + steps * 3
    )
    text = b"coated offset\0"
    return assembled(
        {
            b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78),
            b"cprt": b"text\0\0\0\0public domain\0",
            b"wtpt": b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in D50),
            b"A2B0": table,
        },
        b"prtrCMYKLab ",
    )


def seen(inks: Values) -> Values:
    """L*, a*, b* (rows of three) of shares of C, M, Y and K (rows of four, 0..1) on paper."""
    dots = inks + 4 * inks * (1 - inks) * np.array([_GROWTH[ink] for ink in "CMYK"])
    light = np.zeros((len(inks), 3))
    for spot, (bare, black) in _SPOTS.items():
        share = np.prod([dots[:, i] if ink in spot else 1 - dots[:, i] for i, ink in enumerate("CMY")], axis=0)
        for colour, part in ((bare, 1 - dots[:, 3]), (black, dots[:, 3])):
            light += (share * part)[:, None] * _xyz(np.array(colour, float)) ** (1 / _YULE_NIELSEN)
    return _lab(light**_YULE_NIELSEN)


def _xyz(lab: Values) -> Values:
    """XYZ as shares of the white's."""
    at = (lab[0] + 16) / 116 + np.array([lab[1] / 500, 0, -lab[2] / 200])
    return np.asarray(np.maximum(np.where(at > 6 / 29, at**3, 3 * (6 / 29) ** 2 * (at - 4 / 29)), 0))


def _lab(xyz: Values) -> Values:
    at = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * at[:, 1] - 16, 500 * (at[:, 0] - at[:, 1]), 200 * (at[:, 1] - at[:, 2])], axis=1)


def _coded(lab: Values) -> NDArray[np.uint16]:
    """Lab as version 2 profiles store it in 16 bits: 100 is 0xFF00, 0 of a* and b* is 0x8000."""
    scaled = lab * np.array([65280 / 100, 256, 256]) + np.array([0, 32768, 32768])
    return np.asarray(np.clip(np.rint(scaled), 0, 65535), ">u2")
