"""A line of a source in, what stands there out: its note as Anki will have it, or why it is on no card."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from markdown_it.token import Token
from msgspec import Struct

from flashgen import cards, config, parse, pipeline, rawhtml, tables
from flashgen.diagnostics import Diagnostic
from flashgen.ledger.faces import face_of
from flashgen.model import Card, Change, Document, Field, Note, Row, Settings
from flashgen.notetypes import card_name
from flashgen.patterns import late
from flashgen.places import SOURCES, absolute

_LABEL: Final = late(r"\w+[ \u00a0\u202f]?:[ \t]?")


class Written(Struct, frozen=True):
    """A note as its author wrote it, with what a build makes of it.

    `fields` are the sources of its fields by name. `note` is None for a draft, and where a fault keeps it from being
    rendered; `row` is what the ledger will know of it, None with such a fault. `known` tells whether the ledger knew it
    before. `cards` are the names of its cards.
    """

    card: Card
    fields: tuple[tuple[str, str], ...]
    note: Note | None
    row: Row | None
    known: bool
    cards: tuple[str, ...]
    changes: tuple[Change, ...]


class Place(Struct, frozen=True):
    """What stands on a line: a note, or `why` there is none. `faults` are those of the note, or of the line alone.

    `root` is the project's, `errors` counts all that keep it from being built. `lines` is how many the file has, None
    where they cannot be read.
    """

    root: Path
    file: str
    line: int
    lines: int | None
    written: Written | None
    why: str
    faults: tuple[Diagnostic, ...]
    errors: int


def look(path: Path, line: int, *, clock: int) -> Place:
    """What stands on a line, counted from 1, of a file that exists. Nothing is written; `clock` is as for a build."""
    sources = pipeline.read(path)
    compiled = pipeline.identify(sources, clock=clock)
    project, real = sources.project, path.resolve()
    errors = sum(one.is_error for one in compiled.diagnostics)
    found = next((one for one in sources.files if one.path.resolve() == real), None)
    if found is None:
        file = absolute(path).relative_to(project.root).as_posix()
        return Place(project.root, file, line, None, None, _left_out(path, project), (), errors)
    document, _ = parse.read(found.file, found.path, found.data)
    of_file = tuple(one for one in compiled.diagnostics if one.span.file == found.file)
    if document is None:
        why = "no card of this file can be read"
        return Place(project.root, found.file, line, None, None, why, of_file, errors)
    lines = len("\n".join(document.source.lines).removesuffix("\n").split("\n"))
    gathered, _ = cards.gather(document, project.settings, path_deck=found.deck, first=0)
    orders = {card.span: card.order for card in compiled.cards}
    for card in gathered:
        first, last = card.span.line, card.span.last_line
        if first <= line <= last:
            faults = tuple(one for one in of_file if first <= one.span.line <= last)
            written = _written(card, orders.get(card.span), document, compiled)
            return Place(project.root, found.file, line, lines, written, "", faults, errors)
    on_line = tuple(one for one in of_file if one.span.line == line)
    return Place(project.root, found.file, line, lines, None, _nobody(document, line), on_line, errors)


def _written(card: Card, order: int | None, document: Document, compiled: pipeline.Compiled) -> Written:
    note = next((one for one in compiled.identified.notes if one.order == order), None)
    row = _row(card, note, compiled)
    known = row is not None and any((one.id, one.kind) == (row.id, row.kind) for one in compiled.ledger_before.rows)
    changes = tuple(
        one for one in compiled.identified.changes if row is not None and (one.id, one.note_kind) == (row.id, row.kind)
    )
    names = tuple(_card_name(note, ordinal, row) for ordinal in note.cards) if note is not None else ()
    return Written(card, tuple(_fields(card, document)), note, row, known, names, changes)


def _row(card: Card, note: Note | None, compiled: pipeline.Compiled) -> Row | None:
    """The row of a card: that of its note; a draft has none, and is known by its text, which no other card has."""
    rows = compiled.identified.ledger.rows
    if note is not None:
        return next(row for row in rows if (row.id, row.kind) == (note.id, note.kind))
    face = face_of(card)
    text = (face.kind, face.file, face.question_key, face.answer_key)
    return next((row for row in rows if (row.kind, row.file, row.question_key, row.answer_key) == text), None)


def _card_name(note: Note, ordinal: int, row: Row | None) -> str:
    texts = [one.text for one in (row.clozes if row is not None else ()) if one.number == ordinal + 1 and one.place]
    return card_name(note.notetype, ordinal) + (f": {', '.join(texts)}" if texts else "")


def _fields(card: Card, document: Document) -> Iterator[tuple[str, str]]:
    for name, field in card.fields.items():
        yield name, _source_of(field, document)


def _source_of(field: Field, document: Document) -> str:
    """The Markdown of a field: a cell of a table, or the lines from its label on, without comments."""
    tokens = field.tokens
    if len(tokens) > 1 and "column" in tokens[1].meta:
        return tokens[1].content
    maps = [
        token.map
        for token in tokens
        if token.map and token.level == 0 and not (token.type == "html_block" and _is_comment(token.content))
    ]
    if not maps:
        return ""
    first, last = min(start for start, _ in maps), max(end for _, end in maps)
    lines = list(document.source.lines[first:last])
    if first == field.span.line - 1:
        lines[0] = _LABEL.sub("", lines[0], count=1)
    return "\n".join(lines).strip("\n").rstrip()


def _is_comment(html: str) -> bool:
    return not rawhtml.without_comments(html).strip()


def _left_out(path: Path, project: config.Project) -> str:
    """Why a file is no source of its project."""
    if path.suffix.casefold() not in SOURCES:
        return f"no card is written here: sources end in {' or '.join(SOURCES)}"
    if not absolute(path).is_relative_to(project.sources):
        folder = project.sources.relative_to(project.root).as_posix()
        return f"this file is no source: the cards of this project are in {folder}"
    return "this file is not compiled, as README.md, names that begin with _ or ., and links out of a project are not"


def _nobody(document: Document, line: int) -> str:
    """Why a line is on no card."""
    text = document.source.lines[line - 1] if line <= len(document.source.lines) else ""
    for block in _blocks(document, line - 1):
        head = block[0]
        if head.type == "front_matter":
            sets = ", ".join(_set(document.settings))
            return "the front matter, which holds for the notes of this file" + (f": {sets}" if sets else "")
        if head.type == "heading_open":
            return "a heading: it ends the note above, and stands small on the cards of the notes below"
        if head.type == "hr":
            return "a line that ends the note above"
        if head.type == "label":
            return "a label, but no note: see its fault"
        if head.type == "table_open" and tables.form_of_table(block):
            return "part of a table of notes, but no note: its header, or a row without text, or one with a fault"
        if head.type == "html_block" and _is_comment(head.content):
            return "a comment outside of any note, for whoever reads the source"
    if not text.strip():
        return "an empty line between notes"
    return 'text outside of any note, on no card; a note begins with a line "Q: …", "C: …" or "Word: …"'


def _blocks(document: Document, line: int) -> Iterator[Sequence[Token]]:
    """The top-level blocks that a line, counted from 0, lies in."""
    tokens = document.tokens
    starts = [index for index, token in enumerate(tokens) if token.level == 0 and token.nesting >= 0]
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        if (place := tokens[start].map) and place[0] <= line < place[1]:
            yield tokens[start:end]


def _set(settings: Settings) -> Iterator[str]:
    if settings.deck is not None:
        yield f"deck {settings.deck.text}"
    if settings.tags:
        yield f"tags {', '.join(claim.text for claim in settings.tags)}"
    if settings.lang is not None:
        yield f"lang {settings.lang.text}"
