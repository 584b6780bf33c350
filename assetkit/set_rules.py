"""What a preset asks of a carousel as a whole."""

from typing import Literal

from assetkit.limit import Count, Limit, Strict


class SetLimits(Strict):
    """Every limit on a set of slides; what is absent is not checked."""

    slides_min: Limit[Count] | None = None
    slides_max: Limit[Count] | None = None
    stills_only: Limit[Literal[True]] | None = None
    one_ratio: Limit[Literal[True]] | None = None
    one_size: Limit[Literal[True]] | None = None
    no_gaps: Limit[Literal[True]] | None = None
    no_doubles: Limit[Literal[True]] | None = None
    slides_apart_min: Limit[Count] | None = None
    covers_apart_min: Limit[Count] | None = None
    variations_min: Limit[Count] | None = None
    age_max: Limit[Count] | None = None


class SetRules(Strict):
    """What is asked of a set."""

    limits: SetLimits = SetLimits()


SET_UNITS = {
    "slides_min": "slides",
    "slides_max": "slides",
    "slides_apart_min": "bits of 256",
    "covers_apart_min": "bits of 256",
    "variations_min": "variations",
    "age_max": "days",
}
# they depend on other sets, and on the day: nothing that was published may stop being fit for it
SET_ADVICE = ("covers_apart_min", "variations_min", "age_max")
