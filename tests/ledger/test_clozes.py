"""Cloze numbers stay with their texts."""

from __future__ import annotations

from flashgen.ledger.clozes import Numbered, number
from flashgen.model import ClozeNumber, Deletion


def versions(*texts: str) -> list[Numbered]:
    """What each version of a cloze is numbered, one after the other. `2:x` has an explicit number."""
    found: list[Numbered] = []
    history: tuple[ClozeNumber, ...] = ()
    for text in texts:
        found.append(number([_deletion(one) for one in text.split("|") if one], history))
        history = found[-1].history
    return found


def _deletion(text: str) -> Deletion:
    numbers, colon, rest = text.partition(":")
    return Deletion(rest, tuple(map(int, numbers.split(",")))) if colon else Deletion(text)


def numbers(*texts: str) -> list[list[int]]:
    return [[one for each in version.numbers for one in each] for version in versions(*texts)]


def test_deletions_are_numbered_in_order() -> None:
    assert numbers("5 000|mois") == [[1, 2]]


def test_swapped_deletions_keep_their_numbers() -> None:
    assert numbers("5 000|mois", "mois|5 000")[-1] == [2, 1]


def test_a_deletion_inserted_in_front_gets_a_new_number() -> None:
    assert numbers("5 000|mois", "drones|5 000|mois")[-1] == [3, 1, 2]


def test_an_edited_text_keeps_its_number() -> None:
    assert numbers("Vladimr Poutine|mois", "mois|Vladimir Poutine")[-1] == [2, 1]


def test_a_text_replaced_between_its_neighbours_keeps_its_number() -> None:
    assert numbers("a|1914|c", "a|1918|c")[-1] == [1, 2, 3]
    assert numbers("alpha|beta", "gamma|delta")[-1] == [1, 2]
    assert numbers("alpha", "beta")[-1] == [1]


def test_a_used_number_is_never_given_to_another_text() -> None:
    assert numbers("alpha|beta|gamma", "beta|gamma|delta")[-1] == [2, 3, 4]
    assert numbers("alpha|beta", "beta", "beta|gamma")[-1] == [2, 3]
    assert numbers("alpha", "", "beta")[-1] == [2]


def test_a_deletion_that_comes_back_has_its_number_again() -> None:
    assert numbers("alpha|beta", "beta", "gamma|beta", "alpha|gamma|beta")[-1] == [1, 3, 2]


def test_two_equal_texts_have_two_numbers() -> None:
    assert numbers("mois|mois", "mois|mois") == [[1, 2], [1, 2]]
    assert numbers("mois|mois", "mois", "mois|an|mois")[1:] == [[1], [1, 3, 2]]


def test_short_ones_avoid_explicit_numbers() -> None:
    assert numbers("1:alpha|beta|3:gamma|delta") == [[1, 2, 3, 4]]
    assert numbers("alpha|1:beta") == [[2, 1]]


def test_an_explicit_number_made_short_stays() -> None:
    assert numbers("3:alpha|beta", "alpha|beta") == [[3, 1], [3, 1]]


def test_texts_that_share_an_explicit_number_share_it() -> None:
    assert numbers("1:alpha|1:beta|gamma")[-1] == [1, 1, 2]
    assert numbers("1,2:alpha|beta")[-1] == [1, 2, 3]


def test_a_text_with_several_explicit_numbers_keeps_them_beside_a_short_one_that_is_equal() -> None:
    found = versions(*["1,2:a|a"] * 3, *["a|1,2:a"] * 2)
    assert [version.numbers for version in found] == [*[((1, 2), (3,))] * 3, *[((3,), (1, 2))] * 2]
    assert [version.clashes for version in found] == [()] * 5


def test_an_explicit_number_that_belongs_to_a_short_text_is_a_clash() -> None:
    version = versions("alpha", "1:beta|alpha")[-1]
    assert version.clashes == (("alpha", 1),)
    assert versions("alpha", "1:beta|1:alpha")[-1].clashes == ()
    assert versions("alpha", "1:alpha|alpha")[-1].clashes == ()
    assert versions("alpha", "1:beta|gamma")[-1].clashes == ()


def test_a_text_moved_to_an_explicit_number_does_not_come_back() -> None:
    assert numbers("alpha|beta", "5:alpha|beta", "alpha|beta")[-1] == [5, 2]


def test_of_two_branches_that_gave_one_number_to_two_texts_one_keeps_it() -> None:
    merged = (ClozeNumber(1, "alpha", 1), ClozeNumber(2, "beta", 2), ClozeNumber(2, "gamma", 2))
    found = number([Deletion("alpha"), Deletion("beta"), Deletion("gamma")], merged)
    assert found.numbers == ((1,), (2,), (3,))


def test_the_history_is_sorted_and_names_each_number() -> None:
    assert versions("alpha|beta", "beta")[-1].history == (ClozeNumber(1, "alpha", 0), ClozeNumber(2, "beta", 1))
