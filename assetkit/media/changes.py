"""How much two frames of a clip differ, at a size that shows scenes and nothing smaller."""

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from numpy.typing import NDArray

_SIZE = (64, 36)  # pixels that frames are compared at
_SHIFT = (8, 5)  # of them

Look = NDArray[np.uint8]
"""A frame reduced to what is compared: brightness and two colours, (36, 64, 3)."""


def look_of(frame: VideoFrame) -> Look:
    """A decoded frame, reduced."""
    if frame.format.name in ("yuv420p", "yuvj420p"):  # nearly all there is, and half the time of a general scaler
        planes = [_plane(frame, number) for number in range(3)]
    else:
        planes = list(frame.reformat(*_SIZE, format="yuv444p", interpolation=Interpolation.AREA).to_ndarray())
    return np.asarray(cv2.merge(planes), np.uint8)


def _plane(frame: VideoFrame, number: int) -> NDArray[np.uint8]:
    plane = frame.planes[number]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
    step = max(1, plane.height // (3 * _SIZE[1])), max(1, plane.width // (3 * _SIZE[0]))
    few = np.ascontiguousarray(rows[:: step[0], :: step[1]])
    return np.asarray(cv2.resize(few, _SIZE, interpolation=cv2.INTER_AREA), np.uint8)


def change(one: Look, other: Look) -> float:
    """How much two frames differ: the mean over all places of brightness and of both colours, as shares of 255."""
    return float(cv2.norm(one, other, cv2.NORM_L1) / (255 * one.shape[0] * one.shape[1]))


def change_of_scene(one: Look, other: Look) -> float:
    """The least change for any shift of one frame over the other, in what both then show."""
    return min(change(*_overlap(one, other, x, y)) for x in _upto(_SHIFT[0]) for y in _upto(_SHIFT[1]))


def _upto(most: int) -> range:
    return range(-most, most + 1)


def _overlap(one: Look, other: Look, x: int, y: int) -> tuple[Look, Look]:
    width, height = _SIZE
    return (
        one[max(0, y) : height + min(0, y), max(0, x) : width + min(0, x)],
        other[max(0, -y) : height + min(0, -y), max(0, -x) : width + min(0, -x)],
    )
