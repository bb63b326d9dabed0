"""The author at the desk: the project's folder, its builds as `flashgen build` makes them, and what each owes."""

from __future__ import annotations

import html
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from flashgen import names as file_names
from flashgen import output, pipeline, report
from flashgen.diagnostics import AMBIGUOUS_EDIT, DUPLICATE_CARD, DUPLICATE_ID, ID_MISMATCH, LEDGER_LOST, Diagnostic
from flashgen.ledger.rows import guid_of
from flashgen.model import ChangeKind, Deck, Note
from flashgen.pipeline import Compiled
from tests.years import promises
from tests.years.promises import Entry, Ledger, Stored, guid_of_id, owed, recognizable
from tests.years.tally import Tally
from tests.years.writing import CLOZE, WORD, File, Folder, Written, folded, lines_of, to_file, to_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = 86_400
YEAR = 365 * DAY
START = 1_800_000_000
LEDGER = "cards/ledger.jsonl"
_MEMORY = ".flashgen_cache/built.jsonl"
_ROUNDS = 12
_PICTURE = b"\x89PNG\r\n\x1a\n"
_ID = re.compile(r"<!-- id: (\S+) -->")
_NUMBERED = re.compile(r"\{\{c(\d+)::(.*?)::d(\d+)\}\}")


class _Killed(BaseException):
    """The process ends here."""


class _LedgerLostError(Exception):
    """A package would be written over whose notes are known by a lost ledger alone."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was built: its bytes and notes, and those notes of which newer ones may be about, unknown here."""

    content: bytes
    notes: tuple[Note, ...]
    blind: frozenset[str]


@dataclass(frozen=True, slots=True)
class Build:
    """What a build gave: its packages, and what its report tells the user to do in Anki."""

    packages: tuple[Package, ...]
    left_to_the_user: tuple[str, ...]
    removed: frozenset[str]
    moved: Mapping[str, str]
    notes: Mapping[str, Note]
    drafts: frozenset[str]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Pending:
    """A build that was begun: its ledger and that one's text, each package with the file in its place before."""

    known: Ledger
    ledger: str
    packages: Mapping[Path, tuple[bytes, Package]]


@dataclass(slots=True)
class Desk:
    """A project in `root` with its author; what the model knows of it beside what the files say.

    `ledger` is what the ledger's file knows, `ledgers` the same of every text that file ever had. `memory` is this
    machine's: digest and time of what it packaged, `elsewhere` another's. `owners` are the cards that a GUID was given
    to, `questions` those it ever had, `derived` the GUIDs that new cards got, by kind and question. `latest` is the
    latest time at which a note was packaged anywhere, `blind` are versions that nothing here could make newer than it.
    `clock` is the true time in seconds, `behind` by how much this machine's is wrong. `told` is what builds said of
    each other.
    """

    root: Path
    tally: Tally
    folder: Folder = field(default_factory=Folder)
    clock: int = START
    behind: int = 0
    ledger: Ledger = field(default_factory=dict)
    ledgers: dict[str, Ledger] = field(default_factory=dict)
    memory: dict[str, tuple[Stored, int]] = field(default_factory=dict)
    elsewhere: tuple[dict[str, tuple[Stored, int]], str | None] = field(default_factory=lambda: ({}, None))
    owners: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    questions: defaultdict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    derived: dict[tuple[str, str], str] = field(default_factory=dict)
    latest: dict[str, int] = field(default_factory=dict)
    blind: set[tuple[str, Stored, int]] = field(default_factory=set)
    packages: list[Package] = field(default_factory=list)
    last: Build | None = None
    told: list[str] = field(default_factory=list)
    _pending: _Pending | None = None

    def __post_init__(self) -> None:
        (self.root / "cards").mkdir(parents=True)
        (self.root / "pyproject.toml").write_text(f'[tool.flashgen]\nnamespace = "{promises.NAMESPACE}"\n')
        (self.root / ".gitignore").write_text("decks/\n.flashgen_cache/\n.flashgen-*\n")
        for number in (1, 2):
            self.draw_picture(number, 0)

    def draw_picture(self, number: int, version: int) -> None:
        """Give a picture other bytes."""
        (self.root / f"cards/p{number}.png").write_bytes(_PICTURE + bytes((number, version)))

    # The sources

    def save(self) -> None:
        """Write the sources as the model has them."""
        for path in (self.root / "cards").glob("*.md"):
            if path.name not in self.folder.files:
                path.unlink()
        for name, file in self.folder.files.items():
            path, text = self.root / "cards" / name, to_markdown(file)
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")

    def load(self) -> bool:
        """Read the sources as they lie in the folder; False where one of them is not as the model writes it."""
        files: dict[str, File] = {}
        for path in sorted((self.root / "cards").glob("*.md")):
            file = to_file(path.read_text(encoding="utf-8"))
            if file is None:
                return False
            files[path.name] = file
        self.folder = Folder(files)
        return True

    def change(self, uid: int, card: Written | None) -> None:
        """Put a card in the place of the one with this uid, or take that one out."""
        name, _ = self.folder.find(uid)
        file = self.folder.files[name]
        cards = tuple(
            one for each in file.cards for one in ((card,) if each.uid == uid else (each,)) if one is not None
        )
        self.folder.files[name] = replace(file, cards=cards)
        self.save()

    # The ledger and the memory

    def read_ledger(self) -> str:
        """The text of the ledger's file, empty where there is none."""
        path = self.root / LEDGER
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def take_ledger(self, known: Ledger) -> None:
        """Take note that the ledger's file is another one, which knows this."""
        self.ledger = known
        self.ledgers[self.read_ledger()] = known

    def lose_ledger(self) -> None:
        """Delete the ledger, and the packages that it could be restored from."""
        (self.root / LEDGER).unlink(missing_ok=True)
        self._delete_packages()
        self.take_ledger({})

    def _delete_packages(self) -> None:
        shutil.rmtree(self.root / "decks", ignore_errors=True)

    def lose_memory(self) -> None:
        """Delete what this machine remembers."""
        shutil.rmtree(self.root / ".flashgen_cache", ignore_errors=True)
        self.memory = {}

    def change_machine(self) -> None:
        """Go on at another machine: same files, other memory."""
        path = self.root / _MEMORY
        here = (self.memory, path.read_text(encoding="utf-8") if path.exists() else None)
        self.lose_memory()
        self.memory, text = self.elsewhere
        if text is not None:
            path.parent.mkdir()
            path.write_text(text, encoding="utf-8")
        self.elsewhere = here

    # Building

    def build(
        self, part: str = "", *, later: int = DAY, killed_at: int | None = None, refresh: bool = False
    ) -> Build | None:
        """Build the project, or a file of it, some seconds after the step before; None where nothing was built.

        `killed_at` ends the process when it is about to put its n-th file in place.
        """
        self.clock += later
        compiled = self._decided(part)
        if refresh:
            compiled = self._compile(part, refresh=True)
        packages = [
            (self.root / "decks" / file_names.package_file(deck.name), deck) for deck in pipeline.decks(compiled)
        ]
        if not packages:
            return None
        self._check(compiled, refresh)
        self._pending = pending = _Pending(
            self._known_after(compiled),
            compiled.ledger_after.decode(),
            {path: (path.read_bytes() if path.exists() else b"", self._package(deck)) for path, deck in packages},
        )
        owners = {note.guid: self._uids(compiled)[note.order] for note in compiled.identified.notes}
        was, remembered = self.ledger, self._memory_text()
        try:
            with pipeline.alone(self.root, self.told.append), _killed(killed_at):
                built = pipeline.build(compiled, packages)
                if any(fault.rule is LEDGER_LOST for fault in built.faults):
                    raise _LedgerLostError
            assert not built.faults, built.faults
            assert built.forgotten is None
        except _Killed:
            self.tally.count("build killed")
        except _LedgerLostError:
            # Begun anew, as the help says. One branch has a ledger and the other none; both have the packages.
            self.tally.count(LEDGER_LOST.name)
            self._delete_packages()
            return self.build(part, later=0, killed_at=killed_at, refresh=refresh)
        self.tally.count("build")
        for guid, uid in owners.items():
            self._own(guid, uid)
        self._settle(remembered)
        if killed_at is not None:
            # Nobody saw a report.
            return None
        self._pending = None
        self._check_again(part)
        done = tuple(replace(one, content=path.read_bytes()) for path, (_, one) in pending.packages.items())
        self.last = self._reported(compiled, was, done, not part)
        return self.last

    def recover(self) -> None:
        """What a killed build has left is finished, or dropped, as the next command that writes does it."""
        if self._pending is not None:
            remembered = self._memory_text()
            with pipeline.alone(self.root, self.told.append):
                self._settle(remembered)
            self._pending = None

    def _settle(self, remembered: str) -> None:
        """Take note of what stands in place of a build that was begun; `remembered` is the memory's text until now."""
        pending = self._pending
        assert pending is not None
        if self.read_ledger() == pending.ledger:
            self.take_ledger(pending.known)
        has_remembered = self._memory_text() != remembered
        for path, (before, package) in pending.packages.items():
            if has_remembered:
                self.memory |= {note.guid: (stored(note), note.modified) for note in package.notes}
            content = path.read_bytes() if path.exists() else before
            if content != before:
                self.packages.append(replace(package, content=content))
                for note in package.notes:
                    self.latest[note.guid] = max(self.latest.get(note.guid, 0), note.modified)

    def _package(self, deck: Deck) -> Package:
        # Where neither ledger nor memory knows how new the newest is, none can be made newer.
        for note in deck.notes:
            if self.latest.get(note.guid, 0) > self._known_time(note.guid):
                self.blind.add(_version(note))
        # What was packaged so is so in every later package that has it.
        return Package(b"", deck.notes, frozenset(note.guid for note in deck.notes if _version(note) in self.blind))

    def _compile(self, part: str, *, refresh: bool = False) -> Compiled:
        clock = self.clock - self.behind
        compiled = pipeline.compile(self.root / part, clock=clock, refresh=refresh)
        if compiled.sources.kept is not None:
            self.tally.count("sources taken over from the cache")
            anew = pipeline.compile(self.root / part, clock=clock, whole=True)
            assert compiled.diagnostics == anew.diagnostics
            assert compiled.identified.notes == anew.identified.notes
            assert compiled.identified.changes == anew.identified.changes
            assert compiled.ledger_after == anew.ledger_after
            assert compiled.spans == anew.spans
        return compiled

    def _decided(self, part: str) -> Compiled:
        """The project compiled, after its author has done what the diagnostics say."""
        said: list[str] = []
        for _ in range(_ROUNDS):
            compiled = self._compile(part)
            errors = [fault for fault in compiled.diagnostics if fault.is_error]
            if not errors:
                return compiled
            said.append("\n".join(report.faults(errors, self.root, "text")))
            self._obey(errors[0])
        raise AssertionError("\n".join(("the faults never end:", *said)))

    def _obey(self, fault: Diagnostic) -> None:
        self.tally.count(fault.rule.name)
        if fault.rule is LEDGER_LOST:
            # Begun anew, as the help says: cards that were edited since they were new are new notes.
            self.lose_memory()
            return
        uid = self._card_at(fault.span.file, fault.span.line)
        _, card = self.folder.find(uid)
        if fault.rule is AMBIGUOUS_EDIT:
            self._decide(card, fault)
        elif fault.rule is DUPLICATE_ID:
            holders = [one for _, one in self.folder.cards() if one.pin == card.pin]
            owners = self.owners[guid_of_id(card.kind, card.pin)]
            copy = next((one for one in holders if one.uid not in owners), max(holders, key=lambda one: one.uid))
            self.change(copy.uid, replace(copy, pin=""))
        elif fault.rule is DUPLICATE_CARD:
            # Two who wrote the same card, or two branches that came to the same text: it is one card from here on.
            other = next(one for _, one in self.folder.cards() if one.text == card.text and one.uid != uid)
            for guid in [guid for guid, uids in self.owners.items() if uid in uids]:
                self.owners[guid].add(other.uid)
            self.ledger = {
                guid: replace(entry, uids=entry.uids | {other.uid}) if uid in entry.uids else entry
                for guid, entry in self.ledger.items()
            }
            self.change(uid, None)
        elif fault.rule is ID_MISMATCH:
            found = re.search(r'write "id: (\S+)"', fault.help)
            assert found is not None
            self.change(uid, replace(card, pin=found[1]))
        else:
            raise AssertionError("\n".join(report.faults([fault], self.root, "text")))

    def _decide(self, card: Written, fault: Diagnostic) -> None:
        """Write the id that keeps the history into the card that has it, else the one that makes a new card."""
        keep, *new = _ID.findall(fault.help)
        owners = self.owners[guid_of_id(card.kind, keep)]
        rival = re.search(r"so may the card at (\S+):(\d+)", fault.message)
        rival_uid = self._card_at(rival[1], int(rival[2])) if rival else None
        if card.uid in owners:
            self.change(card.uid, replace(card, pin=keep))
        elif rival_uid is not None and rival_uid in owners:
            self.change(rival_uid, replace(self.folder.find(rival_uid)[1], pin=keep))
        else:
            self.change(card.uid, replace(card, pin=new[0] if new else f"card-{card.uid}-{card.kind[:2]}"))

    def _card_at(self, file: str, line: int) -> int:
        """The card in which a line of a file stands."""
        lines = lines_of((self.root / file).read_text(encoding="utf-8"))
        return lines[max(begin for begin in lines if begin <= line)]

    def _uids(self, compiled: Compiled) -> dict[int, int]:
        """The uids of all compiled cards by their order."""
        files = {span.file for span in compiled.spans.values()}
        lines = {file: lines_of((self.root / file).read_text(encoding="utf-8")) for file in files}
        return {order: lines[span.file][span.line] for order, span in compiled.spans.items()}

    # What a build owes

    def _check(self, compiled: Compiled, refresh: bool) -> None:
        uids = self._uids(compiled)
        notes = compiled.identified.notes
        assert len({note.guid for note in notes}) == len(notes), "two notes have one GUID"
        cards = {card.uid: (name, card) for name, card in self.folder.cards()}
        assert sorted(uids.values()) == sorted(cards), "not every card was read once"
        told = "\n".join(report.changes(compiled.identified.changes, self.root, "text"))
        for note in notes:
            name, card = cards[uids[note.order]]
            assert note.kind == card.kind
            assert _shown(note.fields[0]) == _bare(card.opened), f"{card} was made {brief(note)}"
            assert note.cards == _cards_of(card, note), f"{card} has the cards {note.cards}"
            self._check_identity(card, f"cards/{name}", note.guid, told)
            if refresh:
                assert note.modified > self._known_time(note.guid), f"refreshed, but not newer: {brief(note)}"
            else:
                self._check_time(note)
            if card.kind == CLOZE:
                self._check_numbers(card, note)
        self._check_changes(compiled, told)

    def _check_identity(self, card: Written, file: str, guid: str, told: str) -> None:
        others = [other for _, other in self.folder.cards() if other.uid != card.uid]
        promised = owed(card, file, self.ledger, others) or self._owed_by_name(card, others)
        self.tally.count("card whose note is promised" if promised else "card that may be a new note")
        assert not promised or guid in promised, f"{card} is not the note it was: {guid}, not {set(promised)}\n{told}"
        if guid in self.owners and card.uid not in self.owners[guid]:
            entry = self.ledger.get(guid)
            # The same question is the same card, whoever writes it again; and a copy that is recognized for an original
            # that is gone, or was edited as well, is an edit of it to whoever has the files alone.
            same_question = (card.kind, folded(card.opened)) in self.questions[guid]
            taken_for = entry is not None and any(recognizable(text, card.text) for text in entry.texts)
            # An id that stands in a card is its author's word, also where it became the name of another kind of note.
            named = card.pin != "" and guid == guid_of_id(card.kind, card.pin)
            assert same_question or taken_for or named, f"{card} has the note of {self.owners[guid]}: {entry}\n{told}"

    def _owed_by_name(self, card: Written, others: Iterable[Written]) -> frozenset[str]:
        """The GUID that a card unknown to the ledger gets by its question alone, where nothing else may have it."""
        question = card.text[:2]
        guid = self.derived.get(question)
        if guid is None or card.pin or guid in self.ledger or any(other.text[:2] == question for other in others):
            return frozenset()
        # A row has a text at most; what is recognized as one is that note and no new one.
        if any(recognizable(text, card.text) for entry in self.ledger.values() for text in entry.texts):
            return frozenset()
        taken = any(other.pin and guid_of_id(other.kind, other.pin) == guid for other in others)
        return frozenset() if taken else frozenset({guid})

    def _check_time(self, note: Note) -> None:
        entry = self.ledger.get(note.guid)
        if entry is None or entry.is_merged or entry.stored is None:
            return
        remembered, known = self.memory.get(note.guid, (None, -1))
        # The later of ledger and memory tells what Anki may have.
        told = {remembered} if known > entry.modified else {entry.stored}
        told |= {remembered} if known == entry.modified else set()
        latest = max(known, entry.modified)
        if told == {stored(note)}:
            assert note.modified == latest, f"nothing was edited, but its time moved: {brief(note)}"
        else:
            assert note.modified > latest, f"edited, but not newer: {brief(note)}"

    def _check_numbers(self, card: Written, note: Note) -> None:
        entry = self.ledger.get(note.guid)
        if entry is None:
            return
        now = numbers_of(note)
        for deletion, text in card.deletions.items():
            number = now[deletion]
            old = entry.numbers.get(deletion)
            if old is not None and self._keeps_number(card, deletion, entry):
                assert number == old, f"{text!r} had the number {old} and has {number}: {note.fields[0]}"
            held_by = {other for other, held in entry.numbers.items() if held == number} - {deletion}
            # A text that stood here before gets its own number again. Two branches may have given one number away.
            if old != number and held_by and (number, folded(text)) not in entry.worded and not entry.is_merged:
                self._check_taken_over(card, deletion, held_by, entry, note)

    def _keeps_number(self, card: Written, deletion: int, entry: Entry) -> bool:
        number = entry.numbers[deletion]
        # Two branches have given the same number to two deletions: one of them has to give way.
        if list(entry.numbers.values()).count(number) > 1 and entry.is_merged:
            return False
        if (number, folded(card.deletions[deletion])) in entry.worded:
            return True
        # Reworded is a deletion only where no other came or went: else either may have taken the other's place.
        standing = [other for other in card.deletions if other in entry.numbers]
        return standing == list(card.deletions) and {*standing} == self._standing(entry)

    def _standing(self, entry: Entry) -> set[int]:
        """The deletions that stood in the one text that the ledger knows of a note."""
        if len(entry.texts) != 1:
            return set()
        (text,) = entry.texts
        latest = Counter(text[2].split(" | "))
        return {
            deletion
            for deletion, number in entry.numbers.items()
            if any(worded == number and latest[word] for worded, word in entry.worded)
        }

    def _check_taken_over(self, card: Written, deletion: int, held_by: set[int], entry: Entry, note: Note) -> None:
        # Where one went and another came in its place, the new one may be the old one reworded.
        gone = held_by - card.deletions.keys()
        came = [one for one in card.deletions if one not in entry.numbers]
        may_be_one = bool(came and gone & self._standing(entry))
        assert may_be_one, f"the number of {held_by} was given to {card.deletions[deletion]!r}: {note.fields[0]}"

    def _check_changes(self, compiled: Compiled, told: str) -> None:
        """The report says what happened, to each note that one build has left one row of."""
        by_kind: dict[ChangeKind, set[str]] = {kind: set() for kind in ChangeKind}
        rows = {(row.id, row.kind): row for row in compiled.identified.ledger.rows}
        for change in compiled.identified.changes:
            row = rows[change.id, change.note_kind]
            by_kind[change.kind].add(guid_of(compiled.identified.ledger, row))
        notes = {note.guid: note for note in compiled.identified.notes}
        drafts = {guid_of(compiled.identified.ledger, row) for row in rows.values() if row.draft and not row.removed}
        for guid, note in notes.items():
            entry = self.ledger.get(guid)
            is_new = entry is None or entry.stored is None
            assert (guid in by_kind[ChangeKind.ADDED] | by_kind[ChangeKind.RETYPED]) is is_new, f"{brief(note)}\n{told}"
            if entry is None or entry.is_merged or is_new:
                continue
            assert (guid in by_kind[ChangeKind.RESTORED]) is (entry.removed or entry.draft), f"{brief(note)}\n{told}"
            if entry.stored != stored(note):
                assert guid in by_kind[ChangeKind.EDITED], f"{brief(note)}\n{told}"
            elif note.modified == entry.modified and entry.texts == {self._text_of(compiled, note)}:
                assert guid not in by_kind[ChangeKind.EDITED], f"{brief(note)}\n{told}"
            lost = set(entry.cards) - set(note.cards)
            assert (guid in by_kind[ChangeKind.EMPTIED]) is bool(lost), f"{brief(note)}\n{told}"
        for guid, entry in self.ledger.items():
            gone = guid not in notes and guid not in drafts and not entry.removed and entry.stored is not None
            if not entry.is_merged:
                assert (guid in by_kind[ChangeKind.REMOVED]) is gone, f"{entry}\n{told}"

    def _text_of(self, compiled: Compiled, note: Note) -> promises.Text:
        return self.folder.find(self._uids(compiled)[note.order])[1].text

    def _check_again(self, part: str) -> None:
        """A build without edits would do nothing."""
        again = self._compile(part)
        assert not again.has_errors, "\n".join(report.faults(again.diagnostics, self.root, "text"))
        told = "\n".join(report.changes(again.identified.changes, self.root, "text"))
        assert not told, f"nothing was edited, and yet:\n{told}"
        assert again.ledger_is_current
        for note in again.identified.notes:
            assert note.modified == self.ledger[note.guid].modified, (
                f"nothing was edited, but its time moved: {brief(note)}"
            )

    # What becomes known

    def _known_after(self, compiled: Compiled) -> dict[str, Entry]:
        """What the ledger that this build writes knows."""
        notes = {note.guid: note for note in compiled.identified.notes}
        uids = self._uids(compiled)
        files = {order: span.file for order, span in compiled.spans.items()}
        known: dict[str, Entry] = {}
        drafts = [(f"cards/{name}", card) for name, card in self.folder.cards() if card.draft]
        for row in compiled.identified.ledger.rows:
            guid = guid_of(compiled.identified.ledger, row)
            was, note = self.ledger.get(guid), notes.get(guid)
            if note is not None:
                card = self.folder.find(uids[note.order])[1]
                known[guid] = self._entry(guid, card, files[note.order], note.deck, row.modified, was, note)
                self.derived.setdefault(card.text[:2], guid) if was is None and not card.pin else None
            elif row.removed:
                assert was is not None
                # Of several texts of a note that has left the sources, one is kept.
                known[guid] = replace(
                    was, removed=True, is_merged=False, texts=was.texts if len(was.texts) == 1 else frozenset()
                )
            else:
                found = [
                    one for one in drafts if one[1].kind == row.kind and folded(one[1].opened)[:120] == row.question
                ]
                assert found, f"no draft for {row}"
                file, card = next((one for one in found if one[0] == row.file), found[0])
                known[guid] = self._entry(guid, card, file, row.deck, row.modified, was, None)
        return known

    def _entry(
        self, guid: str, card: Written, file: str, deck: str, modified: int, was: Entry | None, note: Note | None
    ) -> Entry:
        numbers = dict(was.numbers) if was is not None else {}
        worded = set(was.worded) if was is not None else set()
        if note is not None and card.kind == CLOZE:
            now = numbers_of(note)
            numbers |= now
            worded = _worded({(number, folded(card.deletions[deletion])) for deletion, number in now.items()}, worded)
        return Entry(
            guid=guid,
            kind=card.kind,
            uids=frozenset({card.uid}),
            texts=frozenset({card.text}),
            file=file,
            deck=deck,
            modified=modified,
            stored=stored(note) if note is not None else was.stored if was is not None else None,
            cards=note.cards if note is not None else was.cards if was is not None else (),
            numbers=numbers,
            worded=frozenset(worded),
            draft=card.draft,
        )

    def _own(self, guid: str, uid: int) -> None:
        self.owners[guid].add(uid)
        card = self.folder.find(uid)[1]
        self.questions[guid].add((card.kind, folded(card.opened)))

    def _known_time(self, guid: str) -> int:
        """The latest time that ledger or memory know a note to have."""
        entry = self.ledger.get(guid)
        return max(entry.modified if entry is not None else -1, self.memory.get(guid, ((), -1))[1])

    def _memory_text(self) -> str:
        path = self.root / _MEMORY
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def _reported(self, compiled: Compiled, was: Ledger, packages: tuple[Package, ...], is_whole: bool) -> Build:
        changes = compiled.identified.changes
        guids = {
            (row.id, row.kind): guid_of(compiled.identified.ledger, row) for row in compiled.identified.ledger.rows
        }
        notes = {note.guid: note for note in compiled.identified.notes}
        return Build(
            packages,
            tuple(report.left_to_the_user(changes)),
            frozenset(guids[one.id, one.note_kind] for one in changes if one.kind is ChangeKind.REMOVED),
            {
                guids[one.id, one.note_kind]: one.deck
                for one in changes
                if one.kind is ChangeKind.MOVED and one.part == "deck"
            },
            notes,
            frozenset(entry.guid for entry in self.ledger.values() if entry.draft and not entry.removed),
            is_whole,
        )


def brief(note: Note) -> str:
    """What a failure says of a note."""
    texts = " | ".join(field for field in note.fields if field)
    return f"{note.guid} ({note.kind}, {note.deck}, {note.modified}): {texts} {note.tags}"


def stored(note: Note) -> Stored:
    """What Anki is to hold of a note."""
    return note.fields, tuple(sorted(note.tags))


def _version(note: Note) -> tuple[str, Stored, int]:
    return note.guid, stored(note), note.modified


def numbers_of(note: Note) -> dict[int, int]:
    """The numbers of a cloze note's deletions by their uids."""
    return {int(deletion): int(number) for number, _, deletion in _NUMBERED.findall(note.fields[0])}


def _worded(now: set[tuple[int, str]], was: set[tuple[int, str]]) -> set[tuple[int, str]]:
    """The latest text of every number that a cloze ever had, but of none that went the text that has another now."""
    numbers, moved = {number for number, _ in now}, {text for _, text in now - was}
    return now | {(number, text) for number, text in was if number not in numbers and text not in moved}


def _shown(field: str) -> str:
    """What a field says, its deletions opened."""
    text = re.sub(r"\{\{c\d+::(.*?)(?:::d\d+)\}\}", r"\1", field)
    return _bare(html.unescape(re.sub(r"<[^>]*>", "", text)))


def _bare(text: str) -> str:
    return folded(text).replace("`", "")


def _cards_of(card: Written, note: Note) -> tuple[int, ...]:
    if card.kind == CLOZE:
        return tuple(sorted(number - 1 for number in numbers_of(note).values()))
    return (0, 1) if card.kind == WORD or card.reverse else (0,)


@contextmanager
def _killed(at: int | None) -> Iterator[None]:
    """Ends the build when it is about to put its n-th file in place, as a killed process does."""
    if at is None:
        yield
        return
    replaced, times = output.os.replace, iter(range(1, 1000))

    def replace_or_die(*arguments: str) -> None:
        if next(times) >= at:
            raise _Killed
        replaced(*arguments)

    with patch.object(output.os, "replace", replace_or_die):
        yield
        raise _Killed
