"""The cases in `notation/`: Markdown as an author writes it, what Anki stores of it, and what a learner then sees.

A case is a heading `## …`, prose that says what is shown, a block of Markdown, and a block of text:

    qa · Deck · tag1 tag2                 the kind of the note, its deck and its tags
      Question: what <b>…</b>             its filled fields, as HTML; the second line of a field begins with `|`
      [Question → Answer]                 each card that it has, by the name of its template
      what …                              what the learner sees: the front, or the back if it repeats the front
      ———
      …

The text is what the real Anki holds and renders after importing the package. With FLASHGEN_UPDATE=1 the blocks are
written anew, to be read before they are committed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.learner import seen
from tests.project import Project
from tests.real_anki import fresh_anki, sides

FOLDER = Path(__file__).parent / "notation"
_CASE = re.compile(
    r"^## (?P<title>.+?)\n(?P<prose>.*?)^(?P<fence>`{3,})markdown\n(?P<source>.*?)^(?P=fence)\n(?P<gap>\s*)"
    r"(?:^(?P<after>`{3,})text\n(?P<expected>.*?)^(?P=after)\n\n?)?",
    re.MULTILINE | re.DOTALL,
)
_MEDIA = {
    "cards/media/map.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "cards/media/obus.mp3": b"ID3",
    "cards/media/two words.png": b"\x89PNG",
    "cards/media/clip.mp4": b"\0\0\0\x18ftyp",
}


@dataclass(frozen=True)
class Case:
    file: Path
    title: str
    source: str
    expected: str


def _cases() -> Iterator[Case]:
    for file in sorted(FOLDER.glob("*.md")):
        for match in _CASE.finditer(file.read_text(encoding="utf-8")):
            yield Case(file, match["title"], match["source"], match["expected"] or "")


CASES = list(_cases())


@cache
def _rendered(source: str, folder: Path) -> str:
    project = Project(folder)
    text = source.replace("␍", "\r").replace("␣", "\u00a0").replace("⍽", "\u202f")
    project.write({"cards/case.md": text.encode(), **_MEDIA})
    checked = project.run("check")
    faults = [line for line in checked.output.splitlines() if re.search(r": (error|warning)\[", line)]
    lines = [re.sub(r"^.*?case\.md:", "case.md:", line) for line in faults]
    if checked.exit_code == 0:
        project.build("--output", str(folder / "out.apkg"))
        with fresh_anki() as anki:
            anki.import_package(folder / "out.apkg")
            for note in sorted(anki.notes(), key=lambda n: n.cards()[0].due):
                lines += _note(note)
            assert anki.empty_cards() == []
            assert anki.check_database() == []
            assert anki.missing_media() == []
    return "".join(f"{line}\n" for line in lines)


def _note(note: object) -> Iterator[str]:
    notetype = note.note_type()  # type: ignore[attr-defined]
    kind = notetype["name"].removeprefix("Flashgen ")
    cards = sorted(note.cards(), key=lambda card: card.ord)  # type: ignore[attr-defined]
    deck = cards[0].col.decks.name(cards[0].did)
    yield " · ".join([kind, deck, *([" ".join(note.tags)] if note.tags else [])])  # type: ignore[attr-defined]
    for name, html in note.items():  # type: ignore[attr-defined]
        if html and name != "Id":
            yield f"  {name}: " + html.replace("\n", "\n   | ")
    for card in cards:
        front, back = (seen(side) for side in sides(card))
        name = card.template()["name"] + (f" {card.ord + 1}" if notetype["type"] else "")
        yield f"  [{name}]"
        shown = back if back.startswith(front) else f"{front}\n(back)\n{back}"
        yield from (f"  {line}" for line in shown.split("\n"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file.stem}: {case.title}")
def test_a_note_arrives_as_its_author_meant_it(case: Case, tmp_path: Path) -> None:
    rendered = _rendered(case.source, tmp_path)
    if os.environ.get("FLASHGEN_UPDATE"):
        _update(case, rendered)
    assert rendered == case.expected or os.environ.get("FLASHGEN_UPDATE")


def test_there_are_cases() -> None:
    assert len(CASES) > 40


def _update(case: Case, rendered: str) -> None:
    def replaced(match: re.Match[str]) -> str:
        if match["title"] != case.title:
            return match[0]
        mark = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`{3,}", rendered)), 3)
        head = match[0][: match.start("gap") - match.start()]
        return f"{head}\n{mark}text\n{rendered}{mark}\n\n"

    text = case.file.read_text(encoding="utf-8")
    case.file.write_text(_CASE.sub(replaced, text), encoding="utf-8")
