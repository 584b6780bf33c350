"""Outcomes into manifest entries."""

from collections.abc import Iterable
from dataclasses import asdict
from fractions import Fraction
from math import floor

from assetkit.checks.claims import FOR_A_PERSON, PRE_CHECK
from assetkit.checks.words import title_length
from assetkit.claims.claim import Quote
from assetkit.facts import Facts, Kind, Measurements, MediaInfo
from assetkit.geometry import Box, Size, ratio_name
from assetkit.judgement import Finding, Judgement, NotChecked
from assetkit.lettering import Subtitles, TextRegion
from assetkit.manifest.contract import (
    AlternativeEntry,
    AssetEntry,
    BoxEntry,
    CandidateEntry,
    CoverageEntry,
    CoverChoice,
    CoverEntry,
    FindingEntry,
    LineEntry,
    MeasurementsEntry,
    MediaEntry,
    NotCheckedEntry,
    OutputEntry,
    PlanEntry,
    PreCheckEntry,
    QualityEntry,
    QuoteEntry,
    RegionEntry,
    ScoreEntry,
    ScreeningEntry,
    SizeEntry,
    SkippedEntry,
    SoundEntry,
    SourceEntry,
    SpanEntry,
    SubtitlesEntry,
    WindowEntry,
    WordsEntry,
)
from assetkit.model import Alternative, CoverOutcome, Outcome, Output, Plan
from assetkit.preset import Preset
from assetkit.screening import Screening, Sound, Span
from assetkit.sets import NO_WORDS, Words
from assetkit.windows import Keyframe
from assetkit.wording import in_language


def skipped_entry(path: str, reason: str) -> SkippedEntry:
    """The manifest's record of a path that is no asset."""
    return SkippedEntry(path=path, reason=str(reason), reason_zh=in_language(reason, "zh"))


def asset_entry(outcome: Outcome) -> AssetEntry:
    """The manifest's record of one asset."""
    facts = outcome.facts
    return AssetEntry(
        source=SourceEntry(
            path=outcome.source.relative,
            sha256=outcome.sha256,
            bytes=outcome.bytes,
            kind=outcome.kind.value if outcome.kind else None,
        ),
        status=outcome.status.value,
        media=_media(facts.info) if facts else None,
        measurements=_measurements(facts, outcome.delivered) if facts else None,
        findings=findings_of(outcome.judgement),
        not_checked=unchecked_of(outcome.judgement.not_checked),
        actions=[str(action) for action in outcome.actions],
        actions_zh=[in_language(action, "zh") for action in outcome.actions],
        plan=_plan(outcome.plan) if outcome.plan else None,
        cover=_cover(outcome.cover) if outcome.cover else None,
        outputs=[_output(output) for output in outcome.outputs],
        seconds=outcome.seconds,
        words=words_entry(facts.wishes.words) if facts else None,
    )


def words_entry(words: Words) -> WordsEntry | None:
    """The record of what is published beside it; None if nothing is."""
    if words == NO_WORDS:
        return None
    return WordsEntry(
        title=words.title,
        title_length=title_length(words.title or ""),
        caption=words.caption,
        tags=list(words.tags),
        products=list(words.products),
    )


def findings_of(judgement: Judgement) -> list[FindingEntry]:
    """The record of findings: required first, then in the order of the checks."""
    order = ("required", "recommended", "note")
    return [_finding(f) for f in sorted(judgement.findings, key=lambda f: order.index(f.severity.value))]


def _finding(finding: Finding) -> FindingEntry:
    return FindingEntry(
        code=finding.code,
        severity=finding.severity.value,
        measured=finding.measured,
        limit=finding.limit,
        unit=finding.unit,
        message=str(finding.message),
        fix=str(finding.fix),
        message_zh=in_language(finding.message, "zh"),
        fix_zh=in_language(finding.fix, "zh"),
        source=finding.source,
        needs_person=finding.needs_person,
        boxes=[_box(box) for box in finding.boxes],
        seconds=(round(float(finding.span.start), 3), round(float(finding.span.end), 3)) if finding.span else None,
        quote=_quote(finding.quote) if finding.quote else None,
    )


def _quote(quote: Quote) -> QuoteEntry:
    return QuoteEntry(
        entry=quote.entry,
        category=quote.category,
        matched=quote.matched,
        context=quote.context,
        is_exact=quote.is_exact,
        confidence=round(min(1.0, quote.confidence), 4),
        basis=quote.basis.en,
        basis_zh=quote.basis.zh,
    )


def pre_check_of(preset: Preset) -> PreCheckEntry | None:
    """What the check of words is worth, in both languages, where the preset asks for it."""
    if not preset.asks_for_claims:
        return None
    return PreCheckEntry(
        note=str(PRE_CHECK),
        note_zh=in_language(PRE_CHECK, "zh"),
        for_a_person=[str(each) for each in FOR_A_PERSON],
        for_a_person_zh=[in_language(each, "zh") for each in FOR_A_PERSON],
    )


def unchecked_of(unchecked: Iterable[NotChecked]) -> list[NotCheckedEntry]:
    """The record of what was not checked."""
    return [
        NotCheckedEntry(
            code=n.code, severity=n.severity.value, reason=str(n.reason), reason_zh=in_language(n.reason, "zh")
        )
        for n in unchecked
    ]


def _media(info: MediaInfo) -> MediaEntry:
    is_clip = info.kind is Kind.VIDEO
    return MediaEntry(
        format=info.format,
        coded_size=_size(info.coded_size),
        display_size=_size(info.display_size),
        rotation=info.rotation,
        is_mirrored=info.is_mirrored,
        sample_aspect_ratio=ratio_name(info.sample_aspect_ratio),
        colour_space=info.colour_space,
        has_alpha=info.has_alpha,
        bit_depth=info.bit_depth,
        frame_count=info.frame_count,
        metadata=list(info.metadata),
        duration_seconds=_seconds(info.duration),
        frame_rate=_seconds(info.frame_rate),
        is_variable_frame_rate=info.is_variable_frame_rate if is_clip else None,
        video_codec=info.video_codec,
        pixel_format=info.pixel_format,
        audio_codec=info.audio_codec,
        has_audio=info.audio_codec is not None if is_clip else None,
        is_faststart=info.is_faststart,
        is_interlaced=info.is_interlaced,
        audio_channels=info.audio_channels,
        chosen_tracks=list(info.chosen_tracks),
        other_tracks=list(info.other_tracks),
        is_generated=info.is_generated,
    )


def _measurements(facts: Facts, delivered: Facts | None) -> MeasurementsEntry:
    before, after = facts.measurements, (delivered or facts).measurements
    covered, covered_before = after.text_coverage, before.text_coverage
    return MeasurementsEntry(
        text_coverage=_share(covered.share if covered else None),
        text_coverage_seconds=_seconds(after.text_coverage_time),
        text_coverage_low=_share(covered.low if covered else None),
        text_coverage_high=_share(covered.high if covered else None),
        text_grid_cells=covered.grid_cells if covered else None,
        subtitle_coverage=_share(after.subtitle_coverage),
        subtitles=_subtitles(after.subtitles) if after.subtitles else None,
        source_text_coverage=_share(covered_before.share if covered_before else None),
        exempt=[_box(box) for box in before.exempt],
        text_regions=_regions(before, is_timed=facts.info.kind is Kind.VIDEO),
        faces=_faces(before),
        shots=[(round(float(s.start), 6), round(float(s.end), 6)) for s in before.shots] or None,
        content=_box(before.content) if before.content else None,
        quality=_quality(after),
        hook_text_coverage=_share(after.hook_text),
        vmaf=after.vmaf,
        screening=_screening(after.screening) if after.screening else None,
        likeness=None if after.likeness is None else f"{after.likeness:064x}",
    )


def _subtitles(seen: Subtitles) -> SubtitlesEntry:
    return SubtitlesEntry(share=round(seen.share, 4), languages=list(seen.languages))


def _regions(measured: Measurements, *, is_timed: bool) -> list[RegionEntry] | None:
    seen = [(frame.time, frame.text) for frame in measured.frames if frame.text is not None]
    if not seen:
        return None
    return [
        RegionEntry(**dict(_line(region)), time_seconds=_seconds(time) if is_timed else None)
        for time, regions in seen
        for region in regions
    ]


def _line(region: TextRegion) -> LineEntry:
    return LineEntry(polygon=list(region.polygon), score=round(region.score, 3), text=region.text)


def _faces(measured: Measurements) -> list[BoxEntry] | None:
    seen = [frame.faces for frame in measured.frames if frame.faces is not None]
    return [_box(face) for faces in seen for face in faces] if seen else None


def _quality(measured: Measurements) -> QualityEntry | None:
    quality = measured.frames[0].quality if measured.frames else None
    return None if quality is None else QualityEntry(**asdict(quality))


def _screening(seen: Screening) -> ScreeningEntry:
    return ScreeningEntry(
        black=_spans(seen.black),
        frozen=_spans(seen.frozen),
        flashes=_spans(seen.flashes),
        sound=_sound(seen.sound) if seen.sound else None,
        damage=seen.damage,
        damaged=[round(float(time), 3) for time in seen.damaged],
    )


def _sound(sound: Sound) -> SoundEntry:
    return SoundEntry(
        loudness_lufs=sound.loudness,
        true_peak_dbtp=sound.true_peak,
        flatness_db=round(sound.flatness, 1),
        dead_channels=list(sound.dead_channels),
        silence=_spans(sound.silence),
        clipped=_spans(sound.clipped),
    )


def _spans(spans: Iterable[Span]) -> list[SpanEntry]:
    return [SpanEntry(start=round(float(span.start), 3), end=round(float(span.end), 3)) for span in spans]


def _plan(plan: Plan) -> PlanEntry:
    return PlanEntry(
        method=plan.method.value,
        window=_box(plan.window),
        proposer=plan.proposer.value,
        faces_kept=_share(plan.kept.faces),
        text_kept=_share(plan.kept.text),
        saliency_kept=_share(plan.kept.saliency),
        size=_size(plan.canvas),
        padding=plan.pad.value,
        trim_seconds=(float(plan.trim[0]), float(plan.trim[1])) if plan.trim else None,
        fixes=list(plan.fixes),
        alternatives=[_alternative(alternative) for alternative in plan.alternatives],
        windows=[_window(frame) for frame in plan.windows],
    )


def _window(frame: Keyframe) -> WindowEntry:
    """Rounded down to a microsecond, so that it never comes after its frame when it is given back."""
    box = frame.box
    return WindowEntry(
        time=float(floor(frame.time * 10**6) / 10**6),
        box=(box.left, box.top, box.size.width, box.size.height),
        move=frame.move.value,
    )


def _alternative(alternative: Alternative) -> AlternativeEntry:
    return AlternativeEntry(
        window=_box(alternative.window),
        proposer=alternative.proposer.value,
        faces_kept=_share(alternative.kept.faces),
        text_kept=_share(alternative.kept.text),
        saliency_kept=_share(alternative.kept.saliency),
    )


def _cover(cover: CoverOutcome) -> CoverEntry:
    return CoverEntry(
        status=cover.status.value,
        source=cover.source,
        time_seconds=_seconds(cover.time),
        score=cover.score,
        score_parts=ScoreEntry(**asdict(cover.parts)) if cover.parts else None,
        chosen_by=cover.chosen_by.value if cover.chosen_by else None,
        measurements=_measurements(cover.facts, None) if cover.facts else None,
        findings=findings_of(cover.judgement),
        not_checked=unchecked_of(cover.judgement.not_checked),
        actions=[str(action) for action in cover.actions],
        actions_zh=[in_language(action, "zh") for action in cover.actions],
        plan=_plan(cover.plan) if cover.plan else None,
        candidates=[CandidateEntry(time_seconds=round(float(r.time), 3), score=r.score) for r in cover.runners_up],
    )


def cover_choice(cover: CoverOutcome, output: Output | None) -> CoverChoice:
    """The record of one cover that was asked for."""
    return CoverChoice(**dict(_cover(cover)), output=_output(output) if output else None)


def coverage_entry(
    path: str, engine: str, measured: Measurements | None, seconds: float | None, error: str | None
) -> CoverageEntry:
    """The record of one picture that `assetkit coverage` looked at; all numbers null where it was not measured."""
    covered = measured.text_coverage if measured else None
    lines = [region for frame in (measured.frames if measured else ()) for region in frame.text or ()]
    return CoverageEntry(
        path=path,
        coverage=_share(covered.share if covered else None),
        low=_share(covered.low if covered else None),
        high=_share(covered.high if covered else None),
        grid_cells=covered.grid_cells if covered else None,
        regions=[_line(region) for region in lines] if covered else None,
        engine=engine,
        seconds=seconds,
        error=error,
        error_zh=in_language(error, "zh") if error else "",
    )


def _output(output: Output) -> OutputEntry:
    return OutputEntry(
        path=output.path,
        role="cover" if output.role == "cover" else "main",
        sha256=output.sha256,
        bytes=output.bytes,
        width=output.width,
        height=output.height,
        duration_seconds=output.duration_seconds,
    )


def _size(size: Size) -> SizeEntry:
    return SizeEntry(width=size.width, height=size.height)


def _box(box: Box) -> BoxEntry:
    return BoxEntry(left=box.left, top=box.top, width=box.size.width, height=box.size.height)


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _seconds(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 3)
