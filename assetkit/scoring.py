"""What makes a frame a good cover, as numbers from 0 to 1, their sum, and the same in words."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from assetkit.wording import Said, commas, say

_SHARP, _TONES = 0.55, 0.45  # what a frame is worth without a face in it
_FACE = 0.4  # of what is missing to 1, a large whole face turned to the camera makes up
_CUT = 0.5  # left of a frame whose crop cuts a face that counts
_TEXTUAL, _UNDER_TEXT = 0.1, 0.5  # share of the picture under text at which so much is left of the score
_WEAK, _STRONG = 0.5, 0.75  # from where parts are called soft and sharp


class ChosenBy(StrEnum):
    """Who said which picture is the cover, the first word first."""

    FILE = "file"
    SIDECAR = "sidecar"
    REQUEST = "request"
    SCORE = "score"

    @property
    def fix(self) -> Said:
        """What to do if it cannot be used."""
        return _FIXES[self]


_FIXES = {
    ChosenBy.FILE: say("mend that still or put another in its place, or remove it: then a frame of the clip is chosen"),
    ChosenBy.SIDECAR: say("name another time as `cover` in the clip's sidecar, or none: then the best frame is chosen"),
    ChosenBy.REQUEST: say("name another time"),
    ChosenBy.SCORE: say("put a still beside the clip, named CLIP.cover.jpg, or name a frame's time in its sidecar"),
}


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """A frame that could be the cover instead of the chosen one: its time in seconds, its score 0 to 1."""

    time: Fraction
    score: float


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """How a frame would do as a cover; every part is 0 (bad) to 1 (good) but for the two counts and `text_coverage`.

    `sharpness` of its sharpest part, `exposure` 0 if black or white, `tones` contrast and colour, `steadiness` 0.2 in
    the middle of a fade or a dissolve. `face` is how large, whole and frontal the best face in the crop is; `faces`
    counts them and `cut_faces` those that the crop or the frame itself cuts. `text_coverage` is that of the crop.
    None: not measured.
    """

    sharpness: float
    exposure: float
    tones: float
    steadiness: float | None = None
    face: float | None = None
    faces: int | None = None
    cut_faces: int = 0
    text_coverage: float | None = None

    @property
    def total(self) -> float:
        """0 (unusable) to 1."""
        plain = _SHARP * self.sharpness + _TONES * self.tones
        worth = plain + (1 - plain) * _FACE * (self.face or 0.0)
        worth *= self.exposure * (1.0 if self.steadiness is None else self.steadiness)
        if self.cut_faces:
            worth *= _CUT
        covered = min(1.0, (self.text_coverage or 0.0) / _TEXTUAL)
        return round(worth * (1 - (1 - _UNDER_TEXT) * covered), 4)

    def in_words(self) -> str:
        """`sharp, one face, no text`: what spoke for the frame and what against it."""
        return commas((*self._look(), *self._faces(), *self._text()))

    def _look(self) -> list[str]:
        words: list[str] = [say("sharp") if self.sharpness >= _STRONG else say("fairly sharp")]
        if self.sharpness < _WEAK:
            words = [say("soft")]
        if self.exposure < _STRONG:
            words.append(say("too dark or too light"))
        elif self.tones < _WEAK:
            words.append(say("flat"))
        if self.steadiness is not None and self.steadiness < _STRONG:
            words.append(say("in a fade, a dissolve or beside a cut"))
        return words

    def _faces(self) -> list[str]:
        if self.faces is None:
            return []
        if not self.faces:
            return [say("no face")]
        counted = say("one face") if self.faces == 1 else say("{faces} faces", faces=self.faces)
        return [
            say("{counted}, {cut_faces} cut", counted=counted, cut_faces=self.cut_faces) if self.cut_faces else counted
        ]

    def _text(self) -> list[str]:
        if self.text_coverage is None:
            return []
        return [
            say("text over {text_coverage:.0%}", text_coverage=self.text_coverage)
            if self.text_coverage >= 0.005
            else say("no text")
        ]


def face_worth(height: float, window_height: float, frontal: float) -> float:
    """How much a whole face does for a cover: 1 from a sixth of the window's height on, half of it in profile."""
    return round(min(1.0, 6 * height / max(1.0, window_height)) * (0.5 + 0.5 * frontal), 4)
