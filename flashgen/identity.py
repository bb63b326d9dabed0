"""Cards with their identity, and their HTML → the notes Anki will store, the new ledger, and what changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from operator import attrgetter
from typing import Final

from msgspec.structs import replace

from flashgen import keys, notetypes, stacking
from flashgen.model import (
    BETWEEN_FIELDS,
    Card,
    Change,
    ChangeKind,
    Identified,
    Ledger,
    Note,
    NoteType,
    Pairing,
    Remembered,
    Rendered,
    Row,
    Span,
    Standing,
    in_order,
    name_of,
)
from flashgen.patterns import late

_PLACEHOLDER: Final = late("\x01(\\d+)\x01")
# Anki hands times on in 32 bits.
_LATEST: Final = 2**32 - 1
_CONTROL: Final = late("[\x00-\x08\x0b-\x1f\x7f]")


def identify(
    pairings: Iterable[Pairing],
    rendered: Iterable[Rendered | None],
    ledger: Ledger,
    *,
    clock: int,
    complete: bool,
    memory: Mapping[tuple[str, str], Remembered] | None = None,
    refresh: bool = False,
    standing: Sequence[Standing] = (),
) -> Identified:
    """Make the notes of all pairings, which are asked for once, and the ledger that belongs to them.

    `rendered` holds the HTML of each card; drafts need none, and a card that lacks it keeps its row and has no note.
    `clock` is the time of the build in seconds. Rows without a card are marked removed only where `complete` says that
    all sources were read. `refresh` moves every note's time forward. `standing` are the cards beside the paired ones,
    whose rows and notes stay.
    """
    remembered = memory if memory is not None else {}
    notes: list[Note] = []
    identified: list[Standing] = []
    kept: list[Row] = []
    changes: list[Change] = []
    paired: set[tuple[str, str]] = set()
    for pairing, html in zip(pairings, rendered, strict=True):
        note = None
        if pairing.was is not None:
            paired.add(name_of(pairing.was))
        if pairing.card.draft:
            row = pairing.now if pairing.was is not None else replace(pairing.now, modified=clock, created=clock)
        elif html is None:
            if pairing.was is not None:
                kept.append(pairing.was)
            continue
        else:
            notetype = notetypes.for_kind(pairing.card.kind)
            fields = _fields(pairing, html, notetype)
            text = BETWEEN_FIELDS.join(fields)
            stored = digest(text, pairing.card.tags)
            now = pairing.now
            modified = _modified(pairing.was, stored, clock, remembered.get((now.id, now.kind)), refresh)
            row = replace(
                now,
                stored=stored,
                cards=notetypes.cards_of(notetype, fields),
                modified=modified,
                created=clock if pairing.was is None else now.created,
            )
            note = notetypes.note_of(row, pairing.guid, text, order=pairing.card.order, media=html.media)
            notes.append(note)
        if pairing.was is not None and not complete:
            # A card that a fault keeps from being read still stands before the next.
            row = replace(row, after=pairing.was.after)
        if row == pairing.was:
            # As long as nothing has changed it stays the same one, by which the ledger's file knows its line.
            row = pairing.was
        identified.append(_standing(pairing.card, row, note))
        changes += _changes(pairing, row, refresh)
    stays = {id(one.row) for one in standing}
    # Those of the ledger are in their order already, which leaves little to sort.
    kept += [row for row in ledger.rows if id(row) in stays]
    left = [row for row in ledger.rows if id(row) not in stays and name_of(row) not in paired]
    gone, removals = _gone(left) if complete else (left, [])
    all_rows = in_order((*kept, *(one.row for one in identified), *gone))
    if standing:
        notes += [one.note for one in standing if one.note is not None]
        notes.sort(key=attrgetter("order"))
    ledger = replace(ledger, rows=tuple(all_rows), rivals=())
    return Identified(tuple(notes), ledger, (*changes, *removals), tuple(identified))


def _standing(card: Card, row: Row, note: Note | None) -> Standing:
    # But for a cloze, whose answers its row has sorted, the ledger has these digests already.
    digests = keys.digests(card.keys) if card.keys.deletions else (row.question_key, row.answer_key)
    return Standing(card.order, card.span, *digests, row, note)


def digest(text: str, tags: Iterable[str]) -> str:
    """The digest of what Anki stores of a note: the text of its fields in the order of the note type, and its tags."""
    # Anki sorts tags, and no field can hold the separators.
    stored = "\x1e".join((text, "\x1f".join(sorted(set(tags)))))
    return hashlib.sha256(stored.encode()).hexdigest()[:16]


def _fields(pairing: Pairing, html: Rendered, notetype: NoteType) -> tuple[str, ...]:
    filled = dict(html.fields)
    text = "".join(filled.values())
    # What can be printed has no control character; to look for one takes ten times as long.
    if not (text.isascii() and text.replace("\n", "").isprintable()):
        filled = {name: _final(text, pairing.numbers) for name, text in filled.items()}
    filled["Id"] = pairing.now.id
    return tuple(map(filled.get, notetypes.field_names(notetype), repeat("")))


def _final(text: str, numbers: Sequence[Sequence[int]]) -> str:
    """A text with the numbers of its clozes, as Anki can store it."""

    def number(match: re.Match[str]) -> str:
        return ",".join(str(number) for number in numbers[int(match[1])])

    # References bring in letters that are not composed. The checks let no control character through; one would make
    # Anki refuse the whole package.
    return stacking.composed(_CONTROL.sub("\ufffd", _PLACEHOLDER.sub(number, text)))


def _modified(was: Row | None, stored: str, clock: int, remembered: Remembered | None, refresh: bool) -> int:
    """The time of a note whose digest is `stored` now."""
    if was is None and remembered is None:
        return min(clock, _LATEST)
    known = remembered.modified if remembered is not None else -1
    recorded = was.modified if was is not None else -1
    # The later of the two tells what Anki may have; it is the memory where the ledger was lost, or went back in git.
    told = {one.digest for one in (remembered,) if one is not None and known >= recorded}
    told |= {one.stored for one in (was,) if one is not None and recorded >= known}
    latest = max(known, recorded)
    return latest if told == {stored} and not refresh else min(max(latest + 1, clock), _LATEST)


def _changes(pairing: Pairing, row: Row, refresh: bool) -> Iterable[Change]:
    card, was = pairing.card, pairing.was

    def change(
        kind: ChangeKind, part: str = "", was: str = "", likeness: int = 100, cards: tuple[int, ...] = ()
    ) -> Change:
        return Change(kind, row.id, row.kind, card.span, row.question, row.deck, part, was, likeness, cards)

    def moves() -> Iterator[Change]:
        if was is not None and was.deck != row.deck:
            yield change(ChangeKind.MOVED, "deck", was.deck)
        elif was is not None and was.file != row.file:
            yield change(ChangeKind.MOVED, "file", was.file)

    if card.draft:
        if was is None or not was.draft:
            yield change(ChangeKind.DRAFTED)
        # Anki keeps the cards of a note that was packaged before, and keeps them where they are.
        if was is not None and not _was_never_packaged(was):
            yield from moves()
        return
    if was is None or _was_never_packaged(was):
        retyped = pairing.retyped
        yield change(ChangeKind.ADDED) if retyped is None else change(ChangeKind.RETYPED, was=retyped.kind)
        return
    if was.removed or was.draft:
        yield change(ChangeKind.RESTORED)
    if pairing.edited:
        yield change(ChangeKind.EDITED, pairing.edited, likeness=pairing.likeness)
    elif was.stored != row.stored or (was.modified != row.modified and not refresh):
        yield change(ChangeKind.EDITED, "content")
    if lost := tuple(ordinal for ordinal in was.cards if ordinal not in row.cards):
        yield change(ChangeKind.EMPTIED, cards=lost)
    yield from moves()


def _gone(left: Sequence[Row]) -> tuple[list[Row], list[Change]]:
    """The rows that are left without a card, as they are once all sources were read."""
    removals = [_removal(row) for row in left if not row.removed and not _was_never_packaged(row)]
    return [replace(row, removed=True) for row in left], removals


def _removal(row: Row) -> Change:
    return Change(ChangeKind.REMOVED, row.id, row.kind, Span(row.file, 1), row.question, row.deck)


def _was_never_packaged(row: Row) -> bool:
    return row.draft and not row.stored
