"""Names of files that no person would choose: they are worked with, or told, and never do anything to a terminal."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path
from typing import Final

import pytest

from tests.faults.two_builds import MAP
from tests.project import Project
from tests.real_anki import fresh_anki

_NAMES: Final = {
    "a line break": "a\nb",
    "a carriage return": "a\rb",
    "an escape": "a\x1b[31mred\x1b]0;title\x07",
    "the escape of eight bits": "a\x9b31m",
    "a tab": "a\tb",
    "quotes": "a\"b'c`d",
    "a mark to the left": "a\u200fb",
    "an override": "a\u202ecod.exe",
    "a backslash": "a\\b",
    "percent and colon": "a%0Ab:c,d",
    "stars": "a*?[b]{c}",
    "spaces around": " a ",
    "a dash in front": "-rf",
    "html": "<b>a&amp;",
    "255 bytes": "é" * 126,
    "an emoji of several": "👩\u200d👩\u200d👧",
    "no text": os.fsdecode(b"a\xffb"),
}
_QUESTION: Final = "Q: Which {}?\nA: This\n"


def _is_plain(text: str) -> bool:
    """Whether a terminal shows this text and does nothing else."""
    return not any(
        unicodedata.category(one) in ("Cc", "Cs")
        or one in "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        for one in text.replace("\n", "")
    )


@pytest.mark.parametrize("name", _NAMES.values(), ids=_NAMES)
@pytest.mark.parametrize("place", ["cards/{}.md", "cards/{}/a.md"], ids=["source", "folder"])
def test_a_name_is_worked_with_or_told(place: str, name: str, tmp_path: Path) -> None:
    project = Project(tmp_path)
    file = place.format(name)
    project.write({file: _QUESTION.format("one")})
    result = project.run("build")
    assert _is_plain(result.output), result.output
    if result.exit_code == 0:
        assert len(list((tmp_path / "decks").glob("*.apkg"))) == 1
        # What the ledger keeps is found again.
        assert project.status() == {}
    else:
        assert result.exit_code == 1
        assert "error[bad-deck-name]" in result.stderr or "error[unreadable-file]" in result.stderr
        assert not (tmp_path / "cards/ledger.jsonl").exists()


@pytest.mark.parametrize("name", _NAMES.values(), ids=_NAMES)
def test_a_fault_in_a_file_names_it_to_people_and_to_machines(name: str, tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({f"cards/{name}.md": "---\ndeck: D\n---\n\nQ: Where is the answer?\n"})
    for form in ("text", "github"):
        said = project.run("check", "--format", form)
        assert said.exit_code == 1
        assert _is_plain(said.stdout)
    line = project.run("check", "--format", "github").stdout
    assert line.count("\n") == 1
    assert line.startswith("::error file=")
    file, number = line.removeprefix("::error file=").partition("::")[0].split(",")[:2]
    assert number == ("line=1" if "\udcff" in name else "line=5")
    assert ":" not in file
    document = json.loads(project.run("check", "--format", "json").stdout)
    (fault,) = document
    if "\udcff" not in name:
        # The very name, whatever is in it.
        assert fault["file"] == str(tmp_path / f"cards/{name}.md")
        unquoted = file.replace("%3A", ":").replace("%2C", ",").replace("%0D", "\r").replace("%0A", "\n")
        assert "\\u" in file or unquoted.replace("%25", "%") == fault["file"]


@pytest.mark.parametrize("name", [name for name in _NAMES.values() if name.isprintable() and len(name) < 99])
def test_a_picture_of_any_name_arrives_in_anki(name: str, tmp_path: Path) -> None:
    project = Project(tmp_path)
    written = name.replace("\\", "\\\\").replace("<", "\\<").replace(">", "\\>").replace("&", "\\&")
    written = written.replace("%", "%25")
    project.write({"cards/a.md": f"Q: Where?\n\n![A map](<{written}.svg>)\n\nA: Here\n", f"cards/{name}.svg": MAP})
    result = project.run("build")
    if result.exit_code:
        assert "[missing-media]" in result.stderr or "[media-" in result.stderr
        return
    with fresh_anki() as anki:
        anki.import_package((tmp_path / "decks/a.apkg").read_bytes())
        (arrived,) = anki.media()
        assert arrived.isascii()
        assert anki.missing_media() == anki.unused_media() == []


def test_a_ledger_from_somebody_else_does_nothing_to_the_terminal(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": _QUESTION.format("one") + "\n" + _QUESTION.format("two")})
    project.build()
    lines = project.read("cards/ledger.jsonl")
    evil = lines.replace("Which two?", "\\u001b]0;title\\u0007 \\u202e Which two?").replace(
        '"deck": "a"', '"deck": "\\u001b[2Ja"'
    )
    assert evil != lines
    project.write({"cards/ledger.jsonl": evil, "cards/a.md": _QUESTION.format("one")})
    for command in (
        ("status",),
        ("check",),
        ("status", "--format", "github"),
        ("status", "--format", "json"),
        ("build",),
    ):
        result = project.run(*command)
        assert _is_plain(result.output), result.output


def test_what_is_asked_for_is_repeated_safely(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": _QUESTION.format("one")})
    said = project.run("build", "--deck", "\x1b]0;title\x07")
    assert said.exit_code == 2
    assert _is_plain(said.stderr)
