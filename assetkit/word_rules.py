"""What a preset asks of the words beside a picture: title, caption and tags."""

from assetkit.limit import Count, Limit, Strict


class WordLimits(Strict):
    """Every limit on words that are published with an asset or a set; what is absent is not checked."""

    title_max: Limit[Count] | None = None
    caption_max: Limit[Count] | None = None
    tags_max: Limit[Count] | None = None
    words_claims: Limit[list[str]] | None = None


class WordRules(Strict):
    """What is asked of words."""

    limits: WordLimits = WordLimits()


WORD_UNITS = {
    "title_max": "characters, ASCII as half",
    "caption_max": "characters",
    "tags_max": "tags",
    "words_claims": "product categories",
}
