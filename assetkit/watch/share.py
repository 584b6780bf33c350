"""Whether the folder is really there. A share that drops leaves an error, or an empty folder in its place."""

from dataclasses import dataclass

_BACK_OFF_MOST = 60.0  # seconds
_EMPTY_LOOKS = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at the folder: why it could not be listed, which place it is, how many names it holds.

    `has_mark` says whether our mark is in it, and is None where none could be left (a folder that is read-only).
    """

    error: str | None
    has_mark: bool | None
    identity: tuple[int, int] | None
    count: int


class Share:
    """The folder over time; `reason` says why it is taken for lost, and is None while it is there."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self._last: Seen | None = None
        self._held_files = False
        self._empty = 0
        self._lost = 0

    def see(self, seen: Seen) -> bool:
        """Take in a look; True if what was listed can be believed."""
        self.reason = self._doubt(seen)
        if self.reason is None:
            self._last, self._lost = seen, 0
            self._held_files |= bool(seen.count)
        else:
            self._lost += 1
        return self.reason is None

    def back_off(self, interval: float) -> float:
        """Seconds until the next look: twice as long each time it is still lost."""
        return interval if not self._lost else min(_BACK_OFF_MOST, interval * 2.0 ** min(self._lost, 16))

    def _doubt(self, seen: Seen) -> str | None:
        if seen.error is not None:
            return seen.error
        last = self._last
        moved = last is not None and seen.identity != last.identity
        if seen.has_mark is False and (not seen.count or moved):
            if moved and seen.count and not self._held_files:
                return None  # the empty folder was a mount point, and we were there before its share
            return "the mark that was left in it is gone"
        if last is None or seen.count or not last.count or seen.has_mark:
            self._empty = 0
            return None
        if moved:
            return "it is suddenly empty, and not the folder that it was"
        self._empty += 1
        return "it is suddenly empty" if self._empty < _EMPTY_LOOKS else None
