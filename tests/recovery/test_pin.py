"""Ids written into the sources: the same notes with the same ids, and not a byte more than the ids."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests import test_notation
from tests.project import Project
from tests.real_anki import Outcome, fresh_anki
from tests.study import Study

_EVERYTHING = Path(__file__).parents[1] / "projects/everything"
_LEDGER = "cards/ledger.jsonl"
_ID = r"[a-z][a-z2-9]{7}"
_CARD = "Q: What is the capital of France?\nA: Paris\n"


def _pinned(root: Path, source: str | bytes) -> bytes:
    """A file of cards after a build and `pin`."""
    project = Project(root)
    project.write({"cards/a.md": source})
    project.build()
    result = project.pin()
    assert result.exit_code == 0, result.output
    return (root / "cards/a.md").read_bytes()


def _shown(root: Path, source: str | bytes) -> str:
    """A file after `pin`, with each id that was written as `…`."""
    return re.sub(_ID, "…", _pinned(root, source).decode())


def _git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


# Where an id goes

NOTES = {
    "below the last line": (_CARD, f"{_CARD}<!-- id: … -->\n"),
    "a blank line above the next note": (
        f"{_CARD}Q: 1?\nA: 2\n",
        f"{_CARD}<!-- id: … -->\n\nQ: 1?\nA: 2\n<!-- id: … -->\n",
    ),
    "above blank lines": (f"{_CARD}\n\n# Next\n\n", f"{_CARD}<!-- id: … -->\n\n\n# Next\n\n"),
    "above a heading": (f"{_CARD}# Next\n", f"{_CARD}<!-- id: … -->\n# Next\n"),
    "below a list": ("Q: a\nA:\n- b\n  - c\n", "Q: a\nA:\n- b\n  - c\n<!-- id: … -->\n"),
    "below a quote": ("Q: a\nA:\n> b\n", "Q: a\nA:\n> b\n<!-- id: … -->\n"),
    "below a fence": ("Q: a\nA:\n```\nb\n```\n", "Q: a\nA:\n```\nb\n```\n<!-- id: … -->\n"),
    "below a formula": ("Q: a\nA:\n$$\nb\n$$\n", "Q: a\nA:\n$$\nb\n$$\n<!-- id: … -->\n"),
    "below HTML": ("Q: a\nA:\n<div>\nb\n</div>\n", "Q: a\nA:\n<div>\nb\n</div>\n<!-- id: … -->\n"),
    "below a table of content": (
        "Q: a\nA:\n\n| b |\n|---|\n| c |\n",
        "Q: a\nA:\n\n| b |\n|---|\n| c |\n<!-- id: … -->\n",
    ),
    "below a comment for the author": (f"{_CARD}<!-- look up -->\n", f"{_CARD}<!-- look up -->\n<!-- id: … -->\n"),
    "into a comment": (f"{_CARD}<!-- reverse: true -->\n", f"{_CARD}<!-- id: …, reverse: true -->\n"),
    "into braces": (f"{_CARD}<!-- {{ reverse: true }} -->\n", f"{_CARD}<!-- {{id: …, reverse: true }} -->\n"),
    "into a comment of several lines": (
        f"{_CARD}<!--\n  tags: [a]\n  reverse: true\n-->\n",
        f"{_CARD}<!--\n  id: …\n  tags: [a]\n  reverse: true\n-->\n",
    ),
    "into a comment that begins beside its arrow": (
        f"{_CARD}<!-- tags: [a]\n     reverse: true -->\n",
        f"{_CARD}<!-- tags: [a]\n     reverse: true\n     id: … -->\n",
    ),
    "into a comment within the text": (
        "Q: a <!-- tags: [x] --> b\nA: c\n",
        "Q: a <!-- id: …, tags: [x] --> b\nA: c\n",
    ),
    "beside a comment whose text has commas": (
        f"{_CARD}<!-- source: one, two -->\n",
        f"{_CARD}<!-- id: …\nsource: one, two -->\n",
    ),
    "a note that has one": (f"{_CARD}<!-- id: mine -->\n", f"{_CARD}<!-- id: mine -->\n"),
    "a draft": (
        f"{_CARD}\nQ: a\nA: b\n<!-- draft: true -->\n",
        f"{_CARD}<!-- id: … -->\n\nQ: a\nA: b\n<!-- id: …, draft: true -->\n",
    ),
}
TABLES = {
    "a new column": ("| Q | A |\n|---|---|\n| a | b |\n", "| Q | A | Id |\n|---|---|---|\n| a | b | … |\n"),
    "without outer bars": ("Q | A\n--|--\na | b\n", "Q | A | Id\n--|--|---\na | b | …\n"),
    "bars on one side": ("| Q | A\n|---|---\n| a | b\n", "| Q | A | Id\n|---|---|---\n| a | b | …\n"),
    "an empty row": (
        "| Q | A |\n|---|---|\n| | |\n| a | b |\n",
        "| Q | A | Id |\n|---|---|---|\n| | |\n| a | b | … |\n",
    ),
    "a short row": (
        "| Q | A | E | H |\n|---|---|---|---|\n| a | b |\n",
        "| Q | A | E | H | Id |\n|---|---|---|---|---|\n| a | b | | | … |\n",
    ),
    "a short row without bars": (
        "Q | A | E\n---|---|---\na | b\n",
        "Q | A | E | Id\n---|---|---|---\na | b | | …\n",
    ),
    "an empty column": (
        "| Q | Id | A |\n|---|---|---|\n| a | | b |\n",
        "| Q | Id | A |\n|---|---|---|\n| a | … | b |\n",
    ),
    "a row too short for the column": (
        "| Q | A | Id |\n|---|---|---|\n| a | b |\n| c | d | mine |\n",
        "| Q | A | Id |\n|---|---|---|\n| a | b | … |\n| c | d | mine |\n",
    ),
    "a bar that is text": (
        "| Q | A |\n|---|---|\n| a \\| `b\\|` | c |\n",
        "| Q | A | Id |\n|---|---|---|\n| a \\| `b\\|` | c | … |\n",
    ),
    "a header in bold and spaces at the end": (
        "  | **Q** | A |  \n  |:--|--:|\t\n  | a | b |   \n",
        "  | **Q** | A | Id |  \n  |:--|--:|---|\t\n  | a | b | … |   \n",
    ),
    "a comment in a cell": (
        "| Q | A |\n|---|---|\n| a | b <!-- id: mine --> |\n| c | d |\n",
        "| Q | A | Id |\n|---|---|---|\n| a | b <!-- id: mine --> |\n| c | d | … |\n",
    ),
}


@pytest.mark.parametrize(("source", "expected"), [*NOTES.values(), *TABLES.values()], ids=[*NOTES, *TABLES])
def test_an_id_goes_where_its_author_would_write_it(source: str, expected: str, tmp_path: Path) -> None:
    assert _shown(tmp_path, source) == expected


def test_a_column_that_is_drawn_neatly_stays_so(tmp_path: Path) -> None:
    source = "| Q | Id         | A |\n|---|------------|---|\n| a |            | b |\n"
    assert re.fullmatch(rf"\| a \| {_ID}   \| b \|", _pinned(tmp_path, source).decode().splitlines()[2])


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["no mark", "mark"])
@pytest.mark.parametrize("last", ["", "\n"], ids=["no last line end", "last line end"])
def test_line_ends_and_the_byte_order_mark_stay(line_end: str, mark: str, last: str, tmp_path: Path) -> None:
    source = f"---\ntags: [a]\n---\n\n{_CARD}\n| Q | A |\n|---|---|\n| a | b |\n\nC: {{{{x}}}} y"
    expected = (
        f"---\ntags: [a]\n---\n\n{_CARD}<!-- id: … -->\n\n| Q | A | Id |\n|---|---|---|\n| a | b | … |\n\n"
        "C: {{x}} y\n<!-- id: … -->"
    )
    # A table below a note is a part of it.
    source, expected = (text.replace("\n\n| Q", "\n\n---\n\n| Q") for text in (source, expected))
    source, expected = (f"{mark}{text}{last}".replace("\n", line_end) for text in (source, expected))
    assert re.sub(_ID, "…", _pinned(tmp_path, source.encode()).decode()) == expected


def test_letters_in_another_normal_form_stay_as_they_are(tmp_path: Path) -> None:
    source = "Q: Un e\u0301le\u0300ve <!-- tags: [e\u0301] --> ?\nA: e\u0301\n"
    assert _shown(tmp_path, source) == source.replace("<!-- ", "<!-- id: …, ")


# What must not change


def _assert_pinned(project: Project) -> None:
    """Pins a built project, and asserts all that pinning promises."""
    root = project.root
    before = {path: path.read_bytes() for path in root.glob("cards/**/*.md")}
    packages = {path: path.read_bytes() for path in root.glob("decks/*")}
    lines = project.read(_LEDGER).splitlines()[1:]
    named = {(row["id"], row["kind"], row.get("stored")) for row in map(json.loads, lines)}
    result = project.pin()
    assert result.exit_code == 0, result.output
    for path, content in before.items():
        assert _is_added_to(content, path.read_bytes())
    assert project.status().keys() <= {"drafted"}
    locked = project.run("build", "--locked")
    assert locked.exit_code == 0, locked.output
    assert {path: path.read_bytes() for path in packages} == packages
    after = {path: path.read_bytes() for path in before}
    assert project.pin().stdout.startswith("0 ids written")
    assert {path: path.read_bytes() for path in before} == after
    # The ids are those of the notes: without the ledger they are the same.
    (root / _LEDGER).unlink()
    shutil.rmtree(root / ".flashgen_cache")
    project.build()
    lines = project.read(_LEDGER).splitlines()[1:]
    assert {(row["id"], row["kind"], row.get("stored")) for row in map(json.loads, lines)} == named


def _is_added_to(before: bytes, after: bytes) -> bool:
    """Whether all of a file still stands in the other in its order; blanks within an empty cell may be filled."""
    left = iter(after)
    return all(byte in left for byte in before if byte not in b" ") and after.count(b"\n") >= before.count(b"\n")


def test_a_project_with_everything_is_pinned_and_nothing_changes(tmp_path: Path) -> None:
    shutil.copytree(_EVERYTHING, tmp_path / "project")
    with fresh_anki() as anki:
        study = Study(Project(tmp_path / "project", config=""), anki)
        study.update()
        before = study.review_all()
        assert study.project.pin().exit_code == 0
        (study.project.root / _LEDGER).unlink()
        shutil.rmtree(study.project.root / ".flashgen_cache")
        # The ledger is lost and every question is another, but the ids are in the text.
        for path in study.project.root.glob("cards/**/*.md"):
            path.write_text(re.sub(r"(?m)^(Q|C): ", r"\1: Entirely otherwise: ", path.read_text()))
        outcome = study.update()
        assert outcome.new == 0
        assert outcome.updated > 0
        assert study.schedules() == before


def _sources() -> list[str]:
    """Sources of the notation's cases that stand without front matter and have no faults."""
    found: list[str] = []
    for case in test_notation.CASES:
        faulty = re.search(r"^case\.md:.* error\[", case.expected, re.MULTILINE)
        if not faulty and not case.source.startswith("---") and "␍" not in case.source and case.expected:
            found.append(case.source.rstrip("\n"))
    return found


_SOURCES = _sources()
_BETWEEN = st.sampled_from(["\n\n", "\n\n\n", "\n\n---\n\n", "\n\n# A heading\n\n", "\n# Close\n"])


def test_there_are_sources_to_draw_from() -> None:
    assert len(_SOURCES) > 30


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    chosen=st.lists(st.sampled_from(_SOURCES), min_size=1, max_size=6, unique=True),
    between=st.lists(_BETWEEN, min_size=6, max_size=6),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    mark=st.sampled_from(["", "\ufeff"]),
    end=st.sampled_from(["", "\n", "\n\n"]),
)
def test_any_project_is_pinned_and_nothing_changes(
    chosen: list[str], between: list[str], line_end: str, mark: str, end: str
) -> None:
    text = "---\nlang: fr\n---\n\n" + "".join(one + gap for one, gap in zip(chosen, between, strict=False)).rstrip("\n")
    text = f"{mark}{text}{end}".replace("␣", "\u00a0").replace("⍽", "\u202f").replace("\n", line_end)
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        project.write({"cards/case.md": text.encode(), **test_notation._MEDIA})
        checked = project.run("check")
        # Cases that stand together may be of one question.
        assume(checked.exit_code == 0)
        project.build()
        _assert_pinned(project)


def test_only_the_files_that_are_named_are_pinned(tmp_path: Path) -> None:
    project = Project(tmp_path)
    files = {
        name: f"Q: What is {name}?\nA: It\n" for name in ("cards/a.md", "cards/b/c.md", "cards/b/d.md", "cards/e.md")
    }
    project.write(dict(files))
    project.build()
    assert project.pin(paths=("cards/a.md", "cards/b")).exit_code == 0
    assert {name for name in files if "<!-- id: " in project.read(name)} == {
        "cards/a.md",
        "cards/b/c.md",
        "cards/b/d.md",
    }
    assert project.run("build", "--locked").exit_code == 0


def test_a_card_that_was_edited_since_the_last_build_keeps_its_id(tmp_path: Path) -> None:
    with fresh_anki() as anki:
        study = Study(Project(tmp_path), anki)
        study.project.write({"cards/a.md": _CARD})
        study.update()
        before = study.review_all()
        ledger = study.project.read(_LEDGER)
        study.project.edit("cards/a.md", "What is", "What, pray, is")
        study.project.write({"cards/b.md": "Q: A new one?\nA: Yes\n"})
        assert study.project.pin().exit_code == 0
        # What the sources have is for a build to write.
        assert study.project.read(_LEDGER) == ledger
        assert study.project.status() == {"added": 1, "edited": 1}
        assert study.update() == Outcome(new=1, updated=1)
        assert study.schedules() == before


def test_without_a_ledger_there_are_no_ids_to_pin(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": _CARD})
    result = project.pin()
    assert (result.exit_code, project.read("cards/a.md")) == (2, _CARD)
    assert "build first" in result.stderr


def test_sources_with_errors_are_not_pinned(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": _CARD})
    project.build()
    project.write({"cards/b.md": "Q: Without an answer?\n"})
    result = project.pin()
    assert result.exit_code == 1
    assert "missing-answer" in result.stderr
    assert project.read("cards/a.md") == _CARD


# What git does not hold


def test_only_what_git_holds_is_pinned_unless_forced(tmp_path: Path) -> None:
    project = Project(tmp_path)
    names = ("clean", "changed", "staged", "untracked", "ignored")
    project.write({f"cards/{name}.md": f"Q: Is it {name}?\nA: Yes\n" for name in names})
    project.write({".gitignore": "cards/ignored.md\n"})
    project.build()
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", "cards/clean.md", "cards/changed.md", "cards/staged.md", ".gitignore")
    _git(tmp_path, "commit", "-q", "-m", "cards")
    for name in ("changed", "staged"):
        project.edit(f"cards/{name}.md", "Yes", "Indeed")
    _git(tmp_path, "add", "cards/staged.md")
    before = {name: project.read(f"cards/{name}.md") for name in names}
    result = project.pin()
    assert result.exit_code == 1
    assert [line for line in result.stderr.splitlines() if "uncommitted-changes" in line] == [
        f"{tmp_path}/cards/{name}.md:1:1: error[uncommitted-changes] this file has changes that are not committed"
        for name in sorted(names[1:])
    ]
    assert {name: project.read(f"cards/{name}.md") for name in names} == before
    assert project.pin(paths=("cards/clean.md",)).exit_code == 0
    assert project.pin("--force").exit_code == 0
    assert all("<!-- id: " in project.read(f"cards/{name}.md") for name in names)


def test_a_repository_that_git_cannot_read_is_not_taken_for_a_clean_one(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": _CARD, ".git": "gitdir: nowhere\n"})
    project.build()
    result = project.pin()
    assert result.exit_code == 1
    assert "git cannot tell whether this file is committed" in result.stderr
    assert project.read("cards/a.md") == _CARD


def test_clozes_whose_numbers_only_the_ledger_knows_are_named(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write(
        {"cards/a.md": "C: In {{1789}} the {{Bastille}} fell in {{Paris}}.\n\nC: {{Rome}} is in {{Italy}}.\n"}
    )
    project.build()
    project.edit("cards/a.md", "{{1789}}", "1789")
    project.build()
    said = project.pin("--force").stdout
    assert "cards/a.md:1 has cloze numbers that only the ledger knows" in said
    assert said.count("has cloze numbers") == 1
