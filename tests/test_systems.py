"""What other systems do differently, as far as it can be had on this one: names, encodings, line ends, processes."""

from __future__ import annotations

import json
import ntpath
import os
import subprocess
import sys
import unicodedata
from pathlib import Path, PureWindowsPath

import pytest

from flashgen import names, parallel
from flashgen.shown import shown_path
from tests.benchmarks import corpus
from tests.project import START, Project

CARDS = "Q: Où est Qirqīn 😀 ?\nA: Là-bas.\n"
ACCENTS = "Numéros-é"  # as Linux and Windows keep names
APART = unicodedata.normalize("NFD", ACCENTS)  # as macOS hands them on


# Names


@pytest.mark.parametrize("deck", ["con", "Aux", "NUL", "prn", "COM1", "lpt9", "aux::armes", "com¹"])
def test_no_package_has_the_name_of_a_device_of_windows(deck: str) -> None:
    top = deck.partition("::")[0]
    assert names.package_file(top) == f"deck-{unicodedata.normalize('NFKC', top).casefold()}.apkg"


def test_a_deck_whose_name_only_begins_like_a_device_keeps_its_file() -> None:
    assert [names.package_file(deck) for deck in ("Console", "Aux armes", "COM10")] == [
        "console.apkg",
        "aux-armes.apkg",
        "com10.apkg",
    ]


@pytest.mark.parametrize("name", ['<a>:b"c/d\\e|f?g*h', "a. ", "x" * 300])
def test_what_windows_forbids_in_names_is_in_no_package_file(name: str) -> None:
    file = names.package_file(name)
    assert not set('<>:"/\\|?*') & set(file)
    assert len(file.encode()) <= 120
    assert file.removesuffix(".apkg")[-1] not in ". "


def test_a_part_of_a_deck_named_for_a_device_is_packaged_under_another_name(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/aux/armes.md": CARDS})
    project.build("--deck", "aux::armes")
    assert [path.name for path in (tmp_path / "decks").iterdir()] == ["deck-aux.armes.apkg"]


def test_names_that_a_mac_takes_apart_give_the_same_ledger(tmp_path: Path) -> None:
    ledgers = []
    for number, name in enumerate((ACCENTS, APART)):
        project = Project(tmp_path / str(number) / name, config="")
        project.write({f"cards/{name}/{name}.md": f"{CARDS}E: ![x]({ACCENTS}.png)\n", f"cards/{name}/{name}.png": b"x"})
        project.build()
        ledgers.append(project.read("cards/ledger.jsonl"))
    assert ledgers[0] == ledgers[1]
    assert ACCENTS in ledgers[0].splitlines()[0]


def test_a_file_alone_whose_name_a_mac_takes_apart_gives_the_same_ledger(tmp_path: Path) -> None:
    ledgers = []
    for number, name in enumerate((ACCENTS, APART)):
        project = Project(tmp_path / str(number) / name, config="")
        project.write({f"{name}.md": CARDS})
        project.build(path=f"{name}.md")
        ledgers.append(project.read(f"{name}.ledger.jsonl"))
    assert ledgers[0] == ledgers[1]


def test_a_file_alone_in_a_folder_that_a_mac_takes_apart_is_taken_over_where_it_is(tmp_path: Path) -> None:
    project = Project(tmp_path, config="")
    project.write({f"{APART}/{APART}.md": f"---\ndeck: Mots\n---\n\n{CARDS}"})
    project.build(path=f"{APART}/{APART}.md")
    assert project.status() == {}


def test_a_path_with_backslashes_is_found_on_no_system(tmp_path: Path) -> None:
    # Where `\` parts folders, Windows would find what nobody else does; a file of this name stands for it here.
    project = Project(tmp_path)
    project.write({"cards/a.md": "Q: a\nA: ![x](media\\x.png)\n", "cards/media\\x.png": b"x"})
    result = project.run("check")
    assert result.exit_code == 1
    assert "error[missing-media]" in result.output
    assert 'write "/" between folders' in result.output


def test_places_are_told_with_slashes_on_windows_and_from_another_drive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flashgen.shown.os.path.relpath", lambda path, start: ntpath.relpath(path, "C:\\work"))
    shown = [
        shown_path(root, "a/b.md")  # type: ignore[arg-type]
        for root in map(PureWindowsPath, ("C:\\work\\cards", "C:\\work", "C:\\elsewhere", "D:\\cards"))
    ]
    assert shown == ["cards/a/b.md", "a/b.md", "C:/elsewhere/a/b.md", "D:/cards/a/b.md"]


# Encodings and line ends


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "utf-16"])
@pytest.mark.parametrize("command", ["build", "status", "check"])
def test_a_terminal_that_lacks_the_letters_is_told_all_the_same(encoding: str, command: str, tmp_path: Path) -> None:
    Project(tmp_path).write({"cards/Où.md": f"{CARDS}\nréponse: x\n"})
    said = _flashgen(command, cwd=tmp_path, encoding=encoding)
    assert said.returncode == 0, said.stderr
    assert "1 note" in said.stdout.decode(encoding)
    assert b"Traceback" not in said.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp437"])
def test_json_can_be_read_whatever_the_encoding_of_the_terminal(encoding: str, tmp_path: Path) -> None:
    Project(tmp_path).write({"cards/Où.md": f"{CARDS}\nQ: Sans réponse 😀\n"})
    fault, *_ = json.loads(_flashgen("check", "--format", "json", cwd=tmp_path, encoding=encoding).stdout)
    assert fault["file"] == "cards/Où.md"
    Project(tmp_path).write({"cards/Où.md": CARDS})
    status = json.loads(_flashgen("status", "--format", "json", cwd=tmp_path, encoding=encoding).stdout)
    assert status["changes"][0]["question"] == "Où est Qirqīn 😀?"


def test_files_with_the_line_ends_of_windows_give_the_same_ledger_and_package(tmp_path: Path) -> None:
    files = {
        "cards/a.md": "---\nlang: fr\n---\n\n# Un\n\nQ: Quoi ?\n\n- un\n- deux\n\nA: Ça.\n<!--\nreverse: true\n-->\n\n"
        "C: Un {{deux\ntrois}}.\n\n| Word | Meaning |\n|---|---|\n| un pont | bridge |\n",
        "flashgen.toml": 'namespace = "x"\ndescription = """a\nb"""\n',
    }
    written = []
    for number, end in enumerate(("\n", "\r\n")):
        project = Project(tmp_path / str(number), config="")
        project.write({name: text.replace("\n", end) for name, text in files.items()})
        package = project.package()
        written.append((project.read("cards/ledger.jsonl"), package))
        assert b"\r" not in (project.root / "cards/ledger.jsonl").read_bytes()
    assert written[0] == written[1]


def test_a_ledger_that_git_gave_the_line_ends_of_windows_is_current(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": CARDS})
    project.build()
    unix = (tmp_path / "cards/ledger.jsonl").read_bytes()
    project.write({"cards/ledger.jsonl": unix.replace(b"\n", b"\r\n")})
    project.build("--locked")
    assert project.status() == {}
    project.edit("cards/a.md", "Là-bas", "Ici")
    assert "1 edited" in project.build().stdout
    assert b"\r" not in (tmp_path / "cards/ledger.jsonl").read_bytes()


# Processes

_SPAWNED = """
import sys
from pathlib import Path
from flashgen import parallel, pipeline
if __name__ == "__main__":
    parallel._START = "spawn"
    parallel.in_chunks.__kwdefaults__["worth"] = int(sys.argv[2])
    compiled = pipeline.compile(Path(sys.argv[1]), clock=1_800_000_000)
    print(compiled.identified.notes, compiled.diagnostics, sorted(compiled.media), compiled.ledger_after)
"""


def test_processes_that_share_nothing_give_what_one_gives(tmp_path: Path) -> None:
    corpus.write(tmp_path / "cards", "flashgen", 100, per_file=20)
    script = tmp_path / "compile.py"
    script.write_text(_SPAWNED)
    one, several = (
        subprocess.run([sys.executable, script, tmp_path, worth], capture_output=True, check=True, text=True).stdout
        for worth in ("1000000000", "0")
    )
    assert one.count("Note(guid=") == 100
    assert several == one


@pytest.mark.parametrize(("processors", "things", "used"), [(4, 100, 4), (4, 3, 3), (None, 9, 1), (256, 1000, 61)])
def test_no_more_processes_are_started_than_windows_can_wait_for(
    processors: int | None, things: int, used: int
) -> None:
    assert parallel.processes(processors, things) == used


def _flashgen(*arguments: str, cwd: Path, encoding: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "SOURCE_DATE_EPOCH": str(START)}
    return subprocess.run(
        [sys.executable, "-m", "flashgen", *arguments], cwd=cwd, env=environment, capture_output=True, check=False
    )
