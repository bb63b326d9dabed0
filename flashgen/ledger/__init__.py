"""The ledger: cards and the rows of all earlier builds → which card is which note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from flashgen.diagnostics import BAD_CLOZE_NUMBER, BAD_ID, DUPLICATE_ID, ID_MISMATCH, NAMESPACE_CHANGED, Diagnostic
from flashgen.ledger import asking, clozes, names, retyping, rivals
from flashgen.ledger.faces import face_of
from flashgen.ledger.likeness import alike
from flashgen.ledger.matching import Match
from flashgen.ledger.pairing import match
from flashgen.ledger.rows import guid_of, is_current, merge, read, serialize, take_over, write
from flashgen.model import Card, Claim, Ledger, Pairing, Row, Standing, name_of

__all__ = [
    "check_namespace",
    "face_of",
    "guid_of",
    "is_current",
    "merge",
    "pair",
    "pair_one_by_one",
    "read",
    "serialize",
    "take_over",
    "write",
]

_UNNUMBERED: Final = clozes.number((), ())


def pair(cards: Sequence[Card], ledger: Ledger) -> tuple[tuple[Pairing, ...], tuple[Diagnostic, ...]]:
    """Give each card its identity: the row it had, or a new one. In the order of `cards`.

    A card whose identity its author must decide stands as new beside the error that says so.
    """
    pairings, faults = pair_one_by_one(cards, map(face_of, cards), ledger)
    return tuple(pairings), faults


def pair_one_by_one(
    cards: Sequence[Card], faces: Iterable[Row], ledger: Ledger, standing: Sequence[Standing] = ()
) -> tuple[Iterator[Pairing], tuple[Diagnostic, ...]]:
    """As `pair`: all faults at once, and pairings that are made as they are asked for, which they can be once.

    Whoever lets go of `cards` and of each pairing needs the memory of one. `faces` are those of the cards. `standing`
    are the cards that have their rows already, whole files of them; together they are counted through by their order.
    """
    if not cards:
        return iter(()), ()
    by_place = {card.order: card for card in cards} if standing else dict(enumerate(cards))
    its_row = {one.order: one.row for one in standing}
    its_face = its_row | dict(zip(by_place, faces, strict=True))
    of_all = [its_face[place] for place in range(len(cards) + len(standing))]
    ledger = rivals.settle(of_all, ledger)
    ids, faults = _written_ids(by_place)
    found = match(of_all, ledger.rows, ids, its_row)
    new_ids = _new_ids(by_place, of_all, ids, found, ledger)
    faults += _mismatches(by_place, ids, found)
    faults += [asking.ambiguous(by_place, found, doubt, new_ids) for doubt in found.doubts]
    was = {place: ledger.rows[found.row_of[place]] for place in by_place if place in found.row_of}
    numbered: dict[int, clozes.Numbered] = {}
    for place, card in by_place.items():
        history = was[place].clozes if place in was else ()
        if card.keys.deletions or history:
            numbered[place] = clozes.number(card.keys.deletions, history)
            faults += _clashes(card, numbered[place])
    retyped = retyping.retyped(found, new_ids)
    left = [(place, card, its_face[place]) for place, card in by_place.items()]
    left.reverse()
    return _pairings(left, was, new_ids, numbered, ledger, retyped), tuple(faults)


def _new_ids(
    cards: Mapping[int, Card], faces: Sequence[Row], ids: Mapping[int, str], found: Match, ledger: Ledger
) -> dict[int, str]:
    """The ids of the cards that have no row; `faces` are those of all cards, `ids` those that were written."""
    new = {place: card for place, card in cards.items() if place not in found.row_of}
    if not new:
        return {}
    taken = {name_of(row) for row in ledger.rows} | {(id, faces[card].kind) for card, id in ids.items()}
    new_ids: dict[int, str] = {}
    copies: Counter[tuple[str, str, str]] = Counter()
    for place, card in new.items():
        text = (card.kind, card.keys.question, card.keys.answer)
        new_ids[place] = ids.get(place) or names.derived_id(ledger.namespace, *text, taken, copies[text])
        copies[text] += 1
        taken.add((new_ids[place], card.kind))
    return new_ids


def check_namespace(ledger: Ledger, configured: Claim | None) -> tuple[Diagnostic, ...]:
    """The fault of a config that names another namespace than the ledger has."""
    if configured is None or configured.text == ledger.namespace:
        return ()
    message = f'the namespace is "{configured.text}" here and "{ledger.namespace}" in the ledger'
    help = f'write "{ledger.namespace}": under another namespace every note is a new one to Anki'
    return (NAMESPACE_CHANGED.at(configured.span, message, help),)


def _written_ids(cards: Mapping[int, Card]) -> tuple[dict[int, str], list[Diagnostic]]:
    ids: dict[int, str] = {}
    first: dict[str, Card] = {}
    faults: list[Diagnostic] = []
    for place, card in cards.items():
        if card.id is None:
            continue
        text, span = card.id.text, card.id.span
        if not names.is_id(text):
            help = "write 3 to 32 of a-z, 0-9 and -, a letter first, or leave the id out"
            faults.append(BAD_ID.at(span, f'"{text}" cannot be an id', help))
        elif text in first:
            at = first[text].span
            help = "delete the id of the card that is the copy: it gets one of its own"
            faults.append(DUPLICATE_ID.at(span, f'the id "{text}" belongs to the card at {at.file}:{at.line}', help))
        else:
            first[text] = card
            ids[place] = text
    return ids, faults


def _mismatches(cards: Mapping[int, Card], ids: Mapping[int, str], found: Match) -> list[Diagnostic]:
    faults: list[Diagnostic] = []
    for place in sorted(found.claimed & found.row_of.keys()):
        claim, row = cards[place].id, found.rows[found.row_of[place]]
        if claim is not None:
            message = f'this card has the id "{row.id}", and no card has the id "{ids[place]}"'
            help = f'write "id: {row.id}", or leave the id out: with another one Anki takes it for a new card'
            faults.append(ID_MISMATCH.at(claim.span, message, help))
    return faults


def _clashes(card: Card, numbered: clozes.Numbered) -> Iterator[Diagnostic]:
    for text, number in numbered.clashes:
        yield BAD_CLOZE_NUMBER.at(
            card.span,
            f'c{number} is the number of "{text}" in this cloze',
            f"give the other deletion another number; or write {{{{c{number}::{text}}}}} to ask for both at once",
        )


def _pairings(
    left: list[tuple[int, Card, Row]],
    its_row: Mapping[int, Row],
    new_ids: Mapping[int, str],
    its_numbers: Mapping[int, clozes.Numbered],
    ledger: Ledger,
    retyped: Mapping[int, Row],
) -> Iterator[Pairing]:
    """The pairings of the cards that are `left` with their faces, the last of them first."""
    last_of_file: dict[str, str] = {}
    while left:
        place, card, face = left.pop()
        was = its_row.get(place)
        known, history = (was, was.clozes) if was is not None else (face, ())
        numbered = its_numbers.get(place, _UNNUMBERED)
        now = replace(
            face,
            after=last_of_file.get(card.span.file, ""),
            id=was.id if was is not None else new_ids[place],
            stored=known.stored,
            modified=known.modified,
            created=known.created,
            cards=known.cards,
            guid=known.guid,
            clozes=numbered.history if not card.draft else history,
        )
        last_of_file[card.span.file] = now.id
        edited, likeness = _edited(was, face) if was is not None else ("", 100)
        yield Pairing(card, was, now, guid_of(ledger, now), edited, likeness, numbered.numbers, retyped.get(place))


def _edited(was: Row, face: Row) -> tuple[str, int]:
    question, answer = was.question_key != face.question_key, was.answer_key != face.answer_key
    if not (question or answer):
        return "", 100
    part = "question and answer" if question and answer else "question" if question else "answer"
    likeness = alike(was.question, face.question) if question else alike(was.answer, face.answer)
    # What differs beyond the beginning that the ledger keeps is still not the same.
    return part, min(int(likeness), 99)
