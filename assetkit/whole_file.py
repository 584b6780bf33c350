"""Writing a file whole or not at all."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def write_whole(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file as `whole_file` does; `data` may come in parts."""
    with whole_file(path) as file:
        file.writelines((data,) if isinstance(data, bytes) else data)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write, beside `path`, renamed at the end: a reader sees the old file or the new one, never half of one.

    Left with an error, nothing has changed.
    """
    handle, name = tempfile.mkstemp(prefix=".assetkit-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
