"""What is packaged arrives in Anki as it was, and the same values make the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from flashgen.model import Deck, Media, Note
from flashgen.notetypes import cards_of, for_kind
from flashgen.package import database
from tests.packaging import package
from tests.real_anki import Anki, Outcome, database_of, fresh_anki

NOW = 1_790_000_000


@pytest.fixture
def anki() -> Iterator[Anki]:
    with fresh_anki() as anki:
        yield anki


def qa(number: int, *, deck: str = "D", question: str = "", answer: str = "a", reverse: bool = False) -> Note:
    notetype = for_kind("qa")
    texts = {
        "Question": question or f"question {number}",
        "Answer": answer,
        "Reverse": "1" if reverse else "",
        "Id": f"card-{number}",
    }
    fields = tuple(texts.get(field.name, "") for field in notetype.fields)
    return Note(
        guid=f"{number:016x}",
        id=f"card-{number}",
        kind="qa",
        notetype=notetype,
        text="\x1f".join(fields),
        tags=(),
        deck=deck,
        cards=cards_of(notetype, fields),
        modified=NOW,
        created=NOW,
        order=number,
    )


def packed(*notes: Note, name: str = "D", description: str = "") -> bytes:
    return package(Deck(name, notes, description), (), now=NOW)


def media(folder: Path, name: str, data: bytes) -> Media:
    path = folder / f"source of {name}"
    path.write_bytes(data)
    return Media(name, path, len(data), hashlib.sha256(data).hexdigest())


def test_notes_arrive_as_they_were(anki: Anki) -> None:
    first, second = replace(qa(1), tags=("a", "b::c")), qa(2, reverse=True)
    assert anki.import_package(packed(first, second)) == Outcome(new=2)
    arrived = anki.note("card-1")
    assert (arrived.guid, tuple(arrived.fields), tuple(arrived.tags), arrived.mod) == (
        first.guid,
        first.fields,
        first.tags,
        NOW,
    )
    assert anki.ordinals(anki.note("card-2")) == (0, 1)


def test_the_same_package_again_changes_nothing(anki: Anki) -> None:
    data = packed(qa(1), qa(2))
    anki.import_package(data)
    before = [(note.id, note.mod, tuple(note.fields)) for note in anki.notes()]
    assert anki.import_package(data) == Outcome(duplicate=2)
    assert [(note.id, note.mod, tuple(note.fields)) for note in anki.notes()] == before


def test_only_the_note_with_a_later_time_is_updated(anki: Anki) -> None:
    anki.import_package(packed(qa(1), qa(2)))
    card = anki.note("card-1").cards()[0]
    anki.review(card)
    schedule = anki.schedule(card)
    edited = replace(qa(1, question="reworded"), modified=NOW + 1)
    assert anki.import_package(packed(edited, qa(2))) == Outcome(updated=1, duplicate=1)
    assert anki.note("card-1")["Question"] == "reworded"
    assert anki.schedule(card) == schedule


def test_a_card_more_is_added_and_the_first_one_keeps_its_reviews(anki: Anki) -> None:
    anki.import_package(packed(qa(1)))
    card = anki.note("card-1").cards()[0]
    anki.review(card)
    schedule = anki.schedule(card)
    assert anki.import_package(packed(replace(qa(1, reverse=True), modified=NOW + 1))) == Outcome(updated=1)
    assert anki.ordinals(anki.note("card-1")) == (0, 1)
    assert anki.schedule(card) == schedule
    assert anki.reviews(card) == 1


def test_cards_are_new_in_the_order_of_the_notes(anki: Anki) -> None:
    notes = [qa(number, deck=f"D::{number % 3}", reverse=number % 2 == 0) for number in range(20)]
    shuffled = random.Random(1).sample(notes, len(notes))
    anki.import_package(packed(*shuffled))
    positions = [(card.due, card.note()["Id"]) for card in anki.cards()]
    assert positions == [(note.order, note.id) for note in notes for _ in note.cards]


def test_notes_of_one_build_are_created_in_the_order_of_the_sources(anki: Anki) -> None:
    anki.import_package(packed(qa(3), qa(1), qa(2)))
    assert [note["Id"] for note in anki.notes()] == ["card-1", "card-2", "card-3"]


def test_a_note_is_as_old_as_its_row_says_and_never_younger_than_now(anki: Anki) -> None:
    old, future = replace(qa(1), created=NOW - 86_400), replace(qa(2), created=NOW + 86_400)
    anki.import_package(packed(old, future))
    assert anki.note("card-1").id == (NOW - 86_400) * 1000
    assert anki.note("card-2").id == NOW * 1000


def test_ids_are_unique_however_many_notes_one_second_has() -> None:
    notes = [replace(qa(number, reverse=True), created=NOW + number // 1500) for number in range(4000)]
    with_room = package(Deck("D", tuple(notes)), (), now=NOW + 10)
    database = database_of(with_room)
    for table, count in (("notes", 4000), ("cards", 8000)):
        assert database.execute(f"SELECT count(DISTINCT id) FROM {table}").fetchone() == (count,)


def test_decks_above_a_deck_are_made_and_the_top_one_is_described(anki: Anki) -> None:
    anki.import_package(packed(qa(1, deck="D::x::y"), qa(2, deck="D::z"), description="About **this** deck"))
    assert anki.deck_names() == ["D", "D::x", "D::x::y", "D::z"]
    assert anki.deck_of(anki.note("card-1").cards()[0]) == "D::x::y"
    top = anki.col.decks.by_name("D")
    assert top is not None
    assert top["desc"] == "About **this** deck"


def test_a_package_without_notes_brings_nothing(anki: Anki) -> None:
    assert anki.import_package(packed()) == Outcome()
    assert anki.deck_names() == []


def test_fields_know_how_the_editor_and_the_search_treat_them(anki: Anki) -> None:
    anki.import_package(packed(replace(qa(1), text="\x1f".join((*qa(1).fields[:9], "sparetext", "")))))
    fields = {field["name"]: field for field in anki.notetype("Flashgen Q&A")["flds"]}
    assert [(f["collapsed"], f["excludeFromSearch"]) for f in (fields["Spare1"], fields["Question"])] == [
        (True, True),
        (False, False),
    ]
    assert {f.name: f.id for f in for_kind("qa").fields} == {name: f["id"] for name, f in fields.items()}
    assert len(anki.notes("question*")) == 1
    assert anki.notes("sparetext") == []


def test_the_id_of_a_note_can_be_searched_as_a_build_prints_it(anki: Anki) -> None:
    anki.import_package(packed(qa(1), qa(2), qa(12)))
    found = anki.notes('"note:Flashgen Q&A" "Id:re:^(card-1|card-2)$"')
    assert [note["Id"] for note in found] == ["card-1", "card-2"]


def test_media_arrive_under_their_names(anki: Anki, tmp_path: Path) -> None:
    picture, sound = media(tmp_path, "a-0123abcd.png", b"picture"), media(tmp_path, "é b-0123abcd.mp3", b"sound")
    note = qa(1, question=f'<img src="{picture.name}">', answer=f"[sound:{sound.name}]")
    anki.import_package(package(Deck("D", (note,)), (sound, picture, sound), now=NOW))
    assert anki.media() == {picture.name, sound.name}
    assert (Path(anki.col.media.dir()) / picture.name).read_bytes() == b"picture"
    assert anki.missing_media() == anki.unused_media() == []


def test_a_medium_that_cannot_be_read_stops_the_package(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        package(Deck("D", (qa(1),)), (Media("a.png", tmp_path / "gone.png", 1, ""),), now=NOW)


def test_a_package_tells_nothing_of_the_clock_or_of_the_machine(tmp_path: Path) -> None:
    data = package(Deck("D", (qa(1),)), (media(tmp_path, "a.png", b"picture"),), now=NOW)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        assert [m.filename for m in members] == ["collection.anki2", "media", "0"]
        assert {(m.date_time, m.create_system, m.external_attr) for m in members} == {
            ((1980, 1, 1, 0, 0, 0), 3, 0o100644 << 16)
        }
        assert [m.compress_type for m in members] == [zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED]
        assert json.loads(archive.read("media")) == {"0": "a.png"}


def test_the_order_of_notes_and_media_and_the_hour_make_no_difference(tmp_path: Path) -> None:
    notes = [qa(number, deck=f"D::{number % 4}") for number in range(12)]
    files = [media(tmp_path, f"{letter}.png", letter.encode()) for letter in "abcdef"]
    first = package(Deck("D", tuple(notes)), files, now=NOW)
    again = package(Deck("D", tuple(reversed(notes))), files[::-1], now=NOW + 3600)
    assert first == again


BUILD = """
import hashlib, sys
from tests.test_package import NOW, Deck, package, qa, replace
notes = tuple(replace(qa(n, deck=f"D::{n % 5}"), tags=("x", "y")) for n in range(50))
print(hashlib.sha256(package(Deck("D", notes), (), now=NOW)).hexdigest())
"""


def test_the_seed_of_hashes_makes_no_difference() -> None:
    root = Path(__file__).parents[1]
    digests = {
        subprocess.run(
            [sys.executable, "-c", BUILD],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4321")
    }
    assert len(digests) == 1


@pytest.mark.parametrize("has_place", [True, False])
def test_a_deck_that_goes_over_the_disk_makes_the_same_bytes(
    has_place: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = [qa(number, answer=f"{'word ' * 50}{number}") for number in range(3_000)]
    small = packed(*notes)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(database, "_MANY", 3_000)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path if has_place else tmp_path / "missing"))
    connected: list[str] = []
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **how: connected.append(str(path)) or connect(path, **how))
    assert packed(*notes) == small
    assert [path.startswith(str(tmp_path)) for path in connected] == [has_place]
    assert list(tmp_path.iterdir()) == []


def test_html_that_looks_odd_is_packaged_without_a_word_and_at_once() -> None:
    odd = "<" * 100_000 + "<https://example.org> a < b <x-y>"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = packed(qa(1, question=odd))
    assert odd in database_of(data).execute("SELECT flds FROM notes").fetchone()[0]


def test_notes_of_all_types_share_a_package(anki: Anki) -> None:
    kinds = {"qa": "Question", "cloze": "Text", "vocabulary:fr": "Word", "vocabulary:de": "Word"}
    notes = []
    for number, (kind, first) in enumerate(kinds.items()):
        notetype = for_kind(kind)
        texts = {first: "{{c2::x}}", "Meaning": "m", "AskProduction": "1", "Id": f"card-{number}"}
        fields = tuple(texts.get(field.name, "") for field in notetype.fields)
        notes.append(
            replace(
                qa(number), kind=kind, notetype=notetype, text="\x1f".join(fields), cards=cards_of(notetype, fields)
            )
        )
    assert anki.import_package(packed(*notes)) == Outcome(new=4)
    assert [anki.ordinals(note) for note in anki.notes()] == [(0,), (1,), (1,), (1,)]
    assert anki.empty_cards() == []
    assert anki.check_database() == []


def test_a_local_edit_of_another_note_survives(anki: Anki) -> None:
    anki.import_package(packed(qa(1), qa(2)))
    mine = anki.note("card-1")
    mine["Answer"] = "my own words"
    anki.col.update_note(mine)
    anki.import_package(packed(qa(1), replace(qa(2, answer="new"), modified=NOW + 1)))
    assert (anki.note("card-1")["Answer"], anki.note("card-2")["Answer"]) == ("my own words", "new")


def test_schema_changes_would_be_noticed_by_the_helper(anki: Anki) -> None:
    anki.import_package(packed(qa(1)))
    anki.pretend_synced()
    notetype = anki.notetype("Flashgen Q&A")
    anki.col.models.add_field(notetype, anki.col.models.new_field("Mine"))
    anki.col.models.update_dict(notetype)
    assert anki.needs_full_sync()
    later = replace(qa(1, answer="new"), modified=NOW + 1)
    assert anki.import_package(packed(later)) == Outcome(conflicting=1)


def test_missing_and_empty_cards_would_be_noticed_by_the_helper(anki: Anki) -> None:
    anki.import_package(packed(replace(qa(1, reverse=True), cards=(0,)), replace(qa(2), cards=(0, 1))))
    assert anki.empty_cards() == [anki.note("card-2").id]
    assert anki.check_database() == ["1 missing cards were added."]
    assert anki.ordinals(anki.note("card-1")) == (0, 1)


# What a field may hold once control characters are refused.
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=60)


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(TEXT.filter(str.strip), min_size=1, max_size=8), description=TEXT)
def test_any_text_arrives_unchanged(texts: list[str], description: str) -> None:
    questions = [unicodedata.normalize("NFC", text) for text in texts]
    notes = tuple(qa(number, question=f"x{question}") for number, question in enumerate(questions))
    with fresh_anki() as anki:
        anki.import_package(packed(*notes, description=description))
        assert [note["Question"] for note in anki.notes()] == [f"x{question}" for question in questions]


def test_no_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    packed(qa(1))
    assert list(tmp_path.iterdir()) == []
