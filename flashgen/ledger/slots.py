"""Where an edited card stands: the pairing so far → the free card and row that stand alone between the same neighbours.

A card that was rewritten is seldom moved in the same go, while a new one is seldom written where one was deleted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

from flashgen.ledger.matching import Match, grouped
from flashgen.model import Row

_START = -1
_END = -2


def alone(found: Match) -> frozenset[tuple[int, int]]:
    """The pairs of a free card and a free row of one file between the same two paired neighbours, with no other there.

    The beginning and the end of a file count as neighbours. Cards and rows are named by their places in the match.
    """
    files = {found.cards[card].file for card in found.free_cards(claimed=True)}
    rows = (place for place, row in enumerate(found.rows) if row.file in files and not row.removed)
    cards = (place for place, card in enumerate(found.cards) if card.file in files)
    rows_of, cards_of = grouped(found.rows, rows, _file), grouped(found.cards, cards, _file)
    shared = cards_of.keys() & rows_of.keys()
    return frozenset(pair for file in shared for pair in _in_file(found, cards_of[file], rows_of[file]))


class Order:
    """The order in which the cards of rows stood in their files, worked out for the files that it is asked about."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._places: dict[str, dict[int, int]] = {}

    def sorted(self, rows: Sequence[int]) -> list[int]:
        """Rows, by their places in the match, in this order, file by file; at last those of which it is not known."""
        return sorted(rows, key=lambda row: (self._rows[row].file, self._place(row), row))

    def _place(self, row: int) -> int:
        file = self._rows[row].file
        if file not in self._places:
            there = [place for place, other in enumerate(self._rows) if other.file == file and not other.removed]
            self._places[file] = {place: number for number, place in enumerate(_order(self._rows, there))}
        return self._places[file].get(row, len(self._rows))


def _in_file(found: Match, cards: Sequence[int], rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    if all(card in found.row_of for card in cards):
        return
    order = _order(found.rows, rows)
    standing = set(order)
    row_of = {card: found.row_of[card] for card in cards if found.row_of.get(card) in standing}
    paired = set(row_of.values())
    free_rows = _between([row if row in paired else None for row in order], order)
    free_cards = _between([row_of.get(card) for card in cards], cards)
    for neighbours, gap in free_cards.items():
        others = free_rows.get(neighbours, [])
        if len(gap) == len(others) == 1 and found.is_free(gap[0], others[0]):
            yield gap[0], others[0]


def _order(faces: Sequence[Row], rows: Sequence[int]) -> list[int]:
    """The rows as their cards stood in the file; none where the ledger does not tell."""
    followers: defaultdict[str, list[int]] = defaultdict(list)
    known = {faces[row].id for row in rows}
    for row in rows:
        before = faces[row].after
        followers[before if before in known else ""].append(row)
    if len(followers[""]) != 1:
        return []
    order: list[int] = []
    waiting = list(followers[""])
    while waiting:
        row = waiting.pop()
        order.append(row)
        # A merge may leave two that follow one.
        waiting += sorted(followers.pop(faces[row].id, []), key=lambda place: faces[place].id, reverse=True)
    return order


def _between(anchors: Sequence[int | None], places: Sequence[int]) -> dict[tuple[int, int], list[int]]:
    """The places that are no anchors, by the anchors before and behind them."""
    gaps: dict[tuple[int, int], list[int]] = {}
    before, gap = _START, []
    for anchor, place in zip((*anchors, _END), (*places, _END), strict=True):
        if anchor is None:
            gap.append(place)
            continue
        if gap:
            gaps[before, anchor] = gap
        before, gap = anchor, []
    return gaps


def _file(face: Row) -> Hashable:
    return face.file
