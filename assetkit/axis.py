"""Where a window goes along one side of a picture."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import ceil, floor, sqrt

WHOLE = 0.97  # a box kept to this share is whole: detectors are no more exact than that
_WHOLE_ALONG = sqrt(WHOLE)  # the same along one axis, so that a box short on both is still whole
_PLACES = 128  # candidate places along the axis, besides those that just hold a face or a line
_AT_THE_EDGE = 0.7  # what a face without any room is worth beside one that has all


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


@dataclass(frozen=True, slots=True)
class Axis:
    """All that says where a window goes along one side of a picture, which is `total` pixels long."""

    total: int
    profile: Sequence[float]
    focal: int | None
    musts: list[Span] = field(default_factory=list)
    faces: list[Span] = field(default_factory=list)
    text: list[Span] = field(default_factory=list)
    subject: list[Span] = field(default_factory=list)

    def offset(self, length: int) -> int:
        """Where a window of `length` starts."""
        free = self.total - length
        if free <= 0:
            return 0
        places = [place for place in self._places(length, free) if 0 <= place <= free]
        for worth in self._worths(length, free):
            if len(places) == 1:
                break
            found = [worth(place) for place in places]
            most = max(found)
            places = [place for place, value in zip(places, found, strict=True) if value == most]
        return places[0]

    def _places(self, length: int, free: int) -> set[int]:
        """Places worth trying: evenly spread, and those that just hold a span, or spans, with and without room."""
        places = {free * step // _PLACES for step in range(_PLACES + 1)} | {free // 2}
        spans = [*self.musts, *self.faces, *self.text, *self.subject]
        for span in spans:
            places |= {span.start, span.end - length, (span.start + span.end - length) // 2}
            places |= {floor(span.start - span.before), ceil(span.end + span.after) - length}
        if spans:
            places.add((min(s.start for s in spans) + max(s.end for s in spans) - length) // 2)
        if self.focal is not None:
            places.add(min(free, max(0, self.focal - length // 2)))
        return places

    def _worths(self, length: int, free: int) -> Iterator[Callable[[int], float]]:
        """What a place is worth; what comes first outweighs all that follows. Rounded, to decide alike anywhere.

        A face at the very edge has lost its hair or an ear, so of faces that do not fit together those are chosen
        that can have some room. Part of a line is worth nothing: it cannot be read.
        """
        faces, focal = self.faces, self.focal

        def whole(spans: Sequence[Span], place: int) -> list[Span]:
            return [s for s in spans if s.is_whole(place, place + length)]

        def sheltered(span: Span, place: int) -> float:
            return span.weight * (_AT_THE_EDGE + (1 - _AT_THE_EDGE) * span.room(place, place + length))

        def roomy(place: int) -> float:
            spans = [*self.musts, *whole(self.text, place)]
            return round(sum(s.weight * s.room(place, place + length) for s in spans), 1)

        if self.musts:
            yield lambda place: round(sum(s.weight for s in whole(self.musts, place)), 3)
        if focal is not None:
            yield lambda place: -abs(2 * (place - focal) + length)
        if faces:
            yield lambda place: len(whole(faces, place)) == len(faces)
            yield lambda place: round(sum(sheltered(s, place) for s in whole(faces, place)), 3)
        if self.text:
            yield lambda place: round(sum(s.weight for s in whole(self.text, place)), 3)
        if faces:
            yield lambda place: round(sum(s.weight * s.kept_by(place, place + length) for s in faces), 3)
        if self.musts or self.text:
            yield roomy
        if self.subject:
            yield lambda place: round(sum(s.kept_by(place, place + length) for s in self.subject), 3)
        seen = attention(self.total, self.profile)
        yield lambda place: round(seen(place, place + length), 3)
        if faces:
            focus = sum(s.weight * (s.start + s.end) / 2 for s in faces) / (sum(s.weight for s in faces) or 1)
            yield lambda place: -_off_balance((focus - place) / length)
        yield lambda place: -abs(2 * place - free)
        yield lambda place: -place


def _off_balance(place: float) -> float:
    """How far (0..1, in twentieths) a point of the window is from its middle and its thirds."""
    return round(20 * min(abs(place - line) for line in (1 / 3, 1 / 2, 2 / 3))) / 20


def attention(total: int, profile: Sequence[float]) -> Callable[[int, int], float]:
    """Gives the share of the profile of a side of `total` pixels between two of them; 1 where there is none."""
    sums = [0.0, *accumulate(profile)]
    if not sums[-1]:
        return lambda start, end: 1.0

    def upto(pixel: int) -> float:
        place = pixel * len(profile) / total
        whole = min(int(place), len(profile) - 1)
        return sums[whole] + (place - whole) * profile[whole]

    return lambda start, end: (upto(end) - upto(start)) / sums[-1]
