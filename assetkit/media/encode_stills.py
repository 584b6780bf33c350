"""Writing stills: crop, scale, convert to sRGB, pad, encode."""

from dataclasses import replace
from pathlib import Path
from typing import cast

from PIL import Image, ImageColor, ImageEnhance, ImageFilter

from assetkit.errors import AssetError
from assetkit.geometry import Box, Size, centred
from assetkit.media.colour import ADOBE_RGB, in_srgb
from assetkit.media.envelope import ICC_MARK, Around, enclosed, stripped
from assetkit.media.metadata import as_exif, as_xmp
from assetkit.media.plain import plain
from assetkit.media.still_bytes import encoded
from assetkit.media.stills import Still
from assetkit.model import PadStyle, Plan
from assetkit.wording import say

_UNSEEN = 2  # levels of 255


def write_still(still: Still, plan: Plan, target: Path) -> tuple[str, ...]:
    """Write the planned picture to `target`; return what was done, in words.

    Raises AssetError `file-size-max` with the smallest size reached if the lowest quality does not fit.
    """
    around = _around(still, plan)
    made = encoded(_rendered(still, plan), plan, around.most_bytes)
    target.write_bytes(enclosed(made.data, made.format, around))
    words = (still.stated_colours.in_words, made.said, still.metadata.in_words(plan.metadata))
    return tuple(word for word in words if word)


def rewrap_still(still: Still, path: Path, plan: Plan, target: Path) -> tuple[str, ...]:
    """Write the picture's compressed data as they are, with nothing round them but what goes along.

    Raises AssetError `tool-failed` if the parts of the file cannot be told apart.
    """
    try:
        data = stripped(path.read_bytes(), plan.format)
        around = replace(_around(still, plan), exif=as_exif(still.metadata.kept(plan.metadata), still.orientation))
        if still.stated_colours.name == ADOBE_RGB and ICC_MARK not in data:  # the mark goes, the colours must not
            around = replace(around, icc=still.stated_colours.profile or b"")
        target.write_bytes(enclosed(data, plan.format, around))
    except ValueError as error:
        detail = say("its private data cannot be taken off: {error}", error=error)
        raise AssetError("tool-failed", "transform", detail, say("export it again without metadata")) from error
    return tuple(
        word for word in (say("picture data copied as they are"), still.metadata.in_words(plan.metadata)) if word
    )


def _around(still: Still, plan: Plan) -> Around:
    values = still.metadata.kept(plan.metadata)
    return Around(exif=as_exif(values), xmp=as_xmp(values))


def _rendered(still: Still, plan: Plan) -> Image.Image:
    image = still.image.crop(_decoded(plan.window, still))
    image.info = dict(still.image.info)  # crop() keeps what a palette calls transparent, but not in every mode
    image = plain(image)
    size = (plan.picture.width, plan.picture.height)
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)
    # scaled in the source's own curve, as every viewer scales; alpha goes last, over a background that is sRGB
    flat = in_srgb(image, still.colours, plan.background)
    if image.mode.endswith("A"):
        _refuse_blank(image, flat, plan.background)
    picture = _padded(flat, plan)
    picture.info = {}  # else plug-ins write the source's comments, and a profile that is no longer true
    return picture


def _refuse_blank(image: Image.Image, flat: Image.Image, background: str) -> None:
    """Raise AssetError `blank` if nothing of what is partly transparent is seen on its background."""
    ground = ImageColor.getrgb(background)[:3]
    bands = cast("tuple[tuple[int, int], ...]", flat.convert("RGB").getextrema())
    is_unseen = all(abs(end - level) <= _UNSEEN for ends, level in zip(bands, ground, strict=True) for end in ends)
    if is_unseen and image.getchannel("A").getextrema() != (255, 255):
        raise AssetError(
            "blank",
            "transform",
            say("nothing of it is seen on {background}, which it was flattened on", background=background),
            say("choose another background in the preset, or flatten it yourself"),
        )


def _decoded(window: Box, still: Still) -> tuple[int, int, int, int]:
    """The window in the pixels that were decoded; a reduced scale is rounded for each axis on its own."""
    shown = still.info.display_size
    across, down = still.image.width / shown.width, still.image.height / shown.height
    return (
        round(window.left * across),
        round(window.top * down),
        round(window.right * across),
        round(window.bottom * down),
    )


def _padded(image: Image.Image, plan: Plan) -> Image.Image:
    if plan.canvas == plan.picture:
        return image
    box = centred(plan.picture, plan.canvas)
    canvas = _backdrop(image.convert("RGB"), plan.canvas, plan)
    canvas.paste(image, (box.left, box.top))
    return canvas


def _backdrop(image: Image.Image, canvas: Size, plan: Plan) -> Image.Image:
    """A plain colour, or the picture itself, enlarged to cover, blurred and a little darker."""
    if plan.pad is not PadStyle.BLUR:
        return Image.new("RGB", (canvas.width, canvas.height), plan.background)
    cover = max(canvas.width / image.width, canvas.height / image.height)
    small = image.resize((max(1, image.width // 8), max(1, image.height // 8)), reducing_gap=2)
    soft = small.filter(ImageFilter.GaussianBlur(max(small.size) / 24))
    large = soft.resize((round(image.width * cover), round(image.height * cover)), Image.Resampling.BICUBIC)
    box = centred(canvas, Size(*large.size))
    return ImageEnhance.Brightness(large.crop((box.left, box.top, box.right, box.bottom))).enhance(0.8)
