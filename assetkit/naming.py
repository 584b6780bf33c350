"""Names that any file system takes: what is delivered from Linux may be opened on Windows, over a share or a stick."""

import hashlib
import re

_NAME_BYTES = 180  # file systems allow 255 a name; the rest is for suffixes such as .cover.jpg and marks
_LONE_BYTES = 240  # with .reasons.txt behind it
# what Windows keeps for itself: learn.microsoft.com, "Naming Files, Paths, and Namespaces"
_FORBIDDEN = re.compile(r'[<>:"\\|?*\x00-\x1f\x7f]')
_DEVICE = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])(?=[ .]*($|\.))", re.IGNORECASE
)


def portable(part: str) -> str:
    """One part of a path as it can be written anywhere: `CON` gives `CON_`, `a:b` gives `a_b`; most names stay.

    Two names may become one: who gives them out keeps them apart.
    """
    allowed = _FORBIDDEN.sub("_", part)
    device = _DEVICE.match(allowed)
    return f"{device[0]}_{allowed[device.end() :]}" if device else allowed


def portable_folder(part: str) -> str:
    """As `portable`, of a folder, at whose end Windows drops dots and spaces."""
    named = portable(part)
    bare = named.rstrip(". ")
    return bare + "_" * (len(named) - len(bare))


def portable_alone(part: str) -> str:
    """As `portable_folder` and short, for one that is named by itself: what is not as it was has a mark of its own."""
    named = portable_folder(part)
    if named == part:
        return shortened(part, _LONE_BYTES)
    return shortened(named, _LONE_BYTES - 9) + "-" + _mark(part)


def shortened(part: str, most: int = _NAME_BYTES) -> str:
    """A name within so many bytes of UTF-8; a mark of what was cut off keeps long ones apart."""
    if len(part.encode()) <= most:
        return part
    return part.encode()[: most - 9].decode("utf-8", "ignore") + "-" + _mark(part)


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:8]
