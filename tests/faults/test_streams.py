"""Where what flashgen says cannot be said: streams that are closed, full or of few letters; a folder that is gone."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.project import START, Project

_CARDS: Final = "Q: Où est-ce — ici ?\nA: 東京\n"
_FLASHGEN: Final = f"exec {shlex.quote(sys.executable)} -m flashgen"


def _shell(command: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["sh", "-c", command],
        cwd=cwd,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(START), **environment},
        capture_output=True,
        timeout=60,
        check=False,
    )


def _project(root: Path, text: str = _CARDS) -> Path:
    Project(root).write({"cards/é.md": text})
    return root


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_build_is_done_with_closed_streams(closed: str, tmp_path: Path) -> None:
    _project(tmp_path)
    said = _shell(f"{_FLASHGEN} build {closed}", tmp_path)
    assert said.returncode == 0, said.stderr
    assert said.stderr == b""
    assert (tmp_path / "decks/é.apkg").exists() or len(list((tmp_path / "decks").iterdir())) == 1
    # Nothing that was printed went to a file that took the number of the stream.
    assert (tmp_path / "cards/ledger.jsonl").read_text().startswith("{")


@pytest.mark.parametrize("full", [">/dev/full", ">/dev/full 2>/dev/full", "2>/dev/full"])
@pytest.mark.parametrize("command", ["build", "check"])
def test_full_streams_cost_the_report_alone(command: str, full: str, tmp_path: Path) -> None:
    _project(tmp_path)
    said = _shell(f"{_FLASHGEN} {command} {full}", tmp_path)
    assert b"Traceback" not in said.stderr
    assert b"Exception" not in said.stderr
    if full == ">/dev/full":
        assert said.returncode == 1
        assert b"what was to be said cannot be written: No space left on device" in said.stderr
    else:
        assert said.returncode == (0 if full == "2>/dev/full" else 1)
    assert (tmp_path / "cards/ledger.jsonl").exists() == (command == "build")


@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "cp1252"}, {"PYTHONIOENCODING": "koi8-r"}])
def test_a_terminal_of_few_letters_is_told_in_them(environment: dict[str, str], tmp_path: Path) -> None:
    root = _project(tmp_path, _CARDS + "\nQ: Où est la réponse — 東京 ?\n")
    for form in ("text", "github", "json"):
        said = _shell(f"{_FLASHGEN} check --format {form}", root, **environment)
        assert said.returncode == 1
        assert b"missing-answer" in said.stdout
        assert said.stdout.decode(environment["PYTHONIOENCODING"])
        assert said.stderr == b""
        if form == "json":
            (fault,) = json.loads(said.stdout)
            assert fault["file"] == "cards/é.md"


def test_without_a_home_it_works(tmp_path: Path) -> None:
    _project(tmp_path)
    said = _shell(f"unset HOME XDG_CACHE_HOME USER; {_FLASHGEN} build", tmp_path)
    assert (said.returncode, said.stderr) == (0, b"")


def test_in_a_folder_that_is_gone_it_says_so_and_can_still_be_given_a_path(tmp_path: Path) -> None:
    root = _project(tmp_path / "project")
    (tmp_path / "gone").mkdir()
    for arguments, status in (("check", 2), (f"check {root}", 0), (f"build {root} -o x.apkg", 2), (f"build {root}", 0)):
        (tmp_path / "gone").mkdir(exist_ok=True)
        # From here on Python itself cannot look for modules by relative paths.
        command = f"cd gone && rmdir ../gone && {_FLASHGEN} {arguments}"
        said = _shell(command, tmp_path, PYTHONPATH=os.pathsep.join(filter(os.path.isabs, sys.path)))
        assert said.returncode == status, said.stderr
        assert b"Traceback" not in said.stderr
        if status == 2:
            assert b"the folder where you are is gone" in said.stderr
