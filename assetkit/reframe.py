"""One window for each shot: steady where that keeps what matters, else moved slowly; never a jump inside a shot."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

from assetkit.axis import WHOLE
from assetkit.framing import kept, place
from assetkit.geometry import Box, Size, hull
from assetkit.model import Kept
from assetkit.pans import Gate, Point, path, speed
from assetkit.scenes import Scene
from assetkit.shots import Shot
from assetkit.windows import Keyframe, Move, simplified, window_at

CALM = Fraction(1, 2)  # of the window's side a second: nobody minds
FASTEST = Fraction(6, 5)  # where the subject itself is so fast; faster it is seen to flee
_ALIKE = Fraction(1, 12)  # of the window's side; a smaller change at a cut is a twitch
_ROOMS = (0.35, 0.1, 0.0)  # of a face's width and height on every side, the most that can be had at a calm pace
_UNTOUCHED = 0.995  # of a face; what detector and eye call its edge differs by more than a window may cut
_BLUR = 0.01  # of a face's side, which no detector is sure of
_LEAST_SIGHTS = 3  # with a face: fewer say nothing about a movement
_TICK = Fraction(1, 1000)  # keyframes of a movement stand on whole milliseconds

Lost = tuple[Fraction, Box]
"""When something is cut, in seconds, and where it is."""


def route(window: Size, size: Size, scenes: Sequence[Scene]) -> tuple[Keyframe, ...]:
    """Where a window of one size stands, or how it moves, in each scene of a picture or clip of this size."""
    frames: list[Keyframe] = []
    for scene in scenes:
        own = _in_scene(window, size, scene)
        last = frames[-1] if frames else None
        if last and len(own) == 1 and _is_shareable(last, own[0], scene):
            own = (replace(own[0], box=last.box),)
        frames += own
    return simplified(frames)


def lost(windows: Sequence[Keyframe], scenes: Sequence[Scene], kind: str) -> tuple[int, list[Lost]]:
    """How many `faces`, lines of `text` or `musts` there are in all frames of some scenes, and those that are cut."""
    boxes = [found for scene in scenes for found in _boxes(scene, kind)]
    return len(boxes), [(time, box) for time, box in boxes if box.kept_by(window_at(windows, time)) < WHOLE]


def _boxes(scene: Scene, kind: str) -> list[Lost]:
    """What is to be kept, and when; what people named, and everything in a still, is there all the time."""
    start = scene.shot.start if scene.shot else Fraction(0)
    if kind == "musts" or scene.shot is None:
        return [(start, box) for box in getattr(scene.keep, kind)]
    return [(sight.time, box) for sight in scene.sights for box in getattr(sight, kind)]


def _losses(windows: Sequence[Keyframe], scene: Scene) -> tuple[int, int, int]:
    """How many faces are cut, how many lines of text, and how many faces are only just not: the first weigh most."""
    faces, text = (len(lost(windows, (scene,), kind)[1]) for kind in ("faces", "text"))
    touched = [box for time, box in _boxes(scene, "faces") if box.kept_by(window_at(windows, time)) < _UNTOUCHED]
    return faces, text, len(touched)


def _in_scene(window: Size, size: Size, scene: Scene) -> tuple[Keyframe, ...]:
    """A steady window, or the first movement that cuts nothing, or else what cuts least."""
    start = scene.shot.start if scene.shot else Fraction(0)
    best: tuple[Keyframe, ...] = (Keyframe(start, place(window, size, scene.keep)),)
    if scene.shot is None or scene.keep.musts or scene.keep.focal:
        return best
    for follow in (_with_text, _faces_only, _largest_only):
        least = _losses(best, scene)
        if not any(least):
            break
        moved = _panned(window, size, scene.shot, follow(scene))
        if moved and _losses(moved, scene) < least:
            best = moved
    return best


Followed = list[tuple[Fraction, Sequence[Box]]]
"""What a moving window keeps whole, and when; the first of each are faces."""


def _with_text(scene: Scene) -> Followed:
    return [(sight.time, (*sight.faces, *scene.keep.text)) for sight in scene.sights if sight.faces]


def _faces_only(scene: Scene) -> Followed:
    return [(sight.time, sight.faces) for sight in scene.sights if sight.faces]


def _largest_only(scene: Scene) -> Followed:
    return [(s.time, [max(s.faces, key=lambda face: face.area)]) for s in scene.sights if s.faces]


def _is_shareable(last: Keyframe, own: Keyframe, scene: Scene) -> bool:
    """True if the place before the cut is nearly the same, and does as well after it."""
    across, down = abs(own.box.left - last.box.left), abs(own.box.top - last.box.top)
    is_near = across <= _ALIKE * own.box.size.width and down <= _ALIKE * own.box.size.height
    if last.move is not Move.HOLD or not is_near:
        return False
    return _losses((last,), scene) <= _losses((own,), scene)


def _panned(window: Size, size: Size, shot: Shot, seen: Followed) -> tuple[Keyframe, ...] | None:
    """The slowest movement that keeps all of this whole; None if there is none that is calm enough."""
    if len(seen) < _LEAST_SIGHTS:
        return None
    across = _calm(lambda room: _gates(seen, (window.width, size.width), _across, room), window.width, shot)
    down = _calm(lambda room: _gates(seen, (window.height, size.height), _down, room), window.height, shot)
    return None if across is None or down is None else _joined(across, down, window, shot.start, shot.end)


def _calm(gates: Callable[[float], list[Gate] | None], side: int, shot: Shot) -> list[Point] | None:
    """A path slow enough for a window of this side, with as much room round faces as that allows."""
    for limit, room in product((CALM, FASTEST), _ROOMS):
        found = gates(room)
        points = path(found, float(shot.start), float(shot.end)) if found else None
        if points and speed(points) <= limit * side:
            return points
    return None


Along = Callable[[Box], tuple[int, int]]


def _across(box: Box) -> tuple[int, int]:
    return box.left, box.right


def _down(box: Box) -> tuple[int, int]:
    return box.top, box.bottom


def _gates(seen: Followed, sides: tuple[int, int], along: Along, room: float) -> list[Gate] | None:
    """Where a window may start at each sight; None if what is to be kept is longer than it.

    `sides` are the window's and the picture's, along one axis; `room` is in sides of the first face.
    """
    length, total = sides
    gates = []
    for time, boxes in seen:
        first, last = along(hull(boxes))
        low, high = max(0, last - length), min(total - length, first)
        if low > high:
            return None
        begin, end = along(boxes[0])
        largest = end - begin
        tight = max(low, min(last + room * largest, total) - length), min(high, max(first - room * largest, 0))
        if tight[0] > tight[1]:
            tight = ((low + high) / 2,) * 2
        give = min(tight[0] - low, high - tight[1]) + _BLUR * largest
        gates.append(Gate(float(time), *tight, give=give))
    return gates


def _joined(
    across: Sequence[tuple[float, float]],
    down: Sequence[tuple[float, float]],
    window: Size,
    start: Fraction,
    end: Fraction,
) -> tuple[Keyframe, ...]:
    """Keyframes wherever either side has one; the last stands where the shot ends, and is not moved on from."""
    times = sorted({time for time, _ in (*across, *down)})
    frames: list[Keyframe] = []
    for time in times:
        left, top = (round(_value(points, time)) for points in (across, down))
        exact = start if time == times[0] else min(end - _TICK, round(Fraction(time) / _TICK) * _TICK)
        box = Box(left, top, left + window.width, top + window.height)
        if not frames or exact > frames[-1].time:
            frames.append(Keyframe(exact, box, Move.LINEAR))
    return (*_held(frames[:-1], frames[-1]), replace(frames[-1], move=Move.HOLD))


def _held(frames: Sequence[Keyframe], last: Keyframe) -> tuple[Keyframe, ...]:
    """What does not move before the next keyframe is held."""
    return tuple(
        replace(a, move=Move.HOLD) if a.box == b.box else a for a, b in zip(frames, (*frames[1:], last), strict=True)
    )


def _value(points: Sequence[tuple[float, float]], time: float) -> float:
    earlier = [p for p in points if p[0] <= time]
    later = [p for p in points if p[0] > time]
    if not earlier or not later:
        return (earlier or later)[-1 if earlier else 0][1]
    (one, a), (other, b) = earlier[-1], later[0]
    return a + (b - a) * (time - one) / (other - one)


def kept_by(windows: Sequence[Keyframe], scenes: Sequence[Scene], size: Size) -> Kept:
    """What windows keep, over all frames that were looked at; attention by the length of each scene."""
    lengths = [float(scene.shot.end - scene.shot.start) if scene.shot else 1.0 for scene in scenes]
    seen = [
        (kept(window_at(windows, scene.shot.start if scene.shot else Fraction(0)), size, scene.keep).saliency, length)
        for scene, length in zip(scenes, lengths, strict=True)
    ]
    known = [(share, length) for share, length in seen if share is not None]
    total = sum(length for _, length in known)
    return Kept(
        faces=_share(windows, scenes, "faces"),
        text=_share(windows, scenes, "text"),
        saliency=sum(share * length for share, length in known) / total if total else None,
    )


def _share(windows: Sequence[Keyframe], scenes: Sequence[Scene], kind: str) -> float | None:
    """Of the area of all boxes, that of the whole ones."""
    area = sum(box.area for scene in scenes for _, box in _boxes(scene, kind))
    return 1 - sum(box.area for _, box in lost(windows, scenes, kind)[1]) / area if area else None
