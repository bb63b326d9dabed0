"""What this machine packaged, as a file: text → what is remembered → text. Losing it breaks nothing."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Final

from flashgen.diagnostics import LEDGER_LOST, Diagnostic
from flashgen.model import Pairing, Remembered, Row, Span

Memory = Mapping[tuple[str, str], Remembered]

_PLAIN: Final = re.compile(r"[a-z0-9:-]*")
# As it is written, but for names with other letters.
_LINE: Final = re.compile(
    r'^\{"id": "([a-z0-9-]*)", "kind": "([a-z0-9:-]*)", "digest": "([a-z0-9]*)", "modified": (0|[1-9][0-9]{0,9})\}\n',
    re.MULTILINE,
)
# Anki hands times on in 32 bits.
_TIME_LIMIT: Final = 2**32 - 1


def read(text: str) -> dict[tuple[str, str], Remembered]:
    """What is remembered of each (id, kind). Lines that make no sense are passed over."""
    found = _LINE.findall(text)
    if len(found) == text.count("\n") and text.endswith("\n"):
        # Nearly always, and in a third of the time.
        lines = ((id, kind, digest, int(modified)) for id, kind, digest, modified in found)
        return {
            (id, kind): Remembered(digest, modified) for id, kind, digest, modified in lines if modified < _TIME_LIMIT
        }
    memory: dict[tuple[str, str], Remembered] = {}
    for entry in _entries(text.split("\n")):
        if not isinstance(entry, dict):
            continue
        id, kind, digest, modified = (entry.get(key) for key in ("id", "kind", "digest", "modified"))
        if not (isinstance(id, str) and isinstance(kind, str) and isinstance(digest, str)):
            continue
        if type(modified) is int and 0 <= modified < _TIME_LIMIT:
            memory[id, kind] = Remembered(digest, modified)
    return memory


def _line(id: str, kind: str, one: Remembered) -> str:
    texts = id, kind, one.digest
    if not _PLAIN.fullmatch("".join(texts)):
        texts = json.dumps(id)[1:-1], json.dumps(kind)[1:-1], json.dumps(one.digest)[1:-1]
    id, kind, digest = texts
    return f'{{"id": "{id}", "kind": "{kind}", "digest": "{digest}", "modified": {one.modified}}}\n'


def _entries(lines: list[str]) -> Iterator[object]:
    try:
        # All at once, in a fifth of the time.
        yield from json.loads(f"[{','.join(filter(None, lines))}]")
    except (ValueError, RecursionError):
        for line in lines:
            with contextlib.suppress(ValueError, RecursionError):
                yield json.loads(line)


def serialize(memory: Memory) -> str:
    """The text of the memory's file, a note a line, sorted."""
    return "".join([_line(*name, one) for name, one in sorted(memory.items(), key=itemgetter(0))])


def unrecognized(memory: Memory, pairings: Iterable[Pairing], file: str) -> tuple[Diagnostic, ...]:
    """The fault of a ledger, called `file`, that has no rows though this machine packaged notes which need theirs.

    What was never edited gets its id again without them.
    """
    missing = len(memory.keys() - {(pairing.now.id, pairing.now.kind) for pairing in pairings})
    return (lost(missing, file),) if missing else ()


def lost(notes: int, file: str, package: str = "") -> Diagnostic:
    """The fault of a ledger without rows, called `file`, where so many notes of earlier builds need theirs.

    They are known from `package`, which a build would write over, else from the memory.
    """
    where = f"of {package}" if package else "that this machine has built"
    counted = f"1 note {where} is" if notes == 1 else f"{notes} notes {where} are"
    way_out = f"delete {package}" if package else "delete .flashgen_cache"
    return LEDGER_LOST.at(
        Span(file, 1),
        f"the ledger is lost, or its rows are, and {counted} not recognized without it",
        'restore it from git, or by "flashgen ledger restore" from a package or from Anki; to begin anew, '
        f"so that Anki takes edited cards for new ones, {way_out}",
    )


def remember(memory: Memory, packaged: Iterable[Row]) -> dict[tuple[str, str], Remembered]:
    """The memory after a package with the notes of these rows was written."""
    after = dict(memory)
    for row in packaged:
        name = (row.id, row.kind)
        known = after.get(name)
        if known is None or known.digest != row.stored or known.modified != row.modified:
            after[name] = Remembered(row.stored, row.modified)
    return after
