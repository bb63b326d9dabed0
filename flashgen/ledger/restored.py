"""Rows that were lost, made again: the notes that a package or a collection holds → a ledger that knows them.

A row made of a note tells what Anki has, and its text is that which the note's HTML was read back to. What of it still
stands in the sources the pairing finds out, as at any build.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flashgen.ledger import clozes, names
from flashgen.ledger.faces import face_of
from flashgen.ledger.likeness import alike_pairs
from flashgen.ledger.rows import guid_of, merge
from flashgen.model import Card, ClozeNumber, Keys, Ledger, Pairing, Remembered, Row, Span, StoredNote
from flashgen.notetypes import cards_of, for_kind

_NEAR: Final = 60

Name = tuple[str, str]


class Found(Struct, frozen=True):
    """A note of the file, the keys its text was read back to, and the digest of what Anki stores of it."""

    note: StoredNote
    keys: Keys
    stored: str

    @property
    def name(self) -> Name:
        return self.note.id, self.note.kind


class Known(Struct, frozen=True):
    """What is known of what Anki stores, by (id, kind): of earlier builds, and of the file that is restored from."""

    built: Mapping[Name, Sequence[Remembered]]
    found: Mapping[Name, Remembered]


class Sorted(Struct, frozen=True):
    """One note for each (id, kind) of those that are the project's own, and the notes that are left out.

    `strangers` have GUIDs of no namespace of the project, and no text of one of its cards; `nameless` have no id in
    their field; `others` have the id of a row, and not its GUID; `copies` share theirs with a note that is taken.
    """

    own: tuple[Found, ...]
    strangers: tuple[Found, ...] = ()
    nameless: tuple[Found, ...] = ()
    others: tuple[Found, ...] = ()
    copies: tuple[Found, ...] = ()


def namespace_of(notes: Iterable[StoredNote], candidates: Sequence[str]) -> str:
    """The candidate that makes most of the GUIDs true, the first of equals."""
    told = [(note.guid, note.kind, note.id) for note in notes]
    return max(candidates, key=lambda one: sum(names.guid(one, kind, id) == guid for guid, kind, id in told))


def sort(found: Sequence[Found], cards: Sequence[Card], known: Ledger, namespaces: Sequence[str]) -> Sorted:
    """Tell the project's own notes from all others that a collection may hold of flashgen's note types.

    Own are those whose GUID follows from a namespace of the project, or stands in a row, or whose text is that of a
    card, which has no such note yet.
    """
    rows = {(row.id, row.kind): guid_of(known, row) for row in known.rows}
    claimed = {(card.id.text, card.kind) for card in cards if card.id is not None}
    nameless = [one for one in found if not names.is_id(one.note.id)]
    named = [one for one in found if names.is_id(one.note.id)]
    others = [one for one in named if rows.get(one.name, one.note.guid) != one.note.guid]
    own: list[Found] = []
    foreign: list[Found] = []
    for one in named:
        if rows.get(one.name, one.note.guid) == one.note.guid:
            (own if one.name in rows or _follows(one.note, namespaces) else foreign).append(one)
    # A card that has its note among the project's own is not what a stranger's note was made from.
    texts = {(card.kind, card.keys.question, card.keys.answer) for card in cards} - {_text(one) for one in own}
    taken = {one.name for one in own}
    adopted: list[Found] = []
    strangers: list[Found] = []
    for one in foreign:
        is_ours = one.name not in taken and (_text(one) in texts or one.name in claimed)
        (adopted if is_ours else strangers).append(one)
    best: dict[Name, Found] = {}
    for one in sorted((*own, *adopted), key=lambda one: (-one.note.reviews, one.note.created, one.note.guid)):
        best.setdefault(one.name, one)
    copies = (one for one in (*own, *adopted) if best[one.name] is not one)
    return Sorted(tuple(best.values()), tuple(strangers), tuple(nameless), tuple(others), tuple(copies))


def rows_of(found: Sequence[Found], cards: Sequence[Card], namespace: str, folder: str) -> tuple[Row, ...]:
    """The rows of these notes. Anki knows no files: each gets that of the card which is likest to it.

    `folder` is that of the sources, for the notes of decks that no card is in any more.
    """
    rows = [_row(one, namespace) for one in found]
    files = _files(rows, [face_of(card) for card in cards])
    of_deck: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for card in cards:
        of_deck[card.deck][card.span.file] += 1
    return tuple(
        replace(row, file=files.get(place) or _file_of_deck(row.deck, of_deck, folder))
        for place, row in enumerate(rows)
    )


def join(known: Ledger, restored: Iterable[Row]) -> Ledger:
    """The ledger with rows that were made again: what it knows already stays, but for its times and cloze numbers.

    Where a note's text differs in both, the sources decide which of the two the row has.
    """
    by_name = {(row.id, row.kind): row for row in known.rows}
    rivals = list(known.rivals)
    for row in restored:
        name = (row.id, row.kind)
        there = by_name.get(name)
        if there is None:
            by_name[name] = row
            continue
        (joined,) = merge((replace(there, modified=1), replace(row, modified=0, guid=there.guid)))
        by_name[name] = replace(joined, modified=max(there.modified, row.modified))
        if (row.question_key, row.answer_key) != (there.question_key, there.answer_key):
            rivals.append(row)
    return Ledger(known.namespace, tuple(by_name[name] for name in sorted(by_name)), tuple(rivals))


def settled(
    joined: Ledger, pairings: Sequence[Pairing], now: Mapping[Name, str], known: Known, *, certain: bool
) -> Ledger:
    """The ledger to be written: rows with the text that their cards have today, those without a card removed.

    `now` is the digest of what the sources render to today. Nothing is marked removed where it is not `certain` which
    row is which card's.
    """
    rows = {(row.id, row.kind): replace(row, removed=row.removed or certain) for row in joined.rows}
    for pairing in pairings:
        if pairing.was is not None:
            name = (pairing.now.id, pairing.now.kind)
            is_draft = pairing.card.draft
            rows[name] = pairing.now if is_draft else _remembering(pairing.now, now[name], known)
    return Ledger(joined.namespace, tuple(rows[name] for name in sorted(rows)))


def _remembering(row: Row, now: str, known: Known) -> Row:
    """The row of a note that renders to `now`: whether the next build counts it as edited follows from what it stores.

    It does not, where the last build stored the same: what Anki has otherwise was edited there. Nor where Anki, or the
    package, has the same and no build after it had another.
    """
    name = (row.id, row.kind)
    built = max(known.built.get(name, ()), key=lambda one: one.modified, default=Remembered(*name, "", -1))
    found = known.found.get(name, Remembered(*name, "", -1))
    if built.digest == now:
        return replace(row, stored=now, modified=max(row.modified, built.modified))
    if found.digest == now and found.modified >= built.modified:
        return replace(row, stored=now, modified=max(row.modified, found.modified))
    return replace(row, stored="") if row.stored == now else row


def _follows(note: StoredNote, namespaces: Iterable[str]) -> bool:
    return any(names.guid(namespace, note.kind, note.id) == note.guid for namespace in namespaces)


def _text(found: Found) -> tuple[str, str, str]:
    return found.note.kind, found.keys.question, found.keys.answer


def _row(found: Found, namespace: str) -> Row:
    note, keys = found.note, found.keys
    face = face_of(Card(note.kind, Span("", 1), {}, note.deck, note.tags, keys, order=0))
    notetype = for_kind(note.kind)
    numbers = clozes.number(keys.deletions, ()).history
    used = {entry.number for entry in numbers}
    # A card of a deletion that is gone keeps its number taken.
    gone = (ClozeNumber(ordinal + 1, "", 0) for ordinal in note.cards if notetype.cloze and ordinal + 1 not in used)
    return replace(
        face,
        id=note.id,
        stored=found.stored,
        modified=note.modified,
        created=note.created,
        clozes=tuple(sorted((*numbers, *gone))),
        cards=cards_of(notetype, note.fields),
        guid="" if names.guid(namespace, note.kind, note.id) == note.guid else note.guid,
    )


def _files(rows: Sequence[Row], faces: Sequence[Row]) -> dict[int, str]:
    """The file of the card with the same text, else with the same question, else with the question most alike."""
    files: dict[int, str] = {}
    for key in (_question_and_answer, _question):
        file_of = {key(face): face.file for face in reversed(faces)}
        for place, row in enumerate(rows):
            if place not in files and key(row) in file_of:
                files[place] = file_of[key(row)]
    known = {_question(row) for row in rows}
    for kind in sorted({row.kind for row in rows}):
        places = [place for place, row in enumerate(rows) if row.kind == kind and place not in files]
        others = [face for face in faces if face.kind == kind and _question(face) not in known]
        nearest: dict[int, tuple[float, str]] = {}
        questions = [rows[place].question for place in places], [face.question for face in others]
        for one, other, likeness in alike_pairs(*questions, _NEAR):
            if likeness > nearest.get(places[one], (0.0, ""))[0]:
                nearest[places[one]] = likeness, others[other].file
        files.update((place, file) for place, (_, file) in nearest.items())
    return files


def _file_of_deck(deck: str, of_deck: Mapping[str, Counter[str]], folder: str) -> str:
    if of_deck.get(deck):
        return of_deck[deck].most_common(1)[0][0]
    return f"{folder}{deck.replace('::', '/')}.md"


def _question_and_answer(face: Row) -> tuple[str, str, str]:
    return face.kind, face.question_key, face.answer_key


def _question(face: Row) -> tuple[str, str]:
    return face.kind, face.question_key
