"""What became of the words of a question."""

from __future__ import annotations

import pytest

from flashgen.ledger.wording import Difference, difference, words_of


def changed(before: str, after: str, *, known: str = "", leniently: bool = False) -> Difference:
    elsewhere = set(words_of(known))
    return difference(words_of(before), words_of(after), elsewhere.__contains__, leniently=leniently)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Qu'est-ce que l'Œuvre d'art ?", ["est", "ce", "que", "oeuvre", "art"]),
        ("In C major, what is 5 × 3?", ["in", "c", "major", "what", "is", "5", "3"]),
        ("日本の首都", ["日", "本", "の", "首", "都"]),
        ("KN-23", ["kn", "23"]),
        ("", []),
    ],
)
def test_words_are_folded_and_scripts_without_spaces_go_by_the_letter(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_the_last_word_of_a_cut_text_is_left_out() -> None:
    assert words_of("word " * 23 + "12345")[-1] == "word"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Qui a écrit le Procès ?", "Qui a ecrit le proces ?"),
        ("What does the kernel do?", "What do kernels do?"),
        ("Where is the recieved mail?", "Where is the received mail?"),
        ("dévelloper", "développer"),
        ("the power house", "the powerhouse"),
        ("IMAP over TSL", "IMAP over TLS"),
        ("the age of a city", "the ages of cities"),
    ],
)
def test_spelling_and_inflection_change_no_word(before: str, after: str) -> None:
    assert changed(before, after).says_the_same


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("the nitrate ion", "the nitrite ion"),
        ("the isotope", "the isotone"),
        ("an advantage", "a disadvantage"),
        ("in 1914", "in 1941"),
        ("past of sing", "past of sink"),
    ],
)
def test_what_looks_alike_may_be_another_word(before: str, after: str) -> None:
    assert not changed(before, after).says_the_same


def test_a_word_that_another_card_has_was_no_misspelling() -> None:
    assert changed("the trail", "the trial").says_the_same
    assert not changed("the trail", "the trial", known="a trail in the woods").says_the_same


def test_leniently_a_name_may_be_spelt_anew() -> None:
    assert not changed("When was Kiev founded?", "When was Kyïv founded?").says_the_same
    assert changed("When was Kiev founded?", "When was Kyïv founded?", leniently=True).says_the_same


def test_an_exchange_stands_in_a_frame_that_stayed() -> None:
    assert changed("What is the capital of France?", "What is the capital of Spain?").is_exchange
    assert changed("Quelle pâte pour des éclairs ?", "Quelle pâte pour un saint-honoré, sous la crème ?").is_exchange
    assert not changed("Which port does DNS use?", "Where do name servers of DNS wait for queries?").is_exchange
    assert not changed("What is the capital of France?", "What is the capital of France since 987?").is_exchange


def test_another_question_word_and_a_negation_are_told() -> None:
    assert changed("When was he born?", "Where was he born?").asks_else
    assert not changed("What is a parsec?", "Define the parsec.").asks_else
    assert changed("Which salts are soluble?", "Which salts are not soluble?").is_negated
