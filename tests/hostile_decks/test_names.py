"""Names that an attacker gives: decks, tags, ids, languages, files, what is typed. In Anki all of them are text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.hostile_decks.browsing import differing, reviewer
from tests.project import Project
from tests.real_anki import database_of, fresh_anki, sides
from tests.screenshots.page import CHROMIUM

_TEXTS = (
    "<img src onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "' onclick='alert(1)",
    "&lt;b&gt;",
    "{{FrontSide}}",
    "{{c1::x}}",
    "[sound:x.mp3]",
    "\\(\\href{javascript:alert(1)}{x}\\)",
    "<% alert(1) %>",
)


@pytest.mark.parametrize("name", [text for text in _TEXTS if "::" not in text])
def test_the_name_and_the_description_of_a_deck_are_text(name: str, tmp_path: Path) -> None:
    quoted = json.dumps(name)
    project = Project(tmp_path, config=f'[tool.flashgen]\nnamespace = "test-a2b3c"\ndescription = {quoted}\n')
    project.write({"cards/a.md": f"---\ndeck: {quoted}\n---\nQ: a\nA: b\n"})
    data = project.package()
    with fresh_anki() as anki:
        anki.import_package(data)
        (card,) = anki.cards()
        assert anki.deck_of(card) == name
    with database_of(data) as database:
        decks = json.loads(database.execute("select decks from col").fetchone()[0])
    (described,) = [deck["desc"] for deck in decks.values() if deck["name"] == name]
    assert "<" not in described
    assert ">" not in described


@pytest.mark.parametrize("tag", [text.replace(" ", "") for text in _TEXTS if "::" not in text])
def test_a_tag_is_text_or_an_error(tag: str, tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": f"---\ntags: [{json.dumps(tag)}]\n---\nQ: a\nA: b\n"})
    if project.run("check").exit_code:
        return
    with fresh_anki() as anki:
        anki.import_package(project.package())
        (note,) = anki.notes()
        assert note.tags == [tag]
        assert tag not in "".join(sides(note.cards()[0]))


@pytest.mark.parametrize(
    "lang", ['fr"><script>alert(1)</script>', "fr' onclick='alert(1)", "../fr", "fr}}{{Word", "fr\nx"]
)
def test_a_language_is_a_tag_of_letters_or_an_error(lang: str, tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": f"---\nlang: {json.dumps(lang)}\n---\nWord: a\nMeaning: b\n"})
    assert "error[wrong-type]" in project.run("build").stderr


@pytest.mark.parametrize("id", ["<b>x</b>", 'x"onclick=', "x' or 1=1", "../../x", "x\\x1fy", "-x", "x" * 99])
def test_an_id_is_a_word_of_letters_or_an_error(id: str, tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({"cards/a.md": f'Q: a\nA: b\n<!-- id: "{id.replace(chr(34), chr(92) + chr(34))}" -->\n'})
    result = project.run("build")
    assert "error[bad-id]" in result.stderr or "error[control-character]" in result.stderr


@pytest.mark.parametrize(
    "name", ["<img src onerror=alert(1)>", "a' onclick='x", "{{FrontSide}}", "[sound:x.mp3]", "&lt;b"]
)
def test_the_name_of_a_file_is_the_name_of_a_deck_and_no_more(name: str, tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write({f"cards/{name}/{name}.md": "# Section\n\nQ: a\nA: b\n"})
    with fresh_anki() as anki:
        anki.import_package(project.package())
        (card,) = anki.cards()
        assert anki.deck_of(card) == f"{name}::{name}"
        assert all(name not in field for field in card.note().values())
    (package,) = (project.root / "decks").iterdir()
    assert package.stem.replace("-", "").isalnum()


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_what_is_typed_is_compared_as_it_was_written(tmp_path: Path) -> None:
    typed = dict(enumerate(_TEXTS))
    project = Project(tmp_path)
    notes = (f"Q: {number}\nA: b\n<!-- typed: {json.dumps(text)} -->\n" for number, text in typed.items())
    project.write({"cards/a.md": "\n".join(notes)})
    shown = []
    with fresh_anki() as anki:
        anki.import_package(project.package())
        for card in anki.cards():
            note = card.note()
            compared = anki.col.compare_answer(note["Typed"], typed[int(note["Question"])])
            assert "typeBad" not in compared, compared
            assert "typeMissed" not in compared, compared
            shown += [*sides(card), compared]
    with reviewer() as opened:
        assert differing(opened.study(shown), shown) == []
        assert opened.asked == []
