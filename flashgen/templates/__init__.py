"""A note and one of its cards in, the HTML of both sides out, as Anki makes it of fields and templates.

    front, back = templates.render(note, ordinal)

What Anki's reviewer does afterwards is left undone: `[[type:Field]]` and `[anki:play:q:0]` stand in the HTML, and math
is between its delimiters. The tests hold both sides against those of the real Anki. They are equal but for the ids
that join a hint to its link, which Anki and flashgen each make up, and the old syntax `{{=<% %>=}}`, which is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct, field

from flashgen.model import Note, Template
from flashgen.notetypes.templates import Node, Replacement, Section, TemplateError, Text, is_filled, parse
from flashgen.templates import filters
from flashgen.templates.sounds import Played, extract

__all__ = ["Side", "TemplateError", "fields_of", "of_template", "render", "template_of"]


class Side(Struct, frozen=True):
    """One side of a card. The n-th of `played` is what the mark `[anki:play:q:n]` (on a back `a`) stands for."""

    html: str
    played: tuple[Played, ...] = ()


class _Card(Struct, frozen=True):
    """What a template may ask of a card: its fields by name, Anki's own ones too, and the cloze number it is about."""

    fields: Mapping[str, str]
    number: int
    front: str | None = None
    own: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def render(note: Note, ordinal: int) -> tuple[Side, Side]:
    """The front and the back of the card of a note that has this ordinal."""
    notetype, template = note.notetype, template_of(note, ordinal)
    own = {
        "Tags": " ".join(note.tags),
        "Type": notetype.name,
        "Deck": note.deck,
        "Subdeck": note.deck.rpartition("::")[2],
        "Card": template.name,
    }
    return of_template(template.front, template.back, fields_of(note), ordinal=ordinal, own=own)


def fields_of(note: Note) -> dict[str, str]:
    """The texts of a note's fields by their names."""
    return dict(zip((field.name for field in note.notetype.fields), note.fields, strict=True))


def template_of(note: Note, ordinal: int) -> Template:
    """The template of the card that has this ordinal; all cards of a cloze have one."""
    return note.notetype.templates[0 if note.notetype.cloze else ordinal]


def of_template(
    front: str,
    back: str,
    fields: Mapping[str, str],
    *,
    ordinal: int = 0,
    own: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Side, Side]:
    """The two sides that templates make of fields by name; `own` are the fields that Anki fills in itself.

    Raises TemplateError where the sections of a template do not match, and where it names a field that there is not.
    """
    # A card that is in no collection has no flag and no number yet.
    own = {"CardFlag": "flag0", "CardID": "0", **own}
    asked = _side(front, _Card(fields, ordinal + 1, None, own), "q")
    return asked, _side(back, _Card(fields, ordinal + 1, asked.html, own), "a")


def _side(template: str, card: _Card, mark: str) -> Side:
    html, played = extract("".join(_shown(parse(template), card)), mark)
    return Side(html, played)


def _shown(nodes: tuple[Node, ...], card: _Card) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Text):
            yield node.text
        elif isinstance(node, Replacement):
            yield _replaced(node, card)
        elif isinstance(node, Section) and _is_met(node.field, card) != node.negated:
            yield from _shown(node.nodes, card)
        elif isinstance(node, Section):
            # Also what is not shown must name fields that there are.
            _insist(node.nodes, card)


def _replaced(node: Replacement, card: _Card) -> str:
    if node.field == "FrontSide":
        return card.front or ""
    return filters.apply(
        _text(node, card), node.field, node.filters, number=card.number, is_back=card.front is not None
    )


def _text(node: Replacement, card: _Card) -> str:
    if not node.field and node.filters:
        return ""
    for fields in (card.fields, card.own):
        if node.field in fields:
            return fields[node.field]
    raise TemplateError(f'there is no field called "{node.field}"')


def _is_met(name: str, card: _Card) -> bool:
    for fields in (card.fields, card.own):
        if name in fields:
            return is_filled(fields[name])
    if name[:1] == "c" and name[1:].isdecimal():
        return int(name[1:]) == card.number
    raise TemplateError(f'there is no field called "{name}"')


def _insist(nodes: tuple[Node, ...], card: _Card) -> None:
    for node in nodes:
        if isinstance(node, Replacement) and node.field != "FrontSide":
            _text(node, card)
        elif isinstance(node, Section):
            _is_met(node.field, card)
            _insist(node.nodes, card)
