"""The cards of this repository: typography, form and measure of what their authors write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from flashgen import cards, config, discover, parse
from flashgen.model import Card

ROOT = Path(__file__).parents[1]
ENGLISH = {"Meaning", "Translation"}
NNBSP = "\u202f"
_WORDS = re.compile(r"[^\W_]+(?:[’\-][^\W_]+)*")
_LONGEST_ANSWER = 20


@dataclass(frozen=True)
class Passage:
    """The text of one field, without code, math, links' targets and comments."""

    place: str
    field: str
    text: str


@cache
def _cards() -> tuple[Card, ...]:
    project, _ = config.find(ROOT)
    found, _ = discover.sources(project.root, project.sources, config.is_project)
    gathered: list[Card] = []
    for source in found:
        document, faults = parse.read(source.file, source.path)
        assert document is not None, faults
        gathered += cards.gather(document, project.settings, path_deck=source.deck, first=0)[0]
    return tuple(gathered)


def _text(card: Card, field: str) -> str:
    lines = []
    for token in card.fields[field].tokens:
        if token.type == "inline":
            children = token.children or []
            lines.append(
                "".join(child.content if child.type == "text" else " " * ("break" in child.type) for child in children)
            )
            # The description of a picture is read as well, its source is not.
            lines += [child.content for child in children if child.type == "image"]
    return "\n".join(lines)


@cache
def _passages() -> tuple[Passage, ...]:
    def all_of() -> Iterator[Passage]:
        for card in _cards():
            for field in card.fields:
                yield Passage(f"{card.span.file}:{card.span.line}", field, _text(card, field))
            yield Passage(card.span.file, "Source", re.sub(r"\]\([^)]*\)", "]", card.source))
            for heading in card.context:
                yield Passage(card.span.file, "Context", heading.content)

    return tuple(dict.fromkeys(all_of()))


def _faults(pattern: str, *, english: bool | None = None) -> list[str]:
    return [
        f"{passage.place} {passage.field}: {passage.text[max(0, match.start() - 20) : match.end() + 20]!r}"
        for passage in _passages()
        if passage.field != "IPA" and (english is None or (passage.field in ENGLISH) is english)
        for match in re.finditer(pattern, passage.text)
    ]


@pytest.mark.parametrize(
    ("pattern", "english"),
    [
        pytest.param("['`´‘]", None, id="apostrophes are typographic"),
        pytest.param('"', None, id="quotation marks are typographic"),
        pytest.param(r"\.\.\.", None, id="an ellipsis is one character"),
        pytest.param(r"  ", None, id="no two spaces follow one another"),
        pytest.param(rf"[^{NNBSP}][;:!?]", False, id="a narrow no-break space stands before ; : ! ?"),
        pytest.param(rf"«[^{NNBSP}]|[^{NNBSP}]»", False, id="narrow no-break spaces stand inside guillemets"),
        pytest.param(r"[“”]", False, id="French is quoted in guillemets"),
        pytest.param(r"[ \u00a0][;:!?»,.)\]]", False, id="no other space stands before a mark"),
        pytest.param(rf"{NNBSP}(?![;:!?»]|\d)(?<!«{NNBSP})", False, id="a narrow no-break space stands nowhere else"),
        pytest.param(r"\d[ .,\u00a0]\d{3}\b", False, id="thousands are parted by a narrow no-break space"),
        pytest.param(r"\s[;:!?]", True, id="English has no space before ; : ! ?"),
    ],
)
def test_typography(pattern: str, english: bool | None) -> None:
    assert _faults(pattern, english=english) == []


def test_pronunciations_are_broad_and_between_slashes() -> None:
    written = [passage for passage in _passages() if passage.field == "IPA"]
    assert written
    assert [one for one in written if not re.fullmatch(r"/[a-zøœɑɔəɛɡɥɲʁʃʒŋ\u0303‿ ]+/", one.text.strip())] == []


def test_every_example_shows_its_word_in_bold_and_is_translated() -> None:
    examples = [card for card in _cards() if "Example" in card.fields]
    assert examples
    for card in examples:
        tokens = [child.type for token in card.fields["Example"].tokens for child in token.children or ()]
        assert "strong_open" in tokens, card.span
        assert "Translation" in card.fields, card.span


def test_a_word_says_what_it_means_and_how_it_is_used() -> None:
    for card in _cards():
        if card.kind.startswith("vocabulary"):
            missing = {"IPA", "Meaning", "Definition", "Example"} - set(card.fields)
            assert not missing, (card.span, missing)
            assert "Gender" in card.fields or "Category" in card.fields, card.span


def test_no_answer_is_longer_than_a_breath() -> None:
    for card in _cards():
        if card.kind == "qa" and "Answer" in card.fields:
            answer = card.fields["Answer"].tokens
            if answer[0].type == "paragraph_open" and answer[1].children:
                spoken = "".join(child.content for child in answer[1].children if child.type == "text")
                assert len(_WORDS.findall(spoken)) <= _LONGEST_ANSWER, card.span


def test_no_sentence_of_a_card_is_in_a_question_twice() -> None:
    questions = [card.keys.question for card in _cards() if not card.kind.startswith("vocabulary")]
    assert len(questions) == len(set(questions))
