"""The command line: what it writes and where, what it says to people and to machines, and how it exits."""

from __future__ import annotations

import json
import os
import pty
import resource
import shlex
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
import typer

from flashgen import __version__
from tests.project import START, Project
from tests.real_anki import Outcome, fresh_anki

CARDS = "Q: What is the capital of France?\nA: Paris\n\nQ: What is the capital of Niger?\nA: Niamey\n"
WARNED = "Q: Where is it?\n\n![](map.svg)\n\nA: Here.\n"
MAP = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


def _project(root: Path, files: Mapping[str, str | bytes] | None = None) -> Project:
    project = Project(root)
    project.write(dict(files) if files is not None else {"cards/a.md": CARDS})
    (root / "cards").mkdir(exist_ok=True)
    return project


def _tree(root: Path) -> dict[str, bytes]:
    """All files and their bytes, folders and those of links too."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def _flashgen(
    *arguments: str,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "flashgen", *arguments],
        cwd=cwd,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(START), **(environment or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        preexec_fn=before,
        timeout=30,
        check=False,
    )


# Help and misuse


def test_the_version_is_said(tmp_path: Path) -> None:
    said = _flashgen("--version", cwd=tmp_path)
    assert (said.stdout, said.returncode) == (f"flashgen {__version__}\n", 0)


def test_without_arguments_the_commands_are_listed(tmp_path: Path) -> None:
    said = _flashgen(cwd=tmp_path)
    for command in ("build", "check", "status"):
        assert command in said.stdout + said.stderr
    assert said.returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "nowhere"),
        ("check", "nowhere.md"),
        ("status", "nowhere"),
        ("build", "--no-such-option"),
        ("check", "--format", "xml"),
        ("bild",),
        ("build", ".", "."),
        ("build", "--deck", "No such deck"),
        ("build", "--output", "collection.apkg"),
        ("build", "--output", "some/Collection.APKG"),
        ("build", "--output", "backup-x.apkg"),
        ("build", "--output", "backup.apkg"),
        ("build", "--output", "mine.colpkg"),
        ("build", "README.md"),
        ("ledger", "restore"),
        ("ledger", "restore", "nowhere.apkg"),
        ("ledger", "pin", "nowhere.md"),
        ("ledger", "pin"),
        ("ledger", "prune", "nowhere"),
        ("ledger", "mend"),
    ],
    ids=" ".join,
)
def test_misuse_is_said_on_stderr_and_exits_with_2(arguments: Sequence[str], tmp_path: Path) -> None:
    project = _project(tmp_path, {"cards/a.md": CARDS, "README.md": "Nothing"})
    before = _tree(project.root)
    said = _flashgen(*arguments, cwd=project.root)
    assert said.returncode == 2, said.stdout
    assert said.stdout == ""
    assert said.stderr
    assert "Traceback" not in said.stderr
    assert _tree(project.root) == before


@pytest.mark.parametrize("time", ["yesterday", "-1", "1.5", str(2**32), "9" * 5000])
def test_a_time_that_anki_cannot_hold_is_misuse(time: str, tmp_path: Path) -> None:
    said = _flashgen("build", cwd=_project(tmp_path).root, environment={"SOURCE_DATE_EPOCH": time})
    assert said.returncode == 2
    assert "SOURCE_DATE_EPOCH" in said.stderr
    assert not (tmp_path / "cards/ledger.jsonl").exists()


@pytest.mark.parametrize("time", [0, 1, 2**32 - 1])
def test_the_earliest_and_the_latest_time_give_packages_that_anki_takes(time: int, tmp_path: Path) -> None:
    _project(tmp_path)
    assert _flashgen("build", cwd=tmp_path, environment={"SOURCE_DATE_EPOCH": str(time)}).returncode == 0
    with fresh_anki() as anki:
        assert anki.import_package(tmp_path / "decks/a.apkg") == Outcome(new=2)
        assert {note["Answer"]: note.mod for note in anki.notes()} == {"Paris": time, "Niamey": time}
        assert anki.check_database() == []


# Where things go


def test_a_build_writes_packages_ledger_and_memory_and_nothing_else(tmp_path: Path) -> None:
    project = _project(tmp_path, {"cards/a.md": CARDS, "cards/b/c.md": CARDS.replace("capital", "chief city")})
    before = _tree(tmp_path)
    result = project.build()
    assert _tree(tmp_path).keys() - before.keys() == {
        "decks/a.apkg",
        "decks/b.apkg",
        "cards/ledger.jsonl",
        ".flashgen_cache/built.jsonl",
        ".flashgen_cache/.gitignore",
        ".flashgen_cache/CACHEDIR.TAG",
        ".flashgen_cache/last.json",
        ".flashgen_cache/kept.json",
        ".flashgen_cache/packed",
        *(f".flashgen_cache/{path.name}" for path in (tmp_path / ".flashgen_cache").glob("kept-*.json")),
    }
    assert len(list((tmp_path / ".flashgen_cache").glob("kept-*.json"))) == 2
    assert result.stderr == ""
    assert "4 added" in result.stdout
    assert str(tmp_path / "decks/a.apkg") in result.stdout


def test_check_and_status_write_nothing(tmp_path: Path) -> None:
    project = _project(tmp_path)
    before = _tree(tmp_path)
    for command in ("check", "status"):
        assert project.run(command).exit_code == 0
    assert _tree(tmp_path) == before


def test_the_folder_where_one_stands_is_built(tmp_path: Path) -> None:
    project = _project(tmp_path)
    said = _flashgen("build", cwd=project.root / "cards")
    assert said.returncode == 0
    assert (tmp_path / "decks/a.apkg").is_file()
    assert "a.md:1 added" in said.stdout


def test_a_path_through_the_folder_above_leads_to_its_own_project(tmp_path: Path) -> None:
    one, other = _project(tmp_path / "one"), _project(tmp_path / "other")
    before = _tree(one.root)
    said = _flashgen("build", "../other", cwd=one.root)
    assert said.returncode == 0, said.stderr
    assert (other.root / "decks/a.apkg").is_file()
    assert _tree(one.root) == before


def test_a_single_file_is_built_beside_itself(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(CARDS)
    said = _flashgen("build", "notes.md", cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    assert {"notes.apkg", "notes.ledger.jsonl"} < _tree(tmp_path).keys()
    assert "notes.apkg\n" in said.stdout


def test_a_folder_whose_name_is_no_text_is_built(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    folder.mkdir()
    (folder / "a.md").write_text(CARDS)
    said = _flashgen("build", cwd=folder)
    assert said.returncode == 0, said.stderr
    assert (folder / "decks/a.apkg").is_file()


def test_output_names_a_file_or_a_folder(tmp_path: Path) -> None:
    project = _project(tmp_path)
    project.build("--output", str(tmp_path / "mine.apkg"))
    project.build("--output", str(tmp_path / "new/folder"))
    assert (tmp_path / "mine.apkg").read_bytes() == (tmp_path / "new/folder/a.apkg").read_bytes()
    assert not (tmp_path / "decks").exists()


def test_several_decks_do_not_go_into_one_file(tmp_path: Path) -> None:
    project = _project(tmp_path, {"cards/a.md": CARDS, "cards/b.md": CARDS.replace("capital", "chief city")})
    result = project.run("build", "--output", str(tmp_path / "mine.apkg"))
    assert result.exit_code == 2
    assert "--deck" in result.stderr
    assert not (tmp_path / "mine.apkg").exists()
    project.build("--output", str(tmp_path / "mine.apkg"), "--deck", "b")
    assert (tmp_path / "mine.apkg").is_file()


def test_deck_chooses_a_deck_and_those_below(tmp_path: Path) -> None:
    names = ("top/one", "top/two", "other", "top-one")
    files = {f"cards/{name}.md": CARDS.replace("capital", name) for name in names}
    project = _project(tmp_path, files)
    result = project.build("--deck", "top::one")
    assert [path.name for path in (tmp_path / "decks").iterdir()] == ["top.one.apkg"]
    assert "  top::one     2 notes     2 cards" in result.stdout
    project.build("--deck", "top")
    project.build("--deck", "top-one")
    assert {path.name for path in (tmp_path / "decks").iterdir()} == {"top.one.apkg", "top.apkg", "top-one.apkg"}


def test_a_path_chooses_what_is_reported_and_the_ledger_knows_all(tmp_path: Path) -> None:
    project = _project(tmp_path, {"cards/a.md": CARDS, "cards/b.md": CARDS.replace("capital", "chief city")})
    result = project.build(path="cards/b.md")
    report, _, elsewhere = result.stdout.partition("Elsewhere")
    assert "b.md:1 added" in report
    assert "a.md" not in report
    assert "2 added" in elsewhere
    assert len(project.rows()) == 4
    assert [path.name for path in (tmp_path / "decks").iterdir()] == ["b.b.apkg"]


@pytest.mark.parametrize("command", ["build", "check", "status"])
@pytest.mark.parametrize("path", ["notes", "cards/empty", "cards/empty/plan.txt"])
def test_a_path_that_chooses_nothing_is_told(tmp_path: Path, command: str, path: str) -> None:
    project = _project(tmp_path, {"cards/a.md": CARDS, "cards/empty/plan.txt": "", "notes/b.txt": ""})
    result = project.run(command, path=path)
    assert result.exit_code == 2
    assert f'"{path}" holds no cards of the project; its sources are in ' in result.stderr
    assert result.stdout == ""


def test_a_file_whose_name_is_stored_decomposed_is_chosen(tmp_path: Path) -> None:
    name = unicodedata.normalize("NFD", "é.md")
    project = _project(tmp_path, {f"cards/{name}": CARDS, "cards/b.md": CARDS.replace("capital", "chief city")})
    report, _, _ = project.build(path=f"cards/{name}").stdout.partition("Elsewhere")
    assert "2 added" in report


def test_equal_drafts_stay_themselves_in_a_fresh_clone(tmp_path: Path) -> None:
    draft = "Q: Same\nA: One\n\n<!-- draft: true -->\n\n"
    project = _project(tmp_path, {"cards/a.md": f"{draft * 3}{CARDS}\n{draft * 2}"})
    project.build()
    ledger = project.read("cards/ledger.jsonl")
    shutil.rmtree(tmp_path / ".flashgen_cache")
    assert project.run("build", "--locked").exit_code == 0
    assert project.read("cards/ledger.jsonl") == ledger


def test_all_in_drafts_is_said(tmp_path: Path) -> None:
    project = _project(tmp_path, {"cards/a.md": f"---\ndraft: true\n---\n{CARDS}"})
    result = project.run("build")
    assert result.exit_code == 2
    assert "all cards here are drafts" in result.stderr


# Locked, refreshed, opened


def test_locked_fails_where_the_ledger_would_change_and_writes_nothing(tmp_path: Path) -> None:
    project = _project(tmp_path)
    project.build()
    project.build("--locked")
    project.edit("cards/a.md", "Paris", "Paris, on the Seine")
    before = _tree(tmp_path)
    result = project.run("build", "--locked")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "answer edited" in result.stderr
    assert "the ledger would change" in result.stderr
    assert _tree(tmp_path) == before


def test_locked_builds_the_same_package_from_a_fresh_clone(tmp_path: Path) -> None:
    project = _project(tmp_path / "here")
    package = project.package()
    clone = _project(
        tmp_path / "there", {name: (project.root / name).read_bytes() for name in ("cards/a.md", "cards/ledger.jsonl")}
    )
    assert clone.package("--locked") == package


def test_refresh_moves_every_time_forward(tmp_path: Path) -> None:
    project = _project(tmp_path)
    project.build()
    times = {id: row["modified"] for id, row in project.rows().items()}
    project.build("--refresh")
    assert all(row["modified"] > times[id] for id, row in project.rows().items())  # type: ignore[operator]


def test_open_hands_each_package_to_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def launch(url: str) -> int:
        opened.append(url)
        return 0

    monkeypatch.setattr(typer, "launch", launch)
    project = _project(tmp_path, {"cards/a.md": CARDS, "cards/b.md": CARDS.replace("capital", "chief city")})
    project.build("--open")
    assert opened == [str(tmp_path / "decks/a.apkg"), str(tmp_path / "decks/b.apkg")]


def test_a_system_that_cannot_open_packages_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typer, "launch", lambda url: 3)
    project = _project(tmp_path)
    result = project.run("build", "--open")
    assert result.exit_code == 1
    assert "no program to open" in result.stderr
    assert (tmp_path / "decks/a.apkg").is_file()


# Forms


def test_check_tells_faults_as_text_with_place_rule_and_help(tmp_path: Path) -> None:
    project = _project(tmp_path, {"cards/a.md": f"{CARDS}\nQ: And this?\n"})
    result = project.run("check")
    assert result.exit_code == 1
    place = tmp_path / "cards/a.md"
    assert result.stdout.splitlines() == [
        f"{place}:7:1: error[missing-answer] this question has no answer",
        '  help: begin a line with "A:"',
        "3 notes in 1 file: 1 error",
    ]
    assert result.stderr == ""


def test_check_tells_faults_as_json(tmp_path: Path) -> None:
    project = _project(tmp_path, {"cards/a.md": f"{CARDS}\nQ: And this?\n", "cards/map.svg": MAP, "cards/b.md": WARNED})
    result = project.run("check", "--format", "json")
    assert result.exit_code == 1
    first, second = json.loads(result.stdout)
    assert first == {
        "rule": "missing-answer",
        "severity": "error",
        "file": str(tmp_path / "cards/a.md"),
        "line": 7,
        "column": 1,
        "message": "this question has no answer",
        "help": 'begin a line with "A:"',
    }
    assert (second["rule"], second["severity"]) == ("missing-alt", "warning")
    assert json.loads(_project(tmp_path / "sound").run("check", "--format", "json").stdout) == []


def test_check_tells_faults_as_annotations_for_github(tmp_path: Path) -> None:
    _project(tmp_path, {"cards/a,b.md": f"{CARDS}\nQ: And this?\n"})
    said = _flashgen("check", "--format", "github", cwd=tmp_path)
    assert said.returncode == 1
    assert said.stdout.splitlines() == [
        "::error file=cards/a%2Cb.md,line=7,col=1,title=missing-answer::"
        'this question has no answer; begin a line with "A:"'
    ]


def test_warnings_alone_are_told_and_let_the_build_succeed(tmp_path: Path) -> None:
    project = _project(tmp_path, {"cards/a.md": WARNED, "cards/map.svg": MAP})
    assert project.run("check").exit_code == 0
    result = project.build()
    assert "warning[missing-alt]" in result.stderr
    assert "missing-alt" not in result.stdout


def test_status_tells_what_a_build_would_do_in_each_form(tmp_path: Path) -> None:
    project = _project(tmp_path)
    project.build()
    project.edit("cards/a.md", "Paris", "Paris, on the Seine")
    project.edit("cards/a.md", "Q: What is the capital of Niger?\nA: Niamey\n", "Q: What is iron?\nA: A metal\n")
    text = project.run("status").stdout
    assert "~ " in text
    assert "+ " in text
    assert "- " in text
    assert "1 added, 1 edited, 1 removed" in text
    document = json.loads(project.run("status", "--format", "json").stdout)
    assert document["decks"] == [{"deck": "a", "notes": 2, "cards": 2}]
    assert {change["change"]: change["line"] for change in document["changes"]} == {
        "edited": 1,
        "added": 4,
        "removed": None,
    }
    lines = project.run("status", "--format", "github").stdout.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("::notice file=") for line in lines)
    project.build()
    assert project.status() == {}


def test_status_of_faulty_sources_tells_the_faults_on_stderr(tmp_path: Path) -> None:
    project = _project(tmp_path, {"cards/a.md": "Q: And this?\n"})
    for form in ("text", "json", "github"):
        result = project.run("status", "--format", form)
        assert result.exit_code == 1
        assert result.stdout == ""
        assert "missing-answer" in result.stderr
    assert json.loads(project.run("status", "--format", "json").stderr)[0]["rule"] == "missing-answer"


# Colour and letters


def _on_a_terminal(*arguments: str, cwd: Path, environment: Mapping[str, str]) -> str:
    ours, theirs = pty.openpty()
    inherited = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(
        [sys.executable, "-m", "flashgen", *arguments],
        cwd=cwd,
        env={**inherited, "TERM": "xterm", **environment},
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        said = b""
        try:
            while piece := os.read(ours, 1024):
                said += piece
        except OSError:  # the end of a terminal, for Linux
            pass
        process.wait(timeout=30)
    os.close(ours)
    return said.decode()


def test_a_terminal_gets_colours_unless_it_does_not_want_them(tmp_path: Path) -> None:
    _project(tmp_path, {"cards/a.md": "Q: And this?\n"})
    coloured = _on_a_terminal("check", cwd=tmp_path, environment={})
    assert "\x1b[31merror[missing-answer]\x1b[0m" in coloured
    assert "\x1b" not in _on_a_terminal("check", cwd=tmp_path, environment={"NO_COLOR": "1"})


def test_a_pipe_gets_no_colours(tmp_path: Path) -> None:
    _project(tmp_path, {"cards/a.md": "Q: And this?\n"})
    assert "\x1b" not in _flashgen("check", cwd=tmp_path).stdout
    (tmp_path / "cards/a.md").write_text(CARDS)
    said = _flashgen("build", cwd=tmp_path)
    assert "\x1b" not in said.stdout + said.stderr


def test_a_terminal_without_the_letters_of_the_deck_is_no_reason_to_fail(tmp_path: Path) -> None:
    _project(tmp_path, {"cards/a.md": "Q: Что это → ?\nA: Да\n"})
    said = _flashgen("build", cwd=tmp_path, environment={"PYTHONIOENCODING": "latin-1"})
    assert said.returncode == 0, said.stderr
    assert "\\u0427\\u0442\\u043e" in said.stdout


# Faults


def test_all_faults_of_all_files_are_told_at_once_in_order_and_nothing_is_written(tmp_path: Path) -> None:
    bad: dict[str, str | bytes] = {
        "cards/01-latin.md": "Q: Où ?\nA: Ici\n".encode("latin-1"),
        "cards/02-control.md": "Q: What\x07 rings?\nA: A bell\n",
        "cards/03-unclosed.md": "---\ndeck: A\n\nQ: Is this front matter?\nA: It never ends\n",
        "cards/04-list.md": "---\n- deck\n---\nQ: One?\nA: 1\n",
        "cards/05-yaml.md": "---\ndeck: [a\n---\nQ: Two?\nA: 2\n",
        "cards/06-keys.md": "---\ndekc: A\ndraft: maybe\n---\nQ: Three?\nA: 3\n",
        "cards/07-missing.md": "Q: Four?\n\nA: 5\n\nQ: Six?\n",
        "cards/08-orphan.md": "# Heading\n\nA: Nobody asked\n",
        "cards/09-cloze.md": "C: Nothing is hidden\n\nC: {{Unclosed\n",
        "cards/10-comment.md": "Q: Seven?\nA: 7\n<!-- {id: 7, revers: true} -->\n",
        "cards/11-media.md": "Q: Eight?\nA: ![eight](eight.png)\n\nQ: Nine?\nA: ![nine](../../nine.png)\n",
        "cards/12-word.md": "Word: obus\nMeaning: shell\n",
        "cards/13-fence.md": "Q: Ten?\nA: 10\n\n```\nQ: Swallowed?\nA: Yes\n",
        "cards/14-same.md": "Q: Eleven?\nA: 11\n\nQ: Eleven?\nA: 11\n",
    }
    project = _project(tmp_path, bad)
    before = _tree(tmp_path)
    found = json.loads(project.run("check", "--format", "json").stdout)
    files = [Path(fault["file"]).name for fault in found]
    assert sorted({*files}) == sorted(Path(name).name for name in bad)
    places = [(fault["file"], fault["line"], fault["column"]) for fault in found]
    assert places == sorted(places)
    rules = {fault["rule"] for fault in found}
    assert rules >= {
        "not-utf8",
        "control-character",
        "unclosed-block",
        "malformed-front-matter",
        "unknown-key",
        "wrong-type",
        "missing-answer",
        "orphan-label",
        "no-cloze",
        "unclosed-cloze",
        "missing-media",
        "media-outside-project",
        "missing-lang",
        "duplicate-card",
    }
    result = project.run("build")
    assert result.exit_code == 1
    assert result.stdout == ""
    told = [line for line in result.stderr.splitlines() if ": error[" in line or ": warning[" in line]
    assert len(told) == len(found)
    assert result.stderr.splitlines()[-1].endswith("; nothing was written")
    assert _tree(tmp_path) == before


def test_an_empty_project_has_no_cards_and_its_ledger_stays(tmp_path: Path) -> None:
    project = _project(tmp_path, {})
    for command in ("build", "check"):
        result = project.run(command)
        assert result.exit_code == 1
        assert "error[no-cards]" in result.output
    project.write({"cards/a.md": CARDS})
    project.build()
    before = project.read("cards/ledger.jsonl")
    (tmp_path / "cards/a.md").unlink()
    assert project.run("build").exit_code == 1
    assert project.read("cards/ledger.jsonl") == before


def test_a_config_that_cannot_be_read_is_told_with_its_line(tmp_path: Path) -> None:
    project = Project(tmp_path, "[tool.flashgen]\nnamespace = \n")
    project.write({"cards/a.md": CARDS})
    result = project.run("build")
    assert result.exit_code == 1
    assert "pyproject.toml:2:13: error[malformed-config]" in result.stderr
    assert not (tmp_path / "cards/ledger.jsonl").exists()


@pytest.mark.parametrize(
    ("name", "spoil", "rule"),
    [
        ("a gone file", lambda root: (root / "cards/b.md").symlink_to("nowhere.md"), "unreadable-file"),
        ("a pipe", lambda root: os.mkfifo(root / "cards/b.md"), "unreadable-file"),
        ("a name that is no text", lambda root: (root / os.fsdecode(b"cards/\xff.md")).touch(), "unreadable-file"),
        ("a folder as the ledger", lambda root: (root / "cards/ledger.jsonl").mkdir(), "ledger-corrupt"),
        ("a ledger of bytes", lambda root: (root / "cards/ledger.jsonl").write_bytes(b"\xff\xfe"), "ledger-corrupt"),
        ("a folder as the package", lambda root: (root / "decks/a.apkg").mkdir(parents=True), "unwritable-output"),
        ("a file as the folder of packages", lambda root: (root / "decks").touch(), "unwritable-output"),
        ("a link to itself", lambda root: (root / "cards/b.md").symlink_to("b.md"), "unreadable-file"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_what_cannot_be_read_or_written_stops_the_build_and_changes_nothing(
    name: str, spoil: Callable[[Path], object], rule: str, tmp_path: Path
) -> None:
    project = _project(tmp_path)
    spoil(tmp_path)
    before = _tree(tmp_path)
    result = project.run("build")
    assert result.exit_code == 1, name
    assert f"error[{rule}]" in result.stderr
    assert result.stdout == ""
    assert _tree(tmp_path) == before


def test_a_memory_that_cannot_be_written_is_said_and_costs_nothing_else(tmp_path: Path) -> None:
    project = _project(tmp_path)
    (tmp_path / ".flashgen_cache").touch()
    result = project.build()
    assert "built.jsonl cannot be written" in result.stderr or ".gitignore cannot be written" in result.stderr
    assert (tmp_path / "decks/a.apkg").is_file()


def test_an_empty_file_that_a_kill_left_in_the_cache_is_filled_and_what_somebody_wrote_stays(tmp_path: Path) -> None:
    project = _project(
        tmp_path, {"cards/a.md": CARDS, ".flashgen_cache/.gitignore": "", ".flashgen_cache/CACHEDIR.TAG": "x"}
    )
    project.build()
    assert project.read(".flashgen_cache/.gitignore") == "*\n"
    assert project.read(".flashgen_cache/CACHEDIR.TAG") == "x"


def test_a_full_disk_leaves_package_and_ledger_as_they_were(tmp_path: Path) -> None:
    project = _project(tmp_path)
    project.build()
    project.write(
        {
            "cards/b.md": CARDS.replace("capital", "chief city"),
            "cards/c.md": "".join(
                f"Q: What is {number} times {number}?\nA: {number * number}\n\n" for number in range(300)
            ),
        }
    )
    before = _tree(tmp_path)
    room = 40_000  # for each package, not for the ledger

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    said = _flashgen("build", cwd=tmp_path, before=limit)
    assert said.returncode == 1, said.stdout
    assert "cards/ledger.jsonl:1:1: error[unwritable-output]" in said.stderr
    assert "nothing was changed" in said.stderr
    assert _tree(tmp_path) == before
    room = 1_000
    assert "decks/a.apkg" not in _flashgen("build", cwd=tmp_path, before=limit).stdout
    assert _tree(tmp_path) == before
    assert _flashgen("build", cwd=tmp_path).returncode == 0


def test_an_output_below_a_file_is_told_with_its_own_path(tmp_path: Path) -> None:
    _project(tmp_path, {"cards/a.md": CARDS, "taken": ""})
    said = _flashgen("build", "--output", "taken", cwd=tmp_path)
    assert said.returncode == 1
    assert said.stderr.startswith("taken/a.apkg:1:1: error[unwritable-output]")
    assert not (tmp_path / "cards/ledger.jsonl").exists()


def test_a_reader_that_stops_reading_is_no_crash(tmp_path: Path) -> None:
    _project(tmp_path)
    command = f"{shlex.quote(sys.executable)} -m flashgen build | true"
    said = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=True)
    assert "Traceback" not in said.stderr
    assert (tmp_path / "cards/ledger.jsonl").is_file()


def test_the_description_in_the_config_is_shown_below_the_deck(tmp_path: Path) -> None:
    project = _project(tmp_path)
    project.write({"pyproject.toml": '[tool.flashgen]\nnamespace = "x"\ndescription = "Words & <points>"\n'})
    with fresh_anki() as anki:
        anki.import_package(project.package())
        deck = anki.col.decks.get(anki.deck_id("a"))
        assert deck is not None
        assert deck["desc"] == "Words &amp; &lt;points&gt;"
