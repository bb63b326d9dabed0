"""Keys: what stays the same when a card only looks different. The ledger holds their digests, so they never change."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashgen import cards, keys, parse
from flashgen.ledger.names import digest
from flashgen.model import Card, Deletion, Settings


def _cards(text: str) -> tuple[Card, ...]:
    source, faults = parse.decode("a.md", Path("a.md"), text.encode())
    assert source is not None, faults
    document, faults = parse.parse(source)
    assert faults == ()
    found, faults = cards.gather(document, Settings(), path_deck="a", first=0)
    return found


def _question(text: str) -> str:
    (card,) = _cards(f"Q: {text}\nA: x\n")
    return card.keys.question


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Qu'est-ce ?", "Qu’est-ce\u202f?"),
        ('Il dit "oui" : pourquoi ?', "Il dit «\u00a0oui\u00a0»\u202f: pourquoi\u00a0?"),
        ("one - two -- three", "one – two -\u2011 three"),
        ("wait...", "wait…"),
        ("what **is** *this*?", "what is this?"),
        ("what is\nthis?", "what   is this?"),
        ("5 000 mois", "5\u202f000\u00a0mois"),
        ("~~a~~ b", "a b"),
        ("\n- a\n- b", "\n* a\n* b"),
        ("e\u0301te\u0301", "été"),
        ("a<!-- a note to myself --> b", "a b"),
    ],
)
def test_typography_and_emphasis_do_not_count(before: str, after: str) -> None:
    assert _question(before) == _question(after)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Niger?", "Nigeria?"),
        ("polish?", "Polish?"),
        ("`git reset --soft`?", "`git reset --hard`?"),
        ("`a  b`", "`a b`"),
        ("$x - y$", "$x – y$"),
        ("![a](1.png)", "![a](2.png)"),
        ("![a](1.png)", "![b](1.png)"),
        ("[a](https://example.org/1)", "[a](https://example.org/2)"),
        ("H<sub>2</sub>O", "H2O"),
        ("`x`", "x"),
    ],
)
def test_what_a_reader_would_tell_apart_counts(one: str, other: str) -> None:
    assert _question(one) != _question(other)


def test_the_key_of_a_cloze_is_its_text_opened() -> None:
    (card,) = _cards("C: The {{c2::**Moon**::a body}} orbits {{the {{Earth}}}} at $v_{{c1::0}}$.\n")
    assert card.keys.question == "The Moon orbits the Earth at $v_0$."
    assert card.keys.deletions == (
        Deletion("Moon", (2,)),
        Deletion("the Earth"),
        Deletion("Earth"),
        Deletion("0", (1,)),
    )


def test_the_answer_of_a_choice_is_what_is_ticked() -> None:
    (card,) = _cards("Q: Which?\n\n- [ ] one\n- [x] two\n- [x] three\n\nA: Two, and three.\n")
    assert card.keys.question == "Which? one two three"
    assert card.keys.answer == "two | three | Two, and three."


def test_the_answer_of_a_word_is_its_meaning_else_its_definition() -> None:
    both, alone = _cards("---\nlang: fr\n---\nWord: un\nDefinition: d\nMeaning: m\n\nWord: deux\nDefinition: d\n")
    assert (both.keys.answer, alone.keys.answer) == ("m", "d")


GOLDEN = """---
lang: fr
---
Q: Qu’est-ce que **ceci** : « un `code` » ou $x^2$ ?
A: C’est <kbd>Entrée</kbd> – ![une image](a.png) [lien](https://example.org/é).

C: Le {{Soleil::quoi}} et la {{c3::Lune}}…

Word: l’obus
Meaning: shell

---

| Q | A |
|---|---|
| a \\| b ? | *c* |
"""


def test_the_keys_of_these_cards_never_change() -> None:
    """Whoever makes this fail takes the history of every card that was reworded since its last build."""
    found = [(card.keys.question, card.keys.answer) for card in _cards(GOLDEN)]
    assert found == [
        ('Qu\'est-ce que ceci: "un `code`" ou $x^2$?', "C'est <kbd>Entrée</kbd> - ![une image](a.png)"
         " <https://example.org/%C3%A9>lien."),
        ("Le Soleil et la Lune...", "Soleil | Lune"),
        ("l'obus", "shell"),
        ("a | b?", "c"),
    ]  # fmt: skip
    assert [digest(question) for question, _ in found] == [
        "7d9992e1672674f2",
        "1142f943a1188cfa",
        "883e319d2c986f26",
        "e8f6e0630d1f176e",
    ]


@given(st.text(alphabet=st.sampled_from("ab'’\"«» \u00a0\u202f:?!-–…."), max_size=30))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert keys.folded(keys.folded(text)) == keys.folded(text)
