"""When a file may be taken: it looked the same for long enough. The clock is the caller's."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_BYTES_A_SECOND = 50_000_000  # the larger a file, the longer a copy may pause in the middle of it
_MORE_AT_MOST = 120.0  # seconds
_LEAST_LOOKS = 3
_EARLY = 0.9  # of the time between two looks: a clock that is a little early has come


@dataclass(frozen=True, slots=True)
class Look:
    """What an asset's files look like: all that would change if anyone wrote to them, and the size of all.

    `more` are seconds that it must look so beyond what its size asks for.
    """

    signature: tuple[str, ...]
    bytes: int
    more: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class _Seen:
    look: Look
    since: float
    looks: int
    counted: float


class Settling:
    """Remembers what each name looked like, and since when. Looks less than `apart_seconds` apart count as one."""

    def __init__(self, settle_seconds: float, apart_seconds: float = 0.0) -> None:
        self._settle_seconds, self._apart_seconds = settle_seconds, apart_seconds
        self._seen: dict[str, _Seen] = {}

    def look(self, looks: Mapping[str, Look], now: float) -> list[str]:
        """The names of `looks`, of which `now` is the time in seconds, that are settled; what is gone is forgotten."""
        seen = {name: self._next(name, look, now) for name, look in looks.items()}
        self._seen = seen
        return [name for name, each in seen.items() if self._is_settled(each, now)]

    def forget(self, name: str) -> None:
        """Let a name settle anew."""
        self._seen.pop(name, None)

    def _next(self, name: str, look: Look, now: float) -> _Seen:
        before = self._seen.get(name)
        if before is None or before.look != look:
            return _Seen(look, now, 1, now)
        if now - before.counted < self._apart_seconds * _EARLY:
            return before
        return _Seen(look, before.since, before.looks + 1, now)

    def _is_settled(self, seen: _Seen, now: float) -> bool:
        if not seen.look.bytes:
            return False
        needed = patience(self._settle_seconds, seen.look.bytes) + seen.look.more
        return seen.looks >= _LEAST_LOOKS and now - seen.since >= needed


def patience(settle_seconds: float, size: int) -> float:
    """For how many seconds a file of `size` bytes must look the same."""
    return settle_seconds + min(_MORE_AT_MOST, size / _BYTES_A_SECOND)
