"""What pixels show, in display coordinates: only what was asked for, each picture looked at once."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor
from typing import TypeVar

from assetkit.abreast import abreast
from assetkit.errors import SetupError
from assetkit.facts import FrameMeasurements, Measurements, Need, Quality
from assetkit.geometry import Box, Size
from assetkit.lettering import Search, TextRegion
from assetkit.media.pixels import Pixels
from assetkit.notes import NO_NOTES, Notes
from assetkit.text import detector
from assetkit.text.sampled import with_coverage
from assetkit.wording import Said, say

T = TypeVar("T")
log = logging.getLogger(__name__)
_AT_ONCE = 4  # frames of a clip; looking for text in one takes 100 MB


@dataclass(frozen=True, slots=True)
class Look:
    """What to measure, and with which text engine.

    `picture` (display pixels) is what is not padding: how good it looks is measured there. At the `places` (display
    pixels) text is looked for closely, whatever hints at it. `only_qr`, no other codes are looked for.
    """

    needs: frozenset[Need]
    engine: str
    threads: int = 1
    cover_scores: bool = False
    picture: Box | None = None
    search: Search = Search.ALL
    places: tuple[Box, ...] = ()
    only_qr: bool = False
    notes: Notes = field(default=NO_NOTES, compare=False)


def measure(
    frames: Iterable[tuple[Fraction, Pixels]],
    size: Size,
    look: Look,
    *,
    is_timed: bool,
    exempt: tuple[Box, ...] = (),
) -> Measurements:
    """Measure pictures (time in seconds, RGB pixels) of something whose display size is `size`.

    Text inside the `exempt` boxes (display pixels) is found, but does not count as covering anything.
    A text engine that fails costs the measurement, never the asset: `failed` says why.
    """
    aside = min(look.threads, _AT_ONCE) if is_timed and look.threads > 1 else 0
    found = tuple(abreast(lambda frame: _measure_one(*frame, size, look), frames, aside))
    failed = {need: said for _, each in found for need, said in each.items()}
    measured = Measurements(tuple(seen for seen, _ in found), failed=failed, exempt=exempt)
    if Need.TEXT not in look.needs or Need.TEXT in failed:
        return measured
    return with_coverage(measured, Box.of(size), is_timed=is_timed)


def load(look: Look) -> None:
    """Load the text engine now, so that the first picture is not charged for it."""
    detector(look.engine, look.threads).prepare(look.search)


def _measure_one(time: Fraction, pixels: Pixels, size: Size, look: Look) -> tuple[FrameMeasurements, dict[Need, Said]]:
    """What one picture shows, and what could not be measured."""
    from assetkit.media.borders import find_borders, find_extent
    from assetkit.media.codes import find_codes
    from assetkit.media.cover import look_parts
    from assetkit.media.faces import find_faces
    from assetkit.media.saliency import find_saliency

    across, down = size.width / pixels.shape[1], size.height / pixels.shape[0]
    failed: dict[Need, Said] = {}

    def found(need: Need, find: Callable[[Pixels], T]) -> T | None:
        question = need, look.picture, look.only_qr and need is Need.CODES
        return look.notes.recall(pixels, question, lambda: find(pixels)) if need in look.needs else None

    places = tuple(_around(box, 1 / across, 1 / down) for box in look.places)
    text = _text(pixels, look, places, failed)
    faces = found(Need.FACES, find_faces)
    content = found(Need.BORDERS, find_borders)
    codes = found(Need.CODES, lambda pixels: find_codes(pixels, only_qr=look.only_qr))
    extent = find_extent(pixels) if Need.BORDERS in look.needs and content is None else None
    seen = FrameMeasurements(
        time=time,
        text=None if text is None else tuple(_stretched(region, across, down) for region in text),
        codes=None if codes is None else tuple(replace(c, box=_around(c.box, across, down)) for c in codes),
        faces=None if faces is None else tuple(face.scaled(across).intersect(Box.of(size)) for face in faces),
        saliency=found(Need.SALIENCY, find_saliency),
        cover_parts=look.notes.recall(pixels, "cover", lambda: look_parts(pixels)) if look.cover_scores else None,
        content=None if content is None else _inside(content, across, down),
        quality=found(Need.QUALITY, lambda pixels: _quality(pixels, size, look.picture, content)),
        extent=None if extent is None else _inside(extent, across, down),
    )
    return seen, failed


def _inside(box: Box, across: float, down: float) -> Box:
    """A box in another scale, rounded inwards: no line of a bar or of padding is left."""
    return Box(ceil(box.left * across), ceil(box.top * down), floor(box.right * across), floor(box.bottom * down))


def _around(box: Box, across: float, down: float) -> Box:
    """A box in another scale, rounded outwards."""
    return Box(floor(box.left * across), floor(box.top * down), ceil(box.right * across), ceil(box.bottom * down))


def _quality(pixels: Pixels, size: Size, picture: Box | None, content: Box | None) -> Quality:
    """Of the `picture` alone that padding surrounds, or of the `content` (in `pixels`) between baked-in bars."""
    from assetkit.media.quality import measure_quality

    is_native = pixels.shape[:2] == (size.height, size.width)
    part = _inside(picture or Box.of(size), pixels.shape[1] / size.width, pixels.shape[0] / size.height)
    part = content.intersect(part) if content else part
    if part.area:
        pixels = pixels[part.top : part.bottom, part.left : part.right]
    return measure_quality(pixels, is_native=is_native)


def _text(
    pixels: Pixels, look: Look, places: tuple[Box, ...], failed: dict[Need, Said]
) -> tuple[TextRegion, ...] | None:
    if Need.TEXT not in look.needs:
        return None
    try:
        engine = detector(look.engine, look.threads)
        question = Need.TEXT, look.search, places
        found = look.notes.recall(pixels, question, lambda: engine.detect(pixels, search=look.search, places=places))
    except SetupError:  # not installed: no other asset will fare better
        raise
    except Exception as error:  # an engine may raise anything; no boxes must never pass for no text
        log.warning("text engine %s failed: %s", look.engine, error)
        failed[Need.TEXT] = say("text engine {engine} failed: {error}", engine=look.engine, error=error)
        return None
    return _read(pixels, found, look, failed) if Need.WORDS in look.needs else found


def _read(
    pixels: Pixels, found: tuple[TextRegion, ...], look: Look, failed: dict[Need, Said]
) -> tuple[TextRegion, ...]:
    """The lines with what they say. A recogniser that fails costs the words, and not the coverage."""
    from assetkit.text.transcript import transcriber

    try:
        reader = transcriber(look.threads)
        read = look.notes.recall(pixels, (Need.WORDS, look.search, look.places), lambda: reader.read(pixels, found))
    except SetupError:
        raise
    except Exception as error:
        log.warning("text could not be read: %s", error)
        failed[Need.WORDS] = say("the words on it could not be read: {error}", error=error)
        return found
    return tuple(
        replace(region, text=said.text, confidence=said.confidence, glyphs=said.glyphs)
        for region, said in zip(found, read, strict=True)
    )


def _stretched(region: TextRegion, across: float, down: float) -> TextRegion:
    corners = tuple((round(x * across, 2), round(y * down, 2)) for x, y in region.polygon)
    return replace(region, polygon=corners, doubt=round(region.doubt * across * down, 2))
