"""How a batch is run: where, and with what."""

from dataclasses import dataclass, field
from pathlib import Path

from assetkit.notes import NO_NOTES, Notes
from assetkit.trim import Trim


@dataclass(frozen=True, slots=True)
class Run:
    """How a batch is run; the preset says what is wanted, this says where and with what.

    `output` is None for `inspect`, which may draw its plans into the folder `overlay`. `work` is a private folder on
    the output's file system: the batch's, and inside `process_asset` the asset's own. `notes` is the asset's, where
    several presets look at it. `partial_sets` lets slides be published without those that are rejected. `scheduler` is
    the address, or the file, of a Dask cluster whose workers do it. What is finished waits in the folder `stage`, if
    there is one, for the coordinating process to publish it. Small pictures for a report are kept in the folder
    `album`, if there is to be one.
    """

    output: Path | None = None
    work: Path | None = None
    overlay: Path | None = None
    engine: str = "paddle"
    threads: int = 1
    trim: Trim | None = None
    min_vmaf: float | None = None
    overwrite: bool = False
    partial_sets: bool = False
    deadline_seconds: float = 1800.0
    scheduler: str | None = None
    stage: Path | None = None
    album: Path | None = None
    notes: Notes = field(default=NO_NOTES, compare=False)
