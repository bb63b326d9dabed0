"""A path in, the bytes of its file out: whole, of a regular file only, and never more than asked for."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Final

_ATTEMPTS: Final = 3
_NEVER_WAIT: Final = getattr(os, "O_NONBLOCK", 0)


def content(path: Path, limit: int | None = None) -> bytes:
    """The bytes of a regular file as they were at one moment.

    Raises OSError where there is none, where it cannot be read, where it is something else (a FIFO would wait for
    ever, a device might never end), where it keeps changing, and, with the number EFBIG, where it has more than
    `limit` bytes.
    """
    for _ in range(_ATTEMPTS):
        # Opening a device can have effects of its own, so it is looked at before and, as it may be another now, after.
        _insist(os.stat(path), path)
        with open(path, "rb", opener=_open) as file:
            before = os.fstat(file.fileno())
            _insist(before, path)
            if limit is not None and before.st_size > limit:
                raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
            data = file.read(before.st_size + 1)
            after = os.fstat(file.fileno())
        if len(data) == before.st_size == after.st_size and before.st_mtime_ns == after.st_mtime_ns:
            return data
    raise OSError(errno.EBUSY, "another program is writing it", str(path))


def _insist(status: os.stat_result, path: Path) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is no file", str(path))


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | _NEVER_WAIT)
