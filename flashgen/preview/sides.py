"""A note and one of its cards in, what the page needs to show it as Anki's reviewer does out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flashgen import templates
from flashgen.model import Note
from flashgen.notetypes import clozes
from flashgen.patterns import late
from flashgen.preview.math import typeset
from flashgen.templates import deletions, plain
from flashgen.templates.sounds import Played, Sound

_TO_TYPE: Final = late(r"\[\[type:(.+?)\]\]")
_PLACES: Final = late(r"\[anki:play:[qa]:\d+\]|\[\[type:.+?\]\]")
_TITLE: Final = 120
_TITLED: Final = 20


def of(note: Note, ordinal: int) -> dict[str, object]:
    """Both sides of a card as data: their HTML, what is played on them, and the text that is to be typed, if any."""
    front, back = templates.render(note, ordinal)
    return {
        "ordinal": ordinal,
        "front": typeset(front.html),
        "back": typeset(back.html),
        "playedFront": [_played(one) for one in front.played],
        "playedBack": [_played(one) for one in back.played],
        "typed": _to_type(note, ordinal, front.html) or _to_type(note, ordinal, back.html),
    }


def titles_of(note: Note) -> Iterator[str]:
    """What each card of a note is listed as: the text of its front, of a note with very many cards that of the note."""
    for ordinal in note.cards[:_TITLED]:
        yield _short(_title_of(note, ordinal))
    if rest := note.cards[_TITLED:]:
        yield from [_short(text_of(note))] * len(rest)


def _short(text: str) -> str:
    return text if len(text) <= _TITLE else text[: _TITLE - 1] + "…"


def _title_of(note: Note, ordinal: int) -> str:
    """The text of a card's front in one line, without the headings above it and its hint."""
    fields = {**templates.fields_of(note), "Context": "", "Hint": ""}
    front, _ = templates.of_template(templates.template_of(note, ordinal).front, "", fields, ordinal=ordinal)
    text = " ".join(plain.spoken(_PLACES.sub("", front.html)).split())
    if not text:
        # What is only heard or seen is told by what the note is known by.
        known_by = " ".join(plain.spoken(_PLACES.sub("", note.fields[note.notetype.sort_field])).split())
        text = f"{'♪' if front.played else '▣'} {known_by}".strip()
    return text


def text_of(note: Note) -> str:
    """All that can be searched for in a note, in one line: the fields that Anki searches, without cloze marks."""
    texts = (
        "".join(" " if sign else piece.replace("::", " ") for sign, piece, _ in clozes.tokens(text))
        if "{{c" in text
        else text
        for field, text in zip(note.notetype.fields, note.fields, strict=True)
        if text and not field.exclude_from_search
    )
    return " ".join(plain.spoken(" ".join(texts)).split())


def _played(one: Played) -> dict[str, object]:
    if isinstance(one, Sound):
        return {"sound": one.name}
    return {"text": one.text, "lang": one.lang.replace("_", "-"), "voices": list(one.voices), "speed": one.speed}


def _to_type(note: Note, ordinal: int, html: str) -> str | None:
    """What is to be typed where a side asks for it; None where that field is empty, as Anki asks for nothing then."""
    asked = _TO_TYPE.search(html)
    if asked is None:
        return None
    *filters, name = asked[1].split(":")
    text = templates.fields_of(note).get(name, "")
    if "cloze" in filters:
        text = deletions.to_type(text, ordinal + 1)
    return plain.typed(text) if text else None
