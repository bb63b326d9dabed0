"""The one dialect: CommonMark with tables, strikethrough and task lists, math, labels, clozes and embeds."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


@cache
def dialect() -> MarkdownIt:
    """The only configured parser of flashgen.

    Off are setext headings, so that `---` under a line is a thematic break, and indented code, so that an answer may
    hang under its label.
    """
    # Sources of simple notes alone never need it, and it takes long to import.
    from flashgen.markdown import parser

    return parser.dialect()
