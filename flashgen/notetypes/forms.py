"""How authors write the notes of each type: labels, columns and questions as data, so that code asks no names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field


class Form(Struct, frozen=True):
    """The written form of a note type.

    `labels` maps a label at the left margin to the field it opens, the opener included; `columns` maps a table's
    header, in lower case, to its field. `question` is the field a note is recognized by; `answers` are the fields of
    its answer, the first filled one counts. `asks` maps the name of a card that can be asked for to its Ask field.
    `clozes` is the field that holds deletions; `media` are fields that hold a file, whose bare path is enough.
    """

    kind: str
    opener: str
    labels: Mapping[str, str]
    columns: Mapping[str, str]
    question: str
    answers: tuple[str, ...]
    asks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    clozes: str = ""
    media: tuple[str, ...] = ()
    per_language: bool = False


_COMMON: Final = {"E": "Extra", "H": "Hint"}
_COMMON_COLUMNS: Final = {"e": "Extra", "h": "Hint", "extra": "Extra", "hint": "Hint"}

_VOCABULARY: Final = (
    "Word",
    "Forms",
    "Gender",
    "Category",
    "IPA",
    "Meaning",
    "Definition",
    "Example",
    "Translation",
    "Audio",
    "Image",
)

QA: Final = Form(
    kind="qa",
    opener="Q",
    labels=MappingProxyType({"Q": "Question", "A": "Answer", **_COMMON}),
    columns=MappingProxyType(
        {"q": "Question", "a": "Answer", "question": "Question", "answer": "Answer", **_COMMON_COLUMNS}
    ),
    question="Question",
    answers=("Answer",),
)

CLOZE: Final = Form(
    kind="cloze",
    opener="C",
    labels=MappingProxyType({"C": "Text", **_COMMON}),
    columns=MappingProxyType({}),
    question="Text",
    answers=(),
    clozes="Text",
)

VOCABULARY: Final = Form(
    kind="vocabulary",
    opener="Word",
    labels=MappingProxyType({**{name: name for name in _VOCABULARY}, **_COMMON}),
    columns=MappingProxyType({**{name.lower(): name for name in _VOCABULARY}, **_COMMON_COLUMNS}),
    question="Word",
    answers=("Meaning", "Definition"),
    asks=MappingProxyType(
        {
            "recognition": "AskRecognition",
            "production": "AskProduction",
            "gender": "AskGender",
            "listening": "AskListening",
            "example": "AskExample",
        }
    ),
    media=("Audio", "Image"),
    per_language=True,
)

FORMS: Final = (QA, CLOZE, VOCABULARY)
BY_OPENER: Final[Mapping[str, Form]] = MappingProxyType({form.opener: form for form in FORMS})
_BY_KIND: Final = {form.kind: form for form in FORMS}
LABELS: Final = frozenset(label for form in FORMS for label in form.labels)
EVERYWHERE: Final = frozenset({*BY_OPENER, "A"})
DEFAULT_ASK: Final = ("recognition", "production")


def form_of(kind: str) -> Form:
    """The form of a kind: `qa`, `cloze`, or `vocabulary:<lang>`."""
    return _BY_KIND[kind.partition(":")[0]]
