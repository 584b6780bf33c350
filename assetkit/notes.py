"""What looking at one asset gave, kept for the next preset that asks the same."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


class Notes:
    """Answers by question, for one asset; notes that are not kept ask anew each time."""

    def __init__(self, *, keeps: bool = True) -> None:
        self._answers: dict[Hashable, tuple[object, Any]] | None = {} if keeps else None

    def recall(self, about: object, question: Hashable, ask: Callable[[], T]) -> T:
        """The answer to a question about an object, which is kept as well: another may not take its place."""
        if self._answers is None:
            return ask()
        key = (id(about), question)
        if key not in self._answers:
            self._answers[key] = (about, ask())
        answer: T = self._answers[key][1]
        return answer

    def replay(self, about: object, question: Hashable, ask: Callable[[], Iterable[T]]) -> Iterable[T]:
        """As `recall`, of things that come one after another: all are waited for only where they are kept."""
        return ask() if self._answers is None else self.recall(about, question, lambda: tuple(ask()))


NO_NOTES = Notes(keeps=False)
