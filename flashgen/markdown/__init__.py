"""The one dialect: CommonMark with tables, strikethrough and task lists, math, labels, clozes and embeds."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from mdit_py_plugins.front_matter import front_matter_plugin

from flashgen.markdown import blocks, clozes, code, embeds, labels, math, tasks

# Beyond `nesting.DEEPEST`, which is told, and far from what the stack can bear.
_MAX_NESTING = 100


@cache
def dialect() -> MarkdownIt:
    """The only configured parser of flashgen.

    Off are setext headings, so that `---` under a line is a thematic break, and indented code, so that an answer may
    hang under its label.
    """
    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING, "xhtmlOut": False})
    parser.enable(["table", "strikethrough"])
    parser.disable(["lheading", "code"])
    parser.use(front_matter_plugin)
    for construct in (blocks, math, code, labels, clozes, embeds, tasks):
        parser.use(construct.install)
    return parser
