"""What a clip's container says of having been made by AI, and how an MP4 says it on."""

from collections.abc import Iterator
from pathlib import Path

from av.container import InputContainer

from assetkit.media.blocks import C2PA_UUID, LARGEST
from assetkit.media.boxes import boxes
from assetkit.media.metadata import Metadata, as_xmp
from assetkit.media.reading_metadata import note_c2pa, note_label, note_xmp
from assetkit.media.xmp import TC260, Properties

_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")  # XMP specification, part 3, 1.2.7.1
_AIGC = (TC260, "AIGC")
_INSIDE = {b"moov", b"udta"}


def labels_of(path: Path, demuxer: str, container: InputContainer) -> Metadata:
    """AI labels in tags (the `AIGC` key of GB 45438-2025), XMP and C2PA; everything else a clip says is left out.

    Damaged ones say nothing and cost nothing.
    """
    found, told = Metadata(), Metadata()
    for tags in (container.metadata, *(stream.metadata for stream in container.streams.video)):
        for key, text in tags.items():
            note_label(key, text, told)
    if demuxer == "mov":
        for kind, block in _blocks(path):
            if kind == "xmp":
                note_xmp(block, told)
            else:
                note_c2pa(block, told)
    for known, values in told.kept(["ai-label"]).items():
        found.keep(known, values[0])
    return found


def written_behind(target: Path, labels: Properties) -> None:
    """Put an XMP packet of the labels behind an MP4's other boxes: FFmpeg writes tags only."""
    packet = as_xmp(labels)
    if packet:
        with target.open("ab") as file:
            file.write((len(packet) + 24).to_bytes(4, "big") + b"uuid" + _XMP_UUID + packet)


def as_tag(labels: Properties) -> str:
    """`key=value` of what is written as a tag of the container, where readers of the standard look; empty for none."""
    return f"AIGC={labels[_AIGC][0]}" if _AIGC in labels else ""


def _blocks(path: Path) -> Iterator[tuple[str, bytes]]:
    """(kind, content) of the XMP and C2PA boxes, within moov's user data too, where QuickTime keeps XMP."""
    with path.open("rb") as file:
        waiting = [(0, path.stat().st_size)]
        while waiting:
            at, end = waiting.pop()
            for name, start, stop in list(boxes(file, end, at)):
                file.seek(start)
                if name in _INSIDE:
                    waiting.append((start, min(stop, end)))
                elif name == b"XMP_":
                    yield "xmp", file.read(min(stop - start, LARGEST))
                elif name == b"uuid" and stop - start > 16:
                    mark, room = file.read(16), min(stop - start - 16, LARGEST)
                    if mark in (_XMP_UUID, C2PA_UUID):
                        yield ("xmp" if mark == _XMP_UUID else "c2pa"), file.read(room)
