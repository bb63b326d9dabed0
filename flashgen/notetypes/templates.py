"""Anki's template language: the text of a template in, its nodes out, and whether fields fill it.

Only what decides about cards is read here. Text is kept, filters are kept in the order in which Anki applies them, and
`{{FrontSide}}` is a name that no field has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from msgspec import Struct

from flashgen.patterns import late

_TOKEN: Final = late(r"\{\{(?P<tag>.*?)\}\}|(?P<comment><!--.*?-->)", re.DOTALL)
_SHOWS_NOTHING: Final = late(r"(?:[\t\n\v\f\r ]|</?(?:br|div) ?/?>)*", re.IGNORECASE | re.ASCII)

# Anki fills these in itself, so that a template which shows one of them is never empty.
_ALWAYS_FILLED: Final = frozenset({"Card", "CardFlag", "CardID", "Deck", "Subdeck", "Type"})


class TemplateError(ValueError):
    """A section of a template is closed that is not open, or never closed."""


class Text(Struct, frozen=True):
    """What stands on the card as it is, comments of HTML included."""

    text: str


class Replacement(Struct, frozen=True):
    """`{{filter:Field}}`: a field, passed through filters from the first to the last."""

    field: str
    filters: tuple[str, ...]


class Section(Struct, frozen=True):
    """`{{#Field}}…{{/Field}}`, or with `negated` `{{^Field}}…{{/Field}}`."""

    field: str
    negated: bool
    nodes: tuple[Node, ...]


Node = Text | Replacement | Section


def is_filled(text: str) -> bool:
    """Whether Anki counts a field as filled: white space, line breaks and empty `<div>`s are nothing."""
    # Most begin with a letter or a digit.
    return text[:1].isalnum() or (text != "" and _SHOWS_NOTHING.fullmatch(text) is None)


@lru_cache(maxsize=256)
def parse(template: str) -> tuple[Node, ...]:
    """The nodes of a template. Raises TemplateError where its sections do not match."""
    return _nodes(_tokens(template), None)


def shows_something(template: str, filled: frozenset[str]) -> bool:
    """Whether Anki makes a card of this front: where any filled field is shown, whatever its filters make of it.

    `filled` are the names of the fields that the note fills.
    """
    return _any_shown(parse(template), filled | _ALWAYS_FILLED)


def _any_shown(nodes: tuple[Node, ...], filled: frozenset[str]) -> bool:
    for node in nodes:
        if isinstance(node, Replacement):
            if node.field in filled:
                return True
        elif isinstance(node, Section) and (node.field in filled) != node.negated and _any_shown(node.nodes, filled):
            return True
    return False


def _tokens(template: str) -> Iterator[tuple[str, str]]:
    """Pairs of a sign (`#`, `^`, `/`, `=` for a replacement, empty for text) and what follows it."""
    end = 0
    for match in _TOKEN.finditer(template):
        if match.start() > end:
            yield "", template[end : match.start()]
        end = match.end()
        tag = match["tag"]
        if tag is None:
            yield "", match["comment"]
            continue
        tag = tag.lstrip("{").strip()
        if len(tag) > 1 and tag[0] in "#^/":
            yield tag[0], tag[1:].lstrip()
        else:
            yield "=", tag
    if end < len(template):
        yield "", template[end:]


def _nodes(tokens: Iterator[tuple[str, str]], opened: str | None) -> tuple[Node, ...]:
    nodes: list[Node] = []
    for sign, text in tokens:
        if sign == "":
            nodes.append(Text(text))
        elif sign == "=":
            *filters, name = text.split(":")
            nodes.append(Replacement(name, tuple(reversed(filters))))
        elif sign == "/":
            if text != opened:
                raise TemplateError(f"{{{{/{text}}}}} closes nothing that is open")
            return tuple(nodes)
        else:
            nodes.append(Section(text, sign == "^", _nodes(tokens, text)))
    if opened is not None:
        raise TemplateError(f"{{{{/{opened}}}}} is missing")
    return tuple(nodes)
