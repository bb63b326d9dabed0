"""Rules asked only where they can begin: each of the dialect's rules stands for the signs that it begins with.

The parser by itself asks every rule at every line and at every sign of a text; nearly all say no to the first character
that they look at. What comes out is the same, for any text: `tests/test_dispatch.py`.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from markdown_it import MarkdownIt
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from flashgen.markdown.spelling import INITIALS

_Rule = TypeVar("_Rule", bound=Callable[..., Any])

BLOCKS: Final[Mapping[str, str]] = {
    "front_matter": "-",
    "label": "".join(sorted(INITIALS)),
    "math": "$",
    "fence": "~`",
    "blockquote": ">",
    "hr": "*-_",
    "list": f"*-+{string.digits}",
    "reference": "[",
    "html_block": "<",
    "heading": "#",
}
"""What the lines begin with, after their indent, that these rules of blocks can begin at."""

INLINES: Final[Mapping[str, str]] = {
    "newline": "\n",
    "math": "$",
    "cloze": "{}",
    "escape": "\\",
    "backticks": "`",
    "strikethrough": "~",
    "emphasis": "_*",
    "embed": "![",
    "link": "[",
    "image": "!",
    "autolink": "<",
    "html_inline": "<",
    "entity": "&",
}
"""The characters that these rules of text can begin at."""


def install(parser: MarkdownIt) -> None:
    """Has the rules of a parser that is complete asked by the character that stands at their place.

    A rule that is not named here is asked everywhere.
    """
    for chain in ("", "paragraph", "reference", "blockquote", "list"):
        _ask(parser.block.ruler, chain, BLOCKS, _block)
    _ask(parser.inline.ruler, "", INLINES, _inline)


def _ask(
    ruler: Ruler[_Rule],
    chain: str,
    begins: Mapping[str, str],
    asking: Callable[[Mapping[str, Sequence[_Rule]], Sequence[_Rule]], _Rule],
) -> None:
    rules = ruler.getRules(chain)
    names = {id(rule.fn): rule.name for rule in ruler.__rules__ if rule.enabled}
    signs = {sign for signs in begins.values() for sign in signs}
    by_sign = {
        sign: tuple(rule for rule in rules if sign in begins.get(names[id(rule)], sign)) for sign in sorted(signs)
    }
    others = tuple(rule for rule in rules if names[id(rule)] not in begins)
    # The parser's own list of the chain, which all who ask are given.
    rules[:] = [asking(by_sign, others)]


def _block(by_sign: Mapping[str, Sequence[Any]], others: Sequence[Any]) -> Any:
    def ask(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        at = state.bMarks[start] + state.tShift[start]
        for rule in by_sign.get(state.src[at : at + 1], others):  # noqa: SIM110  # a generator costs as much as a rule
            if rule(state, start, end, silent):
                return True
        return False

    return ask


def _inline(by_sign: Mapping[str, Sequence[Any]], others: Sequence[Any]) -> Any:
    def ask(state: StateInline, silent: bool) -> bool:
        for rule in by_sign.get(state.src[state.pos], others):  # noqa: SIM110
            if rule(state, silent):
                return True
        return False

    return ask
