"""One build of a project at a time: the lock of the operating system, which dies with the process that holds it."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(folder: Path, waits: Callable[[], None]) -> Iterator[OSError | None]:
    """Holds the lock of a folder; calls `waits` once where another process has it, and then waits for it.

    Gives the fault where the folder cannot be locked, as some network file systems have no locks.
    """
    try:
        descriptor = _opened(folder)
    except OSError as fault:
        yield fault
        return
    try:
        no_lock = _locked(descriptor, waits)
        try:
            yield no_lock
        finally:
            if no_lock is None:
                # A worker process that is just ending would hold it a little longer.
                _unlock(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int, waits: Callable[[], None]) -> OSError | None:
    try:
        if not _lock(descriptor, is_waiting=False):
            waits()
            _lock(descriptor, is_waiting=True)
    except OSError as fault:
        return fault
    return None


# What knows the locks of Windows takes longer to import than a small deck takes to build.
if sys.platform == "win32":
    from filelock import lock_descriptor
    from filelock import unlock_descriptor as _unlock

    def _lock(descriptor: int, *, is_waiting: bool) -> bool:
        return lock_descriptor(descriptor, blocking=is_waiting)
else:
    import fcntl

    def _lock(descriptor: int, *, is_waiting: bool) -> bool:
        """Locks a file; tells whether that was done, which it always was by one who waits. Raises OSError."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if is_waiting else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def _opened(folder: Path) -> int:
    """A descriptor that stands for the folder."""
    if sys.platform == "win32":
        import tempfile

        # There a folder has no descriptor. Every process of a user has the same folder for what is temporary.
        name = hashlib.sha256(os.path.realpath(folder).encode(errors="surrogatepass")).hexdigest()[:16]
        return os.open(Path(tempfile.gettempdir()) / f"flashgen-{name}.lock", os.O_RDWR | os.O_CREAT)
    # The folder itself: nothing is left behind, and no right to write is needed.
    return os.open(folder, os.O_RDONLY)
