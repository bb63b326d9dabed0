"""Which of several texts of a note the sources have: faces of cards, and a ledger that branches left → one row each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from flashgen.ledger.likeness import alike, alike_pairs
from flashgen.model import ClozeNumber, Ledger, Row

_NEAR: Final = 60
_NEARER: Final = 10

Name = tuple[str, str]


def settle(cards: Sequence[Row], ledger: Ledger) -> Ledger:
    """The ledger without rivals: where the sources have the text of one, the row of its note has that text too.

    Which row is the latest tells what Anki holds, and not which branch's wording the merged sources kept.
    """
    if not ledger.rivals:
        return ledger
    winners = {(row.id, row.kind): row for row in ledger.rows}
    texts: defaultdict[Name, list[Row]] = defaultdict(list)
    for rival in ledger.rivals:
        name = (rival.id, rival.kind)
        if name in winners:
            texts[name] = texts[name] or [winners[name]]
            texts[name].append(rival)
    chosen = _by_keys(cards, ledger, texts)
    chosen |= _by_likeness(cards, ledger, {name: group for name, group in texts.items() if name not in chosen})
    rows = (
        _with_text_of(row, chosen[row.id, row.kind]) if (row.id, row.kind) in chosen else row for row in ledger.rows
    )
    return Ledger(ledger.namespace, tuple(rows))


def _by_keys(cards: Sequence[Row], ledger: Ledger, texts: Mapping[Name, Sequence[Row]]) -> dict[Name, Row]:
    chosen: dict[Name, Row] = {}
    for keys in (_question_and_answer, _question):
        standing = Counter(keys(card) for card in cards)
        # What another note has for its own text is not there for this one.
        held = Counter(keys(row) for row in ledger.rows if not row.removed and (row.id, row.kind) not in texts)
        for name, group in texts.items():
            if name not in chosen:
                there = next((row for row in group if standing[keys(row)] > held[keys(row)]), None)
                if there is not None:
                    chosen[name] = there
    return chosen


def _by_likeness(cards: Sequence[Row], ledger: Ledger, texts: Mapping[Name, Sequence[Row]]) -> dict[Name, Row]:
    """Where a text was edited once more after the merge: the one that the strange cards are nearest to."""
    known = {_question(row) for row in (*ledger.rows, *ledger.rivals)}
    strange = [card for card in cards if _question(card) not in known]
    rows = [row for group in texts.values() for row in group]
    nearest: defaultdict[Name, dict[Row, float]] = defaultdict(dict)
    for kind in sorted({row.kind for row in rows}):
        ones, others = _of_kind(rows, kind), _of_kind(strange, kind)
        for one, other, question in alike_pairs(
            [row.question for row in ones], [card.question for card in others], _NEAR
        ):
            row, card = ones[one], others[other]
            answer = 100.0 if row.answer_key == card.answer_key else alike(row.answer, card.answer)
            of_note = nearest[row.id, row.kind]
            of_note[row] = max(of_note.get(row, 0.0), (question + answer) / 2)
    chosen: dict[Name, Row] = {}
    for name, of_note in nearest.items():
        winner, *rivals = texts[name]
        best = max(rivals, key=lambda row: of_note.get(row, 0.0))
        if of_note.get(best, 0.0) >= of_note.get(winner, 0.0) + _NEARER:
            chosen[name] = best
    return chosen


def _with_text_of(winner: Row, rival: Row) -> Row:
    if rival is winner:
        return winner
    places = {(entry.number, entry.text): entry.place for entry in rival.clozes}
    return replace(
        winner,
        file=rival.file,
        question=rival.question,
        question_key=rival.question_key,
        answer=rival.answer,
        answer_key=rival.answer_key,
        marks=rival.marks,
        frame=rival.frame,
        others=rival.others,
        after=rival.after,
        source=rival.source,
        clozes=tuple(
            sorted(
                ClozeNumber(entry.number, entry.text, places.get((entry.number, entry.text), 0))
                for entry in winner.clozes
            )
        ),
        cards=tuple(sorted({*winner.cards, *rival.cards})),
        removed=winner.removed and rival.removed,
        draft=winner.draft and rival.draft,
    )


def _of_kind(faces: Iterable[Row], kind: str) -> list[Row]:
    return [face for face in faces if face.kind == kind]


def _question_and_answer(face: Row) -> tuple[str, str, str]:
    return face.kind, face.question_key, face.answer_key


def _question(face: Row) -> tuple[str, str]:
    return face.kind, face.question_key
