"""Times in a clip as editors write them: `0:12.4`, `1:02:03.5`, or plain seconds."""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from assetkit.wording import commas, say

# [[hours:]minutes:]seconds[.fraction]; minutes and seconds below 60 where something larger stands before them
_TIMECODE = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6})(?:[.,](\d{1,9}))?", re.ASCII)
_NAMED = 3  # places, in words
WAYS = "seconds (12.4) or [hours:]minutes:seconds (0:12.4)"


def parse_timecode(value: object) -> Fraction:
    """Seconds of a number or a text such as `12.4`, `0:12.4` or `1:02:03.5`.

    Raises ValueError, for a negative time and for frame counts (`00:00:12:10`) too, whose rate nobody stated.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"a time is {WAYS}")
    text = str(value) if isinstance(value, str) else format(Decimal(repr(value)), "f")
    found = _TIMECODE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{value!r} is not a time: write {WAYS}")
    hours, minutes, seconds, fraction = found.groups()
    if (minutes is not None and int(seconds) > 59) or (hours is not None and int(minutes) > 59):
        raise ValueError(f"{value!r} is not a time: minutes and seconds end at 59")
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds)
    return whole + Fraction(int(fraction or 0), 10 ** len(fraction or ""))


def timecode(seconds: Fraction | float, digits: int = 1) -> str:
    """`0:12.4`, or `1:02:03.5` from an hour on; rounded down, so that it never names a time that is not there."""
    exact = Fraction(repr(seconds)) if isinstance(seconds, float) else seconds  # 14.2 is a little less in binary
    ticks = int(exact * 10**digits)
    whole, rest = divmod(ticks, 10**digits)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    ahead = f"{hours}:{minute:02}" if hours else f"{minute}"
    return f"{ahead}:{second:02}" + (f".{rest:0{digits}}" if digits else "")


def places_in_words(times: Sequence[Fraction]) -> str:
    """The first of some times (seconds), as in `0:03.0, 0:07.5 and later`."""
    listed = commas([timecode(time) for time in times[:_NAMED]])
    return say("{listed} and later", listed=listed) if times[_NAMED:] else listed
