"""Links that come with a project: none leads a build to read cards, or to write anything, outside of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.project import Project

_CARD = "Q: a\nA: b\n"


def _project(folder: Path) -> Project:
    project = Project(folder / "project")
    project.write({"cards/a.md": _CARD})
    return project


def _outside(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "project" not in path.relative_to(folder).parts
    }


@pytest.mark.parametrize("link", ["cards/in.md", "cards/in", "cards"])
def test_no_cards_are_read_from_outside(link: str, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/secret.md").write_text("Q: secret\nA: d\n")
    project = Project(tmp_path / "project")
    project.write({} if link == "cards" else {"cards/a.md": _CARD})
    target = tmp_path / "notes/secret.md" if link.endswith(".md") else tmp_path / "notes"
    (project.root / link).symlink_to(target)
    result = project.run("build")
    assert f"{link}:1:1: error[unreadable-file] a link leads from here out of the project" in result.stderr
    assert not (project.root / "decks").exists()
    assert "secret" not in result.output.replace("secret.md", "")


@pytest.mark.parametrize("link", ["cards/in.md", "cards/in"])
def test_links_within_the_project_are_followed(link: str, tmp_path: Path) -> None:
    project = _project(tmp_path)
    project.write({"shared/b.md": "Q: c\nA: d\n"})
    (project.root / link).symlink_to("../shared/b.md" if link.endswith(".md") else "../shared")
    project.build()
    assert set(project.rows()) == {"a", "c"}


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize(
    "link",
    [
        "decks",
        "decks/a.apkg",
        "cards/ledger.jsonl",
        ".flashgen_cache",
        ".flashgen_cache/built.jsonl",
        ".flashgen_cache/.gitignore",
    ],
)
def test_nothing_is_written_outside(link: str, exists: bool, tmp_path: Path) -> None:
    project = _project(tmp_path)
    target = tmp_path / "precious"
    is_folder = link in ("decks", ".flashgen_cache")
    if exists and is_folder:
        target.mkdir()
    elif exists:
        # A ledger that can be read gets as far as being written.
        project.build()
        target.write_bytes((project.root / "cards/ledger.jsonl").read_bytes())
    place = project.root / link
    place.parent.mkdir(exist_ok=True)
    if place.exists():
        place.unlink()
    place.symlink_to(target)
    project.write({"cards/b.md": "Q: c\nA: d\n"})
    before = _outside(tmp_path)
    result = project.run("build")
    assert result.exit_code == 1
    assert f"error[{'ledger-corrupt' if 'ledger' in link else 'unwritable-output'}]" in result.stderr
    assert "a link leads from it out of the project" in result.stderr
    assert _outside(tmp_path) == before
    assert os.path.lexists(place)


def test_a_place_that_the_user_names_may_be_anywhere(tmp_path: Path) -> None:
    project = _project(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    project.build("--output", str(tmp_path / "elsewhere/a.apkg"))
    assert (tmp_path / "elsewhere/a.apkg").exists()


def test_a_build_writes_the_packages_the_ledger_and_the_cache_alone(tmp_path: Path) -> None:
    project = _project(tmp_path)
    project.write(
        {"cards/b/c.md": "---\ndeck: ../../x\n---\nQ: c\nA: d\n", "cards/d.md": "---\ndeck: /etc/x\n---\nQ: e\nA: f\n"}
    )
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    project.build()
    written = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    allowed = (project.root / "decks", project.root / ".flashgen_cache")
    assert all(path.parent in allowed or path == project.root / "cards/ledger.jsonl" for path in written), written
