"""Notes and their times, the ledger after a build, and what is reported."""

from __future__ import annotations

from msgspec.structs import replace

from flashgen import identity, ledger
from flashgen.ledger import memory
from flashgen.model import Change, ChangeKind, Identified, Ledger, Rendered
from tests.ledger.building import NAMESPACE, build, card, cloze, in_order, word

CARDS = (card("Qui ?", "Moi"), cloze("{5 000} drones par {mois}"), word("vol", "flight"))
EDITED = (card("Qui ?", "Moi et toi"), *CARDS[1:])


def told(built: Identified) -> list[tuple[str, str, str]]:
    return [(change.kind.value, change.part, change.was) for change in built.changes]


def test_a_first_build_adds_every_note_in_source_order() -> None:
    built = build(CARDS, clock=1000)
    assert [note.kind for note in built.notes] == ["qa", "cloze", "vocabulary:fr"]
    assert [note.order for note in built.notes] == [0, 1, 2]
    assert {(note.modified, note.created) for note in built.notes} == {(1000, 1000)}
    assert told(built) == [("added", "", "")] * 3


def test_a_note_holds_its_id_its_numbers_and_its_cards() -> None:
    question, deletions, vocabulary = build(CARDS).notes
    names = [field.name for field in deletions.notetype.fields]
    assert deletions.fields[names.index("Text")] == "{{c1::5 000}} drones par {{c2::mois}}"
    assert deletions.fields[names.index("Id")] == deletions.id
    assert [note.cards for note in (question, deletions, vocabulary)] == [(0,), (0, 1), (0,)]


def test_a_build_without_edits_changes_nothing() -> None:
    first = build(CARDS, clock=1000)
    second = build(CARDS, first.ledger, clock=2000)
    assert second.ledger == first.ledger
    assert second.notes == first.notes
    assert second.changes == ()


def test_an_edit_moves_the_time_of_its_note_alone() -> None:
    first = build(CARDS, clock=1000)
    second = build(EDITED, first.ledger, clock=2000)
    assert [note.modified for note in second.notes] == [2000, 1000, 1000]
    assert [note.guid for note in second.notes] == [note.guid for note in first.notes]
    assert told(second) == [("edited", "answer", "")]
    assert second.changes[0].likeness == 46


def test_time_goes_forward_where_the_clock_does_not() -> None:
    first = build(CARDS, clock=1000)
    assert build(EDITED, first.ledger, clock=1000).notes[0].modified == 1001
    assert build(EDITED, first.ledger, clock=5).notes[0].modified == 1001


def test_a_tag_or_another_field_is_an_edit_of_the_content() -> None:
    first = build(CARDS)
    tagged = (card("Qui ?", "Moi", tags=("b2",)), *CARDS[1:])
    assert told(build(tagged, first.ledger, clock=2000)) == [("edited", "content", "")]
    assert told(build((card("Qui ?", "**Moi**"), *CARDS[1:]), first.ledger, clock=2000)) == [("edited", "content", "")]


def test_a_number_stays_with_its_text_in_the_note() -> None:
    first = build(CARDS)
    second = build((CARDS[0], cloze("Par {mois}, {5 000} drones"), CARDS[2]), first.ledger)
    assert "Par {{c2::mois}}, {{c1::5 000}} drones" in second.notes[1].fields


def test_refresh_moves_every_time_forward_and_edits_nothing() -> None:
    first = build(CARDS, clock=1000)
    second = build(CARDS, first.ledger, clock=1000, refresh=True)
    assert [note.modified for note in second.notes] == [1001] * 3
    assert second.changes == ()


def test_going_back_in_git_outruns_what_this_machine_packaged() -> None:
    first = build(CARDS, clock=1000)
    second = build(EDITED, first.ledger, clock=2000)
    remembered = memory.remember({}, second.ledger.rows)
    back = build(CARDS, first.ledger, clock=3000, memory=remembered)
    assert [note.modified for note in back.notes] == [3000, 1000, 1000]
    assert told(back) == [("edited", "content", "")]
    assert build(CARDS, first.ledger, clock=5, memory=remembered).notes[0].modified == 2001
    again = build(CARDS, back.ledger, clock=4000, memory=memory.remember(remembered, back.ledger.rows))
    assert again.changes == ()


def test_a_lost_ledger_leaves_what_this_machine_packaged_as_it_was() -> None:
    first = build(CARDS, clock=1000)
    remembered = memory.remember({}, first.ledger.rows)
    again = build(EDITED, None, clock=500, memory=remembered)
    assert [note.guid for note in again.notes] == [note.guid for note in first.notes]
    assert [note.modified for note in again.notes] == [1001, 1000, 1000]


def test_two_branches_that_edit_one_card_in_one_second_end_newer_than_both() -> None:
    start = build(CARDS, clock=1000).ledger
    ours = build(EDITED, start, clock=2000).ledger
    theirs = build((card("Qui ?", "Moi et lui"), *CARDS[1:]), start, clock=2000).ledger
    merged = Ledger(NAMESPACE, ledger.merge([*ours.rows, *theirs.rows]))
    for cards in (EDITED, (card("Qui ?", "Moi et lui"), *CARDS[1:])):
        built = build(cards, merged, clock=2000)
        assert [note.modified for note in built.notes] == [2001, 1000, 1000]


def test_branches_that_add_the_same_card_agree_on_its_guid() -> None:
    start = build(CARDS).ledger
    new = card("Quoi ?", "Ceci")
    one, other = build((*CARDS, new), start, clock=5000), build((new, *CARDS), start, clock=6000)
    assert one.notes[3].guid == other.notes[0].guid


def test_a_card_that_is_gone_keeps_its_row_and_is_reported_once() -> None:
    first = build(CARDS)
    second = build(CARDS[1:], first.ledger)
    gone = [row for row in second.ledger.rows if row.removed]
    assert [row.id for row in gone] == [first.notes[0].id]
    assert told(second) == [("removed", "", "")]
    assert (second.changes[0].span.file, second.changes[0].question) == ("cards/a.md", "Qui?")
    assert build(CARDS[1:], second.ledger).changes == ()


def test_nothing_is_removed_before_all_sources_were_read() -> None:
    first = build(CARDS)
    second = build(CARDS[1:], first.ledger, complete=False)
    assert second.ledger == first.ledger
    assert second.changes == ()


def test_a_card_that_comes_back_is_the_same_note() -> None:
    first = build(CARDS, clock=1000)
    gone = build(CARDS[1:], first.ledger, clock=2000)
    back = build(CARDS, gone.ledger, clock=3000)
    assert back.notes == first.notes
    assert told(back) == [("restored", "", "")]
    assert back.ledger == first.ledger


def test_a_draft_keeps_its_row_and_has_no_note() -> None:
    first = build(CARDS, clock=1000)
    drafted = build((card("Qui ?", "Moi", draft=True), *CARDS[1:]), first.ledger, clock=2000)
    assert len(drafted.notes) == 2
    assert told(drafted) == [("drafted", "", "")]
    assert [(row.draft, row.removed) for row in drafted.ledger.rows if row.kind == "qa"] == [(True, False)]
    back = build(CARDS, drafted.ledger, clock=3000)
    assert back.notes == first.notes
    assert told(back) == [("restored", "", "")]


def test_a_new_draft_has_a_row_and_is_added_when_it_is_done() -> None:
    first = build((card("Qui ?", "Moi", draft=True),), clock=1000)
    assert (first.notes, len(first.ledger.rows), told(first)) == ((), 1, [("drafted", "", "")])
    done = build(
        (card("Qui donc ?", "Moi"),), build((card("Qui donc ?", "Moi", draft=True),), first.ledger).ledger, clock=2000
    )
    assert told(done) == [("added", "", "")]
    assert [note.modified for note in done.notes] == [2000]


def test_a_draft_of_a_cloze_keeps_its_numbers() -> None:
    first = build(CARDS)
    drafted = build((CARDS[0], cloze("{5 000} drones", draft=True), CARDS[2]), first.ledger)
    back = build(CARDS, drafted.ledger)
    assert back.notes[1].fields == first.notes[1].fields


def test_a_card_in_another_deck_or_file_is_reported_with_the_old_one() -> None:
    first = build(CARDS)
    moved = build((card("Qui ?", "Moi", file="cards/b.md"), *CARDS[1:]), first.ledger, clock=2000)
    assert told(moved) == [("moved", "deck", "a")]
    assert moved.notes[0] == replace(first.notes[0], deck="b")


def test_a_question_made_a_cloze_is_retyped_and_its_old_note_removed() -> None:
    first = build((card("Combien de drones par mois ?", "5 000", id="drones"),))
    second = build((cloze("{5 000} drones par mois", id="drones"),), first.ledger)
    assert told(second) == [("retyped", "", "qa"), ("removed", "", "")]
    assert second.notes[0].guid != first.notes[0].guid
    assert [(row.kind, row.removed) for row in second.ledger.rows] == [("cloze", False), ("qa", True)]


def test_a_card_that_could_not_be_rendered_keeps_its_row() -> None:
    first = build(CARDS)
    cards = in_order(EDITED)
    pairings, _ = ledger.pair(cards, first.ledger)
    built = identity.identify(pairings, [None, Rendered({}), Rendered({})], first.ledger, clock=2000, complete=True)
    row = next(row for row in built.ledger.rows if row.kind == "qa")
    assert row in first.ledger.rows
    assert not [change for change in built.changes if change.kind is ChangeKind.REMOVED]


def test_a_guid_from_elsewhere_is_the_notes_own() -> None:
    single = build(CARDS, Ledger("notes.md"))
    taken = build(CARDS, ledger.take_over(Ledger(NAMESPACE), single.ledger))
    assert [note.guid for note in taken.notes] == [note.guid for note in single.notes]
    assert taken.changes == ()


def test_changes_name_the_place_and_the_question() -> None:
    change = build(EDITED, build(CARDS).ledger, clock=2000).changes[0]
    assert isinstance(change, Change)
    assert (change.span.file, change.span.line, change.question, change.deck) == ("cards/a.md", 1, "Qui?", "a")
