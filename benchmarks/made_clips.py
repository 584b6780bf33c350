"""Landscape clips made from photos whose faces are known: pans, zooms and cuts, with every box mapped through them."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from assetkit.geometry import Box, Size
from assetkit.media.faces import find_faces
from assetkit.media.ffmpeg import binary

Pixels = NDArray[np.uint8]
View = tuple[float, float, float]
"""What is seen of a photo: left and top edge, and the width, in its pixels; the height follows from the clip's."""
_NONE = np.zeros((0, 0, 3), np.uint8)
_GLIMPSE = 0.1  # of a face in the frame is a face to a detector, too
_OVERLAY = np.array([255, 255, 255], np.float32)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo and the boxes of its faces, in its pixels: as they were drawn by hand, and as a detector sees them."""

    name: str
    pixels: Pixels
    faces: tuple[Box, ...]
    found: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """One shot: a photo seen from `first` to `last`, at a steady speed, for so many frames."""

    photo: Photo
    first: View
    last: View
    frames: int


@dataclass(frozen=True, slots=True)
class Script:
    """A clip to make. `flashes` are frames that are white, `fades` frames in which it fades to black and back."""

    size: Size
    rate: int
    pieces: tuple[Piece, ...]
    flashes: tuple[int, ...] = ()
    fades: tuple[int, ...] = ()
    fade_frames: int = 12

    @property
    def cuts(self) -> tuple[int, ...]:
        """The first frame of each shot but the first."""
        ends = np.cumsum([piece.frames for piece in self.pieces])
        return tuple(int(end) for end in ends[:-1])


@dataclass(slots=True)
class Drawn:
    """One frame and the faces in it, clipped to it; those of which less than all is in the frame are left out."""

    pixels: Pixels
    faces: list[Box] = field(default_factory=list)
    found: list[Box] = field(default_factory=list)


def photos(folders: Sequence[Path], *, faces: bool) -> list[Photo]:
    """Photos of folders with gt.json: those with faces, or those where nothing was drawn (scenery between)."""
    found = []
    for folder in folders:
        for name, truth in sorted(json.loads((folder / "gt.json").read_text("utf-8")).items()):
            labels, polygons = truth.get("labels") or [], truth.get("polygons") or []
            boxes = tuple(_hull(p) for p, label in zip(polygons, labels, strict=False) if label == "face")
            if bool(boxes) is not faces or Path(name).suffix.lower() not in (".jpg", ".png"):
                continue
            with Image.open(folder / name) as image:
                image.thumbnail((2000, 2000))
                if boxes or not image.width < image.height:
                    pixels = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
                    found.append(Photo(name, pixels, boxes, find_faces(pixels) if boxes else ()))
    return found


def _hull(polygon: list[list[float]]) -> Box:
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    return Box(round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys)))


def draw(script: Script) -> Iterator[Drawn]:
    """Every frame of a clip, with its faces."""
    number = 0
    for piece in script.pieces:
        for step in range(piece.frames):
            share = step / max(1, piece.frames - 1)
            view = tuple(a + (b - a) * share for a, b in zip(piece.first, piece.last, strict=True))
            drawn = _seen(piece.photo, (view[0], view[1], view[2]), script.size)
            drawn.pixels = _lit(drawn.pixels, script, number)
            yield drawn
            number += 1


def fits(photo: Photo, first: View, last: View, size: Size, window: int) -> bool:
    """True if on the way from one view to the other there are faces, none is at the edge, and all fit a window."""
    for step in range(9):
        left, top, wide = (a + (b - a) * step / 8 for a, b in zip(first, last, strict=True))
        scale = size.width / wide
        frame = Box(round(left), round(top), round(left + wide), round(top + wide * size.height / size.width))
        shown = [face for face in (*photo.faces, *photo.found) if face.kept_by(frame) > _GLIMPSE]
        if not any(face.kept_by(frame) == 1 for face in photo.faces) or any(f.kept_by(frame) < 1 for f in shown):
            return False
        if (max(f.right for f in shown) - min(f.left for f in shown)) * scale > window:
            return False
    return True


def _seen(photo: Photo, view: View, size: Size) -> Drawn:
    left, top, wide = view
    scale = size.width / wide
    matrix = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    shape = (size.width, size.height)
    pixels = cv2.warpAffine(photo.pixels, matrix, shape, flags=how, borderMode=cv2.BORDER_REFLECT)

    def mapped(boxes: Sequence[Box]) -> list[Box]:
        moved = ((b.left - left, b.top - top, b.right - left, b.bottom - top) for b in boxes)
        placed = [Box(*(round(value * scale) for value in values)) for values in moved]
        return [box for box in placed if box.kept_by(Box.of(size)) == 1]

    return Drawn(np.asarray(pixels, np.uint8), mapped(photo.faces), mapped(photo.found))


def _lit(pixels: Pixels, script: Script, number: int) -> Pixels:
    if number in script.flashes:
        return np.asarray(pixels * 0.2 + _OVERLAY * 0.8, np.uint8)
    away = min((abs(number - fade) for fade in script.fades), default=script.fade_frames)
    return pixels if away >= script.fade_frames else np.asarray(pixels * (away / script.fade_frames), np.uint8)


def encode(script: Script, target: Path, *options: str) -> list[Drawn]:
    """Write the clip as H.264; return what is in each frame, without its pixels."""
    size = f"{script.size.width}x{script.size.height}"
    command = [binary(), "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", str(script.rate)]
    command += ["-i", "-", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", *options]
    known = []
    with subprocess.Popen([*command, str(target)], stdin=subprocess.PIPE) as child:
        assert child.stdin is not None
        for drawn in draw(script):
            child.stdin.write(drawn.pixels.tobytes())
            known.append(replace(drawn, pixels=_NONE))
        child.stdin.close()
    if child.returncode:
        raise RuntimeError(f"ffmpeg could not write {target}")
    return known


def view_of(photo: Photo, size: Size, random: Random, *, about: Box | None = None) -> View:
    """Some part of a photo in the clip's ratio: most of it, or a third to two thirds round `about`."""
    height, width = photo.pixels.shape[:2]
    widest = min(width, height * size.width / size.height)
    wide = widest * (random.uniform(0.3, 0.7) if about else random.uniform(0.6, 1))
    high = wide * size.height / size.width
    left, top = random.uniform(0, width - wide), random.uniform(0, height - high)
    if about:
        left = min(max(left, about.right - wide), about.left)
        top = min(max(top, about.bottom - high), about.top)
    return min(max(0, left), width - wide), min(max(0, top), height - high), wide
