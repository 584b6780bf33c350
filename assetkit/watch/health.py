"""What monitoring sees: a heartbeat as JSON, and the text that a Prometheus node exporter collects."""

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

HEARTBEAT_NAME = "watch.json"
_KINDS = ("ready", "review", "rejected")


@dataclass(slots=True)
class Health:
    """How the watcher is. `paused` says why nothing is taken up now."""

    folder: str
    pid: int
    since: float
    paused: str | None = None
    looked: float = 0.0
    settling: int = 0
    in_work: int = 0
    retrying: int = 0
    unfiled: int = 0
    set_aside: int = 0
    untold: int = 0
    done: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_KINDS, 0))


def heartbeat(health: Health) -> str:
    """The state as JSON; the times as people read them."""
    said = asdict(health)
    for key in ("since", "looked"):
        said[key] = datetime.fromtimestamp(said[key], UTC).isoformat(timespec="seconds")
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def metrics(health: Health) -> str:
    """The state in the text format of Prometheus."""
    lines = []

    def add(name: str, about: str, value: int, labels: str = "") -> None:
        kind = "counter" if name.endswith("_total") else "gauge"
        head = [f"# HELP assetkit_watch_{name} {about}", f"# TYPE assetkit_watch_{name} {kind}"]
        lines.extend([*(h for h in head if h not in lines), f"assetkit_watch_{name}{labels} {value}"])

    add("paused", "1 if nothing is taken up, because the share or the output is away.", int(health.paused is not None))
    add("last_look_timestamp_seconds", "When the folder was last listed.", round(health.looked))
    add("settling", "Files that are still being written, or were a moment ago.", health.settling)
    add("in_work", "Assets queued or in work.", health.in_work)
    add("retrying", "Assets that failed and will be tried again.", health.retrying)
    add("unfiled", "Sources that are done and could not be moved yet.", health.unfiled)
    for kind in _KINDS:
        add("assets_total", "Assets finished since the start.", health.done[kind], f'{{status="{kind}"}}')
    add("set_aside_total", "Assets given up after their last try.", health.set_aside)
    add("untold_total", "Results that no command or web address took.", health.untold)
    return "\n".join(lines) + "\n"


def show(health: Health, output: Path, metrics_file: Path | None) -> None:
    """Write both, each in one step. A disk that is full must not end the watcher that says so."""
    _replace(output / HEARTBEAT_NAME, heartbeat(health))
    if metrics_file is not None:
        _replace(metrics_file, metrics(health))


def _replace(path: Path, text: str) -> None:
    with suppress(OSError):
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".assetkit-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:  # no fsync: it is written anew every few seconds
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
