"""Words by which a picture says that it was made by AI, as GB 45438-2025 asks: what made it, and that it was made."""

import re
from collections.abc import Iterable

from assetkit.claims.claim import Line
from assetkit.claims.folding import fold

_AI = "a[il1]"  # a recogniser takes the one for the others
_WHO = rf"(?:(?<![a-z]){_AI}(?:gc)?(?![a-z])|人工智[能慧])"
_DONE = r"(?:生成(?![式器])|合成(?!革))"
_LABEL = re.compile(
    rf"{_WHO}[^,.。!?;]{{0,6}}{_DONE}|{_DONE}[^,.。!?;]{{0,4}}{_WHO}"
    rf"|(?<![a-z]){_AI}[- ]?(?:generated|made|created)(?![a-z])"
    rf"|(?:generated|made|created) ?(?:with|by|using) ?{_AI}(?![a-z])"
)


def label_lines(lines: Iterable[Line]) -> list[Line]:
    """Those of the lines that say so."""
    return [line for line in lines if _LABEL.search(fold(line.text).text)]
