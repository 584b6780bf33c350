"""How the samples of a clip's pictures lie, by FFmpeg's name for it."""

from functools import cache

import av

_COLOURS, _BYTE = 3, 8


@cache
def is_grey(name: str) -> bool:
    """True without colour, with alpha or not."""
    samples = av.VideoFormat(name)
    return len(samples.components) < _COLOURS and not samples.has_palette


@cache
def is_rgb(name: str) -> bool:
    """True of red, green and blue, also from a palette."""
    samples = av.VideoFormat(name)
    return samples.is_rgb or samples.has_palette


@cache
def is_cut_wrong(name: str) -> bool:
    """True where ffmpeg's crop destroys the picture if it starts at an odd pixel.

    It cuts halved colour in the middle of a sample of two bytes, and of two colours in one plane begins with the wrong
    one. Grey has no colour to be cut.
    """
    is_deep = max((each.bits for each in av.VideoFormat(name).components), default=_BYTE) > _BYTE
    return (is_deep and not is_grey(name)) or name.startswith("nv")
