"""Rotated boxes from a text probability map: what differentiable binarisation (DB) leaves to be done."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import cos, radians, sin, sqrt

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

    def corners(self) -> tuple[tuple[float, float], ...]:
        """Clockwise from the one that is top left when upright."""
        c, s = cos(radians(self.angle)), sin(radians(self.angle))
        half = ((-1, -1), (1, -1), (1, 1), (-1, 1))
        offsets = ((self.width / 2 * i, self.height / 2 * j) for i, j in half)
        return tuple((self.x + dx * c - dy * s, self.y + dx * s + dy * c) for dx, dy in offsets)


def boxes_in(probabilities: NDArray[np.float32]) -> Iterator[TextBox]:
    """The lines in a map (height x width), in map pixels, grown from their cores to the whole line."""
    import cv2

    cores = (probabilities > CORE).astype(np.uint8)
    contours, _ = cv2.findContours(cores, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours[::-1]:
        (x, y), (width, height), angle = cv2.minAreaRect(contour)
        # the contour runs through the centres of its outermost pixels: half a pixel is missing all round
        box = TextBox(x + 0.5, y + 0.5, width + 1, height + 1, angle, _score(probabilities, contour))
        if min(box.width, box.height) >= SMALLEST and box.score >= SURE:
            yield box.grown(offset := growth(box.width, box.height), offset)


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
