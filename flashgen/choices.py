"""Multiple choice: a task list at the top level of a question, every item of which has a box."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Choice:
    """One item: whether it is ticked, and its tokens in `tokens[start:end]`, the item's own ones excluded."""

    right: bool
    start: int
    end: int


def lists(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The bounds `[start, end)` of each list of choices among block tokens."""
    start = -1
    for index, token in enumerate(tokens):
        if token.level:
            continue
        if token.type == "bullet_list_open":
            start = index
        elif token.type == "bullet_list_close" and start >= 0:
            items = [t for t in tokens[start:index] if t.type == "list_item_open" and t.level == 1]
            if items and all("task" in item.meta for item in items):
                yield start, index + 1
            start = -1


def choices(tokens: Sequence[Token]) -> list[Choice]:
    """All choices of a question, in order."""
    found = []
    for start, end in lists(tokens):
        opened = start
        for index in range(start, end):
            token = tokens[index]
            if token.level == 1 and token.type == "list_item_open":
                opened = index
            elif token.level == 1 and token.type == "list_item_close":
                found.append(Choice(bool(tokens[opened].meta["task"]), opened + 1, index))
    return found
