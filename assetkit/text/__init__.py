"""Where a picture carries text: engines behind one protocol, and the share of a picture that text covers."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Protocol

from assetkit.abreast import LoadedOnce
from assetkit.errors import UserInputError
from assetkit.geometry import Box
from assetkit.lettering import Search, TextRegion

if TYPE_CHECKING:
    from assetkit.media.pixels import Pixels


class TextDetector(Protocol):
    """Finds lines of text. One per process: loading a model costs more than using it once."""

    @property
    def name(self) -> str:
        """The engine's key in `ENGINES`."""
        ...

    @property
    def version(self) -> str:
        """Model, runtime and precision, for the manifest."""
        ...

    def prepare(self, search: Search) -> None:
        """Load what such a search needs, so that the first picture is not charged for it."""
        ...

    def detect(
        self, picture: "Pixels", *, search: Search = Search.ALL, places: Sequence[Box] = ()
    ) -> tuple[TextRegion, ...]:
        """One region per line of text in an RGB picture (height x width x 3).

        A search by hints looks closely at the `places`, in the picture's pixels, as well. An engine that cannot search
        by hints searches everywhere.

        A region's polygon is the tight rotated rectangle round the line's ink, outline included: four corners,
        clockwise, in the picture's pixels. No text gives an empty tuple; a failure raises.
        """
        ...


def _paddle(threads: int) -> TextDetector:
    from assetkit.text.paddle import PaddleDetector

    return PaddleDetector(threads=threads)


def _easyocr(threads: int) -> TextDetector:
    from assetkit.text.easyocr import EasyOcrDetector

    return EasyOcrDetector(threads=threads)


ENGINES: dict[str, Callable[[int], TextDetector]] = {
    "paddle": _paddle,
    "easyocr": _easyocr,
}


def detector(name: str = "paddle", threads: int = 1) -> TextDetector:
    """The engine `name`, loaded once per process, with so many threads for one picture.

    Raises UserInputError for a name that is not in `ENGINES`, SetupError where a package is missing.
    """
    return _loaded(name, threads)


@LoadedOnce
def _loaded(name: str, threads: int) -> TextDetector:
    if name not in ENGINES:
        close = get_close_matches(name, ENGINES, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"choose one of {', '.join(ENGINES)}"
        raise UserInputError(f"there is no text engine {name!r}: {hint}")
    return ENGINES[name](threads)
