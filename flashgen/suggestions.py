"""What a misspelt word was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

_NEARLY: Final = 70  # of 100; "tag", "Tags", "reversed" and "typd" are nearly known, "todo" is not


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be."""
    from rapidfuzz import fuzz, process, utils  # only where something is wrong

    words = tuple(known)
    best = process.extractOne(
        utils.default_process(word), _without_case(words), scorer=fuzz.ratio, score_cutoff=_NEARLY
    )
    return words[best[2]] if best else None


@lru_cache(maxsize=16)
def _without_case(words: tuple[str, ...]) -> tuple[str, ...]:
    from rapidfuzz import utils

    return tuple(map(utils.default_process, words))


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """The help for an unknown word."""
    near = nearest(word, known)
    return f'did you mean "{near}"?' if near else "the known ones are " + ", ".join(known)
