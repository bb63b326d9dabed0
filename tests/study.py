"""A learner beside an author: a project whose every build is imported into one Anki, and whose cards are reviewed.

    with studied(tmp_path, {"cards/a.md": "Q: …"}) as study:
        study.review("What …?")
        study.project.edit("cards/a.md", "…", "…")
        assert study.update() == Outcome(updated=1)
        assert study.reviews("What …?") == 1

Cards are named by what their learner sees of the front, without the headings above.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from typer.testing import Result

from tests.learner import seen
from tests.project import START, Project
from tests.real_anki import Anki, Outcome, When, fresh_anki, sides

if TYPE_CHECKING:
    from anki.cards import Card
    from anki.notes import Note

_CONTEXT = re.compile(r'<p class="context".*?</p>', re.DOTALL)


@dataclass
class Study:
    """`printed` is what the last build said."""

    project: Project
    anki: Anki
    printed: str = field(default="", init=False)

    def update(self, *arguments: str, path: str = "", merge: bool = False, update_notes: When = "if newer") -> Outcome:
        """Build a day later and import every package that was built; the outcomes of the imports, added up."""
        self.build(*arguments, path=path)
        outcomes = [
            astuple(self.anki.import_package(package, merge=merge, update_notes=update_notes))
            for package in sorted((self.project.root / "decks").glob("*.apkg"))
        ]
        return Outcome(*map(sum, zip(*outcomes, strict=True)))

    def build(self, *arguments: str, path: str = "") -> Result:
        """Build a day later into an empty `decks`, without an import."""
        shutil.rmtree(self.project.root / "decks", ignore_errors=True)
        result = self.project.build(*arguments, path=path)
        self.printed = result.stdout
        return result

    def cards(self) -> dict[str, int]:
        """The ids of all cards by their fronts, which must differ."""
        cards = self.anki.cards()
        found = {front(card): card.id for card in cards}
        assert len(found) == len(cards), "two cards have one front"
        return {text: int(id) for text, id in found.items()}

    def card(self, text: str) -> Card:
        """The one card with this front."""
        cards = [card for card in self.anki.cards() if front(card) == text]
        assert len(cards) == 1, f"{len(cards)} cards have the front {text!r}: {sorted(self.cards())}"
        return cards[0]

    def note(self, text: str) -> Note:
        """The note of the one card with this front."""
        return self.card(text).note()

    def answer(self, text: str) -> str:
        """What the learner sees on the back of the one card with this front, below the line."""
        return seen(sides(self.card(text))[1]).partition("———\n")[2]

    def review(self, *fronts: str) -> None:
        """Review each of these cards once more."""
        for text in fronts:
            self.anki.review(self.card(text))

    def review_all(self) -> dict[int, tuple[int, int, int, int, int]]:
        """Review every card that was never reviewed; the schedules of all cards by their ids."""
        for card in self.anki.cards("is:new"):
            self.anki.review(card)
        return self.schedules()

    def schedules(self) -> dict[int, tuple[int, int, int, int, int]]:
        """The schedules of the reviewed cards by their ids."""
        return {int(card.id): self.anki.schedule(card) for card in self.anki.cards() if self.anki.reviews(card)}

    def edit_in_anki(self, search: str) -> list[Note]:
        """Edit notes as their learner does, between the last build and the next: their Extra and their tags."""
        notes = self.anki.notes(search)
        assert notes, f"nothing is found by {search}"
        now = START + self.project.day * 86_400 + 43_200
        for note in notes:
            note["Extra"] = "edited in Anki"
            note.add_tag("mine")
            self.anki.col.update_note(note)
            self.anki.col.db.execute("update notes set mod = ? where id = ?", now, note.id)  # type: ignore[union-attr]
        return notes

    def reviews(self, text: str) -> int:
        """How often the one card with this front was reviewed."""
        return self.anki.reviews(self.card(text))

    def reviewed(self) -> set[str]:
        """The fronts of the cards that have been reviewed."""
        return {front(card) for card in self.anki.cards() if self.anki.reviews(card)}

    def unchanged(self) -> Outcome:
        """The outcome of an import that changes nothing: every note of the sources is a duplicate."""
        return Outcome(duplicate=len(self.anki.notes()))

    def found_by_printed_searches(self) -> list[Note]:
        """The notes that the searches of the last build's report find in the Browser, in the order they are printed."""
        searches = re.findall(r'^ +(\(?"note:.*)$', self.printed, re.MULTILINE)
        return [note for search in searches for note in self.anki.notes(search)]

    def assert_sound(self) -> None:
        """What a user's checks say: no empty cards, nothing to mend, no file missing, and every side shows something.

        To be called last: Check Database gives every note the time of this machine's clock.
        """
        assert self.anki.empty_cards() == []
        # Of reviews within one second of each other it mends what no package has a part in.
        before = self.anki.col.card_count()
        report, _ = self.anki.col.fix_integrity()
        assert (
            re.sub(r"Added last review time to \W*\d+\W* cards?\.\n", "", report) == "Database rebuilt and optimized."
        )
        assert self.anki.col.card_count() == before
        assert self.anki.missing_media() == []
        for card in self.anki.cards():
            assert all(seen(side) for side in sides(card)), front(card)


def front(card: Card) -> str:
    """What the learner sees of a card's front, without the headings above; lines are parted by ` / `."""
    return seen(_CONTEXT.sub("", sides(card)[0])).replace("\n", " / ")


@contextmanager
def studied(root: Path, files: Mapping[str, str | bytes], *, config: str | None = None) -> Iterator[Study]:
    """A project with these files, built once and imported; gone is only the Anki afterwards."""
    project = Project(root) if config is None else Project(root, config)
    project.write(dict(files))
    with fresh_anki() as anki:
        study = Study(project, anki)
        study.update()
        yield study
