"""Files written whole or not at all, several of them together."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from msgspec import Struct

from flashgen import journal, reading
from flashgen.journal import Entry


class Output(Struct, frozen=True):
    """A file to be written, and its bytes, which may stand in a file that is open until all is written.

    `was_digest` is the journal's digest of what the file must still hold, that of b"" for no file as well, None for
    anything. One that is `optional` is left out where it cannot be written. `digest` is that of its bytes, "" where it
    is not known yet.
    """

    path: Path
    content: bytes | IO[bytes]
    was_digest: str | None = None
    optional: bool = False
    digest: str = ""


class Written(Struct, frozen=True):
    """What became of outputs: the optional ones that were left out, and the file that stopped all, with its fault.

    `unfinished` is True where that fault left some of them in place, to be finished by the next build.
    """

    left_out: tuple[Path, ...] = ()
    stopped: Path | None = None
    fault: OSError | None = None
    unfinished: bool = False

    @property
    def consequence(self) -> str:
        """What a fault that stopped all means for the files."""
        return "the next build finishes what this one has begun" if self.unfinished else "nothing was changed"


def write_all(outputs: Sequence[Output], book: Path) -> Written:
    """Writes all outputs in their order, or leaves every one of their files as it was.

    A file that holds these bytes already is left alone. `book` is the path of the journal, by which a build that is
    killed is finished or forgotten as a whole (see the module `journal`).
    """
    due: list[tuple[Entry, Output]] = []
    left_out: list[Path] = []
    try:
        try:
            for output in outputs:
                with _in_hand(output.path):
                    entry = _entry(output, left_out)
                if entry is not None:
                    due.append((entry, output))
        except BaseException:
            _clear(due)
            raise
        if due:
            _write(due, book)
    except _StoppedError as stopped:
        return Written(tuple(left_out), stopped.path, stopped.fault, stopped.unfinished)
    return Written(tuple(left_out))


class _StoppedError(Exception):
    def __init__(self, path: Path, fault: OSError, *, unfinished: bool = False) -> None:
        super().__init__(path, fault)
        self.path = path
        self.fault = fault
        self.unfinished = unfinished


@contextlib.contextmanager
def _in_hand(path: Path, *, unfinished: bool = False) -> Iterator[None]:
    """Names the file that a fault belongs to; a full disk does not say."""
    try:
        yield
    except OSError as fault:
        raise _StoppedError(path, fault, unfinished=unfinished) from fault


def _entry(output: Output, left_out: list[Path]) -> Entry | None:
    """What is to be done for an output, None for nothing. An optional one is written beside its place already.

    It is not to be announced before it is known to be there.
    """
    try:
        path = _followed(output.path)
        folder = path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise NotADirectoryError(None, "a file has the name of its folder") from None
        before, after = _digest_of(path), output.digest or journal.digest(output.content)
        if before == after:
            return None
        if output.was_digest is not None and (before or journal.digest(b"")) != output.was_digest:
            raise _changed()
        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16] if output.optional else os.urandom(8).hex()
        entry = Entry(path, folder / f".flashgen-{name}.tmp", before, after)
        if output.optional:
            entry.temporary.unlink(missing_ok=True)
            _write_new(entry, output.content)
    except OSError:
        if not output.optional:
            raise
        left_out.append(output.path)
        return None
    return entry


def _write(due: Sequence[tuple[Entry, Output]], book: Path) -> None:
    has_journal = False
    try:
        with _in_hand(book):
            has_journal = _announce(due, book)
        for entry, output in due:
            if not output.optional:
                with _in_hand(output.path):
                    _write_new(entry, output.content)
        with _in_hand(book):
            journal.sync_folders(entry.path.parent for entry, _ in due)
            if has_journal:
                journal.commit(book)
        _put_in_place(due)
        with _in_hand(book, unfinished=True):
            journal.sync_folders(entry.path.parent for entry, _ in due)
            if has_journal:
                journal.close(book)
    except _StoppedError as stopped:
        if not stopped.unfinished:
            _forget(due, book)
        raise
    except BaseException:
        # Ctrl-C: what has been committed is finished all the same, what has not is forgotten.
        if has_journal and book.exists():
            with contextlib.suppress(OSError):  # the next build tries again
                journal.recover(book)
        else:
            _forget(due, book)
        raise


def _announce(due: Sequence[tuple[Entry, Output]], book: Path) -> bool:
    """Whether there is a journal: packages alone need none where the ledger's folder must not be written."""
    try:
        journal.announce(book, [entry for entry, _ in due])
    except OSError as fault:
        folder = Path(os.path.realpath(book.parent))
        may_not = fault.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
        if may_not and all(entry.path.parent != folder for entry, _ in due):
            return False
        raise
    return True


def _put_in_place(due: Sequence[tuple[Entry, Output]]) -> None:
    done: list[tuple[Entry, bytes | None]] = []
    for entry, output in due:
        try:
            before = _held(entry.path)
            if (None if before is None else journal.digest(before)) != entry.before:
                raise _changed()
            os.replace(entry.temporary, entry.path)
        except OSError as fault:
            try:
                for placed, content in reversed(done):
                    _restore(placed, content)
            except OSError:
                raise _StoppedError(output.path, fault, unfinished=True) from fault
            raise _StoppedError(output.path, fault) from fault
        done.append((entry, before))


def _restore(entry: Entry, content: bytes | None) -> None:
    if content is None:
        entry.path.unlink(missing_ok=True)
    else:
        _write_new(entry, content)
        os.replace(entry.temporary, entry.path)


def _forget(due: Sequence[tuple[Entry, Output]], book: Path) -> None:
    _clear(due)
    with contextlib.suppress(OSError):
        book.unlink(missing_ok=True)
        journal.withdraw(book)


def _clear(due: Sequence[tuple[Entry, Output]]) -> None:
    for entry, _ in due:
        # The fault that led here is the one to tell; what stays is announced, and the next build removes it.
        with contextlib.suppress(OSError):
            entry.temporary.unlink(missing_ok=True)


def _followed(path: Path) -> Path:
    """Where a link leads to, which is what is replaced; never to a file of another kind."""
    real = Path(os.path.realpath(path))
    if real.suffix.casefold() != path.suffix.casefold():
        raise OSError(errno.EINVAL, f'it is a link to "{real.name}", a file of another kind')
    return real


def _held(path: Path) -> bytes | None:
    try:
        return reading.content(path)
    except FileNotFoundError:
        return None


def _digest_of(path: Path) -> str | None:
    try:
        return journal.digest_of(path)
    except IsADirectoryError:
        raise IsADirectoryError(None, "a folder has this name") from None


def _write_new(entry: Entry, content: bytes | IO[bytes]) -> None:
    mode = _mode(entry.path)
    try:
        journal.write(entry.temporary, content)
        os.chmod(entry.temporary, mode)
    except BaseException:
        entry.temporary.unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    """The rights of the file that is replaced, else those that the user's mask gives to new files."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _changed() -> OSError:
    return OSError(errno.EBUSY, "another program changed it while the build ran")
