"""Writing stills: crop, scale, convert to sRGB, pad, and the best quality that fits the byte limit."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageEnhance, ImageFilter

from assetkit.errors import AssetError
from assetkit.geometry import Box, Size, centred
from assetkit.media.colour import ADOBE_RGB, in_srgb
from assetkit.media.envelope import ICC_MARK, Around, enclosed, stripped
from assetkit.media.metadata import as_exif, as_xmp
from assetkit.media.stills import Still, plain
from assetkit.model import PadStyle, Plan


def write_still(still: Still, plan: Plan, target: Path) -> tuple[str, ...]:
    """Write the planned picture to `target`; return what was done, in words.

    Raises AssetError `file-size-max` with the smallest size reached if the lowest quality does not fit.
    """
    around = _around(still, plan)
    # what is put round the picture counts too
    room = plan if plan.max_bytes is None else replace(plan, max_bytes=plan.max_bytes - around.most_bytes)
    data, said = _encoded(_rendered(still, plan), room)
    target.write_bytes(enclosed(data, plan.format, around))
    words = (still.stated_colours.in_words, said, still.metadata.in_words(plan.metadata))
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
        detail = f"its private data cannot be taken off: {error}"
        raise AssetError("tool-failed", "transform", detail, "export it again without metadata") from error
    return tuple(word for word in ("picture data copied as they are", still.metadata.in_words(plan.metadata)) if word)


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
    picture = _padded(in_srgb(image, still.colours, plan.background), plan)
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


def _encoded(image: Image.Image, plan: Plan) -> tuple[bytes, str]:
    """The highest quality that fits: the best first, then a search that halves (7 encodes at most from 70 to 92)."""
    best = _bytes(image, plan.format, plan.quality_max)
    if plan.max_bytes is None or len(best) <= plan.max_bytes:
        return best, f"encoded as {plan.format} at quality {plan.quality_max}"
    low, high = plan.quality_min, plan.quality_max - 1
    fitting: tuple[bytes, int] | None = None
    smallest = len(best)
    while low <= high and plan.format != "png":
        # the floor first: whether it can be done at all is what most needs to be known
        quality = low if fitting is None else (low + high + 1) // 2
        data = _bytes(image, plan.format, quality)
        smallest = min(smallest, len(data))
        if len(data) <= plan.max_bytes:
            fitting, low = (data, quality), quality + 1
        elif fitting is None:
            break
        else:
            high = quality - 1
    if fitting is None:
        raise AssetError(
            "file-size-max",
            "transform",
            f"the smallest size reached is {smallest:,} bytes, the limit is {plan.max_bytes:,}",
            "simplify the picture, or raise the limit or lower quality_min in the preset",
        )
    return fitting[0], f"encoded as {plan.format} at quality {fitting[1]} to fit {plan.max_bytes:,} bytes"


def _bytes(image: Image.Image, file_format: str, quality: int) -> bytes:
    buffer = BytesIO()
    if file_format == "png":
        image.save(buffer, "PNG", optimize=True)
    elif file_format == "webp":
        image.save(buffer, "WEBP", quality=quality)
    else:
        image.save(buffer, "JPEG", quality=quality, optimize=True, subsampling="4:2:0" if quality < 90 else "4:4:4")
    return buffer.getvalue()
