"""How many of the faces have a word, counted when it is asked for: most builds ask for a handful, of thousands."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from flashgen.ledger.wording import folded, words_of
from flashgen.model import Row

# No key has it, and no letter combines with it.
_END: Final = "\x1e"


class Holders:
    """The number of faces that have a word in their question or answer, by the word."""

    def __init__(self, faces: Sequence[Row]) -> None:
        self._faces = faces
        self._counted: dict[str, int] = {}

    def __getitem__(self, word: str) -> int:
        found = self._counted.get(word)
        if found is None:
            found = self._counted[word] = sum(
                word in words_of(face.question) or word in words_of(face.answer)
                for face, text in zip(self._faces, self._texts, strict=True)
                if word in text
            )
        return found

    @cached_property
    def _texts(self) -> list[str]:
        """What may hold a word: texts folded all at once, which is quicker."""
        return folded("".join(f"{face.question}\n{face.answer}{_END}" for face in self._faces)).split(_END)[:-1]
