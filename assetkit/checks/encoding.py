"""Checks of how a file is written: format, codecs, bytes, colours."""

from assetkit.checks.verdict import Breach, Unknown
from assetkit.facts import Facts
from assetkit.wording import commas, either, say, term

Verdict = Breach | Unknown | None


def _one_of(measured: str, allowed: list[str], subject: str) -> Verdict:
    if measured in allowed:
        return None
    wanted = either(allowed)
    return Breach(
        measured,
        str(wanted),
        say("{subject} {measured}, not {wanted}", subject=subject, measured=measured, wanted=wanted),
        say("export with {subject} {wanted}", subject=subject, wanted=wanted),
    )


def file_format(facts: Facts, allowed: list[str]) -> Verdict:
    """The format the bytes show, whatever the name says."""
    return _one_of(facts.info.format, allowed, say("format"))


def colour_space(facts: Facts, allowed: list[str]) -> Verdict:
    """Colours that need no profile to look right."""
    return _one_of(facts.info.colour_space, allowed, say("colour space"))


def opaque(facts: Facts, _: bool) -> Verdict:
    """No transparency: what shows through it is up to whoever shows the picture."""
    if not facts.info.has_alpha:
        return None
    return Breach("transparent", "opaque", say("the picture has transparency"), say("flatten it on a background"))


def private_metadata(facts: Facts, kinds: list[str]) -> Verdict:
    """Nothing of these kinds about who took the picture, where, and with what."""
    found = [kind for kind in facts.info.metadata if kind in kinds]
    if not found:
        return None
    told = commas([term(kind) for kind in found])
    return Breach(str(told), "none", say("the file also tells: {told}", told=told), say("export it without metadata"))


def video_codec(facts: Facts, allowed: list[str]) -> Verdict:
    """The picture's codec."""
    return _one_of(facts.info.video_codec or "unknown", allowed, say("video codec"))


def pixel_format(facts: Facts, allowed: list[str]) -> Verdict:
    """Chroma layout and bit depth."""
    return _one_of(facts.info.pixel_format or "unknown", allowed, say("pixel format"))


def audio_codec(facts: Facts, allowed: list[str]) -> Verdict:
    """The sound's codec, if there is sound."""
    codec = facts.info.audio_codec
    return None if codec is None else _one_of(codec, allowed, say("audio codec"))


def audio_channels_max(facts: Facts, most: int) -> Verdict:
    """At most this many channels of sound: what downmixes surround, and how, is up to each player."""
    channels = facts.info.audio_channels
    if channels is None or channels <= most:
        return None
    return Breach(
        channels,
        most,
        say("{channels} channels of sound, more than {most}", channels=channels, most=most),
        say("export with stereo sound"),
    )


def audio(facts: Facts, _: bool) -> Verdict:
    """There is a sound track."""
    if facts.info.audio_codec is not None:
        return None
    return Breach(
        "none", "one track", say("the clip has no sound"), say("add music or a voice if it is meant to be heard")
    )


def faststart(facts: Facts, _: bool) -> Verdict:
    """The index stands before the media data."""
    if facts.info.is_faststart is not False:
        return None
    return Breach("moov last", "moov first", say("the index stands at the end"), say("export for the web (fast start)"))


def file_size_max(facts: Facts, most: int) -> Verdict:
    """At most this many bytes; a megabyte is 1,000,000 bytes."""
    size = facts.info.bytes
    if size <= most:
        return None
    return Breach(
        size,
        most,
        say("{size:.2f} MB ({count:,} bytes) exceeds {most:g} MB", size=size / 1e6, count=size, most=most / 1e6),
        say("export at a lower quality or a smaller size"),
    )
