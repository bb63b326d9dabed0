"""Any sequence of edits, builds, and merges leaves every note its history."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from flashgen import ledger
from flashgen.model import Card, Ledger
from tests.ledger.building import NAMESPACE, build, card, cloze, in_order

SUBJECTS = ("Niger", "Nigeria", "Mali", "Tchad", "Iran", "Irak")
ASKED = (
    "Quelle est la capitale de ce pays : {} ?",
    "Sur quel continent est : {} ?",
    "Quelle langue parle-t-on ici : {} ?",
)
ANSWERS = (
    "Niamey",
    "Afrique",
    "oui",
    "Une longue réponse qui ne se trouve qu'une fois",
    "Le français et d'autres langues",
)
FILES = ("cards/a.md", "cards/b.md", "cards/c.md")


class Author(RuleBasedStateMachine):
    """An author who edits cards, and builds after some of the edits."""

    @initialize()
    def start(self) -> None:
        self.cards: list[Card] = []
        self.rows = Ledger(NAMESPACE)
        self.branch: Ledger | None = None
        self.clock = 1000

    @rule(
        subject=st.sampled_from(SUBJECTS),
        asked=st.sampled_from(ASKED),
        answer=st.sampled_from(ANSWERS),
        file=st.sampled_from(FILES),
        is_cloze=st.booleans(),
    )
    def add(self, subject: str, asked: str, answer: str, file: str, is_cloze: bool) -> None:
        if is_cloze:
            new = cloze(f"{{{subject}}} est un pays, et {{{answer}}} une réponse", file=file)
        else:
            new = card(asked.format(subject), answer, file=file)
        if not any(one.keys.question == new.keys.question and one.keys.answer == new.keys.answer for one in self.cards):
            self.cards.append(new)

    @precondition(lambda self: self.cards)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        self.cards.pop(data.draw(st.integers(0, len(self.cards) - 1)))

    @precondition(lambda self: self.cards)
    @rule(data=st.data())
    def reorder(self, data: st.DataObject) -> None:
        self.cards = data.draw(st.permutations(self.cards))

    @precondition(lambda self: self.cards)
    @rule(data=st.data(), file=st.sampled_from(FILES))
    def move(self, data: st.DataObject, file: str) -> None:
        place = data.draw(st.integers(0, len(self.cards) - 1))
        question, answer = self.cards[place].source.split("|")
        self.cards[place] = card(question, answer, kind=self.cards[place].kind, file=file)

    @rule()
    def build(self) -> None:
        self.clock += 1
        before = self.rows
        built = build(self.cards, before, clock=self.clock)
        keys = [(row.id, row.kind) for row in built.ledger.rows]
        assert len(set(keys)) == len(keys)
        assert {(row.id, row.kind) for row in before.rows} <= set(keys)
        assert len({note.guid for note in built.notes}) == len(built.notes) == len(self.cards)
        times = {(row.id, row.kind): row for row in before.rows}
        for row in built.ledger.rows:
            was = times.get((row.id, row.kind))
            if was is not None and was.stored == row.stored:
                assert row.modified == was.modified
            elif was is not None:
                assert row.modified > was.modified
        self.rows = built.ledger
        assert build(self.cards, self.rows, clock=self.clock + 1).changes == ()

    @rule()
    def go_to_a_branch(self) -> None:
        self.branch = self.rows

    @precondition(lambda self: self.branch is not None)
    @rule()
    def merge_the_branch(self) -> None:
        assert self.branch is not None
        self.rows, faults = _merged(self.rows, self.branch)
        assert faults == 0

    @invariant()
    def what_is_unchanged_keeps_its_note(self) -> None:
        pairings, _ = ledger.pair(in_order(self.cards), self.rows)
        by_row = {(row.id, row.kind): row for row in self.rows.rows if not row.removed}
        texts = {(row.kind, row.question_key, row.answer_key) for row in by_row.values()}
        for pairing in pairings:
            if (pairing.now.kind, pairing.now.question_key, pairing.now.answer_key) in texts:
                assert pairing.was is not None
                assert pairing.edited == ""


def _merged(ours: Ledger, theirs: Ledger) -> tuple[Ledger, int]:
    found, faults = ledger.read(ledger.serialize(ours) + ledger.serialize(theirs), "ledger.jsonl")
    assert found is not None
    return found, len(faults)


TestAuthor = Author.TestCase
TestAuthor.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
