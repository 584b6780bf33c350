"""A carousel as a unit: its slides in order, what it is called, and what is written beside it. Plain data."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from assetkit.geometry import Size
from assetkit.wording import UNSAID, Said

SET_FILE, DONE_FILE = "set.toml", "set.done"


class Grouping(StrEnum):
    """What makes stills a set, beside a `set.toml`, which always does."""

    OFF = "off"
    NAME = "name"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Words:
    """What is published beside a picture, as people wrote it; `products` are the categories of what is advertised."""

    title: str | None = None
    caption: str | None = None
    tags: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


NO_WORDS = Words()


@dataclass(frozen=True, slots=True)
class Slot:
    """A slide's place in its set, from 1. `files` are all that make up the set: another one is another set."""

    set: str
    number: int
    count: int
    files: tuple[Path, ...] = ()

    @property
    def is_cover(self) -> bool:
        """The first slide is what a feed shows."""
        return self.number == 1


@dataclass(frozen=True, slots=True)
class AssetSet:
    """Stills that are published together. `id` is the POSIX path that its slides are named by, each with a number.

    `slides` are relative paths in order, `numbers` those in their names (all of them, or none). `missing` was named
    by the set's file and is not there, `left_out` lies beside the slides and was not named; `mistake` says what is
    wrong with that file. It `is_ordered` where the file names its slides.
    """

    id: str
    slides: tuple[str, ...]
    numbers: tuple[int, ...] = ()
    words: Words = NO_WORDS
    missing: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    mistake: Said = UNSAID
    is_ordered: bool = False


@dataclass(frozen=True, slots=True)
class Slide:
    """What is known of one slide as it is, or would be, delivered. `likeness` is the hash of how it looks."""

    path: str
    kind: str | None
    size: Size | None = None
    likeness: int | None = None
    age_days: int | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class SetFacts:
    """A set as its checks see it.

    `beside` are the other sets of its campaign, those that lie beside it: their ids with the likeness of their covers.
    """

    found: AssetSet
    slides: tuple[Slide, ...]
    beside: tuple[tuple[str, int | None], ...] = ()
