"""Code that is too long to be coloured: the patterns that colour it take quadratic time for some texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore


LARGEST: Final = 30_000_000
"""The sum of the squared lengths of a file's code blocks up to which they are coloured: one of 5 400 characters, 30 of
1 000, or 750 of 200. A file of more than 100 000 characters may have as much in each of so many."""
_SHARE: Final = 100_000

WHOLE: Final = "whole"
"""The key of the environment for the `Whole` of which the text that is parsed is what is left."""

# Their lexers take several times as long as others for lines of one word.
_COSTLY: Final = frozenset({"c#", "cs", "csharp", "aspx-cs", "antlr-csharp", "antlr-c#", "devicetree", "dts"})


class Whole(NamedTuple):
    """A file: its length in characters, and what code of it that is not parsed any more takes of its limit."""

    characters: int
    spent: int


def most(characters: int) -> float:
    """How much code of a file of so many characters is coloured."""
    return LARGEST * max(1, characters / _SHARE)


def cost(content: str, language: str) -> int:
    """What a code block takes of that."""
    return len(content) ** 2 * (10 if language.casefold() in _COSTLY else 1)


def install(parser: MarkdownIt) -> None:
    """Adds the core rule, which marks with `plain` in their meta the code fences beyond the limit."""
    parser.core.ruler.after("block", "long_code", _long_code)


def _long_code(state: StateCore) -> None:
    whole = state.env.get(WHOLE)
    limit, spent = (most(whole.characters), whole.spent) if isinstance(whole, Whole) else (most(len(state.src)), 0)
    for token in state.tokens:
        if token.type == "fence" and token.info.strip():
            own = cost(token.content, token.info.split()[0])
            spent += own
            if spent > limit or own > LARGEST:
                token.meta["plain"] = True
