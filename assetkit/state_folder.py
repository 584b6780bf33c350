"""Where what is remembered from run to run lies: on this machine, for this user."""

import os
import sys
from pathlib import Path

_VARIABLE = "ASSETKIT_STATE"


def state_folder() -> Path:
    """The folder, which need not exist yet: ASSETKIT_STATE if set, else where the platform keeps such things."""
    named = os.environ.get(_VARIABLE)
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "assetkit"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "assetkit"
    base = os.environ.get("XDG_STATE_HOME", "")
    # the specification of XDG has relative paths ignored
    return (Path(base) if base.startswith("/") else Path.home() / ".local" / "state") / "assetkit"
