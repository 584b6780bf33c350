"""Lines that may be one text: neighbours of alike height under one another, beside one another, or columns."""

from collections.abc import Iterator, Mapping, Sequence

from assetkit.claims.claim import Line
from assetkit.geometry import Box

_ALIKE = 1.6  # the taller line's height over the other's
_LEADING = 1.2  # of a line's height: the most that two lines of one text stand apart
_MOST = 4  # lines a word is looked for in: a title wraps, a page does not spell
_SHORT = 2  # characters: what is spelled out line by line in a plain text
_INSIDE = 6  # characters of a line that a word may run across from end to end


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """Lines with a box from top to bottom, those of a row from left to right, columns from the right; others stay.

    A row is what shares at least half of a line's height.
    """
    boxed = [(line, line.box) for line in lines if line.box is not None]
    columns = sorted((pair for pair in boxed if _is_column(pair[1])), key=lambda pair: (-pair[1].left, pair[1].top))
    level = sorted((pair for pair in boxed if not _is_column(pair[1])), key=lambda pair: pair[1].top)
    rows: list[list[tuple[Line, Box]]] = []
    for line, box in level:
        last = rows[-1][0][1] if rows else None
        if last is not None and _shared(last.top, last.bottom, box.top, box.bottom) >= 0.5:
            rows[-1].append((line, box))
        else:
            rows.append([(line, box)])
    ordered = [line for row in rows for line, _ in sorted(row, key=lambda pair: pair[1].left)]
    return [*ordered, *(line for line, _ in columns), *(line for line in lines if line.box is None)]


def chains(lines: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """Runs of two to four lines that a word may run over, in every order it may be read in."""
    numbers = range(len(lines))
    boxed = [n for n in numbers if lines[n].box is not None]
    followers = {n: [other for other in boxed if other != n and _follows(lines[n], lines[other])] for n in boxed}
    followers |= {n: [n + 1] for n in numbers[:-1] if _is_spelled(lines[n], lines[n + 1])}
    for n in numbers:
        for chain in _grown((n,), followers, lines):
            yield tuple(lines[each] for each in chain)


def _grown(
    chain: tuple[int, ...], followers: Mapping[int, Sequence[int]], lines: Sequence[Line]
) -> Iterator[tuple[int, ...]]:
    if len(chain) >= _MOST or (len(chain) > 1 and len(lines[chain[-1]].text) > _INSIDE):
        return
    for other in followers.get(chain[-1], ()):
        if other not in chain:
            yield (*chain, other)
            yield from _grown((*chain, other), followers, lines)


def _is_spelled(line: Line, other: Line) -> bool:
    """True for lines of a plain text that spell a word character by character."""
    return line.box is None and other.box is None and min(len(line.text), len(other.text)) <= _SHORT


def _follows(line: Line, other: Line) -> bool:
    if line.time != other.time or line.box is None or other.box is None:
        return False
    if _is_column(line.box) and _is_column(other.box):
        return _is_beside(line.box, other.box) or _is_beside(other.box, line.box)
    return _is_under(line.box, other.box) or _is_level(line.box, other.box)


def _is_column(box: Box) -> bool:
    return box.height >= 1.5 * box.width


def _is_under(upper: Box, lower: Box) -> bool:
    gap, height = lower.top - upper.bottom, max(upper.height, lower.height)
    is_near = -0.3 * height <= gap <= _LEADING * min(upper.height, lower.height)
    return is_near and _is_alike(upper.height, lower.height) and _shared(*_across(upper, lower)) >= 0.5


def _is_level(left: Box, right: Box) -> bool:
    """Beside one another: a word's characters may have been found one by one."""
    height = min(left.height, right.height)
    is_near = -0.3 * height <= right.left - left.right <= 2 * height
    rows = _shared(left.top, left.bottom, right.top, right.bottom)
    return is_near and rows >= 0.5 and _is_alike(left.height, right.height)


def _is_beside(right: Box, left: Box) -> bool:
    """Columns side by side; Chinese ones run from the right, modern ones from the left too."""
    gap, width = right.left - left.right, min(right.width, left.width)
    rows = _shared(right.top, right.bottom, left.top, left.bottom)
    return -0.3 * width <= gap <= _LEADING * width and rows >= 0.5 and _is_alike(right.width, left.width)


def _across(one: Box, other: Box) -> tuple[int, int, int, int]:
    return one.left, one.right, other.left, other.right


def _is_alike(one: int, other: int) -> bool:
    low, high = sorted((one, other))
    return high <= _ALIKE * low


def _shared(start: int, end: int, other_start: int, other_end: int) -> float:
    """Share of the shorter stretch that lies in the other."""
    shorter = min(end - start, other_end - other_start)
    return (min(end, other_end) - max(start, other_start)) / shorter if shorter > 0 else 0.0
