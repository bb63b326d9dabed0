"""Names that Anki takes as they are, and the file names of packages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashgen import names
from tests.real_anki import Anki, fresh_anki


@pytest.fixture(scope="module")
def anki() -> Anki:  # type: ignore[misc]
    with fresh_anki() as opened:
        yield opened


@pytest.mark.parametrize(
    "name", ["French", "A::B::C", "Axe Moscou–Pyongyang::Points", 'the "axis"', "a/b", "日本語", "C#: x"]
)
def test_anki_keeps_the_name_of_a_good_deck(anki: Anki, name: str) -> None:
    assert names.deck_fault(name) is None
    assert anki.col.decks.name(anki.col.decks.id(name)) == name


@pytest.mark.parametrize(
    "name", ["", " ", "A::", "::A", "A::::B", "Default", "default::x", " A", "A:: B", "A:::B", "A\tB"]
)
def test_a_deck_that_anki_would_rename_is_a_fault(name: str) -> None:
    assert names.deck_fault(name)


@pytest.mark.parametrize("tag", ["b2", "a::b", "l’été", "x-y_z", "日本"])
def test_anki_keeps_a_good_tag(anki: Anki, tag: str) -> None:
    assert names.tag_fault(tag) is None
    note = anki.col.new_note(anki.col.models.by_name("Basic"))
    note["Front"] = "x"
    note.tags = [tag]
    anki.col.add_note(note, anki.col.decks.id("D"))
    assert anki.col.get_note(note.id).tags == [tag]


@pytest.mark.parametrize(
    "tag", ["", "a b", "a\u3000b", "a\u00a0b", "a::", "::a", "a::::b", "leech", "Marked", "a\u200bb"]
)
def test_a_tag_that_anki_would_change_is_a_fault(tag: str) -> None:
    assert names.tag_fault(tag)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("fr", "fr"),
        ("FR", "fr"),
        ("pt-br", "pt-BR"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("de-1996", "de-1996"),
        ("fr_FR", None),
    ],
)
def test_languages_have_one_spelling(written: str, canonical: str | None) -> None:
    assert names.language(written) == canonical


@pytest.mark.parametrize(
    ("deck", "file"),
    [
        ("Axe Moscou–Pyongyang", "axe-moscou-pyongyang.apkg"),
        ("L’été à 5 h", "l-ete-a-5-h.apkg"),
        ("日本語", "日本語.apkg"),
        ("Collection", "deck-collection.apkg"),
        ("Backup 2026", "deck-backup-2026.apkg"),
    ],
)
def test_a_package_is_named_for_its_deck(deck: str, file: str) -> None:
    assert names.package_file(deck) == file


@given(st.text(min_size=1))
def test_no_deck_gives_a_file_that_replaces_a_collection_or_leaves_the_folder(deck: str) -> None:
    file = names.package_file(deck)
    assert not names.is_backup(file)
    assert not set("/\0") & set(file)
    assert file != ".apkg"
    assert len(file.encode()) <= 120
