"""A clip's cover: the still supplied beside it, or the best of the sampled frames that keeps the cover's limits."""

from dataclasses import dataclass, replace
from fractions import Fraction

from assetkit.canvas import MEASURE_SIDE
from assetkit.delivery import Delivery, Run, deliver, look_at, wishes_for
from assetkit.errors import AssetError
from assetkit.measure import Look, measure
from assetkit.media.medium import ClipMedium, Medium, open_medium
from assetkit.media.sniff import sniff
from assetkit.model import NO_WISHES, CoverOutcome, Facts, Finding, Judgement, Kind, Severity, Source, Status, Wishes
from assetkit.plan import trim_span
from assetkit.preset import Preset
from assetkit.publish import Finished

_TRIES = 4  # frames made into covers before giving up; each costs a seek and a full measurement
_SAMPLES_PER_COVER = 4  # looked at for each cover that is asked for


@dataclass(frozen=True, slots=True)
class Candidate:
    """A frame that may serve as a cover. `score` is 0 (unusable) to 1."""

    time: Fraction
    score: float


@dataclass(frozen=True, slots=True)
class Taken:
    """A cover that was asked for: its verdict, and its file unless it was rejected."""

    outcome: CoverOutcome
    file: Finished | None


def candidates(facts: Facts) -> list[Candidate]:
    """The sampled frames of a clip, the best first; black and blank ones are left out."""
    scored = [Candidate(f.time, f.cover_score) for f in facts.measurements.frames if f.cover_score]
    return sorted(scored, key=lambda c: (-c.score, c.time))


def take_covers(source: Source, preset: Preset, run: Run, count: int) -> list[Taken]:
    """Make up to `count` covers of a video in the work folder, the best first; those that break a limit have no file.

    Raises AssetError if the video cannot be read.
    """
    sniffed = sniff(source.path)
    if sniffed.kind is not Kind.VIDEO:
        raise AssetError("not-a-video", "probe", f"{source.relative} is a still, not a video", "name a video")
    clip = ClipMedium(source.path, sniffed.reader)
    said = wishes_for(clip, source.sidecar)
    frames = clip.frames(clip.info.display_size, count * _SAMPLES_PER_COVER, MEASURE_SIDE)
    look = Look(frozenset(), run.engine, cover_scores=True)
    facts = Facts(clip.info, measure(frames, clip.info.display_size, look, is_timed=True))
    return [
        Taken(*cover_from(clip, candidate, preset, run, f"{source.stem}.cover-{number}", said=said))
        for number, candidate in enumerate(candidates(facts)[:count], 1)
    ]


def make_cover(
    source: Source, clip: ClipMedium, facts: Facts, preset: Preset, run: Run
) -> tuple[CoverOutcome, Finished | None]:
    """Judge, and if there is a work folder make, the cover of a clip. A supplied one is never replaced by a frame."""
    if source.cover is not None:
        return _supplied(source.cover, preset, run)
    best: tuple[CoverOutcome, Finished | None] | None = None
    span = trim_span(clip.info, preset.video) if run.trim else None
    shown = [c for c in candidates(facts) if span is None or c.time < span[1]]  # not out of what is cut away
    for number, candidate in enumerate(shown[:_TRIES]):
        made = cover_from(clip, candidate, preset, run, f"cover-{number}", said=facts.wishes)
        if made[0].status is Status.READY:
            return made
        if best is None or (best[0].status, made[0].status) == (Status.REJECTED, Status.REVIEW):
            best = made
    return best or (
        _failed(None, "cover-missing", "every sampled frame is black, blank or out of range"),
        None,
    )


def cover_from(
    clip: ClipMedium, candidate: Candidate, preset: Preset, run: Run, name: str, *, said: Wishes = NO_WISHES
) -> tuple[CoverOutcome, Finished | None]:
    """Make one frame of a clip into a cover; what people said of the clip holds for each of its frames."""
    medium = clip.frame_at(candidate.time)
    outcome, finished = _made(medium, None, preset, run, name, said=replace(said, windows=()))  # they are the clip's
    return replace(outcome, time=candidate.time, score=candidate.score), finished


def _supplied(cover: Source, preset: Preset, run: Run) -> tuple[CoverOutcome, Finished | None]:
    try:
        sniffed = sniff(cover.path)
        if sniffed.kind is not Kind.IMAGE:
            return _failed(cover.relative, "cover-not-a-still", f"{cover.relative} is not a still"), None
        medium = open_medium(cover.path, sniffed)
        said = wishes_for(medium, cover.sidecar)
        return _made(medium, cover.relative, preset, run, "cover", said=said)
    except AssetError as error:
        return _failed(cover.relative, error.code, f"{cover.relative}: {error.detail}"), None


def _made(
    medium: Medium, name_in_manifest: str | None, preset: Preset, run: Run, name: str, *, said: Wishes
) -> tuple[CoverOutcome, Finished | None]:
    facts = look_at(medium, preset.cover, run, said=said)
    made: Delivery = deliver(medium, facts, preset.cover, preset, run, name=name)
    outcome = CoverOutcome(
        status=made.judgement.status,
        source=name_in_manifest,
        facts=made.delivered,
        judgement=made.judgement,
        plan=made.plan,
        actions=made.actions,
    )
    finished = Finished(made.path, "cover", made.delivered) if made.path else None
    return outcome, finished


def _failed(source: str | None, code: str, message: str) -> CoverOutcome:
    finding = Finding(code, Severity.REQUIRED, message, fix="put a still beside the clip, named CLIP.cover.jpg")
    return CoverOutcome(Status.REJECTED, source, judgement=Judgement((finding,)))
