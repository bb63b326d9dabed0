"""Commands that are started without the library that parses arguments do what they do with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.project import START, Project

_CARD: Final = "Q: What is light?\nA: A wave\n"
_STATES: Final = {
    "cards that are good": {"cards/a.md": _CARD},
    "cards with a fault": {"cards/a.md": "Q: What is light?\n"},
    "cards with a warning": {"cards/a.md": f"{_CARD}\n```klingon\nx\n```\n"},
    "drafts alone": {"cards/a.md": f"{_CARD}\n<!-- draft: true -->\n"},
    "no cards": {"cards/a.md": "Nothing.\n"},
}


def _flashgen(
    *arguments: str, folder: Path, code: str = "from flashgen.start import run; run()"
) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(START)},
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("state", _STATES)
@pytest.mark.parametrize("command", ["build", "check", "status"])
def test_a_command_says_and_does_the_same_however_it_is_started(command: str, state: str, tmp_path: Path) -> None:
    said = []
    for name, arguments in (("plain", [command, "."]), ("parsed", [command, "--", "."])):
        project = Project(tmp_path / name / "p")
        project.write(_STATES[state])
        # The second time nothing has changed.
        said.append([_flashgen(*arguments, folder=project.root) for _ in range(2)])
        said[-1].append(sorted(path.relative_to(project.root) for path in project.root.glob("*/*") if path.is_file()))
    assert said[0] == said[1]


@pytest.mark.parametrize("arguments", [["build"], ["check", "cards"], ["status", "cards/a.md"]])
def test_plain_commands_do_without_the_library(arguments: list[str], tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": _CARD})
    code = "import sys; sys.modules['typer'] = None; from flashgen.start import run; run()"
    status, _, err = _flashgen(*arguments, folder=tmp_path, code=code)
    assert (status, err) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", "nowhere"], "does not exist"),
        (["check", "-"], "--stdin-filename"),
        (["build", "."] * 2, "unexpected"),
    ],
)
def test_what_is_misused_is_told_as_it_was(arguments: list[str], said: str, tmp_path: Path) -> None:
    Project(tmp_path).write({"cards/a.md": _CARD})
    status, _, err = _flashgen(*arguments, folder=tmp_path)
    assert status == 2
    assert said in err


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    code = f"import os; os.rmdir({str(gone)!r}); from flashgen.start import run; run()"
    status, _, err = _flashgen("build", folder=gone, code=code)
    assert status == 2
    assert "the folder where you are is gone" in err


@pytest.mark.parametrize("arguments", ["check .", "check --format text ."])
def test_whoever_closes_a_pipe_has_read_enough(arguments: str, tmp_path: Path) -> None:
    project = Project(tmp_path)
    cards = (f"Q: What is {number}?\nA:\n```klingon\n{number}\n```\n\n" for number in range(1500))
    project.write({"cards/a.md": "".join(cards)})
    command = f'"{sys.executable}" -m flashgen {arguments} | head -n 1'
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "klingon" in done.stdout
    assert done.stderr == ""


def test_ctrl_c_aborts(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": _CARD})
    code = (
        "import os, signal; from flashgen import pipeline, start\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "pipeline.compile = lambda *_, **__: os.kill(os.getpid(), signal.SIGINT)\n"
        "start.run()"
    )
    status, out, err = _flashgen("build", folder=tmp_path, code=code)
    assert (status, out, err.strip()) == (1, "", "Aborted!")
    assert not (tmp_path / "decks").exists()


def test_the_yaml_that_is_imported_in_less_time_is_the_one_that_everybody_knows() -> None:
    program = (
        "from flashgen.yaml_alone import yaml\n"
        "import re\n"
        "assert isinstance(re.compile('a'), re.Pattern)\n"
        "assert yaml.safe_load('a: 2020-01-02\\nb: [1, 0x1f, ~, no]') ==\\\n"
        "    {'a': __import__('datetime').date(2020, 1, 2), 'b': [1, 31, None, False]}\n"
        "try:\n    yaml.safe_load('a: \\x01')\n"
        "except yaml.reader.ReaderError as fault: print(fault.position)\n"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (said.stdout, said.stderr) == ("3\n", "")
