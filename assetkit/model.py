"""What is to become of an asset, and what became of it. All frozen, all plain data."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from assetkit.facts import CoverFact, Facts, Kind, Source
from assetkit.geometry import Box, Size
from assetkit.judgement import UNJUDGED, Judgement, Severity, Status
from assetkit.scoring import ChosenBy, RunnerUp, ScoreParts
from assetkit.windows import Keyframe
from assetkit.wording import semicolons


class Proposer(StrEnum):
    """Who proposed the crop window's place."""

    SIDECAR = "sidecar"
    FACE = "face"
    TEXT = "text"
    SUBJECT = "subject"
    SALIENCY = "saliency"
    CENTRE = "centre"


class Method(StrEnum):
    """How an output comes about, cheapest first."""

    COPY = "copy"
    REMUX = "remux"
    ENCODE = "encode"


class PadStyle(StrEnum):
    """What fills a canvas round a picture that must not be cropped further."""

    NONE = "none"
    BLUR = "blur"
    PLAIN = "plain"


class Chroma(StrEnum):
    """How finely a JPEG keeps colour beside brightness."""

    FULL = "4:4:4"
    HALF = "4:2:0"


@dataclass(frozen=True, slots=True)
class Kept:
    """Shares (0..1) of what matters that a crop window keeps; None where it was not measured."""

    faces: float | None = None
    text: float | None = None
    saliency: float | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another place for the crop window (display pixels), who would have chosen it, and what it would keep."""

    window: Box
    proposer: Proposer
    kept: Kept


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done to one asset; complete, so that the hands need no preset.

    `window` is the crop in display pixels, `picture` the size it is scaled to and `canvas` the size of the
    output (larger than `picture` where padded). `windows` says where a window that does not stay stands when;
    `window` is then the first of them. `trim` is (start, end) in seconds, `constant_frame_rate` what uneven frames are
    evened to. `chroma` is the least that a still keeps; `may_be_png` allows PNG where that suits the picture better
    than `format`.
    """

    method: Method
    format: str
    window: Box
    picture: Size
    canvas: Size
    proposer: Proposer = Proposer.CENTRE
    kept: Kept = Kept()
    pad: PadStyle = PadStyle.NONE
    background: str = "#ffffff"
    max_bytes: int | None = None
    quality_min: int = 0
    quality_max: int = 100
    chroma: Chroma = Chroma.HALF
    may_be_png: bool = False
    trim: tuple[Fraction, Fraction] | None = None
    keeps_video: bool = False
    keeps_audio: bool = False
    audio_bitrate: int = 0
    max_frame_rate: Fraction | None = None
    constant_frame_rate: Fraction | None = None
    fixes: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    metadata: tuple[str, ...] = ()
    windows: tuple[Keyframe, ...] = ()

    @property
    def is_drawn(self) -> bool:
        """True if it makes new pixels."""
        return self.method is Method.ENCODE and not self.keeps_video

    @property
    def starts(self) -> Fraction:
        """Seconds of the source that are left out before it."""
        return self.trim[0] if self.trim else Fraction(0)


@dataclass(frozen=True, slots=True)
class Output:
    """One published file. `path` is relative to the output folder, POSIX."""

    path: str
    role: str
    sha256: str
    bytes: int
    width: int
    height: int
    duration_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """A file that passed its verification, still in the work folder."""

    path: Path
    role: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class CoverOutcome:
    """The cover's own verdict. `source` is a supplied file's path, else None and `time` says which frame.

    `parts` are those of the frame's `score`; `chosen_by` is None where no frame serves. `runners_up` are the next
    best frames of those that were looked at, if the score chose.
    """

    status: Status
    source: str | None = None
    time: Fraction | None = None
    score: float | None = None
    parts: ScoreParts | None = None
    chosen_by: ChosenBy | None = None
    facts: Facts | None = None
    judgement: Judgement = UNJUDGED
    plan: Plan | None = None
    actions: tuple[str, ...] = ()
    runners_up: tuple[RunnerUp, ...] = ()

    def as_fact(self) -> CoverFact:
        """What the clip's own judgement needs to know of its cover."""
        reasons = [f.message for f in self.judgement.findings if f.severity is Severity.REQUIRED]
        return CoverFact(self.status, semicolons(reasons), (self.chosen_by or ChosenBy.SCORE).fix)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything known of one asset at the end. Only the delivered (or foretold) file's findings stand.

    `may_pass` says that the machine, and not the file, may be why it was rejected. `held` are the finished files of a
    slide whose set is not whole yet.
    """

    source: Source
    status: Status
    sha256: str | None = None
    bytes: int | None = None
    kind: Kind | None = None
    facts: Facts | None = None
    delivered: Facts | None = None
    judgement: Judgement = UNJUDGED
    plan: Plan | None = None
    actions: tuple[str, ...] = ()
    cover: CoverOutcome | None = None
    outputs: tuple[Output, ...] = ()
    seconds: float = 0.0
    traceback: str | None = None
    may_pass: bool = False
    held: tuple[Finished, ...] = ()
