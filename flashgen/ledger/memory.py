"""What this machine packaged, as a file: text → what is remembered → text. Losing it breaks nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

from flashgen.model import Remembered, Row

Memory = Mapping[tuple[str, str], Remembered]

_TIME_LIMIT: Final = 2**53


def read(text: str) -> dict[tuple[str, str], Remembered]:
    """What is remembered of each (id, kind). Lines that make no sense are passed over."""
    memory: dict[tuple[str, str], Remembered] = {}
    for line in text.split("\n"):
        try:
            entry: object = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if not isinstance(entry, dict):
            continue
        id, kind, digest, modified = (entry.get(key) for key in ("id", "kind", "digest", "modified"))
        if not (isinstance(id, str) and isinstance(kind, str) and isinstance(digest, str)):
            continue
        if type(modified) is int and 0 <= modified < _TIME_LIMIT:
            memory[id, kind] = Remembered(digest, modified)
    return memory


def serialize(memory: Memory) -> str:
    """The text of the memory's file, a note a line, sorted."""
    return "".join(
        json.dumps({"id": id, "kind": kind, "digest": one.digest, "modified": one.modified}) + "\n"
        for (id, kind), one in sorted(memory.items())
    )


def remember(memory: Memory, packaged: Iterable[Row]) -> dict[tuple[str, str], Remembered]:
    """The memory after a package with the notes of these rows was written."""
    return {**memory, **{(row.id, row.kind): Remembered(row.stored, row.modified) for row in packaged}}
