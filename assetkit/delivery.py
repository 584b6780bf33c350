"""From a medium and its rules to a verified file: measure, check, plan, transform, verify. Clips and covers alike."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from assetkit.canvas import MEASURE_SIDE, crop_size, least_size
from assetkit.checks import check, needs
from assetkit.errors import AssetError
from assetkit.geometry import Box, centred
from assetkit.measure import Look, measure
from assetkit.media.medium import ClipMedium, Medium, Progress, open_medium
from assetkit.media.sniff import sniff
from assetkit.model import (
    NO_WISHES,
    Facts,
    Finding,
    Judgement,
    Kind,
    Measurements,
    MediaInfo,
    Method,
    Need,
    Plan,
    Severity,
    Status,
    Wishes,
)
from assetkit.placement import canvas_in_source, in_output
from assetkit.plan import foretell, make_plan
from assetkit.preset import ClipTarget, Preset, Rules
from assetkit.sidecar import wishes
from assetkit.text.sampled import telling_times

# all that a crop must know before it may cut
_CROP_NEEDS = frozenset({Need.TEXT, Need.FACES, Need.SALIENCY})


@dataclass(frozen=True, slots=True)
class Run:
    """How a batch is run; the preset says what is wanted, this says where and with what.

    `output` is None for `inspect`, which may draw its plans into the folder `overlay`. `work` is a private folder on
    the output's file system: the batch's, and inside `process_asset` the asset's own.
    """

    output: Path | None = None
    work: Path | None = None
    overlay: Path | None = None
    engine: str = "paddle"
    threads: int = 1
    trim: bool = False
    overwrite: bool = False
    deadline_seconds: float = 1800.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one medium. `path` is the verified file, None if there is none to publish.

    `delivered` are that file's facts; where none was made, the facts it would have had.
    """

    plan: Plan
    judgement: Judgement
    path: Path | None
    delivered: Facts
    actions: tuple[str, ...] = ()


def wishes_for(medium: Medium, sidecar: Path | None) -> Wishes:
    """What people said of a medium.

    Raises AssetError `sidecar-invalid`, and then the medium is closed.
    """
    try:
        return wishes(sidecar, medium.info.display_size)
    except AssetError:
        medium.close()
        raise


def look_at(
    medium: Medium,
    rules: Rules,
    run: Run,
    *,
    will_change: bool = True,
    said: Wishes = NO_WISHES,
    picture: Box | None = None,
    times: tuple[Fraction, ...] = (),
) -> Facts:
    """Measure what the limits ask for, and, if the picture must be cropped, what a crop has to keep.

    Text that people exempt does not count as covering anything; a crop keeps it like any other. `picture` (display
    pixels) is the part that is not padding. `times` (seconds) are the frames of a clip to look at, by default so many
    spread over it.
    """
    info = medium.info
    wanted = needs(rules.limits, info.kind)
    if will_change and (said.crop or crop_size(info, rules) != info.display_size):
        wanted |= _CROP_NEEDS
    is_clip = info.kind is Kind.VIDEO
    # bars are worth a remark in what is copied, too; no clip is decoded for it
    if will_change and (wanted or not is_clip):
        wanted |= {Need.BORDERS}
    scores_covers = will_change and is_clip and rules.limits.cover is not None
    if is_clip and not wanted and not scores_covers:
        return Facts(info, Measurements(exempt=said.exempt), wishes=said)
    count = rules.target.cover_candidates if isinstance(rules.target, ClipTarget) else 1
    least = least_size(info, rules, said) if will_change else info.display_size
    if times and isinstance(medium, ClipMedium):
        frames = medium.frames_at(times, MEASURE_SIDE)
    else:
        frames = medium.frames(least, count, MEASURE_SIDE)
    look = Look(wanted, run.engine, run.threads, scores_covers, picture)
    measured = measure(frames, info.display_size, look, is_timed=is_clip, exempt=said.exempt)
    return Facts(info, measured, wishes=said)


def deliver(
    medium: Medium,
    facts: Facts,
    rules: Rules,
    preset: Preset,
    run: Run,
    *,
    name: str,
    progress: Progress | None = None,
) -> Delivery:
    """Plan; and if the outcome is worth making and there is a work folder, make it there and prove it."""
    plan, judgement = make_plan(facts, rules, preset, trim=run.trim)
    if run.work is None or judgement.status is Status.REJECTED:
        return Delivery(plan, judgement, None, foretell(facts, plan), plan_in_words(plan, facts))
    if plan.method is Method.COPY:
        medium.prove()
    target = run.work / f"{name}.{plan.format}"
    said = medium.write(plan, target, run.deadline_seconds, progress)
    actions = (*plan_in_words(plan, facts), *said)
    if plan.method is Method.COPY:
        return Delivery(plan, judgement, target, facts, actions)
    exempt = Wishes(exempt=in_output(facts.wishes.exempt, plan))
    delivered = _inherited(
        replace(_facts_of(target, rules, run, exempt, plan, times=_telling(facts, plan)), cover=facts.cover), facts.info
    )
    proof = check(delivered, rules.limits, preset.sources)
    if proof.status is Status.REJECTED:
        failed = Judgement((_verify_failed(proof), *proof.findings), proof.not_checked)
        return Delivery(plan, failed, None, delivered, actions)
    # the plan's own remarks (padding, first frame) stand; the limits speak again from the finished file
    remarks = tuple(f for f in judgement.findings if f.severity is Severity.NOTE)
    return Delivery(plan, Judgement(remarks + proof.findings, proof.not_checked), target, delivered, actions)


def _telling(facts: Facts, plan: Plan) -> tuple[Fraction, ...]:
    """When the output shows most text, by what was measured before; there it is measured again, and nowhere else."""
    start, end = plan.trim or (Fraction(0), None)
    times = telling_times(facts.measurements, plan.window, canvas_in_source(plan), (start, end))
    return tuple(time - start for time in times)


def _facts_of(
    path: Path, rules: Rules, run: Run, said: Wishes, plan: Plan, *, times: tuple[Fraction, ...] = ()
) -> Facts:
    try:
        medium = open_medium(path, sniff(path))
        # a clip is proved by a decoder in a process of its own, which leaves this one free to look
        with ThreadPoolExecutor(max_workers=1) as aside:
            proof = aside.submit(medium.prove)
            facts = look_at(
                medium,
                rules,
                run,
                will_change=False,
                said=said,
                picture=centred(plan.picture, plan.canvas),
                times=times,
            )
            proof.result()
        return facts
    except AssetError as error:  # it is the output that is broken; the source was read to its end
        detail = f"the finished file cannot be read back ({error.detail}): it is not delivered"
        raise AssetError("verify-failed", "verify", detail, "try again; report it with the source file") from error


def _inherited(delivered: Facts, source: MediaInfo) -> Facts:
    """What an earlier JPEG threw away does not come back with a finer encode."""
    known = [q for q in (delivered.info.jpeg_quality, source.jpeg_quality) if q is not None]
    return replace(delivered, info=replace(delivered.info, jpeg_quality=min(known, default=None)))


def _verify_failed(proof: Judgement) -> Finding:
    codes = [f.code for f in proof.findings if f.severity is Severity.REQUIRED and not f.needs_person]
    return Finding(
        "verify-failed",
        Severity.REQUIRED,
        f"the finished file was checked again and breaks {', '.join(codes)}: it is not delivered",
        fix="see the findings below; if they look wrong, report it with the source file",
    )


def plan_in_words(plan: Plan, facts: Facts) -> tuple[str, ...]:
    """The plan's steps as short sentences, in order."""
    info, words = facts.info, []
    if plan.method is not Method.ENCODE or plan.keeps_video:
        return ()
    if not info.is_upright:
        words.append("turned upright")
    if info.is_interlaced:
        words.append("deinterlaced")
    if plan.trim:
        words.append(f"trimmed to {float(plan.trim[0]):g} to {float(plan.trim[1]):g} s")
    if plan.window.size != info.display_size:
        w = plan.window
        words.append(f"cropped {info.display_size} to {w.size} px at ({w.left}, {w.top}), placed by {plan.proposer}")
    if plan.picture != plan.window.size:
        words.append(f"scaled down to {plan.picture} px")
    if plan.canvas != plan.picture:
        words.append(f"padded ({plan.pad}) to {plan.canvas} px")
    if info.has_alpha:
        words.append(f"flattened on {plan.background}")
    if info.colour_space not in ("srgb", "grey"):
        words.append(f"converted from {info.colour_space} to sRGB")
    return tuple(words)
