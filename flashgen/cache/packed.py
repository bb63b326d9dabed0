"""Where in the packages of the last builds the pieces of their databases are, for the next one to take over.

The pieces themselves stand in the packages alone. What is taken from one is what a build has put there: the bytes up to
the last piece are compared with what they were.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from flashgen import places, reading
from flashgen.cache import state, store

Places: TypeAlias = Mapping[str, tuple[int, int]]
"""Where pieces are in a package, by their names: from which byte, and up to which one."""

_FORMAT: Final = 1


class _Entry(Struct, frozen=True, array_like=True):
    """The digest of the bytes of a package up to the last of its pieces, and where these are."""

    digest: str
    places: dict[str, tuple[int, int]]


class _Document(Struct, frozen=True):
    """What is kept of packages, by their paths."""

    format: int
    packages: dict[str, _Entry]


class Packed:
    """What a file of the cache says of packages."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._packages = _packages(file)

    def pieces(self, package: Path) -> dict[str, bytes]:
        """The pieces of a package by their names; none where it is not as it was written."""
        entry = self._packages.get(str(places.absolute(package)))
        if entry is None:
            return {}
        try:
            begun = reading.beginning(package, _end(entry.places))
        except OSError:
            return {}
        if state.digest(begun) != entry.digest:
            return {}
        return {name: begun[start:end] for name, (start, end) in entry.places.items()}

    def keep(self, packages: Mapping[Path, tuple[bytes, Places]]) -> None:
        """Keeps where the pieces of `packages`, which are written, are. What cannot be kept costs time alone."""
        written = {
            str(places.absolute(path)): _Entry(state.digest(content[: _end(found)]), dict(found))
            for path, (content, found) in packages.items()
        }
        others = {path: entry for path, entry in self._packages.items() if path not in written and os.path.exists(path)}
        with contextlib.suppress(UnicodeEncodeError):  # not every path is text
            store.write(self._file, msgspec.json.encode(_Document(_FORMAT, others | written)))


def _packages(file: Path) -> dict[str, _Entry]:
    body = store.read(file)
    try:
        known = msgspec.json.decode(body, type=_Document) if body is not None else None
    except msgspec.MsgspecError:
        return {}
    return known.packages if known is not None and known.format == _FORMAT else {}


def _end(found: Places) -> int:
    return max((end for _, end in found.values()), default=0)
