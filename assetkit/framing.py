"""Where a crop window goes: faces whole, then text whole, then what draws the eye, then the middle."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import sqrt

from assetkit.axis import WHOLE, Axis, Span, attention
from assetkit.facts import Facts, FrameMeasurements
from assetkit.geometry import Box, Size
from assetkit.model import Alternative, Kept, Proposer

_MIN_TEXT_SHARE = 0.0005  # of the picture; smaller lines are specks of the scene that nobody can read
_QR = "QR Code"  # other codes are the goods' own
# room round a face, in face heights and widths: hair above, chin and neck below, cheeks and ears beside
_ABOVE, _BELOW, _BESIDE = 0.6, 0.4, 0.35
_LOOSE = 0.25  # room round a line of text, in line heights
_ALTERNATIVES = 3
_DISTINCT = 20  # an alternative lies at least one part in so many of the free length away


@dataclass(frozen=True, slots=True)
class Keepsakes:
    """What a crop should keep, gathered over all frames of an asset, in display pixels.

    `text` are lines, and QR codes: what is left of one that was cut leads nowhere, and is found by nobody.
    """

    faces: tuple[Box, ...]
    text: tuple[Box, ...]
    columns: tuple[float, ...]
    rows: tuple[float, ...]
    musts: tuple[Box, ...] = ()
    focal: tuple[int, int] | None = None
    subject: Box | None = None

    @property
    def proposer(self) -> Proposer:
        """Who decides where the window goes."""
        if self.musts or self.focal:
            return Proposer.SIDECAR
        if self.faces:
            return Proposer.FACE
        if self.text:
            return Proposer.TEXT
        if self.subject:
            return Proposer.SUBJECT
        return Proposer.SALIENCY if self.columns else Proposer.CENTRE


def keepsakes(facts: Facts, only: Sequence[FrameMeasurements] | None = None) -> Keepsakes:
    """Gather what people said, faces, text and attention from the frames of a picture or clip, or from some of them."""
    measured, size, said = facts.measurements, facts.info.display_size, facts.wishes
    frames = (*measured.frames, *measured.glances) if only is None else only
    least = size.area * _MIN_TEXT_SHARE
    lines = (region.box.intersect(Box.of(size)) for frame in frames for region in frame.text or ())
    codes = (code.box.intersect(Box.of(size)) for frame in frames for code in frame.codes or () if code.name == _QR)
    seen = [frame.saliency for frame in frames if frame.saliency]
    faces = tuple(dict.fromkeys(face for frame in frames for face in frame.faces or ()))
    return Keepsakes(
        faces=faces + tuple(face for face in facts.info.marked_faces if not _is_among(face, faces)),
        text=tuple(dict.fromkeys((*(line for line in lines if line.area >= least), *codes))),
        columns=tuple(sum(values) / len(seen) for values in zip(*(s.columns for s in seen), strict=False)),
        rows=tuple(sum(values) / len(seen) for values in zip(*(s.rows for s in seen), strict=False)),
        musts=said.keep,
        focal=said.focal,
        subject=facts.info.marked_subject,
    )


def _is_among(face: Box, found: Iterable[Box]) -> bool:
    """True if a marked face is one of those that were found, by whatever box."""
    return any(2 * face.intersect(other).area > min(face.area, other.area) for other in found)


def place(window: Size, size: Size, keep: Keepsakes) -> Box:
    """Place a window inside a picture. The same input always gives the same place."""
    across, down = _axes(keep, size)
    left, top = across.offset(window.width), down.offset(window.height)
    return Box(left, top, left + window.width, top + window.height)


def moved(keep: Keepsakes, part: Box, size: Size) -> Keepsakes:
    """What a crop of one part of a picture of this size should keep, in the part's own pixels."""
    return Keepsakes(
        faces=tuple(box.moved(-part.left, -part.top) for box in keep.faces),
        text=tuple(box.moved(-part.left, -part.top) for box in keep.text),
        columns=_cut_profile(keep.columns, part.left, part.right, size.width),
        rows=_cut_profile(keep.rows, part.top, part.bottom, size.height),
        musts=tuple(box.moved(-part.left, -part.top) for box in keep.musts),
        focal=keep.focal and (keep.focal[0] - part.left, keep.focal[1] - part.top),
        subject=keep.subject and keep.subject.moved(-part.left, -part.top),
    )


def _cut_profile(profile: Sequence[float], start: int, end: int, total: int) -> tuple[float, ...]:
    """The attention between two pixels, in as many bins."""
    edges = [start + (end - start) * step // len(profile) for step in range(len(profile) + 1)] if profile else []
    seen = attention(total, profile)
    return tuple(seen(one, other) for one, other in pairwise(edges))


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
    if keep.subject:
        yield Proposer.SUBJECT, replace(nothing, subject=keep.subject)
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
        saliency=attention(size.width, keep.columns)(window.left, window.right)
        * attention(size.height, keep.rows)(window.top, window.bottom)
        if keep.columns
        else None,
    )


def cut(boxes: Iterable[Box], window: Box) -> list[Box]:
    """The boxes that the window does not keep whole."""
    return [box for box in boxes if box.kept_by(window) < WHOLE]


def _axes(keep: Keepsakes, size: Size) -> tuple[Axis, Axis]:
    """Across, then down. A box weighs as its side: twice as large is twice as dear."""
    focal_x, focal_y = keep.focal or (None, None)
    across, down = Axis(size.width, keep.columns, focal_x), Axis(size.height, keep.rows, focal_y)
    for box in keep.musts:
        across.musts.append(_span(box.left, box.right, sqrt(box.area), (0, 0), size.width))
        down.musts.append(_span(box.top, box.bottom, sqrt(box.area), (0, 0), size.height))
    for box in (face for face in keep.faces if face.intersect(Box.of(size)).area):
        (wide, high), weight = (box.size.width, box.size.height), sqrt(box.area)
        across.faces.append(_span(box.left, box.right, weight, (_BESIDE * wide, _BESIDE * wide), size.width))
        down.faces.append(_span(box.top, box.bottom, weight, (_ABOVE * high, _BELOW * high), size.height))
    for box in keep.text:
        room, weight = _LOOSE * min(box.size.width, box.size.height), sqrt(box.area)
        across.text.append(_span(box.left, box.right, weight, (room, room), size.width))
        down.text.append(_span(box.top, box.bottom, weight, (room, room), size.height))
    if keep.subject:
        box = keep.subject
        across.subject.append(_span(box.left, box.right, 1, (0, 0), size.width))
        down.subject.append(_span(box.top, box.bottom, 1, (0, 0), size.height))
    return across, down


def _span(start: int, end: int, weight: float, room: tuple[float, float], total: int) -> Span:
    """No more room can be had than the picture has."""
    return Span(start, end, weight, min(room[0], start), min(room[1], total - end))


def _whole_share(boxes: Sequence[Box], window: Box) -> float | None:
    total = sum(box.area for box in boxes)
    return sum(box.area for box in boxes if box.kept_by(window) >= WHOLE) / total if total else None
