"""What may stand in a config, in front matter and in a card comment, as JSON Schema (draft 7), which editors read.

The keys are those of the parsers. A schema takes all that flashgen takes; what it cannot say of a value, such as which
names Anki keeps for itself, flashgen says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from flashgen import config, diagnostics, settings
from flashgen.notetypes.forms import VOCABULARY

_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_SAID: Final = {
    "deck": "The deck of the notes, its levels parted by ::, instead of the one that the file's path gives.",
    "tags": "Tags; those of the card, its file and the project add up.",
    "lang": "The language of words, as a BCP 47 tag: fr, pt-BR, zh-Hant.",
    "source": "Where it is from, as Markdown, shown small on the back.",
    "reverse": "Whether there is a card from the answer to the question as well.",
    "typed": "Whether the answer is to be typed; or the very text to type.",
    "ask": "Which cards a word has; with + in front they are added to the default.",
    "draft": "Whether this is kept out of the build, and keeps its place in the ledger.",
    "no-advice": "Advice that check --style does not give here, by its name, or all of it.",
    "id": "The card's name; only needed where flashgen asks for it.",
    "namespace": "Goes into all GUIDs: a text that nobody else uses, and that never changes.",
    "description": "The text that Anki shows below the decks' names, or a table of one for each top-level deck.",
    "unsafe-html": "Whether HTML of the cards is left as it is: only for cards of your own.",
}
_ID: Final = "^[a-z][a-z0-9-]{2,31}$"
_LANGUAGE: Final = "^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*$"
_NAMESPACE: Final = r"^[^\s\u0000-\u001f\u007f]{1,100}$"
_LINE: Final = r"[^\S\n]*\S[^\n]*"
_TAG: Final = r"^\S{1,200}$"

Schema = dict[str, object]


def front_matter() -> Schema:
    """The schema of a file's front matter."""
    return _schema("Front matter of a file of flashgen", _described(settings.FRONT_MATTER_KEYS, _in_yaml()))


def comment() -> Schema:
    """The schema of the comment of a card."""
    return _schema("The comment of a card of flashgen", _described(settings.COMMENT_KEYS, _in_yaml()))


def project() -> Schema:
    """The schema of `flashgen.toml`, and of the table `tool.flashgen` of a `pyproject.toml`."""
    own: dict[str, Schema] = {
        "namespace": {"type": "string", "pattern": _NAMESPACE},
        "description": {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]},
        "unsafe-html": {"type": "boolean"},
    }
    return _schema(
        "The config of a project of flashgen",
        _described((*config.OWN_KEYS, *settings.FRONT_MATTER_KEYS), {**own, **_in_toml()}),
    )


def _schema(title: str, properties: Mapping[str, Schema]) -> Schema:
    return {
        "$schema": _DRAFT,
        "title": title,
        "type": "object",
        "additionalProperties": False,
        "properties": dict(properties),
    }


def _described(keys: Iterable[str], values: Mapping[str, Schema]) -> dict[str, Schema]:
    return {key: {"description": _SAID[key], **values[key]} for key in keys}


def _in_toml() -> dict[str, Schema]:
    """What the keys take in TOML, where a text is a text."""
    flags = "|".join(_in_any_case(word) for word in sorted(settings.TRUE | settings.FALSE))
    flag: Schema = {"anyOf": [{"type": "boolean"}, {"type": "string", "pattern": f"^({flags})$"}]}
    text: Schema = {"type": "string", "pattern": r"\S", "maxLength": settings.LONGEST}
    ask = rf"\+*({'|'.join(_in_any_case(name) for name in VOCABULARY.asks)})"
    advice = "|".join((*diagnostics.ADVICE, settings.ALL_ADVICE))
    return {
        "deck": {**text, "pattern": f"^{_LINE}$"},
        "tags": _list(_TAG, r"^\S{0,200}$"),
        "lang": {"type": "string", "pattern": _LANGUAGE, "maxLength": 35},
        "source": text,
        "reverse": flag,
        "typed": {"anyOf": [{"type": "boolean"}, {**text, "pattern": rf"^\s*{_LINE}\s*$"}]},
        "ask": _list(f"^{ask}$", rf"^[\s,]*({ask}([\s,]+|$))*$"),
        "draft": flag,
        "no-advice": _list(f"^({advice})$", rf"^[\s,]*(({advice})([\s,]+|$))*$"),
        "id": {"type": "string", "pattern": _ID},
    }


def _in_yaml() -> dict[str, Schema]:
    """What the keys take in YAML, where editors see a number in what flashgen reads as a text."""
    values = _in_toml()
    scalar: Schema = {"type": ["number", "boolean"]}
    for key in ("deck", "source", "typed"):
        values[key] = {"anyOf": [values[key], scalar]}
    for key in ("reverse", "draft"):
        values[key] = {"anyOf": [values[key], {"enum": [0, 1]}]}
    values["id"] = {"anyOf": [values["id"], {"type": "boolean"}]}
    # Nothing behind the colon is an empty list.
    values["tags"] = {"anyOf": [_list(_TAG, r"^\S{0,200}$", also=scalar), scalar, {"type": "null"}]}
    for key in ("ask", "no-advice"):
        values[key] = {"anyOf": [values[key], {"type": "null"}]}
    return values


def _list(item: str, alone: str, also: Schema | None = None) -> Schema:
    """A list of texts of the pattern `item`, or one text of the pattern `alone`."""
    one: Schema = {"type": "string", "pattern": item}
    items: Schema = one if also is None else {"anyOf": [one, also]}
    return {
        "anyOf": [{"type": "string", "pattern": alone}, {"type": "array", "items": items, "maxItems": settings.MOST}]
    }


def _in_any_case(word: str) -> str:
    return "".join(f"[{letter.upper()}{letter}]" if letter.isalpha() else letter for letter in word)
