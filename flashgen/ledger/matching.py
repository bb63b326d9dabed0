"""The state of the pairing and the groups its steps walk over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from msgspec import Struct

from flashgen.model import Row

Key = Callable[[Row], Hashable]


class Doubt(Struct, frozen=True):
    """A card that may be an edited form of a row, or another card; `rival` is a card that may be it as well.

    Cards and rows are named by their places in both tuples of the match; `likeness` is in percent.
    """

    card: int
    row: int
    likeness: float
    rival: int | None = None


class Match(Struct):
    """The faces of all cards and all rows, and what is known of them so far, by their places.

    `claimed` are the cards whose written id has no row: nothing is guessed for them. Some may be paired already.
    """

    cards: Sequence[Row]
    rows: Sequence[Row]
    claimed: frozenset[int] = frozenset()
    row_of: dict[int, int] = {}
    doubts: list[Doubt] = []
    _cards_left: dict[int, None] = {}
    _rows_left: dict[int, None] = {}

    def __post_init__(self) -> None:
        # In order, and quick to walk over when there are few left.
        paired = set(self.row_of.values())
        self._cards_left = dict.fromkeys(place for place in range(len(self.cards)) if place not in self.row_of)
        self._rows_left = dict.fromkeys(place for place in range(len(self.rows)) if place not in paired)

    def pair(self, card: int, row: int) -> None:
        """Give a row to a card; neither is free any more."""
        self.row_of[card] = row
        self._cards_left.pop(card, None)
        self._rows_left.pop(row, None)

    def doubt(self, doubt: Doubt) -> None:
        """Leave a card and a row to their author; neither is free any more."""
        self.doubts.append(doubt)
        self._cards_left.pop(doubt.card, None)
        self._rows_left.pop(doubt.row, None)
        if doubt.rival is not None:
            self._cards_left.pop(doubt.rival, None)

    @property
    def is_done(self) -> bool:
        """Whether there is no card left, or no row."""
        return not (self._cards_left and self._rows_left)

    def is_free(self, card: int, row: int) -> bool:
        """Whether neither the card nor the row has been settled."""
        return card in self._cards_left and row in self._rows_left

    def is_free_card(self, card: int) -> bool:
        """Whether a card has neither a row nor a doubt."""
        return card in self._cards_left

    def is_free_row(self, row: int) -> bool:
        """Whether a row has neither a card nor a doubt."""
        return row in self._rows_left

    def free_cards(self, claimed: bool) -> list[int]:
        """The free cards in source order, those with an id of their own where `claimed`."""
        return [card for card in self._cards_left if claimed or card not in self.claimed]

    def free_rows(self, removed: bool) -> list[int]:
        """The free rows: the living, or the removed ones."""
        return [row for row in self._rows_left if self.rows[row].removed == removed]

    def groups(self, key: Key) -> Iterator[tuple[list[int], list[int]]]:
        """Free cards and rows of one key: living rows in the file, then anywhere, then removed ones likewise."""
        for removed in (False, True):
            for places in (_in_file(key), _anywhere(key)):
                rows = grouped(self.rows, self.free_rows(removed), places)
                if not rows:
                    break
                cards = grouped(self.cards, self.free_cards(claimed=True), places)
                for name, group in cards.items():
                    if name in rows:
                        yield group, rows[name]


def grouped(faces: Sequence[Row], places: Iterable[int], key: Key) -> dict[Hashable, list[int]]:
    """Places by the key of the face that stands there, in order."""
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for place in places:
        groups[key(faces[place])].append(place)
    return dict(groups)


def _in_file(key: Key) -> Key:
    return lambda face: (face.file, key(face))


def _anywhere(key: Key) -> Key:
    return key
