"""Anki itself, for tests: a fresh profile with its default settings, into which packages are imported.

    def test_a_package_arrives() -> None:
        with fresh_anki() as anki:
            assert anki.import_package(package(deck, (), now=NOW)) == Outcome(new=1)

A test asserts on what Anki says afterwards: the outcome of the import in Anki's four heaps, the notes by their `Id`
field, their cards and reviews, and the checks that a user can run.
"""

from __future__ import annotations

import io
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import anki.collection  # noqa: F401 - its other modules cannot be imported before it
from anki.cards import Card
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.decks import DeckId
from anki.import_export_pb2 import ImportAnkiPackageUpdateCondition as Update
from anki.models import NotetypeDict
from anki.notes import Note

When = Literal["if newer", "always", "never"]

_UPDATE: dict[When, Update.ValueType] = {
    "if newer": Update.IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_IF_NEWER,
    "always": Update.IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_ALWAYS,
    "never": Update.IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_NEVER,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many notes an import put on each of Anki's heaps."""

    new: int = 0
    updated: int = 0
    duplicate: int = 0
    conflicting: int = 0


class Anki:
    """A collection of its own in `folder`, as a new user has it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.col = Collection(str(folder / "collection.anki2"))
        self._imports = 0

    def close(self) -> None:
        """Close the collection; its files stay."""
        self.col.close()

    def import_package(
        self,
        data: bytes | Path,
        *,
        merge: bool = False,
        update_notes: When = "if newer",
        update_notetypes: When = "if newer",
    ) -> Outcome:
        """Import a package with the options of Anki's dialog; as they stand here they are its defaults.

        Raises what Anki raises for a package that it cannot read.
        """
        path = data if isinstance(data, Path) else self._written(data)
        options = ImportAnkiPackageOptions(
            merge_notetypes=merge,
            update_notes=_UPDATE[update_notes],
            update_notetypes=_UPDATE[update_notetypes],
            with_scheduling=False,
            with_deck_configs=False,
        )
        request = ImportAnkiPackageRequest(package_path=str(path), options=options)
        log = self.col.import_anki_package(request).log
        # Anki's window forgets what it knew of note types after each operation that changed some.
        self.col.models._clear_cache()
        return Outcome(len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting))

    def notes(self, search: str = "") -> list[Note]:
        """The notes that a search of the Browser finds, in the order of their creation."""
        return [self.col.get_note(id) for id in sorted(self.col.find_notes(search))]

    def note(self, id: str) -> Note:
        """The one note whose `Id` field is `id`. Raises AssertionError if there is none or another one."""
        found = self.notes(f'"Id:{id}"')
        assert len(found) == 1, f"{len(found)} notes have the Id {id}"
        return found[0]

    def cards(self, search: str = "") -> list[Card]:
        """The cards that a search of the Browser finds, in the order in which they are new, then by ordinal."""
        found = [self.col.get_card(id) for id in self.col.find_cards(search)]
        return sorted(found, key=lambda card: (card.due, card.nid, card.ord))

    def ordinals(self, note: Note) -> tuple[int, ...]:
        """The ordinals of a note's cards."""
        return tuple(sorted(card.ord for card in note.cards()))

    def review(self, card: Card) -> None:
        """Study a card once, as a learner does who answers Good."""
        card.load()
        card.start_timer()
        self.col.sched.answerCard(card, 3)

    def reviews(self, card: Card) -> int:
        """How often Anki's log says that a card was studied."""
        return self.col.db.scalar("select count() from revlog where cid = ?", card.id) or 0  # type: ignore[union-attr]

    def schedule(self, card: Card) -> tuple[int, int, int, int, int]:
        """What must survive every import: type, queue, due, interval and repetitions of a card."""
        card.load()
        return card.type, card.queue, card.due, card.ivl, card.reps

    def deck_of(self, card: Card) -> str:
        """The name of the deck a card is in."""
        return self.col.decks.name(card.did)

    def deck_id(self, name: str) -> DeckId:
        """The id of a deck by its name. Raises AssertionError if there is none."""
        found = self.col.decks.id_for_name(name)
        assert found is not None, f"no deck is named {name}"
        return found

    def deck_names(self) -> list[str]:
        """All decks but Anki's own one, sorted."""
        return sorted(deck.name for deck in self.col.decks.all_names_and_ids() if deck.id != 1)

    def notetype(self, name: str) -> NotetypeDict:
        """A note type by its name. Raises AssertionError if there is none."""
        found = self.col.models.by_name(name)
        assert found is not None, f"no note type is named {name}"
        return found

    def notetype_names(self, prefix: str = "Flashgen") -> list[str]:
        """The names of the note types that begin with `prefix`, sorted."""
        return sorted(n.name for n in self.col.models.all_names_and_ids() if n.name.startswith(prefix))

    def media(self) -> set[str]:
        """The names of the files in the media folder."""
        return {path.name for path in Path(self.col.media.dir()).iterdir() if path.is_file()}

    def missing_media(self) -> list[str]:
        """What Check Media reports as missing."""
        return list(self.col.media.check().missing)

    def unused_media(self) -> list[str]:
        """What Check Media reports as unused."""
        return list(self.col.media.check().unused)

    def empty_cards(self) -> list[int]:
        """The ids of the notes that Empty Cards finds something on."""
        return [note.note_id for note in self.col.get_empty_cards().notes]

    def check_database(self) -> list[str]:
        """What Check Database has mended, a sentence a problem; empty when it found nothing."""
        before = self.col.card_count()
        report, sound = self.col.fix_integrity()
        assert sound, report
        # Without a problem Anki answers with one sentence that says so, and of cards that it added it says nothing.
        mended = [line for line in report.splitlines() if line and line != "Database rebuilt and optimized."]
        added = self.col.card_count() - before
        return [*mended, f"{added} missing cards were added."] if added else mended

    def needs_full_sync(self) -> bool:
        """Whether something since the last `pretend_synced` makes a one-way sync necessary."""
        return bool(self.col.schema_changed())

    def pretend_synced(self) -> None:
        """Mark the present state as known to AnkiWeb, so that `needs_full_sync` speaks of what comes after."""
        # Long ago, since a change within the same millisecond would not count.
        self.col.db.execute("update col set scm = 1, ls = 2")  # type: ignore[union-attr]

    def _written(self, data: bytes) -> Path:
        self._imports += 1
        path = self.folder / f"import-{self._imports}.apkg"
        path.write_bytes(data)
        return path


@contextmanager
def fresh_anki() -> Iterator[Anki]:
    """A new collection in a folder of its own, gone afterwards; as often in one test as it needs."""
    with tempfile.TemporaryDirectory(prefix="flashgen-anki-") as folder:
        anki = Anki(Path(folder))
        try:
            yield anki
        finally:
            anki.close()


def database_of(data: bytes) -> sqlite3.Connection:
    """The database inside a package, to look at what was written without importing it."""
    connection = sqlite3.connect(":memory:", factory=_Database)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        connection.deserialize(archive.read("collection.anki2"))
    return connection


class _Database(sqlite3.Connection):
    """Closed with its last user, of which Python warns from 3.13 on where it happens by itself."""

    def __del__(self) -> None:
        self.close()


def sides(card: Card) -> tuple[str, str]:
    """The HTML of a card's front and back as Anki renders them, without the style."""
    card.load()
    output = card.render_output(reload=True)
    return output.question_text, output.answer_text


def all_sides(cards: Sequence[Card]) -> list[tuple[str, str]]:
    """`sides` of each card."""
    return [sides(card) for card in cards]
