"""HTML read back: the keys that the Markdown had, without any help of the sources."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashgen import pipeline
from flashgen.ledger.clozes import number
from flashgen.model import StoredNote
from flashgen.restoring import Renderings, keys_of, plain
from tests.project import Project
from tests.test_notation import _MEDIA, CASES, Case

_EVERYTHING = Path(__file__).parents[1] / "projects/everything"
# What cannot be read back to the letter: the folders of pictures, and HTML that the sanitizer wrote anew.
_INEXACT = re.compile(r"!\[|<[a-zA-Z/!]")


# Braces that would end a cloze stand apart within it, which TeX does not see.
_APART = re.compile(r"\}\s+(?=\})")


def _compared(path: Path) -> list[tuple[object, object]]:
    """The keys of the notes of a project, read back from their HTML, each beside those of its card."""
    compiled = pipeline.compile(path, clock=1, whole=True)
    notes = {note.order: note for note in compiled.identified.notes}
    rows = {(row.id, row.kind): row for row in compiled.identified.ledger.rows}
    found: list[tuple[object, object]] = []
    for card in compiled.cards:
        note = notes.get(card.order)
        if note is None or _INEXACT.search(card.keys.question + card.keys.answer):
            continue
        fields = {field.name: html for field, html in zip(note.notetype.fields, note.fields, strict=True)}
        stored = StoredNote(note.guid, note.id, note.kind, fields, note.tags, note.deck, note.cards, 1, 1)
        keys = keys_of(stored, Renderings())
        there = (keys.question, keys.answer, number(keys.deletions, ()).history)
        found.append((there, (card.keys.question, card.keys.answer, rows[note.id, note.kind].clozes)))
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file.stem}: {case.title}")
def test_a_case_of_the_notation_is_read_back(case: Case, tmp_path: Path) -> None:
    project = Project(tmp_path)
    text = case.source.replace("␍", "\r").replace("␣", "\u00a0").replace("⍽", "\u202f")
    project.write({"cards/case.md": text.encode(), **_MEDIA})
    for there, here in _compared(tmp_path):
        assert _APART.sub("}", str(there)) == _APART.sub("}", str(here))


def test_a_project_with_everything_is_read_back() -> None:
    compared = _compared(_EVERYTHING)
    assert len(compared) > 20
    assert [there for there, _ in compared] == [here for _, here in compared]


@given(st.text(alphabet='<>/&;"=\\()[]{}:c1 abcpr-!\x02\x03', max_size=60))
def test_any_html_is_read_back_to_some_text(html: str) -> None:
    note = StoredNote("guid", "abc", "cloze", {"Text": html}, (), "", (), 1, 1)
    keys = keys_of(note, Renderings())
    assert all(deletion.numbers for deletion in keys.deletions)
    assert isinstance(plain(html), str)


@pytest.mark.parametrize(
    "part", ["<", "<a ", "<!--", "{{c1::", "{{c1::a", "}}", "::", "\\(", '<li class="choice right">', "[sound:", "&#"]
)
def test_a_field_of_many_signs_is_read_in_a_moment(part: str) -> None:
    html = part * (100_000 // len(part))
    for kind, name in (("cloze", "Text"), ("qa", "Answer")):
        start = time.process_time()
        keys_of(StoredNote("guid", "abc", kind, {name: html}, (), "", (), 1, 1), Renderings())
        assert time.process_time() - start < 2
