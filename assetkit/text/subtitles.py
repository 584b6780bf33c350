"""Which lines of a clip are subtitles: those that keep their place while the words change."""

from collections.abc import Sequence

from assetkit.lettering import TextRegion

LEAST_FRAMES = 2  # other frames that a band must be seen in; one may be chance
_SAME_BAND = 0.6  # of the smaller height, that two lines must share
_SAME_HEIGHT = 1.5  # most that one line may be higher than the other, times


def subtitles(lines: Sequence[TextRegion], others: Sequence[Sequence[TextRegion]]) -> tuple[TextRegion, ...]:
    """Those of one frame's lines that lie in a band where at least half of the other sampled frames have one too."""
    least = max(LEAST_FRAMES, -(-len(others) // 2))
    return tuple(line for line in lines if sum(_recurs(line, other) for other in others) >= least)


def _recurs(line: TextRegion, frame: Sequence[TextRegion]) -> bool:
    return any(_is_in_band(line, other) for other in frame)


def _is_in_band(one: TextRegion, other: TextRegion) -> bool:
    a, b = one.box, other.box
    low, high = sorted((a.size.height, b.size.height))
    shared = min(a.bottom, b.bottom) - max(a.top, b.top)
    beside = min(a.right, b.right) - max(a.left, b.left)
    return beside > 0 and high <= _SAME_HEIGHT * low and shared >= _SAME_BAND * low
