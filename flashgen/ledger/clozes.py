"""Cloze numbers that stay: the deletions of a cloze and what its row remembers → their numbers, what is remembered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import count
from typing import Final, TypeVar

from msgspec import Struct

from flashgen.ledger.likeness import alike_pairs, excerpt, marks
from flashgen.model import ClozeNumber, Deletion

T = TypeVar("T", bound=Hashable)

_ALIKE_IN_PLACE: Final = 60
_ALIKE_ANYWHERE: Final = 85


class Numbered(Struct, frozen=True):
    """The numbers of each deletion, and what the row will remember.

    `clashes` are the short deletions that own a number which another deletion was given by hand, with that number.
    """

    numbers: tuple[tuple[int, ...], ...]
    history: tuple[ClozeNumber, ...]
    clashes: tuple[tuple[str, int], ...] = ()


def number(deletions: Sequence[Deletion], history: Sequence[ClozeNumber]) -> Numbered:
    """Numbers for the deletions of one cloze, in order of appearance.

    Explicit numbers stand. A short deletion keeps the number its text has in `history`, or that of the text it was
    edited from: one nearly alike, or the one that stood between the same neighbours. Else it gets a number that no text
    of this cloze ever had.
    """
    if not deletions and not history:
        return Numbered((), ())
    texts = [excerpt(deletion.text) for deletion in deletions]
    short = [place for place, deletion in enumerate(deletions) if not deletion.numbers]
    explicit = {number for deletion in deletions for number in deletion.numbers}
    numbers = {place: deletion.numbers for place, deletion in enumerate(deletions) if deletion.numbers}
    kept = _kept(texts, short, numbers, history)
    clashes = tuple((texts[place], kept[place]) for place in sorted(kept) if kept[place] in explicit)
    free = _free({*explicit, *(entry.number for entry in history)})
    for place in short:
        number = kept.get(place)
        numbers[place] = (next(free) if number is None or number in explicit else number,)
    by_place = tuple(numbers[place] for place in range(len(deletions)))
    return Numbered(by_place, _remembered(texts, by_place, history), clashes)


def _kept(
    texts: Sequence[str],
    short: Sequence[int],
    explicit: dict[int, tuple[int, ...]],
    history: Sequence[ClozeNumber],
) -> dict[int, int]:
    had = {(entry.number, entry.text) for entry in history}
    # A deletion may have several numbers; for its place one of them is enough.
    stays = [(place, number) for place, numbers in explicit.items() for number in numbers]
    stays = [(place, number) for place, number in stays if (number, texts[place]) in had]
    taken = {number for _, number in stays}
    kept = _exact(texts, short, history, taken)
    anchors = dict(stays) | kept
    gaps = _gaps(texts, short, anchors, history)
    left = [place for place in short if place not in kept]
    living = [entry for entry in sorted(history, key=_by_place) if entry.place and entry.number not in taken]

    def alike_by(
        least: float, group_of: Callable[[int], Hashable], entry_group: Callable[[ClozeNumber], Hashable]
    ) -> None:
        groups: defaultdict[Hashable, tuple[list[int], list[ClozeNumber]]] = defaultdict(lambda: ([], []))
        for place in left:
            if texts[place]:
                groups[group_of(place)][0].append(place)
        for entry in living:
            if entry.text:
                groups[entry_group(entry)][1].append(entry)
        found = sorted(
            (-likeness, places[one], entries[other].place, entries[other].number)
            for places, entries in groups.values()
            for one, other, likeness in alike_pairs(
                [texts[place] for place in places], [entry.text for entry in entries], least
            )
        )
        for _, place, _, number in found:
            if place not in kept and number not in taken:
                kept[place] = number
                taken.add(number)

    if left and living:
        alike_by(_ALIKE_IN_PLACE, gaps.of_place.__getitem__, gaps.of_entry.__getitem__)
        alike_by(_ALIKE_ANYWHERE, lambda place: marks(texts[place]), lambda entry: marks(entry.text))
        by_hand = {number for numbers in explicit.values() for number in numbers}
        _in_order(left, [entry for entry in living if entry.number not in by_hand], gaps, kept, taken)
    return kept


def _exact(
    texts: Sequence[str], short: Sequence[int], history: Sequence[ClozeNumber], taken: set[int]
) -> dict[int, int]:
    owners: defaultdict[str, list[int]] = defaultdict(list)
    for entry in sorted(history, key=_by_place):
        owners[entry.text].append(entry.number)
    kept: dict[int, int] = {}
    for place in short:
        number = next((number for number in owners[texts[place]] if number not in taken), None)
        if number is not None:
            kept[place] = number
            taken.add(number)
    return kept


class _Gaps(Struct, frozen=True):
    """Between which kept numbers a deletion stands now, and an entry stood before."""

    of_place: dict[int, tuple[int, int]]
    of_entry: dict[ClozeNumber, tuple[int, int]]


def _gaps(texts: Sequence[str], short: Sequence[int], anchors: dict[int, int], history: Sequence[ClozeNumber]) -> _Gaps:
    living = sorted((entry for entry in history if entry.place), key=_by_place)
    kept = set(anchors.values())
    standing = {entry.number for entry in living}
    return _Gaps(
        _between(range(len(texts)), lambda place: anchors[place] if anchors.get(place) in standing else 0),
        _between(living, lambda entry: entry.number if entry.number in kept else 0),
    )


def _between(things: Iterable[T], anchor_of: Callable[[T], int]) -> dict[T, tuple[int, int]]:
    gaps: dict[T, tuple[int, int]] = {}
    before = 0
    waiting: list[T] = []
    for thing in things:
        anchor = anchor_of(thing)
        if anchor:
            gaps.update(dict.fromkeys(waiting, (before, anchor)))
            before, waiting = anchor, []
        else:
            waiting.append(thing)
    gaps.update(dict.fromkeys(waiting, (before, 0)))
    return gaps


def _in_order(
    left: Sequence[int], living: Sequence[ClozeNumber], gaps: _Gaps, kept: dict[int, int], taken: set[int]
) -> None:
    # Only where as many came as went: of two texts for one number, either could be the new one.
    for gap in sorted({gaps.of_place[place] for place in left}):
        places = [place for place in left if place not in kept and gaps.of_place[place] == gap]
        entries = [entry for entry in living if entry.number not in taken and gaps.of_entry[entry] == gap]
        if len(places) == len({entry.number for entry in entries}) == len(entries):
            for place, entry in zip(places, entries, strict=True):
                kept[place] = entry.number
                taken.add(entry.number)


def _remembered(
    texts: Sequence[str], numbers: Sequence[tuple[int, ...]], history: Sequence[ClozeNumber]
) -> tuple[ClozeNumber, ...]:
    now = [
        ClozeNumber(number, text, place)
        for place, (text, each) in enumerate(zip(texts, numbers, strict=True), start=1)
        for number in each
    ]
    used = {entry.number for entry in now}
    had = {(entry.number, entry.text) for entry in history}
    # A text that its author gave another number must not come back to its old one, which stays taken all the same.
    moved = {entry.text for entry in now if (entry.number, entry.text) not in had}
    gone = {
        ClozeNumber(entry.number, "" if entry.text in moved else entry.text, 0)
        for entry in history
        if entry.number not in used
    }
    return tuple(sorted({*now, *gone}))


def _free(taken: set[int]) -> Iterator[int]:
    return (number for number in count(1) if number not in taken)


def _by_place(entry: ClozeNumber) -> tuple[bool, int, int]:
    return not entry.place, entry.place, entry.number
