"""What looking at one asset gave, kept for the next preset that asks the same."""

from collections.abc import Callable, Hashable
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


NO_NOTES = Notes(keeps=False)
