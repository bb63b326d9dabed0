"""Rows of notes that left the sources are forgotten, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project import Project
from tests.real_anki import Outcome, fresh_anki
from tests.study import Study

_LEDGER = "cards/ledger.jsonl"
_FRANCE = "Q: What is the capital of France?\nA: Paris\n\n"
_HEART = "Q: What does the heart pump?\nA: Blood\n\n"
_OSLO = "C: Oslo lies in {{Norway}}, Lund in {{Sweden}}.\n\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project that has built three cards; two of them have left since, in two files."""
    project = Project(tmp_path)
    project.write({"cards/a.md": _FRANCE + _HEART, "cards/b.md": _OSLO + "Q: And?\nA: Yes\n"})
    project.build()
    project.write({"cards/a.md": _HEART, "cards/b.md": "Q: And?\nA: Yes\n"})
    project.build()
    return project


def test_what_left_the_sources_is_forgotten_and_told(project: Project) -> None:
    ids = {question: row["id"] for question, row in project.rows().items() if row.get("removed")}
    result = project.prune()
    assert result.exit_code == 0, result.output
    assert f"- cards/a.md {ids['What is the capital of France?']}: What is the capital of France?" in result.stdout
    assert "2 notes forgotten: one that is pasted back later starts new" in result.stdout
    assert result.stdout.count('"note:Flashgen ') == 2
    assert sorted(project.rows()) == ["And?", "What does the heart pump?"]
    assert project.status() == {}
    assert project.run("build", "--locked").exit_code == 0
    before = project.read(_LEDGER)
    assert "nothing to forget" in project.prune().stdout
    assert project.read(_LEDGER) == before


def test_only_rows_of_the_chosen_sources_are_forgotten(project: Project) -> None:
    assert project.prune("cards/b.md").exit_code == 0
    assert sorted(project.rows()) == ["And?", "What does the heart pump?", "What is the capital of France?"]


def test_a_card_that_is_back_is_not_forgotten(project: Project) -> None:
    project.write({"cards/a.md": _HEART + _FRANCE})
    project.prune()
    assert "What is the capital of France?" in project.rows()
    assert project.status() == {"restored": 1}


def test_a_card_whose_removal_was_never_reported_is_not_forgotten(project: Project) -> None:
    project.write({"cards/a.md": "Q: Another one?\nA: Yes\n"})
    project.prune()
    assert "What does the heart pump?" in project.rows()


def test_with_faults_in_the_sources_nothing_is_forgotten(project: Project) -> None:
    before = project.read(_LEDGER)
    project.write({"cards/c.md": "Q: What is the capital of France?\n"})
    result = project.prune()
    assert result.exit_code == 1
    assert "missing-answer" in result.stderr
    assert project.read(_LEDGER) == before


def test_a_forgotten_cloze_that_is_pasted_back_is_counted_anew(tmp_path: Path) -> None:
    with fresh_anki() as anki:
        study = Study(Project(tmp_path), anki)
        study.project.write({"cards/a.md": _HEART + _OSLO})
        study.update()
        study.project.write({"cards/a.md": _HEART})
        study.update()
        study.project.prune()
        # Its learner does what the report says.
        study.anki.col.remove_notes(study.anki.col.find_notes("note:*Cloze"))
        study.project.write({"cards/a.md": _HEART + _OSLO.replace("{{Norway}}", "Norway")})
        assert study.update() == Outcome(new=1, duplicate=1)
        assert study.anki.notes("note:*Cloze")[0]["Text"] == "Oslo lies in Norway, Lund in {{c1::Sweden}}."
