"""Writing stills: crop, scale, convert to sRGB, pad, encode."""

from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageEnhance, ImageFilter

from assetkit.geometry import Box, Size, centred
from assetkit.media.still_bytes import encoded
from assetkit.media.stills import Still, flattened
from assetkit.model import PadStyle, Plan

_SRGB = ImageCms.createProfile("sRGB")
# perceptual is what phones' and cameras' matrix profiles are made for; black point compensation keeps shadows
_INTENT = ImageCms.Intent.PERCEPTUAL
_FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION


def write_still(still: Still, plan: Plan, target: Path) -> tuple[str, ...]:
    """Write the planned picture to `target`; return what was done, in words.

    Raises AssetError `file-size-max` with the smallest size reached if the lowest quality does not fit.
    """
    picture = _rendered(still, plan)
    made = encoded(picture, plan)
    target.write_bytes(made.data)
    return (made.said,)


def _rendered(still: Still, plan: Plan) -> Image.Image:
    image = still.image.crop(_decoded(plan.window, still))
    image.info = dict(still.image.info)  # crop() keeps the profile, but not in every mode
    profile = image.info.get("icc_profile")
    image = flattened(image, plan.background)
    size = (plan.picture.width, plan.picture.height)
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)
    picture = _padded(_in_srgb(image, profile), plan)
    picture.info = {}  # else plug-ins write the source's comments, and a profile that is no longer true
    return picture


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


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB or grey pixels in sRGB. A profile that cannot be used is ignored, as every viewer does."""
    source: Any = ImageCms.createProfile("LAB") if image.mode == "LAB" else None
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
        except OSError:
            source = None
    if source is None:
        return image if image.mode in ("RGB", "L") else image.convert("RGB")
    try:
        converted = ImageCms.profileToProfile(image, source, _SRGB, _INTENT, outputMode="RGB", flags=_FLAGS)
    except (ImageCms.PyCMSError, ValueError):
        return image.convert("RGB")
    return image.convert("RGB") if converted is None else converted


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
