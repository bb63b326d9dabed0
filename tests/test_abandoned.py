"""Packages that stay behind when their deck is gone: told by every build until they are deleted, and no others."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from anki.collection import DeckIdLimit, ExportAnkiPackageOptions

from tests.project import CONFIG, Project
from tests.real_anki import Outcome, fresh_anki

_RIVERS = "Q: Which river runs through Paris?\nA: The Seine\n\nQ: Which through Niamey?\nA: The Niger\n"
_TOWNS = "Q: Where is the Louvre?\nA: In Paris\n"
_TELLS = (
    "is of no deck of this project any more; delete it: "
    "imported again, it would bring back its deck, and notes that you deleted in Anki"
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "project")
    made.write({"cards/rivers.md": _RIVERS, "cards/towns.md": _TOWNS})
    made.build()
    return made


def _rename(project: Project) -> None:
    (project.root / "cards/rivers.md").rename(project.root / "cards/streams.md")


def _told(project: Project, *arguments: str, path: str = "") -> list[str]:
    """The packages that a build names; it says nothing else on stderr, and deletes none of them."""
    there = set((project.root / "decks").iterdir())
    lines = project.build(*arguments, path=path).stderr.splitlines()
    assert there <= set((project.root / "decks").iterdir())
    assert all(line.endswith(f" {_TELLS}") for line in lines), lines
    return [Path(line.removesuffix(f" {_TELLS}")).relative_to(project.root).as_posix() for line in lines]


def test_the_package_of_a_renamed_deck_is_told_until_it_is_deleted(project: Project) -> None:
    assert _told(project) == []
    _rename(project)
    assert _told(project) == ["decks/rivers.apkg"]
    # Nothing has changed since, which is told without looking again.
    assert _told(project) == ["decks/rivers.apkg"]
    assert _told(project, "--locked") == ["decks/rivers.apkg"]
    assert _told(project, "--refresh") == ["decks/rivers.apkg"]
    assert _told(project, "--deck", "towns") == ["decks/rivers.apkg"]
    assert _told(project, path="cards/towns.md") == ["decks/rivers.apkg"]
    package = (project.root / "decks/rivers.apkg").read_bytes()
    (project.root / "decks/rivers.apkg").unlink()
    assert _told(project) == []
    assert _told(project) == []
    project.write({"decks/rivers.apkg": package})
    assert _told(project) == ["decks/rivers.apkg"]
    (project.root / "cards/streams.md").rename(project.root / "cards/rivers.md")
    assert _told(project) == ["decks/streams.apkg"]


def test_the_package_of_a_deck_without_cards_is_told_which_would_bring_back_what_was_deleted(project: Project) -> None:
    with fresh_anki() as anki:
        for package in ("rivers", "towns"):
            anki.import_package(project.root / f"decks/{package}.apkg")
        (project.root / "cards/towns.md").unlink()
        assert _told(project) == ["decks/towns.apkg"]
        anki.col.remove_notes([note.id for note in anki.notes("deck:towns")])
        anki.col.decks.remove([anki.deck_id("towns")])
        assert anki.import_package(project.root / "decks/towns.apkg") == Outcome(new=1)
        assert anki.deck_names() == ["rivers", "towns"]


def test_the_package_of_a_renamed_deck_would_bring_the_old_deck_back(project: Project) -> None:
    with fresh_anki() as anki:
        anki.import_package(project.root / "decks/rivers.apkg")
        _rename(project)
        assert _told(project) == ["decks/rivers.apkg"]
        assert anki.import_package(project.root / "decks/streams.apkg") == Outcome(duplicate=2)
        anki.col.set_deck([card.id for card in anki.cards()], anki.deck_id("streams"))
        anki.col.decks.remove([anki.deck_id("rivers")])
        assert anki.import_package(project.root / "decks/rivers.apkg") == Outcome(duplicate=2)
        assert anki.deck_names() == ["rivers", "streams"]


def test_a_part_of_a_deck_that_is_gone_is_told_and_one_of_a_deck_that_is_there_is_not(project: Project) -> None:
    project.write({"cards/towns/small.md": "Q: Where is Giverny?\nA: On the Seine\n"})
    project.build("--deck", "towns::small")
    project.build(path="cards/rivers.md")
    assert {path.name for path in (project.root / "decks").iterdir()} == {
        *("rivers.apkg", "rivers.rivers.apkg", "towns.apkg", "towns.small.apkg")
    }
    assert _told(project) == []
    _rename(project)
    assert _told(project) == ["decks/rivers.apkg", "decks/rivers.rivers.apkg"]


def test_a_deck_of_drafts_is_a_deck(project: Project) -> None:
    project.write({"cards/towns.md": f"---\ndraft: true\n---\n\n{_TOWNS}"})
    assert _told(project) == []


def test_a_folder_that_output_names_is_its_owners(project: Project, tmp_path: Path) -> None:
    project.build("--output", str(tmp_path / "mine"))
    _rename(project)
    result = project.build("--output", str(tmp_path / "mine"))
    assert (tmp_path / "mine/rivers.apkg").is_file()
    assert result.stderr == ""


def test_what_is_not_of_this_project_is_not_named(project: Project, tmp_path: Path) -> None:
    decks = project.root / "decks"
    other = Project(tmp_path / "other", config=CONFIG.replace("test", "other"))
    other.write({"cards/strange.md": _RIVERS.replace("river", "stream"), "cards/mixed.md": "Q: What?\nA: That.\n"})
    other.build()
    shutil.copy(other.root / "decks/strange.apkg", decks)
    # Of a branch that has cards of its own: the ledger here knows some of its notes.
    branch = Project(tmp_path / "branch", config="")
    shutil.copytree(project.root, branch.root, dirs_exist_ok=True)
    _rename(branch)
    branch.write({"cards/streams.md": f"{_RIVERS}\nQ: Which through Cairo?\nA: The Nile\n"})
    branch.build()
    shutil.copy(branch.root / "decks/streams.apkg", decks)
    shutil.copy(decks / "towns.apkg", decks / "mine.apkg")
    with fresh_anki() as anki:
        _rename(project)
        anki.import_package(decks / "rivers.apkg")
        (decks / "rivers.apkg").unlink()
        for legacy in (True, False):
            options = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, legacy=legacy)
            limit = DeckIdLimit(anki.deck_id("rivers"))
            anki.col.export_anki_package(
                out_path=str(decks / f"rivers{'.old' * legacy}.apkg"), options=options, limit=limit
            )
    (decks / "broken.apkg").write_bytes(b"PK\x05\x06")
    (decks / "folder.apkg").mkdir()
    os.mkfifo(decks / "pipe.apkg")
    (decks / "rivers.link.apkg").symlink_to(branch.root / "decks/rivers.apkg")
    (project.root / "cards/streams.md").rename(project.root / "cards/waters.md")
    assert _told(project) == []
    assert _told(project) == []


def test_a_file_that_stands_alone_leaves_the_packages_of_its_neighbours_in_peace(tmp_path: Path) -> None:
    project = Project(tmp_path, config="")
    project.write({"a.md": f"---\ndeck: before\n---\n\n{_RIVERS}", "b.md": _TOWNS})
    project.build(path="a.md")
    project.build(path="b.md")
    project.edit("a.md", "before", "after")
    result = project.build(path="a.md")
    assert result.stderr == f"{tmp_path}/before.apkg {_TELLS}\n"
    assert project.build(path="b.md").stderr == ""
