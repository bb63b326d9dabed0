"""The state of things that a build depends on: files, folders, and the program itself."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from flashgen import places, reading

_LIBRARIES: Final = ("genanki", "markdown_it", "mdit_py_plugins", "nh3", "pygments", "yaml", "rapidfuzz")
_TOLD: Final = (*places.SOURCES, *places.ALMOST_SOURCES)
# Python imports nothing else from the folder.
_PROGRAM: Final = (".py", ".html", ".css", ".json", ".md")


def digest(content: bytes) -> str:
    """By which the content of a file is known."""
    return hashlib.sha256(content).hexdigest()


def digest_of(path: Path) -> str | None:
    """The digest of a file's content, None where it cannot be read."""
    try:
        return digest(reading.content(path))
    except OSError:
        return None


def is_as_it_was(path: Path, size: int, digest: str, seen: reading.State | None) -> bool:
    """Whether a file has the content of this size and digest, which its state tells where it is the one `seen` then."""
    if seen is not None and seen == reading.state(path):
        return True
    try:
        return reading.digest(path) == (digest, size)
    except OSError:
        return False


def settled(path: Path, size: int, digest: str) -> reading.State | None:
    """The state of a file that stands for its content from now on, None where it is too young, or another one."""
    seen = reading.lasting_state(path)
    return seen if seen is not None and is_as_it_was(path, size, digest, None) else None


def tree(folder: Path) -> str:
    """The digest of all that may be a source below a folder, by name: the files, the folders, and where they lead."""
    found = hashlib.sha256()
    for line in _lines(str(folder), set()):
        found.update(os.fsencode(line) + b"\0")
    return found.hexdigest()


def _lines(folder: str, seen: set[str]) -> Iterator[str]:
    real = os.path.realpath(folder)
    yield f"{folder}\0{real}"
    if real in seen:
        return
    seen.add(real)
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as fault:
        yield f"\0{fault.errno}"
        return
    for entry in found:
        is_folder = False
        with contextlib.suppress(OSError):
            is_folder = entry.is_dir()
        if entry.name in places.CONFIG_FILES:
            # It makes a project of its own of a folder.
            yield f"{entry.name}\0{digest_of(Path(entry.path))}"
        if entry.name.endswith(places.SINGLE_LEDGER):
            yield f"{entry.name}\0"
        if entry.name.startswith((".", "_")) or not (is_folder or entry.name.casefold().endswith(_TOLD)):
            continue
        leads = os.path.realpath(entry.path) if entry.is_symlink() else ""
        yield f"{entry.name}\0{is_folder}\0{leads}"
        if is_folder:
            yield from _lines(entry.path, seen)


@cache
def program() -> str:
    """The digest of what runs: flashgen's files, the libraries that shape cards, Python and its tables of letters."""
    found = hashlib.sha256(f"{sys.version}\0{unicodedata.unidata_version}\0{os.name}".encode())
    home = Path(__file__).parent.parent
    for folder, folders, names in os.walk(home):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            if name.endswith(_PROGRAM):
                path = os.path.join(folder, name)
                status = os.stat(path)
                found.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode(errors="surrogateescape"))
    for library in _LIBRARIES:
        place = importlib.util.find_spec(library)
        if place is not None and place.origin is not None:
            status = os.stat(place.origin)
            found.update(f"{place.origin}\0{status.st_size}\0{status.st_mtime_ns}\n".encode(errors="surrogateescape"))
    return found.hexdigest()


class Shelves:
    """The folders of a project in which media stand, each looked at once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names: dict[Path, dict[str, bool]] = {}
        self._is_plain: dict[Path, bool] = {}

    def has(self, path: Path, size: int, digest: str, seen: reading.State | None) -> bool:
        """Whether a reference leads to this file still, and the file is as `is_as_it_was` says.

        It is no link and is called exactly so, in folders of which the same is true: else what a reference leads to
        must be found out again.
        """
        return self._is_there(path) and is_as_it_was(path, size, digest, seen)

    def _is_there(self, path: Path) -> bool:
        return self._names_in(path.parent).get(path.name) is False and self._is_exact(path.parent)

    def _is_exact(self, folder: Path) -> bool:
        if folder not in self._is_plain:
            self._is_plain[folder] = folder == self._root or (
                folder.is_relative_to(self._root)
                and unicodedata.is_normalized("NFC", folder.name)
                and self._names_in(folder.parent).get(folder.name) is False
                and self._is_exact(folder.parent)
            )
        return self._is_plain[folder]

    def _names_in(self, folder: Path) -> dict[str, bool]:
        """The names in a folder, and which of them are links."""
        if folder not in self._names:
            try:
                with os.scandir(folder) as entries:
                    self._names[folder] = {
                        entry.name: entry.is_symlink() or not unicodedata.is_normalized("NFC", entry.name)
                        for entry in entries
                    }
            except OSError:
                self._names[folder] = {}
        return self._names[folder]
