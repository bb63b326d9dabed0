"""Rows of notes that have left the sources, forgotten: the project in, the ledger without them out."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from flashgen import journal, ledger, pipeline
from flashgen.diagnostics import Diagnostic
from flashgen.model import Row
from flashgen.output import Output, Written, write_all
from flashgen.pipeline import Compiled


class Pruned(Struct, frozen=True):
    """The rows that are forgotten, and the ledger's file without them."""

    rows: tuple[Row, ...]
    output: Output


def prune(path: Path, *, clock: int) -> tuple[Pruned | None, tuple[Diagnostic, ...]]:
    """The ledger of the project around `path` without the rows that are marked removed; nothing is written.

    Only those of the sources that `path` chooses are forgotten, and none that a card of the sources has again. None,
    with the faults, where the sources have errors, so that this cannot be known.
    """
    compiled = pipeline.compile(path, clock=clock)
    if compiled.has_errors:
        return None, compiled.diagnostics
    gone = {(row.id, row.kind) for row in compiled.identified.ledger.rows if row.removed}
    rows = tuple(row for row in compiled.ledger_before.rows if _is_forgotten(compiled, row, gone))
    names = {(row.id, row.kind) for row in rows}
    left = (row for row in compiled.ledger_before.rows if (row.id, row.kind) not in names)
    text = ledger.serialize(replace(compiled.ledger_before, rows=tuple(left)))
    return Pruned(rows, Output(compiled.project.ledger, text.encode(), was_digest=compiled.ledger_digest)), ()


def write(pruned: Pruned) -> Written:
    """Writes the ledger where it has changed, or tells what went wrong."""
    return write_all([pruned.output] if pruned.rows else [], journal.beside(pruned.output.path))


def _is_forgotten(compiled: Compiled, row: Row, gone: set[tuple[str, str]]) -> bool:
    return row.removed and (row.id, row.kind) in gone and compiled.chooses(row.file)
