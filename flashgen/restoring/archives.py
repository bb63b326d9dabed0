"""A package's path in, the bytes of the collection inside out, whichever release of Anki wrote it.

Nothing is written anywhere: of the archive's members one is read, into memory and up to a limit. Media are not needed.
"""

from __future__ import annotations

import sys
import zipfile
import zlib
from pathlib import Path
from typing import IO, Final

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LARGEST: Final = 1 << 30
"""How many bytes a collection may have: several times those of the largest that people are known to study."""

# The latest first: an archive for new releases also holds a collection that asks old ones to be updated.
_COMPRESSED: Final = "collection.anki21b"
_MEMBERS: Final = (_COMPRESSED, "collection.anki21", "collection.anki2")
_SQLITE: Final = b"SQLite format 3\x00"
_CHUNK: Final = 1 << 20


class UnreadableError(Exception):
    """A file that cannot be read as what it should be; its text says why."""


def database_of(path: Path, *, largest: int = LARGEST) -> bytes:
    """The SQLite database in the package or exported collection at `path`, of at most `largest` bytes.

    Raises UnreadableError where there is none.
    """
    try:
        # Opening a FIFO would wait for ever.
        if not path.is_file():
            raise UnreadableError("it is no file" if path.exists() else "there is no such file")
        with path.open("rb") as file:
            if file.read(len(_SQLITE)) == _SQLITE:
                raise UnreadableError("it is Anki's own database, which may be in use; export it from Anki instead")
        with zipfile.ZipFile(path) as archive:
            return _collection(archive, largest)
    except OSError as fault:
        raise UnreadableError(fault.strerror or str(fault)) from fault
    except (zipfile.BadZipFile, zlib.error, EOFError, zstd.ZstdError) as fault:
        raise UnreadableError(f"it is damaged, or no Anki package: {str(fault) or 'it ends too early'}") from fault
    except (NotImplementedError, RuntimeError, ValueError, MemoryError) as fault:
        # Of members that are encrypted, compressed in another way, or told of by a damaged index.
        raise UnreadableError(f"it is no package that Anki writes: {fault}") from fault


def _collection(archive: zipfile.ZipFile, largest: int) -> bytes:
    names = set(archive.namelist())
    name = next((name for name in _MEMBERS if name in names), None)
    if name is None:
        raise UnreadableError("it holds no collection of Anki")
    with archive.open(name) as member:
        data = _decompressed(member, largest) if name == _COMPRESSED else _limited(member.read(largest + 1), largest)
    if not data.startswith(_SQLITE):
        raise UnreadableError(f"its {name} is no database")
    return data


def _decompressed(member: IO[bytes], largest: int) -> bytes:
    decompressor = zstd.ZstdDecompressor()
    parts: list[bytes] = []
    size = 0
    while not decompressor.eof:
        piece = member.read(_CHUNK) if decompressor.needs_input else b""
        if not piece and decompressor.needs_input:
            raise EOFError
        parts.append(decompressor.decompress(piece, largest + 1 - size))
        size += len(parts[-1])
        if size > largest:
            break
    return _limited(b"".join(parts), largest)


def _limited(data: bytes, largest: int) -> bytes:
    if len(data) > largest:
        raise UnreadableError(f"its collection is larger than {largest >> 20} MB")
    return data
