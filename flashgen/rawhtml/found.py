"""What is found in a token of raw HTML."""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class Fault(Struct, frozen=True):
    """Something that may not stand on a card. `unknown` is a tag that is no HTML and is shown as text."""

    offset: int
    what: str
    unknown: bool = False


class Reference(Struct, frozen=True):
    """A media file that a tag shows: its path as written, and the tag's name."""

    offset: int
    path: str
    tag: str
    alt: str | None = None


class Reading(Struct, frozen=True):
    """A token of raw HTML, read: comments gone, unknown tags as text, media under the names that `rename` gave."""

    html: str
    faults: tuple[Fault, ...]
    references: tuple[Reference, ...]


NOTHING: Final = Reading("", (), ())
