"""How deep the dialect looks: beyond these depths a parser takes too much time, or drops text without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline


DEEPEST: Final = 60
"""How many quotes may stand in one another; of lists, which are a list and an item each, half as many."""

DEEPEST_INLINE: Final = 20
"""How many brackets or deletions may: the parser looks at a paragraph once more for each."""


_TOO_DEEP: Final = -1  # a key of the parser's cache, which has positions
_ENV: Final = "too deep"


def is_too_deep(state: StateInline) -> bool:
    """Whether a bracket or a deletion at this place is not looked at any more, nor any other of its paragraph."""
    if state.level > DEEPEST_INLINE:
        state.cache[_TOO_DEEP] = 1
        state.env.setdefault(_ENV, set()).add(state.src)
    return _TOO_DEEP in state.cache


def note_too_deep(state: StateCore) -> None:
    """Marks with `too_deep` in their meta the paragraphs in which something was not looked at."""
    texts = state.env.pop(_ENV, ())
    for token in state.tokens if texts else ():
        if token.type == "inline" and token.content in texts:
            token.meta["too_deep"] = True
