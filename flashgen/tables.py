"""Tables whose rows are notes: the first header cell is an opener (`Word`, `Q`), the others name fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from flashgen import diagnostics, foreign, positions
from flashgen.diagnostics import Diagnostic
from flashgen.model import Claim, Field, Source
from flashgen.notetypes.forms import FORMS, Form
from flashgen.suggestions import did_you_mean

if TYPE_CHECKING:
    from markdown_it.token import Token

SETTING_COLUMNS: Final = ("id", "tags", "ask")


class Row(Struct, frozen=True):
    """A row as a note: its filled fields, the cells that stand for a card comment, its line counted from 0."""

    line: int
    fields: dict[str, Field]
    settings: dict[str, Claim]


def form_of_table(tokens: Sequence[Token]) -> Form | None:
    """The form of the notes that a table holds; None for any other table."""
    head = next((column_name(token) for token in tokens if token.type == "inline"), "")
    return next((form for form in FORMS if form.columns and form.opener.casefold() == head), None)


def lost_cells(source: Source, tokens: Sequence[Token]) -> Iterator[Diagnostic]:
    """The rows with more cells than the table's header has columns: what stands in them would be lost."""
    columns = 0
    for opening, token in pairwise(tokens):
        if opening.type != "tr_open" or not opening.map:
            continue
        line = opening.map[0]
        cells = positions.cell_columns(source.lines[line])
        if token.type == "th_open":
            columns = len(cells)
        elif len(cells) > columns:
            yield diagnostics.UNKNOWN_COLUMN.at(
                positions.at(source, line, cells[columns]),
                f"this row has {len(cells)} cells, and the table {columns} columns",
                'write a bar that is text as "\\|"',
            )


def rows(source: Source, tokens: Sequence[Token], form: Form) -> tuple[tuple[Row, ...], tuple[Diagnostic, ...]]:
    """The rows of a table of notes, from `table_open` to `table_close`, empty ones left out."""
    lines = _cells(source, tokens)
    header, faults = list[str](), list[Diagnostic]()
    for cell in next(lines, []):
        name = column_name(cell)
        column = name if name in SETTING_COLUMNS else form.columns.get(name, "")
        if not column:
            known = tuple(dict.fromkeys([*form.labels, *(c.title() for c in SETTING_COLUMNS)]))
            faults.append(
                diagnostics.UNKNOWN_COLUMN.at(
                    positions.in_block(source, cell, 0),
                    f'there is no column "{cell.content}" for notes of this kind',
                    _help(cell.content, name, known) if cell.content else "give the column a name",
                )
            )
        elif column in header:
            faults.append(
                diagnostics.REPEATED_LABEL.at(
                    positions.in_block(source, cell, 0), f'the column "{cell.content}" stands twice', "keep one of them"
                )
            )
        header.append(column)
    lost = tuple(lost_cells(source, tokens))
    if faults:
        return (), (*faults, *lost)
    return tuple(_row(source, cells, header) for cells in lines if any(cell.content.strip() for cell in cells)), lost


def _help(written: str, name: str, known: Sequence[str]) -> str:
    """The help for a header that is no column; `name` is it in small letters, perhaps in another language."""
    meant = foreign.OF_WORDS.get(name) or foreign.ASKED.get(name)
    return f'did you mean "{meant}"?' if meant in known else did_you_mean(written, known)


def _row(source: Source, cells: Sequence[Token], header: Sequence[str]) -> Row:
    fields, set_by_columns = dict[str, Field](), dict[str, Claim]()
    for column, cell in zip(header, cells, strict=False):
        span = positions.in_block(source, cell, 0)
        if column in SETTING_COLUMNS:
            set_by_columns[column] = Claim(cell.content.strip().strip("`"), span)
        elif cell.content.strip():
            fields[column] = Field(_paragraph(cell), span)
    return Row(cells[0].map[0] if cells[0].map else 0, fields, set_by_columns)


def column_name(cell: Token) -> str:
    """A header cell without what people put around names there: `**Q**`, `Q:`."""
    return cell.content.strip(" *_`:\u00a0\u202f").casefold()


def _paragraph(cell: Token) -> tuple[Token, Token, Token]:
    from markdown_it.token import Token  # whoever has a cell has imported it

    return Token("paragraph_open", "p", 1, map=cell.map), cell, Token("paragraph_close", "p", -1)


def _cells(source: Source, tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The inline tokens of each row, each with the column where it begins in its meta."""
    cells: list[Token] = []
    for token in tokens:
        if token.type == "inline":
            cells.append(token)
        elif token.type == "tr_close":
            line = source.lines[cells[0].map[0]] if cells and cells[0].map else ""
            for cell, column in zip(cells, positions.cell_columns(line), strict=False):
                cell.meta["column"] = column
            yield cells
            cells = []
