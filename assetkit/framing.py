"""Where a crop window goes: faces whole, then text whole, then what draws the eye, then the middle."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from assetkit.geometry import Box, Size
from assetkit.model import FrameMeasurements, Kept, Proposer

WHOLE = 0.97  # a box kept to this share is whole: detectors are no more exact than that
_WHOLE_ALONG = WHOLE**0.5  # the same along one axis, so that a box short on both is still whole
_PLACES = 128  # candidate places along the axis, besides those that just hold a face or a line
_MIN_TEXT_SHARE = 0.0005  # of the picture; smaller lines are specks of the scene that nobody can read
# room round a face, in face heights and widths: hair above, chin and neck below, cheeks and ears beside
_ABOVE, _BELOW, _BESIDE = 0.6, 0.4, 0.35
_LOOSE = 0.25  # room round a line of text, in line heights


@dataclass(frozen=True, slots=True)
class Keepsakes:
    """What a crop should keep, gathered over all frames of an asset, in display pixels."""

    faces: tuple[Box, ...]
    text: tuple[Box, ...]
    columns: tuple[float, ...]
    rows: tuple[float, ...]

    @property
    def proposer(self) -> Proposer:
        """Who decides where the window goes."""
        if self.faces:
            return Proposer.FACE
        if self.text:
            return Proposer.TEXT
        return Proposer.SALIENCY if self.columns else Proposer.CENTRE


def keepsakes(frames: Iterable[FrameMeasurements], size: Size) -> Keepsakes:
    """Gather faces, lines of text and attention from the frames of a picture or clip of this size."""
    frames = list(frames)
    least = size.area * _MIN_TEXT_SHARE
    lines = (region.box.intersect(Box.of(size)) for frame in frames for region in frame.text or ())
    seen = [frame.saliency for frame in frames if frame.saliency]
    return Keepsakes(
        faces=tuple(dict.fromkeys(face for frame in frames for face in frame.faces or ())),
        text=tuple(dict.fromkeys(line for line in lines if line.area >= least)),
        columns=tuple(sum(values) / len(seen) for values in zip(*(s.columns for s in seen), strict=False)),
        rows=tuple(sum(values) / len(seen) for values in zip(*(s.rows for s in seen), strict=False)),
    )


def place(window: Size, size: Size, keep: Keepsakes) -> Box:
    """Place a window inside a picture. The same input always gives the same place."""
    left = _offset(
        window.width,
        size.width,
        [Span(b.left, b.right, b.area, _BESIDE * b.size.width, _BESIDE * b.size.width) for b in keep.faces],
        [Span(b.left, b.right, b.area, _LOOSE * b.size.height, _LOOSE * b.size.height) for b in keep.text],
        keep.columns,
    )
    top = _offset(
        window.height,
        size.height,
        [Span(b.top, b.bottom, b.area, _ABOVE * b.size.height, _BELOW * b.size.height) for b in keep.faces],
        [Span(b.top, b.bottom, b.area, _LOOSE * b.size.height, _LOOSE * b.size.height) for b in keep.text],
        keep.rows,
    )
    return Box(left, top, left + window.width, top + window.height)


def kept(window: Box, size: Size, keep: Keepsakes) -> Kept:
    """Shares of faces and lines (by area, whole ones only) and of attention that the window keeps."""
    return Kept(
        faces=_whole_share(keep.faces, window),
        text=_whole_share(keep.text, window),
        saliency=_attention(window.left, window.right, size.width, keep.columns)
        * _attention(window.top, window.bottom, size.height, keep.rows)
        if keep.columns
        else None,
    )


def cut(boxes: Iterable[Box], window: Box) -> list[Box]:
    """The boxes that the window does not keep whole."""
    return [box for box in boxes if box.kept_by(window) < WHOLE]


def hull(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds them all. `boxes` must not be empty."""
    return Box(
        min(b.left for b in boxes),
        min(b.top for b in boxes),
        max(b.right for b in boxes),
        max(b.bottom for b in boxes),
    )


@dataclass(frozen=True, slots=True)
class Span:
    """A box along one axis, its weight, and the room it should have before and after."""

    start: int
    end: int
    weight: int
    before: float
    after: float

    def kept_by(self, start: float, end: float, *, loosely: bool = False) -> float:
        """Share of the span, with its room if `loosely`, between `start` and `end`."""
        low, high = (self.start - self.before, self.end + self.after) if loosely else (self.start, self.end)
        return max(0.0, min(high, end) - max(low, start)) / (high - low) if high > low else 1.0


def _offset(length: int, total: int, faces: list[Span], text: list[Span], profile: Sequence[float]) -> int:
    """Where a window of `length` starts along an axis of `total` pixels."""
    free = total - length
    if free <= 0:
        return 0
    places = {free * step // _PLACES for step in range(_PLACES + 1)} | {free // 2}
    for span in (*faces, *text):
        places |= {span.start, span.end - length, (span.start + span.end - length) // 2}

    def merit(place: int) -> tuple[float, ...]:
        end = place + length
        return (
            sum(s.weight for s in faces if s.kept_by(place, end) >= _WHOLE_ALONG),
            sum(s.weight for s in text if s.kept_by(place, end) >= _WHOLE_ALONG),
            round(sum(s.weight * s.kept_by(place, end) for s in (*faces, *text)) / total, 6),
            round(sum(s.weight * s.kept_by(place, end, loosely=True) for s in (*faces, *text)) / total, 1),
            round(_attention(place, end, total, profile), 3),
            -abs(2 * place - free),
            -place,
        )

    return max((place for place in places if 0 <= place <= free), key=merit)


def _attention(start: int, end: int, total: int, profile: Sequence[float]) -> float:
    """Share of the attention profile between two pixels; 1 where there is none."""
    if not profile:
        return 1.0
    sums = [0.0, *accumulate(profile)]

    def upto(pixel: int) -> float:
        place = pixel * len(profile) / total
        whole = min(int(place), len(profile) - 1)
        return sums[whole] + (place - whole) * profile[whole]

    return (upto(end) - upto(start)) / sums[-1] if sums[-1] else 1.0


def _whole_share(boxes: Sequence[Box], window: Box) -> float | None:
    total = sum(box.area for box in boxes)
    return sum(box.area for box in boxes if box.kept_by(window) >= WHOLE) / total if total else None
