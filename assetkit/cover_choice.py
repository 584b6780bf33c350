"""Which frames of a clip would make the best covers: key frames that are sharp, steady, whole and unlike each other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from assetkit.abreast import abreast
from assetkit.canvas import choose_canvas, crop_size
from assetkit.checks import needs
from assetkit.errors import AssetError
from assetkit.facts import NO_WISHES, Kind, Need, Wishes
from assetkit.framing import Keepsakes, cut
from assetkit.geometry import Box, Size
from assetkit.lettering import Search, TextRegion
from assetkit.measure import Look, measure
from assetkit.media.candidates import Glimpses
from assetkit.media.cover import gist, look_parts, shrunk, steadiness, unlikeness
from assetkit.media.faces import Face, find_portraits
from assetkit.media.medium import ClipMedium
from assetkit.media.pixels import Pixels
from assetkit.preset import StillRules
from assetkit.scoring import ScoreParts, face_worth
from assetkit.shots import Shot
from assetkit.text.coverage import coverage
from assetkit.timecode import timecode
from assetkit.wording import say

_KEYS = 20  # key frames looked at, and more where many covers are asked for
_KEYS_PER_COVER = 4
_SHORTLIST, _SHORTLIST_PER_COVER = 2, 2  # of those, looked at again with what follows them
_FEW = 4  # fewer candidates are too few to choose from
_READS = 3  # frames that text is read on, beyond the number of covers
_NEARBY = Fraction(1, 4)  # seconds
_ALIKE_WORTH = 0.15  # left of a frame's score where a frame just like it has been taken
_SAME = 0.015  # unlikeness up to which two frames are one picture; faces that move differ by more
_ENOUGH = 0.35  # unlikeness from which frames are different pictures altogether
_FACE_SIDE = 384  # pixels; a face that counts on a cover is found on these
_COUNTS = 0.5  # of the largest face's height; smaller ones are passers-by

Span = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A frame that may serve as a cover: its time in seconds, its score, and what is known of it.

    `picture` is a small one of it if it was looked at, `faces` and `text` (display pixels) what it shows of them if
    they were looked for; `gist` tells it from others.
    """

    time: Fraction
    parts: ScoreParts
    picture: Pixels | None = None
    faces: tuple[Face, ...] | None = None
    text: tuple[TextRegion, ...] | None = None
    gist: Any = None

    @property
    def score(self) -> float:
        """0 (unusable) to 1."""
        return self.parts.total


@dataclass(frozen=True, slots=True)
class Taste:
    """What covers are held to, and what measures the text on them."""

    rules: StillRules
    engine: str
    threads: int = 1
    said: Wishes = NO_WISHES


def choose(
    clip: ClipMedium, taste: Taste, count: int, *, span: Span | None = None, sampled: Sequence[Candidate] = ()
) -> Iterator[Candidate]:
    """The best frames of a clip (of `span`, in seconds), the best first, each unlike those before it.

    Of frames that were `sampled` for other reasons the text is known, and where there are few key frames they are
    candidates too; without any, frames in between are. Else text, which can only cost a frame score, is read only on
    those that would be taken but for it. Raises AssetError if nothing decodes.
    """
    pool = [_judged(_with_text_nearby(c, sampled), clip, taste) for c in _shortlist(clip, taste, count, span, sampled)]
    reads = _READS + count if _reads_text(clip, taste) else 0
    taken: list[Candidate] = []
    while pool := [c for c in pool if c.score and _novelty(c, taken) > 0]:
        known = [c for c in pool if c.text is not None]
        best = max(pool if reads or not known else known, key=lambda c: (c.score * _novelty(c, taken), -c.time))
        pool.remove(best)
        if reads and best.text is None and best.picture is not None:
            reads -= 1
            pool.append(_judged(replace(best, text=_text(best, clip, taste)), clip, taste))  # may still be the best
            continue
        taken.append(best)
        yield best


def stated_candidate(clip: ClipMedium, taste: Taste, time: Fraction) -> Candidate:
    """The frame at a time that people named, with its score, however low. Raises AssetError if it does not decode."""
    with clip.glimpses() as glimpses:
        looks = next(glimpses.after([time]), None)
    if not looks:
        detail = say("the frame at {time} cannot be decoded", time=timecode(time))
        raise AssetError("unreadable", "measure", detail, say("name another time, or export the clip again"))
    at, picture = looks[0]
    steady = steadiness([picture for _, picture in looks])[0] if looks[1:] else None
    found = Candidate(at, replace(look_parts(picture), steadiness=steady), picture)
    if _reads_text(clip, taste):
        found = replace(found, text=_text(found, clip, taste))
    return _judged(found, clip, taste)


def _shortlist(
    clip: ClipMedium, taste: Taste, count: int, span: Span | None, sampled: Sequence[Candidate]
) -> list[Candidate]:
    """The best key frames with a look at what follows, and other frames where that gives too few."""
    least = max(_FEW, _SHORTLIST_PER_COVER * count)
    with clip.glimpses() as glimpses:
        found = _key_candidates(glimpses, count, span, least)
        if sampled:
            others = [c for c in sampled if all(abs(c.time - other.time) > _NEARBY for other in found)]
            return found + (others if len(found) < _FEW else [])
        if count > 1 or len(found) < least:
            whole = span or (Fraction(0), _length(clip))
            middles = _middles(clip.shots(taste.threads), found, whole)[:least]
            found += _looked_at(glimpses, middles)
            gaps = gap_times([c.time for c in found] + middles, whole, least) if len(found) < least else []
            found += _looked_at(glimpses, gaps)
        return found


def _key_candidates(glimpses: Glimpses, count: int, span: Span | None, least: int) -> list[Candidate]:
    """The best key frames, each as the best of what is shown soon after it."""
    keys = glimpses.keys(max(_KEYS, _KEYS_PER_COVER * count), span)
    seen = sorted(abreast(_seen, keys), key=lambda c: c.time)
    times = [c.time for c in _unlike(seen, _SHORTLIST + _SHORTLIST_PER_COVER * count)]
    # what is blank may be a flash, or the first frame of a fade, before a good picture
    times += [c.time for c in seen if not c.score][: max(0, least - len(times))]
    return _looked_at(glimpses, times)


def _middles(shots: Sequence[Shot], found: Sequence[Candidate], span: Span) -> list[Fraction]:
    """The middles of the shots, the longest first, of which nothing was found yet."""
    unseen = [s for s in shots if not any(s.holds(c.time) for c in found)]
    middles = [((s.start + s.end) / 2, s) for s in sorted(unseen, key=lambda s: (s.start - s.end, s.start))]
    return [middle for middle, _ in middles if span[0] <= middle < span[1]]


def _looked_at(glimpses: Glimpses, times: Sequence[Fraction]) -> list[Candidate]:
    """The best frame at or soon after each of the times, where any is worth something."""
    near = abreast(_steadiest, glimpses.after(sorted(times)))
    return [c for c in near if c is not None and c.score]


def _seen(look: tuple[Fraction, Pixels]) -> Candidate:
    time, picture = look
    return Candidate(time, look_parts(picture), picture, gist=gist(picture))


def _length(clip: ClipMedium) -> Fraction:
    return clip.info.duration or Fraction(0)


def gap_times(found: Sequence[Fraction], span: Span, count: int) -> list[Fraction]:
    """The middles of those of `count` equal parts of the span that hold nothing found yet, in seconds."""
    start, part = span[0], (span[1] - span[0]) / count
    ends = [(start + part * n, start + part * (n + 1)) for n in range(count)]
    return [(low + high) / 2 for low, high in ends if not any(low <= time < high for time in found)]


def _with_text_nearby(candidate: Candidate, sampled: Iterable[Candidate]) -> Candidate:
    """With the text of a frame that was read anyway, if one stands close by: text stays for longer than that."""
    near = [c for c in sampled if c.text is not None and abs(c.time - candidate.time) <= _NEARBY]
    if candidate.text is not None or not near:
        return candidate
    return replace(candidate, text=min(near, key=lambda c: (abs(c.time - candidate.time), c.time)).text)


def _unlike(pool: Iterable[Candidate], count: int) -> list[Candidate]:
    """Up to `count` candidates, each the best of those left, less what it has in common with those before it."""
    left, taken = [c for c in pool if c.score], list[Candidate]()
    while left and len(taken) < count:
        best = max(left, key=lambda c: (c.score * max(_ALIKE_WORTH, _novelty(c, taken)), -c.time))
        left.remove(best)
        taken.append(best)
    return taken


def _steadiest(looks: Sequence[tuple[Fraction, Pixels]]) -> Candidate | None:
    """The best of the pictures that follow each other: away from a cut, after a blur."""
    if not looks:
        return None
    steady = steadiness([picture for _, picture in looks])
    seen = [_seen(look) for look in looks]
    rated = [replace(c, parts=replace(c.parts, steadiness=value)) for c, value in zip(seen, steady, strict=True)]
    return max(rated, key=lambda c: (c.score, -c.time))


def _novelty(candidate: Candidate, taken: Sequence[Candidate]) -> float:
    """1 for a picture unlike all that were taken, down to `_ALIKE_WORTH`, and 0 for the very same."""
    if candidate.gist is None:
        return 1.0
    known = [unlikeness(candidate.gist, other.gist) for other in taken if other.gist is not None]
    nearest = min(known, default=1.0)
    return 0.0 if nearest <= _SAME else _ALIKE_WORTH + (1 - _ALIKE_WORTH) * min(1.0, nearest / _ENOUGH)


def _reads_text(clip: ClipMedium, taste: Taste) -> bool:
    """True if the cover's own limits, or its crop, ask where text stands."""
    info = replace(clip.info, kind=Kind.IMAGE)
    is_cropped = taste.said.crop is not None or crop_size(info, taste.rules) != info.display_size
    return is_cropped or Need.TEXT in needs(taste.rules.limits, Kind.IMAGE)


def _text(candidate: Candidate, clip: ClipMedium, taste: Taste) -> tuple[TextRegion, ...] | None:
    """Read with the engine; None if that fails, which the cover itself will say."""
    assert candidate.picture is not None  # noqa: S101 - both callers have looked
    look = Look(frozenset({Need.TEXT}), taste.engine, taste.threads, search=Search.HINTS)
    measured = measure([(candidate.time, candidate.picture)], clip.info.display_size, look, is_timed=False)
    return measured.frames[0].text


def _judged(candidate: Candidate, clip: ClipMedium, taste: Taste) -> Candidate:
    """With what its crop keeps of faces and, where it is known, of text."""
    info, size = replace(clip.info, kind=Kind.IMAGE), clip.info.display_size
    lines = tuple(region.box.intersect(Box.of(size)) for region in candidate.text or ())
    faces = _faces(candidate, size)
    keep = Keepsakes(tuple(face.box for face in faces or ()), lines, (), ())
    window = choose_canvas(info, taste.rules, keep, None, taste.said).window
    parts = candidate.parts if faces is None else _with_faces(candidate.parts, faces, window, size)
    if candidate.text is not None:
        parts = replace(parts, text_coverage=coverage(candidate.text, window, taste.said.exempt).share)
    return replace(candidate, parts=parts, faces=faces)


def _faces(candidate: Candidate, size: Size) -> tuple[Face, ...] | None:
    """Those that are known, or are found in its picture now; None where it has none."""
    if candidate.faces is not None or candidate.picture is None:
        return candidate.faces
    small = shrunk(candidate.picture, _FACE_SIDE)
    scale = size.width / small.shape[1]
    return tuple(replace(f, box=f.box.scaled(scale).intersect(Box.of(size))) for f in find_portraits(small))


def _is_at_edge(box: Box, size: Size) -> bool:
    """True if the frame itself seems to cut a face: it reaches to within a hundredth of the frame's end."""
    margin = max(size.width, size.height) // 100
    frame = Box(margin, margin, size.width - margin, size.height - margin)
    return box.intersect(frame) != box


def _with_faces(parts: ScoreParts, faces: Sequence[Face], window: Box, size: Size) -> ScoreParts:
    """Faces half as high as the largest count; those that the crop or the frame cuts are worth nothing."""
    tallest = max((face.box.size.height for face in faces), default=0)
    counting = [face for face in faces if face.box.size.height >= _COUNTS * tallest]
    whole = [face for face in counting if not cut([face.box], window) and not _is_at_edge(face.box, size)]
    worth = [face_worth(face.box.size.height, window.size.height, face.frontal) for face in whole]
    return replace(parts, face=max(worth, default=0.0), faces=len(counting), cut_faces=len(counting) - len(whole))
