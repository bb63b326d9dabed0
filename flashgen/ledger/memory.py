"""What this machine packaged, as a file: text → what is remembered → text. Losing it breaks nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Final

import msgspec

from flashgen.diagnostics import LEDGER_LOST, Diagnostic
from flashgen.model import Remembered, Row, Span, name_of

Memory = Mapping[tuple[str, str], Remembered]

# Anki hands times on in 32 bits.
_TIME_LIMIT: Final = 2**32 - 1
_packaged: Final[Callable[[Row], tuple[str, str, str, int]]] = attrgetter("id", "kind", "stored", "modified")
_remembered: Final[Callable[[Remembered], tuple[str, str, str, int]]] = attrgetter("id", "kind", "digest", "modified")
_LINE: Final = msgspec.json.Decoder(Remembered)
_NO_LINE: Final = (msgspec.MsgspecError, UnicodeError, RecursionError)


def read(text: str) -> dict[tuple[str, str], Remembered]:
    """What is remembered of each (id, kind). Lines that make no sense are passed over."""
    try:
        found = _LINE.decode_lines(text)
    except _NO_LINE:
        found = list(_those_that_make_sense(text.split("\n")))
    return {(one.id, one.kind): one for one in found if 0 <= one.modified < _TIME_LIMIT}


def _those_that_make_sense(lines: Iterable[str]) -> Iterator[Remembered]:
    for line in lines:
        with contextlib.suppress(*_NO_LINE):
            yield _LINE.decode(line)


def serialize(memory: Memory) -> bytes:
    """The bytes of the memory's file, a note a line, sorted."""
    return msgspec.json.Encoder().encode_lines(sorted(memory.values(), key=attrgetter("id", "kind")))


def unrecognized(memory: Memory, rows: Iterable[Row], file: str) -> tuple[Diagnostic, ...]:
    """The fault of a ledger, called `file`, that had no rows though this machine packaged notes which need theirs.

    `rows` are those that it has now. What was never edited gets its id again without them.
    """
    missing = len(memory.keys() - set(map(name_of, rows)))
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
    """The memory after a package with the notes of these rows was written; there is one row of each."""
    # Nearly all of it is known, and to find out which is not takes less time for all at once than one by one.
    new = set(map(_packaged, packaged)) - set(map(_remembered, memory.values()))
    return {**memory, **{(id, kind): Remembered(id, kind, digest, modified) for id, kind, digest, modified in new}}
