"""The manifest's schema, `assetkit.manifest/1`: a contract. A renamed field is a new major version."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

StatusName = Literal["ready", "review", "rejected"]
SeverityName = Literal["required", "recommended", "note"]
ProposerName = Literal["sidecar", "face", "text", "subject", "saliency", "centre"]
Number = int | float


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SizeEntry(_Part):
    """Pixels."""

    width: int
    height: int


class BoxEntry(_Part):
    """A rectangle in display pixels of the source."""

    left: int
    top: int
    width: int
    height: int


class SourceEntry(_Part):
    """The input file. `sha256`, `bytes` and `kind` are null if it could not be read that far."""

    path: str = Field(description="relative to the input folder, POSIX separators")
    sha256: str | None
    bytes: int | None
    kind: Literal["image", "video"] | None
    location: str | None = Field(default=None, description="where it lay, seen from the manifest's folder")


class MediaEntry(_Part):
    """What the source's container states."""

    format: str
    coded_size: SizeEntry
    display_size: SizeEntry = Field(description="after rotation and pixel aspect")
    rotation: int = Field(description="clockwise degrees from coded to display")
    is_mirrored: bool
    sample_aspect_ratio: str
    colour_space: str
    has_alpha: bool
    bit_depth: int
    frame_count: int | None
    duration_seconds: float | None
    frame_rate: float | None
    is_variable_frame_rate: bool | None
    video_codec: str | None
    pixel_format: str | None
    audio_codec: str | None
    metadata: list[str] = Field(description="kinds of things that a still says beside its picture; a clip's AI labels")
    has_audio: bool | None
    is_faststart: bool | None
    is_interlaced: bool | None
    audio_channels: int | None = Field(default=None, description="of the sound track that is used")
    chosen_tracks: list[str] = Field(default=[], description="which tracks of a clip are used, in words")
    other_tracks: list[str] = Field(default=[], description="and which are not")
    is_generated: bool = Field(default=False, description="AI made it, or a part of it, by what the file itself says")


class LineEntry(_Part):
    """One line of text in a picture."""

    polygon: list[tuple[float, float]] = Field(description="corners in display pixels, clockwise")
    score: float
    text: str | None = Field(description="what it says, if the engine read it")


class RegionEntry(LineEntry):
    """One line of text in the source."""

    time_seconds: float | None = Field(description="which sampled frame; null for a still")


class QualityEntry(_Part):
    """How good a still looks. Null: too plain, too small or too much scaled to tell."""

    sharpness: float | None = Field(description="of the sharpest part, about 1 in photos")
    brightness: float = Field(description="what 95 % of the picture is darker than, 0..1 of white")
    highlights: float = Field(description="share of the picture that is burnt out, 0..1")
    contrast: float = Field(description="span of the tones but for the outermost 2 %, 0..1")
    detail: float | None = Field(description="fine over medium detail; an enlarged picture lacks it")
    blockiness: float | None = Field(description="steps on JPEG's grid over those off it")


class SpanEntry(_Part):
    """A stretch of a clip, in seconds since its beginning."""

    start: float
    end: float


class SoundEntry(_Part):
    """A clip's sound from end to end."""

    loudness_lufs: float | None = Field(description="integrated, EBU R 128; null in silence")
    true_peak_dbtp: float | None
    flatness_db: float = Field(description="how long it stays at full scale; above 6 it was cut off")
    dead_channels: list[int] = Field(description="silent beside others that are not, from 1")
    silence: list[SpanEntry]
    clipped: list[SpanEntry] = Field(default=[], description="where it was cut off, to a quarter of a second")


class ScreeningEntry(_Part):
    """What decoding all of a clip found."""

    black: list[SpanEntry]
    frozen: list[SpanEntry]
    flashes: list[SpanEntry] = Field(description="more than three flashes in a second")
    sound: SoundEntry | None = Field(description="null where there is none")
    damage: int = Field(description="messages of the decoders")
    damaged: list[float] = Field(default=[], description="seconds: when, to within a few frames")


class SubtitlesEntry(_Part):
    """A clip's subtitles."""

    share: float = Field(description="of the sampled frames that show some, 0..1")
    languages: list[str] = Field(description="zh, en: those that at least a quarter of these frames show")


class MeasurementsEntry(_Part):
    """What pixels show. Null: not measured. Coverage is of what is, or would be, delivered."""

    text_coverage: float | None = Field(description="share of the picture, 0..1; a clip's worst sampled frame")
    text_coverage_seconds: float | None = Field(description="where in the clip that frame is")
    text_coverage_low: float | None = Field(description="the true share is almost surely at least this")
    text_coverage_high: float | None = Field(description="and at most this")
    text_grid_cells: int | None = Field(description="cells of a 5 x 5 grid over the picture that text touches")
    subtitle_coverage: float | None = Field(description="share of that frame under subtitles; null for a still")
    subtitles: SubtitlesEntry | None = Field(default=None, description="null where text was not read, or for a still")
    source_text_coverage: float | None = Field(description="the same as text_coverage before any crop")
    exempt: list[BoxEntry] = Field(description="where text does not count, by the source's sidecar")
    text_regions: list[RegionEntry] | None
    faces: list[BoxEntry] | None
    shots: list[tuple[float, float]] | None = Field(description="start and end, seconds; null if not looked for")
    content: BoxEntry | None = Field(description="the source between baked-in bars; null where none were found")
    quality: QualityEntry | None
    hook_text_coverage: float | None = Field(description="the most within a clip's first three seconds, 0..1")
    vmaf: float | None = Field(description="of an encode beside its source, 0 to 100; null if not asked for")
    screening: ScreeningEntry | None = Field(description="null where not all of a clip was decoded")
    likeness: str | None = Field(default=None, description="of a slide: perceptual hash, 256 bits in hexadecimal")


class QuoteEntry(_Part):
    """Words that an ad may not carry, as they were read."""

    entry: str = Field(description="the lexicon's entry")
    category: str
    matched: str
    context: str = Field(description="the words around it")
    is_exact: bool = Field(description="spelled as in the lexicon, but for case, width, script and letter spacing")
    confidence: float = Field(description="of the least certain character, 0..1")
    basis: str
    basis_zh: str


class FindingEntry(_Part):
    """One breach that stands in what is delivered, or would stand: what the plan mends is under `actions`."""

    code: str
    severity: SeverityName
    measured: str | Number | None
    limit: str | Number | None
    unit: str
    message: str = Field(description="English, always")
    fix: str
    message_zh: str = Field(default="", description="the message in Simplified Chinese")
    fix_zh: str = Field(default="", description="the fix in Simplified Chinese")
    source: str = Field(description="where the limit can be read, and when it was seen")
    needs_person: bool = Field(description="true sends the asset to review")
    boxes: list[BoxEntry] = Field(default=[], description="where to look, in display pixels of what is judged")
    seconds: tuple[float, float] | None = Field(default=None, description="of the first and the last frame showing it")
    quote: QuoteEntry | None = Field(default=None, description="the words, where they may not be carried")


class NotCheckedEntry(_Part):
    """A limit that was not checked. Never green."""

    code: str
    severity: SeverityName
    reason: str
    reason_zh: str = Field(default="", description="the reason in Simplified Chinese")


class AlternativeEntry(_Part):
    """Another place for the crop window, and what it would keep."""

    window: BoxEntry
    proposer: ProposerName
    faces_kept: float | None
    text_kept: float | None
    saliency_kept: float | None


class WindowEntry(_Part):
    """Where the crop window of a clip stands from some time on; a sidecar takes the same under `windows`."""

    time: float = Field(description="seconds since the clip's first frame, before any trim")
    box: tuple[int, int, int, int] = Field(description="x, y, width, height in display pixels of the source")
    move: Literal["hold", "linear"] = Field(description="how it gets to the next one: at once, or evenly")


class PlanEntry(_Part):
    """What was done, or for `inspect` would be done, in numbers."""

    method: Literal["copy", "remux", "encode"]
    window: BoxEntry
    proposer: ProposerName
    faces_kept: float | None
    text_kept: float | None
    saliency_kept: float | None
    size: SizeEntry
    padding: Literal["none", "blur", "plain"]
    trim_seconds: tuple[float, float] | None
    fixes: list[str] = Field(description="codes of the source's findings that the plan mends")
    alternatives: list[AlternativeEntry] = Field(description="other places for the window, at most three")
    windows: list[WindowEntry] = Field(description="of a clip whose window does not stay where `window` is")


class OutputEntry(_Part):
    """One published file."""

    path: str = Field(description="relative to the output folder, POSIX separators")
    role: Literal["main", "cover"]
    sha256: str
    bytes: int
    width: int
    height: int
    duration_seconds: float | None


class ScoreEntry(_Part):
    """What a frame's score is made of: 0 (bad) to 1 (good) but for counts and coverage; null where not measured."""

    sharpness: float = Field(description="of the sharpest part")
    exposure: float = Field(description="0 if black or white")
    tones: float = Field(description="contrast and colour")
    steadiness: float | None = Field(description="low in a fade or a dissolve and beside a cut")
    face: float | None = Field(description="how large, whole and frontal the best face in the crop is")
    faces: int | None = Field(description="how many there are, passers-by left out")
    cut_faces: int = Field(description="how many of them the crop or the frame itself cuts")
    text_coverage: float | None = Field(description="share of the crop, measured on a small picture")


class CandidateEntry(_Part):
    """A frame that could be the cover instead; a sidecar or `assetkit cover --at` takes its time."""

    time_seconds: float
    score: float


class CoverEntry(_Part):
    """A clip's cover and its own verdict under the preset's cover rules."""

    status: StatusName
    source: str | None = Field(description="the supplied still, or null if it is a frame of the clip")
    time_seconds: float | None
    score: float | None
    score_parts: ScoreEntry | None = Field(description="null for a supplied still")
    chosen_by: Literal["file", "sidecar", "request", "score"] | None = Field(
        description="a still beside the clip, a time in its sidecar, a time on request, or the score"
    )
    measurements: MeasurementsEntry | None
    findings: list[FindingEntry]
    not_checked: list[NotCheckedEntry]
    actions: list[str]
    actions_zh: list[str] = Field(default=[], description="the actions in Simplified Chinese")
    plan: PlanEntry | None
    candidates: list[CandidateEntry] = Field(default=[], description="the next best frames, if the score chose")


class WordsEntry(_Part):
    """What is published beside a picture or a set, as its sidecar or its `set.toml` says."""

    title: str | None
    title_length: int = Field(description="as Xiaohongshu counts: ASCII as half, rounded up")
    caption: str | None
    tags: list[str]
    products: list[str] = Field(description="categories of what is advertised")


class AssetEntry(_Part):
    """One source file and everything known of it."""

    source: SourceEntry
    status: StatusName
    media: MediaEntry | None
    measurements: MeasurementsEntry | None
    findings: list[FindingEntry]
    not_checked: list[NotCheckedEntry]
    actions: list[str]
    actions_zh: list[str] = Field(default=[], description="the actions in Simplified Chinese")
    plan: PlanEntry | None
    cover: CoverEntry | None
    outputs: list[OutputEntry]
    seconds: float
    words: WordsEntry | None = None


class CoverChoice(CoverEntry):
    """One cover that was asked for; `output` is null if it breaks a limit and was not written."""

    output: OutputEntry | None


class CoverSet(_Part):
    """What `assetkit cover` made of one video: the frames at stated times, then those it chose, the best first."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    schema_: Literal["assetkit.covers/1"] = Field(default="assetkit.covers/1", alias="schema")
    preset: str
    source: str
    covers: list[CoverChoice]
    sheet: str | None = Field(description="the contact sheet of all covers, relative to the output folder")


class CoverageEntry(_Part):
    """How much of one picture text covers. Every number is null where `error` says why it was not measured."""

    path: str = Field(description="relative to the input folder, POSIX separators")
    coverage: float | None = Field(description="share of the picture, 0..1")
    low: float | None = Field(description="the true share is almost surely at least this")
    high: float | None = Field(description="and at most this")
    grid_cells: int | None = Field(description="cells of a 5 x 5 grid over the picture that text touches")
    regions: list[LineEntry] | None
    engine: str
    seconds: float | None = Field(description="to read and measure this picture")
    error: str | None
    error_zh: str = Field(default="", description="the error in Simplified Chinese")


class CoverageReport(_Part):
    """What `assetkit coverage` measured, in the order of the input."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    schema_: Literal["assetkit.coverage/1"] = Field(default="assetkit.coverage/1", alias="schema")
    images: list[CoverageEntry]


class SlideEntry(_Part):
    """One slide of a set, and what it is by itself."""

    path: str = Field(description="the source, as in `assets`")
    status: StatusName = Field(description="its own verdict, whatever its set makes of it")
    output: str | None = Field(description="where it was published, relative to the output folder")


class SetEntry(_Part):
    """Slides that are published together: a carousel. The first is its cover."""

    id: str = Field(description="what its files are called after: `{id}_{number}`")
    status: StatusName = Field(description="the worst of its slides' and of its own findings")
    worst: str | None = Field(description="the first slide that is as bad as the set, if any is not ready")
    is_published: bool = Field(description="all of its slides are in the output folder")
    slides: list[SlideEntry] = Field(description="in the order in which they are swiped")
    missing: list[str] = Field(description="slides that its file names and that are not there")
    findings: list[FindingEntry]
    not_checked: list[NotCheckedEntry]
    words: WordsEntry | None = None


class SkippedEntry(_Part):
    """A path under the input that is not an asset."""

    path: str
    reason: str
    reason_zh: str = Field(default="", description="the reason in Simplified Chinese")


class ToolEntry(_Part):
    """What judged: enough to repeat it."""

    name: Literal["assetkit"]
    version: str
    engines: dict[str, str]


class PresetEntry(_Part):
    """What was asked for; the hash is of the resolved preset."""

    id: str
    version: str
    sha256: str


class SummaryEntry(_Part):
    """Number of assets by verdict. `interrupted` says that the run was stopped and the list is not complete."""

    ready: int
    review: int
    rejected: int
    interrupted: bool


class PreCheckEntry(_Part):
    """What the check of words is worth: a pre-check, and what a person must look at."""

    note: str
    note_zh: str
    for_a_person: list[str]
    for_a_person_zh: list[str]


class Manifest(_Part):
    """The record of one run."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    schema_: Literal["assetkit.manifest/1"] = Field(default="assetkit.manifest/1", alias="schema")
    tool: ToolEntry
    preset: PresetEntry
    summary: SummaryEntry
    assets: Sequence[AssetEntry]
    skipped: list[SkippedEntry]
    pre_check: PreCheckEntry | None = Field(default=None, description="null where the preset asks for no claims")
    sets: list[SetEntry] = []
