"""The bytes of a collection's database in, flashgen's notes in it out, whichever schema it has.

The database comes from anywhere, so nothing of it is trusted: it is opened in memory, only plain tables are read, and
every value is looked at before it is used.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from msgspec import Struct

from flashgen import names
from flashgen.model import BETWEEN_FIELDS, StoredNote
from flashgen.notetypes import for_kind
from flashgen.patterns import late
from flashgen.restoring.archives import UnreadableError

_TABLES: Final = frozenset({"col", "notes", "cards"})
_TABLES_OF_NEWER_SCHEMAS: Final = frozenset({"notetypes", "fields", "decks"})
_DAMAGED: Final = "its collection is damaged"
# Two bytes of the header say that changes are in a second file; an export has none.
_WAL_FLAGS: Final = slice(18, 20)
_NO_WAL: Final = b"\x01\x01"
# Anki names a copy of a note type whose schema was changed in Anki like the original, and adds to it.
_COPY: Final = late(r"(?:\+|-[0-9a-f]+)+$")
_LONGEST_NAME: Final = 100
_VOCABULARY: Final = late(r"Flashgen Vocabulary \(([A-Za-z0-9-]{2,35})\)")
_TAG: Final = late(r"<[^<>]*>")
_SET_BY_ANKI: Final = frozenset({"leech", "marked"})
# Anki hands the time of a note on in 32 bits, and the next build adds to it; ids are milliseconds.
_LATEST: Final = 2**32 - 2
_LAST_ID: Final = 2**53


def notes_of(database: bytes, kinds: Iterable[str]) -> tuple[StoredNote, ...]:
    """All notes of flashgen's note types, in the order of their creation.

    `kinds` are those that the sources have, whose note types are known by their ids even if renamed.
    Raises UnreadableError where the database is damaged, or is none of Anki.
    """
    data = bytearray(database)
    data[_WAL_FLAGS] = _NO_WAL
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(bytes(data))
            connection.text_factory = lambda text: text.decode("utf-8", "replace")
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA query_only = ON")
            # The order of names is that of Anki; nothing is sorted or looked up by them here.
            connection.create_collation("unicase", lambda one, other: (one > other) - (one < other))
            return tuple(_notes(connection, kinds))
    except (sqlite3.Error, ValueError, RecursionError, OverflowError) as fault:
        raise UnreadableError(f"{_DAMAGED}: {fault}") from fault


@dataclass(slots=True)
class _Cards:
    """What the cards of one note say: ordinals, the first one's deck, and how often all were reviewed."""

    ordinals: set[int] = field(default_factory=set)
    deck: str = ""
    reviews: int = 0


class _Fields(Struct, frozen=True):
    """A note type of flashgen in this collection: its kind, and the names of its fields in order."""

    kind: str
    names: tuple[str, ...]


def _notes(connection: sqlite3.Connection, kinds: Iterable[str]) -> Iterator[StoredNote]:
    tables = {str(name) for (name,) in connection.execute(_PLAIN_TABLES)}
    if not tables >= _TABLES:
        raise UnreadableError("its collection is none of Anki")
    if tables >= _TABLES_OF_NEWER_SCHEMAS:
        types, decks = _types(connection), _decks(connection)
    else:
        types, decks = _types_as_json(connection), _decks_as_json(connection)
    ours = dict(_ours(types, kinds))
    cards = _cards(connection, decks)
    for row in connection.execute("SELECT id, guid, mid, mod, tags, flds FROM notes ORDER BY id"):
        id, guid, type_id, modified, tags, texts = row
        known = ours.get(type_id) if isinstance(type_id, int) else None
        if known is None:
            continue
        if not (_is_time(id) and _is_time(modified) and all(isinstance(text, str) for text in (guid, tags, texts))):
            raise UnreadableError(_DAMAGED)
        fields = dict(zip(known.names, texts.split(BETWEEN_FIELDS), strict=False))
        own = cards.get(id, _Cards())
        yield StoredNote(
            guid=guid,
            id=unescape(_TAG.sub("", fields.pop("Id", ""))).strip(),
            kind=known.kind,
            fields=fields,
            tags=tuple(tag for tag in tags.split() if tag.casefold() not in _SET_BY_ANKI),
            deck=own.deck,
            cards=tuple(sorted(own.ordinals)),
            modified=min(modified, _LATEST),
            created=min(id // 1000, _LATEST),
            reviews=own.reviews,
        )


# Views and virtual tables could be anything.
_PLAIN_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"


def _ours(types: Mapping[int, tuple[str, tuple[str, ...]]], kinds: Iterable[str]) -> Iterator[tuple[int, _Fields]]:
    known = {for_kind(kind).id: kind for kind in ("qa", "cloze", *kinds)}
    by_name = {for_kind(kind).name: kind for kind in known.values()}
    for id, (name, fields) in types.items():
        name = name[:_LONGEST_NAME]
        kind = known.get(id) or _kind(name, by_name) or _kind(_COPY.sub("", name), by_name)
        if kind is not None and "Id" in fields:
            yield id, _Fields(kind, fields)


def _kind(name: str, by_name: Mapping[str, str]) -> str | None:
    match = _VOCABULARY.fullmatch(name)
    if match is not None and names.language(match[1]) == match[1]:
        return f"vocabulary:{match[1]}"
    return by_name.get(name)


def _types(connection: sqlite3.Connection) -> dict[int, tuple[str, tuple[str, ...]]]:
    fields: defaultdict[int, list[str]] = defaultdict(list)
    for id, name in connection.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
        fields[id].append(str(name))
    types = connection.execute("SELECT id, name FROM notetypes").fetchall()
    return {id: (str(name), tuple(fields[id])) for id, name in types if isinstance(id, int)}


def _decks(connection: sqlite3.Connection) -> dict[int, str]:
    return {id: str(name).replace("\x1f", "::") for id, name in connection.execute("SELECT id, name FROM decks")}


def _types_as_json(connection: sqlite3.Connection) -> dict[int, tuple[str, tuple[str, ...]]]:
    found: dict[int, tuple[str, tuple[str, ...]]] = {}
    for id, entry in _json_of(connection, "models"):
        fields = entry.get("flds")
        names = [one.get("name") for one in fields if isinstance(one, dict)] if isinstance(fields, list) else []
        found[id] = (str(entry.get("name")), tuple(map(str, names)))
    return found


def _decks_as_json(connection: sqlite3.Connection) -> dict[int, str]:
    # JSON can hold half a character, which no file can.
    names = ((id, str(entry.get("name", ""))) for id, entry in _json_of(connection, "decks"))
    return {id: name.encode("utf-8", "replace").decode() for id, name in names}


def _json_of(connection: sqlite3.Connection, column: str) -> Iterator[tuple[int, dict[str, object]]]:
    row = connection.execute(f"SELECT {column} FROM col").fetchone()
    entries: object = json.loads(row[0]) if row and isinstance(row[0], str) else None
    if not isinstance(entries, dict):
        raise UnreadableError(_DAMAGED)
    for id, entry in entries.items():
        if isinstance(entry, dict) and re.fullmatch(r"\d{1,18}", id):
            yield int(id), entry


def _cards(connection: sqlite3.Connection, decks: Mapping[int, str]) -> dict[int, _Cards]:
    found: defaultdict[int, _Cards] = defaultdict(_Cards)
    # A card that is studied in a filtered deck has its own one beside.
    rows = connection.execute("SELECT nid, ord, CASE odid WHEN 0 THEN did ELSE odid END, reps FROM cards ORDER BY ord")
    for note_id, ordinal, deck_id, reviews in rows:
        if not all(isinstance(value, int) for value in (note_id, ordinal, deck_id, reviews)):
            raise UnreadableError(_DAMAGED)
        own = found[note_id]
        own.ordinals.add(ordinal)
        own.deck = own.deck or decks.get(deck_id, "")
        own.reviews += reviews
    return found


def _is_time(value: object) -> bool:
    return isinstance(value, int) and 0 <= value < _LAST_ID
