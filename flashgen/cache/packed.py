"""The deflated databases of the packages of the last builds, for the next one: as a whole, or their pieces."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from flashgen import places
from flashgen.cache import store
from flashgen.model import Deflated

_FORMAT: Final = 2


class _Entry(Struct, frozen=True, array_like=True):
    """What a database was made of (see `Packed.keep`), its size and CRC-32, the names and lengths of its pieces."""

    origin: str
    size: int
    crc: int
    pieces: tuple[tuple[str, int], ...]


class _Head(Struct, frozen=True):
    """What stands before all pieces: what is known of each package, by its path."""

    format: int
    packages: Mapping[str, _Entry]


class Packed:
    """A file of the cache: the databases of packages, and their pieces by their names, of whatever package they are."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._packages = _read(file)
        self.pieces = {name: piece for _, database in self._packages.values() for name, piece in database.pieces}

    def made_of(self, origin: str) -> Deflated | None:
        """The database that was made of the same, if there was one."""
        return next((database for known, database in self._packages.values() if known == origin), None)

    def keep(self, packages: Mapping[Path, tuple[str, Deflated]]) -> None:
        """Keeps the databases of `packages`, which are written, and of others that are there still.

        Each comes with its origin, which tells whether another build makes the same one. What cannot be kept costs time
        alone.
        """
        left = {path: known for path, known in self._packages.items() if os.path.exists(path)}
        left |= {str(places.absolute(path)): made for path, made in packages.items()}
        if left == self._packages:
            return
        entries = {
            path: _Entry(origin, one.size, one.crc, tuple((name, len(piece)) for name, piece in one.pieces))
            for path, (origin, one) in left.items()
        }
        with contextlib.suppress(UnicodeEncodeError):  # not every path is text
            head = msgspec.json.encode(_Head(_FORMAT, entries))
            store.write(self._file, head, b"\n", *(piece for _, one in left.values() for _, piece in one.pieces))


def _read(file: Path) -> dict[str, tuple[str, Deflated]]:
    head, _, rest = (store.read(file) or b"").partition(b"\n")
    try:
        known = msgspec.json.decode(head, type=_Head)
    except msgspec.MsgspecError:
        return {}
    if known.format != _FORMAT:
        return {}
    found: dict[str, tuple[str, Deflated]] = {}
    left = memoryview(rest)
    for path, entry in known.packages.items():
        pieces: list[tuple[str, memoryview]] = []
        for name, length in entry.pieces:
            pieces.append((name, left[:length]))
            left = left[length:]
        found[path] = (entry.origin, Deflated(entry.size, entry.crc, tuple(pieces)))
    return found
