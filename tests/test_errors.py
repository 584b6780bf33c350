import errno

import pytest

from assetkit.errors import SetupError, cannot_write


@pytest.mark.parametrize(
    ("number", "to_do"),
    [
        (errno.ENOSPC, "make room there"),
        (errno.EROFS, "make it writable, or name another folder"),
        (errno.EACCES, "make it writable, or name another folder"),
        (errno.ENOENT, "see that it is there"),
    ],
)
def test_what_cannot_be_written_says_what_to_do(number, to_do):
    error = cannot_write("out", OSError(number, "why"))
    assert isinstance(error, SetupError)
    assert str(error).startswith("cannot write to out: why: ")
    assert to_do in str(error)
