"""A source file, read once however many presets judge it."""

from functools import cached_property

from assetkit.facts import Source
from assetkit.media.medium import Medium, open_medium
from assetkit.media.sniff import Sniffed, sniff
from assetkit.notes import NO_NOTES, Notes
from assetkit.publish import sha256_of


class Opened:
    """What all presets share of a source. Each property raises what reading the file for the first time raises."""

    def __init__(self, source: Source, notes: Notes = NO_NOTES) -> None:
        self.source, self.notes = source, notes

    @cached_property
    def bytes(self) -> int:
        """The size of the file."""
        return self.source.path.stat().st_size

    @cached_property
    def sha256(self) -> str:
        """The hash of the file."""
        return sha256_of(self.source.path)

    @cached_property
    def sniffed(self) -> Sniffed:
        """What its bytes say it is."""
        return sniff(self.source.path)

    @cached_property
    def medium(self) -> Medium:
        """The file, opened."""
        return open_medium(self.source.path, self.sniffed)
