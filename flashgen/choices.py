"""Multiple choice: a list at the top level of a question whose items have boxes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from markdown_it.token import Token


class Choice(Struct, frozen=True):
    """One item: whether it is ticked, and its tokens in `tokens[start:end]`, the item's own ones excluded."""

    right: bool
    start: int
    end: int


def lists(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The bounds `[start, end)` of each list of choices among block tokens: one box makes a list one."""
    start = -1
    for index, token in enumerate(tokens):
        if token.level:
            continue
        if token.type in ("bullet_list_open", "ordered_list_open"):
            start = index
        elif token.type in ("bullet_list_close", "ordered_list_close") and start >= 0:
            if any("task" in item.meta for item in tokens[start:index] if item.level == 1):
                yield start, index + 1
            start = -1


def choices(tokens: Sequence[Token]) -> list[Choice]:
    """All choices of a question, in order; an item without a box is none."""
    found = []
    for start, end in lists(tokens):
        opened = start
        for index in range(start, end):
            token = tokens[index]
            if token.level == 1 and token.type == "list_item_open":
                opened = index
            elif token.level == 1 and token.type == "list_item_close" and "task" in tokens[opened].meta:
                found.append(Choice(bool(tokens[opened].meta["task"]), opened + 1, index))
    return found
