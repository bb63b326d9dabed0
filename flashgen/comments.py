"""HTML comments among tokens: those of a card hold its settings, all others are for the author alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from flashgen import positions, rawhtml, settings
from flashgen.diagnostics import Diagnostic
from flashgen.model import Settings, Source, Span

if TYPE_CHECKING:
    from markdown_it.token import Token


class Comment(Struct, frozen=True):
    """A card comment: what it sets, its faults, and the line (counted from 0) after a block that ends with it."""

    settings: Settings
    faults: tuple[Diagnostic, ...]
    span: Span
    block_end: int | None


def card_comments(source: Source, tokens: Sequence[Token]) -> Iterator[Comment]:
    """The comments in `tokens` whose text is a mapping of a card's settings, in order."""
    for token in tokens:
        if token.type == "html_block":
            for start, end in rawhtml.comments(token.content):
                ends = not token.content[end:].strip()
                text = token.content[start:end]
                yield from _comment(source, token, text, start, token.map[1] if ends and token.map else None)
        elif token.type == "inline" and "<!--" in token.content:
            for child in token.children or ():
                if child.type == "html_inline" and rawhtml.is_comment(child.content):
                    yield from _comment(source, token, child.content, child.meta.get("pos", 0), None)


def _comment(source: Source, token: Token, comment: str, offset: int, end: int | None) -> Iterator[Comment]:
    text, begin = comment[len("<!--") : -len("-->")], offset + len("<!--")
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    span = positions.in_block(source, token, offset)

    def place(line: int, column: int) -> Span:
        start = starts[min(line, len(starts) - 1)]
        return positions.in_block(source, token, begin + min(start + column, len(text)))

    def place_beside(line: int, column: int) -> Span:
        return replace(span, column=span.column + len("<!--") + min(column, len(text)))

    # In most sources, and in all of a line but a table's cell, a character is a column.
    is_simple = len(starts) == 1 and source.raw_lines is None and "column" not in token.meta
    found, faults = settings.from_comment(text, place_beside if is_simple else place)
    if found is not None:
        yield Comment(found, faults, span, end)
