"""`flashgen explain`: the text of a rule, and what stands on a line of a source, as Anki has it after the import."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flashgen.cli import app
from flashgen.diagnostics import RULES
from tests.project import START, Project
from tests.real_anki import fresh_anki

SOURCE = """---
deck: Physics::Light
tags: [b2]
---

Prose about light.

# Waves

Q: What is light?
A: A **wave**.

- It bends.
- It has a colour.
<!-- reverse: true -->

---
<!-- For me alone. -->

C: Light has {{a speed}} and {{a colour::what else ?}}.

---

| Q | A | Tags |
|---|---|---|
| What is sound? | A wave \\| of air | sound |
| | | |

Q: What is heat?
<!-- draft: true -->
"""


def _explain(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["explain", *arguments], env={"SOURCE_DATE_EPOCH": str(START)})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def _entries(said: str) -> dict[str, str]:
    """The named lines of what is said of a note, their further lines joined."""
    entries: dict[str, str] = {}
    name = ""
    for line in said.splitlines()[1:]:
        if found := re.match(r"  (\S+(?: \S+)*)  +(.*)", line):
            name = found[1]
            entries[name] = found[2]
        elif line.startswith("   "):
            entries[name] += f" / {line.strip()}"
    return entries


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    project = Project(tmp_path)
    project.write({"cards/light.md": SOURCE, "cards/README.md": "Nothing"})
    monkeypatch.chdir(tmp_path)
    return project


# Rules


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_explained_with_all_that_its_text_says(rule: str) -> None:
    status, said = _explain(rule)
    assert status == 0
    assert said.startswith(f"{rule} ({RULES[rule].severity.value})\n\nWhat it finds\n\n")
    text = (Path(__file__).parents[1] / "flashgen/rules" / f"{rule}.md").read_text(encoding="utf-8")
    prose = re.sub(r"(?ms)^(`{3,}).*?^\1$", "", text.partition("## What it finds")[2]).replace("## ", "")
    for paragraph in prose.split("\n\n"):
        assert " ".join(paragraph.split()) in " ".join(said.split())


def test_an_example_is_shown_with_its_files_and_what_is_said_of_them() -> None:
    _, said = _explain("missing-answer")
    assert "\ncards/points.md\n    ---\n    deck: Physics\n    ---\n\n    Q: What is light?\n" in said
    assert "\nflashgen check\n    cards/points.md:5:1: error[missing-answer] this question has no answer\n" in said
    assert "```" not in said


def test_without_a_name_all_rules_are_listed_each_on_a_line() -> None:
    status, said = _explain()
    assert status == 0
    lines = [line.split(maxsplit=2) for line in said.splitlines()]
    assert [line[0] for line in lines] == sorted(RULES)
    assert all(severity == RULES[name].severity.value and len(finds) > 10 for name, severity, finds in lines)
    assert "A question without an answer, or a word without a meaning" in said


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("mising-answer", 'there is no rule "mising-answer"; did you mean "missing-answer"?'),
        ("zzz", 'there is no rule "zzz"; "flashgen explain" lists them'),
        ("nowhere.md:3", 'there is no file "nowhere.md"'),
        ("cards:3", 'there is no file "cards"'),
        ("cards/light.md", 'write the line as well: "flashgen explain cards/light.md:12"'),
        ("cards/light.md:0", "cards/light.md has the lines 1 to 30"),
        ("cards/light.md:31", "cards/light.md has the lines 1 to 30"),
    ],
)
def test_what_is_neither_rule_nor_line_is_misuse(what: str, said: str, project: Project) -> None:
    assert _explain(what) == (2, f"flashgen: {said}\n")


# Lines


def test_a_line_is_explained_as_the_note_that_anki_gets(project: Project) -> None:
    project.build()
    with fresh_anki() as anki:
        anki.import_package(project.root / "decks/physics.apkg")
        for line, kind in ((10, "Flashgen Q&A"), (13, "Flashgen Q&A"), (20, "Flashgen Cloze"), (26, "Flashgen Q&A")):
            status, said = _explain(f"cards/light.md:{line}")
            assert status == 0
            told = _entries(said)
            (note,) = anki.col.find_notes(told["in Anki"])
            found = anki.col.get_note(note)
            notetype = found.note_type()
            assert notetype is not None
            assert notetype["name"] == kind
            assert kind in said.splitlines()[0]
            assert (found.guid, found["Id"]) == (told["GUID"], told["id"])
            assert ", ".join(sorted(found.tags)) == ", ".join(sorted(told["tags"].split(", ")))
            assert {anki.col.decks.name(card.did) for card in found.cards()} == {told["deck"]}
            names = [name.partition(":")[0] for name in told["cards"].split(" / ")]
            assert names == [
                f"Cloze {card.ord + 1}" if kind == "Flashgen Cloze" else card.template()["name"]
                for card in found.cards()
            ]


def test_fields_are_shown_as_their_author_wrote_them(project: Project) -> None:
    told = _entries(_explain("cards/light.md:15")[1])
    assert told["Question"] == "What is light?"
    assert told["Answer"] == "A **wave**. / - It bends. / - It has a colour."
    assert told["cards"] == "Question → Answer / Answer → Question"
    assert _entries(_explain("cards/light.md:26")[1])["Answer"] == "A wave | of air"
    assert _entries(_explain("cards/light.md:20")[1])["cards"] == "Cloze 1: a speed / Cloze 2: a colour"


def test_the_history_of_a_note_is_that_of_status(project: Project) -> None:
    assert _entries(_explain("cards/light.md:10")[1])["history"] == "added"
    project.build()
    assert _entries(_explain("cards/light.md:10")[1])["history"] == "known, and nothing changed since the last build"
    before = _entries(_explain("cards/light.md:10")[1])
    project.edit("cards/light.md", "What is light?", "What is the light?")
    project.edit("cards/light.md", "deck: Physics::Light", "deck: Physics")
    after = _entries(_explain("cards/light.md:10")[1])
    edited, moved = after["history"].split(" / ")
    assert re.fullmatch(r"question edited \(\d\d %\), history kept", edited)
    assert moved == 'moved from "Physics::Light" to "Physics", history kept'
    assert (after["id"], after["GUID"]) == (before["id"], before["GUID"])


def test_a_draft_has_a_place_in_the_ledger_and_no_card(project: Project) -> None:
    project.build()
    told = _entries(_explain("cards/light.md:30")[1])
    assert told["cards"] == "none: it is a draft"
    assert told["id"] == project.rows()["What is heat?"]["id"]
    assert "GUID" not in told
    assert "in Anki" not in told


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (2, "the front matter, which holds for the notes of this file: deck Physics::Light, tags b2"),
        (5, "an empty line between notes"),
        (6, 'text outside of any note, on no card; a note begins with a line "Q: …", "C: …" or "Word: …"'),
        (8, "a heading: it ends the note above, and stands small on the cards of the notes below"),
        (17, "a line that ends the note above"),
        (18, "a comment outside of any note, for whoever reads the source"),
        (24, "part of a table of notes, but no note: its header, or a row without text, or one with a fault"),
        (27, "part of a table of notes, but no note: its header, or a row without text, or one with a fault"),
    ],
)
def test_a_line_that_belongs_to_nobody_says_why(line: int, why: str, project: Project) -> None:
    assert _explain(f"cards/light.md:{line}") == (0, f"cards/light.md:{line} {why}\n")


def test_a_file_that_is_not_compiled_says_why(project: Project) -> None:
    project.write({"elsewhere/notes.md": "Q: One?\nA: 1\n", "cards/_later.md": "Q: One?\nA: 1\n"})
    for file in ("cards/README.md", "cards/_later.md"):
        assert "is not compiled" in _explain(f"{file}:1")[1]
    assert "the cards of this project are in cards" in _explain("elsewhere/notes.md:1")[1]
    assert "sources end in .md" in _explain("pyproject.toml:1")[1]


def test_the_faults_of_a_note_stand_below_it_and_others_are_counted(project: Project) -> None:
    project.write({"cards/bad.md": "Q: What is ice?\nE: Cold.\n\nA: Nobody asked.\n\nA: Twice.\n\nC: None.\n"})
    status, said = _explain("cards/bad.md:2:5:")
    assert status == 0
    assert "error[repeated-label]" in said
    assert "no-cloze" not in said
    assert said.endswith("nothing can be built yet: 1 error elsewhere in the project\n")
    project.write({"cards/bad.md": "# Heading\n\nA: Nobody asked.\n"})
    said = _explain("cards/bad.md:3")[1]
    assert "cards/bad.md:3 a label, but no note" in said
    assert "error[orphan-label]" in said
    project.write({"cards/bad.md": "Q: Où ?\nA: Ici\n".encode("latin-1")})
    assert "error[not-utf8]" in _explain("cards/bad.md:2")[1]


def test_a_single_file_is_explained_where_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes.md").write_text("Q: One?\nA: 1\n")
    monkeypatch.chdir(tmp_path)
    before = {path.name for path in tmp_path.iterdir()}
    assert _entries(_explain("notes.md:2")[1])["deck"] == "notes"
    assert {path.name for path in tmp_path.iterdir()} == before
