"""A note of one kind made a note of another: new cards and the rows that are left → which was made from which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from itertools import product
from typing import Final

from flashgen.ledger.likeness import alike_pairs
from flashgen.ledger.matching import Key, Match, grouped
from flashgen.model import Row

_RETYPED: Final = 75
# A whole deck turned round at once keeps its answers; comparing all texts of what does not would take minutes.
_COMPARED: Final = 2_000_000


def retyped(found: Match, new_ids: Mapping[int, str]) -> dict[int, Row]:
    """The rows that new cards (`new_ids` by place) were made from: by the id they share, or by their opened text.

    Anki knows such a card as a new note; this only lets the report say where the old one went.
    """
    left = found.free_rows(removed=False)
    if not left:
        return {}
    of_card: dict[int, int] = {}
    by_id: defaultdict[str, list[int]] = defaultdict(list)
    for row in left:
        by_id[found.rows[row].id].append(row)
    for card, id in new_ids.items():
        for row in by_id.get(id, ()):
            if found.rows[row].kind != found.cards[card].kind:
                of_card[card] = row
    for key in (_answer, _file):
        taken = set(of_card.values())
        cards, rows = [card for card in new_ids if card not in of_card], [row for row in left if row not in taken]
        for _, card, row in sorted(_alike(found, cards, rows, key), key=lambda one: (-one[0], one[1], one[2])):
            if card not in of_card and row not in taken:
                of_card[card] = row
                taken.add(row)
    return {card: found.rows[row] for card, row in of_card.items()}


def _alike(found: Match, new: list[int], left: list[int], key: Key) -> Iterator[tuple[float, int, int]]:
    cards, rows = grouped(found.cards, new, key), grouped(found.rows, left, key)
    for name in cards.keys() & rows.keys():
        kinds = grouped(found.rows, rows[name], _kind)
        for (kind, places), other in product(grouped(found.cards, cards[name], _kind).items(), kinds):
            others = kinds[other]
            if kind == other or len(places) * len(others) > _COMPARED:
                continue
            for opened in _TEXTS:
                ones, olds = [opened(found.cards[card]) for card in places], [opened(found.rows[row]) for row in others]
                for one, old, likeness in alike_pairs(ones, olds, _RETYPED):
                    yield likeness, places[one], others[old]


def _answer(face: Row) -> Hashable:
    # A cloze of one deletion hides what was the answer.
    return face.file, face.answer_key or face.question_key


def _file(face: Row) -> Hashable:
    return face.file


def _kind(face: Row) -> str:
    return face.kind


def _question(face: Row) -> str:
    return face.question


def _opened(face: Row) -> str:
    return face.question if face.kind == "cloze" else f"{face.question} {face.answer}"


_TEXTS: Final = (_question, _opened)
