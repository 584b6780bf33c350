"""One face for both kinds of file: what the spine asks of a still or a clip it has opened."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assetkit.facts import Facts, Kind, MediaInfo
from assetkit.geometry import Size
from assetkit.judgement import Judgement
from assetkit.media.clone import clone
from assetkit.media.pixels import Pixels
from assetkit.media.sniff import Sniffed
from assetkit.model import Method, Plan
from assetkit.screening import Screening
from assetkit.shots import Shot, shot_at
from assetkit.wording import say

if TYPE_CHECKING:
    from assetkit.media.candidates import Glimpses
    from assetkit.media.metadata import Metadata
    from assetkit.media.stills import Still

Progress = Callable[[float], None]
GLANCE_SIDE = 640  # pixels; the face detector's own


@dataclass(frozen=True, slots=True)
class Made:
    """What was done, in words, how often a decoder complained of the source, and when (seconds of the source)."""

    actions: tuple[str, ...]
    damage: int = 0
    damaged: tuple[Fraction, ...] = ()


class Medium(Protocol):
    """An opened file: what its container states, its pixels for measuring, and how it is made into an output."""

    @property
    def info(self) -> MediaInfo:
        """What the container states."""
        ...

    def frames(self, least: Size, count: int, max_side: int) -> list[tuple[Fraction, Pixels]]:
        """Pixels to measure: a still's one picture, or about `count` frames spread over a clip.

        `least` is the smallest size a still must keep, should it be written afterwards.
        """
        ...

    def picture(self, max_side: int) -> Pixels | None:
        """A still's pixels once more, after `frames`, to draw on; None for a clip, which has no one picture."""
        ...

    def close(self) -> None:
        """Let go of a file whose pixels will not be read after all."""
        ...

    def prove(self) -> None:
        """Decode all of it. Raises AssetError `unreadable` if any part is damaged."""
        ...

    def write(self, plan: Plan, target: Path, deadline_seconds: float, progress: Progress | None) -> Made:
        """Make the planned file at `target`."""
        ...


def open_medium(path: Path, sniffed: Sniffed) -> Medium:
    """Open a file by what its bytes are. Raises AssetError `unreadable`."""
    return StillMedium(path, sniffed.reader) if sniffed.kind is Kind.IMAGE else ClipMedium(path, sniffed.reader)


class StillMedium:
    """A still on disk."""

    def __init__(self, path: Path, reader: str) -> None:
        from assetkit.media.stills import open_still

        self._path, self._reader = path, reader
        self._still = open_still(path, reader)
        self._wanted: Hashable = None  # scale
        self._read_at: Hashable = None
        self._seen: dict[Hashable, Pixels] = {}

    @property
    def info(self) -> MediaInfo:
        """What the header states."""
        return self._still.info

    def frames(self, least: Size, count: int, max_side: int) -> list[tuple[Fraction, Pixels]]:
        """The one picture. It is read again where another scale is needed; one that was seen before is not."""
        fresh = self._still if self._wanted is None else self._reopened()
        self._least, self._wanted = least, fresh.draft(least)
        if (self._wanted, max_side) in self._seen:
            fresh.image.close()
        else:
            self._read(fresh)
            self._seen[self._wanted, max_side] = self._still.pixels(max_side)
        return [(Fraction(0), self._seen[self._wanted, max_side])]

    def _decoded(self) -> "Still":
        """The still at the scale that was wanted last."""
        if self._read_at != self._wanted:
            self._read(self._reopened())
        return self._still

    def _read(self, fresh: "Still") -> None:
        fresh.decode(self._least)
        self._still, self._read_at = fresh, self._wanted

    def _reopened(self) -> "Still":
        from assetkit.media.stills import open_still

        return open_still(self._path, self._reader)

    def picture(self, max_side: int) -> Pixels | None:
        """What was decoded."""
        if (self._wanted, max_side) in self._seen:
            return self._seen[self._wanted, max_side]
        return self._decoded().pixels(max_side)

    def close(self) -> None:
        """The header was read from a file that is still open."""
        self._still.image.close()

    def prove(self) -> None:
        """Nothing left to do: a still is measured from all of its bytes."""

    def write(self, plan: Plan, target: Path, deadline_seconds: float, progress: Progress | None) -> Made:
        """Copy, take off what is private, or render."""
        from assetkit.media.encode_stills import rewrap_still, write_still

        if plan.method is Method.COPY:
            clone(self._path, target)
            return Made((say("copied byte for byte"),))
        if plan.method is Method.REMUX:
            return Made(rewrap_still(self._decoded(), self._path, plan, target))
        return Made(write_still(self._decoded(), plan, target))


class FrameMedium(StillMedium):
    """One frame of a clip, as a still that is not written anywhere yet."""

    def __init__(self, pixels: Pixels, labels: "Metadata | None" = None) -> None:
        from assetkit.media.stills import still_of

        self._still, self._wanted, self._read_at, self._seen = still_of(pixels, labels), None, None, {}


class ClipMedium:
    """A video on disk."""

    def __init__(self, path: Path, demuxer: str) -> None:
        from assetkit.media.clips import probe_clip
        from assetkit.media.spare import Spare

        self._path, self._demuxer = path, demuxer
        self._info = probe_clip(path, demuxer)
        self._shots: tuple[Shot, ...] | None = None
        self._spare = Spare(self._info, GLANCE_SIDE)

    @property
    def info(self) -> MediaInfo:
        """What the container states."""
        return self._info

    def frames(self, least: Size, count: int, max_side: int) -> list[tuple[Fraction, Pixels]]:
        """About `count` frames, evenly spread."""
        from assetkit.media.samples import sample_frames

        return sample_frames(self._path, self._info, self._demuxer, count=count, max_side=max_side)

    def frames_of_shots(self, count: int, max_side: int) -> Iterator[tuple[Fraction, Pixels]]:
        """About `count` frames, evenly spread, and some more of shots that would show none, one after another."""
        from assetkit.media.samples import samples_of_shots

        shots = self.shots()
        return samples_of_shots(self._path, self._info, self._demuxer, shots, count=count, max_side=max_side)

    def glances(self, times: Sequence[Fraction]) -> Iterator[tuple[Fraction, Pixels]]:
        """Small frames about some times (seconds, ascending), each of the shot that its time is in, roughly decoded."""
        from assetkit.media.frames import glances_at

        shots = self.shots()
        places = [shots[shot_at(shots, time)] for time in times]
        found = [self._spare.near(time, shot.start, shot.end) for time, shot in zip(times, places, strict=True)]
        missing = [time for time, picture in zip(times, found, strict=True) if picture is None]
        decoded = glances_at(self._path, self._info, self._demuxer, missing, GLANCE_SIDE) if missing else ()
        kept = sorted({picture[0]: picture for picture in found if picture is not None}.items())
        yield from merge((picture for _, picture in kept), decoded, key=lambda each: each[0])

    def key_times(self) -> tuple[Fraction, ...]:
        """When the frames that decode on their own are shown, in seconds since the first."""
        from assetkit.media.frames import key_times

        return key_times(self._path, self._demuxer)

    def shots(self, threads: int = 1) -> tuple[Shot, ...]:
        """The stretches between its cuts, end to end, found once and by so many threads: at least one."""
        if self._shots is None:
            from assetkit.media.shots import find_shots

            self._shots = find_shots(self._path, self._demuxer, self._spare, threads)
        return self._shots

    def frames_at(self, times: Sequence[Fraction], max_side: int) -> list[tuple[Fraction, Pixels]]:
        """The frames shown at `times` (seconds, in order)."""
        from assetkit.media.frames import frames_at

        return frames_at(self._path, self._info, self._demuxer, times, max_side)

    def frame_at(self, time: Fraction) -> FrameMedium:
        """The frame shown at `time` (seconds), full size."""
        from assetkit.media.frames import frame_at

        return FrameMedium(frame_at(self._path, self._info, self._demuxer, time), self._labels())

    def _labels(self) -> "Metadata | None":
        from assetkit.media.clips import read_labels

        return read_labels(self._path, self._demuxer) if self._info.metadata else None

    def glimpses(self) -> AbstractContextManager["Glimpses"]:
        """The clip opened for looking at single frames, small ones. Raises AssetError `unreadable`."""
        from assetkit.media.candidates import open_glimpses

        return open_glimpses(self._path, self._info, self._demuxer)

    def picture(self, max_side: int) -> Pixels | None:
        """None: a clip shows many."""

    def close(self) -> None:
        """Nothing to do: a clip is opened anew each time."""

    def draw_plan(self, facts: Facts, plan: Plan, judgement: Judgement, target: Path) -> None:
        """Write a small film with the windows drawn over it."""
        from assetkit.media.plan_film import write_film

        write_film(self._path, self._demuxer, facts, plan, judgement=judgement, target=target)

    def prove(self) -> None:
        """Decode picture and sound to the end."""
        from assetkit.media.encode_clips import prove_decodable

        prove_decodable(self._path, self._demuxer)

    def screen(self, deadline_seconds: float, *, is_strict: bool) -> Screening:
        """Decode all of it and say what an editor would; `is_strict` proves it as well: damage is an error."""
        from assetkit.media.screen import screen_clip

        return screen_clip(
            self._path, self._demuxer, self._info, deadline_seconds=deadline_seconds, is_strict=is_strict
        )

    def damage_times(self, deadline_seconds: float) -> tuple[Fraction, ...]:
        """When it does not decode, in seconds, once for each message; empty where it does."""
        from assetkit.media.damage import damage_times

        return damage_times(self._path, self._demuxer, deadline_seconds)

    def vmaf(self, plan: Plan, made: Path, deadline_seconds: float) -> float:
        """How near a clip made as planned is to this one, 0 to 100."""
        from assetkit.media.vmaf import vmaf_score

        return vmaf_score(self._path, self._demuxer, self._info, plan, made, deadline_seconds=deadline_seconds)

    def write(self, plan: Plan, target: Path, deadline_seconds: float, progress: Progress | None) -> Made:
        """Copy, remux or encode."""
        from assetkit.media.damage import delivered_damage
        from assetkit.media.encode_clips import write_clip

        damage: list[None] = []
        labels = self._labels() if plan.method is not Method.COPY else None
        said = write_clip(
            self._path,
            self._demuxer,
            self._info,
            plan,
            target,
            deadline_seconds=deadline_seconds,
            on_progress=progress,
            on_damage=lambda: damage.append(None),
            labels=labels.kept(plan.metadata) if labels else {},
        )
        told = labels.in_words(plan.metadata) if labels else ""
        times = self.damage_times(deadline_seconds) if damage else ()
        count, places = delivered_damage(len(damage), times, self._info, plan, self.key_times)
        return Made((*said, told) if told else said, count, places)
