"""What an import leaves to its user is told in one block: in the words of Anki's menus, with one search an action."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.project import Project
from tests.real_anki import fresh_anki
from tests.study import Study, studied

_HEAD = "To do in Anki after the import, which neither deletes nor moves what is there:"
_CARDS = """\
Q: What is the capital of France?
A: Paris
<!-- reverse: true -->

Q: What is the capital of Niger?
A: Niamey

C: An ant has {{six}} legs.
"""
_TOWNS = "Q: Where is the Louvre?\nA: In Paris\n\nC: Giverny is on the {{Seine}}.\n"


def _block(study: Study) -> list[str]:
    """The lines of the last report from the head of the block on, each id replaced by the question it is of."""
    lines = study.printed.splitlines()
    questions = {str(row["id"]): question for question, row in study.project.rows().items()}
    told = lines[lines.index(_HEAD) :] if _HEAD in lines else []
    return [re.sub("|".join(questions), lambda id: f"[{questions[id[0]]}]", line) for line in told]


@pytest.fixture
def files() -> dict[str, str | bytes]:
    return {"cards/a.md": _CARDS, "cards/towns.md": _TOWNS}


def test_nothing_is_left_where_everything_arrives(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    with studied(tmp_path, files) as study:
        study.project.edit("cards/a.md", "Niamey", "It is Niamey.")
        study.update()
        assert _block(study) == []


def test_a_removed_note(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    with studied(tmp_path, files) as study:
        study.project.edit("cards/a.md", "Q: What is the capital of Niger?\nA: Niamey\n", "")
        study.update()
        assert _block(study) == [
            _HEAD,
            "  delete 1 note that left the sources:",
            "    in Browse paste this search, press Enter; Edit > Select All, Notes > Delete",
            '      "note:Flashgen Q&A" "Id:re:^([What is the capital of Niger?])$"',
            "    Was one only reworded? Do not delete it: write its id into the new card, as in",
            "    <!-- id: [What is the capital of Niger?] -->, and build again; its reviews stay with it.",
        ]
        id = study.project.rows()["What is the capital of Niger?"]["id"]
        assert f"removed, id {id}: What is the capital of Niger?" in study.printed


def test_an_emptied_card(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    with studied(tmp_path, files) as study:
        study.project.edit("cards/a.md", "<!-- reverse: true -->\n", "")
        study.update()
        assert _block(study) == [
            _HEAD,
            "  delete the empty cards of 1 note:",
            "    Tools > Empty Cards, Delete; to see first whose they are, search in Browse:",
            '      "note:Flashgen Q&A" "Id:re:^([What is the capital of France?])$"',
        ]
        assert [note["Answer"] for note in study.found_by_printed_searches()] == ["Paris"]


def test_a_moved_deck(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    with studied(tmp_path, files) as study:
        (study.project.root / "cards/towns.md").rename(study.project.root / "cards/places.md")
        study.update()
        assert _block(study) == [
            _HEAD,
            '  move 2 notes to the deck "places":',
            "    in Browse paste this search, press Enter; Edit > Select All, Cards > Change Deck",
            '      ("note:Flashgen Q&A" "Id:re:^([Where is the Louvre?])$") OR '
            '("note:Flashgen Cloze" "Id:re:^([Giverny is on the Seine.])$")',
        ]


def test_all_at_once_is_one_search_an_action_which_finds_these_notes_alone(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "cards/a.md": f"{_CARDS}\nQ: Who has six legs?\nA: An ant\n<!-- id: legs -->\n",
        "cards/towns.md": _TOWNS,
    }
    with studied(tmp_path, files) as study:
        # The cloze takes the id over, and is another note all the same.
        study.project.write(
            {"cards/a.md": "Q: What is the capital of France?\nA: Paris\n\nC: An {{ant}} it is.\n<!-- id: legs -->\n"}
        )
        (study.project.root / "cards/towns.md").rename(study.project.root / "cards/places.md")
        study.update()
        found = [
            [str(note.fields[0]) for note in study.anki.notes(search)]
            for search in re.findall(r"^ {6}(\S.*)$", study.printed, re.MULTILINE)
        ]
        assert found == [
            ["What is the capital of Niger?", "An ant has {{c1::six}} legs.", "Who has six legs?"],
            ["Where is the Louvre?", "Giverny is on the {{c1::Seine}}."],
            ["What is the capital of France?"],
        ]
        assert study.project.run("status").stdout.splitlines()[-3:-1] == [
            "All notes that ever left the sources; to delete those that Anki still has:",
            "  in Browse paste this search, press Enter; Edit > Select All, Notes > Delete",
        ]


def test_very_many_notes_need_several_searches(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": "".join(f"Q: What is {n} times {n}?\nA: {n * n}\n\n" for n in range(302))})
    project.build()
    project.write({"cards/a.md": "Q: What is 0 times 0?\nA: 0\n"})
    printed = project.build().stdout
    searches = re.findall(r'^ {6}"note:Flashgen Q&A" "Id:re:\^\((.*)\)\$"$', printed, re.MULTILINE)
    assert [len(search.split("|")) for search in searches] == [200, 101]
    assert "    in Browse paste each of these searches, press Enter; Edit > Select All, Notes > Delete\n" in printed


def test_the_menus_that_it_names_are_those_of_anki() -> None:
    with fresh_anki() as anki:
        words = anki.col.tr
        named = (
            ("Browse", words.qt_misc_browse()),
            ("Edit", words.qt_accel_edit()),
            ("Select All", words.qt_accel_select_all()),
            ("Notes", words.qt_accel_notes()),
            ("Delete", words.actions_delete()),
            ("Cards", words.qt_accel_cards()),
            ("Change Deck", words.browsing_change_deck2()),
            ("Tools", words.qt_accel_tools()),
            ("Empty Cards", words.qt_misc_empty_cards()),
            ("Delete", words.empty_cards_delete_button()),
        )
        assert [name for name, _ in named] == [word.replace("&", "").removesuffix("...") for _, word in named]
