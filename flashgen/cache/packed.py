"""The deflated databases of the packages of the last builds, in pieces, for the next one to take over."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from flashgen import places
from flashgen.cache import store

Places: TypeAlias = Mapping[str, tuple[int, int]]
"""Where pieces are in a package, by their names: from which byte, and up to which one; one follows the other."""
_Lengths: TypeAlias = tuple[tuple[str, int], ...]

_FORMAT: Final = 2


class _Head(Struct, frozen=True):
    """What stands before the pieces: the names and lengths in bytes of those of each package, by its path."""

    format: int
    packages: Mapping[str, _Lengths]


class Packed:
    """A file of the cache: its pieces by their names, of whatever package they are."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._packages, self._bytes = _read(file)
        self.pieces: dict[str, memoryview] = {}
        for path, lengths in self._packages.items():
            start = 0
            for name, length in lengths:
                self.pieces[name] = self._bytes[path][start : start + length]
                start += length

    def keep(self, packages: Mapping[Path, tuple[bytes, Places]]) -> None:
        """Keeps the pieces of `packages`, which are written, and of others that are there still.

        What cannot be kept costs time alone.
        """
        lengths = {path: one for path, one in self._packages.items() if os.path.exists(path)}
        pieces = dict(self._bytes)
        for package, (content, found) in packages.items():
            path = str(places.absolute(package))
            lengths[path] = tuple((name, end - start) for name, (start, end) in found.items())
            first, last = min(found.values())[0], max(found.values())[1]
            pieces[path] = memoryview(content)[first:last]
        if lengths == self._packages:
            return
        with contextlib.suppress(UnicodeEncodeError):  # not every path is text
            head = msgspec.json.encode(_Head(_FORMAT, lengths))
            store.write(self._file, head, b"\n", *(pieces[path] for path in lengths))


def _read(file: Path) -> tuple[Mapping[str, _Lengths], dict[str, memoryview]]:
    """The lengths of the pieces of each package, and all of them together, by its path."""
    head, _, rest = (store.read(file) or b"").partition(b"\n")
    try:
        known = msgspec.json.decode(head, type=_Head)
    except msgspec.MsgspecError:
        return {}, {}
    if known.format != _FORMAT:
        return {}, {}
    left, found = memoryview(rest), {}
    for path, lengths in known.packages.items():
        size = sum(length for _, length in lengths)
        found[path], left = left[:size], left[size:]
    return known.packages, found
