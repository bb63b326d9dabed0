"""Code that is too long to be coloured: the patterns that colour it take quadratic time for some texts."""

from __future__ import annotations

from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

LARGEST: Final = 30_000_000
"""The sum of the squared lengths of a file's code blocks up to which they are coloured: one of 5 400 characters, 30 of
1 000, or 750 of 200. A file of more than 100 000 characters may have as much in each of so many."""
_SHARE: Final = 100_000

# Their lexers take several times as long as others for lines of one word.
_COSTLY: Final = frozenset({"c#", "cs", "csharp", "aspx-cs", "antlr-csharp", "antlr-c#", "devicetree", "dts"})


def install(parser: MarkdownIt) -> None:
    """Adds the core rule, which marks with `plain` in their meta the code fences beyond the limit."""
    parser.core.ruler.after("block", "long_code", _long_code)


def _long_code(state: StateCore) -> None:
    most, spent = LARGEST * max(1, len(state.src) / _SHARE), 0
    for token in state.tokens:
        if token.type == "fence" and token.info.strip():
            is_costly = token.info.split()[0].casefold() in _COSTLY
            cost = len(token.content) ** 2 * (10 if is_costly else 1)
            spent += cost
            if spent > most or cost > LARGEST:
                token.meta["plain"] = True
