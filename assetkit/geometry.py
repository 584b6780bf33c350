"""Pure arithmetic on sizes and boxes, in pixels; right and bottom are exclusive."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int

    @property
    def area(self) -> int:
        """Pixels."""
        return self.width * self.height

    @property
    def ratio(self) -> Fraction:
        """Width over height, exact."""
        return Fraction(self.width, self.height)

    @property
    def swapped(self) -> "Size":
        """The size after a quarter turn."""
        return Size(self.height, self.width)

    def holds(self, other: "Size") -> bool:
        """True if `other` fits inside without scaling."""
        return self.width >= other.width and self.height >= other.height

    def __str__(self) -> str:
        return f"{self.width} x {self.height}"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; `right` and `bottom` are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(cls, size: Size) -> "Box":
        """The box that covers a whole picture."""
        return cls(0, 0, size.width, size.height)

    @property
    def size(self) -> Size:
        """Width and height; never negative."""
        return Size(self.width, self.height)

    @property
    def width(self) -> int:
        """Never negative."""
        return max(0, self.right - self.left)

    @property
    def height(self) -> int:
        """Never negative."""
        return max(0, self.bottom - self.top)

    @property
    def area(self) -> int:
        """Pixels; 0 for an empty box."""
        return self.size.area

    def intersect(self, other: "Box") -> "Box":
        """The part both share; empty (area 0) if they do not touch."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def kept_by(self, window: "Box") -> float:
        """Share (0..1) of this box that lies inside `window`; an empty box counts as kept."""
        return self.intersect(window).area / self.area if self.area else 1.0

    def moved(self, dx: int, dy: int) -> "Box":
        """The same box, shifted."""
        return Box(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def scaled(self, factor: float) -> "Box":
        """The box in a picture that is `factor` times as large, rounded to pixels."""
        return Box(*(round(v * factor) for v in (self.left, self.top, self.right, self.bottom)))


def hull(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds them all. `boxes` must not be empty."""
    return Box(
        min(b.left for b in boxes),
        min(b.top for b in boxes),
        max(b.right for b in boxes),
        max(b.bottom for b in boxes),
    )


def ratio_name(ratio: Fraction) -> str:
    """Name a ratio as designers do: "3:4"."""
    return f"{ratio.numerator}:{ratio.denominator}"


def is_ratio(size: Size, ratio: Fraction) -> bool:
    """True if `size` has `ratio` within one pixel on its narrower reading."""
    return abs(size.width - size.height * ratio) < 1 or abs(size.height - size.width / ratio) < 1


def largest_of_ratio(size: Size, ratio: Fraction, *, even: bool = False) -> Size | None:
    """The largest size of exactly `ratio` inside `size`, with even sides if asked; None if not even one fits."""
    step = 2 if even else 1
    unit_width, unit_height = ratio.numerator * step, ratio.denominator * step
    times = min(size.width // unit_width, size.height // unit_height)
    return Size(unit_width * times, unit_height * times) if times else None


def smallest_of_ratio(size: Size, ratio: Fraction, *, even: bool = False) -> Size:
    """The smallest size of `ratio` that holds `size`: the canvas to pad it on.

    It is as wide or as high as `size` where the ratio is met within one pixel so, else of exactly that ratio:
    padding all round would show as a stripe.
    """
    step = 2 if even else 1
    if size.ratio > ratio:
        near = Size(size.width, _nearest(size.width / ratio, step))
    else:
        near = Size(_nearest(size.height * ratio, step), size.height)
    if near.holds(size) and is_ratio(near, ratio) and (near.width % step, near.height % step) == (0, 0):
        return near
    unit_width, unit_height = ratio.numerator * step, ratio.denominator * step
    times = max(-(-size.width // unit_width), -(-size.height // unit_height))
    return Size(unit_width * times, unit_height * times)


def _nearest(length: Fraction, step: int) -> int:
    return floor(length / step + Fraction(1, 2)) * step


def fit_inside(size: Size, limit: Size, *, even: bool = False) -> Size:
    """`size` scaled down (never up) to lie inside `limit`, ratio kept within one pixel."""
    scale = min(Fraction(1), Fraction(limit.width, size.width), Fraction(limit.height, size.height))
    step = 2 if even else 1

    def side(length: int, most: int) -> int:
        return max(step, min(_nearest(length * scale, step), min(length, most) // step * step))

    return size if scale == 1 and not even else Size(side(size.width, limit.width), side(size.height, limit.height))


def centred(inner: Size, outer: Size) -> Box:
    """The box of size `inner` in the middle of `outer`."""
    left, top = (outer.width - inner.width) // 2, (outer.height - inner.height) // 2
    return Box(left, top, left + inner.width, top + inner.height)
