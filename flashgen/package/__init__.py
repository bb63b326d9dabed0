"""Notes and media in, the bytes of an Anki package out: the same for the same. genanki is known here alone."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from flashgen import reading
from flashgen.model import Deflated, Media

_DATABASE: Final = "collection.anki2"
_MEDIA: Final = "media"
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
_ORDINARY_FILE: Final = 0o100644 << 16
_UNIX: Final = 3


def archive(database: Deflated, media: Sequence[Media]) -> bytes:
    """The `.apkg` of a deck's database and its media files: these in any order, and those that share a name are one.

    Raises OSError with the name of a media file that cannot be read, or is not what it was.
    """
    files = sorted({file.name: file for file in media}.values(), key=lambda file: file.name)
    names = {str(index): file.name for index, file in enumerate(files)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        _put(out, zipped, _DATABASE, database)
        zipped.writestr(_member(_MEDIA), json.dumps(names, ensure_ascii=False), zipfile.ZIP_DEFLATED)
        for index, file in enumerate(files):
            # Pictures and sound are compressed already.
            zipped.writestr(_member(str(index)), _unchanged(file), zipfile.ZIP_STORED)
    return out.getvalue()


def _put(out: io.BytesIO, zipped: zipfile.ZipFile, name: str, stream: Deflated) -> None:
    """Puts a member in that is deflated already, which `zipfile` does not."""
    member = _member(name)
    is_large = stream.size > zipfile.ZIP64_LIMIT
    with zipped.open(member, "w", force_zip64=is_large) as file:
        for _, piece in stream.pieces:
            file.write(piece)
    # What has been put in as it is says now what it is.
    member.compress_type = zipfile.ZIP_DEFLATED
    member.file_size, member.CRC = stream.size, stream.crc
    out.seek(member.header_offset)
    out.write(member.FileHeader(is_large))


def is_ours(path: Path) -> bool:
    """Whether a file is a package in the form that `archive` gives it; Anki's own have more members, or other dates."""
    try:
        # Opening a FIFO would wait for ever.
        if not path.is_file():
            return False
        with zipfile.ZipFile(path) as zipped:
            members = zipped.infolist()
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError):
        return False
    written = [_DATABASE, _MEDIA, *map(str, range(len(members) - 2))]
    return [member.filename for member in members] == written and all(
        member.date_time == _EARLIEST and member.create_system == _UNIX for member in members
    )


def _unchanged(file: Media) -> bytes:
    """The bytes of a media file: other ones must not have the name that stands for these."""
    data = reading.content(file.path)
    if hashlib.sha256(data).hexdigest() != file.digest:
        raise OSError(errno.EBUSY, "it changed while the build ran", str(file.path))
    return data


def _member(name: str) -> zipfile.ZipInfo:
    """A member whose date, system and mode tell nothing about the machine that wrote it."""
    member = zipfile.ZipInfo(name, _EARLIEST)
    member.create_system = _UNIX
    member.external_attr = _ORDINARY_FILE
    return member
