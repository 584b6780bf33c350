"""How often the quality checks cry wolf on good photos, and how often they see the same photos spoilt.

    python benchmarks/quality.py DIR [--preset xhs-ad] [--every 1]

Each photo under DIR is scaled to 1440 pixels, spoilt by a known amount, saved as JPEG at quality 92 (or as stated),
read back and judged by the preset's own limits. A row names a check: how many of the photos as they are break it (false
alarms), then of the spoilt ones (hits). Gains are counted where they burn out a tenth of the picture or more, and
gammas where they leave a mean under 0.12 of white: elsewhere they are no visible fault.
"""

import argparse
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageFilter

from assetkit import preset_file
from assetkit.canvas import MEASURE_SIDE
from assetkit.checks import check
from assetkit.facts import Facts, FrameMeasurements, Kind, Measurements, MediaInfo
from assetkit.geometry import Size
from assetkit.media.jpeg_tables import jpeg_quality
from assetkit.media.quality import measure_quality

Change = Callable[[Image.Image], Image.Image]
BICUBIC, BILINEAR, LANCZOS = Image.Resampling.BICUBIC, Image.Resampling.BILINEAR, Image.Resampling.LANCZOS


def toned(curve: Callable[[float], float]) -> Change:
    table = [round(min(255, max(0, curve(level / 255) * 255))) for level in range(256)]
    return lambda picture: picture.point(table * 3)


def enlarged(times: int, kernel: Image.Resampling) -> Change:
    def change(picture: Image.Image) -> Image.Image:
        small = picture.resize((picture.width // times, picture.height // times), LANCZOS)
        return small.resize(picture.size, kernel)

    return change


def saved(quality: int) -> Change:
    return lambda picture: Image.open(BytesIO(jpeg(picture, quality))).convert("RGB")


def jpeg(picture: Image.Image, quality: int) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


CASES: dict[str, dict[str, Change]] = {
    "sharpness-min": {
        f"blur {sigma:g} px": lambda picture, sigma=sigma: picture.filter(ImageFilter.GaussianBlur(sigma))
        for sigma in (1, 1.5, 2, 3, 5, 8)
    },
    "detail-min": {
        f"{times} x {kernel.name.lower()}": enlarged(times, kernel)
        for times in (2, 3)
        for kernel in (BILINEAR, BICUBIC, LANCZOS)
    },
    "brightness-min": {
        **{f"light x {gain:g}": toned(lambda x, gain=gain: x * gain) for gain in (0.4, 0.25, 0.15)},
        **{f"gamma {power:g}": toned(lambda x, power=power: x**power) for power in (2.5, 3.5, 5)},
    },
    "highlights-max": {f"gain {gain:g}": toned(lambda x, gain=gain: x * gain) for gain in (1.4, 1.7, 2, 2.5)},
    "contrast-min": {
        f"contrast x {share:g}": toned(lambda x, share=share: 0.5 + (x - 0.5) * share) for share in (0.45, 0.3, 0.2)
    },
    "blockiness-max": {f"JPEG {q}, saved again": saved(q) for q in (10, 20, 30)},
    "jpeg-quality-min": {f"JPEG {q}": lambda picture: picture for q in (10, 20, 30)},
}


def counts(case: str, before: Image.Image, after: Image.Image) -> bool:
    """True if the change is a visible fault on this picture."""
    if case.startswith("gain"):
        burnt = [(np.asarray(p).max(axis=2) >= 254).mean() for p in (before, after)]
        return bool(burnt[1] - burnt[0] >= 0.1)
    return not case.startswith("gamma") or bool(np.asarray(after.convert("L")).mean() < 0.12 * 255)


def broken(data: bytes, limits: object) -> set[str]:
    """The codes of the quality checks that a JPEG breaks."""
    with Image.open(BytesIO(data)) as image:
        size, tables = Size(*image.size), getattr(image, "quantization", None)
        quality = measure_quality(np.asarray(image.convert("RGB")), is_native=True)
    info = MediaInfo(Kind.IMAGE, "jpeg", len(data), size, size, jpeg_quality=jpeg_quality(tables))
    facts = Facts(info, Measurements((FrameMeasurements(quality=quality),)))
    return {f.code for f in check(facts, limits, SOURCES).findings} & set(CASES)


SOURCES: dict[str, str] = {}


def photos(folder: Path, every: int) -> list[tuple[str, bytes, Image.Image]]:
    """Name, bytes and picture at the size that is measured; what is smaller than 400 pixels is no photo to judge."""
    pillow_heif.register_heif_opener()
    found = []
    for path in sorted(folder.rglob("*"))[::every]:
        try:
            picture = Image.open(path).convert("RGB")
        except (OSError, SyntaxError, ValueError):
            continue
        scale = MEASURE_SIDE / max(picture.size)
        if scale < 1:
            size = (round(picture.width * scale), round(picture.height * scale))
            picture = picture.resize(size, BILINEAR, reducing_gap=2)
        if min(picture.size) >= 400:
            found.append((path.name, path.read_bytes(), picture))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--preset", default="xhs-ad")
    parser.add_argument("--every", type=int, default=1, help="take every Nth file only")
    wanted = parser.parse_args()
    preset = preset_file.load(wanted.preset)
    SOURCES.update(preset.sources)
    chosen = photos(wanted.folder, wanted.every)
    alarms: dict[str, list[str]] = {code: [] for code in CASES}
    hits: dict[str, dict[str, list[bool]]] = {code: {case: [] for case in cases} for code, cases in CASES.items()}
    for name, _, picture in chosen:
        for code in broken(jpeg(picture, 92), preset.image.limits):
            alarms[code].append(name)
        for code, cases in CASES.items():
            for case, change in cases.items():
                after = change(picture)
                if counts(case, picture, after):
                    quality = int(case.split()[1]) if code == "jpeg-quality-min" else 92
                    hits[code][case].append(code in broken(jpeg(after, quality), preset.image.limits))
    print(f"{len(chosen)} photos")
    for code, cases in hits.items():
        print(f"{code}: {len(alarms[code]) / len(chosen):.1%} false alarms ({', '.join(alarms[code])})")
        for case, seen in cases.items():
            print(f"    {case:22} {np.mean(seen) if seen else 0:7.1%} of {len(seen)}")


if __name__ == "__main__":
    main()
