"""From a medium and its rules to a verified file: measure, check, plan, transform, verify. Clips and covers alike."""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from assetkit.canvas import MEASURE_SIDE
from assetkit.checks import check, needs
from assetkit.checks.proving import speaking_times
from assetkit.errors import AssetError
from assetkit.facts import UNWRITTEN, Facts, Kind, MediaInfo, Need, Wishes
from assetkit.geometry import Box, centred
from assetkit.judgement import Finding, Judgement, Severity, Status
from assetkit.lettering import Search
from assetkit.looking import completed, look_at, looked_over, proved, screened, watched
from assetkit.media.medium import ClipMedium, Made, Medium, Progress, open_medium
from assetkit.media.pixels import Pixels
from assetkit.media.sniff import sniff
from assetkit.model import Method, Plan
from assetkit.placement import in_output, view_of
from assetkit.plan import foretell, leave_alone, make_plan
from assetkit.plan_words import plan_in_words
from assetkit.preset import ClipTarget, Preset, Rules
from assetkit.resemblance import unlike
from assetkit.run import Run
from assetkit.text.sampled import telling_times
from assetkit.timecode import places_in_words
from assetkit.wording import commas, say

_MUCH_LARGER = 4  # times; letters that are large in such an output may be too small to be seen in its source
_FINER = 4  # steps of the rate factor, for about half as many bytes again


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one medium. `path` is the verified file, None if there is none to publish.

    `delivered` are that file's facts; where none was made, the facts it would have had. `shown` is what a new still
    shows, as small as it was measured.
    """

    plan: Plan
    judgement: Judgement
    path: Path | None
    delivered: Facts
    actions: tuple[str, ...] = ()
    shown: Pixels | None = None


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
    plan, judgement = _planned(facts, rules, preset, run)
    measured = facts.measurements
    is_known = measured.screening is not None or Need.SCREENING in measured.failed
    is_asked = Need.SCREENING in needs(rules.limits, facts.info.kind) and not is_known
    if run.work is None or judgement.status is Status.REJECTED:
        known = completed(medium, facts, rules, run)  # complete reasons beat saved seconds
        if is_asked and isinstance(medium, ClipMedium):
            known = screened(known, watched(medium, run))
        if known is not facts:
            plan, judgement = _planned(known, rules, preset, run)
        return Delivery(plan, judgement, None, foretell(known, plan), plan_in_words(plan, known))
    if plan.method is Method.COPY:
        facts = looked_over(medium, facts, rules, run)
        facts = screened(facts, proved(medium, run, is_asked=is_asked) or facts.measurements.screening)
        judgement = _spoken_again(judgement, check(facts, rules.limits, preset.sources))
    target = run.work / f"{name}.{plan.format}"
    made = medium.write(plan, target, run.deadline_seconds, progress)
    floor, vmaf = _vmaf_floor(plan, rules, run), None
    if floor is not None and isinstance(medium, ClipMedium):
        plan, made, vmaf = _fine_enough(medium, plan, target, run, floor, made)
    actions = (*plan_in_words(plan, facts), *made.actions)
    if plan.method is Method.COPY:
        return Delivery(plan, judgement, target, facts, actions)
    said = Wishes(
        exempt=in_output(facts.wishes.exempt, plan),
        products=facts.wishes.products,
        generated=facts.wishes.generated,
    )
    try:
        finished, found = _facts_of(target, rules, run, said, plan, source=facts)
    except AssetError as error:
        raise _blamed(error, medium, plan, run) from error
    delivered = _inherited(replace(found, cover=facts.cover), facts.info)
    # few of its frames are looked at again, too few to say how long there are subtitles; an encode moves none
    subtitles = foretell(facts, plan).measurements.subtitles
    delivered = replace(delivered, measurements=replace(delivered.measurements, vmaf=vmaf, subtitles=subtitles))
    proof = _added(check(delivered, rules.limits, preset.sources), *_lost_label(facts, delivered))
    if floor is not None and vmaf is not None and vmaf < floor:
        return Delivery(plan, _added(proof, _too_coarse(vmaf, floor)), None, delivered, actions)
    if proof.status is Status.REJECTED:
        failed = Judgement((_verify_failed(proof), *proof.findings), proof.not_checked)
        return Delivery(plan, failed, None, delivered, actions)
    judgement = _added(_spoken_again(judgement, proof), *unlike(medium, finished, plan), *_concealed(made, plan))
    return Delivery(plan, judgement, target, delivered, actions, finished.picture(MEASURE_SIDE))


def _planned(facts: Facts, rules: Rules, preset: Preset, run: Run) -> tuple[Plan, Judgement]:
    """The plan; for an ad that an authority approved, to leave it alone and to say what would have been done."""
    plan, judgement = make_plan(facts, rules, preset, trim=run.trim)
    said = facts.wishes.no_transform
    if plan.method is Method.COPY or not (rules.target.no_transform if said is None else said):
        return plan, judgement
    if facts.info.format == UNWRITTEN:  # a frame is a picture of its own, which nobody has approved yet
        return plan, _added(judgement, _newly_made())
    left, judged = leave_alone(facts, rules, preset)
    return left, _added(judged, _not_altered(plan, facts))


def _not_altered(plan: Plan, facts: Facts) -> Finding:
    steps = plan_in_words(plan, facts) or (say("written anew, its picture as it is"),)
    message = say("an approved ad is never altered; this would have been done to it: {steps}", steps=commas(steps))
    fix = say("deliver it as the platform asks and have that approved, or take no_transform off")
    return Finding("not-altered", Severity.NOTE, message, measured=", ".join(plan.fixes) or None, fix=fix)


def _newly_made() -> Finding:
    message = say("the cover is made from a frame of an approved ad, and is itself not approved")
    fix = say("put the approved cover beside the clip, or have this one approved")
    return Finding("not-altered", Severity.NOTE, message, fix=fix, needs_person=True)


def _vmaf_floor(plan: Plan, rules: Rules, run: Run) -> float | None:
    """The least VMAF that an encode of a clip may have, if anybody asks for one."""
    if not plan.is_drawn or not isinstance(rules.target, ClipTarget):
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
    told = say("VMAF {score:.2f}, at least {floor:g} asked for", score=score, floor=floor)
    return plan, replace(made, actions=(*made.actions, told)), score


def _too_coarse(vmaf: float, floor: float) -> Finding:
    message = say("VMAF {vmaf:.2f} is below {floor:g}, after a second and finer encode, too", vmaf=vmaf, floor=floor)
    fix = say("raise the byte limit, shorten the clip, or ask for less")
    return Finding("vmaf-min", Severity.REQUIRED, message, measured=vmaf, limit=floor, unit="VMAF", fix=fix)


def _added(judgement: Judgement, *findings: Finding) -> Judgement:
    return replace(judgement, findings=findings + judgement.findings)


def _lost_label(source: Facts, delivered: Facts) -> tuple[Finding, ...]:
    if not source.info.is_generated or delivered.info.is_generated:
        return ()
    message = say("the source says that AI made it, and the finished file does not: nobody may take that off")
    return (Finding("ai-label-lost", Severity.REQUIRED, message, fix=say("report it, with the file")),)


def _concealed(made: Made, plan: Plan) -> tuple[Finding, ...]:
    """The finished file decodes, and hides what the source lacked; one that was not encoded decodes like its source."""
    if not made.damage or plan.method is not Method.ENCODE:
        return ()
    damage, places = made.damage, places_in_words(made.damaged) or say("some places")
    message = say(
        "the source is damaged at {places} ({damage} messages of its decoder), which the new file conceals",
        places=places,
        damage=damage,
    )
    fix = say("watch it to the end, and export the source again if anything shows")
    return (Finding("source-damaged", Severity.NOTE, message, measured=damage, limit=0, fix=fix, needs_person=True),)


def _spoken_again(planned: Judgement, proof: Judgement) -> Judgement:
    """The plan's own remarks (padding, first frame) stand; the limits speak again from the finished file."""
    remarks = tuple(f for f in planned.findings if f.severity is Severity.NOTE)
    return Judgement(remarks + proof.findings, proof.not_checked)


def _telling(facts: Facts, plan: Plan, rules: Rules) -> tuple[Fraction, ...]:
    """When the output shows most text, and words of the lexicon, by what was measured before.

    There it is measured again, and nowhere else.
    """
    start, end = plan.trim or (Fraction(0), None)
    times = telling_times(facts.measurements, lambda time: view_of(plan, time), (start, end))
    said = speaking_times(foretell(facts, plan), rules.limits) if facts.info.kind is Kind.VIDEO else ()
    return tuple(sorted({*(time - start for time in times), *said}))


def _search(facts: Facts, plan: Plan) -> Search:
    """How text is searched in an output: where the source showed none, large letters would have been seen there."""
    whole, window = facts.info.display_size, plan.window.size
    looks = [frame.text for frame in facts.measurements.frames]
    has_none = bool(looks) and all(text is not None and not text for text in looks)
    is_much_larger = max(whole.width, whole.height) > _MUCH_LARGER * max(window.width, window.height)
    return Search.SMALL_HINTS if has_none and not is_much_larger else Search.HINTS


def _texts(source: Facts, plan: Plan) -> tuple[Box, ...]:
    """Where in the output there is text of the source: there it is looked for again, whatever hints at it."""
    return in_output((line.box for frame in source.measurements.frames for line in frame.text or ()), plan)


def _facts_of(path: Path, rules: Rules, run: Run, said: Wishes, plan: Plan, *, source: Facts) -> tuple[Medium, Facts]:
    try:
        medium = open_medium(path, sniff(path))
        found = look_at(
            medium,
            rules,
            run,
            will_change=False,
            said=said,
            picture=centred(plan.picture, plan.canvas),
            times=_telling(source, plan, rules),
            search=_search(source, plan),
            places=_texts(source, plan),
        )
        return medium, found
    except AssetError as error:  # it is the output that is broken; the source was read to its end
        detail = say("the finished file cannot be read back ({detail}): it is not delivered", detail=error.detail)
        raise AssetError("verify-failed", "verify", detail, say("try again; report it with the source file")) from error


def _blamed(error: AssetError, medium: Medium, plan: Plan, run: Run) -> AssetError:
    """What to say of an output that does not decode: of one that copies damaged parts of its source, that."""
    is_copied = plan.method is Method.REMUX or plan.keeps_video or plan.keeps_audio
    places = medium.damage_times(run.deadline_seconds) if is_copied and isinstance(medium, ClipMedium) else ()
    if not places:
        return error
    detail = say("the source is damaged at {places}, and a copy of it as well", places=places_in_words(places))
    return AssetError("unreadable", "verify", detail, say("play it to the end, and export it again"))


def _inherited(delivered: Facts, source: MediaInfo) -> Facts:
    """What an earlier JPEG threw away does not come back with a finer encode."""
    known = [q for q in (delivered.info.jpeg_quality, source.jpeg_quality) if q is not None]
    return replace(delivered, info=replace(delivered.info, jpeg_quality=min(known, default=None)))


def _verify_failed(proof: Judgement) -> Finding:
    codes = [f.code for f in proof.findings if f.severity is Severity.REQUIRED and not f.needs_person]
    return Finding(
        "verify-failed",
        Severity.REQUIRED,
        say("the finished file was checked again and breaks {codes}: it is not delivered", codes=commas(codes)),
        fix=say("see the findings below; if they look wrong, report it with the source file"),
    )
