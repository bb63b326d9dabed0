"""Cards that were written as good or bad ones, and what the advice says of each.

A set is a folder of decks. A bad card says in an ordinary comment what is to be advised, `<!-- wants: yes-no -->`; a
card without is a good one.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from flashgen import pipeline
from flashgen.model import Card

SETS = ("development", "fresh", "unseen")
_HERE = Path(__file__).parent
_WANTS = re.compile(r"<!-- wants: ([a-z, -]+) -->")


@dataclass(frozen=True)
class Judged:
    """A card: its place and question, the advice that it deserves (none if it is good), and what it gets."""

    place: str
    question: str
    wanted: frozenset[str]
    given: frozenset[str]


@cache
def judged(name: str) -> tuple[Judged, ...]:
    """The cards of a set, each file of it by itself."""
    found: list[Judged] = []
    for file in sorted((_HERE / name).glob("*.md")):
        with TemporaryDirectory() as folder:
            # Beside the sources of flashgen it would be a part of their project.
            found += of_deck(Path(shutil.copy(file, folder)))
    return tuple(found)


def of_deck(path: Path) -> Iterator[Judged]:
    """The cards of a file alone, or of a project, which has no errors."""
    read = pipeline.read(path)
    assert not [one for one in read.faults if one.is_error and one.rule.name != "missing-media"], read.faults
    advice = pipeline.advise(read)
    texts = {source.file: source.path.read_text(encoding="utf-8").splitlines() for source in read.files}
    for card in read.cards:
        if not card.draft:
            lines = texts[card.span.file][card.span.line - 1 : card.span.last_line]
            wanted = _WANTS.search("\n".join(lines))
            given = frozenset(one.rule.name for one in advice if _is_in(one.span.file, one.span.line, card))
            yield Judged(
                f"{card.span.file}:{card.span.line}",
                card.keys.question,
                frozenset(wanted[1].split(", ") if wanted else ()),
                given,
            )


def _is_in(file: str, line: int, card: Card) -> bool:
    return file == card.span.file and card.span.line <= line <= card.span.last_line
