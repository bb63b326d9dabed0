"""A source file and the ids of its cards in, the same file with the ids written into it out; nothing else moves.

An id goes into the card comment that a note has, else into one of its own below the note's last line. A table gets a
column `Id`, or has the one that it has filled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, takewhile
from typing import Final

from markdown_it.token import Token
from msgspec import Struct
from msgspec.structs import replace

from flashgen import comments, settings, tables
from flashgen.model import Card, Claim, Document, Settings, Span
from flashgen.notetypes.forms import BY_OPENER
from flashgen.patterns import late

_LINE: Final = late(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_LINE_END: Final = late(r"\r\n|\r|\n")
_BLANK: Final = " \t"
_COLUMN: Final = "id"


class _Edit(Struct, frozen=True):
    """`new` in the place of what stands from `start` to `end` of the text."""

    start: int
    end: int
    new: str


def pin(text: str, document: Document, cards: Sequence[Card], ids: Mapping[int, str]) -> str:
    """The text of a file with ids written into it.

    `text` is as the file has it, its byte order mark and line ends included; `document` and `cards`, with their fields,
    are what was read from it. `ids` are those to be written, by the order of the cards; cards that have one have none
    there.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix(mark)
    lines = list(_LINE.finditer(body))
    page = _Page(
        text=body,
        starts=[line.start() for line in lines],
        lines=[line[0].rstrip("\r\n") for line in lines],
        openers=frozenset(token.map[0] for token in document.tokens if token.map and _opens_note(token)),
    )
    edits: list[_Edit] = []
    tables_of = _tables_of_lines(document)
    in_tables: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for card in cards:
        id = ids.get(card.order)
        if id is None:
            continue
        line = card.span.line - 1
        if line in tables_of:
            in_tables[tables_of[line]][line] = id
        else:
            edits.append(_into_note(page, document, card, id))
    for place, of_rows in in_tables.items():
        edits += _into_table(page, document.tokens[place:], of_rows)
    return mark + _edited(body, edits)


def _edited(text: str, edits: Sequence[_Edit]) -> str:
    parts: list[str] = []
    end = 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        parts += text[end : edit.start], edit.new
        end = edit.end
    return "".join((*parts, text[end:]))


class _Page(Struct, frozen=True):
    """A text without its byte order mark, where each of its lines begins, and the lines without their ends.

    `openers` are the lines that begin a note by a label. Lines count from 0.
    """

    text: str
    starts: Sequence[int]
    lines: Sequence[str]
    openers: frozenset[int]

    def line_end(self, line: int) -> str:
        """How a line ends; the last, which may have no end, as the first does."""
        end = self.starts[line] + len(self.lines[line])
        found = _LINE_END.match(self.text, end) or _LINE_END.search(self.text)
        return found[0] if found else "\n"


def _opens_note(token: Token) -> bool:
    return token.type == "label" and token.content in BY_OPENER


def _tables_of_lines(document: Document) -> dict[int, int]:
    """Where among the tokens the table begins that a line belongs to, for the lines of all tables but within blocks."""
    return {
        line: place
        for place, token in enumerate(document.tokens)
        if token.type == "table_open" and token.level == 0 and token.map
        for line in range(*token.map)
    }


def _into_note(page: _Page, document: Document, card: Card, id: str) -> _Edit:
    for field in card.fields.values():
        for comment in comments.card_comments(document.source, field.tokens):
            edit = _into_comment(page, comment.span, id)
            if edit is not None:
                return edit
    last = card.span.last_line - 1
    end = page.starts[last] + len(page.lines[last])
    line_end = page.line_end(last)
    # A comment right above the next note would seem to belong to that.
    gap = line_end if last + 1 in page.openers else ""
    return _Edit(end, end, f"{line_end}<!-- id: {id} -->{gap}")


def _into_comment(page: _Page, span: Span, id: str) -> _Edit | None:
    """The id within a comment, where it stays the same comment but for the id; None where it would not."""
    start = page.starts[span.line - 1] + span.column - 1
    end = page.text.find("-->", start + len("<!--"))
    if not page.text.startswith("<!--", start) or end < 0:
        return None
    within = page.text[start + len("<!--") : end]
    before = _setting(within)
    for text in _with_id(within, id):
        after = _setting(text)
        if after == replace(before, id=_bare(id)):
            return _Edit(start + len("<!--"), end, text)
    return None


def _with_id(within: str, id: str) -> Iterator[str]:
    """Ways to write an id into the text of a comment, the best first."""
    text = within.strip()
    lead, _, tail = within.partition(text)
    if text.startswith("{"):
        yield f"{lead}{{id: {id}, {text[1:].lstrip(' ')}{tail}"
    elif "\n" not in text:
        yield f"{lead}id: {id}, {text}{tail}"
    line_end = "\r\n" if "\r\n" in within else "\n"
    indent = lead.rpartition("\n")[2] if "\n" in lead else ""
    yield f"{lead}id: {id}{line_end}{indent}{text}{tail}"
    last = text.rpartition("\n")[2]
    yield f"{lead}{text}{line_end}{last[: len(last) - len(last.lstrip())]}id: {id}{tail}"


def _setting(within: str) -> Settings:
    """What the text of a comment sets, places apart; with faults, nothing that another text could set too."""
    nowhere = Span("", 1)
    found, faults = settings.from_comment(_LINE_END.sub("\n", within), lambda line, column: nowhere)
    return Settings(source=Claim(within, nowhere)) if found is None or faults else found


def _bare(id: str) -> Claim:
    return Claim(id, Span("", 1))


def _into_table(page: _Page, table: Sequence[Token], ids: Mapping[int, str]) -> Iterator[_Edit]:
    """The ids of rows, by their lines, in the table with which these tokens begin."""
    header = table[0].map[0] if table[0].map else 0
    names = [tables.column_name(token) for token in takewhile(_is_in_header, table) if token.type == "inline"]
    column = names.index(_COLUMN) if _COLUMN in names else len(names)
    if column == len(names):
        yield _appended(page, header, column, "Id", " ")
        yield _appended(page, header + 1, column, "---", "")
    for line, id in ids.items():
        cells = _cells(page.lines[line])
        if column >= len(cells):
            yield _appended(page, line, column, id, " ")
            continue
        start, end = (page.starts[line] + place for place in cells[column])
        # The bars of a table that is drawn neatly stay where they are, if the cell is wide enough.
        yield _Edit(start, end, f" {id} ".ljust(end - start))


def _is_in_header(token: Token) -> bool:
    return token.type != "thead_close"


def _appended(page: _Page, line: int, columns: int, text: str, pad: str) -> _Edit:
    """A cell at the end of a row, after as many empty ones as it lacks of `columns`."""
    row = page.lines[line]
    cells = _cells(row)
    end = page.starts[line] + len(row.rstrip(_BLANK))
    empty = columns - len(cells)
    closed = bool(cells) and cells[-1][1] < len(row.rstrip(_BLANK))
    joined = f"{' |' * empty}{pad}{text}{pad}|" if closed else f"{' |' * empty}{pad}|{pad}{text}"
    return _Edit(end, end, joined)


def _cells(row: str) -> list[tuple[int, int]]:
    """From where to where the cells of a row reach, between their bars, as the table rule splits it."""
    begin, text = len(row) - len(row.lstrip(_BLANK)), row.rstrip(_BLANK)
    bars = [
        place
        for place in range(begin, len(text))
        # A backslash before a bar makes it text, even one that is itself escaped.
        if text[place] == "|" and not text.startswith("\\", place - 1, place)
    ]
    if not bars or bars[0] != begin:
        bars.insert(0, begin - 1)
    if bars[-1] != len(text) - 1 or len(bars) == 1:
        bars.append(len(text))
    return [(one + 1, other) for one, other in pairwise(bars)]
