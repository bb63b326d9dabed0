"""Anki's cloze notation: the text of a field in, the numbers of its deletions out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from flashgen.patterns import late

HIGHEST_NUMBER: Final = 500
"""The last number that has a card of its own; Anki puts all greater ones on that card, where they show nothing."""

DEEPEST_NESTING: Final = 10
"""How many deletions Anki opens inside one another; what is opened deeper it does not see."""

_TOKEN: Final = late(r"\{\{c([0-9,]+)::|\}\}")
_HIGHEST_READ: Final = 65535


def numbers(text: str) -> frozenset[int]:
    """The numbers of the deletions in a field's text, as Anki reads them: closed ones only, and never 0."""
    if "{{c" not in text:
        return frozenset()
    found: set[int] = set()
    open_deletions: list[set[int]] = []
    for match in _TOKEN.finditer(text):
        if match[1] is None:
            if open_deletions:
                closed = open_deletions.pop()
                # An outer deletion that is never closed takes the inner ones with it.
                (open_deletions[-1] if open_deletions else found).update(closed)
        elif (own := _read(match[1])) and len(open_deletions) < DEEPEST_NESTING:
            open_deletions.append(own)
    return frozenset(found - {0})


def tokens(text: str) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """The text in pieces: a sign (`{{` or `}}`, else empty), the piece itself, and the numbers that it opens."""
    end = 0
    for match in _TOKEN.finditer(text):
        own = _read(match[1]) if match[1] is not None else set()
        if match[1] is not None and not own:
            continue
        if match.start() > end:
            yield "", text[end : match.start()], ()
        yield match[0][:2], match[0], tuple(sorted(own))
        end = match.end()
    if end < len(text):
        yield "", text[end:], ()


def ordinals(numbers: Iterable[int]) -> tuple[int, ...]:
    """The ordinals of the cards that deletions with these numbers make, sorted."""
    return tuple(sorted({min(number, HIGHEST_NUMBER) - 1 for number in numbers}))


def _read(text: str) -> set[int]:
    # Anki reads sixteen bits and passes over what does not fit; int() alone would refuse very long numbers.
    digits = (part.lstrip("0") or "0" for part in text.split(",") if part)
    return {number for part in digits if len(part) <= 5 and (number := int(part)) <= _HIGHEST_READ}
