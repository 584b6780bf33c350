"""The assets of a manifest.json one after another: of ten thousand, all at once take 150 MB."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_HEAD = re.compile(r'\s*\{.*?"assets"\s*:\s*\[', re.DOTALL)  # no key before it is called so, and in a string \" is
_BETWEEN = re.compile(r"[\s,]*")
_PART = 1 << 16  # characters read at a time, more where an entry is longer


def assets_in_turn(path: Path) -> Iterator[Any]:
    """The entries as JSON says them, unchecked. Raises OSError, and ValueError for what is no manifest."""
    with path.open(encoding="utf-8") as file:
        text = file.read(_PART)
        head = _HEAD.match(text)
        if head is None:
            raise ValueError("it does not begin like a manifest")
        at = head.end()
        while not text.startswith("]", at := _after(text, at)):
            try:
                entry, at = json.JSONDecoder().raw_decode(text, at)
            except ValueError:  # the rest of it comes with the next part
                part = file.read(max(_PART, len(text)))
                if not part:
                    raise
                text, at = text[at:] + part, 0
            else:
                yield entry


def _after(text: str, at: int) -> int:
    """The next place after spaces and commas."""
    found = _BETWEEN.match(text, at)
    return found.end() if found else at
