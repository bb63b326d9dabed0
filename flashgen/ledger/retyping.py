"""A note of one kind made a note of another: new cards and the rows that are left → which was made from which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from flashgen.ledger.likeness import alike_pairs
from flashgen.ledger.matching import Match, grouped
from flashgen.model import Row

_RETYPED: Final = 75


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
    taken = set(of_card.values())
    alike = _alike(found, [card for card in new_ids if card not in of_card], [row for row in left if row not in taken])
    for _, card, row in sorted(alike, key=lambda one: (-one[0], one[1], one[2])):
        if card not in of_card and row not in taken:
            of_card[card] = row
            taken.add(row)
    return {card: found.rows[row] for card, row in of_card.items()}


def _alike(found: Match, new: list[int], left: list[int]) -> Iterator[tuple[float, int, int]]:
    cards = grouped(found.cards, new, lambda face: (face.file, face.kind))
    rows = grouped(found.rows, left, lambda face: (face.file, face.kind))
    kinds = {face.kind for face in (*found.cards, *found.rows)}
    for (group, places), kind in product(cards.items(), sorted(kinds)):
        face = found.cards[places[0]]
        others = rows.get((face.file, kind), [])
        if group != (face.file, kind) and others:
            for opened in _TEXTS:
                ones, olds = [opened(found.cards[card]) for card in places], [opened(found.rows[row]) for row in others]
                for one, other, likeness in alike_pairs(ones, olds, _RETYPED):
                    yield likeness, places[one], others[other]


def _question(face: Row) -> str:
    return face.question


def _opened(face: Row) -> str:
    return face.question if face.kind == "cloze" else f"{face.question} {face.answer}"


_TEXTS: Final = (_question, _opened)
