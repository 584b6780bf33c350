"""How often, and when, what failed is tried again."""

from dataclasses import dataclass

_FIRST_SECONDS = 10.0
_FACTOR = 4.0
_MOST_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class _Failed:
    signature: tuple[str, ...]
    times: int
    due: float


class Retries:
    """Failures by name. A file that looks different is another one, whose failures are not counted together."""

    def __init__(self, most: int, first_seconds: float = _FIRST_SECONDS) -> None:
        self._most, self._first_seconds = most, first_seconds
        self._failed: dict[str, _Failed] = {}

    def __len__(self) -> int:
        return len(self._failed)

    def failed(self, name: str, signature: tuple[str, ...], now: float) -> bool:
        """Count a failure; True if it is to be tried again, False if that was the last time."""
        times = self.times(name, signature) + 1
        if times > self._most:
            self._failed.pop(name, None)
            return False
        wait = min(_MOST_SECONDS, self._first_seconds * _FACTOR ** (times - 1))
        self._failed[name] = _Failed(signature, times, now + wait)
        return True

    def times(self, name: str, signature: tuple[str, ...]) -> int:
        """How often this failed, looking like this."""
        before = self._failed.get(name)
        return before.times if before is not None and before.signature == signature else 0

    def is_due(self, name: str, signature: tuple[str, ...], now: float) -> bool:
        """True if it did not fail, looks different now, or has waited for long enough."""
        before = self._failed.get(name)
        return before is None or before.signature != signature or now >= before.due

    def forget(self, name: str) -> None:
        """It went well, or is gone."""
        self._failed.pop(name, None)
