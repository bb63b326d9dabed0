"""The parser of the dialect: the rules of markdown-it that are on, and our own."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from markdown_it import MarkdownIt
from mdit_py_plugins.front_matter import front_matter_plugin

from flashgen.markdown import blocks, clozes, code, dispatch, embeds, labels, math, tasks
from flashgen.markdown.plain import PlainFirst
from flashgen.patterns import late

# Beyond `nesting.DEEPEST`, which is told, and far from what the stack can bear.
_MAX_NESTING: Final = 100
# Nobody writes longer addresses, and what tells a host from a path stands in the beginning.
_LONG_ADDRESS: Final = 2000
_NOT_ASCII: Final = late(r"[^\x00-\x7f]+")


class _Parser(MarkdownIt):
    def normalizeLink(self, url: str) -> str:  # noqa: N802  # its name in markdown-it
        """An address with all percent-encoded that must be; the parser itself takes quadratic time for long ones."""
        url = url.strip()
        rest = _NOT_ASCII.sub(lambda found: quote(found[0]), url[_LONG_ADDRESS:])
        return super().normalizeLink(url[:_LONG_ADDRESS] + rest)


def dialect() -> MarkdownIt:
    """The parser, which asks its rules where they can begin."""
    parser = complete()
    dispatch.install(parser)
    parser.inline = PlainFirst(parser.inline)
    return parser


def complete() -> MarkdownIt:
    """The parser with each of its rules asked everywhere, for no other use than to hold `dialect` against it."""
    parser = _Parser("commonmark", {"maxNesting": _MAX_NESTING, "xhtmlOut": False})
    parser.enable(["table", "strikethrough"])
    parser.disable(["lheading", "code"])
    parser.use(front_matter_plugin)
    for construct in (blocks, math, code, labels, clozes, embeds, tasks):
        parser.use(construct.install)
    return parser
