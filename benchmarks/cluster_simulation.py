"""100,000 assets on 100 machines that fail, simulated: how long it takes, what is done twice, and what holds it up.

    python benchmarks/cluster_simulation.py [--manifest OUT/manifest.json ...] [--workers 100] [--threads 4]

Events are simulated one after another, on a clock of their own: real workers that sleep would measure the two cores
they sleep on, and a day of work would take a day. The rules are those of `assetkit.cluster_pool` and `assetkit.batch`,
with their own numbers: how many calls are sent for a thread, how far ahead of its turn an asset may be done, who is
tried alone. How long an asset takes is drawn from what assets took in the manifests that are given (`seconds`, stills
and clips apart), or else from what was measured for docs/cluster.md.
"""

import argparse
import heapq
import json
import math
import random
import statistics
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from assetkit.batch import ahead_of
from assetkit.cluster_pool import SENT_AHEAD

# measured, in seconds on one core: see docs/cluster.md
STILL, CLIP = 1.5, 8.4
_ALLOWED_FAILURES = 3  # Dask's default


@dataclass(frozen=True)
class World:
    """What is simulated. Times in seconds."""

    assets: int = 100_000
    clips: float = 0.1  # of all assets
    workers: int = 100
    threads: int = 4
    encodes: int | None = None  # at a time on one worker, where it declares that
    coordinator: float = 0.003  # of the coordinating process for one asset, one at a time
    between_losses: float = 12 * 3600.0  # for one worker
    back_after: float = 60.0
    hung: int = 5
    deadline: float = 1800.0
    poison: int = 20  # assets that end their process
    deadly: int = 2  # assets that end whole workers


@dataclass
class Tally:
    """What came out."""

    makespan: float = 0.0
    losses: int = 0
    again: int = 0
    wasted: float = 0.0
    rejected: int = 0
    lost: int = 0
    busy: float = 0.0
    most_waiting: int = 0


@dataclass
class _Worker:
    life: int = 0
    work: dict[int, float] = field(default_factory=dict)
    encodes: int = 0


class Simulation:
    """One run of a world."""

    def __init__(self, world: World, stills: list[float], clips: list[float], seed: int) -> None:
        self.world, self.rng, self.tally = world, random.Random(seed), Tally()
        rng = self.rng
        self.is_clip = [rng.random() < world.clips for _ in range(world.assets)]
        self.takes = [rng.choice(clips if clip else stills) for clip in self.is_clip]
        odd = rng.sample(range(world.assets), world.hung + world.poison + world.deadly)
        self.hung = set(odd[: world.hung])
        self.poison = set(odd[world.hung : world.hung + world.poison])
        self.deadly = set(odd[world.hung + world.poison :])
        for number in self.hung:
            self.takes[number] = world.deadline
        self.workers = [_Worker() for _ in range(world.workers)]
        self.window = ahead_of(world.workers * world.threads)
        self.room = SENT_AHEAD * world.workers * world.threads
        self.done, self.turn, self.handed = bytearray(world.assets), 0, 0
        self.waiting = {False: deque[int](), True: deque[int]()}
        self.sent = {False: 0, True: 0}
        self.queue: deque[int] = deque()
        self.failures: dict[int, int] = {}
        self.suspects: deque[int] = deque()
        self.alone: int | None = None
        self.suspected: set[int] = set()
        self.open = set(range(world.workers))  # workers with a thread that is free
        self.events: list[tuple[float, int, str, int, int, int]] = []
        self.count = 0
        self.now = self.coordinator_free = 0.0

    def run(self) -> Tally:
        """Everything, until every asset has had its turn."""
        for number in range(len(self.workers)):
            self._plan_loss(number)
        self._hand_out()
        while self.turn < self.world.assets:
            self.now, _, kind, worker, life, asset = heapq.heappop(self.events)
            getattr(self, f"_{kind}")(worker, life, asset)
        self.tally.makespan = self.now
        return self.tally

    def _at(self, seconds: float, kind: str, worker: int = 0, life: int = 0, asset: int = 0) -> None:
        self.count += 1
        heapq.heappush(self.events, (self.now + seconds, self.count, kind, worker, life, asset))

    def _plan_loss(self, number: int) -> None:
        life = self.workers[number].life
        self._at(self.rng.expovariate(1 / self.world.between_losses), "lose", number, life)

    def _hand_out(self) -> None:
        """As `in_order` and the pool do it: so many before their turn, and with the scheduler only so many."""
        while self.handed < min(self.world.assets, self.turn + self.window):
            self.waiting[self.is_clip[self.handed]].append(self.handed)
            self.handed += 1
        for clip, waiting in self.waiting.items():
            while waiting and self.sent[clip] < self.room:
                self.sent[clip] += 1
                self.queue.append(waiting.popleft())
        if self.suspects and self.alone is None:
            self.alone = self.suspects.popleft()
            self.sent[self.is_clip[self.alone]] += 1
            self.queue.append(self.alone)
        self._start()

    def _start(self) -> None:
        """Give what is queued to threads that are free; an encode only where one more is allowed."""
        if not self.queue:
            return
        for number in sorted(self.open, key=lambda n: len(self.workers[n].work)):
            worker = self.workers[number]
            while self.queue and len(worker.work) < self.world.threads:
                asset = self._next_for(worker)
                if asset is None:
                    break
                worker.work[asset] = self.now
                worker.encodes += self.is_clip[asset]
                takes = self.takes[asset] * (0.5 if asset in self.poison | self.deadly else 1.0)
                self._at(takes, "end", number, worker.life, asset)
            if len(worker.work) == self.world.threads:
                self.open.discard(number)
            if not self.queue:
                return

    def _next_for(self, worker: _Worker) -> int | None:
        limit = self.world.encodes
        for _ in range(len(self.queue)):
            asset = self.queue.popleft()
            if limit is None or not self.is_clip[asset] or worker.encodes < limit:
                return asset
            self.queue.append(asset)
        return None

    def _end(self, number: int, life: int, asset: int) -> None:
        worker = self.workers[number]
        if worker.life != life:
            return
        if asset in self.deadly:
            self._lose(number, life, 0)
            return
        self.tally.busy += self.now - worker.work.pop(asset)
        worker.encodes -= self.is_clip[asset]
        self.open.add(number)
        self.tally.rejected += asset in self.poison or asset in self.hung
        self._arrive(asset)
        self._start()

    def _arrive(self, asset: int) -> None:
        """The coordinating process takes what is done one at a time."""
        self.coordinator_free = max(self.now, self.coordinator_free) + self.world.coordinator
        self._at(self.coordinator_free - self.now, "take", asset=asset)

    def _take(self, _worker: int, _life: int, asset: int) -> None:
        self.done[asset] = 1
        self.sent[self.is_clip[asset]] -= 1
        if asset == self.alone:
            self.alone = None
        while self.turn < self.world.assets and self.done[self.turn]:
            self.turn += 1
        self.tally.most_waiting = max(self.tally.most_waiting, self.handed - self.turn)
        self._hand_out()

    def _lose(self, number: int, life: int, _asset: int) -> None:
        worker = self.workers[number]
        if worker.life != life:
            return
        self.tally.losses += 1
        worker.life = life + 1
        for asset, began in worker.work.items():
            self.tally.again += 1
            self.tally.wasted += self.now - began
            self._fail(asset)
        worker.work, worker.encodes = {}, 0
        self.open.discard(number)
        self._at(self.world.back_after, "back", number)
        self._hand_out()

    def _fail(self, asset: int) -> None:
        """Dask tries again so often; then it is tried alone; then it is given up."""
        self.failures[asset] = self.failures.get(asset, 0) + 1
        if self.failures[asset] <= _ALLOWED_FAILURES:
            self.queue.appendleft(asset)
        elif asset in self.suspected:
            self.tally.lost += 1
            self._arrive(asset)
        else:
            self.failures[asset] = 0
            self.suspected.add(asset)
            self.suspects.append(asset)
            self.sent[self.is_clip[asset]] -= 1

    def _back(self, number: int, _life: int, _asset: int) -> None:
        self.open.add(number)
        self._plan_loss(number)
        self._start()


def measured(manifests: list[Path]) -> tuple[list[float], list[float]]:
    """What stills and clips took, one asset each, in the runs of these manifests."""
    stills, clips = [], []
    for path in manifests:
        for asset in json.loads(path.read_text("utf-8"))["assets"]:
            media = asset["media"]
            if media is not None:
                (stills if media["duration_seconds"] is None else clips).append(asset["seconds"])
    return stills, clips


def drawn(middle: float, spread: float = 0.6) -> list[float]:
    """Times round a mean, as skewed as measured ones are."""
    rng = random.Random(0)
    times = [math.exp(rng.gauss(0, spread)) for _ in range(500)]
    return [time * middle / statistics.mean(times) for time in times]


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--manifest", type=Path, nargs="*", default=[])
    parser.add_argument("--assets", type=int, default=100_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--coordinator", type=float, default=World.coordinator, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    stills, clips = measured(wanted.manifest)
    stills, clips = stills or drawn(STILL), clips or drawn(CLIP)
    print(f"stills {statistics.mean(stills):.2f} s, clips {statistics.mean(clips):.1f} s on one core (means)")
    for workers in wanted.workers:
        for encodes, deadline in ((None, 1800.0), (None, 300.0), (2, 300.0)):
            world = World(wanted.assets, workers=workers, threads=wanted.threads, encodes=encodes,
                          coordinator=wanted.coordinator, deadline=deadline)  # fmt: skip
            simulation = Simulation(world, stills, clips, wanted.seed)
            work = sum(simulation.takes)
            tally = simulation.run()
            ideal = work / (workers * wanted.threads)
            print(
                f"{workers} workers, --deadline {deadline:g}, "
                f"{'any number of' if encodes is None else encodes} encodes at a time on each: "
                f"{tally.makespan / 3600:.2f} h, {ideal / tally.makespan:.0%} of what all threads could do; "
                f"{tally.losses} workers lost, {tally.again} assets again ({tally.wasted / work:.2%} of the work), "
                f"{tally.rejected} rejected for what they did, {tally.lost} given up, "
                f"{wanted.assets - simulation.done.count(1)} without an outcome; "
                f"at most {tally.most_waiting} handed out before their turn",
                flush=True,
            )


if __name__ == "__main__":
    main()
