"""A card that stands alone between the neighbours that an old one had."""

from __future__ import annotations

import pytest

from flashgen.ledger.matching import Match
from flashgen.ledger.slots import alone
from flashgen.model import Row


def face(name: str, after: str = "", file: str = "a.md") -> Row:
    return Row(name, "qa", file, "a", name, name, after=after)


def in_order(*names: str) -> list[Row]:
    return [face(name, after) for name, after in zip(names, ("", *names), strict=False)]


def found(cards: str, rows: list[Row]) -> set[tuple[str, str]]:
    """Cards are named by the rows that they have, a card without one by a capital."""
    faces = [face(name) for name in cards.split()]
    places = {row.id: place for place, row in enumerate(rows)}
    match = Match(faces, rows, row_of={place: places[one.id] for place, one in enumerate(faces) if one.id in places})
    return {(faces[card].id, rows[row].id) for card, row in alone(match)}


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        ("a X c d", {("X", "b")}),
        ("X b c d", {("X", "a")}),
        ("a b c X", {("X", "d")}),
        ("a X c Y", {("X", "b"), ("Y", "d")}),
        ("a X Y c d", set()),
        ("a X d", set()),
        ("a c d X", set()),
        ("a X d c", set()),
        ("X", set()),
        ("a b c d", set()),
    ],
)
def test_a_slot_holds_one_card_and_one_row_between_the_same_neighbours(
    cards: str, expected: set[tuple[str, str]]
) -> None:
    assert found(cards, in_order("a", "b", "c", "d")) == expected


def test_the_only_card_of_a_file_has_a_slot() -> None:
    assert found("X", in_order("a")) == {("X", "a")}


def test_a_ledger_that_does_not_tell_the_order_has_no_slots() -> None:
    assert found("a X c", [face("a"), face("b"), face("c")]) == set()


def test_rows_that_follow_each_other_in_a_circle_have_no_slots() -> None:
    assert found("a X c", [face("a", "c"), face("b", "a"), face("c", "b")]) == set()


def test_a_row_of_another_file_is_in_no_slot() -> None:
    assert found("a X", [face("a"), face("b", "a", file="b.md")]) == set()
