"""A clip's cover: the still supplied beside it, the frame that people named, or the best that keeps the limits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from pathlib import Path

from assetkit.album import CANDIDATE_SIDE, SIDE, keep, moment
from assetkit.cover_choice import Candidate, Taste, choose, stated_candidate
from assetkit.delivery import Delivery, deliver
from assetkit.errors import AssetError
from assetkit.facts import NO_WISHES, Facts, Kind, Source, Wishes
from assetkit.geometry import Size
from assetkit.judgement import Finding, Judgement, Severity, Status
from assetkit.looking import look_at, wishes_for
from assetkit.media.contact_sheet import Cell, write_sheet
from assetkit.media.medium import ClipMedium, Medium, open_medium
from assetkit.media.sniff import sniff
from assetkit.model import CoverOutcome, Finished
from assetkit.preset import Preset
from assetkit.run import Run
from assetkit.scoring import ChosenBy, RunnerUp
from assetkit.timecode import timecode
from assetkit.trim import trim_span
from assetkit.wording import Said, say

_RUNNERS_UP = 3
_TRIES = 4  # frames made into covers before giving up; each costs a seek and a full measurement


@dataclass(frozen=True, slots=True)
class Taken:
    """A cover that was asked for: its verdict, and its file unless it was rejected."""

    outcome: CoverOutcome
    file: Finished | None
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class CoversTaken:
    """The covers that were asked for, and the contact sheet of all of them; None where there are none."""

    covers: tuple[Taken, ...]
    sheet: Path | None = None


@dataclass(frozen=True, slots=True)
class CoverRequest:
    """How many covers to choose, and the times (seconds) of frames to take whatever their score."""

    count: int = 1
    times: tuple[Fraction, ...] = ()


def take_covers(source: Source, preset: Preset, run: Run, request: CoverRequest) -> CoversTaken:
    """Make the covers in the work folder: those at stated times, then the best; last what was tried and rejected.

    Raises AssetError if the video cannot be read or a time lies beyond its end.
    """
    sniffed = sniff(source.path)
    if sniffed.kind is not Kind.VIDEO:
        raise AssetError(
            "not-a-video",
            "probe",
            say("{relative} is a still, not a video", relative=source.relative),
            say("name a video"),
        )
    clip = ClipMedium(source.path, sniffed.reader)
    said = wishes_for(clip, source.sidecar)
    taste = _taste(preset, run, said)
    for time in request.times:
        _refuse_beyond(clip, time, "time-out-of-range", say("the time"))

    def take(candidate: Candidate, chooser: ChosenBy) -> Taken:
        name = f"{chooser}-{candidate.time.numerator}-{candidate.time.denominator}"
        return Taken(*cover_from(clip, candidate, preset, run, name, said=said, chooser=chooser), candidate)

    named = {c.time: c for c in (stated_candidate(clip, taste, time) for time in request.times)}
    stated = [take(candidate, ChosenBy.REQUEST) for candidate in named.values()]
    chosen: list[Taken] = []
    for candidate in choose(clip, taste, request.count) if request.count else ():
        chosen.append(take(candidate, ChosenBy.SCORE))
        usable = sum(taken.outcome.status is not Status.REJECTED for taken in chosen)
        if usable == request.count or len(chosen) == request.count + _TRIES:
            break
    chosen.sort(key=lambda t: (t.outcome.status is Status.REJECTED, -t.candidate.score, t.candidate.time))
    made = [_named(taken, f"{source.stem}.cover-{n}") for n, taken in enumerate([*stated, *chosen], 1)]
    return CoversTaken(tuple(made), _sheet(source, run, made, clip.info.display_size))


def _named(taken: Taken, name: str) -> Taken:
    """With its file, if it has one, renamed in the work folder: its number is known when all have been judged."""
    if taken.file is None:
        return taken
    path = taken.file.path.with_name(f"{name}-at-{_in_a_name(taken.candidate.time)}{taken.file.path.suffix}")
    return replace(taken, file=replace(taken.file, path=taken.file.path.rename(path)))


def make_cover(
    source: Source, clip: ClipMedium, facts: Facts, preset: Preset, run: Run, *, sha256: str | None = None
) -> tuple[CoverOutcome, Finished | None]:
    """Judge, and if there is a work folder make, the cover of a clip; `sha256` is the clip's.

    What people supplied or named is never replaced by another frame. Raises AssetError `sidecar-invalid` if the time
    that they named lies beyond the clip's end.
    """
    if source.cover is not None:
        return _supplied(source.cover, preset, run)
    said, taste = facts.wishes, _taste(preset, run, facts.wishes)
    if said.cover is not None:
        _refuse_beyond(clip, said.cover, "sidecar-invalid", say("the cover in the sidecar"))
        stated = stated_candidate(clip, taste, said.cover)
        return cover_from(clip, stated, preset, run, "cover", said=said, chooser=ChosenBy.SIDECAR)
    best: tuple[CoverOutcome, Finished | None] | None = None
    span = trim_span(facts, preset.video, run.trim)  # not out of what is cut away
    found = choose(clip, taste, 1, span=span, sampled=_sampled(facts, span))
    for number, candidate in zip(range(_TRIES), found, strict=False):
        made = cover_from(clip, candidate, preset, run, f"cover-{number}", said=said)
        if made[0].status is Status.READY:
            others = list(islice(found, _RUNNERS_UP))
            _keep_pictures(run, sha256, candidate, others)
            # for people to choose from: all were looked at before; text is read on a few of them at most
            return replace(made[0], runners_up=tuple(RunnerUp(c.time, c.score) for c in others)), made[1]
        if best is None or (best[0].status, made[0].status) == (Status.REJECTED, Status.REVIEW):
            best = made
    return best or (
        _failed(None, "cover-missing", say("every frame that was looked at is black, blank or out of range")),
        None,
    )


def _keep_pictures(run: Run, sha256: str | None, best: Candidate, others: Sequence[Candidate]) -> None:
    """Of the frames that the report shows."""
    for candidate, side in ((best, SIDE), *((other, CANDIDATE_SIDE) for other in others)):
        if run.album is not None and sha256 is not None and candidate.picture is not None:
            keep(run.album, moment(sha256, float(candidate.time), side), candidate.picture, side)


def cover_from(
    clip: ClipMedium,
    candidate: Candidate,
    preset: Preset,
    run: Run,
    name: str,
    *,
    said: Wishes = NO_WISHES,
    chooser: ChosenBy = ChosenBy.SCORE,
) -> tuple[CoverOutcome, Finished | None]:
    """Make one frame of a clip into a cover; what people said of the clip's picture holds for each of its frames."""
    medium = clip.frame_at(candidate.time)
    outcome, finished = _made(medium, None, preset, run, name, said=_of_a_frame(said), chooser=chooser)
    at = (
        say("chosen at {time}", time=timecode(candidate.time))
        if chooser is ChosenBy.SCORE
        else say("at {time}", time=timecode(candidate.time))
    )
    by = {ChosenBy.SIDECAR: say(" as the sidecar says"), ChosenBy.REQUEST: say(" as asked for")}.get(chooser, "")
    words = say(
        "{at}{by}, score {score:.2f}: {in_words}",
        at=at,
        by=by,
        score=candidate.score,
        in_words=candidate.parts.in_words(),
    )
    told = replace(outcome, time=candidate.time, score=candidate.score, parts=candidate.parts)
    return replace(told, actions=(words, *outcome.actions)), finished


def _taste(preset: Preset, run: Run, said: Wishes) -> Taste:
    return Taste(preset.cover, run.engine, run.threads, _of_a_frame(said))


def _of_a_frame(said: Wishes) -> Wishes:
    """A clip that is to be padded may still have a cover that fills its frame: that is another ratio."""
    return replace(said, pad=None, cover=None, windows=())


def _sampled(facts: Facts, span: tuple[Fraction, Fraction] | None) -> list[Candidate]:
    """Frames that were decoded to be measured anyway, as candidates where key frames are few."""
    frames = facts.measurements.frames
    return [
        Candidate(f.time, f.cover_parts, text=f.text)
        for f in frames
        if f.cover_parts is not None and f.cover_parts.total and (span is None or f.time < span[1])
    ]


def _refuse_beyond(clip: ClipMedium, time: Fraction, code: str, what: str) -> None:
    end = clip.info.duration
    if end is not None and time >= end:
        detail = say(
            "{what}, {time}, lies beyond the clip, which ends at {end}",
            what=what,
            time=timecode(time, 3),
            end=timecode(end, 3),
        )
        raise AssetError(code, "transform", detail, say("name a time before {end}", end=timecode(end, 3)))


def _in_a_name(time: Fraction) -> str:
    """`0m12.4s`: a timecode that every file system takes."""
    *larger, minutes, seconds = timecode(time).split(":")
    return "".join(f"{hours}h" for hours in larger) + f"{minutes}m{seconds}s"


def _sheet(source: Source, run: Run, made: Sequence[Taken], size: Size) -> Path | None:
    """All covers side by side, those that were rejected too, for people to choose from."""
    if not made or run.work is None:
        return None
    target = run.work / f"{source.stem}.covers.jpg"
    write_sheet([_cell(number, taken, size) for number, taken in enumerate(made, 1)], target)
    return target


def _cell(number: int, taken: Taken, size: Size) -> Cell:
    candidate, judgement, plan = taken.candidate, taken.outcome.judgement, taken.outcome.plan
    why = [f.code for f in judgement.findings if f.severity is Severity.REQUIRED or f.needs_person]
    why += [f"{n.code} not checked" for n in judgement.not_checked if n.severity is Severity.REQUIRED]
    return Cell(
        picture=taken.file.path if taken.file else candidate.picture,
        window=plan.window if plan else None,
        head=f"{number}   {timecode(candidate.time)}   {candidate.score:.2f}   {taken.outcome.status}",
        words=(candidate.parts.in_words(), *why),
        status=taken.outcome.status,
        width=size.width,
    )


def _supplied(cover: Source, preset: Preset, run: Run) -> tuple[CoverOutcome, Finished | None]:
    try:
        sniffed = sniff(cover.path)
        if sniffed.kind is not Kind.IMAGE:
            return _failed(
                cover.relative, "cover-not-a-still", say("{relative} is not a still", relative=cover.relative)
            ), None
        medium = open_medium(cover.path, sniffed)
        said = wishes_for(medium, cover.sidecar)
        return _made(medium, cover.relative, preset, run, "cover", said=said, chooser=ChosenBy.FILE)
    except AssetError as error:
        return _failed(
            cover.relative, error.code, say("{relative}: {detail}", relative=cover.relative, detail=error.detail)
        ), None


def _made(
    medium: Medium,
    name_in_manifest: str | None,
    preset: Preset,
    run: Run,
    name: str,
    *,
    said: Wishes,
    chooser: ChosenBy,
) -> tuple[CoverOutcome, Finished | None]:
    facts = look_at(medium, preset.cover, run, said=said)
    made: Delivery = deliver(medium, facts, preset.cover, preset, run, name=name)
    outcome = CoverOutcome(
        status=made.judgement.status,
        source=name_in_manifest,
        chosen_by=chooser,
        facts=made.delivered,
        judgement=made.judgement,
        plan=made.plan,
        actions=made.actions,
    )
    finished = Finished(made.path, "cover", made.delivered) if made.path else None
    return outcome, finished


def _failed(source: str | None, code: str, message: Said) -> CoverOutcome:
    chooser = ChosenBy.SCORE if source is None else ChosenBy.FILE
    finding = Finding(code, Severity.REQUIRED, message, fix=chooser.fix)
    return CoverOutcome(
        Status.REJECTED, source, chosen_by=None if source is None else chooser, judgement=Judgement((finding,))
    )
