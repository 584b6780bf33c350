"""Damage, as ffmpeg's log tells of it: decoders conceal what they cannot read, and go on."""

import re

_WHO = re.compile(rb"^\[(\w+)[^\]]* @ [^\]]*\] ")
_WRITERS = {b"null", b"rawvideo", b"mp4", b"libx264", b"out"}  # what they complain of is not the source's


def is_damage(line: bytes) -> bool:
    """True if a line at level `error` comes from what reads, not from what writes."""
    match = _WHO.match(line)
    return match is not None and match.group(1) not in _WRITERS
