"""A deck in, the SQLite database of its package out, through genanki's classes.

genanki gives the schema and the shape of its JSON. What it would guess or take from the clock is given instead: cards,
times and ids. Rows go in by the table, in the order of their ids.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain, islice
from operator import attrgetter
from typing import BinaryIO, Final, TypeAlias

from flashgen.model import Deck, FieldType, Note, NoteType, Template
from flashgen.package.genanki_alone import genanki

_Json: TypeAlias = dict[str, object]
_NoteRow: TypeAlias = tuple[int, str, int, int, str, str]
_CardRow: TypeAlias = tuple[int, int, int, int, int, int]

# In the order of the columns; -1 is "not synced yet". Anki works out the sort field and its checksum again, and cards
# are new ones, at the position of their note.
_NOTE: Final = "(?, ?, ?, ?, -1, ?, ?, '', 0, 0, '')"
_CARD: Final = "(?, ?, ?, ?, ?, -1, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')"
_AT_ONCE: Final = 100
"""How many rows a statement puts in: in half the time of one for each. No SQLite takes fewer values than these have."""
_DEFAULT_DECK_ID: Final = 1
# One piece of memory, of which the bytes are taken as they are; those of ":memory:" are gathered in a further copy.
_IN_MEMORY: Final = "file:deck?vfs=memdb"
_MANY: Final = 30_000
"""Of how many notes a database is larger than the memory that all else of a build leaves to it."""


def database(deck: Deck, *, now: int) -> BinaryIO:
    """The `collection.anki2` of a deck's package, whose description is HTML, as a file that has no name.

    The notes bring all that identifies them: GUID, cards, times, position. No note is created later than `now`
    (seconds).
    """
    # Windows deletes no file that is open.
    if len(deck.notes) >= _MANY and os.name == "posix":
        with contextlib.suppress(OSError, sqlite3.OperationalError):  # there may be no place for it
            return _on_disk(deck, now)
    with closing(sqlite3.connect(_IN_MEMORY, uri=True)) as connection:
        _write(deck, now, connection)
        return io.BytesIO(connection.serialize())


def _on_disk(deck: Deck, now: int) -> BinaryIO:
    import tempfile  # most decks are small

    with tempfile.TemporaryDirectory(prefix="flashgen-") as folder:
        path = os.path.join(folder, "collection.anki2")
        file = open(path, "w+b")  # noqa: SIM115 - whoever wants it reads it
        connection = sqlite3.connect(path)
        connection.execute("SELECT 1 FROM sqlite_master")  # opens it
    # From here on it has no name, and is gone with this process, however that ends.
    try:
        with closing(connection):
            connection.execute("PRAGMA synchronous = OFF")
            _write(deck, now, connection)
    except BaseException:
        file.close()
        raise
    return file


def _write(deck: Deck, now: int, connection: sqlite3.Connection) -> None:
    # Nothing is ever rolled back.
    connection.execute("PRAGMA journal_mode = OFF")
    _Package(deck, now=now).write_to_db(connection.cursor())
    connection.commit()


class _NoteType(genanki.Model):  # type: ignore[misc]
    """A note type with ids on its fields and templates, and the time of its text."""

    def __init__(self, notetype: NoteType) -> None:
        super().__init__(
            notetype.id,
            notetype.name,
            fields=[_field(field) for field in notetype.fields],
            templates=[_template(template) for template in notetype.templates],
            css=notetype.css,
            model_type=self.CLOZE if notetype.cloze else self.FRONT_BACK,
            sort_field_index=notetype.sort_field,
        )
        self.modified = notetype.modified

    @property
    def _req(self) -> list[object]:
        """What genanki would guess about the cards. Anki works it out by itself, and our notes bring their cards."""
        return []

    def to_json(self, timestamp: float, deck_id: int) -> _Json:
        return {**super().to_json(self.modified, deck_id), "latexsvg": False}


class _Deck(genanki.Deck):  # type: ignore[misc]
    """A deck that puts its notes in by the table, with the ids that they and their first cards are given."""

    def __init__(self, name: str) -> None:
        super().__init__(_deck_id(name), name)
        self.given: list[tuple[int, int, Note]] = []

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float = 0, id_gen: Iterable[int] = ()) -> None:
        _put(cursor, "notes", _NOTE, self._note_rows())
        _put(cursor, "cards", _CARD, self._card_rows())

    def _note_rows(self) -> Iterator[_NoteRow]:
        for id, _, note in self.given:
            tags = f" {' '.join(note.tags)} " if note.tags else ""
            yield id, note.guid, note.notetype.id, note.modified, tags, note.text

    def _card_rows(self) -> Iterator[_CardRow]:
        deck = self.deck_id
        for id, first, note in self.given:
            for card_id, ordinal in enumerate(note.cards, start=first):
                yield card_id, id, deck, ordinal, note.modified, note.order


class _Package(genanki.Package):  # type: ignore[misc]
    """A package whose ids and times come from its notes."""

    decks: list[_Deck]

    def __init__(self, deck: Deck, *, now: int) -> None:
        self._top = deck
        self._notetypes = {note.notetype.id: note.notetype for note in deck.notes}
        self._last_change = max((note.modified for note in deck.notes), default=0)
        super().__init__(self._decks(now))

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float = 0, id_gen: Iterable[int] = ()) -> None:
        genanki.Package([]).write_to_db(cursor, timestamp, id_gen)
        _take_indexes_away(cursor)
        self._write_col(cursor)
        for deck in self.decks:
            deck.write_to_db(cursor)

    def _decks(self, now: int) -> list[_Deck]:
        """The decks with their notes, and all decks above them, by name."""
        named = {note.deck for note in self._top.notes} | {self._top.name}
        names = {above for name in named for above in _with_parents(name)}
        decks = {name: _Deck(name) for name in sorted(names)}
        decks[self._top.name].description = self._top.description
        # Anki takes an id of 0 for none.
        next_note_id = next_card_id = 1
        # Ids are times in Anki: the order by time of creation is the order of the sources among notes of one build.
        # Most notes are in order already, and of one time: to sort them twice takes less than to do it by both.
        notes = sorted(self._top.notes, key=attrgetter("order", "guid"))
        notes.sort(key=lambda note: min(note.created, now))
        for note in notes:
            note_id = max(min(note.created, now) * 1000, next_note_id)
            card_id = max(note_id, next_card_id)
            next_note_id, next_card_id = note_id + 1, card_id + len(note.cards)
            decks[note.deck].given.append((note_id, card_id, note))
        return list(decks.values())

    def _write_col(self, cursor: sqlite3.Cursor) -> None:
        """Put note types and decks in at once: deck by deck, as genanki does it, takes quadratic time."""
        (default_decks,) = cursor.execute("SELECT decks FROM col").fetchone()
        decks = json.loads(default_decks) | {str(deck.deck_id): deck.to_json() for deck in self.decks}
        deck_id = _deck_id(self._top.name)
        notetypes = {str(id): _NoteType(self._notetypes[id]).to_json(0, deck_id) for id in sorted(self._notetypes)}
        milliseconds = self._last_change * 1000
        cursor.execute(
            "UPDATE col SET mod = ?, scm = ?, decks = ?, models = ?",
            (milliseconds, milliseconds, json.dumps(decks), json.dumps(notetypes)),
        )


def _put(cursor: sqlite3.Cursor, table: str, row: str, rows: Iterator[_NoteRow] | Iterator[_CardRow]) -> None:
    while some := list(islice(rows, _AT_ONCE)):
        cursor.execute(f"INSERT INTO {table} VALUES {','.join([row] * len(some))}", list(chain.from_iterable(some)))


def _take_indexes_away(cursor: sqlite3.Cursor) -> None:
    """Anki reads a package from end to end and needs none of them: they are a seventh of its size."""
    for (name,) in cursor.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall():
        cursor.execute(f"DROP INDEX {name}")


def _field(field: FieldType) -> _Json:
    return {
        "name": field.name,
        "id": field.id,
        "font": "Arial",
        "collapsed": field.collapsed,
        "excludeFromSearch": field.exclude_from_search,
        "plainText": field.plain_text,
        "preventDeletion": False,
        "description": field.description,
    }


def _template(template: Template) -> _Json:
    return {"name": template.name, "id": template.id, "qfmt": template.front, "afmt": template.back}


def _with_parents(name: str) -> Iterator[str]:
    parts = name.split("::")
    return ("::".join(parts[:depth]) for depth in range(1, len(parts) + 1))


def _deck_id(name: str) -> int:
    """53 bits of the name's hash. Anki goes by the name; the id only has to be the deck's own within the package."""
    digest = hashlib.sha256(f"flashgen deck 1\x1f{name}".encode()).digest()
    return max(int.from_bytes(digest[:8]) >> 11, _DEFAULT_DECK_ID + 1)
