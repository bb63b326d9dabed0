"""Offsets of the parser to places in a file: the only module that counts lines and columns."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

from markdown_it.token import Token

from flashgen.model import Source, Span


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
    parts, starts = _lines_of(token)
    number = bisect_right(starts, offset) - 1
    within, part = offset - starts[number], parts[number]
    line = (token.map[0] if token.map else 0) + number + _opening_lines(source, token)
    text = _line(source, line)
    start = token.meta.get("column")
    if isinstance(start, int):
        return at(source, line, _past_escaped_pipes(text, start, within))
    if text.rstrip().endswith(part.rstrip()):
        return at(source, line, len(text.rstrip()) - len(part.rstrip()) + within)
    return at(source, line, max(text.find(part), 0) + within)


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


def _past_escaped_pipes(text: str, start: int, length: int) -> int:
    """A cell's `\\|` is one character of its content and two of its line."""
    at_column = start
    for _ in range(length):
        at_column += 2 if text.startswith("\\|", at_column) else 1
    return at_column


def _lines_of(token: Token) -> tuple[list[str], list[int]]:
    """The lines of a token's content and where each begins, worked out once for all faults in it."""
    known = token.meta.get("lines")
    if known is None:
        parts = token.content.split("\n")
        starts = list(accumulate((len(part) + 1 for part in parts[:-1]), initial=0))
        known = token.meta["lines"] = (parts, starts)
    return known


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
        if end < len(raw) and _combines(raw[begin:end], raw[end]):
            continue
        columns += [begin] * len(unicodedata.normalize("NFC", raw[begin:end]))
        begin = end
    return [*columns, len(raw)]


def _combines(before: str, character: str) -> bool:
    if unicodedata.combining(character):
        return True
    tail = before[-4:]
    return character >= "\u0300" and len(unicodedata.normalize("NFC", tail + character)) < len(
        unicodedata.normalize("NFC", tail)
    ) + len(unicodedata.normalize("NFC", character))
