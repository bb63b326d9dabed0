"""Files written whole or not at all, several of them together."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Output:
    """A file to be written, and its bytes."""

    path: Path
    content: bytes


def write_all(outputs: Sequence[Output]) -> tuple[Path, OSError] | None:
    """Writes all outputs, or leaves every one of their files as it was and gives the path and the fault.

    A file that holds these bytes already is left alone. All are written beside their places first, so that a full disk
    or a folder without the right to write changes nothing; then they are put in place one after another.
    """
    prepared: list[tuple[str, Output]] = []
    path = Path()
    try:
        for output in outputs:
            path = output.path
            if not _holds(path, output.content):
                # A link stays one; the file that it leads to is what is replaced.
                followed = Output(Path(os.path.realpath(path)), output.content)
                prepared.append((_beside(followed), followed))
        return _put_in_place(prepared)
    except OSError as fault:
        return path, fault
    finally:
        for temporary, _ in prepared:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)


def _beside(output: Output) -> str:
    folder = output.path.parent
    if output.path.is_dir():
        raise IsADirectoryError(None, "a folder has this name")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(None, "a file has the name of its folder") from None
    descriptor, temporary = tempfile.mkstemp(prefix=".flashgen-", suffix=".tmp", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(output.content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(output.path))
    except BaseException:
        os.unlink(temporary)
        raise
    return temporary


def _put_in_place(prepared: Sequence[tuple[str, Output]]) -> tuple[Path, OSError] | None:
    done: list[tuple[Path, bytes | None]] = []
    for temporary, output in prepared:
        try:
            before = output.path.read_bytes() if output.path.exists() else None
            os.replace(temporary, output.path)
        except OSError as fault:
            for path, content in done:
                _restore(path, content)
            return output.path, fault
        done.append((output.path, before))
    return None


def _restore(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    else:
        os.replace(_beside(Output(path, content)), path)


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _mode(path: Path) -> int:
    """The rights of the file that is replaced, else those that the user's mask gives to new files."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
