"""Every frame of a clip in a few pixels, and two a second in more: left behind by a pass that decodes all of it anyway.

Who looks for shots, or at faces between the measured frames, then need not decode the clip once more.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame

from assetkit.geometry import Size, fit_inside
from assetkit.media.containers import best_video, open_clip
from assetkit.media.hdr import WIDE
from assetkit.media.shots import LOOK_SIZE, shots_among
from assetkit.media.spare import Spare
from assetkit.media.timeline import Timeline, read_timeline
from assetkit.model import MediaInfo
from assetkit.shots import Shot

_MOST_BYTES = 250_000_000  # 20 minutes: a film must not fill the disk
_HD_LINES, _BT709, _UNSPECIFIED = 720, 1, 2  # an untagged picture of so many lines is BT.709; ITU-T H.273, table 4


@dataclass(frozen=True, slots=True)
class SmallFilm:
    """Where the two are written, and how ffmpeg is told to: filters from `[more]`, and outputs."""

    folder: Path
    info: MediaInfo
    size: Size
    step: int

    @property
    def filters(self) -> str:
        """The chains, to be put behind others in a graph that gives `[more]`."""
        width, height = LOOK_SIZE
        few = f"scale={3 * width}:{3 * height}:flags=neighbor,scale={width}:{height}:flags=area,format=yuv444p"
        some = f"select=not(mod(n\\,{self.step})),scale={self.size.width}:{self.size.height}:flags=area,format=yuv420p"
        return f"[more]split[each][nth];[each]{few}[few];[nth]{some}[some]"

    @property
    def outputs(self) -> tuple[str, ...]:
        """The files, frame by frame as they come."""
        how = ("-fps_mode", "passthrough", "-f", "rawvideo")
        return ("-map", "[few]", *how, str(self._few), "-map", "[some]", *how, str(self._some))

    @property
    def _few(self) -> Path:
        return self.folder / "few"

    @property
    def _some(self) -> Path:
        return self.folder / "some"

    def shots(self, path: Path, demuxer: str, spare: Spare) -> tuple[Shot, ...] | None:
        """The shots of the clip, and `spare` is offered what there is; None where not every frame was decoded."""
        width, height = LOOK_SIZE
        with open_clip(path, demuxer, "measure") as container:
            video = best_video(container, "measure")
            timeline, matrix = read_timeline(container, video), int(video.codec_context.colorspace)
            colour_range = int(video.codec_context.color_range)
        looks = np.fromfile(self._few, np.uint8) if self._few.is_file() else np.empty(0, np.uint8)
        if timeline is None or looks.size != len(timeline.times) * 3 * width * height:
            return None
        self._offer(spare, timeline, matrix, colour_range)
        return shots_among(list(looks.reshape(-1, 3, height, width)), timeline)

    def _offer(self, spare: Spare, timeline: Timeline, matrix: int, colour_range: int) -> None:
        rows, width = self.size.height * 3 // 2, self.size.width
        pictures = np.fromfile(self._some, np.uint8)
        guessed = _BT709 if matrix == _UNSPECIFIED and self.info.coded_size.height >= _HD_LINES else matrix
        for at, picture in zip(timeline.times[:: self.step], pictures.reshape(-1, rows, width), strict=False):
            frame = VideoFrame.from_ndarray(picture, format="yuv420p")
            frame.colorspace, frame.color_range = guessed, colour_range
            spare.offer(timeline.seconds(at), frame)


@contextmanager
def small_film(info: MediaInfo, spare: Spare) -> Iterator[SmallFilm | None]:
    """A film to be made of a clip, as long as the context lasts; None where its frames cannot be taken so simply."""
    if info.is_interlaced or info.colour_space in {"pq", "hlg"} | WIDE or not info.frame_count:
        yield None
        return
    width, height = LOOK_SIZE
    if info.frame_count * 3 * width * height > _MOST_BYTES:
        yield None
        return
    coded = spare.size.swapped if info.rotation in {90, 270} else spare.size
    size = fit_inside(coded, Size(coded.width // 2 * 2, coded.height // 2 * 2))
    step = max(1, ceil(spare.every * (info.frame_rate or 25)))
    with tempfile.TemporaryDirectory(prefix="assetkit-") as folder:
        yield SmallFilm(Path(folder), info, Size(size.width // 2 * 2, size.height // 2 * 2), step)
