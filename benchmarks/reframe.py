"""Whole faces, exact cuts and calm windows in clips that are cut from 16:9 to 9:16, beside a crop in the middle.

    python benchmarks/reframe.py DIR ... [--clips N] [--real DIR ...] [--seed N] [--save DIR]

Each DIR holds photos and gt.json (see benchmarks/crops.py). Clips are made of them: some seconds each, still, panned or
zoomed, cut, some with flashes and fades, encoded with short and long groups of pictures, with and without key frames at
cuts. The boxes of the faces are mapped through the motion, so what is true is known for every frame. Every fifth frame
is judged.

Boxes drawn by hand and boxes of a detector lie up to a fifth of a face apart, so shots are chosen in which both kinds
fit, and each is judged for itself; those of the detector are its finds in the whole photo, not in the clip.

- frames whole: of the frames whose faces all fit a 9:16 window together, those in which every face is whole
- faces whole: of the faces that fit the window alone, in any frame
- cuts: of the true ones those found on the very frame, and of those found the true ones
- speed: the fastest window inside any shot, in widths of itself a second; jumps: of windows inside shots

Clips of a `--real` folder have no truth: there the detector's own faces at five frames a second stand in for it.
"""

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise, product
from pathlib import Path
from random import Random
from time import process_time

from coverage import print_table
from made_clips import Photo, Piece, Script, encode, fits, photos, view_of

from assetkit.canvas import crop_size
from assetkit.facts import Facts, Kind
from assetkit.framing import WHOLE
from assetkit.geometry import Box, Size, centred, hull
from assetkit.looking import look_at
from assetkit.media.faces import find_faces
from assetkit.media.medium import ClipMedium
from assetkit.media.sniff import sniff
from assetkit.model import PadStyle, Plan
from assetkit.plan import make_plan
from assetkit.preset import Preset
from assetkit.preset_file import load
from assetkit.run import Run
from assetkit.shots import shot_at
from assetkit.windows import Keyframe, Move, window_at

Truth = Sequence[tuple[Fraction, Sequence[Box]]]
SIZE, RATE, EVERY = Size(1280, 720), 25, 5
_SNUG = 0.85  # of the window's width; boxes drawn by hand and boxes found lie up to a tenth of a face apart
ENCODES = {
    "GOP 12": ["-g", "12"],
    "GOP 48": ["-g", "48"],
    "GOP 250": ["-g", "250"],
    "GOP 48, no scene cuts": ["-g", "48", "-sc_threshold", "0"],
    "GOP 250, no scene cuts": ["-g", "250", "-sc_threshold", "0"],
}


@dataclass(slots=True)
class Tally:
    """Counts of one way to crop."""

    frames: int = 0
    frames_whole: int = 0
    faces: int = 0
    faces_whole: int = 0

    def add(self, faces: Sequence[Box], window: Box, least: Size) -> None:
        """Count one frame, for a window that is at least as large as `least`."""
        fitting = [face for face in faces if least.holds(face.size)]
        self.faces += len(fitting)
        self.faces_whole += sum(face.kept_by(window) >= WHOLE for face in fitting)
        if faces and least.holds(hull(faces).size):
            self.frames += 1
            self.frames_whole += all(face.kept_by(window) >= WHOLE for face in faces)

    def row(self, name: str, who: str) -> list[str]:
        """For the table."""
        return [
            who,
            name,
            f"{self.frames_whole / max(1, self.frames):.1%} of {self.frames}",
            f"{self.faces_whole / max(1, self.faces):.1%} of {self.faces}",
        ]


@dataclass(slots=True)
class Cuts:
    """How many cuts there are, were found, and were found on their frame."""

    true: int = 0
    found: int = 0
    right: int = 0

    def row(self, name: str) -> list[str]:
        """For the table."""
        return [name, f"{self.right} of {self.true}", f"{self.right} of {self.found}"]


@dataclass(slots=True)
class Calm:
    """How windows move inside shots."""

    speed: float = 0.0
    jumps: int = 0
    pans: int = 0
    plans: int = 0

    def add(self, plan: Plan, facts: Facts) -> None:
        """Look at all pairs of keyframes that lie in one shot."""
        shots = facts.measurements.shots
        self.plans += 1
        for here, there in pairwise(plan.windows):
            is_inside = shot_at(shots, here.time) == shot_at(shots, there.time)
            if here.move is Move.LINEAR:
                by = max(abs(there.box.left - here.box.left), abs(there.box.top - here.box.top))
                self.speed = max(self.speed, by / float(there.time - here.time) / here.box.size.width)
                self.pans += by > 0
                self.jumps += not is_inside
            elif is_inside:
                self.jumps += here.box != there.box


@dataclass(slots=True)
class Scores:
    """All of it."""

    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    cuts: dict[str, Cuts] = field(default_factory=dict)
    calm: Calm = field(default_factory=Calm)
    seconds: float = 0.0
    length: float = 0.0


def script(folders: Sequence[Path], random: Random) -> Script:
    """A dozen shots, two in three of them of faces."""
    with_faces, scenery = photos(folders, faces=True), photos(folders, faces=False)
    pieces: list[Piece] = []
    for n in range(12):
        before = pieces[-1].photo if pieces else None
        choice = with_faces if n % 3 or not scenery else scenery
        # the same photo shifted is no other shot
        others = [p for p in choice if before is None or not _is_alike(p, before)] or choice
        tries = (_piece(random.choice(others), random, is_moved=random.random() < 0.6) for _ in range(50))
        pieces.append(next(piece for piece in tries if piece))
    starts = [0, *Script(SIZE, RATE, tuple(pieces)).cuts]
    middles = [start + piece.frames // 2 for start, piece in zip(starts, pieces, strict=True) if piece.frames > 60]
    flashes = tuple(n for middle in middles[::3] for n in (middle, middle + 1))
    return Script(SIZE, RATE, tuple(pieces), flashes, tuple(middles[1::3]))


def _is_alike(one: Photo, other: Photo) -> bool:
    return one.name == other.name or (bool(one.faces) and one.faces == other.faces)


def _piece(photo: Photo, random: Random, *, is_moved: bool) -> Piece | None:
    """A shot of a photo: faces that fit the window are in it from first to last; None if no such views are found."""
    window, frames = round(SIZE.height * 9 / 16 * _SNUG), random.randint(15, 130)
    for _ in range(100):
        about = random.choice(photo.faces) if photo.faces else None
        first = view_of(photo, SIZE, random, about=about)
        last = view_of(photo, SIZE, random, about=about) if is_moved else first
        if not photo.faces or fits(photo, first, last, SIZE, window):
            return Piece(photo, first, last, frames)
    return None


def of_any_size(preset: Preset) -> Preset:
    """The preset without a least size, as if every clip were large enough: it pads only where a crop cuts something."""
    limits = preset.video.limits.model_copy(update={"resolution_min": None})
    return preset.model_copy(update={"video": preset.video.model_copy(update={"limits": limits})})


def crop_only(preset: Preset) -> Preset:
    """The same without padding: all that is left is where windows go."""
    large = of_any_size(preset)
    target = large.video.target.model_copy(update={"pad": PadStyle.NONE})
    return large.model_copy(update={"video": large.video.model_copy(update={"target": target})})


def judge(path: Path, truths: Mapping[str, Truth], scores: Scores, preset: Preset) -> Facts:
    """Plan a clip in several ways and count what each keeps; `truths` are the faces at some times, by who says so."""
    clip = ClipMedium(path, sniff(path).reader)
    started = process_time()
    facts = look_at(clip, preset.video, Run())
    scores.seconds += process_time() - started
    scores.length += float(clip.info.duration or 0)
    bare, large = crop_only(preset), of_any_size(preset)
    size = crop_size(clip.info, bare.video)
    middle = centred(size, clip.info.display_size)
    once = replace(facts, measurements=replace(facts.measurements, shots=(), glances=()))
    ways: dict[str, Sequence[Keyframe]] = {
        "middle": [Keyframe(Fraction(0), middle)],
        "one window, from 8 frames": _windows(make_plan(once, bare.video, bare)[0]),
        "a window for each shot": _windows(make_plan(facts, bare.video, bare)[0]),
        "the same, padded where that cuts something": _windows(make_plan(facts, large.video, large)[0]),
        f"the same, as {preset.id} pads it": _windows(make_plan(facts, preset.video, preset)[0]),
    }
    scores.calm.add(make_plan(facts, bare.video, bare)[0], facts)
    for (name, windows), (who, truth) in product(ways.items(), truths.items()):
        tally = scores.tallies.setdefault((name, who), Tally())
        for time, faces in truth:
            tally.add(faces, window_at(windows, time), size)
    return facts


def _windows(plan: Plan) -> Sequence[Keyframe]:
    return plan.windows or [Keyframe(Fraction(0), plan.window)]


def made(args: argparse.Namespace, folder: Path, scores: Scores, preset: Preset) -> None:
    """Clips whose faces and cuts are known."""
    random = Random(args.seed)
    for number in range(args.clips):
        name, options = list(ENCODES.items())[number % len(ENCODES)]
        written, path = script(args.folders, random), folder / f"made-{number}.mp4"
        drawn = [
            (Fraction(n, RATE), frame)
            for n, frame in enumerate(encode(written, path, *options))
            if n % EVERY == 0 and not _is_lost(written, n)
        ]
        truth = {
            "by hand": [(time, frame.faces) for time, frame in drawn if frame.faces],
            "detected in the photo": [(time, frame.found) for time, frame in drawn if frame.found],
        }
        facts = judge(path, truth, scores, preset)
        cuts = scores.cuts.setdefault(name, Cuts())
        found = {round(shot.start * RATE) for shot in facts.measurements.shots[1:]}
        cuts.true += len(written.cuts)
        cuts.found += len(found)
        cuts.right += len(found & set(written.cuts))


def _is_lost(written: Script, frame: int) -> bool:
    """True for frames that are nearly black."""
    return any(abs(frame - fade) < written.fade_frames // 2 for fade in written.fades)


def real(folders: Sequence[Path], scores: Scores, preset: Preset) -> None:
    """Landscape clips as they are, judged by the detector's own faces."""
    for path in sorted(path for folder in folders for path in folder.iterdir() if path.suffix != ".json"):
        try:
            sniffed = sniff(path)
            if sniffed.kind is not Kind.VIDEO:
                continue
            clip = ClipMedium(path, sniffed.reader)
            if (
                clip.info.display_size.ratio <= 1
                or min(clip.info.display_size.width, clip.info.display_size.height) < 64
            ):
                continue
            truth = list(_detected(clip))
            if truth:
                judge(path, {"detected at five frames a second": truth}, scores, preset)
                print(f"{path.name}: faces in {len(truth)} frames")
        except Exception as error:
            print(f"{path.name}: left out, {error}")


def _detected(clip: ClipMedium) -> Iterator[tuple[Fraction, Sequence[Box]]]:
    size, times = clip.info.display_size, [Fraction(n, 5) for n in range(int((clip.info.duration or 0) * 5))]
    for time, pixels in clip.glances(times):
        faces = [face.scaled(size.width / pixels.shape[1]) for face in find_faces(pixels)]
        if faces:
            yield time, faces


def report(scores: Scores, title: str) -> None:
    """The tables."""
    print(f"\n{title}")
    rows = [tally.row(*names) for names, tally in sorted(scores.tallies.items(), key=lambda item: item[0][1])]
    print_table(["faces", "crop", "frames whole", "faces whole"], rows)
    if scores.cuts:
        print_table(["encoded with", "cuts found", "finds right"], [c.row(name) for name, c in scores.cuts.items()])
    calm = scores.calm
    print(f"fastest window {calm.speed:.2f} widths a second, {calm.jumps} jumps inside shots, {calm.plans} clips")
    print(f"measuring took {scores.seconds:.1f} s of processor time for {scores.length:.0f} s of film")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--clips", type=int, default=10)
    parser.add_argument("--real", nargs="*", type=Path, default=[])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", type=Path, help="keep the clips here")
    args, preset = parser.parse_args(), load("xhs-ad")
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.save or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if args.folders:
            scores = Scores()
            made(args, folder, scores, preset)
            report(scores, f"{args.clips} made clips, seed {args.seed}")
    if args.real:
        scores = Scores()
        real(args.real, scores, preset)
        report(scores, "real clips, by the detector's own faces")


if __name__ == "__main__":
    main()
