"""Branches that left several texts of one note: the sources say which."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from flashgen import ledger
from flashgen.model import Card, Ledger, Pairing
from tests.ledger.building import NAMESPACE, build, card, cloze, in_order

OLD = card("Who wrote Faust?", "Goethe", id="faust")
NEW = card("Name the author of the play about the pact.", "Goethe", id="faust")
OTHER = card("Who wrote Emma?", "Jane Austen")


def merged(*branches: Sequence[Card], later: int = 100) -> Ledger:
    """A ledger of a merge whose branches were built one after the other from the same beginning."""
    start = build([OLD, OTHER]).ledger
    clocks = (2000 + later * place for place in range(len(branches)))
    texts = [
        ledger.serialize(build(cards, start, clock=clock, refresh=True).ledger)
        for cards, clock in zip(branches, clocks, strict=True)
    ]
    found, faults = ledger.read("".join(texts), "cards/ledger.jsonl")
    assert found is not None
    assert faults == ()
    return found


def paired(cards: Sequence[Card], rows: Ledger) -> tuple[Pairing, ...]:
    """The pairings of cards that have no id written, without a fault."""
    pairings, faults = ledger.pair(in_order([replace(one, id=None) for one in cards]), rows)
    assert faults == ()
    return pairings


@pytest.mark.parametrize("branches", [([NEW, OTHER], [OLD, OTHER]), ([OLD, OTHER], [NEW, OTHER])])
@pytest.mark.parametrize("text", [OLD, NEW])
def test_the_wording_that_the_sources_have_has_the_history(branches: tuple[list[Card], ...], text: Card) -> None:
    rows = merged(*branches)
    faust, other = paired([text, OTHER], rows)
    assert faust.was is not None
    assert (faust.now.id, faust.edited) == ("faust", "")
    assert other.was is not None
    latest = next(row for row in rows.rows if row.id == "faust")
    assert (faust.was.modified, faust.was.stored) == (latest.modified, latest.stored)


def test_the_next_build_outruns_both_branches_and_leaves_one_text() -> None:
    rows = merged([NEW, OTHER], [OLD, OTHER])
    built = build([replace(NEW, id=None), OTHER], rows, clock=1)
    (faust,) = [row for row in built.ledger.rows if row.id == "faust"]
    assert faust.modified > max(row.modified for row in (*rows.rows, *rows.rivals) if row.id == "faust")
    assert built.ledger.rivals == ()
    assert build([replace(NEW, id=None), OTHER], built.ledger, clock=2).changes == ()


def test_of_three_branches_any_wording_has_the_history() -> None:
    third = card("Faust: by whom?", "By Goethe", id="faust")
    for text in (OLD, NEW, third):
        assert paired([text], merged([OLD], [NEW], [third]))[0].now.id == "faust"


def test_a_wording_that_another_note_has_is_not_taken_for_it() -> None:
    namesake = card(*NEW.source.split("|"), id="pact")
    (pact,) = paired([namesake], merged([NEW], [OLD, namesake]))
    assert pact.now.id == "pact"


def test_a_text_edited_after_the_merge_goes_by_the_nearest_wording() -> None:
    rows = merged([NEW, OTHER], [card("Who wrote Faust?", "J. W. Goethe", id="faust"), OTHER])
    faust, _ = paired([card("Name the author of the play about a pact.", "Goethe"), OTHER], rows)
    assert (faust.now.id, faust.edited) == ("faust", "question")


def test_a_card_deleted_on_the_later_branch_is_alive_where_the_sources_have_it() -> None:
    edited = card("Who wrote Faust?", "J. W. Goethe", id="faust")
    start = build([edited, OTHER], build([OLD, OTHER]).ledger, clock=3000).ledger
    mine = ledger.serialize(build([OTHER], start, clock=3001).ledger)
    theirs = ledger.serialize(build([NEW, OTHER], build([OLD, OTHER]).ledger, clock=2000).ledger)
    rows, _ = ledger.read(mine + theirs, "cards/ledger.jsonl")
    assert rows is not None
    faust, _ = paired([NEW, OTHER], rows)
    assert faust.was is not None
    assert (faust.now.id, faust.was.removed) == ("faust", False)
    gone = build([OTHER], rows, clock=4000)
    assert [row.removed for row in gone.ledger.rows if row.id == "faust"] == [True]
    assert gone.changes == ()


def test_a_cloze_has_the_numbers_of_the_wording_that_the_sources_have() -> None:
    before = build([cloze("{Rome} is old.", id="rome")]).ledger
    one = build([cloze("{Rome} is {old}.", id="rome")], before, clock=2000).ledger
    two = build([cloze("{Rome} is old and {large}.", id="rome")], before, clock=3000).ledger
    rows, _ = ledger.read(ledger.serialize(one) + ledger.serialize(two), "cards/ledger.jsonl")
    assert rows is not None
    (rome,) = paired([cloze("{Rome} is {old}.")], rows)
    assert rome.numbers == ((1,), (2,))
    assert {(entry.number, entry.text) for entry in rome.now.clozes} == {(1, "Rome"), (2, "old")}


def test_a_folder_takes_over_the_wordings_of_a_file_with_its_ledger() -> None:
    single = merged([NEW, OTHER], [OLD, OTHER])
    taken = ledger.take_over(Ledger("folder"), single)
    (faust,) = (row for row in single.rows if row.id == "faust")
    assert paired([NEW, OTHER], taken)[0].guid == ledger.guid_of(Ledger(NAMESPACE), faust)
