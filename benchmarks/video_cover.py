"""How much faster assetkit chooses a clip's cover than ffmpeg's thumbnail filter does over the whole clip, in turn.

    python benchmarks/video_cover.py CLIP [--runs 3]

Ours opens the clip and chooses one frame for xhs-ad: key frames, what follows the best of them, faces, text. The text
engine is loaded before, as it is once in a batch; what loading it takes is printed. ffmpeg is asked the same question
in two ways: `thumbnail=n=FRAMES`, one choice from all frames, which holds them all in memory; and `thumbnail=n=100`,
the filter's own default, one choice from each hundred frames, which is less than is asked for but reads the same film.
"""

import argparse
import os
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from assetkit import preset_file
from assetkit.cover_choice import Candidate, Taste, choose
from assetkit.media import ffmpeg
from assetkit.media.medium import ClipMedium
from assetkit.media.sniff import sniff
from assetkit.text import detector

BOUND = 15.0
RUNS = 3
THREADS = os.cpu_count() or 1  # as `assetkit cover` and `assetkit process` of one clip have


def thumbnail_command(clip: Path, batch: int) -> list[str]:
    """Ffmpeg's choice from every `batch` frames of the whole clip, thrown away."""
    filters = ["-an", "-vf", f"thumbnail=n={batch}", "-fps_mode", "passthrough", "-f", "null", "-"]
    return [ffmpeg.binary(), "-v", "error", "-nostdin", "-i", str(clip), *filters]


def chosen(clip: Path) -> Candidate | None:
    """Our choice, from opening the clip on."""
    taste = Taste(preset_file.load("xhs-ad").cover, "paddle", THREADS)
    return next(choose(ClipMedium(clip, sniff(clip).reader), taste, 1), None)


def rows(master: Path, runs: int = RUNS) -> list[tuple[str, float, float]]:
    """(what is compared, how many times as much ffmpeg takes, the least that it should be), medians of `runs` pairs.

    Once by the clock and once by processor time, which a busy machine changes less. No bound (0) is set where ffmpeg
    is not asked for one choice.
    """
    frames = ClipMedium(master, sniff(master).reader).info.frame_count
    detector("paddle", THREADS)
    chosen(master)  # the text engine makes itself ready for a size of picture when it first meets it
    found = []
    for batch, bound in ((frames, BOUND), (100, 0.0)):
        pairs = [(_taken_by(lambda n=batch: _run(thumbnail_command(master, n))), _taken_by(lambda: chosen(master)))
                 for _ in range(runs)]  # fmt: skip
        for number, clock in enumerate(("by the clock", "in processor time")):
            theirs, ours = (statistics.median(taken[number] for taken in side) for side in zip(*pairs, strict=True))
            print(f"  thumbnail=n={batch} {clock}: ffmpeg {theirs:.2f} s, assetkit {ours:.3f} s")
            ratio = statistics.median(a[number] / b[number] for a, b in pairs)
            found.append((f"cover choice against thumbnail=n={batch}, {clock}", ratio, 0.0 if number else bound))
    return found


def _taken_by(job: Callable[[], object]) -> tuple[float, float]:
    """(seconds by the clock, seconds of all processors, those of processes that the job started too)."""
    start, before = time.perf_counter(), os.times()
    job()
    after = os.times()
    used = sum(after[:4]) - sum(before[:4])
    return time.perf_counter() - start, used


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--runs", type=int, default=RUNS)
    wanted = parser.parse_args()
    start = time.perf_counter()
    detector("paddle", THREADS)
    print(f"text engine loaded in {time.perf_counter() - start:.2f} s")
    for label, ratio, bound in rows(wanted.clip, wanted.runs):
        print(f"{label}: {ratio:.1f} times" + (f" (at least {bound:g})" if bound else ""))
    best = chosen(wanted.clip)
    if best:
        print(f"chosen: {float(best.time):.2f} s, score {best.score:.2f}: {best.parts.in_words()}")


if __name__ == "__main__":
    main()
