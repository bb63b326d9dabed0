"""What the outcome of the last build is not told for."""

from __future__ import annotations

from pathlib import Path

from tests.project import Project


def test_a_file_that_was_built_alone_since_has_its_say_in_the_folder(tmp_path: Path) -> None:
    project = Project(tmp_path, config="")
    project.write({"notes.md": "Q: What is one of the things?\nA: answer 1\n"})
    for path in ("notes.md", "", ""):
        project.build(path=path)
    project.edit("notes.md", "answer 1", "answer 2")
    project.build(path="notes.md")
    project.edit("notes.md", "answer 2", "answer 1")
    assert "1 edited" in project.build().stdout


def test_the_memory_of_a_file_alone_is_no_page_of_the_cache(tmp_path: Path) -> None:
    project = Project(tmp_path, config="")
    project.write({"kept-x.md": "Q: a?\nA: 1\n", "y.md": "Q: b?\nA: 2\n"})
    project.build(path="kept-x.md")
    project.build()
    assert (tmp_path / ".flashgen_cache/kept-x.built.jsonl").exists()


def test_a_time_that_is_none_is_misuse_whatever_is_kept(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": "Q: a?\nA: 1\n"})
    project.build()
    project.build()
    project.day = 10**9
    for command in ("build", "check", "status"):
        assert project.run(command).exit_code == 2


def test_two_files_whose_names_are_one_are_told_and_neither_loses_its_notes(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/e\u0301.md": "Q: one?\nA: 1\n"})
    project.build()
    ledger = project.read("cards/ledger.jsonl")
    project.write({"cards/\u00e9.md": "words\n"})
    result = project.run("build")
    assert result.exit_code == 1
    assert "two files have this name" in result.stderr
    assert project.read("cards/ledger.jsonl") == ledger


def test_a_project_in_a_folder_below_is_left_to_itself(tmp_path: Path) -> None:
    project = Project(tmp_path, config="")
    project.write({"words/flashgen.toml": 'namespace = "words-a2b3c"\n', "words/cards/a.md": "Q: a?\nA: 1\n"})
    assert "there are no cards here" in project.run("build").stderr
    project.write({"own.md": "Q: b?\nA: 2\n"})
    assert "1 added" in project.build().stdout
    assert "1 added" in project.build(path="words").stdout
