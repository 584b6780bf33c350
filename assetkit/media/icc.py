"""ICC profiles of three primaries and their curves.

Written where a file names its colours in other words; read where littlecms, which Pillow feeds 8 bits, would band.
"""

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Curve = NDArray[np.float32]
Point = tuple[float, float]

D50 = (0.9642, 1.0, 0.8249)  # the white of every profile's connection space
D65: Point = (0.3127, 0.3290)
_CODES = np.linspace(0, 1, 65536)
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_READABLE = 4_000_000  # bytes; the largest profiles of presses have about three million


@dataclass(frozen=True, slots=True)
class MatrixProfile:
    """Curves from code values (65536 each) to light, and the matrix from that light to XYZ under D50."""

    curves: tuple[Curve, Curve, Curve]
    matrix: Matrix


def to_xyz(red: Point, green: Point, blue: Point, white: Point = D65) -> Matrix:
    """From linear RGB of the given chromaticities to XYZ, adapted to D50 by Bradford."""
    columns = np.array([_xyz(point) for point in (red, green, blue)]).T
    at_white = columns * np.linalg.solve(columns, _xyz(white))
    cones = _BRADFORD @ np.array(D50) / (_BRADFORD @ _xyz(white))
    return np.asarray(np.linalg.inv(_BRADFORD) @ np.diag(cones) @ _BRADFORD @ at_white)


def _xyz(point: Point) -> Matrix:
    x, y = point
    return np.array([x / y, 1.0, (1 - x - y) / y])


def srgb_light(code: Matrix) -> Matrix:
    """Light of sRGB code values, both 0..1 (IEC 61966-2-1)."""
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)


def written(name: str, matrix: Matrix, light: Matrix) -> bytes:
    """An ICC version 2 display profile, which every reader knows.

    `light` holds the curve at equal steps of the code value: 256 of them are exact for 8 bits.
    """
    curve = b"curv\0\0\0\0" + struct.pack(">I", len(light)) + np.rint(light * 65535).astype(">u2").tobytes()
    text = name.encode("ascii") + b"\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(4 + 4 + 2 + 1 + 67),
        b"cprt": b"text\0\0\0\0public domain\0",
        b"wtpt": _tag_xyz(D50),
        **{key: _tag_xyz(column) for key, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), matrix.T, strict=True)},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    return assembled(tags, b"mntrRGB XYZ ")


def assembled(tags: dict[bytes, bytes], what: bytes) -> bytes:
    """A version 2 profile of these tags; equal ones are stored once. `what` is its class and its two spaces."""
    start = 128 + 4 + 12 * len(tags)
    table, body, places = b"", b"", dict[bytes, int]()
    for key, data in tags.items():
        if data not in places:
            places[data] = start + len(body)
            body += data + bytes(-len(data) % 4)
        table += key + struct.pack(">II", places[data], len(data))
    header = struct.pack(">I", start + len(body)) + bytes(4) + b"\x02\x10\0\0" + what + bytes(12) + b"acsp"
    header = header.ljust(68, b"\0") + b"".join(_fixed(value) for value in D50)
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def read(profile: bytes) -> MatrixProfile | None:
    """The curves and the matrix of a profile that is made of them; None if it is damaged or made of tables."""
    if len(profile) > _READABLE or profile[16:20] != b"RGB " or profile[20:24] != b"XYZ ":
        return None
    try:
        tags = _tags(profile)
        if b"A2B0" in tags:  # its table says more than its matrix, and goes first
            return None
        columns = [np.frombuffer(tags[key], ">i4", 3, 8) / 65536 for key in (b"rXYZ", b"gXYZ", b"bXYZ")]
        red, green, blue = (_curve(tags[key]) for key in (b"rTRC", b"gTRC", b"bTRC"))
    except (KeyError, ValueError, struct.error):
        return None
    return MatrixProfile((red, green, blue), np.array(columns).T)


def _tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, 128)
    rows = (struct.unpack_from(">4sII", profile, 132 + 12 * i) for i in range(min(count, 100)))
    return {key: profile[at : at + length] for key, at, length in rows}


def _curve(tag: bytes) -> Curve:
    kind, (count,) = tag[:4], struct.unpack_from(">I", tag, 8)
    if kind == b"para":
        return _parametric(count >> 16, np.frombuffer(tag, ">i4", offset=12) / 65536)
    if kind != b"curv":
        raise ValueError("no curve")
    steps = np.frombuffer(tag, ">u2", count, 12)
    if count < 2:
        return (_CODES ** (steps[0] / 256 if count else 1)).astype(np.float32)
    return np.interp(_CODES, np.linspace(0, 1, count), steps / 65535).astype(np.float32)


def _parametric(kind: int, values: Matrix) -> Curve:
    """ICC.1:2022, 10.18: a power, a straight foot, and offsets; each kind names more of them."""
    count = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}[kind]
    g, a, b, c, d, e, f = [*map(float, values[:count]), *[1.0, 0.0, 0.0, 0.0, 0.0, 0.0][count - 1 :]]
    if kind in (1, 2):
        e, d, c, f = c, -b / a, 0.0, c
    power = np.clip(a * _CODES + b, 0, None) ** g + e
    return np.clip(np.where(d <= _CODES, power, c * _CODES + f), 0, 1).astype(np.float32)


def _tag_xyz(values: Matrix | tuple[float, ...]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(_fixed(value) for value in values)


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(float(value) * 65536))


PRIMARIES: dict[str, tuple[Point, Point, Point]] = {
    "srgb": ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)),
    "display p3": ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    "adobe rgb (1998)": ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)),
    "bt.2020": ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
}
