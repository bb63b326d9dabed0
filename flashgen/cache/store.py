"""What this machine wrote and nobody has changed since: documents with a signature, in a folder of their own."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import stat
from functools import cache
from pathlib import Path
from typing import Final

from flashgen import reading

_KEY_BYTES: Final = 32
_SIGNATURE: Final = 64
LARGEST: Final = 256 * 1024 * 1024
"""How many bytes a document may have; what is larger is not kept."""
_TAG: Final = """Signature: 8a477f597d28d172789f06886806bc55
# This folder holds what flashgen can find out again. It may be deleted at any time.
# The first line is that of https://bford.info/cachedir/, for programs that make backups.
"""


def read(path: Path) -> bytes | None:
    """The document, None where there is none that this machine wrote."""
    try:
        content = reading.content(path, LARGEST)
    except OSError:
        return None
    key = _key()
    if key is None:
        return None
    signature, body = content[:_SIGNATURE], content[_SIGNATURE + 1 :]
    if not hmac.compare_digest(signature, _signed(path.name, key, body)):
        return None
    return body


def write(path: Path, *body: bytes | memoryview) -> bool:
    """Writes a document, in one part or in several, into a folder that is prepared: whole or not at all.

    Tells whether that was done.
    """
    key = _key()
    if key is None or sum(map(len, body)) + _SIGNATURE + 1 > LARGEST:
        return False
    try:
        _replace(path, _signed(path.name, key, *body), b"\n", *body)
    except OSError:
        return False
    return True


def prepare(folder: Path) -> None:
    """Makes the folder, which git and programs that make backups pass over. Raises OSError where it cannot be made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
        if _is_wanting(folder / name):
            _replace(folder / name, text.encode())


def _is_wanting(path: Path) -> bool:
    """Whether there is no file, or an empty one, which a process that was killed has left; a link is somebody's."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return True
    return stat.S_ISREG(found.st_mode) and found.st_size == 0


def _replace(path: Path, *content: bytes | memoryview) -> None:
    # Of the same name each time, so that what a process leaves that is killed is written over by the next.
    temporary = path.with_name(f".flashgen-{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]}.tmp")
    try:
        temporary.unlink(missing_ok=True)
        with open(temporary, "xb") as file:
            file.writelines(content)
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def _signed(name: str, key: bytes, *body: bytes | memoryview) -> bytes:
    found = hashlib.sha256()
    for part in body:
        found.update(part)
    # With the name in it, no document can stand in the place of another.
    return hmac.digest(key, os.fsencode(name) + b"\0" + found.digest(), "sha256").hex().encode()


@cache
def _key() -> bytes | None:
    """The key of this user on this machine, made when it is first asked for; None where it can be kept nowhere."""
    import platformdirs

    path = platformdirs.user_state_path("flashgen", appauthor=False) / "key"
    if not path.is_absolute():
        # A user without a home.
        return None
    try:
        if not path.exists() or path.stat().st_size != _KEY_BYTES:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary = path.with_name(f"{os.urandom(8).hex()}.tmp")
            temporary.touch(mode=0o600, exist_ok=False)
            with open(temporary, "wb") as file:
                file.write(os.urandom(_KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            # Where several processes make one, what all but the last sign is not believed, and made again.
            os.replace(temporary, path)
        key = reading.content(path, _KEY_BYTES)
    except OSError:
        return None
    return key if len(key) == _KEY_BYTES else None
