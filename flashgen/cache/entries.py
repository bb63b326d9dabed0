"""Rows, notes, media and faults as the JSON of the cache has them: lists, in the order of what they are made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from flashgen import notetypes
from flashgen.cache import state
from flashgen.diagnostics import RULES, Diagnostic
from flashgen.model import ClozeNumber, Media, Note, Row, Span, Standing

_ROW: Final = Row.__struct_fields__
_CLOZES, _CARDS, _TAGS = (_ROW.index(name) for name in ("clozes", "cards", "tags"))

# What this module is given was made by it, and signed.
_Json = Any


def media(values: _Json) -> Media:
    name, path, size, digest, seen = values
    seen = tuple(seen) if seen is not None else state.settled(Path(path), size, digest)
    return Media(name, Path(path), size, digest, seen)


def of_row(row: Row) -> list[object]:
    values = [getattr(row, name) for name in _ROW]
    values[_CLOZES] = [[entry.number, entry.text, entry.place] for entry in row.clozes]
    return values


def row(values: _Json) -> Row:
    if values[_CLOZES]:
        values[_CLOZES] = tuple(ClozeNumber(*entry) for entry in values[_CLOZES])
    else:
        values[_CLOZES] = ()
    values[_CARDS], values[_TAGS] = tuple(values[_CARDS]), tuple(values[_TAGS])
    return Row(*values)


def of_card(card: Standing) -> list[object]:
    span, note = card.span, card.note
    of_note = None if note is None else [note.guid, note.fields, note.media]
    return [of_row(card.row), span.line, span.column, span.last_line, card.question, card.answer, of_note]


def note(row: Row, values: _Json, order: int) -> Note | None:
    if values is None:
        return None
    guid, fields, media = values
    return Note(
        guid,
        row.id,
        row.kind,
        notetypes.for_kind(row.kind),
        tuple(fields),
        row.tags,
        row.deck,
        row.cards,
        row.modified,
        row.created,
        order,
        tuple(media),
    )


def of_diagnostic(fault: Diagnostic) -> list[object]:
    span = fault.span
    return [fault.rule.name, span.file, span.line, span.column, span.last_line, fault.message, fault.help]


def diagnostic(values: _Json) -> Diagnostic:
    rule, file, line, column, last_line, message, help = values
    return Diagnostic(RULES[rule], Span(file, line, column, last_line), message, help)
