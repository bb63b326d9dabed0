"""What the page is told of a project, and what of it when something changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flashgen.preview import Preview
from tests.preview.conftest import town
from tests.project import START, Project


def _preview(project: Project) -> Preview:
    return Preview(project.root, lambda: START)


def _again(preview: Preview) -> dict[str, Any]:
    """What has changed for the page since the last look."""
    before = preview.snapshot.version
    preview.snapshot = preview.look()
    return preview.snapshot.told(before)


def test_an_edit_tells_of_the_edited_note_alone(tmp_path: Path) -> None:
    project = town(tmp_path)
    project.build()
    preview = _preview(project)
    project.edit("cards/town.md", "A text.", "Another text.")
    told = _again(preview)
    assert told["version"] == 2
    (entry,) = told["entries"].values()
    assert (entry["changes"], entry["line"]) == (["edited"], 35)
    assert len(told["order"]) == 8


def test_lines_above_move_the_notes_and_leave_their_names(tmp_path: Path) -> None:
    project = town(tmp_path)
    preview = _preview(project)
    before = preview.snapshot.told()
    project.edit("cards/town.md", "# Streets\n", "# Streets\n\n\nText that belongs to nobody.\n")
    told = _again(preview)
    assert told["order"] == before["order"]
    for key, entry in before["entries"].items():
        now = told["entries"][key]
        assert (now["line"], now["content"]) == (entry["line"] + 3, entry["content"])


def test_a_save_that_changes_nothing_is_no_news(tmp_path: Path) -> None:
    project = town(tmp_path)
    preview = _preview(project)
    project.write({"cards/town.md": project.read("cards/town.md"), "cards/_draft.md": "Q: x"})
    assert _again(preview)["version"] == 1


def test_changes_are_those_since_the_last_build(tmp_path: Path) -> None:
    def changes() -> list[list[str]]:
        told = preview.snapshot.told()
        return [told["entries"][key]["changes"] for key in told["order"] if told["entries"][key]["changes"]]

    project = town(tmp_path)
    preview = _preview(project)
    assert changes() == []
    project.build()
    project.edit("cards/town.md", "# Streets\n", "# Streets\n\nQ: New?\nA: Yes.\n")
    project.edit("cards/town.md", "A text.", "Another text.")
    _again(preview)
    assert changes() == [["added"], ["edited"]]
    project.build()
    _again(preview)
    assert changes() == []


def test_every_fault_is_told_once_with_its_card_or_outside_of_all(tmp_path: Path) -> None:
    project = town(tmp_path)
    project.write({"cards/b.md": "A: Nobody's.\n\nQ: Without an answer?\n", "cards/c.md": b"\xff"})
    told = _preview(project).snapshot.told()
    assert sorted(fault["rule"] for fault in told["faults"]) == ["not-utf8", "orphan-label"]
    found = {entry["file"]: [fault["rule"] for fault in entry["faults"]] for entry in told["entries"].values()}
    assert found["cards/b.md"] == ["missing-answer"]


def test_two_notes_with_one_id_are_both_shown(tmp_path: Path) -> None:
    project = town(tmp_path)
    project.write({"cards/b.md": "Q: One?\nA: 1\n<!-- id: same -->\n\nQ: Two?\nA: 2\n<!-- id: same -->\n"})
    told = _preview(project).snapshot.told()
    shown = [told["entries"][key] for key in told["order"][:2]]
    assert [entry["text"].split()[0] for entry in shown] == ["One?", "Two?"]
    assert [[fault["rule"] for fault in entry["faults"]] for entry in shown] == [[], ["duplicate-id"]]


def test_a_path_in_a_project_chooses_what_is_shown(tmp_path: Path) -> None:
    project = town(tmp_path)
    project.write({"cards/b.md": "Q: Another?\nA: Yes.\n"})
    preview = Preview(project.root / "cards/b.md", lambda: START)
    (entry,) = preview.snapshot.told()["entries"].values()
    assert entry["text"].startswith("Another? Yes.")


def test_a_folder_that_is_gone_is_told_and_comes_back(tmp_path: Path) -> None:
    project = town(tmp_path / "town")
    preview = _preview(project)
    away = project.root.rename(tmp_path / "away")
    told = _again(preview)
    assert told["problem"] or told["faults"]
    away.rename(project.root)
    assert _again(preview)["problem"] == ""
    assert len(preview.snapshot.entries) == 8
