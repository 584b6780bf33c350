"""Which frames of an output must be looked at again for the checks of what they say."""

from fractions import Fraction

from assetkit.checks.claims import lines_read
from assetkit.checks.labels import START_SECONDS, labels_shown
from assetkit.checks.verdict import Unknown
from assetkit.claims.matching import missing_statements
from assetkit.claims.over_time import find_sightings
from assetkit.facts import Facts
from assetkit.preset import Limits


def speaking_times(facts: Facts, limits: Limits) -> tuple[Fraction, ...]:
    """The times (seconds) of the frames that show codes, labels, words of the lexicon, or words that must be there."""
    coded = {frame.time for frame in facts.measurements.frames if frame.codes}
    return tuple(sorted(coded | _with_words(facts, limits) | _with_labels(facts, limits)))


def _with_words(facts: Facts, limits: Limits) -> set[Fraction]:
    read = lines_read(facts.measurements)
    if isinstance(read, Unknown) or limits.claims is None:
        return set()
    products = {*facts.wishes.products, *(p for _, level in limits.claims.levels() for p in level.value)}
    asked = len(missing_statements((), products))
    return {
        time
        for time, lines in read
        if find_sightings([(time, lines)], products) or len(missing_statements(lines, products)) < asked
    }


def _with_labels(facts: Facts, limits: Limits) -> set[Fraction]:
    """Of a label, the frames that it should be seen in, too."""
    shown = labels_shown(facts.measurements)
    if isinstance(shown, Unknown) or limits.ai_label is None or not any(lines for _, lines in shown):
        return set()
    return {time for time, lines in shown if lines or time <= START_SECONDS}
