"""Text in the one form that is matched, each character with its place in the original.

Compatibility forms, case and traditional characters are folded; what stands between the characters of a Chinese word
to hide it (spaces, dots, emoji) is left out; spellings used to evade are written plainly.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

_HAN = re.compile(r"[\u3005\u3007\u3400-\u9fff\U00020000-\U0003ffff]")
_PAUSES = frozenset(',。!?;:、()<>[]{}《》「」『』“”"…\n')
_SIGNS = frozenset("%¥$€#+")  # belong to the words beside them, but for those between two Chinese characters
_MEANT = str.maketrans({"➕": "+", "❗": "!", "’": "'", "‘": "'", "＇": "'"})

Sign = tuple[str, int]
"""A folded character and the index of the one it was made of."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; `places` gives each character's index in the original, `altered` those of evading spellings.

    `gaps` are the indices in `text` before which something other than a space was left out.
    """

    text: str
    places: tuple[int, ...]
    altered: frozenset[int] = frozenset()
    gaps: frozenset[int] = frozenset()

    def is_exact(self, start: int, end: int) -> bool:
        """True if the characters from `start` to before `end` are spelled as they stand, letter spacing aside."""
        return self.altered.isdisjoint(range(start, end)) and self.gaps.isdisjoint(range(start + 1, end))


def fold(text: str) -> Folded:
    """Fold a line of text, or several."""
    signs = [(sign, place) for place, raw in enumerate(text) for sign in _folded_sign(raw)]
    words, runs = _words(signs)
    kept: list[Sign] = []
    gaps = set()
    for number, word in enumerate(words):
        if number:
            left = _left_between(words[number - 1], runs[number - 1], word, _is_spelled(words, runs, number))
            if not left and any(not sign.isspace() for sign, _ in runs[number - 1]):
                gaps.add(len(kept))
            kept += left
        kept += word
    return _respelled("".join(sign for sign, _ in kept), tuple(place for _, place in kept), frozenset(gaps))


def simplified(text: str) -> str:
    """The same text, traditional characters as simplified ones, one for one."""
    return text.translate(_simplified_signs())


def _folded_sign(raw: str) -> Iterator[str]:
    yield from unicodedata.normalize("NFKC", simplified(raw.translate(_MEANT))).casefold()


def _words(signs: list[Sign]) -> tuple[list[list[Sign]], list[list[Sign]]]:
    """Runs of characters that belong together, and what stands between each and the next."""
    words: list[list[Sign]] = []
    between: list[list[Sign]] = []
    waiting: list[Sign] = []
    for number, (sign, place) in enumerate(signs):
        if not (sign.isalnum() or _is_sign_of_word(signs, number)):
            waiting.append((sign, place))
        elif words and not waiting:
            words[-1].append((sign, place))
        else:
            between += [waiting] if words else []
            words.append([(sign, place)])
            waiting = []
    return words, between


def _is_sign_of_word(signs: list[Sign], number: int) -> bool:
    beside = [signs[n][0] for n in (number - 1, number + 1) if 0 <= n < len(signs)]
    return signs[number][0] in _SIGNS and any(each.isalnum() and not _HAN.match(each) for each in beside)


def _is_spelled(words: list[list[Sign]], runs: list[list[Sign]], number: int) -> bool:
    """True if a character that stands alone is beside the gap before word `number`: one, of, a, word."""
    return any(len(words[n]) == 1 and _HAN.match(words[n][0][0]) for n in (number - 1, number))


def _left_between(before: list[Sign], run: list[Sign], after: list[Sign], is_spelled: bool) -> list[Sign]:
    """What of the signs between two words counts."""
    if not any(_HAN.match(sign) for sign in (before[-1][0], after[0][0])):
        kept = [each for each in run if each[0].isascii() and not each[0].isspace()]
        spaces = [(" ", place) for sign, place in run if sign.isspace()]
        return kept or spaces[:1]
    return [] if is_spelled else [each for each in run if each[0] in _PAUSES][:1]


def _respelled(text: str, places: tuple[int, ...], gaps: frozenset[int]) -> Folded:
    """Evading spellings written plainly; both are of one length, so that places stay."""
    altered: set[int] = set()

    def plain(match: re.Match[str]) -> str:
        altered.update(range(*match.span()))
        return _variants()[match.group()]

    return Folded(_variant_pattern().sub(plain, text), places, frozenset(altered), gaps)


@cache
def _simplified_signs() -> dict[int, str]:
    many, plain = resources.files("assetkit.claims.lexicon").joinpath("traditional.txt").read_text("utf-8").split()
    return {ord(sign): simple for sign, simple in zip(many, plain, strict=True)}


@cache
def _variants() -> dict[str, str]:
    import tomllib

    text = resources.files("assetkit.claims.lexicon").joinpath("variants.toml").read_text("utf-8")
    return {simplified(evading): plain for evading, plain in tomllib.loads(text)["variants"].items()}


@cache
def _variant_pattern() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(each) for each in sorted(_variants(), key=len, reverse=True)))
