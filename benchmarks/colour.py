"""How far assetkit's stills are from a reference conversion to sRGB, in CIEDE2000.

    python benchmarks/colour.py [DIR]

Draws a 9 x 9 x 9 lattice of colours and skin tones, writes it with each profile in each format, lets assetkit write
it as PNG, and compares patch by patch. The reference is by the book in floating point: curve, matrix, clipped
(relative colorimetric; perceptual is the same without a table), or the HDR formulas of ITU-R BT.2100. Profiles that
are found in DIR, as *.icc or inside pictures, are compared with littlecms at full precision.
"""

import argparse
import io
import struct
import tempfile
import zlib
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

from assetkit.geometry import Box
from assetkit.media import icc
from assetkit.media.encode_stills import write_still
from assetkit.media.sniff import sniff
from assetkit.media.stills import open_still
from assetkit.model import Method, Plan

SIDE = 16  # pixels of a patch
SKIN = ((0.94, 0.84, 0.78), (0.87, 0.70, 0.60), (0.78, 0.57, 0.45), (0.60, 0.40, 0.30), (0.36, 0.23, 0.18))
LATTICE = np.array([*product(np.linspace(0, 1, 9), repeat=3), *SKIN])
SRGB_FROM_XYZ = np.linalg.inv(  # IEC 61966-2-1 adapted to D50
    np.array([[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]])
)
D65 = (0.3127, 0.3290)
SPACES = {  # primaries, white, curve: codes 0..1 to light
    "sRGB": (((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)), D65, icc.srgb_light),
    "Display P3": (((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)), D65, icc.srgb_light),
    "Adobe RGB": (((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), D65, lambda code: code ** (563 / 256)),
    "ProPhoto": (((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001)), (0.3457, 0.3585), lambda code: code**1.8),
    "BT.2020 linear": (((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)), D65, lambda code: code),
}


def encode(light):
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def lab(code):
    """L*a*b* under D50 of sRGB codes 0..1."""
    xyz = icc.srgb_light(code) @ np.linalg.inv(SRGB_FROM_XYZ).T / np.array([0.9642, 1.0, 0.8249])
    at = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * at[:, 1] - 16, 500 * (at[:, 0] - at[:, 1]), 200 * (at[:, 1] - at[:, 2])], axis=1)


def ciede2000(one, other):
    """The colour difference of rows of L*a*b* (Sharma, Wu, Dalal 2005)."""
    (l1, a1, b1), (l2, a2, b2) = np.asarray(one, float).T, np.asarray(other, float).T
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    a1, a2 = (a * (1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25.0**7))) for a in (a1, a2))
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    is_grey = c1 * c2 == 0
    turn = np.where(is_grey, 0, (h2 - h1 + 180) % 360 - 180)
    turn = np.where((turn == -180) & (h2 > h1), 180, turn)
    hue = np.where(is_grey, h1 + h2, np.where(np.abs(h1 - h2) <= 180, (h1 + h2) / 2, (h1 + h2 + 360) / 2 % 360))
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2

    def cos(degrees):
        return np.cos(np.radians(degrees))

    t = 1 - 0.17 * cos(hue - 30) + 0.24 * cos(2 * hue) + 0.32 * cos(3 * hue + 6) - 0.20 * cos(4 * hue - 63)
    d_light = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2))
    d_chroma = (c2 - c1) / (1 + 0.045 * chroma)
    d_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * chroma * t)
    rotation = -2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    rotation = rotation * np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    return np.sqrt(d_light**2 + d_chroma**2 + d_hue**2 + rotation * d_chroma * d_hue)


def chart(codes, bits):
    """Patches in a square, as pixels of 8 or 16 bits (height, width, channels)."""
    across = int(np.ceil(np.sqrt(len(codes))))
    padded = np.zeros((across * across, codes.shape[1]))
    padded[: len(codes)] = codes
    pixels = np.rint(padded * (2**bits - 1)).astype(np.uint8 if bits == 8 else np.uint16)
    return pixels.reshape(across, across, -1).repeat(SIDE, 0).repeat(SIDE, 1)


def patches(image, count):
    """The mean code (0..1) of the middle of each patch."""
    pixels = np.asarray(image.convert("RGB"), float) / 255
    across = pixels.shape[0] // SIDE
    blocks = pixels.reshape(across, SIDE, across, SIDE, 3)[:, 4:-4, :, 4:-4]
    return blocks.mean(axis=(1, 3)).reshape(-1, 3)[:count]


def write_png16(path, pixels, profile):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    parts = [
        (b"IHDR", head),
        (b"iCCP", b"profile\0\0" + zlib.compress(profile)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts))


def write_tiff16(path, pixels, profile):
    height, width = pixels.shape[:2]
    data, bits = pixels.astype("<u2").tobytes(), struct.pack("<HHH", 16, 16, 16)
    start = 8 + len(bits) + len(profile) + len(profile) % 2
    tags = [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, 8), (259, 3, 1, 1), (262, 3, 1, 2), (273, 4, 1, start),
        (277, 3, 1, 3), (278, 4, 1, height), (279, 4, 1, len(data)), (284, 3, 1, 1), (34675, 7, len(profile), 14),
    ]  # fmt: skip
    table = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)
    head = b"II*\0" + struct.pack("<I", start + len(data))
    path.write_bytes(head + bits + profile + bytes(len(profile) % 2) + data + table)


def write_heic(path, pixels, transfer):
    import pillow_heif

    size = (pixels.shape[1], pixels.shape[0])
    picture = pillow_heif.from_bytes(mode="RGB;16", size=size, data=pixels.tobytes())
    picture.save(
        path, quality=-1, chroma=444, color_primaries=9, transfer_characteristics=transfer, matrix_coefficients=0,
        full_range_flag=1,
    )  # fmt: skip


def ours(path, count):
    """What assetkit writes for the chart at `path`, as sRGB codes of its patches."""
    still = open_still(path, sniff(path).reader)
    still.decode(still.info.display_size)
    whole = Box.of(still.info.display_size)
    target = path.with_name("out.png")
    write_still(still, Plan(Method.ENCODE, "png", whole, whole.size, whole.size), target)
    with Image.open(target) as image:
        return patches(image, count), still.info.colour_space


def report(name, form, found, reference, space):
    apart = ciede2000(lab(found), lab(reference))
    p95 = np.percentile(apart, 95)
    print(f"{name:18} {form:8} {space:26} mean {apart.mean():.2f}   p95 {p95:.2f}   max {apart.max():.2f}")
    return float(apart.mean())


def matrix_reference(matrix, curve, codes):
    return encode(curve(codes) @ matrix.T @ SRGB_FROM_XYZ.T)


def hdr_reference(transfer, codes):
    """Light relative to paper white (203 cd/m2), to BT.709, and the brightest channel rolled off from a half on."""
    if transfer == "PQ":
        m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
        root = codes ** (1 / m2)
        light = (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1) * 10000 / 203
    else:
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        scene = np.where(codes <= 0.5, codes**2 / 3, (np.exp((codes - c) / a) + b) / 12)
        light = scene * (scene @ np.array([0.2627, 0.6780, 0.0593]))[:, None] ** 0.2 * 1000 / 203
    wide = icc.to_xyz((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
    light = np.maximum(light @ wide.T @ SRGB_FROM_XYZ.T, 0)
    brightest = light.max(axis=1, keepdims=True)
    j, peak = 0.5, 10.0
    a, b = -(j**2) * (peak - 1) / (j**2 - 2 * j + peak), (j**2 - 2 * j * peak + peak) / (peak - 1)
    rolled = (b**2 + 2 * b * j + j**2) / (b - a) * (brightest + a) / (brightest + b)
    return encode(light * np.where(brightest > j, rolled / np.maximum(brightest, j), 1))


def drawn(folder):
    """Mean differences on the profiles that are drawn here."""
    means = []
    for name, (primaries, white, curve) in SPACES.items():
        matrix = icc.to_xyz(*primaries, white)
        profile = icc.written(name, matrix, curve(np.linspace(0, 1, 4096)))
        reference = matrix_reference(matrix, curve, LATTICE)
        eight, sixteen = chart(LATTICE, 8), chart(LATTICE, 16)
        seen = matrix_reference(matrix, curve, np.rint(LATTICE * 255) / 255)
        writers: dict[str, Callable[[Path], object]] = {
            "jpeg": lambda p, e=eight, i=profile: Image.fromarray(e).save(
                p, "JPEG", quality=100, subsampling=0, icc_profile=i
            ),
            "png": lambda p, e=eight, i=profile: Image.fromarray(e).save(p, "PNG", icc_profile=i),
            "tiff": lambda p, e=eight, i=profile: Image.fromarray(e).save(p, "TIFF", icc_profile=i),
            "png16": lambda p, s=sixteen, i=profile: write_png16(p, s, i),
            "tiff16": lambda p, s=sixteen, i=profile: write_tiff16(p, s, i),
        }
        for form, write in writers.items():
            path = folder / "in.bin"
            write(path)
            found, space = ours(path, len(LATTICE))
            means.append(report(name, form, found, reference if form.endswith("16") else seen, space))
    for transfer, number in (("PQ", 16), ("HLG", 18)):
        path = folder / "in.bin"
        write_heic(path, chart(LATTICE, 16), number)
        found, space = ours(path, len(LATTICE))
        means.append(report(f"BT.2020 {transfer}", "heic10", found, hdr_reference(transfer, LATTICE), space))
    return means


def found_in(folder):
    """Name and bytes of every different profile under a folder."""
    seen = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        try:
            if path.suffix.lower() in (".icc", ".icm"):
                data = path.read_bytes()
            else:
                with Image.open(path) as image:
                    data = image.info.get("icc_profile")
        except Exception:
            continue
        if data:
            seen.setdefault(data, path.name)
    return [(name, data) for data, name in seen.items()]


def by_littlecms(folder, name, profile):
    """The mean difference from littlecms without shortcuts; None for a profile that no picture is made of."""
    mode = {b"RGB ": "RGB", b"CMYK": "CMYK", b"GRAY": "L"}.get(profile[16:20])
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        flags = ImageCms.Flags.BLACKPOINTCOMPENSATION | ImageCms.Flags.NOOPTIMIZE | ImageCms.Flags.NOCACHE
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB", 0, flags)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    codes = {"RGB": LATTICE, "L": np.linspace(0, 1, 256)[:, None]}.get(mode)
    if codes is None:
        codes = np.array([*product(np.linspace(0, 1, 6), repeat=4)])
    pixels = chart(codes, 8)
    picture = Image.frombytes(mode, (pixels.shape[1], pixels.shape[0]), pixels.tobytes())
    path = folder / "in.bin"
    picture.save(path, "TIFF", icc_profile=profile)
    found, space = ours(path, len(codes))
    return report(name[:18], "tiff", found, patches(transform.apply(picture), len(codes)), space[:26])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        means = drawn(Path(name))
        if wanted.folder:
            rows = [by_littlecms(Path(name), *row) for row in found_in(wanted.folder)]
            means += [mean for mean in rows if mean is not None]
    print(f"{len(means)} rows, the worst mean is {max(means):.2f}")


if __name__ == "__main__":
    main()
