"""Which card is which note, from build to build."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence

import pytest

from flashgen import ledger
from flashgen.model import Card, Ledger
from tests.ledger.building import NAMESPACE, build, card, cloze, in_order, pair, word
from tests.ledger.edits import OTHER, SAME, Edit

DRONE = card("Quel drone l'Iran livre-t-il à la Russie ?", "Le Shahed-136")
RANGE = card("Quelle est la portée du missile Iskander ?", "500 km")
ALLIANCE = card("Qu'est-ce que l'OTAN ?", "Une alliance militaire fondée à Washington en 1949")
CARDS = (DRONE, RANGE, ALLIANCE)


def kept(before: Sequence[Card], after: Sequence[Card]) -> list[int | None]:
    """For each card after, the place of the card before that it is, None for a new one; no fault is found."""
    places, faults = kept_or_asked(before, after)
    assert faults == []
    return places


def kept_or_asked(before: Sequence[Card], after: Sequence[Card]) -> tuple[list[int | None], list[str]]:
    first, _ = pair(before)
    rows = build(before).ledger
    places = {(one.now.id, one.now.kind): place for place, one in enumerate(first)}
    second, faults = pair(after, rows)
    assert len({(one.now.id, one.now.kind) for one in second}) == len(second)
    return [places[one.was.id, one.was.kind] if one.was is not None else None for one in second], faults


# 1. the id that is written


def test_a_written_id_keeps_the_row_whatever_changes() -> None:
    id = pair(CARDS)[0][0].now.id
    assert kept(CARDS, (card("Autre chose ?", "Rien", id=id), RANGE, ALLIANCE)) == [0, 1, 2]


def test_a_new_card_gets_the_id_that_is_written() -> None:
    pairings, faults = pair([card("Q", "A", id="drone-1")])
    assert (pairings[0].now.id, faults) == ("drone-1", [])


def test_an_id_with_other_characters_is_a_fault() -> None:
    assert pair([card("Q", "A", id="Drone 1")])[1] == ["bad-id"]


def test_two_cards_with_one_id_are_a_fault_that_names_the_first() -> None:
    cards = in_order([card("Q", "A", id="drone-1"), cloze("{C}", id="drone-1")])
    pairings, faults = ledger.pair(cards, Ledger(NAMESPACE))
    assert [fault.rule.name for fault in faults] == ["duplicate-id"]
    assert "cards/a.md:1" in faults[0].message
    assert faults[0].span.line == 2
    assert pairings[1].now.id != "drone-1"


def test_another_id_on_a_known_card_is_a_fault_that_names_the_one_it_has() -> None:
    pairings, _ = pair(CARDS)
    rows = build(CARDS).ledger
    for renamed in (
        card("Qu'est-ce que l'OTAN ?", ALLIANCE.source.split("|")[1], id="otan"),
        card("Qu'est-ce que l'OTAN ?", "Une alliance", id="otan"),
    ):
        _, faults = ledger.pair(in_order([DRONE, RANGE, renamed]), rows)
        assert [fault.rule.name for fault in faults] == ["id-mismatch"]
        assert pairings[2].now.id in faults[0].help


# 2. question and answer


def test_what_is_unchanged_stays() -> None:
    assert kept(CARDS, CARDS) == [0, 1, 2]


def test_reordered_cards_stay() -> None:
    assert kept(CARDS, CARDS[::-1]) == [2, 1, 0]


def test_french_typography_over_a_whole_deck_changes_nothing() -> None:
    after = [
        card("Quel drone l’Iran livre-t-il à la Russie\u202f?", "Le Shahed‑136".replace("‑", "-")),
        card("Quelle est la portée du missile *Iskander*\u00a0?", "**500\u00a0km**"),
        card("Qu’est-ce que l’OTAN\u202f?", "Une alliance militaire fondée à Washington en 1949"),
    ]
    assert kept(CARDS, after) == [0, 1, 2]
    assert [one.edited for one in pair(after, build(CARDS).ledger)[0]] == ["", "", ""]


def test_a_card_in_another_file_moved() -> None:
    moved = card("Quelle est la portée du missile Iskander ?", "500 km", file="cards/b.md")
    assert kept(CARDS, (DRONE, moved, ALLIANCE)) == [0, 1, 2]


def test_a_renamed_file_keeps_its_notes() -> None:
    assert kept(CARDS, [in_file(one, "cards/z.md") for one in CARDS]) == [0, 1, 2]


def test_a_copy_that_is_then_edited_is_the_new_one() -> None:
    copy = card("Quel drone l'Iran livre-t-il à la Chine ?", "Le Shahed-136")
    assert kept(CARDS, (copy, *CARDS)) == [None, 0, 1, 2]
    assert kept(CARDS, (card("Quelle est la portée du missile Iskander ?", "480 km"), *CARDS)) == [None, 0, 1, 2]


def test_words_spelt_alike_stay_apart() -> None:
    words = (word("vol", "flight"), word("vol", "theft"))
    assert kept(words, words[::-1]) == [1, 0]
    assert kept(words, (word("vol", "theft, robbery"), word("vol", "a flight"))) == [1, 0]
    assert kept(words, (word("vol", "theft, robbery"),)) == [1]
    assert kept(words, (word("vol", "volume"), *words)) == [None, 0, 1]


def test_a_third_word_in_the_place_of_one_spelt_alike_is_asked() -> None:
    words = (word("vol", "flight"), word("vol", "theft"))
    assert kept_or_asked(words, (word("vol", "volume"), words[0])) == ([None, 0], ["ambiguous-edit"])


def test_a_meaning_whose_spelling_is_mended_is_no_other_word() -> None:
    words = (word("vir", "man, husbend"), word("homo", "man"))
    assert kept(words, (word("vir", "man, husband"), words[1])) == [0, 1]


# 3. the same question


def test_an_edited_answer_keeps_its_row() -> None:
    after = (DRONE, card("Quelle est la portée du missile Iskander ?", "tout autre chose"), ALLIANCE)
    assert kept(CARDS, after) == [0, 1, 2]


def test_cards_that_swap_their_questions_go_by_the_question() -> None:
    one, other = card("Capitale du Mali ?", "Bamako"), card("Capitale du Tchad ?", "N'Djaména")
    swapped = (card("Capitale du Tchad ?", "Bamako"), card("Capitale du Mali ?", "N'Djaména"))
    assert kept((one, other), swapped) == [1, 0]


def test_an_old_wording_used_by_a_new_card_is_asked() -> None:
    reworded = card("Quel drone l'Iran a-t-il livré à la Russie ?", "Le Shahed-136")
    newcomer = card("Quel drone l'Iran livre-t-il à la Russie ?", "Le Mohajer-6, plus lent et réutilisable")
    assert kept_or_asked(CARDS, (reworded, newcomer, RANGE, ALLIANCE)) == ([None, None, 1, 2], ["ambiguous-edit"])


@pytest.mark.parametrize("keeper", [0, 1])
def test_the_id_of_the_old_card_answers_that_question(keeper: int) -> None:
    id = pair(CARDS)[0][0].now.id
    ids = [id if place == keeper else "" for place in range(2)]
    reworded = card("Quel drone l'Iran a-t-il livré à la Russie ?", "Le Shahed-136", id=ids[0])
    newcomer = card("Quel drone l'Iran livre-t-il à la Russie ?", "Le Mohajer-6, plus lent et réutilisable", id=ids[1])
    expected = [0 if place == keeper else None for place in range(2)]
    assert kept(CARDS, (reworded, newcomer, RANGE, ALLIANCE)) == [*expected, 1, 2]


def test_a_deleted_card_that_comes_back_is_restored() -> None:
    rows = build(CARDS[1:], build(CARDS).ledger).ledger
    assert [row.removed for row in rows.rows].count(True) == 1
    pairings, faults = pair(CARDS, rows)
    assert faults == []
    assert pairings[0].was is not None
    assert pairings[0].was.removed


def test_a_living_row_goes_before_a_removed_one() -> None:
    twice = (card("Q ?", "A"), card("Q ?", "B"))
    rows = build(twice[:1], build(twice).ledger).ledger
    pairings, _ = pair([card("Q ?", "B, or nearly")], rows)
    assert pairings[0].was is not None
    assert not pairings[0].was.removed


# 4. and 5. an edited question


def test_a_reworded_question_with_its_answer_keeps_its_row() -> None:
    after = (DRONE, RANGE, card("Définis l'Alliance atlantique.", "Une alliance militaire fondée à Washington en 1949"))
    assert kept(CARDS, after) == [0, 1, 2]


def test_removed_rows_are_not_guessed_at() -> None:
    rows = build(CARDS[:2], build(CARDS).ledger).ledger
    pairings, faults = pair(
        [DRONE, RANGE, card("Définis l'OTAN.", "Une alliance militaire fondée à Washington en 1949")], rows
    )
    assert pairings[2].was is None
    assert faults == []


def test_a_split_file_keeps_what_was_edited_in_the_same_go() -> None:
    edited = card(
        "Définis l'Alliance atlantique.", "Une alliance militaire fondée à Washington en 1949", file="cards/b.md"
    )
    assert kept(CARDS, (DRONE, in_file(RANGE, "cards/b.md"), edited)) == [0, 1, 2]


def test_a_renamed_file_whose_only_card_was_edited_keeps_it() -> None:
    edited = card(
        "Définis l'Alliance atlantique.", "Une alliance militaire fondée à Washington en 1949", file="cards/b.md"
    )
    assert kept([ALLIANCE], [edited]) == [0]


def test_a_card_edited_on_its_way_to_another_file_is_asked() -> None:
    there = card("Sert à quoi ?", "À rien", file="cards/b.md")
    edited = card(
        "Définis l'Alliance atlantique.", "Une alliance militaire fondée à Washington en 1949", file="cards/b.md"
    )
    assert kept_or_asked((*CARDS, there), (DRONE, RANGE, there, edited)) == ([0, 1, 3, None], ["ambiguous-edit"])


def test_an_ambiguous_edit_names_both_places_and_both_remedies() -> None:
    rows = build(CARDS).ledger
    old = next(row for row in rows.rows if row.question.startswith("Quelle est la portée"))
    edited = card("Quelle est la portée du missile KN-23 ?", "500 km")
    pairings, faults = ledger.pair(in_order([DRONE, edited, ALLIANCE]), rows)
    assert [fault.rule.name for fault in faults] == ["ambiguous-edit"]
    assert (faults[0].span.file, faults[0].span.line) == ("cards/a.md", 2)
    assert old.question in faults[0].message
    assert old.file in faults[0].message
    new_id = pairings[1].now.id
    assert f"<!-- id: {old.id} -->" in faults[0].help
    assert f"<!-- id: {new_id} -->" in faults[0].help
    for id, row in ((old.id, old), (new_id, None)):
        answered, faults = ledger.pair(in_order([DRONE, card(*edited.source.split("|"), id=id), ALLIANCE]), rows)
        assert faults == ()
        assert answered[1].was == row
        assert answered[1].now.id == id


def test_the_edited_part_and_its_likeness_are_said() -> None:
    rows = build(CARDS).ledger
    after = (
        card("Quels drones l'Iran livre-t-il à la Russie ?", "Le Shahed-136"),
        card("Quelle est la portée du missile Iskander ?", "480 km"),
    )
    first, second = pair(after, rows)[0]
    assert (first.edited, first.likeness) == ("question", 97)
    assert (second.edited, second.likeness) == ("answer", 66)


NEIGHBOURS = (
    card("Quelle est la capitale du Bénin ?", "Porto-Novo"),
    card("Que sait-on du Niger ?", "Il est enclavé."),
    card("What is a functor?", "A map of categories"),
    card("Le cuivre est-il un métal ?", "oui"),
    card("Is Python typed?", "No"),
    word("le chien", "dog"),
    cloze("{Londres} est la capitale de l'{Angleterre}."),
)


ELSEWHERE = (
    card("Sert à quoi ?", "À rien", file="cards/b.md"),
    card("Who founded Fiat?", "Giovanni Agnelli", file="cards/b.md"),
    word("la pierre", "stone", file="cards/b.md"),
    cloze("{Turin} est la capitale du Piémont.", file="cards/b.md"),
)
STANDING = (*NEIGHBOURS, *ELSEWHERE)

in_either_file = pytest.mark.parametrize("file", ["cards/a.md", "cards/b.md"], ids=["in place", "moved"])


def _outcome(edit: Edit, file: str, draft: bool = False) -> str:
    before = card(*edit.before, kind=edit.kind)
    after = card(*edit.after, kind=edit.kind, file=file, draft=draft)
    places, faults = kept_or_asked((*STANDING, before), (*STANDING, after))
    assert places[:-1] == list(range(len(STANDING)))
    return "asked" if faults else "kept" if places[-1] is not None else "new"


@in_either_file
@pytest.mark.parametrize("edit", SAME, ids=lambda edit: edit.after[0])
def test_an_edited_card_is_kept_or_asked_about_and_never_lost(edit: Edit, file: str) -> None:
    assert _outcome(edit, file) in ("kept", "asked")


@pytest.mark.parametrize(("file", "share"), [("cards/a.md", 0.75), ("cards/b.md", 0.55)], ids=["in place", "moved"])
def test_most_edits_need_no_question(file: str, share: float) -> None:
    assert sum(_outcome(edit, file) == "kept" for edit in SAME) >= share * len(SAME)


@in_either_file
@pytest.mark.parametrize("edit", OTHER, ids=lambda edit: edit.after[0])
def test_another_card_never_takes_a_history(edit: Edit, file: str) -> None:
    assert _outcome(edit, file) in ("new", "asked")


@in_either_file
def test_a_draft_is_paired_like_any_card(file: str) -> None:
    for edit in SAME + OTHER:
        assert _outcome(edit, file, draft=True) == _outcome(edit, file)


@in_either_file
def test_a_reworded_draft_without_an_answer_is_asked_about(file: str) -> None:
    before = card("Who wrote the Divine Comedy?", "Dante")
    after = card("Who has written the Divine Comedy?", file=file, draft=True)
    assert kept_or_asked((*STANDING, before), (*STANDING, after))[1] == ["ambiguous-edit"]


@in_either_file
def test_all_edits_at_once_give_no_card_the_history_of_another(file: str) -> None:
    edits: dict[str, Edit] = {edit.before[0]: edit for edit in SAME + OTHER}
    before = [card(*edit.before, kind=edit.kind) for edit in edits.values()]
    after = [card(*edit.after, kind=edit.kind, file=file) for edit in edits.values()]
    places, _ = kept_or_asked((*before, *STANDING), (*after, *STANDING))
    others = {edit.after for edit in OTHER}
    for place, edit in enumerate(edits.values()):
        assert places[place] in ((None,) if edit.after in others else (None, place))


def test_two_candidates_in_the_file_are_asked_about_and_not_settled_by_looking_further() -> None:
    before = card("What did Newton think light was made of?", "Of corpuscles")
    one = card("What did Newton think that light was made of?", "Of corpuscles")
    other = card("What did Newton think the light was made of?", "Of corpuscles")
    places, faults = kept_or_asked((*STANDING, before), (*STANDING, one, other))
    assert (places[-2:], faults) == ([None, None], ["ambiguous-edit"])


def test_of_a_card_in_the_file_and_one_elsewhere_with_the_answer_neither_is_guessed() -> None:
    before = card("What did Newton think light was made of?", "Of corpuscles")
    one = card("Define light as Newton would.", "Of corpuscles")
    other = card("What did Newton think that light was made of?", "Of corpuscles", file="cards/b.md")
    places, faults = kept_or_asked((*STANDING, before), (*STANDING, one, other))
    assert (places[-2:], faults) == ([None, None], ["ambiguous-edit"])


def test_a_copy_that_keeps_the_answer_does_not_take_the_history_of_an_original_that_was_edited_too() -> None:
    before = card("What does a judge do who recuses herself?", "She leaves the case to another.")
    edited = card("What does a judge do who recuses herself, in short?", "She leaves the case to another, in short.")
    copy = card("And what does seventeen stand for?", "She leaves the case to another.")
    for cards in ((edited, copy), (copy, edited)):
        places, faults = kept_or_asked((*STANDING, before), (*STANDING, *cards))
        assert places[len(STANDING) + cards.index(copy)] is None
        assert places[len(STANDING) + cards.index(edited)] == len(STANDING) or faults == ["ambiguous-edit"]


def test_a_bare_no_that_is_gone_on_with_is_still_the_answer() -> None:
    before = card("Does glass flow at room temperature?", "No")
    after = card("At room temperature, can glass flow?", "No: old panes were never even.")
    assert kept((*STANDING, before), (*STANDING, after))[-1] == len(STANDING)


def test_a_word_that_went_from_the_question_into_the_answer_makes_no_other_card() -> None:
    before = card("In which year was the Louvre opened?", "1793")
    after = card("When was the Louvre opened?", "In August of the year 1793")
    assert kept((*STANDING, before), (*STANDING, after))[-1] == len(STANDING)


def test_a_long_answer_that_says_more_now_goes_along_to_another_file() -> None:
    before = card("What is a mutex for?", "It lets one thread at a time into a critical section.")
    answer = "It lets one thread at a time into a critical section; the rest wait."
    after = card("What is a mutex for in a kernel?", answer, file="cards/b.md")
    assert kept((*STANDING, before), (*STANDING, after))[-1] == len(STANDING)


def test_a_short_answer_that_says_more_in_another_file_is_asked_about() -> None:
    before = card("What is a mutex?", "A lock")
    after = card("What is a mutex in a kernel?", "A lock; the rest wait", file="cards/b.md")
    assert kept_or_asked((*STANDING, before), (*STANDING, after))[1] == ["ambiguous-edit"]


def test_a_whole_sentence_of_an_answer_tells_the_card_whatever_is_asked_in_its_frame() -> None:
    answer = "At the vagus nerve, as after a sight of blood, or at a carotid sinus that is pressed"
    before, after = card("Types of reflex syncope?", answer), card("Origins of reflex syncope?", answer)
    assert kept((*STANDING, before), (*STANDING, after))[-1] == len(STANDING)


@pytest.mark.parametrize(
    ("before", "after", "answer"),
    [
        ("Where are red blood cells made?", "Where are platelets made?", "In the red bone marrow"),
        ("VMC minima in class F?", "VMC minima in class G?", "1.5 km, clear of cloud, in sight of the surface"),
        ("Where does *The Milkmaid* hang?", "Where does *The Night Watch* hang?", "In the Rijksmuseum of Amsterdam"),
    ],
)
def test_what_less_than_a_sentence_or_another_name_leaves_open_is_asked(before: str, after: str, answer: str) -> None:
    places, faults = kept_or_asked((*STANDING, card(before, answer)), (*STANDING, card(after, answer)))
    assert (places[-1], faults) == (None, ["ambiguous-edit"])


def test_a_sentence_of_another_file_with_another_deletion_is_asked_about() -> None:
    before, after = cloze("La capitale est {Bamako}."), cloze("La capitale est {N'Djaména}.", file="cards/b.md")
    assert kept_or_asked((*STANDING, before), (*STANDING, after)) == (
        [*range(len(STANDING)), None],
        ["ambiguous-edit"],
    )


def test_a_corrected_answer_is_not_asked_about_for_an_unlike_card_that_has_the_old_one() -> None:
    before = card("Quelle est la capitale de l'Australie ?", "Sydney")
    after = (
        card("Quelle est la capitale de l'Australie ?", "Canberra"),
        card("Opera with sails: where?", "Sydney"),
    )
    assert kept((*STANDING, before), (*STANDING, *after)) == [*range(len(STANDING)), len(STANDING), None]


# clozes


def test_a_cloze_with_one_other_deletion_keeps_its_row() -> None:
    assert kept([cloze("{Lyon} est la préfecture du {Rhône}.")], [cloze("{Lyon} est la préfecture du {Rhone}.")]) == [0]


def test_a_copy_does_not_take_the_history_of_a_cloze_that_became_a_note_of_another_kind() -> None:
    before = cloze("{Fourteen} lines has a sonnet, most often in {iambic} metre.")
    copy = cloze("{Seventeen} lines has a sonnet, most often in {iambic} metre.")
    became = card("Fourteen lines has a sonnet, most often in iambic metre.", "Fourteen", kind="vocabulary:fr")
    assert kept_or_asked([before], [copy]) == ([0], [])
    assert kept_or_asked([before], [became, copy]) == ([None, None], ["ambiguous-edit"])


def test_a_sentence_with_two_clozes_keeps_both() -> None:
    two = (cloze("{Lyon} est la préfecture du Rhône."), cloze("Lyon est la préfecture du {Rhône}."))
    assert kept(two, two[::-1]) == [1, 0]


def test_a_number_given_by_hand_that_another_text_has_is_a_fault() -> None:
    rows = build([cloze("Le {D-74} tire à 24 km.")]).ledger
    assert pair([cloze("Le {D-74} tire à {1:24 km}.")], rows)[1] == ["bad-cloze-number"]


# retyped


def test_a_question_made_a_cloze_is_a_new_note_that_knows_its_old_row() -> None:
    rows = build(CARDS).ledger
    pairings, faults = pair(
        [DRONE, RANGE, cloze("L'OTAN est {une alliance militaire fondée à Washington en 1949}.")], rows
    )
    assert faults == []
    assert pairings[2].was is None
    assert pairings[2].retyped is not None
    assert pairings[2].retyped.question.startswith("Qu'est-ce que l'OTAN")


def test_a_written_id_links_two_kinds() -> None:
    before = card("Portée ?", "500 km", id="range")
    pairings, faults = pair([cloze("Le missile Iskander porte à {500 km}.", id="range")], build([before]).ledger)
    assert faults == []
    assert (pairings[0].was, pairings[0].now.id, pairings[0].now.kind) == (None, "range", "cloze")
    assert pairings[0].retyped is not None


# names


def test_a_lost_ledger_gives_unchanged_cards_their_ids_again() -> None:
    cards = (*CARDS, word("vol", "flight"), word("vol", "theft"), card("Q", "A", id="written"))
    assert [one.guid for one in pair(cards)[0]] == [one.guid for one in pair(cards)[0]]
    assert len({one.guid for one in pair(cards)[0]}) == len(cards)


def test_the_config_cannot_change_the_namespace() -> None:
    claim = card("Q", "A", id="elsewhere").id
    assert [fault.rule.name for fault in ledger.check_namespace(Ledger(NAMESPACE), claim)] == ["namespace-changed"]
    assert ledger.check_namespace(Ledger("elsewhere"), claim) == ()
    assert ledger.check_namespace(Ledger(NAMESPACE), None) == ()


def in_file(one: Card, file: str) -> Card:
    question, answer = one.source.split("|")
    return card(question, answer, kind=one.kind, file=file)


def test_without_edits_nothing_is_compared_by_likeness() -> None:
    code = (
        "import sys\n"
        "from tests.ledger.building import build, card\n"
        "cards = [card('Q ?', 'A')]\n"
        "build(cards, build(cards).ledger)\n"
        "assert 'rapidfuzz' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_rewritten_file_of_thousands_of_cards_takes_seconds() -> None:
    before = [card(f"Quelle est la capitale de {_name(n)} ?", _name(n * 7)) for n in range(3000)]
    after = [card(f"Quelle est la capitale du pays de {_name(n)} ?", _name(n * 7) + " en gros") for n in range(3000)]
    rows = Ledger(NAMESPACE, tuple(sorted((one.now for one in pair(before)[0]), key=lambda row: (row.id, row.kind))))
    start = time.perf_counter()
    places = [one.was.question if one.was is not None else None for one in pair(after, rows)[0]]
    assert time.perf_counter() - start < 20
    assert places == [one.keys.question for one in before]


@pytest.mark.parametrize("answers", [("answer {} here", "answer {} there"), ("yes, it is", "yes, it is")])
def test_of_many_nearly_equal_questions_their_numbers_tell_which_is_which(answers: tuple[str, str]) -> None:
    before = [card(f"What is said of house {n} in the street?", answers[0].format(n)) for n in range(400)]
    after = [card(f"What is said of house {n} in this street?", answers[1].format(n)) for n in range(400)]
    assert kept(before, after) == list(range(400))


def _name(number: int) -> str:
    return "".join("bcdfglmnprst"[number // 12**place % 12] + "aeiou"[number // 5**place % 5] for place in range(5))


def test_many_clozes_of_one_frame_are_weighed_in_seconds() -> None:
    before = [cloze(f"The word is {{{_name(n)}}}.") for n in range(600)]
    after = [cloze(f"The word is {{{_name(n + 5000)}}}.") for n in range(600)]
    rows = build(before).ledger
    start = time.perf_counter()
    pair(after, rows)
    assert time.perf_counter() - start < 20
