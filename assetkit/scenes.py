"""What a crop should keep in each shot of a clip, and when; a still is one scene without a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from assetkit.facts import Facts, FrameMeasurements
from assetkit.framing import Keepsakes, keepsakes, moved
from assetkit.geometry import Box, Size
from assetkit.shots import Shot

_SAME = 0.5  # of the smaller box: two finds in neighbouring frames are one face
_RIM = 0.004  # of the width
_BESIDE = 1.5  # times the largest face that is whole; one larger is the subject, whatever is cut of it
_PER_SECOND = 4  # times its own size that a face may move in a second
_APART = Fraction(3)  # seconds; a face that is seen once and not again within them was none, or does not matter


@dataclass(frozen=True, slots=True)
class Sight:
    """What one frame shows that is to be kept whole, in display pixels."""

    time: Fraction
    faces: tuple[Box, ...]
    text: tuple[Box, ...]

    @property
    def boxes(self) -> tuple[Box, ...]:
        """All of it."""
        return (*self.faces, *self.text)


@dataclass(frozen=True, slots=True)
class Scene:
    """One shot, what is to be kept in it, and what each frame that was looked at shows. A still has no `shot`."""

    keep: Keepsakes
    sights: tuple[Sight, ...] = ()
    shot: Shot | None = None

    def moved(self, part: Box, size: Size) -> "Scene":
        """The same in one part of a picture of this size, in the part's own pixels."""
        by = (-part.left, -part.top)
        sights = tuple(
            Sight(s.time, tuple(f.moved(*by) for f in s.faces), tuple(t.moved(*by) for t in s.text))
            for s in self.sights
        )
        return replace(self, keep=moved(self.keep, part, size), sights=sights)


def scenes(facts: Facts) -> tuple[Scene, ...]:
    """The scenes of a picture or clip: at least one."""
    measured = facts.measurements
    if not measured.shots:
        return (Scene(keepsakes(facts)),)
    return tuple(_scene(facts, shot) for shot in measured.shots)


def _scene(facts: Facts, shot: Shot) -> Scene:
    measured = facts.measurements
    measured_at = {frame.time for frame in measured.frames}
    others = [frame for frame in measured.glances if frame.time not in measured_at]
    frames = sorted((f for f in (*measured.frames, *others) if shot.holds(f.time)), key=lambda frame: frame.time)
    known = tuple(_without_rims(_confirmed(frames), facts.info.display_size))
    keep = keepsakes(facts, known)
    sights = (
        Sight(f.time, tuple(f.faces or ()), tuple(box for box in keep.text if _is_line_of(box, f))) for f in known
    )
    return Scene(keep, tuple(sights), shot)


def _is_line_of(box: Box, frame: FrameMeasurements) -> bool:
    return any(region.box.intersect(box) == box for region in frame.text or ())


def _confirmed(frames: list[FrameMeasurements]) -> list[FrameMeasurements]:
    """The frames without faces that no neighbour in time shows, too, where there is a neighbour to ask.

    Where none is left, all are: nobody else has a claim on the window.
    """
    found = [replace(f, faces=_sure(f, frames)) if f.faces else f for f in frames]
    return found if any(f.faces for f in found) else frames


def _sure(frame: FrameMeasurements, frames: list[FrameMeasurements]) -> tuple[Box, ...]:
    near = [f for f in frames if f is not frame and f.faces is not None and abs(f.time - frame.time) <= _APART]
    return tuple(face for face in frame.faces or () if not near or any(_is_seen(face, frame.time, f) for f in near))


def _without_rims(frames: Sequence[FrameMeasurements], size: Size) -> Iterable[FrameMeasurements]:
    """The frames without faces that the picture's own edge cuts, if others beside them are whole and as large.

    No crop can keep them whole; they are people who come, go or stand beside what was filmed.
    """
    for frame in frames:
        whole = [face.area for face in frame.faces or () if not _is_at_rim(face, size)]
        least = max(whole, default=0) * _BESIDE
        kept = tuple(face for face in frame.faces or () if not (_is_at_rim(face, size) and face.area <= least))
        yield replace(frame, faces=kept) if frame.faces is not None else frame


def _is_at_rim(face: Box, size: Size) -> bool:
    return face.left <= _RIM * size.width or face.right >= (1 - _RIM) * size.width


def _is_seen(face: Box, time: Fraction, frame: FrameMeasurements) -> bool:
    """True if a face of about this size lies where the one seen at `time` may have gone in the meantime."""
    reach = round(_PER_SECOND * float(abs(frame.time - time)) * max(face.size.width, face.size.height))
    about = Box(face.left - reach, face.top - reach, face.right + reach, face.bottom + reach)
    return any(
        other.intersect(about).area and _SAME <= (other.area / face.area) ** 0.5 <= 1 / _SAME
        for other in frame.faces or ()
    )
