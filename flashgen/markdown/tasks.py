"""Task lists: `- [ ]` and `- [x]` items get `task` (ticked or not) in the meta of their `list_item_open`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flashgen.patterns import late

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore


_BOX: Final = late(r"\[([ xX])\][ \t\u00a0]+(?=\S)")


def install(parser: MarkdownIt) -> None:
    """Adds the core rule after the inline ones; it takes the box out of the item's text."""
    parser.core.ruler.push("tasks", _tasks)


def _tasks(state: StateCore) -> None:
    for item, opening, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if item.type != "list_item_open" or opening.type != "paragraph_open" or not inline.children:
            continue
        first = inline.children[0]
        box = _BOX.match(first.content) if first.type == "text" else None
        if box is None:
            box = re.fullmatch(r"\[([ xX])\][ \t\u00a0]+", first.content) if first.type == "text" else None
        if box is not None:
            item.meta["task"] = box[1] != " "
            first.content = first.content[box.end() :]
