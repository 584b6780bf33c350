"""From a medium and its rules to a verified file: measure, check, plan, transform, verify. Clips and covers alike."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path

from assetkit.canvas import MEASURE_SIDE, crop_size, least_size
from assetkit.checks import check, needs
from assetkit.errors import AssetError
from assetkit.geometry import Box, centred
from assetkit.glances import glance
from assetkit.measure import Look, measure
from assetkit.media.medium import ClipMedium, Made, Medium, Progress, open_medium
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
from assetkit.placement import in_output, view_of
from assetkit.plan import foretell, make_plan
from assetkit.preset import ClipTarget, Preset, Rules
from assetkit.screening import Screening
from assetkit.sidecar import wishes
from assetkit.text.sampled import telling_times
from assetkit.timecode import timecode
from assetkit.trim import Trim
from assetkit.windows import steps

_FINER = 4  # steps of the rate factor, for about half as many bytes again
_SAMPLES_FOR_BEST = 24  # of a clip whose best part is looked for
# all that a crop must know before it may cut
_CROP_NEEDS = frozenset({Need.TEXT, Need.FACES, Need.SALIENCY})


Screened = Screening | AssetError | None
"""What decoding all of a clip gave, why it could not be done, or None where nobody asked."""


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
    trim: Trim | None = None
    min_vmaf: float | None = None
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
        return wishes(sidecar, medium.info.display_size, is_clip=medium.info.kind is Kind.VIDEO)
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
    job = _decoding(medium, rules, run, will_change=will_change)
    # all of a clip is decoded in a process of its own, which leaves this one free to look
    with ThreadPoolExecutor(max_workers=1) as aside:
        screening = aside.submit(job) if job else None
        facts = _sampled(medium, rules, run, will_change=will_change, said=said, picture=picture, times=times)
        return _screened(facts, screening.result()) if screening else facts


def _sampled(
    medium: Medium,
    rules: Rules,
    run: Run,
    *,
    will_change: bool,
    said: Wishes,
    picture: Box | None,
    times: tuple[Fraction, ...],
) -> Facts:
    info = medium.info
    wanted = needs(rules.limits, info.kind) - {Need.SCREENING}
    if will_change and (said.crop or said.windows or crop_size(info, rules) != info.display_size):
        wanted |= _CROP_NEEDS
    is_clip = info.kind is Kind.VIDEO
    # bars are worth a remark in what is copied, too; no clip is decoded for it
    if will_change and (wanted or not is_clip):
        wanted |= {Need.BORDERS}
    scores_covers = will_change and is_clip and rules.limits.cover is not None
    if is_clip and not wanted and not scores_covers:
        return Facts(info, Measurements(exempt=said.exempt), wishes=said)
    count = rules.target.cover_candidates if isinstance(rules.target, ClipTarget) else 1
    if run.trim and run.trim.is_best:
        count, scores_covers = max(count, _SAMPLES_FOR_BEST), True
    least = least_size(info, rules, said) if will_change else info.display_size
    look = Look(wanted, run.engine, run.threads, scores_covers, picture)
    if will_change and isinstance(medium, ClipMedium) and wanted >= _CROP_NEEDS:
        return Facts(info, _followed(medium, look, count, said), wishes=said)
    if times and isinstance(medium, ClipMedium):
        frames = medium.frames_at(times, MEASURE_SIDE)
    else:
        frames = medium.frames(least, count, MEASURE_SIDE)
    measured = measure(frames, info.display_size, look, is_timed=is_clip, exempt=said.exempt)
    if will_change and isinstance(medium, ClipMedium) and measured.content:  # what is between the bars must be cropped
        look = replace(look, needs=wanted | _CROP_NEEDS)
        measured = _followed(medium, look, count, said)
    return Facts(info, measured, wishes=said)


def _decoding(medium: Medium, rules: Rules, run: Run, *, will_change: bool) -> Callable[[], Screened] | None:
    """How all of a file is decoded beside the look at its samples, if it is.

    A finished file is proved by it. A source is screened where nothing will be made of it, or where a required limit
    may refuse it; else what is made of it is, and the source need not be decoded twice.
    """
    if not isinstance(medium, ClipMedium):
        return None
    is_asked = Need.SCREENING in needs(rules.limits, Kind.VIDEO)
    if not will_change:
        return partial(_proved, medium, run, is_asked=is_asked)
    is_at_stake = is_asked and Need.SCREENING in needs(rules.limits, Kind.VIDEO, Severity.REQUIRED)
    if is_at_stake or (is_asked and run.work is None):
        return partial(_watched, medium, run)
    return None


def _watched(clip: ClipMedium, run: Run) -> Screening | AssetError:
    """What an editor would say of a source; where ffmpeg fails at it, that costs the advice and not the clip."""
    try:
        return clip.screen(run.deadline_seconds, is_strict=False)
    except AssetError as error:
        return error


def _proved(medium: Medium, run: Run, *, is_asked: bool) -> Screening | None:
    """Decode all of a file that is to be delivered. Raises AssetError `unreadable` at any damage."""
    if is_asked and isinstance(medium, ClipMedium):
        return medium.screen(run.deadline_seconds, is_strict=True)
    medium.prove()
    return None


def _screened(facts: Facts, screening: Screened) -> Facts:
    measured = facts.measurements
    if isinstance(screening, AssetError):
        failed = {**measured.failed, Need.SCREENING: f"it could not be played to its end: {screening.detail}"}
        return replace(facts, measurements=replace(measured, failed=failed))
    return replace(facts, measurements=replace(measured, screening=screening))


def _followed(clip: ClipMedium, look: Look, count: int, said: Wishes) -> Measurements:
    """Measure what a crop of a clip must keep, shot by shot."""
    shots = clip.shots()
    frames = clip.frames(clip.info.display_size, count, MEASURE_SIDE)
    measured = measure(frames, clip.info.display_size, look, is_timed=True, exempt=said.exempt)
    return replace(measured, shots=shots, glances=glance(clip))


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
    measured = facts.measurements
    is_known = measured.screening is not None or Need.SCREENING in measured.failed
    is_asked = Need.SCREENING in needs(rules.limits, facts.info.kind) and not is_known
    if run.work is None or judgement.status is Status.REJECTED:
        if is_asked and isinstance(medium, ClipMedium):  # complete reasons beat saved seconds
            facts = _screened(facts, _watched(medium, run))
            plan, judgement = make_plan(facts, rules, preset, trim=run.trim)
        return Delivery(plan, judgement, None, foretell(facts, plan), plan_in_words(plan, facts))
    if plan.method is Method.COPY:
        facts = _screened(facts, _proved(medium, run, is_asked=is_asked) or facts.measurements.screening)
        judgement = _spoken_again(judgement, check(facts, rules.limits, preset.sources))
    target = run.work / f"{name}.{plan.format}"
    made = medium.write(plan, target, run.deadline_seconds, progress)
    floor, vmaf = _vmaf_floor(plan, rules, run), None
    if floor is not None and isinstance(medium, ClipMedium):
        plan, made, vmaf = _fine_enough(medium, plan, target, run, floor, made)
    actions = (*plan_in_words(plan, facts), *made.actions)
    if plan.method is Method.COPY:
        return Delivery(plan, judgement, target, facts, actions)
    exempt = Wishes(exempt=in_output(facts.wishes.exempt, plan))
    found = _facts_of(target, rules, run, exempt, plan, times=_telling(facts, plan))
    delivered = _inherited(replace(found, cover=facts.cover), facts.info)
    delivered = replace(delivered, measurements=replace(delivered.measurements, vmaf=vmaf))
    proof = check(delivered, rules.limits, preset.sources)
    if floor is not None and vmaf is not None and vmaf < floor:
        return Delivery(plan, _added(proof, _too_coarse(vmaf, floor)), None, delivered, actions)
    if proof.status is Status.REJECTED:
        failed = Judgement((_verify_failed(proof), *proof.findings), proof.not_checked)
        return Delivery(plan, failed, None, delivered, actions)
    judgement = _spoken_again(judgement, proof)
    return Delivery(plan, _added(judgement, *_concealed(made.damage)), target, delivered, actions)


def _vmaf_floor(plan: Plan, rules: Rules, run: Run) -> float | None:
    """The least VMAF that an encode of a clip may have, if anybody asks for one."""
    if plan.method is not Method.ENCODE or plan.keeps_video or not isinstance(rules.target, ClipTarget):
        return None
    return run.min_vmaf if run.min_vmaf is not None else rules.target.vmaf_min


def _fine_enough(  # noqa: PLR0917
    clip: ClipMedium, plan: Plan, target: Path, run: Run, floor: float, made: Made
) -> tuple[Plan, Made, float]:
    """The clip as it is if it is fine enough, else encoded once more, finer; with its VMAF."""
    score = clip.vmaf(plan, target, run.deadline_seconds)
    finer = replace(plan, quality_max=max(0, plan.quality_max - _FINER))
    if score < floor:
        made = clip.write(finer, target, run.deadline_seconds, None)
        plan, score = finer, clip.vmaf(finer, target, run.deadline_seconds)
    return plan, replace(made, actions=(*made.actions, f"VMAF {score:.1f}, at least {floor:g} asked for")), score


def _too_coarse(vmaf: float, floor: float) -> Finding:
    message = f"VMAF {vmaf:.1f} is below {floor:g}, after a second and finer encode, too"
    fix = "raise the byte limit, shorten the clip, or ask for less"
    return Finding("vmaf-min", Severity.REQUIRED, message, measured=vmaf, limit=floor, unit="VMAF", fix=fix)


def _added(judgement: Judgement, *findings: Finding) -> Judgement:
    return replace(judgement, findings=findings + judgement.findings)


def _concealed(damage: int) -> tuple[Finding, ...]:
    """The finished file decodes, and hides what the source lacked."""
    if not damage:
        return ()
    message = f"the source is damaged in places ({damage} messages of its decoder), which the new file conceals"
    fix = "watch it to the end, and export the source again if anything shows"
    return (Finding("source-damaged", Severity.NOTE, message, measured=damage, limit=0, fix=fix, needs_person=True),)


def _spoken_again(planned: Judgement, proof: Judgement) -> Judgement:
    """The plan's own remarks (padding, first frame) stand; the limits speak again from the finished file."""
    remarks = tuple(f for f in planned.findings if f.severity is Severity.NOTE)
    return Judgement(remarks + proof.findings, proof.not_checked)


def _telling(facts: Facts, plan: Plan) -> tuple[Fraction, ...]:
    """When the output shows most text, by what was measured before; there it is measured again, and nowhere else."""
    start, end = plan.trim or (Fraction(0), None)
    times = telling_times(facts.measurements, lambda time: view_of(plan, time), (start, end))
    return tuple(time - start for time in times)


def _facts_of(
    path: Path, rules: Rules, run: Run, said: Wishes, plan: Plan, *, times: tuple[Fraction, ...] = ()
) -> Facts:
    try:
        medium = open_medium(path, sniff(path))
        return look_at(
            medium,
            rules,
            run,
            will_change=False,
            said=said,
            picture=centred(plan.picture, plan.canvas),
            times=times,
        )
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
    if plan.method is not Method.COPY and info.other_tracks:
        words.append(f"used {', '.join(info.chosen_tracks)}; left out {', '.join(info.other_tracks)}")
    if plan.method is not Method.ENCODE or plan.keeps_video:
        return tuple(words)
    if not info.is_upright:
        words.append("turned upright")
    if info.is_interlaced:
        words.append("deinterlaced")
    if plan.trim:
        words.append(f"trimmed to {timecode(plan.trim[0])} to {timecode(plan.trim[1])}")
    if plan.window.size != info.display_size:
        w = plan.window
        words.append(f"cropped {info.display_size} to {w.size} px {_whereabouts(plan)}, placed by {plan.proposer}")
    if plan.picture != plan.window.size:
        words.append(f"scaled down to {plan.picture} px")
    if plan.canvas != plan.picture:
        words.append(f"padded ({plan.pad}) to {plan.canvas} px")
    if plan.constant_frame_rate:
        words.append(f"frames evened to {float(plan.constant_frame_rate):.5g} a second")
    elif plan.max_frame_rate and info.frame_rate and info.frame_rate > plan.max_frame_rate:
        words.append(f"frame rate lowered from {float(info.frame_rate):.5g} to {float(plan.max_frame_rate):.5g}")
    if info.has_alpha:
        words.append(f"flattened on {plan.background}")
    if info.colour_space not in ("srgb", "grey"):
        words.append(f"converted from {info.colour_space} to sRGB")
    return tuple(words)


def _whereabouts(plan: Plan) -> str:
    if not plan.windows:
        return f"at ({plan.window.left}, {plan.window.top})"
    jumps, moves = steps(plan.windows)
    places, pans = f"{jumps + 1} places, changed at cuts", f"{moves} slow {'pan' if moves == 1 else 'pans'}"
    return "in " + " and ".join([*([places] if jumps else []), *([pans] if moves else [])])
