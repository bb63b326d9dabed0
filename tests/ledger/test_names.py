"""Names are for ever: these literals must never change."""

from __future__ import annotations

import pytest

from flashgen.ledger import names


def test_the_guid_of_a_note_is_this_one() -> None:
    assert names.guid("history-k2m4p", "qa", "k3f9a1xw") == "e72d01f33bb22b8f"
    assert names.guid("history-k2m4p", "vocabulary:fr", "k3f9a1xw") == "a360ff4ff025f63c"


def test_derived_ids_are_these() -> None:
    question, answer = "Qui a peint Guernica?", "Picasso"
    first = names.derived_id("history-k2m4p", "qa", question, answer, set())
    second = names.derived_id("history-k2m4p", "qa", question, answer, {(first, "qa")})
    third = names.derived_id("history-k2m4p", "qa", question, answer, {(first, "qa"), (second, "qa")})
    assert [first, second, third] == ["ezdk886f", "dvmhwpdn", "u4hizxg2"]


def test_an_id_taken_by_another_kind_is_free() -> None:
    first = names.derived_id("n", "qa", "Q", "A", set())
    assert names.derived_id("n", "qa", "Q", "A", {(first, "cloze")}) == first


@pytest.mark.parametrize("text", ["abc", "k3f9a1xw", "a-1", "a" * 32])
def test_an_id_is_3_to_32_letters_digits_and_hyphens(text: str) -> None:
    assert names.is_id(text)


@pytest.mark.parametrize("text", ["", "ab", "1ab", "-ab", "Abc", "a_b", "abc\n", "é23", "a" * 33])
def test_anything_else_is_none(text: str) -> None:
    assert not names.is_id(text)


def test_derived_ids_can_be_written_by_hand() -> None:
    for number in range(500):
        id = names.derived_id("n", "qa", f"question {number}", "", set())
        assert names.is_id(id)
        assert len(id) == 8
        assert not set(id) & set("01lo")
