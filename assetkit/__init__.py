"""assetkit: raw photos and clips in, upload-ready advertising creative out, with the reasons for the rest."""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from assetkit.api import coverage, inspect, process, process_for
    from assetkit.errors import AssetkitError, SetupError, UserInputError
    from assetkit.judgement import Finding, Severity, Status
    from assetkit.model import Outcome
    from assetkit.recording import Batch

_PUBLIC = {
    "Batch": "assetkit.recording",
    "coverage": "assetkit.api",
    "inspect": "assetkit.api",
    "process": "assetkit.api",
    "process_for": "assetkit.api",
    "AssetkitError": "assetkit.errors",
    "SetupError": "assetkit.errors",
    "UserInputError": "assetkit.errors",
    "Finding": "assetkit.judgement",
    "Outcome": "assetkit.model",
    "Severity": "assetkit.judgement",
    "Status": "assetkit.judgement",
}
__all__ = [
    "AssetkitError",
    "Batch",
    "Finding",
    "Outcome",
    "SetupError",
    "Severity",
    "Status",
    "UserInputError",
    "__version__",
    "coverage",
    "inspect",
    "process",
    "process_for",
]


def __getattr__(name: str) -> Any:
    """Load the public names when they are first used, so that the command line answers at once."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'assetkit' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PUBLIC[name]), name)
