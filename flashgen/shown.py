"""Names and texts as a terminal may have them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

from flashgen.patterns import late

Paint = Callable[[str, str], str]
"""Gives a text a colour, or makes it `bold`."""

_MOVING: Final = late("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# In a name they make two look like one, or turn what stands beside them.
_INVISIBLE: Final = late("[\u061c\u200b\u200e\u200f\u2060\ufeff]")


def plain(text: str, colour: str) -> str:
    """No colour: for files, pipes, and those who set NO_COLOR."""
    return text


def number(count: int, noun: str) -> str:
    """`1 note`, `2 notes`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def shown_path(root: Path, file: str) -> str:
    """A file of the project as the caller's terminal understands it: relative to the working folder if below it.

    With `/` between folders on every system: annotations need it, and Windows takes it.
    """
    return _INVISIBLE.sub(_escape, visible(path_from(root, file)))


def visible(text: str) -> str:
    """Text of one line in which nothing can move the cursor, colour what follows or turn the reading direction."""
    return _MOVING.sub(_escape, text)


def path_from(root: Path, file: str) -> str:
    """A file of the project relative to the working folder if below it, with `/` between folders."""
    try:
        return _seen_from(os.getcwd(), root, file)
    except (FileNotFoundError, ValueError):
        # The working folder is gone, or on another drive.
        return (root / file).as_posix()


@lru_cache(maxsize=256)
def _seen_from(folder: str, root: Path, file: str) -> str:
    path = root / file
    relative = type(path)(os.path.relpath(path, folder))
    return (path if relative.parts[:1] == ("..",) else relative).as_posix()


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
