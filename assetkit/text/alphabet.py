"""The characters that a recogniser tells apart, from its own file."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from assetkit.errors import SetupError

_METADATA, _KEY, _VALUE = 14, 1, 2  # field numbers of ModelProto.metadata_props and of its entries in ONNX
_BYTES, _VARINT, _FIXED64, _FIXED32 = 2, 0, 1, 5  # protobuf's wire types


@cache
def alphabet(path: Path) -> tuple[str, ...]:
    """Class -> character: nothing for CTC's blank, the model's characters in order, a space.

    Read from the file's metadata, since not every runtime hands it on. Raises SetupError where it says nothing.
    """
    for number, entry in _fields(path.read_bytes()):
        if number == _METADATA:
            pair = dict(_fields(entry))
            if pair.get(_KEY) == b"character":
                return ("", *pair[_VALUE].decode("utf-8").split("\n"), " ")
    raise SetupError(f"{path.name} does not say which characters it reads: pip install 'rapidocr>=3.10,<4'")


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and content of a protobuf message's fields; numbers among them are passed over."""
    place = 0
    while place < len(data):
        tag, place = _varint(data, place)
        kind = tag & 7
        if kind == _BYTES:
            length, place = _varint(data, place)
            yield tag >> 3, data[place : place + length]
            place += length
        elif kind == _VARINT:
            _, place = _varint(data, place)
        else:
            place += {_FIXED64: 8, _FIXED32: 4}[kind]


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place
