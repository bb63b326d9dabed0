"""The learner in Anki: imports, reviews, edits of their own, and what each import owes them."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import anki.collection  # noqa: F401 - its other modules cannot be imported before it
from anki.cards import CardId
from anki.notes import NoteId

from flashgen.model import Note
from tests.real_anki import Anki, Outcome
from tests.years.building import Build, Package, brief, stored
from tests.years.tally import Tally

_SEARCH = re.compile(r'^ +(\(?"note:.*)$')
_TO_MOVE = re.compile(r'^  move \d+ notes? to the deck "(.*)":$')


@dataclass(frozen=True, slots=True)
class Held:
    """A note as Anki holds it."""

    id: int
    modified: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(slots=True)
class Learner:
    """`edited` are the times at which the learner last edited a note; `decks` where the reports have it, by GUID.

    `untold` are the notes of which a ledger that was lost or went back knows less than the reports had said.
    """

    anki: Anki
    tally: Tally
    edited: dict[str, int] = field(default_factory=dict)
    decks: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    untold: set[str] = field(default_factory=set)

    def held(self) -> dict[str, Held]:
        """All notes by their GUIDs; Anki itself would allow two of one."""
        rows = self._all("select guid, id, mod, tags, flds from notes")
        found = {
            row[0]: Held(row[1], row[2], tuple(sorted(row[3].split())), tuple(row[4].split("\x1f"))) for row in rows
        }
        assert len(found) == len(rows), "Anki holds two notes of one GUID"
        return found

    def take(self, package: Package, *, is_latest: bool) -> None:
        """Import a package. Of the latest build, Anki holds afterwards what the sources say."""
        before, cards, reviews = self.held(), self._cards(), self._reviews()
        outcome = self.anki.import_package(package.content)
        after = self.held()
        self.tally.count("import")
        new = [note for note in package.notes if note.guid not in before]
        newer = [n for n in package.notes if n.guid in before and n.modified > before[n.guid].modified]
        rest = len(package.notes) - len(new) - len(newer)
        assert outcome == Outcome(len(new), len(newer), rest), outcome
        updated = {note.guid for note in newer}
        for guid, held in before.items():
            assert after[guid].id == held.id
            assert guid in updated or after[guid] == held, f"touched without need: {held}, {after[guid]}"
        now = self._cards()
        lost = {id: card for id, card in cards.items() if now.get(id) != card}
        assert not lost, f"schedules changed: {lost}"
        assert self._reviews() == reviews
        for note in package.notes:
            self._check_cards(note, after[note.guid], now)
            if is_latest:
                self._check_text(note, package, before.get(note.guid), after[note.guid])
        for note in new:
            self.decks[note.guid] = note.deck
            self.edited.pop(note.guid, None)
            if not is_latest:
                # It comes into the deck of that time: where it went since was told while it was not here.
                self.untold.add(note.guid)

    def _check_cards(self, note: Note, held: Held, cards: Mapping[int, tuple[int, ...]]) -> None:
        ordinals = sorted(card[1] for card in cards.values() if card[0] == held.id)
        assert set(note.cards) <= set(ordinals), f"cards are missing: {ordinals} of {brief(note)}"
        assert len(set(ordinals)) == len(ordinals)

    def _check_text(self, note: Note, package: Package, before: Held | None, after: Held) -> None:
        if (after.fields, after.tags) == stored(note):
            media = Path(self.anki.col.media.dir())
            assert all((media / name).is_file() for name in note.media), f"media are missing: {brief(note)}"
            return
        assert before is not None
        # Of what the learner edited after the source was, theirs is the later word.
        by_learner = self.edited.get(note.guid) == before.modified
        # Neither the ledger nor this machine's memory knew of the newer text that Anki has.
        assert by_learner or note.guid in package.blind, f"Anki has kept an old text: {after}, not {brief(note)}"
        self.tally.count("kept the learner's text" if by_learner else "kept a newer text")

    # What the learner does

    def review(self, which: int) -> None:
        """Study a card."""
        ids = sorted(self._cards())
        if ids:
            self.anki.review(self.anki.col.get_card(CardId(ids[which % len(ids)])))
            self.tally.count("review")

    def edit(self, which: int, when: int) -> None:
        """Type something into a note and tag it, at this time."""
        for guid, held in self._some(which):
            note = self.anki.col.get_note(NoteId(held.id))
            note.fields[0] += " (mine)"
            note.add_tag("mine")
            self.anki.col.update_note(note)
            self._execute("update notes set mod = ? where id = ?", when, held.id)
            self.edited[guid] = when

    def file_elsewhere(self, which: int) -> None:
        """Move the cards of a note into a deck of the learner's own."""
        for _, held in self._some(which):
            self.anki.col.set_deck(self._cards_of(held.id), self.anki.col.decks.id("Mine") or 1)

    def delete(self, which: int) -> None:
        """Delete a note with all its reviews."""
        for guid, held in self._some(which):
            self._forget(guid, held.id)

    def follow(self, build: Build) -> None:
        """Do what a report says that Anki does not do: move, delete, and delete the empty cards."""
        held = self.held()
        guids = {note.id: guid for guid, note in held.items()}
        moved: dict[str, str] = {}
        removed: set[str] = set()
        deck, is_removal = "", False
        for line in build.left_to_the_user:
            target, search = _TO_MOVE.match(line), _SEARCH.match(line)
            if target:
                deck, is_removal = target[1], False
            elif search:
                found = [guids[id] for id in self.anki.col.find_notes(search[1])]
                if is_removal:
                    removed |= {*found}
                elif deck:
                    moved |= dict.fromkeys(found, deck)
            elif not line.startswith("    "):
                deck, is_removal = "", line.endswith(" that left the sources:")
        assert removed == build.removed & held.keys(), build.left_to_the_user
        assert moved == {guid: deck for guid, deck in build.moved.items() if guid in held}, build.left_to_the_user
        for guid, deck in moved.items():
            self.anki.col.set_deck(self._cards_of(held[guid].id), self.anki.col.decks.id(deck) or 1)
        for guid in removed:
            self._forget(guid, held[guid].id)
        empty = [card for note in self.anki.col.get_empty_cards().notes for card in note.card_ids]
        self.anki.col.remove_cards_and_orphaned_notes([CardId(card) for card in empty])
        self.tally.count("report followed")

    # What the reports have said

    def hear(self, build: Build) -> None:
        """Take note of a report: each note that moved in the sources, or left them, must have been told of."""
        for guid, deck in build.moved.items():
            if guid in self.decks:
                self.decks[guid] = deck
                self.untold.discard(guid)
        self.gone |= build.removed
        self.gone -= build.notes.keys()
        for guid in self.held():
            note = build.notes.get(guid)
            if guid in self.untold:
                continue
            if note is not None:
                assert self.decks[guid] == note.deck, (
                    f"nobody said that it moved from {self.decks[guid]}: {brief(note)}"
                )
            elif guid not in build.drafts:
                assert guid in self.gone, f"nobody said that {guid} has left the sources"

    def learn_less(self, known: Mapping[str, tuple[str, bool]]) -> None:
        """The ledger is another one now: `known` are its notes' decks, and whether each has left the sources.

        What it has already, no report will say again: not what a build on another branch has told its own user, nor
        what was lost with a ledger, or with the report of a build that was killed.
        """
        for guid in self.held():
            deck, is_gone = known.get(guid, ("", False))
            if deck == self.decks[guid] and is_gone is (guid in self.gone):
                self.untold.discard(guid)
            else:
                self.untold.add(guid)

    def _some(self, which: int) -> Iterator[tuple[str, Held]]:
        """One note, where there is any."""
        held = sorted(self.held().items(), key=lambda item: item[1].id)
        yield from held[which % len(held) :][:1] if held else ()

    def _forget(self, guid: str, id: int) -> None:
        self.anki.col.remove_notes([NoteId(id)])
        for known in (self.edited, self.decks):
            known.pop(guid, None)
        self.untold.discard(guid)

    def _cards_of(self, note: int) -> list[CardId]:
        return [CardId(row[0]) for row in self._all("select id from cards where nid = ?", note)]

    def _cards(self) -> dict[int, tuple[int, ...]]:
        rows = self._all("select id, nid, ord, did, type, queue, due, ivl, reps, lapses, factor from cards")
        return {row[0]: tuple(row[1:]) for row in rows}

    def _reviews(self) -> list[list[int]]:
        return self._all("select id, cid from revlog order by id")

    def _all(self, query: str, *values: object) -> list[list]:  # type: ignore[type-arg]
        return self.anki.col.db.all(query, *values)  # type: ignore[union-attr]

    def _execute(self, query: str, *values: object) -> None:
        self.anki.col.db.execute(query, *values)  # type: ignore[union-attr]


def empty_anki(folder: Path) -> Anki:
    """A fresh collection in `folder`: a copy of one that was made before, which is faster than making it."""
    shutil.copytree(_empty(), folder)
    return Anki(folder)


@cache
def _empty() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="flashgen-years-anki-"))
    atexit.register(shutil.rmtree, folder)
    Anki(folder / "empty").close()
    return folder / "empty"
