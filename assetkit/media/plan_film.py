"""A small film of a clip with its crop windows drawn over it: for people to judge the reframing by, cut by cut."""

from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
from PIL import Image

from assetkit.errors import cannot_write
from assetkit.facts import Facts
from assetkit.geometry import Box, Size, fit_inside
from assetkit.judgement import Judgement
from assetkit.media.frames import film_of
from assetkit.media.overlay import captioned, draw_faces, draw_window, plan_caption
from assetkit.media.pixels import Pixels
from assetkit.model import Plan
from assetkit.placement import window_of
from assetkit.shots import shot_at
from assetkit.timecode import timecode
from assetkit.whole_file import write_whole

MARK = "assetkit plan"  # in the file's comment: what carries it is ours to replace
_SIDE = 640
_RATE = 8  # frames a second: enough to see where a window jumps, and quick to write
_NEAR = Fraction(3, 10)  # seconds within which a face that was found is drawn


def write_film(path: Path, demuxer: str, facts: Facts, plan: Plan, *, judgement: Judgement, target: Path) -> None:
    """Draw the windows over a clip, about eight frames a second, as an MP4 at `target`.

    The folder is made, an earlier film replaced. Raises SetupError if it cannot be written.
    """
    data = BytesIO()
    with av.open(data, "w", format="mp4") as film:
        film.metadata["comment"] = MARK
        stream = film.add_stream("libx264", rate=_RATE, options={"crf": "28", "preset": "veryfast"})
        stream.pix_fmt = "yuv420p"
        for number, picture in enumerate(_pictures(path, demuxer, facts, plan, judgement)):
            if number == 0:
                stream.width, stream.height = picture.shape[1], picture.shape[0]
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = number
            frame.time_base = Fraction(1, _RATE)
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, data.getvalue())
    except OSError as error:
        raise cannot_write(target.parent, error) from error


def is_film(path: Path) -> bool:
    """True if this file was written here."""
    try:
        with av.open(str(path), format="mov") as film:
            return film.metadata.get("comment") == MARK
    except (av.FFmpegError, OSError, ValueError):
        return False


def _pictures(path: Path, demuxer: str, facts: Facts, plan: Plan, judgement: Judgement) -> Iterator[Pixels]:
    """One for each eighth of a second, all of one size."""
    size = facts.info.display_size
    small = fit_inside(size, Size(_SIDE, _SIDE), even=True)
    scale = small.width / size.width, small.height / size.height
    told = plan_caption(plan, facts, judgement)[:3]
    sheet: Image.Image | None = None
    for time, pixels in film_of(path, facts.info, demuxer, small, _RATE):
        picture = Image.fromarray(pixels)
        draw_window(picture, scale, window_of(plan, time))
        draw_faces(picture, scale, _faces_about(time, facts))
        drawn = captioned(picture, (_where(time, facts, plan), *told))
        if sheet is None:
            sheet = Image.new("RGB", (max(_SIDE, small.width), drawn.height // 2 * 2))
        sheet.paste(drawn.crop((0, 0, *sheet.size)))
        yield np.asarray(sheet)


def _faces_about(time: Fraction, facts: Facts) -> tuple[Box, ...]:
    """The faces of the frame nearest in time that was looked at, in the same shot."""
    measured, shots = facts.measurements, facts.measurements.shots
    near = [f for f in (*measured.frames, *measured.glances) if f.faces and abs(f.time - time) <= _NEAR]
    near = [f for f in near if not shots or shot_at(shots, f.time) == shot_at(shots, time)]
    return min(near, key=lambda frame: abs(frame.time - time)).faces or () if near else ()


def _where(time: Fraction, facts: Facts, plan: Plan) -> str:
    shots = facts.measurements.shots
    shot = f", shot {shot_at(shots, time) + 1} of {len(shots)}" if shots else ""
    window = window_of(plan, time)
    return f"{timecode(time)}{shot}, window at ({window.left}, {window.top})"
