"""Rotated boxes from a text probability map: what differentiable binarisation (DB) leaves to be done."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

CORE = 0.3  # probability above which a pixel belongs to a line's core
SURE = 0.5  # mean probability inside a core that makes it a line
SMALLEST = 3.0  # map pixels: thinner cores are noise
SHRUNK = 0.9


@dataclass(frozen=True, slots=True)
class TextBox:
    """A rotated rectangle: centre, sides, clockwise degrees; in pixels."""

    x: float
    y: float
    width: float
    height: float
    angle: float
    score: float

    def scaled(self, factor: float) -> "TextBox":
        """The box in a picture `factor` times as large; pixel centres lie at halves."""
        return replace(
            self, x=self.x * factor, y=self.y * factor, width=self.width * factor, height=self.height * factor
        )

    def grown(self, dx: float, dy: float) -> "TextBox":
        """The box with `dx` more on its left and right each, `dy` above and below."""
        return replace(self, width=self.width + 2 * dx, height=self.height + 2 * dy)

    def whole(self) -> "TextBox":
        """The line whose core this box is, as far as the map alone tells."""
        offset = growth(self.width, self.height)
        return self.grown(offset, offset)

    def level(self) -> "TextBox":
        """The same rectangle with its longer side as its width."""
        if self.width >= self.height:
            return self
        return replace(self, width=self.height, height=self.width, angle=self.angle - 90)

    def tilt(self) -> float:
        """Clockwise degrees from the nearest quarter turn, -45 to 45."""
        return (self.angle + 45) % 90 - 45

    def straight(self) -> "TextBox":
        """The box turned about its centre to the nearest quarter turn."""
        return replace(self, angle=self.angle - self.tilt())

    def part(self, along: tuple[float, float], across: tuple[float, float]) -> "TextBox":
        """From one place to another along the width and along the height; places count from the top left corner.

        They may lie outside the box, which then grows; no side becomes shorter than a pixel.
        """
        dx, dy = (sum(along) - self.width) / 2, (sum(across) - self.height) / 2
        c, s = cos(radians(self.angle)), sin(radians(self.angle))
        return replace(
            self,
            x=self.x + dx * c - dy * s,
            y=self.y + dx * s + dy * c,
            width=max(1.0, along[1] - along[0]),
            height=max(1.0, across[1] - across[0]),
        )

    def upright(self) -> "TextBox":
        """The same rectangle turned by whole quarters to within 45 degrees, so that its corners start top left."""
        quarters = round(self.angle / 90)
        width, height = (self.height, self.width) if quarters % 2 else (self.width, self.height)
        return replace(self, width=width, height=height, angle=self.angle - 90 * quarters)

    def holds(self, other: "TextBox") -> bool:
        """True if the centre of another box lies inside this one."""
        c, s = cos(radians(self.angle)), sin(radians(self.angle))
        dx, dy = other.x - self.x, other.y - self.y
        return abs(dx * c + dy * s) <= self.width / 2 and abs(dy * c - dx * s) <= self.height / 2

    def corners(self) -> tuple[tuple[float, float], ...]:
        """Clockwise from the one that is top left when upright."""
        c, s = cos(radians(self.angle)), sin(radians(self.angle))
        half = ((-1, -1), (1, -1), (1, 1), (-1, 1))
        offsets = ((self.width / 2 * i, self.height / 2 * j) for i, j in half)
        return tuple((self.x + dx * c - dy * s, self.y + dx * s + dy * c) for dx, dy in offsets)


def inside(corners: tuple[tuple[float, float], ...], width: int, height: int) -> tuple[tuple[float, float], ...]:
    """The corners, those outside a picture of this size moved to its edge."""
    return tuple((min(max(0.0, x), float(width)), min(max(0.0, y), float(height))) for x, y in corners)


def cores_in(probabilities: NDArray[np.float32]) -> Iterator[TextBox]:
    """The cores of the lines in a map (height x width), in map pixels, top line first."""
    import cv2

    cores = (probabilities > CORE).astype(np.uint8)
    contours, family = cv2.findContours(cores, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    # the outlines of holes have a parent; a line inside another's hole has none
    outer = [
        np.asarray(c, np.int32) for c, kin in zip(contours, family[0] if contours else (), strict=True) if kin[3] < 0
    ]
    for contour in outer[::-1]:
        (x, y), (width, height), angle = cv2.minAreaRect(contour)
        # the contour runs through the centres of its outermost pixels: half a pixel is missing all round
        box = TextBox(x + 0.5, y + 0.5, width + 1, height + 1, angle, _score(probabilities, contour))
        if min(box.width, box.height) >= SMALLEST and box.score >= SURE:
            yield box


def growth(width: float, height: float) -> float:
    """How far DB's training drew a line's outline inward to make a core of these sides."""
    return SHRUNK * width * height / (2 * (width + height))


def _score(probabilities: NDArray[np.float32], contour: NDArray[np.int32]) -> float:
    """Mean probability inside a contour."""
    import cv2

    left, top, width, height = cv2.boundingRect(contour)
    mask = np.zeros((height, width), np.uint8)
    cv2.drawContours(mask, [contour], 0, 1, cv2.FILLED, offset=(-left, -top))
    return float(cv2.mean(probabilities[top : top + height, left : left + width], mask)[0])
