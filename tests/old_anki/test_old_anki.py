"""Packages opened by other versions of Anki, each in a virtual environment of its own.

`FLASHGEN_OLD_ANKI` names their interpreters, parted as in PATH; `.ci/old-anki` makes them. The newest one, which all
other tests are run with, is always among them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner

from flashgen.cli import app
from tests.learner import seen

_TESTS = Path(__file__).parents[1]
_DECKS: Final = {"everything": _TESTS / "projects/everything", "article": _TESTS.parent}
_PYTHONS: Final = [sys.executable, *filter(None, os.environ.get("FLASHGEN_OLD_ANKI", "").split(os.pathsep))]

_QUESTION = re.compile(r"^(Q: .*\S)", re.MULTILINE)
_NESTED = re.compile(r"\{\{c[\d,]+::(?:(?!\}\}).)*\{\{c\d", re.DOTALL)
_NESTED_SINCE: Final = [2, 1, 56]
_SEVERAL = re.compile(r"\{\{c\d+,\d")
_SEVERAL_SINCE: Final = [26, 5]


@pytest.mark.parametrize("python", _PYTHONS, ids=lambda python: Path(python).parents[1].name)
def test_a_package_means_the_same_to_every_anki(python: str, tmp_path: Path) -> None:
    rounds = _rounds(tmp_path / "projects")
    newest = _probe(sys.executable, rounds, tmp_path / "newest")["by"]["rust"]
    old = _probe(python, rounds, tmp_path / "old") if python != sys.executable else _probed(tmp_path / "newest")
    assert old["by"]
    for found in old["by"].values():
        first, again, edited = found["states"]

        # Everything arrives.
        for part in ("notes", "decks", "media", "notetypes"):
            assert first[part] == newest["states"][0][part], part
        assert first["schedules"].keys() == newest["states"][0]["schedules"].keys()
        # Of reviews within one second of each other it mends what no package has a part in.
        report = re.sub(r"Added last review time to \W*\d+\W* cards?\.\n", "", found["report"])
        assert (report, found["missing cards"]) == ("Database rebuilt and optimized.", 0)

        # What did not change is left alone; of what did, only one note of each deck is updated, and no review is lost.
        assert again == first
        assert edited["notes"].keys() == first["notes"].keys()
        updated = [guid for guid, note in edited["notes"].items() if note != first["notes"][guid]]
        assert len(updated) == len(_DECKS)
        assert all("reworded" in edited["notes"][guid][1][0] for guid in updated)
        assert [state["conflicting"] for state in found["states"]] == [0, 0, 0]
        assert edited["notetypes"] == first["notetypes"]
        assert edited["schedules"] == first["schedules"]
        assert all(reviews == 1 for *_, reviews in edited["schedules"].values())

        # Every card shows what it shows in the newest one, but for two forms of clozes.
        nested = _notes_with(_NESTED, first["notes"]) if old["anki"] < _NESTED_SINCE else set()
        several = _notes_with(_SEVERAL, first["notes"]) if old["anki"] < _SEVERAL_SINCE else set()
        assert _different(found["sides"], newest["sides"]) == nested | several
        assert set(found["empty"]) == nested
        assert all(
            seen(side) for card, both in found["sides"].items() if card.split()[0] not in nested for side in both
        )


def test_both_forms_of_clozes_that_old_versions_lack_are_in_what_they_are_asked() -> None:
    text = (_DECKS["everything"] / "cards/2-clozes.md").read_text(encoding="utf-8")
    assert _NESTED.search(text)
    assert _SEVERAL.search(text)


def _rounds(folder: Path) -> list[list[str]]:
    """The packages of all decks as they are, again, and with one question of each reworded."""
    # Up to 24.11 a note that was updated has the time of the import, which the next build must be later than.
    now = int(time.time())
    return [
        [package for name, root in _DECKS.items() for package in _packages(root, folder / name, time, word)]
        for time, word in ((now - 86_400, ""), (now - 86_400, ""), (now + 60, "reworded"))
    ]


def _packages(source: Path, root: Path, time: int, word: str) -> list[str]:
    if not root.exists():
        shutil.copytree(source / "cards", root / "cards", ignore=shutil.ignore_patterns("ledger.jsonl"))
        shutil.copy(source / "pyproject.toml", root)
    if word:
        file = next(
            file for file in sorted(root.rglob("[!R]*.md")) if _QUESTION.search(file.read_text(encoding="utf-8"))
        )
        text = file.read_text(encoding="utf-8")
        file.write_text(_QUESTION.sub(rf"\1 {word}", text, count=1), encoding="utf-8")
    output = root / f"packages-{len(list(root.glob('packages-*')))}"
    output.mkdir()
    result = CliRunner().invoke(
        app, ["build", str(root), "--output", str(output)], env={"SOURCE_DATE_EPOCH": str(time)}
    )
    assert result.exit_code == 0, result.output
    return [str(package) for package in sorted(output.glob("*.apkg"))]


def _probe(python: str, rounds: list[list[str]], folder: Path) -> dict[str, Any]:
    folder.mkdir()
    # Its own packages, and none of ours.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(
        [python, "-W", "ignore", str(Path(__file__).with_name("probe.py")), str(folder)],
        input=json.dumps(rounds),
        env=environment,
        text=True,
        check=True,
        timeout=300,
        stdout=subprocess.DEVNULL,
    )
    return _probed(folder)


def _probed(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    return found


def _notes_with(form: re.Pattern[str], notes: Mapping[str, list[Any]]) -> set[str]:
    return {guid for guid, (_, fields, _) in notes.items() if form.search(fields[0])}


def _different(sides: Mapping[str, list[str]], others: Mapping[str, list[str]]) -> set[str]:
    """The notes of which a learner sees something else."""
    return {card.split()[0] for card, both in sides.items() if list(map(seen, both)) != list(map(seen, others[card]))}
