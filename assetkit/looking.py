"""Looking at a file: its samples measured, and beside that, where it is asked for, all of it decoded."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

from assetkit.canvas import MEASURE_SIDE, crop_size, least_size
from assetkit.checks import needs
from assetkit.errors import AssetError
from assetkit.facts import NO_WISHES, Facts, Kind, Measurements, MediaInfo, Need, Wishes
from assetkit.geometry import Box, Size
from assetkit.glances import glance
from assetkit.judgement import Severity
from assetkit.lettering import Search
from assetkit.measure import Look, measure
from assetkit.media.medium import ClipMedium, Medium
from assetkit.media.pixels import Pixels
from assetkit.notes import NO_NOTES, Notes
from assetkit.preset import ClipTarget, Rules
from assetkit.run import Run
from assetkit.screening import Screening
from assetkit.sidecar import wishes
from assetkit.wording import say

_SAMPLES_FOR_BEST = 24  # of a clip whose best part is looked for
# all that a crop must know before it may cut
_CROP_NEEDS = frozenset({Need.TEXT, Need.FACES, Need.SALIENCY, Need.CODES})
# what no plan depends on, but for QR codes, which a crop must know
_LEFT_TO_OUTPUT = frozenset({Need.QUALITY, Need.CODES})

Screened = Screening | AssetError | None
"""What decoding all of a clip gave, why it could not be done, or None where nobody asked."""


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
    search: Search = Search.ALL,
    places: tuple[Box, ...] = (),
) -> Facts:
    """Measure what the limits ask for, and, if the picture must be cropped, what a crop has to keep.

    Text that people exempt does not count as covering anything; a crop keeps it like any other. `picture` (display
    pixels) is the part that is not padding. `times` (seconds) are the frames of a clip to look at, by default so many
    spread over it. Text is searched as told, and at the `places` (display pixels); by hints in what will be cropped,
    for that is looked at again.
    """
    job = _decoding(medium, rules, run, will_change=will_change)
    # all of a clip is decoded in a process of its own, which leaves this one free to look
    with ThreadPoolExecutor(max_workers=1) as aside:
        screening = aside.submit(job) if job else None
        facts = _sampled(
            medium,
            rules,
            run,
            will_change=will_change,
            said=said,
            picture=picture,
            times=times,
            search=search,
            places=places,
        )
        return screened(facts, screening.result()) if screening else facts


def _sampled(
    medium: Medium,
    rules: Rules,
    run: Run,
    *,
    will_change: bool,
    said: Wishes,
    picture: Box | None,
    times: tuple[Fraction, ...],
    search: Search,
    places: tuple[Box, ...],
) -> Facts:
    info = medium.info
    wanted = asked = needs(rules.limits, info.kind) - {Need.SCREENING}
    is_clip = info.kind is Kind.VIDEO
    if will_change and _is_cropped(info, rules, said):
        asked -= _left_to_output(medium, rules, run, said)
        wanted, search = asked | _CROP_NEEDS, Search.HINTS
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
    notes = run.notes if will_change else NO_NOTES  # nobody looks at an output twice
    only_qr = Need.CODES not in asked
    look = Look(wanted, run.engine, run.threads, scores_covers, picture, search, places, only_qr, notes)
    if will_change and isinstance(medium, ClipMedium) and wanted >= _CROP_NEEDS:
        return Facts(info, _followed(medium, look, count, said), wishes=said)
    if times and isinstance(medium, ClipMedium):
        frames = medium.frames_at(times, MEASURE_SIDE)
    else:
        frames = _frames(medium, least, count, notes)
    measured = measure(frames, info.display_size, look, is_timed=is_clip, exempt=said.exempt)
    if will_change and isinstance(medium, ClipMedium) and measured.content:  # what is between the bars must be cropped
        look = replace(look, needs=wanted | _CROP_NEEDS)
        measured = _followed(medium, look, count, said)
    return Facts(info, measured, wishes=said)


def completed(medium: Medium, facts: Facts, rules: Rules, run: Run) -> Facts:
    """The facts with what was left to the output, of a still of which none is made after all."""
    left = _left_to_output(medium, rules, run, facts.wishes)
    pixels = medium.picture(MEASURE_SIDE) if left and facts.measurements.frames else None
    if pixels is None:
        return facts
    look = Look(left | {Need.BORDERS}, run.engine, run.threads, notes=run.notes)
    [frame] = measure([(Fraction(0), pixels)], facts.info.display_size, look, is_timed=False).frames
    [known] = facts.measurements.frames
    known = replace(known, quality=frame.quality, codes=frame.codes or known.codes)
    return replace(facts, measurements=replace(facts.measurements, frames=(known,)))


def looked_over(medium: Medium, facts: Facts, rules: Rules, run: Run) -> Facts:
    """The facts of what is delivered as it is: a still that was looked at as one to be cropped is looked at closely.

    So is one whose sides are within a pixel of the ratio.
    """
    if facts.info.kind is Kind.VIDEO or not _is_cropped(facts.info, rules, facts.wishes):
        return facts
    return look_at(medium, rules, run, will_change=False, said=facts.wishes)


def _is_cropped(info: MediaInfo, rules: Rules, said: Wishes) -> bool:
    return bool(said.crop or said.windows) or crop_size(info, rules) != info.display_size


def _left_to_output(medium: Medium, rules: Rules, run: Run, said: Wishes) -> frozenset[Need]:
    """What is asked for and need not be measured of a still, since it is measured of what is made of it."""
    info = medium.info
    if run.work is None or info.kind is Kind.VIDEO or not _is_cropped(info, rules, said):
        return frozenset()
    return needs(rules.limits, info.kind) & _LEFT_TO_OUTPUT


def _decoding(medium: Medium, rules: Rules, run: Run, *, will_change: bool) -> Callable[[], Screened] | None:
    """How all of a file is decoded beside the look at its samples, if it is.

    A finished file is proved by it. A source is screened where nothing will be made of it, or where a required limit
    may refuse it; else what is made of it is, and the source need not be decoded twice.
    """
    if not isinstance(medium, ClipMedium):
        return None
    is_asked = Need.SCREENING in needs(rules.limits, Kind.VIDEO)
    if not will_change:
        return partial(proved, medium, run, is_asked=is_asked)
    is_at_stake = is_asked and Need.SCREENING in needs(rules.limits, Kind.VIDEO, Severity.REQUIRED)
    if is_at_stake or (is_asked and run.work is None):
        return partial(watched, medium, run)
    return None


def watched(clip: ClipMedium, run: Run) -> Screening | AssetError:
    """What an editor would say of a source; where ffmpeg fails at it, that costs the advice and not the clip."""

    def screen() -> Screening | AssetError:
        try:
            return clip.screen(run.deadline_seconds, is_strict=False)
        except AssetError as error:
            return error

    return run.notes.recall(clip, Need.SCREENING, screen)


def proved(medium: Medium, run: Run, *, is_asked: bool) -> Screening | None:
    """Decode all of a file that is to be delivered. Raises AssetError `unreadable` at any damage."""
    if is_asked and isinstance(medium, ClipMedium):
        return medium.screen(run.deadline_seconds, is_strict=True)
    medium.prove()
    return None


def screened(facts: Facts, screening: Screened) -> Facts:
    """The facts with what decoding all of a clip gave, or with why it gave nothing."""
    measured = facts.measurements
    if isinstance(screening, AssetError):
        failed = {
            **measured.failed,
            Need.SCREENING: say("it could not be played to its end: {detail}", detail=screening.detail),
        }
        return replace(facts, measurements=replace(measured, failed=failed))
    return replace(facts, measurements=replace(measured, screening=screening))


def _followed(clip: ClipMedium, look: Look, count: int, said: Wishes) -> Measurements:
    """Measure what a crop of a clip must keep, shot by shot."""
    shots = clip.shots(look.threads)
    frames = look.notes.replay(clip, ("frames of shots", count), lambda: clip.frames_of_shots(count, MEASURE_SIDE))
    measured = measure(frames, clip.info.display_size, look, is_timed=True, exempt=said.exempt)
    times = tuple(frame.time for frame in measured.frames)
    glances = look.notes.recall(clip, ("glances", times), lambda: glance(clip, measured.frames, look.threads))
    return replace(measured, shots=shots, glances=glances)


def _frames(medium: Medium, least: Size, count: int, notes: Notes) -> list[tuple[Fraction, Pixels]]:
    """The pictures to measure. A still knows by itself whether those that it read last will do."""
    if not isinstance(medium, ClipMedium):
        return medium.frames(least, count, MEASURE_SIDE)
    return notes.recall(medium, ("frames", count), lambda: medium.frames(least, count, MEASURE_SIDE))
