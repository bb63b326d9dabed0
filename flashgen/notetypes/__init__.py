"""The note types, as data: a kind in, its frozen schema out, and the cards that Anki makes of a note's fields.

The schema is a promise. Names, their order and their ids stay as they are at first release; a spare field or template
is taken into use by a new name under its old id. Text of templates and style may change, and then `_TEXT_MODIFIED`
moves forward.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from flashgen.model import FieldType, Note, NoteType, Row, Template
from flashgen.notetypes import clozes
from flashgen.notetypes.languages import tts_locale
from flashgen.notetypes.templates import is_filled, shows_something
from flashgen.patterns import late

_TEXT_MODIFIED: Final = 1795305600
"""When templates and style were last changed (2026-11-22, seconds since 1970); a newer one wins in Anki."""

_SPARE_FIELDS: Final = ("Spare1", "Spare2")
_QA_FIELDS: Final = ("Question", "Answer", "Extra", "Hint", "Context", "Source", "Typed", "Reverse", "Id")
_CLOZE_FIELDS: Final = ("Text", "Extra", "Hint", "Context", "Source", "Typed", "Id")
_VOCABULARY_FIELDS: Final = (
    *("Word", "Bare", "Forms", "Gender", "Category", "IPA", "Meaning", "Definition"),
    *("Example", "ExampleGap", "Translation", "Audio", "Image", "Extra", "Hint", "Context", "Source"),
    *("AskRecognition", "AskProduction", "AskGender", "AskListening", "AskExample"),
    *("Typed", "Id"),
)

# A template's name and the stem of its files.
_QA_TEMPLATES: Final = {"Question → Answer": "question-answer", "Answer → Question": "answer-question"}
_CLOZE_TEMPLATES: Final = {"Cloze": "cloze"}
_VOCABULARY_TEMPLATES: Final = {
    name: name.lower() for name in ("Recognition", "Production", "Gender", "Listening", "Example")
}

# Flags and what flashgen derives from other fields: nobody edits or looks for them in Anki.
_BEHIND_THE_SCENES: Final = frozenset({name for name in _VOCABULARY_FIELDS if name.startswith("Ask")}) | {
    *("Reverse", "Typed", "Bare", "ExampleGap"),
    *_SPARE_FIELDS,
}
_DESCRIPTIONS: Final = {
    "Id": "The name of this note in its source; leave it as it is",
    "Reverse": "Filled: a card from the answer to the question",
    "Typed": "Filled: the answer is to be typed",
    "Bare": "The word without its article",
    "ExampleGap": "The example with a gap for the word",
    "Spare1": "Empty, kept for later releases",
    "Spare2": "Empty, kept for later releases",
}

_PART: Final = late(r"\[\[([a-z-]+)\]\]")


@cache
def for_kind(kind: str) -> NoteType:
    """The note type of a kind: `qa`, `cloze`, or `vocabulary:<lang>` with a BCP 47 tag in its canonical case.

    Raises ValueError for any other text.
    """
    base, _, lang = kind.partition(":")
    if kind == "qa":
        return _note_type("Flashgen Q&A", "qa", fields=_QA_FIELDS, templates=_QA_TEMPLATES, spare_templates=1)
    if kind == "cloze":
        return _note_type("Flashgen Cloze", "cloze", fields=_CLOZE_FIELDS, templates=_CLOZE_TEMPLATES)
    if base == "vocabulary" and lang:
        return _note_type(
            f"Flashgen Vocabulary ({lang})",
            "vocabulary",
            fields=_VOCABULARY_FIELDS,
            templates=_VOCABULARY_TEMPLATES,
            spare_templates=2,
            lang=lang,
        )
    raise ValueError(f"no note type is of the kind {kind!r}")


def field_names(notetype: NoteType) -> tuple[str, ...]:
    """The names of its fields, in their order."""
    return _names(notetype.fields)


@lru_cache(maxsize=256)
def _names(fields: tuple[FieldType, ...]) -> tuple[str, ...]:
    return tuple(field.name for field in fields)


def cards_of(notetype: NoteType, fields: Mapping[str, str] | Sequence[str]) -> tuple[int, ...]:
    """The ordinals of the cards that Anki makes of a note, sorted; `fields` by name, or in the order of the note type.

    A field that the mapping lacks is empty. The result is empty where nothing would be shown; Anki itself makes the
    first card even then. Raises ValueError where a sequence has more or fewer texts than the note type has fields.
    """
    names = field_names(notetype)
    texts = [fields.get(name, "") for name in names] if isinstance(fields, Mapping) else fields
    if len(texts) != len(names):
        raise ValueError(f"{notetype.name} has {len(names)} fields, not {len(texts)}")
    if notetype.cloze:
        return clozes.ordinals(frozenset().union(*map(clozes.numbers, texts)))
    filled = frozenset([name for name, text in zip(names, texts, strict=True) if text and is_filled(text)])
    return _shown(notetype.templates, filled)


def note_of(row: Row, guid: str, text: str, *, order: int, media: tuple[str, ...]) -> Note:
    """The note of a row: what Anki stores of it beside what the row says, and the position of its cards."""
    return Note(
        guid=guid,
        id=row.id,
        kind=row.kind,
        notetype=for_kind(row.kind),
        text=text,
        tags=row.tags,
        deck=row.deck,
        cards=row.cards,
        modified=row.modified,
        created=row.created,
        order=order,
        media=media,
    )


def card_name(notetype: NoteType, ordinal: int) -> str:
    """What a card is called: by its template, or by its cloze number."""
    return f"Cloze {ordinal + 1}" if notetype.cloze else notetype.templates[ordinal].name


def schema_id(*texts: str) -> int:
    """The id that follows from names: 53 bits, so that every client reads it exactly, and never 0."""
    digest = hashlib.sha256("\x1f".join(texts).encode()).digest()
    return int.from_bytes(digest[:8]) >> 11 or 1


@lru_cache(maxsize=1024)
def _shown(templates: tuple[Template, ...], filled: frozenset[str]) -> tuple[int, ...]:
    """The ordinals of the templates whose fronts show something; notes of a deck fill the same few sets of fields."""
    return tuple(ordinal for ordinal, one in enumerate(templates) if shows_something(one.front, filled))


def _note_type(
    name: str,
    folder: str,
    *,
    fields: tuple[str, ...],
    templates: Mapping[str, str],
    spare_templates: int = 0,
    lang: str = "",
) -> NoteType:
    spares = tuple(_spare_template(name, number) for number in range(1, spare_templates + 1))
    return NoteType(
        name=name,
        id=schema_id("flashgen note type 1", name),
        cloze=folder == "cloze",
        fields=tuple(_field(name, field) for field in (*fields, *_SPARE_FIELDS)),
        templates=tuple(_template(name, title, folder, stem, lang) for title, stem in templates.items()) + spares,
        css=_file("style.css") + _file("code.css"),
        modified=_TEXT_MODIFIED,
    )


def _field(notetype: str, name: str) -> FieldType:
    behind = name in _BEHIND_THE_SCENES
    return FieldType(
        name=name,
        id=schema_id("flashgen field 1", notetype, name),
        collapsed=behind or name in ("Context", "Id"),
        exclude_from_search=behind,
        plain_text=behind or name == "Id",
        description=_DESCRIPTIONS.get(name, ""),
    )


def _template(notetype: str, name: str, folder: str, stem: str, lang: str) -> Template:
    return Template(
        name=name,
        id=schema_id("flashgen template 1", notetype, name),
        front=_text(folder, f"{stem}.front.html", lang),
        back=_text(folder, f"{stem}.back.html", lang),
    )


def _spare_template(notetype: str, number: int) -> Template:
    name = f"Spare {number}"
    return Template(
        name=name,
        id=schema_id("flashgen template 1", notetype, name),
        front=f"{{{{#Spare{number}}}}}{{{{Spare{number}}}}}{{{{/Spare{number}}}}}",
        back=f"{{{{Spare{number}}}}}",
    )


def _text(folder: str, file: str, lang: str) -> str:
    """A template file with its `[[parts]]` put in."""
    locale = tts_locale(lang) or ""

    def part(match: re.Match[str]) -> str:
        name = match[1]
        if name == "lang":
            return html.escape(lang)
        if name == "locale":
            return locale
        if name.endswith("spoken") and not locale:
            return ""
        return _text(folder, f"{name}.part.html", lang)

    return _PART.sub(part, _file(folder, file)).strip("\n")


@cache
def _file(*path: str) -> str:
    return Path(__file__).parent.joinpath(*path).read_text(encoding="utf-8")
