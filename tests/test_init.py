"""`flashgen init`: the project it begins builds at once, and nothing that was there is touched."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flashgen import starting
from flashgen.cli import app
from tests.project import Project
from tests.real_anki import Outcome, fresh_anki

FILES = {"flashgen.toml", ".gitignore", ".gitattributes"}


def _init(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["init", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def _tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def _git(root: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    said = subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True, text=True)
    return said.stdout


@pytest.mark.parametrize(
    ("lang", "first"),
    [
        ("en", "first-cards.md"),
        ("fr", "premieres-cartes.md"),
        ("fr-CA", "premieres-cartes.md"),
        ("de", "first-cards.md"),
        ("zh-hant", "first-cards.md"),
    ],
)
def test_a_new_project_builds_without_a_warning_and_anki_takes_it(lang: str, first: str, tmp_path: Path) -> None:
    root = tmp_path / "Mes mots"
    status, said = _init(str(root), "--lang", lang)
    assert status == 0, said
    assert set(_tree(root)) == {*FILES, f"cards/{first}"}
    project = Project(root, config="")
    assert project.run("check", "--style").stdout == "8 notes in 1 file: no faults\n"
    result = project.build()
    assert result.stderr == ""
    (package,) = (root / "decks").iterdir()
    with fresh_anki() as anki:
        assert anki.import_package(package) == Outcome(new=8)
        assert anki.check_database() == []
        assert len(anki.col.find_cards("")) == 15
        fields = "".join(field for note in anki.notes() for field in note.fields)
    for told in ("Several choices", "A comment", "Plusieurs choix", "Un commentaire"):
        assert told not in fields, "what is for the author stands on a card"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_first_file_shows_all_of_the_notation(lang: str, tmp_path: Path) -> None:
    _init(str(tmp_path), "--lang", lang)
    text = next((tmp_path / "cards").iterdir()).read_text(encoding="utf-8")
    for sign in (
        "\nQ: ",
        "\nA: ",
        "\nE: ",
        "\nH: ",
        "\nC: ",
        "\nWord: ",
        "\n| Word |",
        "- [x] ",
        "{{",
        "::",
        "$",
        "<!--",
    ):
        assert sign in text, sign
    for key in ("deck", "tags", "lang", "reverse", "ask"):
        assert f"{key}: " in text


def test_the_namespace_is_the_name_of_the_folder_and_never_the_same_twice(tmp_path: Path) -> None:
    namespaces = set()
    for place in ("a", "b", "c"):
        root = tmp_path / place / "Mes mots d’été"
        _init(str(root))
        namespace = tomllib.loads((root / "flashgen.toml").read_text(encoding="utf-8"))["namespace"]
        assert re.fullmatch(r"mes-mots-d-ete-[a-km-np-z2-9]{5}", namespace)
        namespaces.add(namespace)
    assert len(namespaces) == 3


def test_here_is_the_folder_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    status, said = _init()
    assert status == 0
    assert said.splitlines() == [
        "cards/first-cards.md",
        ".gitignore",
        ".gitattributes",
        "flashgen.toml",
        "read cards/first-cards.md, and build it: flashgen build",
    ]


def test_a_project_is_not_begun_twice_nor_within_another(tmp_path: Path) -> None:
    _init(str(tmp_path))
    before = _tree(tmp_path)
    for path in (tmp_path, tmp_path / "cards", tmp_path / "new/folder"):
        status, said = _init(str(path))
        assert status == 2
        assert "is a project already" in said
    assert _tree(tmp_path) == before
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("flashgen.toml", "is a project already"),
        ("cards/mine.md", "cards is there already"),
        ("cards/ledger.jsonl", "ledger.jsonl is there already"),
        ("ledger.jsonl", "ledger.jsonl is there already"),
        ("cards", "cards is there already"),
    ],
)
def test_what_is_there_is_never_overwritten(file: str, said: str, tmp_path: Path) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("mine\n")
    status, output = _init(str(tmp_path))
    assert status == 2
    assert said in output
    assert output.endswith("; nothing was written\n")
    assert _tree(tmp_path) == {file: b"mine\n"}


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "words").mkdir()
    (tmp_path / "words/cards").symlink_to(tmp_path / "elsewhere")
    status, said = _init(str(tmp_path / "words"))
    assert (status, "cards is there already" in said) == (2, True)
    assert _tree(tmp_path) == {}


def test_a_file_is_no_folder_for_a_project(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("mine\n")
    for path in ("notes.md", "notes.md/below"):
        status, said = _init(str(tmp_path / path))
        assert (status, "is no folder" in said) == (2, True)


def test_what_git_is_told_already_stays_and_what_lacks_is_said(tmp_path: Path) -> None:
    mine = {
        ".gitignore": b"*.pyc\n.flashgen-*\n",
        ".gitattributes": b"*.png binary\n",
        "pyproject.toml": b"[project]\n",
    }
    for name, content in mine.items():
        (tmp_path / name).write_bytes(content)
    status, said = _init(str(tmp_path))
    assert status == 0
    assert set(_tree(tmp_path)) == {*mine, "flashgen.toml", "cards/first-cards.md"}
    assert {name: content for name, content in _tree(tmp_path).items() if name in mine} == mine
    told = [line.partition(", which was there: ")[2] for line in said.splitlines() if line.startswith("add to ")]
    assert told == [".flashgen_cache/", "*ledger.jsonl merge=union text eol=lf"]


def test_a_language_that_is_none_is_misuse(tmp_path: Path) -> None:
    status, said = _init(str(tmp_path / "new"), "--lang", "french!")
    assert status == 2
    assert '"french!" is no language tag' in said
    assert not (tmp_path / "new").exists()


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    for room in (0, 20, 100, 300, 1500):
        said = subprocess.run(
            [sys.executable, "-m", "flashgen", "init", "new/folder"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),  # noqa: B023
        )
        assert said.returncode == 1, said
        assert said.stderr == "new/folder/cards/first-cards.md cannot be written: File too large; nothing was written\n"
        assert list(tmp_path.iterdir()) == []


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    assert starting.refusal(tmp_path) is None
    (tmp_path / "flashgen.toml").write_text("mine\n")
    with pytest.raises(FileExistsError):
        starting.begin(tmp_path, "en")
    assert _tree(tmp_path) == {"flashgen.toml": b"mine\n"}
    assert os.listdir(tmp_path) == ["flashgen.toml"]


def test_git_ignores_what_is_of_this_machine_and_merges_the_ledgers_of_two_branches(tmp_path: Path) -> None:
    _init(str(tmp_path))
    project = Project(tmp_path, config="")
    project.build()
    _git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "cards/.flashgen-12345678.journal").touch()
    assert ".flashgen" not in _git(tmp_path, "status", "--porcelain", "--untracked-files=all")
    (tmp_path / "cards/.flashgen-12345678.journal").unlink()
    _git(tmp_path, "add", "cards", ".gitattributes", ".gitignore", "flashgen.toml")
    _git(tmp_path, "commit", "-q", "-m", "Begin")
    for branch in ("one", "two"):
        _git(tmp_path, "checkout", "-q", "-b", branch, "main")
        project.write({f"cards/{branch}.md": f"Q: What is {branch}?\nA: A number.\n"})
        project.build()
        _git(tmp_path, "add", "cards")
        _git(tmp_path, "commit", "-q", "-m", branch)
    _git(tmp_path, "merge", "-q", "--no-edit", "one")
    assert project.run("check").stdout == "10 notes in 3 files: no faults\n"
    assert project.status() == {}
