"""Offsets of the parser to places in a file: the only module that counts lines and columns."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from flashgen.model import Source, Span
from flashgen.patterns import late

if TYPE_CHECKING:
    from markdown_it.token import Token

_ESCAPED_PIPE: Final = late(r"\\\|")
# So many characters before one decide whether it makes one letter with them.
_REACH: Final = 4


def at(source: Source, line: int, column: int = 0, last_line: int = 0) -> Span:
    """The place of the character `column` of `line`, both counted from 0, as the author's editor counts it."""
    if source.raw_lines is not None and line < len(source.raw_lines):
        column = _raw_column(source.raw_lines[line], column)
    return Span(source.file, line + 1, column + 1, last_line)


def of_block(source: Source, token: Token) -> Span:
    """The place of the first character of a block; a fence or formula may stand behind a label or a marker."""
    line = token.map[0] if token.map else 0
    text = _line(source, line)
    column = text.find(token.markup) if token.type in ("fence", "math_block") else -1
    return at(source, line, column if column >= 0 else len(text) - len(text.lstrip()))


def in_block(source: Source, token: Token, offset: int) -> Span:
    """The place of the character `offset` in the content of a block or inline token.

    Content is the source's lines without their indentation and markers, so each is the end of its line; a table's cell
    and a heading are a part of theirs (`column` in the meta says where a cell begins).
    """
    lines = _lines_of(token)
    number = bisect_right(lines.starts, offset) - 1
    line = (token.map[0] if token.map else 0) + number + _opening_lines(source, token)
    if number not in lines.columns:
        lines.columns[number] = _columns_of(_line(source, line), lines.parts[number], token.meta.get("column"))
    start, pipes = lines.columns[number]
    within = offset - lines.starts[number]
    # A cell's `\|` is one character of its content and two of its line.
    return at(source, line, start + within + bisect_left(pipes, within))


def cell_columns(line: str) -> list[int]:
    """Where the text of each cell of a table's row begins, counted from 0, as the table rule splits the row."""
    starts, begin, escaped = [], len(line) - len(line.lstrip()), False
    text = line.rstrip()
    bounds = [begin - 1] if not text.startswith("|", begin) else []
    for index in range(begin, len(text)):
        if text[index] == "|" and not escaped:
            bounds.append(index)
        escaped = text[index] == "\\"
    for bound in bounds:
        start = bound + 1
        while start < len(text) and text[start] in " \t":
            start += 1
        if bound + 1 < len(text):
            starts.append(start)
    return starts


def _opening_lines(source: Source, token: Token) -> int:
    """How many lines of a block stand above its content: that of a fence, and that of `$$` alone."""
    if token.type == "math_block" and token.map:
        return 1 if _line(source, token.map[0]).rstrip().endswith("$$") and token.map[1] - token.map[0] > 1 else 0
    return 1 if token.type == "fence" else 0


def _line(source: Source, line: int) -> str:
    return source.lines[line] if line < len(source.lines) else ""


class _Lines(Struct, frozen=True):
    """The lines of a token's content, where each begins, and what `_columns_of` has found of some."""

    parts: list[str]
    starts: list[int]
    columns: dict[int, tuple[int, list[int]]]


def _lines_of(token: Token) -> _Lines:
    """Worked out once for all faults in a token, of which there may be thousands."""
    known = token.meta.get("lines")
    if not isinstance(known, _Lines):
        parts = token.content.split("\n")
        starts = list(accumulate((len(part) + 1 for part in parts[:-1]), initial=0))
        known = token.meta["lines"] = _Lines(parts, starts, {})
    return known


def _columns_of(text: str, part: str, cell: object) -> tuple[int, list[int]]:
    """Where in its line a part of a token begins, and the offsets in the part of bars that the line escapes.

    `cell` is the column of a table's cell, whose escaped bars alone have lost their backslash.
    """
    if isinstance(cell, int):
        pipes = (found.start() - cell - number for number, found in enumerate(_ESCAPED_PIPE.finditer(text, cell)))
        return cell, list(pipes)
    text, bare = text.rstrip(), part.rstrip()
    if text.endswith(bare):
        return len(text) - len(bare), []
    return max(text.find(part), 0), []


def _raw_column(raw: str, column: int) -> int:
    """Normalizing may have made one character of several."""
    columns = _columns(raw)
    return columns[min(max(column, 0), len(columns) - 1)]


@lru_cache(maxsize=64)
def _columns(raw: str) -> list[int]:
    """For each character of a normalized line, and its end, where it begins in the line as written."""
    columns: list[int] = []
    begin = 0
    for end in range(1, len(raw) + 1):
        # What combines with the characters before it belongs to them.
        if end < len(raw) and _combines(raw[max(begin, end - _REACH) : end], raw[end]):
            continue
        columns += [begin] * len(unicodedata.normalize("NFC", raw[begin:end]))
        begin = end
    return [*columns, len(raw)]


def _combines(before: str, character: str) -> bool:
    if unicodedata.combining(character):
        return True
    return character >= "\u0300" and len(unicodedata.normalize("NFC", before + character)) < len(
        unicodedata.normalize("NFC", before)
    ) + len(unicodedata.normalize("NFC", character))
