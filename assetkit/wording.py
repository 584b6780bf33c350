"""Sentences that can be said again in another language: finished English text that remembers how it was made.

English is the master and the key: `messages/zh.toml` holds the Chinese template of each English one.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

LANGUAGES = ("en", "zh")


class Said(str):
    """A finished English sentence; `template` and `values` are what it was made of. Survives pickling and copying."""

    __slots__ = ("template", "values")
    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, values: dict[str, Any]) -> "Said":
        """Fill the template."""
        made = super().__new__(cls, template.format(**values))
        made.template, made.values = template, values
        return made

    def __reduce__(self) -> tuple[Callable[..., "Said"], tuple[str, dict[str, Any]]]:
        """Made again from its parts."""
        return Said, (self.template, self.values)


UNSAID = Said("", {})
"""Nothing to say."""
_BILINGUAL = "{en}"


def say(template: str, **values: object) -> Said:
    """Say something in English. `template` is a literal with an entry in every catalogue; values may be Said too."""
    return Said(template, {name: _plain(value) for name, value in values.items()})


def term(word: str) -> Said:
    """A noun of a closed set (who placed a crop, a kind of metadata) as a part of a sentence; others stay English."""
    return Said(str(word).replace("{", "{{").replace("}", "}}"), {})


def bilingual(english: str, chinese: str) -> Said:
    """A text that comes in both languages as it is, such as what the lexicon says."""
    return Said(_BILINGUAL, {"en": english, "zh": chinese})


def in_language(text: str, language: str) -> str:
    """`text` in `en` or `zh`. What was not made by `say` is a name or another program's words, and stays as it is."""
    if language == "en" or not isinstance(text, Said):
        return str(text)
    if text.template == _BILINGUAL:
        return str(text.values[language])
    values = {
        name: in_language(value, language) if isinstance(value, str) else value for name, value in text.values.items()
    }
    return catalogue(language).get(text.template, text.template).format(**values)


def either(values: Sequence[str]) -> str:
    """List alternatives: "a, b or c"."""
    if len(values) < 2:
        return values[0] if values else ""
    return say("{head} or {last}", head=commas(values[:-1]), last=values[-1])


def both(values: Sequence[str]) -> str:
    """List what belongs together: "a, b and c"."""
    if len(values) < 2:
        return values[0] if values else ""
    return say("{head} and {last}", head=commas(values[:-1]), last=values[-1])


def commas(values: Sequence[str]) -> str:
    """List without a conjunction: "a, b, c"."""
    if len(values) < 2:
        return values[0] if values else ""
    return say("{head}, {last}", head=commas(values[:-1]), last=values[-1])


def semicolons(values: Sequence[str]) -> str:
    """Join sentences: "one; two"."""
    if len(values) < 2:
        return values[0] if values else ""
    return say("{head}; {last}", head=semicolons(values[:-1]), last=values[-1])


@cache
def catalogue(language: str) -> dict[str, str]:
    """English template -> template in this language, with the same placeholders."""
    import tomllib  # not for --help, which must answer at once
    from importlib import resources

    text = resources.files("assetkit.messages").joinpath(f"{language}.toml").read_text("utf-8")
    return {english: said for room in tomllib.loads(text).values() for english, said in room.items()}


def placeholders(template: str) -> set[str]:
    """Names of the values that a template takes."""
    from string import Formatter

    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def _plain(value: object) -> object:
    """Sizes, boxes and enumerations are told by their names, fractions as numbers; nothing else travels with them."""
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, Said) or type(value) in {int, float, str}:
        return value
    return value if isinstance(value, int | float) else str(value)
