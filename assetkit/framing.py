"""Where a crop window goes: faces whole, then text whole, then what draws the eye, then the middle."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from math import ceil, floor, sqrt

from assetkit.geometry import Box, Size
from assetkit.model import Alternative, FrameMeasurements, Kept, Proposer

WHOLE = 0.97  # a box kept to this share is whole: detectors are no more exact than that
_WHOLE_ALONG = sqrt(WHOLE)  # the same along one axis, so that a box short on both is still whole
_PLACES = 128  # candidate places along the axis, besides those that just hold a face or a line
_MIN_TEXT_SHARE = 0.0005  # of the picture; smaller lines are specks of the scene that nobody can read
# room round a face, in face heights and widths: hair above, chin and neck below, cheeks and ears beside
_ABOVE, _BELOW, _BESIDE = 0.6, 0.4, 0.35
_LOOSE = 0.25  # room round a line of text, in line heights
_AT_THE_EDGE = 0.7  # what a face without any room is worth beside one that has all
_ALTERNATIVES = 3
_DISTINCT = 20  # an alternative lies at least one part in so many of the free length away


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
    faces_across, text_across, faces_down, text_down = _spans(keep, size)
    left = _offset(window.width, size.width, faces_across, text_across, keep.columns)
    top = _offset(window.height, size.height, faces_down, text_down, keep.rows)
    return Box(left, top, left + window.width, top + window.height)


def moved(keep: Keepsakes, part: Box, size: Size) -> Keepsakes:
    """What a crop of one part of a picture of this size should keep, in the part's own pixels."""
    return Keepsakes(
        faces=tuple(box.moved(-part.left, -part.top) for box in keep.faces),
        text=tuple(box.moved(-part.left, -part.top) for box in keep.text),
        columns=_cut_profile(keep.columns, part.left, part.right, size.width),
        rows=_cut_profile(keep.rows, part.top, part.bottom, size.height),
    )


def _cut_profile(profile: Sequence[float], start: int, end: int, total: int) -> tuple[float, ...]:
    """The attention between two pixels, in as many bins."""
    edges = [start + (end - start) * step // len(profile) for step in range(len(profile) + 1)] if profile else []
    return tuple(_attention(one, other, total, profile) for one, other in pairwise(edges))


def alternatives(chosen: Box, size: Size, keep: Keepsakes, content: Box | None = None) -> tuple[Alternative, ...]:
    """At most three other places for a window, each by one proposer alone, and what each keeps.

    They differ from the chosen one and from each other by at least 5 % of the room there is to move, and stay
    inside `content` if the chosen one does.
    """
    part = content if content and chosen.kept_by(content) == 1 else Box.of(size)
    found: list[Alternative] = []
    for proposer, wish in _wishes(keep):
        window = place(chosen.size, part.size, moved(wish, part, size)).moved(part.left, part.top)
        if all(_is_elsewhere(window, other, part.size) for other in (chosen, *(a.window for a in found))):
            found.append(Alternative(window, proposer, kept(window, size, keep)))
    return tuple(found[:_ALTERNATIVES])


def _wishes(keep: Keepsakes) -> Iterator[tuple[Proposer, Keepsakes]]:
    """What each proposer would keep if nobody else had a say; the middle has no wish."""
    nothing = Keepsakes((), (), (), ())
    if keep.faces:
        yield Proposer.FACE, replace(nothing, faces=keep.faces)
    if keep.text:
        yield Proposer.TEXT, replace(nothing, text=keep.text)
    if keep.columns:
        yield Proposer.SALIENCY, replace(nothing, columns=keep.columns, rows=keep.rows)
    yield Proposer.CENTRE, nothing


def _is_elsewhere(window: Box, other: Box, size: Size) -> bool:
    """True if a person would see the difference."""
    across, down = size.width - window.size.width, size.height - window.size.height
    moved = (abs(window.left - other.left), across), (abs(window.top - other.top), down)
    return any(by * _DISTINCT >= free > 0 for by, free in moved)


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


@dataclass(frozen=True, slots=True)
class Span:
    """A box along one axis, its weight, and the room it should have before and after."""

    start: int
    end: int
    weight: float
    before: float
    after: float

    def kept_by(self, start: float, end: float) -> float:
        """Share of the span between `start` and `end`."""
        shared = max(0.0, min(self.end, end) - max(self.start, start))
        return shared / max(1, self.end - self.start)

    def is_whole(self, start: float, end: float) -> bool:
        """True if it lies between `start` and `end`, as nearly as a detector can tell."""
        return self.kept_by(start, end) >= _WHOLE_ALONG

    def room(self, start: float, end: float) -> float:
        """How well off it is on its tighter side, 0 (at the edge) to 1 (all the room it should have).

        The first pixels count most, so that two spans share what room there is.
        """
        sides = ((self.start - start, self.before), (end - self.end, self.after))
        share = min(min(1.0, max(0.0, found) / wanted) if wanted else float(found >= 0) for found, wanted in sides)
        return 1 - (1 - share) ** 2


def _spans(keep: Keepsakes, size: Size) -> tuple[list[Span], list[Span], list[Span], list[Span]]:
    """Faces and lines of text across, then down. A box weighs as its side: twice as large is twice as dear."""
    across, down, text_across, text_down = [], [], [], []
    for box in keep.faces:
        (wide, high), weight = (box.size.width, box.size.height), sqrt(box.area)
        across.append(_span(box.left, box.right, weight, (_BESIDE * wide, _BESIDE * wide), size.width))
        down.append(_span(box.top, box.bottom, weight, (_ABOVE * high, _BELOW * high), size.height))
    for box in keep.text:
        room, weight = _LOOSE * min(box.size.width, box.size.height), sqrt(box.area)
        text_across.append(_span(box.left, box.right, weight, (room, room), size.width))
        text_down.append(_span(box.top, box.bottom, weight, (room, room), size.height))
    return across, text_across, down, text_down


def _span(start: int, end: int, weight: float, room: tuple[float, float], total: int) -> Span:
    """No more room can be had than the picture has."""
    return Span(start, end, weight, min(room[0], start), min(room[1], total - end))


def _offset(length: int, total: int, faces: list[Span], text: list[Span], profile: Sequence[float]) -> int:
    """Where a window of `length` starts along an axis of `total` pixels."""
    free = total - length
    if free <= 0:
        return 0
    merit = _merit(length, total, faces, text, profile)
    return max((place for place in _places(length, free, [*faces, *text]) if 0 <= place <= free), key=merit)


def _places(length: int, free: int, spans: list[Span]) -> set[int]:
    """Places worth trying: evenly spread, and those that just hold a span, or spans, with and without room."""
    places = {free * step // _PLACES for step in range(_PLACES + 1)} | {free // 2}
    for span in spans:
        places |= {span.start, span.end - length, (span.start + span.end - length) // 2}
        places |= {floor(span.start - span.before), ceil(span.end + span.after) - length}
    if spans:
        places.add((min(s.start for s in spans) + max(s.end for s in spans) - length) // 2)
    return places


def _merit(
    length: int, total: int, faces: list[Span], text: list[Span], profile: Sequence[float]
) -> Callable[[int], tuple[float, ...]]:
    """What a place is worth. What comes first outweighs all that follows; floats are rounded, to decide alike anywhere.

    A face at the very edge has lost its hair or an ear, so of faces that do not fit together those are chosen
    that can have some room. Part of a line is worth nothing: it cannot be read.
    """
    free = total - length
    focus = sum(s.weight * (s.start + s.end) / 2 for s in faces) / (sum(s.weight for s in faces) or 1)

    def merit(place: int) -> tuple[float, ...]:
        end = place + length
        whole = [s for s in faces if s.is_whole(place, end)]
        read = [s for s in text if s.is_whole(place, end)]
        return (
            len(whole) == len(faces),
            round(sum(s.weight * (_AT_THE_EDGE + (1 - _AT_THE_EDGE) * s.room(place, end)) for s in whole), 3),
            round(sum(s.weight for s in read), 3),
            round(sum(s.weight * s.kept_by(place, end) for s in faces), 3),
            round(sum(s.weight * s.room(place, end) for s in read), 1),
            round(_attention(place, end, total, profile), 3),
            -_off_balance((focus - place) / length) if faces else 0.0,
            -abs(2 * place - free),
            -place,
        )

    return merit


def _off_balance(place: float) -> float:
    """How far (0..1, in twentieths) a point of the window is from its middle and its thirds."""
    return round(20 * min(abs(place - line) for line in (1 / 3, 1 / 2, 2 / 3))) / 20


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
