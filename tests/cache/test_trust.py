"""What a cache says is believed only where this machine has written it."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from flashgen.cache import store
from tests.project import Project

_CARDS = "Q: What is light?\nA: A wave.\n"


def _documents(root: Path) -> list[Path]:
    return sorted((root / ".flashgen_cache").glob("*.json"))


def _database(root: Path) -> bytes:
    with zipfile.ZipFile(root / "decks/a.apkg") as package:
        return package.read("collection.anki2")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "project")
    made.write({"cards/a.md": _CARDS, "cards/b.md": "Q: b?\nA: b\n"})
    made.build()
    return made


def test_html_that_somebody_has_put_into_the_cache_is_on_no_card(project: Project) -> None:
    forged = 0
    for path in _documents(project.root):
        text = path.read_bytes()
        path.write_bytes(text.replace(b"A wave.", b"<script>alert(1)</script>"))
        forged += path.read_bytes() != text
    assert forged == 1
    project.edit("cards/b.md", "A: b", "A: c")
    project.build()
    assert b"A wave." in _database(project.root)
    assert b"<script>" not in _database(project.root)


def test_the_cache_of_another_machine_is_not_believed(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = (path for path in _documents(project.root) if path.name == "kept.json")
    assert store.read(path) is not None
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
    store._key.cache_clear()
    try:
        assert store.read(path) is None
        assert project.run("check").exit_code == 0
        project.edit("cards/b.md", "A: b", "A: c")
        project.build()
        assert store.read(path) is not None
    finally:
        store._key.cache_clear()


def test_where_no_key_can_be_kept_a_build_does_without_a_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    store._key.cache_clear()
    try:
        made = Project(tmp_path / "project")
        made.write({"cards/a.md": _CARDS})
        made.build()
        assert _documents(made.root) == []
        assert "nothing changed" in made.build().stdout
    finally:
        store._key.cache_clear()


def test_no_document_stands_in_the_place_of_another(project: Project) -> None:
    pages = [path for path in _documents(project.root) if path.name.startswith("kept-")]
    shutil.copy(pages[0], pages[1])
    assert store.read(pages[0]) is not None
    assert store.read(pages[1]) is None


def test_the_key_is_its_users_alone(project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    store._key.cache_clear()
    try:
        project.edit("cards/b.md", "A: b", "A: c")
        project.build()
    finally:
        store._key.cache_clear()
    key = tmp_path / "state/flashgen/key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert all(key.read_bytes() not in path.read_bytes() for path in _documents(project.root))


def test_the_cache_never_has_more_than_the_project(project: Project) -> None:
    before = len(_documents(project.root))
    for number in range(5):
        project.write({f"cards/new {number}.md": f"Q: {number}?\nA: {number}\n"})
        project.build()
        (project.root / f"cards/new {number}.md").unlink()
    project.build()
    assert len(_documents(project.root)) == before


def test_a_link_in_the_place_of_the_cache_leads_no_write_out_of_the_project(project: Project, tmp_path: Path) -> None:
    victim = tmp_path / "kept-victim.json"
    victim.write_text(json.dumps({"mine": 1}))
    shutil.rmtree(project.root / ".flashgen_cache")
    (project.root / ".flashgen_cache").symlink_to(tmp_path, target_is_directory=True)
    assert project.run("build").exit_code == 1
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["kept-victim.json", "project"]
    assert victim.read_text() == json.dumps({"mine": 1})
