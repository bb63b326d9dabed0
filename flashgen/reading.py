"""A path in, the bytes of its file out: whole, of a regular file only, and never more than asked for."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias, TypeVar

_T = TypeVar("_T")
State: TypeAlias = tuple[int, int, int, int, int]
"""Of a file: size in bytes, times of its content and of its inode in nanoseconds, inode, device."""

_OLD_ENOUGH: Final = 3 * 10**9  # nanoseconds; FAT counts time by two seconds
_ATTEMPTS: Final = 3
_PART: Final = 1 << 20
_NEVER_WAIT: Final = getattr(os, "O_NONBLOCK", 0)


def content(path: Path, limit: int | None = None) -> bytes:
    """The bytes of a regular file as they were at one moment.

    Raises OSError where there is none, where it cannot be read, where it is something else (a FIFO would wait for
    ever, a device might never end), where it keeps changing, and, with the number EFBIG, where it has more than
    `limit` bytes.
    """
    return _read(path, limit, lambda file, size: _whole(file.read(size + 1), size))


def digest(path: Path, limit: int | None = None) -> tuple[str, int]:
    """The SHA-256 of a regular file in hex and its size in bytes. Raises OSError as `content` does."""
    return _read(path, limit, _digest)


def state(path: Path) -> State | None:
    """The state of a file, None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev


def lasting_state(path: Path) -> State | None:
    """The state of a file that no later change can leave as it is, None where there is no file or it is too young.

    Called before the file is read, it stands for what was read, as it does in git.
    """
    now = time.time_ns()
    found = state(path)
    return None if found is None or max(found[1:3]) > now - _OLD_ENOUGH else found


def is_too_large(fault: OSError) -> bool:
    """Whether a file was not read for having more bytes than the limit."""
    return fault.errno == errno.EFBIG


def _read(path: Path, limit: int | None, take: Callable[[BinaryIO, int], _T | None]) -> _T:
    for _ in range(_ATTEMPTS):
        # Opening a device can have effects of its own, so it is looked at before and, as it may be another now, after.
        _insist(os.stat(path), path)
        with open(path, "rb", opener=_open) as file:
            before = os.fstat(file.fileno())
            _insist(before, path)
            if limit is not None and before.st_size > limit:
                raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
            taken = take(file, before.st_size)
            after = os.fstat(file.fileno())
        if taken is not None and before.st_size == after.st_size and before.st_mtime_ns == after.st_mtime_ns:
            return taken
    raise OSError(errno.EBUSY, "another program is writing it", str(path))


def _whole(data: bytes, size: int) -> bytes | None:
    return data if len(data) == size else None


def _digest(file: BinaryIO, size: int) -> tuple[str, int] | None:
    found, taken = hashlib.sha256(), 0
    # One that grows while it is read would have no end.
    while taken <= size and (part := file.read(_PART)):
        found.update(part)
        taken += len(part)
    return (found.hexdigest(), taken) if taken == size else None


def _insist(status: os.stat_result, path: Path) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is no file", str(path))


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | _NEVER_WAIT)
