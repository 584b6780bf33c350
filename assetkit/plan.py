"""What to do with one asset: the cheapest plan whose outcome breaks no more limits than the best one would."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from assetkit.canvas import Canvas, choose_canvas
from assetkit.checks import check
from assetkit.facts import UNWRITTEN, Facts, Kind, Measurements, MediaInfo, Wishes
from assetkit.framing import Keepsakes, alternatives, keepsakes, kept
from assetkit.geometry import Box
from assetkit.judgement import Finding, Judgement, Severity, Status
from assetkit.limit import Limit
from assetkit.losses import border_note
from assetkit.model import Chroma, Method, PadStyle, Plan, Proposer
from assetkit.placement import frame_in_output, view_of
from assetkit.preset import ClipTarget, Preset, Rules, StillTarget
from assetkit.reframe import kept_by
from assetkit.scenes import scenes
from assetkit.text.sampled import with_coverage
from assetkit.text.subtitles import subtitles_of
from assetkit.trim import Trim, trim_span
from assetkit.wording import commas, say

T = TypeVar("T")
_STILL_FORMATS = ("jpeg", "png", "webp")  # what can be written, the most widely accepted first
_USUAL_RATES = tuple(Fraction(n, d) for n, d in (
    (24_000, 1001), (24, 1), (25, 1), (30_000, 1001), (30, 1), (48, 1), (50, 1), (60_000, 1001), (60, 1)
))  # fmt: skip
_LABEL = "ai-label"  # what a label is called among the kinds of metadata
_FEW_LOST = Fraction(98, 100)
_TEXT_HEAVY = 0.02  # share of the picture under text from which halved colour shows; a headline covers more


def make_plan(facts: Facts, rules: Rules, preset: Preset, *, trim: Trim | None = None) -> tuple[Plan, Judgement]:
    """Return the plan, and what the checks will say of its outcome.

    Where nothing can help, the plan is the best there is and the judgement says why it is not good enough.
    """
    said = facts.wishes
    keep = keepsakes(facts)
    canvas = choose_canvas(facts.info, rules, keep, facts.measurements.content, said, scenes=scenes(facts))
    options = [
        (plan, _foretold(facts, plan, rules, preset, canvas))
        for plan in _options(facts, rules, canvas, keep, trim=trim)
        if _is_as_wished(plan, said)
    ]
    best = options[-1][1]
    plan, judgement = next((p, j) for p, j in options if _is_no_worse(j, best))
    fixed = _breaches(check(facts, rules.limits, preset.sources)) - _breaches(judgement)
    plan = replace(plan, fixes=tuple(sorted({code for code, _ in fixed})), chroma=_chroma(foretell(facts, plan)))
    return plan, judgement


def leave_alone(facts: Facts, rules: Rules, preset: Preset) -> tuple[Plan, Judgement]:
    """The plan that alters nothing, and what the checks say of the file as it is."""
    keep = keepsakes(facts)
    plan, canvas = _as_is(facts.info, rules, keep), choose_canvas(facts.info, rules, keep)
    return plan, _foretold(facts, plan, rules, preset, canvas)


def _foretold(facts: Facts, plan: Plan, rules: Rules, preset: Preset, canvas: Canvas) -> Judgement:
    """What the checks will say of the plan's outcome, after what drawing it costs."""
    drawing = (*_guessed_colours(facts.info), *canvas.findings) if plan.is_drawn else ()
    remarks = (
        *_speck(facts.info, plan),
        *_copied_tracks(facts.info, plan),
        *_first_frame(facts.info, plan),
        *drawing,
    )
    remarks += border_note(plan.window, facts.measurements.content)
    judgement = check(foretell(facts, plan), rules.limits, preset.sources)
    return replace(judgement, findings=remarks + judgement.findings)


def _is_no_worse(judgement: Judgement, best: Judgement) -> bool:
    """True if it breaks nothing more, or can be delivered where the best cannot: mere advice is no reason to refuse."""
    is_lost, best_is_lost = judgement.status is Status.REJECTED, best.status is Status.REJECTED
    return best_is_lost if is_lost is not best_is_lost else _breaches(judgement) <= _breaches(best)


def foretell(facts: Facts, plan: Plan) -> Facts:
    """The facts of the file that the plan will give, as far as they are known before it is made."""
    info = facts.info
    if plan.method is Method.COPY:
        return facts
    is_clip = info.kind is Kind.VIDEO
    told = tuple(kind for kind in info.metadata if kind in plan.metadata)
    made = replace(info, format=plan.format, is_faststart=True if is_clip else None, metadata=told, other_tracks=())
    made = replace(made, is_generated=info.is_generated and _LABEL in told)
    if info.audio_codec and not plan.keeps_audio:
        made = replace(made, audio_codec="aac", audio_channels=2, is_split_stereo=False)
    if not plan.is_drawn:
        return replace(facts, info=made)
    made = replace(
        made,
        bytes=min(info.bytes, plan.max_bytes or info.bytes),
        coded_size=plan.canvas,
        display_size=plan.canvas,
        rotation=0,
        is_mirrored=False,
        sample_aspect_ratio=Fraction(1),
        frame_count=1,
        colour_space="srgb",
        has_alpha=False,
        bit_depth=8,
        video_codec="h264" if is_clip else None,
        pixel_format="yuv420p" if is_clip else None,
        is_interlaced=False if is_clip else None,
        frame_rate=plan.constant_frame_rate
        or min((r for r in (info.frame_rate, plan.max_frame_rate) if r), default=None),
        is_variable_frame_rate=info.is_variable_frame_rate and plan.constant_frame_rate is None,
        duration=plan.trim[1] - plan.trim[0] if plan.trim else info.duration,
        audible=info.audible.within(*plan.trim) if plan.trim and info.audible else info.audible,
    )
    measured = _foretold_frames(_foretold_text(facts.measurements, plan), plan)
    return replace(facts, info=made, measurements=_foretold_screening(measured, plan))


def _foretold_text(measured: Measurements, plan: Plan) -> Measurements:
    """Text coverage inside the window and the trim, on a canvas that may be larger than the picture."""
    if measured.text_coverage is None:
        return measured
    is_timed = measured.text_coverage_time is not None
    return with_coverage(measured, lambda time: view_of(plan, time), is_timed=is_timed, within=plan.trim)


def _foretold_frames(measured: Measurements, plan: Plan) -> Measurements:
    """What is written and coded inside the window and the trim, where and when the output will show it."""
    start, end = plan.trim or (Fraction(0), None)
    frames = [f for f in measured.frames if f.time >= start and (end is None or f.time <= end)]
    shown = tuple(frame_in_output(frame, plan) for frame in frames)
    read = [frame.text for frame in shown if frame.text is not None]
    return replace(measured, frames=shown, subtitles=subtitles_of(read) if measured.subtitles else None)


def _foretold_screening(measured: Measurements, plan: Plan) -> Measurements:
    """What is black, still, silent or flashing within the trim."""
    if measured.screening is None or plan.trim is None:
        return measured
    return replace(measured, screening=measured.screening.within(*plan.trim))


def _breaches(judgement: Judgement) -> set[tuple[str, Severity]]:
    return {(f.code, f.severity) for f in judgement.findings}


def _speck(info: MediaInfo, plan: Plan) -> tuple[Finding, ...]:
    size = info.display_size
    if info.kind is not Kind.VIDEO or not plan.is_drawn or min(size.width, size.height) >= 2:
        return ()
    message = say(
        "a picture of {display_size} px is too small for H.264, which needs 2 x 2", display_size=info.display_size
    )
    return (Finding("too-small", Severity.REQUIRED, message, fix=say("deliver an original that shows something")),)


def _copied_tracks(info: MediaInfo, plan: Plan) -> tuple[Finding, ...]:
    """Which sound plays is up to the player: reason enough to remux what could have been copied."""
    used = len(info.chosen_tracks) - info.is_split_stereo
    others = (*info.chosen_tracks[used:], *info.other_tracks)
    if plan.method is not Method.COPY or not others:
        return ()
    message = say(
        "the file also holds {other_tracks}: players use {chosen_tracks}",
        other_tracks=commas(others),
        chosen_tracks=commas(info.chosen_tracks[:used]),
    )
    return (Finding("other-tracks", Severity.NOTE, message, fix=say("export it with one picture and one sound track")),)


def _first_frame(info: MediaInfo, plan: Plan) -> tuple[Finding, ...]:
    if info.kind is Kind.VIDEO or info.frame_count == 1 or not plan.is_drawn:
        return ()
    message = say("the file holds {frame_count} frames: only the first is delivered", frame_count=info.frame_count)
    return (
        Finding(
            "first-frame",
            Severity.NOTE,
            message,
            measured=info.frame_count,
            limit=1,
            unit="frames",
            fix=say("deliver it as a clip (MP4) if it should move"),
        ),
    )


def _guessed_colours(info: MediaInfo) -> tuple[Finding, ...]:
    """Inks without a profile: every press prints them differently, so a person must look at what was made of them."""
    if info.colour_space != "untagged cmyk":
        return ()
    message = say("CMYK without a profile: its colours were taken for coated offset (SWOP), which is a guess")
    fix = say("export it as sRGB, or embed the CMYK profile")
    return (Finding("colours-guessed", Severity.NOTE, message, measured=info.colour_space, fix=fix, needs_person=True),)


def _options(facts: Facts, rules: Rules, canvas: Canvas, keep: Keepsakes, *, trim: Trim | None) -> Iterator[Plan]:
    """The possible plans, cheapest first; the last one fixes everything that can be fixed."""
    info, target = facts.info, rules.target
    whole, wished = Box.of(info.display_size), facts.wishes.crop
    is_moved = len(canvas.windows) > 1
    as_is = _as_is(info, rules, keep)
    drawn = replace(
        as_is,
        method=Method.ENCODE,
        format=_target_format(info, rules),
        window=canvas.window,
        picture=canvas.picture,
        canvas=canvas.size,
        pad=canvas.pad,
        proposer=_proposer(canvas, facts, keep),
        windows=canvas.windows if is_moved else (),
        kept=kept_by(canvas.windows, scenes(facts), whole.size) if is_moved else kept(canvas.window, whole.size, keep),
        alternatives=() if is_moved else alternatives(canvas.window, whole.size, keep, wished or canvas.content),
        background=target.background,
        keeps_video=False,
    )
    if isinstance(target, StillTarget):
        return _still_options(as_is, drawn, info, rules, target)
    options = _clip_options(as_is, _clip_settings(drawn, info, rules, target), trim_span(facts, rules, trim), info)
    # copied into another container, frames without display times would be shown in the order they are coded in
    return (p for p in options if info.has_display_times or p.method is Method.COPY or p.is_drawn)


def _as_is(info: MediaInfo, rules: Rules, keep: Keepsakes) -> Plan:
    whole = Box.of(info.display_size)
    return Plan(
        Method.COPY,
        info.format,
        whole,
        whole.size,
        whole.size,
        keeps_video=True,
        keeps_audio=True,
        kept=kept(whole, whole.size, keep),
        max_bytes=_strictest(rules.limits.file_size_max),
        metadata=(_LABEL,),  # nobody may take an AI label off
    )


def _still_options(as_is: Plan, drawn: Plan, info: MediaInfo, rules: Rules, target: StillTarget) -> Iterator[Plan]:
    if info.format != UNWRITTEN:
        yield as_is
    drawn = replace(drawn, metadata=tuple(dict.fromkeys((*target.metadata, _LABEL))))
    if info.metadata and info.format in _STILL_FORMATS:
        yield replace(as_is, method=Method.REMUX, metadata=drawn.metadata)
    may_be_png = "png" in (_strictest(rules.limits.format) or ())
    yield replace(drawn, quality_min=target.quality_min, quality_max=target.quality_max, may_be_png=may_be_png)


def _clip_options(as_is: Plan, drawn: Plan, ends: tuple[Fraction, Fraction] | None, info: MediaInfo) -> Iterator[Plan]:
    if ends is None:
        remuxed = replace(as_is, method=Method.REMUX, format=drawn.format)
        yield as_is
        if not info.is_split_stereo:
            yield remuxed
        yield replace(remuxed, method=Method.ENCODE, keeps_audio=drawn.keeps_audio, audio_bitrate=drawn.audio_bitrate)
    # cut on a frame where the container cannot be sought, which copied sound cannot be
    yield replace(drawn, trim=ends, keeps_audio=drawn.keeps_audio and (ends is None or info.is_sought))


def _is_as_wished(plan: Plan, said: Wishes) -> bool:
    """A picture that people want cropped is not delivered whole, were it never so compliant."""
    if said.windows and not plan.is_drawn:  # a still has none
        return False
    return not said.crop or plan.window.kept_by(said.crop) == 1


def _proposer(canvas: Canvas, facts: Facts, keep: Keepsakes) -> Proposer:
    said, is_whole = facts.wishes, canvas.window == Box.of(facts.info.display_size)
    if said.crop or said.windows or (said.pad and is_whole and canvas.pad is not PadStyle.NONE):
        return Proposer.SIDECAR
    return Proposer.CENTRE if is_whole else keep.proposer


def _clip_settings(plan: Plan, info: MediaInfo, rules: Rules, target: ClipTarget) -> Plan:
    """For a clip `quality_max` holds the rate factor to start with."""
    rate = _strictest(rules.limits.frame_rate_max)
    codecs = _strictest(rules.limits.audio_codec)
    most = Fraction(rate).limit_denominator(1001) if rate else None
    channels = _strictest(rules.limits.audio_channels_max)
    is_playable = (channels is None or (info.audio_channels or 0) <= channels) and not info.is_split_stereo
    is_evened = info.is_variable_frame_rate and rules.limits.constant_frame_rate is not None
    return replace(
        plan,
        quality_max=target.crf,
        audio_bitrate=target.audio_bitrate,
        keeps_audio=info.audio_codec is not None and (codecs is None or info.audio_codec in codecs) and is_playable,
        max_frame_rate=most,
        constant_frame_rate=usual_rate(info.frame_rate, most) if is_evened and info.frame_rate else None,
    )


def usual_rate(mean: Fraction, most: Fraction | None) -> Fraction:
    """The usual rate that frames of this mean rate were meant for: the lowest that loses hardly any of them."""
    rates = [rate for rate in _USUAL_RATES if most is None or rate <= most * Fraction(1001, 1000)]
    return next((rate for rate in rates if rate >= mean * _FEW_LOST), rates[-1] if rates else most or mean)


def _chroma(delivered: Facts) -> Chroma:
    """Colour at full resolution under lettering, where halving it shows first."""
    covered = delivered.measurements.text_coverage
    return Chroma.FULL if covered and covered.share >= _TEXT_HEAVY else Chroma.HALF


def _target_format(info: MediaInfo, rules: Rules) -> str:
    if info.kind is Kind.VIDEO:
        return "mp4"
    allowed = _strictest(rules.limits.format) or list(_STILL_FORMATS)
    return next((f for f in _STILL_FORMATS if f in allowed), _STILL_FORMATS[0])


def _strictest(limit: Limit[T] | None) -> T | None:
    """The value to aim for: the required one if there is one, else the recommended one."""
    levels = limit.levels() if limit else []
    return levels[0][1].value if levels else None
