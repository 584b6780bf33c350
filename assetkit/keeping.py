"""An outcome as text for the ledger, and back: with all it holds, sentences in every language included."""

import base64
import importlib
import io
import pickle
import zlib
from functools import cache
from typing import Any

from assetkit.model import Outcome

_OTHERS = {("fractions", "Fraction"), ("pathlib", "PosixPath"), ("pathlib", "WindowsPath")}


class Unreadable(Exception):  # noqa: N818 - what is remembered may be damaged, and is then done again
    """The text is none of ours."""


def as_text(outcome: Outcome) -> str:
    """Everything about an outcome."""
    return base64.b64encode(zlib.compress(pickle.dumps(outcome, protocol=5), 1)).decode("ascii")


def from_text(text: str) -> Outcome:
    """The outcome of such a text. Raises Unreadable."""
    try:
        outcome = _Reader(io.BytesIO(zlib.decompress(base64.b64decode(text, validate=True)))).load()
    except Exception as error:  # damage to a pickle raises whatever it likes
        raise Unreadable(str(error)) from error
    if not isinstance(outcome, Outcome):
        raise Unreadable(f"a {type(outcome).__name__}")
    return outcome


class _Reader(pickle.Unpickler):
    """Whoever can write to the ledger must not be able to run anything by it."""

    def find_class(self, module: str, name: str) -> Any:
        """One of our own classes, or a number or path of the standard library."""
        return _class(module, name)


@cache
def _class(module: str, name: str) -> type:
    """Found once: an outcome names forty."""
    is_ours = module.startswith("assetkit.") and "." not in name
    if is_ours or (module, name) in _OTHERS:
        found = getattr(importlib.import_module(module), name)
        if isinstance(found, type) and found.__module__ == module:
            return found
    raise pickle.UnpicklingError(f"{module}.{name}")
