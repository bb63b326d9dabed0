"""What every release promises, with the real Anki: I1 to I11, each on a project with everything in it and on the
article's deck.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from flashgen import notetypes
from flashgen.cache import state
from flashgen.model import NoteType
from tests.learner import seen
from tests.project import START, Project
from tests.real_anki import Outcome, fresh_anki, sides
from tests.study import Study

_TESTS = Path(__file__).parent
_ROOT = _TESTS.parent


@dataclass(frozen=True)
class Edit:
    """The first match of a pattern in a file becomes something else."""

    file: str
    pattern: str
    new: str

    def apply(self, project: Project) -> None:
        """Make the edit. Raises AssertionError where there is nothing to edit."""
        text, edits = re.subn(self.pattern, self.new, project.read(self.file), count=1, flags=re.MULTILINE)
        assert edits == 1, f"nothing to edit in {self.file}"
        project.write({self.file: text})


@dataclass(frozen=True)
class Deck:
    """Sources to be copied, and what is to be done to them.

    Each of `questions` changes the question of one note. `moved` is a file that shows no media, `heading` stands above
    cards, `picture` is shown by as many notes as `showing` says. `files` are all sources in the order of a person who
    counts.
    """

    root: Path
    questions: tuple[Edit, ...]
    reversed: Edit
    retyped: Edit
    moved: str
    heading: Edit
    picture: str
    showing: int
    files: tuple[str, ...]


# Edits say nothing of the words around them, so that authors may go on with the article's deck.
_IN_QUESTION = (r"^(Q: .*[^\s?])(\s*\?)$", r"\1 au juste\2")
_IN_CLOZE = (r"^(C: (?:.|\n(?!\n|[A-Z]: |<!--))+?)\.$", r"\1 en somme.")
_IN_WORD = (r"^(Word: .*)$", r"\1 (nom)")
_IN_ROW = (r"^(\| (?:Q|Word) \|.*\n\|[-|: ]+\|\n\| [^|]+?) \|", r"\1 (nom) |")
_REVERSE = (r"^(Q: .*\nA: .*)\n(?=\n)", "\\1\n<!-- reverse: true -->\n")
_RETYPE = (r"^Q: (.*)\nA: (.*)\n(?=\n)", "C: \\1 {{\\2}}\n")
_HEADING = (r"^# .*$", "# Another heading")

EVERYTHING = Deck(
    root=_TESTS / "projects/everything",
    questions=(
        Edit("cards/1-basics.md", *_IN_QUESTION),
        Edit("cards/1-basics.md", *_IN_ROW),
        Edit("cards/2-clozes.md", *_IN_CLOZE),
        Edit("cards/10-languages/fr.md", *_IN_WORD),
        Edit("cards/10-languages/fr.md", *_IN_ROW),
        Edit("cards/10-languages/de.md", *_IN_WORD),
        Edit("cards/10-languages/ja.md", *_IN_WORD),
    ),
    reversed=Edit("cards/3-elsewhere/notes.md", *_REVERSE),
    retyped=Edit("cards/3-elsewhere/notes.md", *_RETYPE),
    moved="cards/3-elsewhere/notes.md",
    heading=Edit("cards/1-basics.md", *_HEADING),
    picture="cards/media/dot.png",
    showing=1,
    files=(
        "1-basics.md",
        "2-clozes.md",
        "3-elsewhere/notes.md",
        "10-languages/de.md",
        "10-languages/fr.md",
        "10-languages/ja.md",
    ),
)
ARTICLE = Deck(
    root=_ROOT,
    questions=(
        Edit("cards/points.md", *_IN_QUESTION),
        Edit("cards/points.md", *_IN_CLOZE),
        Edit("cards/lecture-critique.md", *_IN_QUESTION),
        Edit("cards/vocabulaire-armes.md", *_IN_ROW),
        Edit("cards/vocabulaire-expressions.md", *_IN_WORD),
    ),
    reversed=Edit("cards/points.md", *_REVERSE),
    retyped=Edit("cards/points.md", *_RETYPE),
    moved="cards/vocabulaire-expressions.md",
    heading=Edit("cards/points.md", *_HEADING),
    picture="cards/media/echange.svg",
    showing=2,
    files=(
        "lecture-critique.md",
        "points.md",
        "vocabulaire-armes.md",
        "vocabulaire-diplomatie.md",
        "vocabulaire-expressions.md",
        "vocabulaire-industrie.md",
        "vocabulaire-langue.md",
    ),
)


@contextmanager
def _imported(deck: Deck, root: Path) -> Iterator[Study]:
    """A copy of a deck, built and imported for the first time; every card has been reviewed."""
    root.mkdir(parents=True, exist_ok=True)
    shutil.copytree(deck.root / "cards", root / "cards", ignore=shutil.ignore_patterns("ledger.jsonl"))
    shutil.copy(deck.root / "pyproject.toml", root)
    with fresh_anki() as anki:
        study = Study(Project(root, config=""), anki)
        outcome = study.update()
        assert outcome == Outcome(new=len(anki.notes()))
        study.review_all()
        yield study


def _one_updated(study: Study) -> Outcome:
    return Outcome(updated=1, duplicate=len(study.anki.notes()) - 1)


both = pytest.mark.parametrize("deck", [EVERYTHING, ARTICLE], ids=["everything", "article"])


@both
def test_i1_a_rebuild_without_edits_updates_nothing(deck: Deck, tmp_path: Path) -> None:
    with _imported(deck, tmp_path) as study:
        before, ledger = study.schedules(), study.project.read("cards/ledger.jsonl")
        assert study.update() == study.unchanged()
        assert study.update(update_notes="always") == study.unchanged()
        assert study.schedules() == before
        assert study.project.read("cards/ledger.jsonl") == ledger
        assert study.project.status() == {}


@both
def test_i2_each_edited_question_updates_one_note_and_keeps_its_reviews(deck: Deck, tmp_path: Path) -> None:
    with _imported(deck, tmp_path) as study:
        before, fields = study.schedules(), _fields(study)
        for edit in deck.questions:
            edit.apply(study.project)
            assert study.update() == _one_updated(study), edit
            after = _fields(study)
            (changed,) = [guid for guid in fields if fields[guid] != after[guid]]
            assert re.search(r" (au juste|en somme)|\(nom\)", after[changed][0])
            assert after[changed][-3:] == fields[changed][-3:]
            fields = after
            assert study.schedules() == before
        study.assert_sound()


def _fields(study: Study) -> dict[str, list[str]]:
    return {note.guid: note.fields[:] for note in study.anki.notes()}


@both
def test_i2_what_anki_holds_after_all_edits_is_what_it_holds_of_a_first_import(deck: Deck, tmp_path: Path) -> None:
    def held(study: Study) -> list[tuple[str, ...]]:
        return sorted((note.guid, *note.fields, *note.tags) for note in study.anki.notes())

    with _imported(deck, tmp_path / "old") as study, fresh_anki() as second:
        for edit in deck.questions:
            edit.apply(study.project)
        assert study.update().updated == len(deck.questions)
        fresh = Study(study.project, second)
        assert fresh.update().new == len(study.anki.notes())
        assert held(study) == held(fresh)


@both
def test_i3_what_is_moved_reordered_and_renamed_stays_the_same_note(deck: Deck, tmp_path: Path) -> None:
    with _imported(deck, tmp_path) as study:
        before = study.schedules()
        cards = study.project.root / "cards"
        (cards / "new place").mkdir()
        (study.project.root / deck.moved).rename(cards / "new place/renamed.md")
        deck.heading.apply(study.project)
        for path in cards.rglob("*.md"):
            path.write_text(_reordered(path.read_text()))
        outcome = study.update()
        assert (outcome.new, outcome.conflicting) == (0, 0)
        assert outcome.updated == len(study.anki.notes('"Context:Another heading*"')) > 0
        assert study.schedules() == before
        assert study.update() == study.unchanged()
        study.assert_sound()


def _reordered(text: str) -> str:
    """The first two notes after the first heading change places, where both are questions."""
    notes = text.split("\n\nQ: ")
    if len(notes) > 4 and not any("\n#" in note or "\n---" in note for note in notes[2:4]):
        notes[2], notes[3] = notes[3], notes[2]
    return "\n\nQ: ".join(notes)


@both
def test_i4_reverse_adds_one_card_and_the_first_keeps_its_reviews(deck: Deck, tmp_path: Path) -> None:
    with _imported(deck, tmp_path) as study:
        before, cards = study.schedules(), study.anki.col.card_count()
        deck.reversed.apply(study.project)
        assert study.update() == _one_updated(study)
        assert study.anki.col.card_count() == cards + 1
        (card,) = study.anki.cards("is:new")
        assert study.anki.ordinals(card.note()) == (0, 1)
        assert card.ord == 1
        assert study.schedules() == before
        study.assert_sound()


@both
@pytest.mark.parametrize("merge", [False, True], ids=["merge off", "merge on"])
def test_i5_a_question_made_a_cloze_is_one_new_note_without_conflict(deck: Deck, tmp_path: Path, merge: bool) -> None:
    with _imported(deck, tmp_path) as study:
        before, notes = study.schedules(), len(study.anki.notes())
        types = study.anki.notetype_names()
        study.anki.pretend_synced()
        deck.retyped.apply(study.project)
        assert study.update(merge=merge) == Outcome(new=1, duplicate=notes - 1)
        (old,) = study.found_by_printed_searches()
        (new,) = study.anki.notes("added:1 is:new note:*Cloze")
        assert seen(new["Text"]).startswith(seen(old["Question"]))
        assert study.schedules() == before
        assert study.anki.notetype_names() == types
        assert not study.anki.needs_full_sync()
        study.assert_sound()


@both
def test_i6_a_newer_style_updates_no_note_and_needs_no_full_sync(
    deck: Deck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = notetypes.for_kind

    def newer(kind: str) -> NoteType:
        known = original(kind)
        first = replace(known.templates[0], back=known.templates[0].back + "<p>new</p>")
        text = {"css": known.css + "/* a newer release */", "modified": known.modified + 1}
        return replace(known, templates=(first, *known.templates[1:]), **text)  # type: ignore[arg-type]

    with _imported(deck, tmp_path) as study:
        before = study.schedules()
        study.anki.pretend_synced()
        monkeypatch.setattr(notetypes, "for_kind", newer)
        monkeypatch.setattr(state, "program", lambda: "a newer release")
        assert study.update() == study.unchanged()
        assert not study.anki.needs_full_sync()
        assert study.schedules() == before
        for name in study.anki.notetype_names():
            assert study.anki.notetype(name)["css"].endswith("/* a newer release */")
            assert study.anki.notetype(name)["tmpls"][0]["afmt"].endswith("<p>new</p>")
        monkeypatch.undo()
        study.update()
        assert study.anki.notetype(name)["css"].endswith("/* a newer release */")


@both
def test_i7_a_changed_picture_updates_the_notes_that_show_it(deck: Deck, tmp_path: Path) -> None:
    with _imported(deck, tmp_path) as study:
        before, media = study.schedules(), study.anki.media()
        path = study.project.root / deck.picture
        path.write_bytes(path.read_bytes().replace(b"\xff", b"\xfe").replace(b"#", b" #") + b"\n")
        outcome = study.update()
        assert outcome == Outcome(updated=deck.showing, duplicate=len(study.anki.notes()) - deck.showing)
        (name,) = study.anki.media() - media
        assert (Path(study.anki.col.media.dir()) / name).read_bytes() == path.read_bytes()
        assert len(study.anki.notes(f'"*{name}*"')) == deck.showing
        (unused,) = study.anki.unused_media()
        assert unused in media
        assert study.schedules() == before
        study.assert_sound()


@both
def test_i8_what_was_edited_in_anki_survives_an_edit_of_another_note(deck: Deck, tmp_path: Path) -> None:
    with _imported(deck, tmp_path) as study:
        edited = study.edit_in_anki("note:*Vocabulary*")
        deck.questions[0].apply(study.project)
        assert study.update() == _one_updated(study)
        for note in edited:
            note.load()
            assert note["Extra"] == "edited in Anki"
            assert "mine" in note.tags


@both
def test_i9_the_same_sources_give_the_same_bytes_in_any_place_under_any_hash_seed(deck: Deck, tmp_path: Path) -> None:
    def build(root: Path, cwd: Path, path: str, **environment: str) -> dict[str, bytes]:
        if not root.exists():
            root.mkdir(parents=True)
            shutil.copytree(deck.root / "cards", root / "cards", ignore=shutil.ignore_patterns("ledger.jsonl"))
            shutil.copy(deck.root / "pyproject.toml", root)
        subprocess.run(
            [sys.executable, "-m", "flashgen", "build", path],
            cwd=cwd,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(START), **environment},
            check=True,
            capture_output=True,
        )
        # What holds the paths of this place.
        cached = [*root.glob(".flashgen_cache/*.json"), root / ".flashgen_cache/packed"]
        written = (file for file in sorted(root.rglob("*")) if file.is_file() and file not in cached)
        return {str(file.relative_to(root)): file.read_bytes() for file in written}

    one, other = tmp_path / "deck", tmp_path / "elsewhere" / "deck"
    first = build(one, tmp_path, "deck", PYTHONHASHSEED="0")
    assert {Path(name).suffix for name in first} >= {".apkg", ".jsonl", ".md"}
    assert build(other, Path("/"), str(other), PYTHONHASHSEED="4242", TZ="Asia/Tokyo", LC_ALL="C") == first
    assert build(one, one / "cards", "..", PYTHONHASHSEED="7") == first


@both
def test_i10_every_card_shows_something_and_anki_finds_nothing_to_mend(deck: Deck, tmp_path: Path) -> None:
    with _imported(deck, tmp_path) as study:
        study.assert_sound()
        assert len(study.anki.cards()) == sum(len(note.cards()) for note in study.anki.notes())
        for card in study.anki.cards():
            front, back = (seen(side) for side in sides(card))
            assert front != back


@both
def test_i11_cards_are_new_in_the_order_of_the_sources(deck: Deck, tmp_path: Path) -> None:
    shutil.copytree(deck.root / "cards", tmp_path / "cards", ignore=shutil.ignore_patterns("ledger.jsonl"))
    shutil.copy(deck.root / "pyproject.toml", tmp_path)
    for path in (tmp_path / "cards").rglob("*.md"):
        path.write_text(_in_one_deck(path.read_text()))
    with fresh_anki() as anki:
        study = Study(Project(tmp_path, config=""), anki)
        found = json.loads(study.project.run("status", "--format", "json").stdout)["changes"]
        added = [change for change in found if change["change"] == "added"]
        added.sort(key=lambda change: (_place(deck, change["file"]), change["line"]))
        study.update()
        due = [card.note()["Id"] for card in anki.cards()]
        assert list(dict.fromkeys(due)) == [change["id"] for change in added]
        first_cards = {card.note()["Id"] for card in anki.cards() if card.ord == 0}
        assert _queued(study) == [change["id"] for change in added if change["id"] in first_cards]


def _in_one_deck(text: str) -> str:
    """The same cards in one deck, so that its queue shows the order of the files as well."""
    lines = [line for line in text.splitlines() if not line.startswith(("deck:", '<!-- deck: "'))]
    head = lines[1:] if lines[0] == "---" else ["---", *lines]
    return "\n".join(["---", "deck: All", *head]) + "\n"


def _place(deck: Deck, file: str) -> int:
    return next(place for place, name in enumerate(deck.files) if file.endswith(f"cards/{name}"))


def _queued(study: Study) -> list[str]:
    """The ids of the notes in the order in which Anki shows their first cards for the first time."""
    col = study.anki.col
    id = study.anki.deck_id("All")
    config = col.decks.config_dict_for_deck_id(id)
    config["new"]["perDay"] = config["rev"]["perDay"] = 9999
    col.decks.update_config(config)
    col.decks.select(id)
    queue = col.sched.get_queued_cards(fetch_limit=9999).cards  # type: ignore[union-attr]
    ids = {note.id: str(note["Id"]) for note in study.anki.notes()}
    return [ids[one.card.note_id] for one in queue if one.card.template_idx == 0]
