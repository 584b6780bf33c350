"""Which lines of a clip are subtitles: those that keep their place while the words change."""

import re
from collections.abc import Sequence

from assetkit.lettering import Subtitles, TextRegion

LEAST_FRAMES = 2  # other frames that a band must be seen in; one may be chance
_LETTERS = {"zh": re.compile(r"[\u4e00-\u9fff]"), "en": re.compile(r"[A-Za-z]{2}")}
_OFTEN = 0.25  # of the frames with subtitles that show a language: a name in Latin letters is no English
_SAME_BAND = 0.6  # of the smaller height, that two lines must share
_SAME_HEIGHT = 1.5  # most that one line may be higher than the other, times


def subtitles(lines: Sequence[TextRegion], others: Sequence[Sequence[TextRegion]]) -> tuple[TextRegion, ...]:
    """Those of one frame's lines that lie in a band where at least half of the other sampled frames have one too."""
    least = max(LEAST_FRAMES, -(-len(others) // 2))
    return tuple(line for line in lines if sum(_recurs(line, other) for other in others) >= least)


def subtitles_of(frames: Sequence[Sequence[TextRegion]]) -> Subtitles | None:
    """The subtitles of a clip's sampled frames, whose lines were read; None where there are too few frames to tell.

    A band that always says the same is a title or a mark.
    """
    if len(frames) <= LEAST_FRAMES or any(line.text is None for lines in frames for line in lines):
        return None
    shown = [[line for line in lines if _changes(line, frames, n)] for n, lines in enumerate(frames)]
    subtitled = [lines for lines in shown if lines]
    told = [{language for line in lines for language in _languages(line.text or "")} for lines in subtitled]
    languages = (each for each in _LETTERS if sum(each in found for found in told) >= _OFTEN * len(told))
    boxes = tuple(line.box for lines in subtitled for line in lines)
    return Subtitles(len(subtitled) / len(frames), tuple(languages) if told else (), boxes)


def _changes(line: TextRegion, frames: Sequence[Sequence[TextRegion]], own: int) -> bool:
    """True if enough other frames have a line in its band, most of them with words of their own."""
    others = [next((o.text for o in lines if _is_in_band(line, o)), None) for n, lines in enumerate(frames) if n != own]
    words = ["".join(text.split()) for text in (line.text, *others) if text]
    return len(words) > LEAST_FRAMES and 2 * len(set(words)) > len(words)


def _languages(text: str) -> list[str]:
    return [language for language, letters in _LETTERS.items() if letters.search(text)]


def _recurs(line: TextRegion, frame: Sequence[TextRegion]) -> bool:
    return any(_is_in_band(line, other) for other in frame)


def _is_in_band(one: TextRegion, other: TextRegion) -> bool:
    a, b = one.box, other.box
    low, high = sorted((a.size.height, b.size.height))
    shared = min(a.bottom, b.bottom) - max(a.top, b.top)
    beside = min(a.right, b.right) - max(a.left, b.left)
    return beside > 0 and high <= _SAME_HEIGHT * low and shared >= _SAME_BAND * low
