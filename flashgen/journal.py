"""What makes several files one: a journal beside the ledger that says which new files belong together.

A build writes its files beside their places and says so in an announcement. When all of them are on the disk, the
announcement is renamed to be the journal: from that moment on the build has happened. Its files are then put in place
one by one, and the journal is removed. A build that is killed before that moment has changed nothing, and what it
leaves behind is announced; one that is killed after it is finished by the next build, and read through by all other
commands.

The order is: memory, ledger, packages. Each beginning of it is harmless, so that a journal that is lost costs nothing:
a ledger that is ahead of its packages gives the same packages again, where one that is behind would not know notes
that Anki may have by then.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Final

from msgspec import Struct

from flashgen import reading
from flashgen.patterns import late

_FORMAT: Final = "flashgen journal 1"
_PART: Final = 1 << 20  # bytes
_LIMIT: Final = 16 * 1024 * 1024  # for some 50 000 packages
# A journal may come with a project from somebody else: what it names is beside a new file of flashgen's own name, and
# of a kind that flashgen writes.
_TEMPORARY: Final = late(r"\.flashgen-[0-9a-f]{16}\.tmp")
_ENDINGS: Final = (".apkg", ".zip", ".jsonl", ".md", ".markdown", ".old")


class Entry(Struct, frozen=True):
    """A file to be put in place: its path, the new file beside it, and the digests of both, None for no file."""

    path: Path
    temporary: Path
    before: str | None
    after: str


class Recovered(Struct, frozen=True):
    """What became of a build that was interrupted: the files put in place now, and what could not be finished.

    `stopped` is where it ended before its end, and `why`; all files from there on are as they were.
    """

    finished: tuple[Path, ...]
    stopped: Path | None = None
    why: str = ""


def beside(ledger: Path) -> Path:
    """The path of the journal of the project that has this ledger."""
    return ledger.with_name(f".flashgen-{hashlib.sha256(os.fsencode(ledger.name)).hexdigest()[:8]}.journal")


def files(journal: Path) -> tuple[Path, Path]:
    """The journal and its announcement: where one of them is, a build was interrupted."""
    return journal, _announcement(journal)


def digest(content: bytes | IO[bytes]) -> str:
    """By which a journal knows the content of a file. Raises OSError as a file does that is given for its content."""
    found = hashlib.sha256()
    for part in _parts(content):
        found.update(part)
    return found.hexdigest()


def digest_of(path: Path) -> str | None:
    """The digest of a file, None where there is none. Raises OSError where it cannot be read."""
    try:
        return reading.digest(path)[0]
    except FileNotFoundError:
        return None


def announce(journal: Path, entries: Sequence[Entry]) -> None:
    """Says which new files are about to be written. Raises OSError where that cannot be said.

    A file of a kind that no journal names is a mistake of the caller's: a ValueError.
    """
    for entry in entries:
        if not entry.path.name.casefold().endswith(_ENDINGS):
            raise ValueError(f"a journal names no {entry.path.name}")
    files = [
        {
            "path": _relative(entry.path, journal.parent),
            "temporary": entry.temporary.name,
            "before": entry.before,
            "after": entry.after,
        }
        for entry in entries
    ]
    body = json.dumps({"format": _FORMAT, "files": files}).encode()
    withdraw(journal)
    write(_announcement(journal), body + b"\n" + digest(body).encode() + b"\n")
    sync_folder(journal.parent)


def withdraw(journal: Path) -> None:
    """Takes an announcement back."""
    _announcement(journal).unlink(missing_ok=True)


def commit(journal: Path) -> None:
    """The moment from which on the build has happened: all new files must be on the disk."""
    os.replace(_announcement(journal), journal)
    sync_folder(journal.parent)


def close(journal: Path) -> None:
    """Ends a build whose files are all in place."""
    journal.unlink()
    sync_folder(journal.parent)


def recover(journal: Path) -> Recovered | None:
    """Finishes the build that a journal tells of, and clears away what an unfinished one left; None where none was.

    A file that has been changed by somebody else since ends it: what a person or git has done is newer. No other build
    may be under way. Raises OSError where nothing can be written here.
    """
    for entry in _entries(_announcement(journal)) or ():
        entry.temporary.unlink(missing_ok=True)
    withdraw(journal)
    if not journal.exists():
        return None
    entries = _entries(journal)
    if entries is None:
        journal.unlink()
        return Recovered((), journal, "it is damaged, or of another version of flashgen")
    finished: list[Path] = []
    stopped, why = None, ""
    for entry, due in _states(entries):
        try:
            if due:
                os.replace(entry.temporary, entry.path)
                finished.append(entry.path)
            elif due is None:
                stopped, why = entry.path, "it has been changed since"
                break
        except OSError as fault:
            stopped, why = entry.path, fault.strerror or str(fault)
            break
    for entry in entries:
        entry.temporary.unlink(missing_ok=True)
    sync_folders(entry.path.parent for entry in entries)
    close(journal)
    return Recovered(tuple(finished), stopped, why)


def read(path: Path, journal: Path) -> bytes:
    """The bytes of a file as they are once the build that the journal tells of is finished. Raises OSError."""
    entries, real = _entries(journal), Path(os.path.realpath(path))
    if entries and any(entry.path == real for entry in entries):
        for entry, due in _states(entries):
            if due is None:
                break
            if due and entry.path == real:
                try:
                    return reading.content(entry.temporary)
                except FileNotFoundError:
                    break  # a build that is under way has put it in place just now
    return reading.content(path)


def sync_folders(folders: Iterable[Path]) -> None:
    """Has the disk keep the names in these folders, those that are there. Raises OSError."""
    for folder in dict.fromkeys(folders):
        if folder.is_dir():
            sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Has the disk keep the names in a folder. Raises OSError."""
    if sys.platform == "win32":
        return  # it has no such call; NTFS keeps names in a journal of its own
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write(path: Path, content: bytes | IO[bytes]) -> None:
    """Writes a new file and has the disk keep its bytes. Raises OSError, also where there is a file or a link."""
    with open(path, "xb", opener=_private) as file:
        file.writelines(_parts(content))
        file.flush()
        os.fsync(file.fileno())


def _parts(content: bytes | IO[bytes]) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    content.seek(0)
    while part := content.read(_PART):
        yield part


def _private(path: str, flags: int) -> int:
    # What stands in a file that others may not read is not for them for a moment.
    return os.open(path, flags, 0o600)


def _announcement(journal: Path) -> Path:
    return journal.with_suffix(".announcement")


def _states(entries: Iterable[Entry]) -> Iterator[tuple[Entry, bool | None]]:
    """Whether each file is still to be put in place; None for one that cannot be, where all ends."""
    for entry in entries:
        try:
            now = digest_of(entry.path)
            if now == entry.after:
                yield entry, False
            elif now == entry.before and digest_of(entry.temporary) == entry.after:
                yield entry, True
            else:
                yield entry, None
        except OSError:
            yield entry, None


def _entries(journal: Path) -> tuple[Entry, ...] | None:
    """What a journal or an announcement says, None where there is none or it cannot be understood."""
    try:
        body, check, rest = reading.content(journal, _LIMIT).split(b"\n")
        document: object = json.loads(body) if digest(body) == check.decode() and not rest else None
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        return None
    files = document.get("files")
    entries = [_entry(one, journal.parent) for one in files] if isinstance(files, list) else [None]
    known = {entry.path: entry for entry in entries if entry is not None}
    return tuple(known.values()) if len(known) == len(entries) else None


def _entry(said: object, folder: Path) -> Entry | None:
    if not isinstance(said, dict):
        return None
    path, temporary, before, after = (said.get(key) for key in ("path", "temporary", "before", "after"))
    if not (isinstance(path, str) and isinstance(temporary, str) and isinstance(after, str)):
        return None
    if not (before is None or isinstance(before, str)) or "\0" in path:
        return None
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return None
    if not (_TEMPORARY.fullmatch(temporary) and path.casefold().endswith(_ENDINGS)):
        return None
    target = Path(os.path.normpath(Path(os.path.realpath(folder)) / path))
    return Entry(target, target.with_name(temporary), before, after)


def _relative(path: Path, folder: Path) -> str:
    """A path that holds when the project is moved as a whole."""
    try:
        return os.path.relpath(path, os.path.realpath(folder))
    except ValueError:
        return str(path)  # on another drive
