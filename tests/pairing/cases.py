"""The files of edits: an author's decks, and under each heading one edit of one card.

`expect: same` says that the card was edited and is the same card, `other` that it was deleted and another was written.
The new text stands in the place of the old one (`place: here`), or at the end of a file (`place: end a.md`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_HEADING: Final = re.compile(r"^## (.+)$", re.MULTILINE)
_FENCE: Final = re.compile(r"^````(\w+)(?: (\S+))?\n(.*?)^````$", re.MULTILINE | re.DOTALL)
_OPTION: Final = re.compile(r"^(expect|place): (.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: the card's text before and after, in the decks of its author."""

    author: str
    what: str
    decks: Mapping[str, str]
    is_same: bool
    place: str
    before: str
    after: str

    @property
    def name(self) -> str:
        return f"{self.author}: {self.what}"

    def old_place(self) -> tuple[str, int]:
        """The file in which the old text stands, and its line from 1."""
        file = next(name for name, text in self.decks.items() if self.before in text)
        return file, self.decks[file].count("\n", 0, self.decks[file].index(self.before)) + 1

    def applied(self) -> tuple[dict[str, str], tuple[str, int]]:
        """The decks after the edit, and where the new text stands."""
        decks = dict(self.decks)
        file, line = self.old_place()
        if self.place == "here":
            decks[file] = decks[file].replace(self.before, self.after)
            return decks, (file, line)
        decks[file] = decks[file].replace(self.before, "")
        target = self.place.removeprefix("end ")
        kept = decks[target].rstrip("\n")
        decks[target] = f"{kept}\n\n{self.after}"
        return decks, (target, kept.count("\n") + 3)


def edits(folder: Path) -> Iterator[Edit]:
    """All edits of a folder of such files, in order."""
    for path in sorted(folder.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        # A heading within a deck is the deck's own.
        spans = [match.span() for match in _FENCE.finditer(text)]
        starts = [
            match for match in _HEADING.finditer(text) if not any(low <= match.start() < high for low, high in spans)
        ]
        head = text[: starts[0].start()]
        decks = {name: body for label, name, body in _FENCE.findall(head) if label == "deck"}
        for number, match in enumerate(starts):
            end = starts[number + 1].start() if number + 1 < len(starts) else len(text)
            part = text[match.end() : end]
            fences = {label: body for label, _, body in _FENCE.findall(part)}
            options = dict(_OPTION.findall(_FENCE.sub("", part)))
            yield Edit(
                path.stem,
                match[1],
                decks,
                {"same": True, "other": False}[options["expect"]],
                options["place"],
                fences["before"],
                fences["after"],
            )
