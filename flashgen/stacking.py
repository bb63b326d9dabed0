"""Combining marks on one letter: more than any writing has take quadratic time to be put in order."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from flashgen.patterns import late

MOST_MARKS: Final = 30  # the limit of Unicode's own "stream-safe" texts
# What neither ASCII nor a letter is: few texts have runs of it, so that few are looked at sign by sign.
_SIGNS: Final = late(rf"[^\w\s\x00-\x7f]{{{MOST_MARKS + 1},}}")


def stacks(text: str) -> Iterator[tuple[int, int]]:
    """Where too many marks stand on one letter: the first mark, and the end of the marks."""
    for run in () if text.isascii() else _SIGNS.finditer(text):
        start = run.start()
        while start < run.end():
            end = start
            while end < run.end() and unicodedata.combining(text[end]):
                end += 1
            if end - start > MOST_MARKS:
                yield start, end
            start = end + 1


def composed(text: str) -> str:
    """A text in NFC, without the marks that are too many on one letter."""
    if text.isascii():
        return text
    for start, end in reversed(list(stacks(text))):
        text = text[: start + MOST_MARKS] + text[end:]
    return unicodedata.normalize("NFC", text)
