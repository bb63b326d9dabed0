"""What a misspelt word was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

_NEARLY: Final = 70  # of 100; "tag", "Tags", "reversed" and "typd" are nearly known, "todo" is not


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be."""
    from rapidfuzz import fuzz, process, utils  # only where something is wrong

    best = process.extractOne(
        word, list(known), scorer=fuzz.ratio, score_cutoff=_NEARLY, processor=utils.default_process
    )
    return best[0] if best else None


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """The help for an unknown word."""
    near = nearest(word, known)
    return f'did you mean "{near}"?' if near else "the known ones are " + ", ".join(known)
