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
_MOST_ELSEWHERE: Final = 8
"""Of how many packages the databases are kept that stand in another folder than the project's own do."""


class _Entry(Struct, frozen=True, array_like=True):
    """What a database was made of (see `Packed.keep`), its size and CRC-32, the names of its pieces."""

    origin: str
    size: int
    crc: int
    pieces: tuple[str, ...]


class _Head(Struct, frozen=True):
    """What stands before all pieces: what is known of each package, by its path, and the pieces that follow.

    Of these there are the names and the lengths in bytes.
    """

    format: int
    packages: Mapping[str, _Entry]
    pieces: Mapping[str, int]


class Packed:
    """A file of the cache: the databases of packages, and their pieces by their names, of whatever package they are.

    `decks` is the folder of the project's own packages.
    """

    def __init__(self, file: Path, decks: Path) -> None:
        self._file = file
        self._decks = decks
        self._packages, self.pieces = _read(file)

    def made_of(self, origin: str) -> Deflated | None:
        """The database that was made of the same, if there was one; "" is the origin of none."""
        return next((one for known, one in self._packages.values() if known and known == origin), None)

    def keep(self, packages: Mapping[Path, tuple[str, Deflated]]) -> None:
        """Keeps the databases of `packages`, which are written, of the project's others, and of the last few elsewhere.

        Each comes with its origin, which tells whether another build makes the same one, "" where that is not known.
        What cannot be kept costs time alone.
        """
        written = {str(places.absolute(path)): made for path, made in packages.items()}
        others = {path: made for path, made in self._packages.items() if path not in written and os.path.exists(path)}
        own = {path: made for path, made in others.items() if Path(path).parent == self._decks}
        elsewhere = [(path, made) for path, made in others.items() if path not in own]
        left = own | dict(elsewhere[-_MOST_ELSEWHERE:]) | written
        if left == self._packages:
            return
        pieces = {name: piece for _, one in left.values() for name, piece in one.pieces}
        entries = {
            path: _Entry(origin, one.size, one.crc, tuple(name for name, _ in one.pieces))
            for path, (origin, one) in left.items()
        }
        head = _Head(_FORMAT, entries, {name: len(piece) for name, piece in pieces.items()})
        with contextlib.suppress(UnicodeEncodeError):  # not every path is text
            store.write(self._file, msgspec.json.encode(head), b"\n", *pieces.values())


def _read(file: Path) -> tuple[dict[str, tuple[str, Deflated]], dict[str, memoryview]]:
    head, _, rest = (store.read(file) or b"").partition(b"\n")
    try:
        known = msgspec.json.decode(head, type=_Head)
    except msgspec.MsgspecError:
        return {}, {}
    if known.format != _FORMAT:
        return {}, {}
    left, pieces = memoryview(rest), dict[str, memoryview]()
    for name, length in known.pieces.items():
        pieces[name], left = left[:length], left[length:]
    packages = {
        path: (entry.origin, Deflated(entry.size, entry.crc, tuple((name, pieces[name]) for name in entry.pieces)))
        for path, entry in known.packages.items()
    }
    return packages, pieces
